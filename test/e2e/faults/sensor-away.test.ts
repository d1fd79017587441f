/** A sensor that goes, falls silent, breaks off or does not answer: what is said meanwhile, what comes back, what was kept. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLiveFrame, decodeLiveFrame, LiveFlag } from '../../../src/wire/live-frame.ts';
import {
  askFor,
  type FaultyAir,
  type Headbands,
  moreSamples,
  radioPidOf,
  startFaultyAir,
  startVisit,
  streaming,
  type Visit,
  whatWasKept,
} from '../../support/faulty-air.ts';
import { skipWithoutVirtualRadio, sleep } from '../../support/virtual-radio.ts';
import { align } from '../../support/visit.ts';
import { readyVisit } from '../../support/visit-ready.ts';

const AWAY_MS = 5000;

describe.skipIf(skipWithoutVirtualRadio())('a sensor', () => {
  let air: FaultyAir;
  let band: Headbands;
  let folder: string;
  let visit: Visit;
  let silentSession = '';
  const device = () => band.devices[0]!;

  beforeAll(async () => {
    air = await startFaultyAir();
    band = await air.headbands({ serial: 'FAULT-A' });
    folder = await mkdtemp(join(tmpdir(), 'neck-fault-'));
    visit = await startVisit(air, { folder });
    await askFor(visit.client, 'FAULT-A');
    await streaming(visit.client);
  }, 120_000);
  afterAll(async () => {
    await visit?.close();
    await air?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  test('gone in a hold and back after 5 s: said, resumed, the gap flagged, the repetition void, the record whole', async () => {
    const { client } = visit;
    await align(client);
    await client.must({ type: 'session-start', subjectCode: 'FAULT-01' });
    await readyVisit(client.must);
    await client.must({ type: 'frt-start', repetitionsPerSide: 1, practice: false });
    const holding = await client.until('a hold', (s) => s.frt?.phase === 'hold', 90_000);
    const sessionId = holding.recording!.sessionId;
    const frame = createLiveFrame();
    const gapFrames: number[] = [];
    client.onFrame((view) => {
      if (decodeLiveFrame(view, frame) && frame.flags & LiveFlag.gap) gapFrames.push(frame.sequence);
    });
    // From the phase told last, which must be that it streams.
    visit.phases.splice(0, visit.phases.length - 1);
    visit.notices.length = 0;

    const lost = device().loseLinks();
    await sleep(50);
    await lost;
    device().link.black = true;
    await client.until('the word', (s) => s.notice?.code === 'LINK_LOST');
    await sleep(AWAY_MS - 1000);
    expect(visit.head.phase).not.toBe('streaming');
    device().link.black = false;
    await streaming(client);
    await client.until('no word of it any more', (s) => s.notice?.code !== 'LINK_LOST');

    expect(visit.phases.slice(0, 3)).toEqual(['streaming', 'stale', 'reconnecting']);
    expect(visit.phases.slice(-4)).toEqual(['connecting', 'discovering', 'starting', 'streaming']);
    expect(visit.phases).not.toContain('failed');
    expect(visit.notices).toContain('LINK_LOST');
    await client.until('the first frame after the gap', () => gapFrames.length > 0);

    // The alignment is kept, the test goes on, and what the gap was in does not count.
    expect(client.state!.alignment.phase).toBe('accepted');
    const after = await client.until(
      'a judgement on the repetition',
      (s) => (s.frt?.repetitions.length ?? 0) > 0,
      90_000,
    );
    expect(after.frt!.repetitions[0]).toMatchObject({ status: 'rejected', reason: 'signal' });
    await moreSamples(client, 150);
    await client.must({ type: 'session-end' });
    await visit.close();

    const kept = await whatWasKept(folder, sessionId);
    expect(kept.streams.map((stream) => stream.role)).toEqual(['head', 'head']);
    for (const stream of kept.streams) expect(stream.notifications).toBeGreaterThan(100);
    const types = kept.events.map((event) => event.type).filter((type) => type.startsWith('stream'));
    expect(types).toEqual(['stream', 'stream-end', 'stream', 'stream-end']);
    const end = kept.events.find((event) => event.type === 'stream-end')!;
    expect(String(end.values['reason'])).toMatch(/out of range|no samples/);

    visit = await startVisit(air, { folder });
    await askFor(visit.client, 'FAULT-A');
    await streaming(visit.client);
  }, 240_000);

  test('silent while its link stands: stale within half a second, given up after two, streaming again', async () => {
    const { client } = visit;
    await client.must({ type: 'session-start', subjectCode: 'FAULT-02' });
    await readyVisit(client.must);
    await moreSamples(client, 150);
    const { recording } = await client.until('the session', (s) => s.recording !== null);
    visit.phases.splice(0, visit.phases.length - 1);
    device().link.dropShare = 1;
    await client.until('stale', (s) => s.sensors[0]?.phase === 'stale');
    expect(visit.head.rateHz).toBe(0);
    await client.until('given up', (s) => s.sensors[0]?.phase === 'reconnecting', 10_000);
    expect(client.state!.notice).toMatchObject({ code: 'LINK_LOST' });
    expect(visit.head.message).toContain('silent');
    device().link.dropShare = 0;
    await streaming(client);
    await moreSamples(client, 50);
    expect(visit.phases.slice(0, 3)).toEqual(['streaming', 'stale', 'reconnecting']);
    expect(visit.head.lost).toBe(0);
    await client.must({ type: 'session-end' });
    silentSession = recording!.sessionId;
  }, 120_000);

  test('cut off in the middle of discovery: tried again, and nothing of the first attempt is left', async () => {
    const { client } = visit;
    await client.must({ type: 'disconnect', index: 0 });
    visit.phases.length = 0;
    device().link.cutAtDiscoveryAnswer = 3;
    await askFor(client, 'FAULT-A');
    await streaming(client);
    await moreSamples(client, 100);
    expect(device().link.cutAtDiscoveryAnswer).toBe(0);
    expect(visit.phases.filter((phase) => phase === 'discovering').length).toBeGreaterThanOrEqual(2);
    expect(visit.phases).not.toContain('failed');
    expect(visit.head.lost).toBe(0);
  }, 120_000);

  test('a connect that never gets an answer ends in time, and says so; with an answer it streams', async () => {
    const { client, gateway } = visit;
    await client.must({ type: 'disconnect', index: 0 });
    const pid = await radioPidOf(gateway);
    air.centralDevice.answersConnect = false;
    await askFor(client, 'FAULT-A');
    await client.until('connecting', (s) => s.sensors[0]?.phase === 'connecting');
    // Neither the connect nor its cancelling is answered: the controller hangs, only a fresh radio process helps.
    await client.until('the word', (s) => /did not answer|ended/.test(s.sensors[0]?.message ?? ''), 30_000);
    air.centralDevice.answersConnect = true;
    const state = await client.until(
      'an end of it',
      (s) => ['streaming', 'failed'].includes(s.sensors[0]?.phase ?? ''),
      40_000,
    );
    if (state.sensors[0]!.phase === 'failed') await askFor(client, 'FAULT-A');
    await streaming(client);
    await moreSamples(client, 100);
    expect(await radioPidOf(gateway)).not.toBe(pid);
    expect(visit.head.lost).toBe(0);
  }, 120_000);

  test('that fell silent left two streams in its session, and the reason of the break between them', async () => {
    await visit.close();
    const { streams, events } = await whatWasKept(folder, silentSession);
    expect(streams.map(({ role }) => role)).toEqual(['head', 'head']);
    expect(streams[0]!.notifications).toBeGreaterThanOrEqual(140);
    expect(streams[1]!.notifications).toBeGreaterThanOrEqual(40);
    const ends = events.filter(({ type }) => type === 'stream-end');
    expect(String(ends[0]!.values['reason'])).toMatch(/no samples|silent/);
    expect(ends).toHaveLength(2);
  }, 120_000);
});
