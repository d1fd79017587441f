/** The disk, the file and the clock at their worst: what is said, and what is kept. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/store/open-store.ts';
import { findSqliteDriver, type SqliteDriver } from '../../../src/adapters/store/sqlite-driver.ts';
import { createSqliteStore } from '../../../src/adapters/store/sqlite-store.ts';
import { verifyDatabase } from '../../../src/adapters/store/verify.ts';
import type { Store } from '../../../src/ports/store.ts';
import { collect, REPETITION, RESULT } from '../../contract/session-store.ts';
import { builtEntry } from '../../support/built.ts';
import { fillVisit, realChunk } from '../../support/filled-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neck-fault-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const noCompiler = spawnSync('cc', ['--version']).status !== 0 || process.platform !== 'linux';
if (noCompiler) process.stderr.write('skipped: failing disks, there is no C compiler or this is not Linux\n');

function driverNamed(name: SqliteDriver['name']): SqliteDriver | null {
  try {
    return findSqliteDriver([name]);
  } catch {
    return null;
  }
}

/** What the process under the failing disk said, line by line, syncs among them. */
async function underFault(driver: SqliteDriver['name'], fault: string): Promise<string[]> {
  const library = join(folder, 'disk-faults.so');
  const source = fileURLToPath(new URL('../../support/disk-faults.c', import.meta.url));
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  const entry = fileURLToPath(builtEntry('test/support/append-under-faults.ts'));
  const faultFile = join(folder, 'fault');
  const child = spawn(process.execPath, [entry, join(folder, 'data'), driver, fault, faultFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LD_PRELOAD: library, NECK_FAULT: faultFile },
  });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  await once(child, 'close');
  return said.split('\n').filter((line) => line !== '');
}

async function keptAfter(lines: readonly string[]): Promise<void> {
  const acknowledged = lines.filter((line) => line.startsWith('ok ')).length;
  const engine = await openDatabase({ folder: join(folder, 'data'), databaseUrl: undefined }, 'own');
  expect(await verifyDatabase(engine)).toMatchObject({ ok: true, findings: [] });
  await engine.close();
  const store = createSqliteStore({ folder: join(folder, 'data') });
  await store.open();
  const chunks = await collect(store.readChunks('st'));
  // One more may be there: written, and killed before its sync could be tried again. Then it is whole, too.
  expect([acknowledged, acknowledged + 1]).toContain(chunks.length);
  expect(chunks.map((chunk) => chunk.crc32)).toEqual(chunks.map((_, i) => realChunk('st', i, 40).crc32));
  await store.close();
}

for (const name of ['better-sqlite3', 'libsql'] as const) {
  describe.skipIf(noCompiler || driverNamed(name) === null)(`a failing disk: ${name}`, () => {
    it('acknowledges nothing before a sync of it has returned: so far a power cut cannot reach', async () => {
      const lines = await underFault(name, 'sync');
      let synced = false;
      let acknowledged = 0;
      for (const line of lines) {
        if (line === 'sync') synced = true;
        else if (line.startsWith('begin')) synced = false;
        else if (line.startsWith('ok')) {
          expect(synced, line).toBe(true);
          acknowledged++;
        }
      }
      expect(acknowledged).toBe(20);
    }, 90_000);

    it('says that a sync failed, keeps what was acknowledged, and goes on when the disk does', async () => {
      const lines = await underFault(name, 'sync');
      const failed = lines.filter((line) => line.startsWith('failed'));
      expect(failed).toEqual([
        'failed 10 STORE_UNAVAILABLE',
        'failed 10 STORE_UNAVAILABLE',
        'failed 10 STORE_UNAVAILABLE',
        'failed 20 STORE_UNAVAILABLE',
      ]);
      await keptAfter(lines);
    }, 90_000);

    it('says that there is no room, keeps what was acknowledged, and goes on when there is', async () => {
      const lines = await underFault(name, 'full');
      const failed = lines.filter((line) => line.startsWith('failed'));
      expect(failed).toEqual([
        'failed 10 STORE_FULL',
        'failed 10 STORE_FULL',
        'failed 10 STORE_FULL',
        'failed 20 STORE_FULL',
      ]);
      await keptAfter(lines);
    }, 90_000);

    it('says that the file has become read-only, keeps what was acknowledged, and goes on when it is not', async () => {
      const lines = await underFault(name, 'readonly');
      const failed = lines.filter((line) => line.startsWith('failed'));
      expect(failed).toHaveLength(4);
      for (const line of failed) expect(line).toMatch(/STORE_UNAVAILABLE$/);
      await keptAfter(lines);
    }, 90_000);
  });
}

