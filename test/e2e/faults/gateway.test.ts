/** What the gateway itself may go through: a second one beside it, and Ctrl-C. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS } from '../../../src/contract/errors.ts';
import { builtEntry } from '../../support/built.ts';
import {
  askFor,
  type FaultyAir,
  startFaultyAir,
  startVisit,
  streaming,
  whatWasKept,
} from '../../support/faulty-air.ts';
import { skipWithoutVirtualRadio } from '../../support/virtual-radio.ts';
import { readyVisit } from '../../support/visit-ready.ts';

describe.skipIf(skipWithoutVirtualRadio())('the gateway', () => {
  let air: FaultyAir;
  const folders: string[] = [];
  const folder = async (): Promise<string> => {
    folders.push(await mkdtemp(join(tmpdir(), 'neck-fault-')));
    return folders.at(-1)!;
  };
  beforeAll(async () => {
    air = await startFaultyAir();
    await air.headbands({ serial: 'FAULT-A' });
  });
  afterAll(async () => {
    await air?.stop();
    for (const one of folders) await rm(one, { recursive: true, force: true });
  });

  test('a second one on the same records ends with a coded line; the first does not notice', async () => {
    const data = await folder();
    const visit = await startVisit(air, { folder: data });
    await askFor(visit.client, 'FAULT-A');
    await streaming(visit.client);
    await visit.client.must({ type: 'session-start', subjectCode: 'FAULT-02' });
    await readyVisit(visit.client.must);
    const { recording } = await visit.client.until('the session', (s) => s.recording !== null);
    // Not waited for in place: the air is in this process, and must go on.
    const entry = builtEntry('src/main.ts').pathname;
    const args = [entry, 'serve', '--no-radio', '--port', '0', '--data', visit.gateway.dataFolder];
    const second = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, args, { encoding: 'utf8', timeout: 60_000 }, (error, _stdout, stderr) => {
        resolve({ code: error?.code ?? 0, stderr });
      });
    });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('STORE_LOCKED');
    expect(second.stderr).toContain(ERRORS.STORE_LOCKED.hint);
    expect(visit.head).toMatchObject({ phase: 'streaming', lost: 0 });
    expect(visit.phases.filter((phase) => phase === 'reconnecting')).toEqual([]);
    const whileBothS = visit.client.state!.recording!.acknowledgedS;
    const later = await visit.client.until('a later second', (s) => (s.recording?.acknowledgedS ?? 0) > whileBothS + 1);
    await visit.close();
    const { streams } = await whatWasKept(data, recording!.sessionId);
    expect(streams).toHaveLength(1);
    expect(streams[0]!.notifications / 100).toBeGreaterThanOrEqual(later.recording!.acknowledgedS - 0.02);
  }, 90_000);

  test('a second one on the same adapter is told so, takes no link away, and has the adapter once it is free', async () => {
    const first = await startVisit(air, { folder: await folder() });
    await askFor(first.client, 'FAULT-A');
    await streaming(first.client);
    const second = await startVisit(air, { folder: await folder() });
    const told = await second.client.until('the news', (s) => s.radio.status === 'unavailable');
    expect(told.radio).toMatchObject({ code: 'ADAPTER_IN_USE', remedy: ERRORS.ADAPTER_IN_USE.hint });
    const received = first.head.received;
    await first.client.until('more samples', (s) => (s.sensors[0]?.received ?? 0) > received + 100);
    expect(first.head).toMatchObject({ phase: 'streaming', lost: 0 });
    await first.close();
    await second.client.until('the adapter', (s) => s.radio.status === 'ready', 20_000);
    await askFor(second.client, 'FAULT-A');
    await streaming(second.client);
    await second.close();
  }, 90_000);

  test('Ctrl-C ends it within seconds with code 0, and the session is whole', async () => {
    const data = await folder();
    const visit = await startVisit(air, { folder: data });
    const { gateway, client } = visit;
    await askFor(client, 'FAULT-A');
    await streaming(client);
    await client.must({ type: 'session-start', subjectCode: 'FAULT-01' });
    await readyVisit(client.must);
    const state = await client.until('two acknowledged seconds', (s) => (s.recording?.acknowledgedS ?? 0) >= 2, 30_000);
    const sessionId = state.recording!.sessionId;
    const ended = once(gateway.child, 'exit');
    const startedMs = performance.now();
    gateway.child.kill('SIGINT');
    const [code, signal] = (await ended) as [number | null, string | null];
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    process.stdout.write(`Ctrl-C: ended after ${Math.round(performance.now() - startedMs)} ms\n`);
    const acknowledgedS = client.state?.recording?.acknowledgedS ?? state.recording!.acknowledgedS;
    await visit.close();
    const kept = await whatWasKept(data, sessionId);
    expect(kept.streams).toHaveLength(1);
    expect(kept.streams[0]!.notifications / 100).toBeGreaterThanOrEqual(acknowledgedS - 0.02);
    expect(kept.events.at(-1)?.type).toBe('stream-end');
  }, 120_000);
});
