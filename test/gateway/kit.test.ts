import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { KitError } from '../../src/contract/errors.ts';
import { frtOfRecord, sessionDetailSchema } from '../../src/contract/records.ts';
import { type KitState, kitStateSchema } from '../../src/contract/state.ts';
import { degFromRad } from '../../src/core/units.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createKit, type Kit } from '../../src/gateway/kit.ts';
import { DEFAULT_PARTS } from '../../src/gateway/kit-parts.ts';
import { REMEASURE_METHOD, type RemeasureEntry } from '../../src/gateway/remeasure.ts';
import { rescoreSession } from '../../src/gateway/rescore.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  createLiveFrame,
  decodeLiveFrame,
  encodeLiveFrame,
  LIVE_FRAME_BYTES,
  LiveFlag,
  type LiveFrame,
} from '../../src/wire/live-frame.ts';
import { collect } from '../contract/session-store.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualSource, type VirtualSource } from '../support/virtual-source.ts';
import { createVirtualTime, type VirtualTime } from '../support/virtual-time.ts';
import { readyVisit } from '../support/visit-ready.ts';

interface Rig {
  readonly time: VirtualTime;
  readonly source: VirtualSource;
  readonly store: Store;
  readonly kit: Kit;
  readonly frames: Uint8Array[];
}

function encoded(frame: LiveFrame): Uint8Array {
  const bytes = new Uint8Array(LIVE_FRAME_BYTES);
  encodeLiveFrame(new DataView(bytes.buffer), frame);
  return bytes;
}

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await Promise.all([rig.kit.stop(), rig.time.advance(6000)]);
});

async function rig(seed = 1, settings: Parameters<typeof simulatedHeadband>[2] = {}): Promise<Rig> {
  const time = createVirtualTime();
  const source = createVirtualSource(time, { band: simulatedHeadband(seed, {}, settings).model });
  const store = createMemoryStore();
  await store.open();
  const { clock, timers } = time;
  const kit = createKit({ sources: [source], store, clock, timers, version: 'test', drivers: DRIVERS });
  const frames: Uint8Array[] = [];
  kit.addSink({
    publish(frame) {
      frames.push(encoded(frame));
    },
  });
  await kit.start();
  const made = { time, source, store, kit, frames };
  rigs.push(made);
  return made;
}

/** Advances until the state fits, checking every state on the way against the contract. */
async function until(r: Rig, what: string, test: (state: KitState) => boolean, limitMs = 120_000): Promise<KitState> {
  for (let t = 0; t < limitMs; t += 100) {
    const state = kitStateSchema.parse(r.kit.state);
    if (test(state)) return state;
    await r.time.advance(100);
  }
  throw new Error(`waited for ${what}: ${JSON.stringify(r.kit.state)}`);
}

async function aligned(r: Rig): Promise<void> {
  await r.kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
  await until(r, 'streaming', (s) => s.sensors[0]?.phase === 'streaming');
  await r.time.advance(2000);
  await r.kit.execute({ type: 'align-start' });
  const state = await until(r, 'alignment', (s) => ['accepted', 'rejected'].includes(s.alignment.phase));
  expect(state.alignment).toMatchObject({ phase: 'accepted', code: 'align.accepted' });
}

const FRT = { type: 'frt-start', repetitionsPerSide: 3, practice: true, autoConfirm: true, firstSide: 'left' } as const;