describe('a damaged file', () => {
  const place = () => ({ folder: join(folder, 'data'), databaseUrl: undefined });
  const file = () => join(folder, 'data', 'neck.sqlite');
  async function filled(): Promise<string[]> {
    const store = createSqliteStore({ folder: place().folder });
    await store.open();
    const streams: string[] = [];
    for (const code of ['AB-1', 'CD-2', 'EF-3']) streams.push((await fillVisit(store, code, 60)).streamId);
    await store.close();
    return streams;
  }
  async function verified() {
    const engine = await openDatabase(place(), 'beside');
    try {
      return await verifyDatabase(engine);
    } finally {
      await engine.close();
    }
  }
  async function readable(store: Store, streamId: string): Promise<number | string> {
    return collect(store.readChunks(streamId)).then(
      (chunks) => chunks.length,
      (error: { code: string }) => error.code,
    );
  }

  it('names the one chunk whose bytes have changed, and reads all others', async () => {
    const streams = await filled();
    const bytes = readFileSync(file());
    const payload = Buffer.from(realChunk(streams[1]!, 30).bytes);
    // The third of three visits with the same bytes: any of them will do.
    const at = bytes.indexOf(payload.subarray(10, 60));
    expect(at).toBeGreaterThan(0);
    bytes[at + 20]! ^= 0x40;
    writeFileSync(file(), bytes);
    const found = await verified();
    expect(found.ok).toBe(false);
    const named = found.findings.filter((finding) => finding.check === 'chunks');
    expect(named).toHaveLength(1);
    expect(named[0]!.message).toMatch(/chunk 30 does not match its checksum/);
    const store = createSqliteStore({ folder: place().folder });
    await store.open();
    const outcomes = await Promise.all(streams.map((id) => readable(store, id)));
    expect(outcomes.toSorted()).toEqual([60, 60, 'STORE_CORRUPT']);
    await store.close();
  });

  it('says of any page that was overwritten that the file is damaged, and never ends the process', async () => {
    await filled();
    const whole = readFileSync(file());
    const pages = whole.length / 4096;
    expect(pages).toBeGreaterThan(40);
    for (let page = 1; page < pages; page += Math.ceil(pages / 12)) {
      writeFileSync(file(), whole);
      const handle = openSync(file(), 'r+');
      writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
      closeSync(handle);
      const outcome = await verified().then(
        (found) => found.findings.map((finding) => finding.check).join(' '),
        (error: { code: string }) => error.code,
      );
      expect(outcome, `page ${page}`).toMatch(/engine|STORE_CORRUPT/);
    }
    writeFileSync(file(), whole);
    expect((await verified()).ok).toBe(true);
  }, 60_000);

  it('is refused with a code when it is no database at all, and is left as it is', async () => {
    await filled();
    writeFileSync(file(), 'not a database, whatever its name says '.repeat(200));
    const size = statSync(file()).size;
    const store = createSqliteStore({ folder: place().folder });
    await expect(store.open()).rejects.toMatchObject({ code: 'STORE_NOT_OURS' });
    expect(statSync(file()).size).toBe(size);
  });
});

describe('a clock that jumps back', () => {
  it('loses nothing: order on the record is that of writing, and the newest gyro model stays in force', async () => {
    const store = createSqliteStore({ folder: join(folder, 'data') });
    await store.open();
    await store.createSession({ id: 's', subjectCode: 'AB-1', startedAtMs: 2_000_000, softwareVersion: '1' });
    const trial = { sessionId: 's', kind: 'frt', simulated: false, parameters: {} };
    await store.createTrial({ id: 'first', startedAtMs: 2_000_100, ...trial });
    await store.appendRepetition('first', REPETITION);
    await store.finishTrial('first', 'finished', 1_000_000, RESULT);
    // An hour earlier by the wall clock, later in truth.
    await store.createTrial({ id: 'second', startedAtMs: 1_000_100, ...trial });
    for (const [wallMs, type] of [
      [2_000_200, 'a'],
      [1_000_200, 'b'],
      [500, 'c'],
    ] as const)
      await store.appendEvent('s', { timeUs: 1, wallMs, type, values: {} });
    await store.saveGyroModel('SN', '{"old":1}', 2_000_000);
    await store.saveGyroModel('SN', '{"new":1}', 1_000_000);
    for (const wallMs of [2_000_000, 1_000_000])
      await store.appendAudit({ wallMs, accountId: null, action: 'x', object: null, values: {} });
    await store.endSession('s', 1_000_300);
    await store.close();
    await store.open();
    expect((await store.listEvents('s')).map((event) => event.type)).toEqual(['a', 'b', 'c']);
    expect(await store.latestGyroModel('SN')).toBe('{"new":1}');
    const { trialList } = (await store.sessionDetail('s'))!;
    expect(trialList.map((each) => each.id).toSorted()).toEqual(['first', 'second']);
    expect(trialList.find((each) => each.id === 'first')!.repetitions).toEqual([REPETITION]);
    expect(await store.checkAudit()).toEqual({ rows: 2, brokenAt: null });
    await store.close();
  });
});
