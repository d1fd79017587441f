/** `record` as it is typed: in simulation and over the virtual radio, to the end of its time and to Ctrl+C. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whyNoVirtualRadio } from '../../src/adapters/air/index.ts';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import type { RecordSummary } from '../../src/cli/record.ts';
import { decodeChunk } from '../../src/wire/chunk.ts';
import { builtEntry } from '../support/built.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neck-record-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** @param whenSaid called once when the progress says so */
function record(
  args: readonly string[],
  whenSaid: (child: ChildProcess, text: string) => void = () => {},
): Promise<Ended> {
  const main = builtEntry('src/main.ts');
  const child = spawn(process.execPath, [main.pathname, 'record', '--subject', 'AB-1', '--data', folder, ...args]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (piece: Buffer) => {
    out += String(piece);
    whenSaid(child, out);
  });
  child.stderr.on('data', (piece: Buffer) => {
    err += String(piece);
    whenSaid(child, err);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

const lastLine = (text: string): RecordSummary & { recordedS: number } =>
  JSON.parse(text.trim().split('\n').at(-1)!) as RecordSummary & { recordedS: number };

async function expectKept({ sessionId }: RecordSummary, samples: number): Promise<void> {
  const store = createSqliteStore({ folder });
  await store.open();
  try {
    const session = await store.sessionDetail(sessionId);
    expect(session).toMatchObject({ subjectCode: 'AB-1', simulated: true, trials: 0 });
    expect(session?.endedAtMs).not.toBeNull();
    const [stream] = await store.listStreams(sessionId);
    let notifications = 0;
    for await (const chunk of store.readChunks(stream!.id)) {
      const decoded = decodeChunk(chunk.bytes);
      expect(decoded.ok).toBe(true);
      notifications += chunk.notifications;
    }
    expect(notifications).toBeGreaterThanOrEqual(samples);
    expect((await store.listCalibrations(sessionId)).map(({ kind }) => kind)).toContain('sensor-check');
    expect((await store.listAudit({ limit: 9 })).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['session.create', 'session.end']),
    );
  } finally {
    await store.close();
  }
}

describe('record', () => {
  it('records a simulated headband for its time, tells each second, and keeps every sample', async () => {
    const { code, out, err } = await record(['--simulated', '--seconds', '3', '--json']);
    expect(err).toBe('');
    expect(code).toBe(0);
    const lines = out.trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(JSON.parse(lines[1]!)).toMatchObject({ lost: 0, lossShare: 0 });
    const done = lastLine(out);
    expect(done).toMatchObject({ checkPassed: true, problem: null, endedBy: 'time', lost: 0 });
    expect(done.recordedS).toBeGreaterThan(2);
    await expectKept(done, done.received);
  }, 60_000);

  it('ends cleanly at Ctrl+C with its summary, and keeps what it has', async () => {
    let sent = false;
    const { code, out, err } = await record(['--simulated'], (child, text) => {
      if (sent || !/ 2 s /.test(text)) return;
      sent = true;
      child.kill('SIGINT');
    });
    expect(code).toBe(0);
    expect(err).toMatch(/ 1 s +[\d.]+ Hz, loss 0\.0 %, battery \d+ %, kept [\d.]+ s/);
    expect(out).toMatch(/^session [0-9a-f-]{36} of AB-1 \(simulated\)\n/);
    expect(out).toContain('all of it');
    await expectKept({ ...({} as RecordSummary), sessionId: /session (\S+)/.exec(out)![1]! }, 100);
  }, 60_000);

  it('does not touch records that a gateway is using, and says so', async () => {
    const gateway = createSqliteStore({ folder });
    await gateway.open();
    const { code, err } = await record(['--simulated', '--seconds', '1']);
    await gateway.close();
    expect(code).toBe(1);
    expect(err).toMatch(/^STORE_LOCKED: /);
  }, 60_000);

  it('names a sensor that is not in sight', async () => {
    const { code, err } = await record(['--simulated', '--device', 'nobody', '--seconds', '1']);
    expect(code).toBe(1);
    expect(err).toMatch(/^SENSOR_NOT_FOUND: .*nobody/m);
  }, 60_000);

  const missing = whyNoVirtualRadio();
  if (missing) process.stderr.write(`skipped: record over the virtual radio, ${missing}\n`);
  it.skipIf(missing !== null)(
    'records over the virtual radio, through the real Bluetooth path',
    async () => {
      const { code, out } = await record(['--virtual', '--serial', 'AIR-7', '--seconds', '3', '--json']);
      expect(code).toBe(0);
      const done = lastLine(out);
      expect(done).toMatchObject({ checkPassed: true, problem: null, sensor: { serial: 'AIR-7', simulated: true } });
      await expectKept(done, done.received);
    },
    90_000,
  );
});