describe('the kit on a simulated subject in virtual time', () => {
  it('goes from a cold start to a stored result within 1.5 degrees of the truth, left and right the right way round', async () => {
    const r = await rig();
    await r.kit.execute({ type: 'scan', on: true });
    const found = (await until(r, 'a band', (s) => s.found.length > 0)).found[0]!;
    expect(found).toMatchObject({ id: 'simulator:band', simulated: true });
    await aligned(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'TEST-01' });
    await readyVisit(r.kit.execute);
    await r.kit.execute(FRT);
    const done = await until(r, 'the result', (s) => s.frt?.phase === 'finished', 240_000);
    const { left, right, reference } = done.frt!.result!;
    expect(left.count).toBe(3);
    expect(right.count).toBe(3);
    expect(Math.abs(left.meanDeg! - 38)).toBeLessThan(1.5);
    expect(Math.abs(right.meanDeg! - 29)).toBeLessThan(1.5);
    expect(left.sigmaDeg).toBeGreaterThan(0);
    expect(reference).toMatchObject({ id: 'hall-2010b', valueDeg: 32 });
    expect(done.recording).toMatchObject({ subjectCode: 'TEST-01', problem: null, trialId: null });
    expect(done.recording!.acknowledgedS).toBeGreaterThan(30);
    await r.kit.execute({ type: 'frt-close' });
    await r.kit.execute({ type: 'session-end' });
    const [summary] = await r.store.listSessions();
    expect(summary).toMatchObject({ simulated: true, frtLeftDeg: left.meanDeg, frtRightDeg: right.meanDeg });
    const detail = sessionDetailSchema.parse(await r.store.sessionDetail(summary!.id));
    expect(detail.endedAtMs).not.toBeNull();
    expect(detail.trialList[0]).toMatchObject({ status: 'finished', simulated: true, result: done.frt!.result });
    expect(detail.trialList[0]!.repetitions.map(frtOfRecord)).toEqual(done.frt!.repetitions);
    expect(detail.trialList[0]!.repetitions.map((rep) => rep.direction).slice(0, 4)).toEqual([
      'left',
      'right',
      'left',
      'right',
    ]);
  }, 60_000);

  it('recomputes every frame and every angle from the record, bit for bit, reconnects and events included', async () => {
    const r = await rig(5);
    await aligned(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'RE-1' });
    await readyVisit(r.kit.execute);
    const recordedFrom = r.frames.length;
    await r.kit.execute(FRT);
    await until(r, 'the first repetition', (s) => s.frt!.repetitions.length > 0);
    await r.kit.execute({ type: 'frt-event', event: 'pain', source: 'key' });
    await until(r, 'a turn', (s) => s.frt!.phase === 'rotating');
    r.source.breakLink('band');
    await until(r, 'reconnecting', (s) => s.sensors[0]!.phase === 'reconnecting');
    await until(r, 'streaming again', (s) => s.sensors[0]!.phase === 'streaming');
    await until(r, 'four repetitions', (s) => s.frt!.repetitions.length >= 4, 240_000);
    await r.kit.execute({ type: 'frt-event', event: 'redo', source: 'pedal' });
    const done = await until(r, 'the result', (s) => s.frt?.phase === 'finished', 300_000);
    await r.kit.execute({ type: 'frt-close' });
    await r.kit.execute({ type: 'neutral' });
    await r.time.advance(500);
    await r.kit.execute({ type: 'align-start' });
    await until(r, 'alignment', (s) => ['accepted', 'rejected'].includes(s.alignment.phase));
    await r.time.advance(500);
    const recordedTo = r.frames.length;
    const { sessionId } = r.kit.state.recording!;
    await r.kit.execute({ type: 'session-end' });
    expect(await r.store.listStreams(sessionId)).toHaveLength(2);

    const again: Uint8Array[] = [];
    const rescored = await rescoreSession(
      { store: r.store, drivers: DRIVERS, parts: DEFAULT_PARTS },
      sessionId,
      (frame) => again.push(encoded(frame)),
    );
    const original = r.frames.slice(recordedFrom, recordedTo);
    expect(again.length).toBe(original.length);
    expect(again.length).toBeGreaterThan(5000);
    const different = again.findIndex((bytes, i) => Buffer.compare(bytes, original[i]!) !== 0);
    expect(different).toBe(-1);
    const detail = (await r.store.sessionDetail(sessionId))!;
    expect(rescored.trials).toHaveLength(1);
    const angles = rescored.trials[0]!.repetitions.map((rep) => degFromRad(Math.abs(rep.twistRad)));
    // The stored angles are the re-measured ones; the live ones stand beside them in the record, in radians.
    const marks = (await r.store.listEvents(sessionId)).filter((event) => event.type === 'remeasure');
    expect(marks).toHaveLength(1);
    const entries = marks[0]!.values['repetitions'] as RemeasureEntry[];
    expect(marks[0]!.values).toMatchObject({ reason: null, method: REMEASURE_METHOD });
    expect(rescored.trials[0]!.repetitions.map((rep) => (Number.isNaN(rep.twistRad) ? null : rep.twistRad))).toEqual(
      entries.map((entry) => entry.liveTwistRad),
    );
    expect(detail.trialList[0]!.repetitions.map((rep) => rep.angleDeg)).toEqual(
      entries.map((entry, i) => {
        if (entry.status === 'counted') return degFromRad(Math.abs(entry.twistRad!));
        return Number.isNaN(angles[i]!) ? null : angles[i]!;
      }),
    );
    expect(rescored.trials[0]!.repetitions.map((rep) => rep.reason)).toEqual(
      done.frt!.repetitions.map((rep) => rep.reason),
    );
    expect(done.frt!.repetitions.map((rep) => rep.reason)).toEqual(expect.arrayContaining(['signal', 'redone']));
  }, 60_000);

  it('says within 300 ms that a stream is stale, gets it back, keeps the alignment and marks the gap', async () => {
    const r = await rig(2);
    await aligned(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'GAP-1' });
    await readyVisit(r.kit.execute);
    const states: KitState[] = [];
    r.kit.onState((state) => states.push(state));
    r.source.mute('band', true);
    await r.time.advance(300);
    expect(states.at(-1)!.sensors[0]).toMatchObject({ phase: 'stale', rateHz: 0 });
    await r.time.advance(1800);
    expect(r.kit.state.sensors[0]!.phase).toBe('reconnecting');
    expect(r.kit.state.notice).toMatchObject({ code: 'LINK_LOST' });
    r.source.mute('band', false);
    await until(r, 'streaming', (s) => s.sensors[0]!.phase === 'streaming');
    await r.time.advance(1000);
    expect(r.kit.state.alignment.phase).toBe('accepted');
    expect(r.kit.state.notice).toMatchObject({ code: 'HEADING_BRIDGED' });
    const last = createLiveFrame();
    decodeLiveFrame(new DataView(r.frames.at(-1)!.buffer), last);
    expect(last.flags & LiveFlag.aligned).toBeTruthy();
    expect(Number.isFinite(last.flexionRad)).toBe(true);
    await r.kit.execute({ type: 'neutral' });
    expect(r.kit.state.notice).toBeNull();
    const flagged = r.frames.filter((bytes) => {
      decodeLiveFrame(new DataView(bytes.buffer), last);
      return (last.flags & LiveFlag.gap) !== 0;
    });
    expect(flagged.length).toBeGreaterThanOrEqual(1);
    const { sessionId } = r.kit.state.recording!;
    await r.kit.execute({ type: 'session-end' });
    const types = (await r.store.listEvents(sessionId)).map((event) => event.type);
    expect(types.filter((type) => type === 'stream')).toHaveLength(2);
    expect(types).toContain('stream-end');
    // Time goes on over the gap: no sample is earlier than the one before it.
    let before = Number.NEGATIVE_INFINITY;
    for (const bytes of r.frames) {
      decodeLiveFrame(new DataView(bytes.buffer), last);
      expect(last.timeS).toBeGreaterThan(before);
      before = last.timeS;
    }
  });

  it('refuses what is not possible at the moment, with a code', async () => {
    const r = await rig(3);
    const refused = (command: Parameters<Kit['execute']>[0], code: string) =>
      expect(r.kit.execute(command)).rejects.toMatchObject({ code });
    await refused(FRT, 'NO_SENSOR');
    await refused({ type: 'align-start' }, 'NO_SENSOR');
    await refused({ type: 'neutral' }, 'NO_SENSOR');
    await refused({ type: 'session-end' }, 'WRONG_STATE');
    await refused({ type: 'disconnect', index: 0 }, 'NO_SENSOR');
    await refused({ type: 'connect', id: 'nowhere:x', role: 'head' }, 'SENSOR_NOT_FOUND');
    await r.kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
    await until(r, 'streaming', (s) => s.sensors[0]?.phase === 'streaming');
    await refused({ type: 'connect', id: 'simulator:band', role: 'head' }, 'SENSOR_BUSY');
    await refused({ type: 'connect', id: 'simulator:band', role: 'trunk' }, 'SENSOR_BUSY');
    await refused(FRT, 'NOT_ALIGNED');
    await refused({ type: 'neutral' }, 'NOT_ALIGNED');
    await refused({ type: 'align-cancel' }, 'WRONG_STATE');
    await r.time.advance(2000);
    await r.kit.execute({ type: 'align-start' });
    await until(r, 'alignment', (s) => s.alignment.phase === 'accepted');
    await refused(FRT, 'WRONG_STATE');
    await r.kit.execute({ type: 'session-start', subjectCode: 'AB-1' });
    await readyVisit(r.kit.execute);
    await refused({ type: 'session-start', subjectCode: 'AB-2' }, 'WRONG_STATE');
    await readyVisit(r.kit.execute);
    await refused({ type: 'frt-event', event: 'confirm', source: 'key' }, 'WRONG_STATE');
    await r.kit.execute(FRT);
    await refused(FRT, 'WRONG_STATE');
    await refused({ type: 'align-start' }, 'WRONG_STATE');
    await refused({ type: 'frt-close' }, 'WRONG_STATE');
    await r.kit.execute({ type: 'frt-event', event: 'stop', source: 'key' });
    expect(r.kit.state.frt).toMatchObject({ phase: 'stopped', result: null });
    await r.kit.execute({ type: 'frt-close' });
    expect(r.kit.state.frt).toBeNull();
  });

  it('keeps the band while a test runs; without the band the visit ends and the alignment is forgotten', async () => {
    const r = await rig(4);
    await aligned(r);
    await r.kit.execute({ type: 'session-start', subjectCode: 'AB-1' });
    await readyVisit(r.kit.execute);
    await r.kit.execute(FRT);
    await r.time.advance(3000);
    await expect(r.kit.execute({ type: 'disconnect', index: 0 })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    expect(r.kit.state.frt?.phase).not.toBe('stopped');
    await r.kit.execute({ type: 'frt-event', event: 'stop', source: 'key' });
    await r.kit.execute({ type: 'disconnect', index: 0 });
    expect(r.kit.state).toMatchObject({ sensors: [], recording: null, alignment: { phase: 'none' } });
    const [summary] = await r.store.listSessions();
    expect(summary!.endedAtMs).not.toBeNull();
    expect((await r.store.sessionDetail(summary!.id))!.trialList[0]!.status).toBe('stopped');
    await r.kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
    await until(r, 'streaming', (s) => s.sensors[0]?.phase === 'streaming');
    await expect(r.kit.execute({ type: 'neutral' })).rejects.toMatchObject({ code: 'NOT_ALIGNED' });
  });

  it('shows a failing store, goes on measuring, and keeps everything once there is room', async () => {
    const r = await rig(6);
    await r.kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
    await until(r, 'streaming', (s) => s.sensors[0]?.phase === 'streaming');
    await r.kit.execute({ type: 'session-start', subjectCode: 'AB-1' });
    await readyVisit(r.kit.execute);
    const append = r.store.appendChunks;
    r.store.appendChunks = async () => {
      throw new KitError('STORE_FULL');
    };
    const before = r.frames.length;
    await r.time.advance(3000);
    expect(r.kit.state.recording).toMatchObject({ problem: 'STORE_FULL' });
    expect(r.frames.length).toBeGreaterThan(before + 280);
    r.store.appendChunks = append;
    await r.time.advance(3000);
    expect(r.kit.state.recording!.problem).toBeNull();
    const { sessionId } = r.kit.state.recording!;
    await r.kit.execute({ type: 'session-end' });
    const [stream] = await r.store.listStreams(sessionId);
    let notifications = 0;
    for (const chunk of await collect(r.store.readChunks(stream!.id))) notifications += chunk.notifications;
    expect(notifications).toBeGreaterThanOrEqual(598);
  });

  it('tells listeners at most twenty times a second, and of steps at once', async () => {
    const r = await rig(7);
    await r.kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
    await until(r, 'streaming', (s) => s.sensors[0]?.phase === 'streaming');
    await r.time.advance(2000);
    const states: KitState[] = [];
    const end = r.kit.onState((state) => states.push(state));
    await r.kit.execute({ type: 'align-start' });
    expect(states.at(-1)!.alignment.phase).toBe('still');
    await r.time.advance(2000);
    expect(states.length).toBeGreaterThan(5);
    expect(states.length).toBeLessThan(50);
    end();
    const seen = states.length;
    await r.time.advance(500);
    expect(states).toHaveLength(seen);
  });
});

it('says of a missing radio why it is missing: an option, or the demonstration', () => {
  const { clock, timers } = createVirtualTime();
  const deps = { sources: [], store: createMemoryStore(), clock, timers };
  const said = (demonstration: boolean) =>
    createKit({ ...deps, version: 'test', drivers: [], demonstration }).state.radio.message;
  expect(said(false)).toBe('It was left out at the start (--no-radio).');
  expect(said(true)).toBe('The demonstration uses no Bluetooth.');
});
