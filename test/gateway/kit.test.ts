import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { sessionDetailSchema } from '../../src/contract/records.ts';
import { type KitState, kitStateSchema } from '../../src/contract/state.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createKit, type Kit } from '../../src/gateway/kit.ts';
import type { SessionStore } from '../../src/ports/session-store.ts';
import { encodeLiveFrame, LIVE_FRAME_BYTES } from '../../src/wire/live-frame.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualSource, type VirtualSource } from '../support/virtual-source.ts';
import { createVirtualTime, type VirtualTime } from '../support/virtual-time.ts';

interface Rig {
  readonly time: VirtualTime;
  readonly source: VirtualSource;
  readonly store: SessionStore;
  readonly kit: Kit;
  readonly frames: Uint8Array[];
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
      const bytes = new Uint8Array(LIVE_FRAME_BYTES);
      encodeLiveFrame(new DataView(bytes.buffer), frame);
      frames.push(bytes);
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
    expect(detail.trialList[0]!.repetitions).toEqual(done.frt!.repetitions);
    expect(detail.trialList[0]!.repetitions.map((rep) => rep.side).slice(0, 4)).toEqual([
      'left',
      'right',
      'left',
      'right',
    ]);
  }, 60_000);
});
