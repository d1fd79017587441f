/** The guided tumble from the command to the matrix of the unit, in virtual time, against the simulated gyro's truth. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Subject } from '../../src/adapters/sim/subject/subject.ts';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { type KitState, kitStateSchema } from '../../src/contract/state.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createKit, type Kit } from '../../src/gateway/kit.ts';
import { DEFAULT_PARTS } from '../../src/gateway/kit-parts.ts';
import { parseGyroModel, type RemeasureEntry } from '../../src/gateway/remeasure.ts';
import { rescoreSession } from '../../src/gateway/rescore.ts';
import type { Store } from '../../src/ports/store.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualSource, type VirtualSource } from '../support/virtual-source.ts';
import { createVirtualTime, type VirtualTime } from '../support/virtual-time.ts';
import { readyVisit } from '../support/visit-ready.ts';

const GYRO_ERROR = { gyroScaleError: 0.01, gyroCrossAxis: 0.003 };
const FRT = {
  type: 'frt-start',
  repetitionsPerSide: 3,
  practice: false,
  autoConfirm: true,
  firstSide: 'left',
} as const;

interface Rig {
  readonly time: VirtualTime;
  readonly source: VirtualSource;
  readonly kit: Kit;
  readonly store: Store;
  readonly subject: Subject;
}
const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await Promise.all([rig.kit.stop(), rig.time.advance(6000)]);
});

async function rig(seed: number): Promise<Rig> {
  const time = createVirtualTime();
  const { model, subject } = simulatedHeadband(seed, { serial: 'UNIT-9' }, GYRO_ERROR);
  const store = createMemoryStore();
  await store.open();
  const source = createVirtualSource(time, { band: model });
  const { clock, timers } = time;
  const kit = createKit({ sources: [source], store, clock, timers, version: 'test', drivers: DRIVERS });
  await kit.start();
  const made = { time, source, kit, store, subject };
  rigs.push(made);
  await kit.execute({ type: 'connect', id: 'simulator:band', role: 'head' });
  await until(made, (s) => s.sensors[0]?.phase === 'streaming');
  await time.advance(2000);
  return made;
}

async function until(r: Rig, test: (state: KitState) => boolean, limitMs = 300_000): Promise<KitState> {
  for (let t = 0; t < limitMs; t += 100) {
    const state = kitStateSchema.parse(r.kit.state);
    if (test(state)) return state;
    await r.time.advance(100);
  }
  throw new Error(JSON.stringify(r.kit.state));
}

async function tumbled(r: Rig): Promise<{ state: KitState; codes: string[] }> {
  const codes: string[] = [];
  await r.kit.execute({ type: 'tumble-start', index: 0 });
  const state = await until(r, (s) => {
    const code = s.tumble?.code ?? 'none';
    if (codes.at(-1) !== code) codes.push(code);
    return s.tumble?.phase === 'accepted' || s.tumble?.phase === 'rejected';
  });
  return { state, codes };
}

/** (I + dM) that turns the gyro's readings into true rates: the inverse of what the simulated gyro does to them. */
function trueCorrection(g: ArrayLike<number>): number[] {
  const cofactor = (r: number, c: number): number => {
    const at = (i: number, j: number): number => g[3 * ((r + i) % 3) + ((c + j) % 3)]!;
    return at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1);
  };
  const det = g[0]! * cofactor(0, 0) + g[1]! * cofactor(0, 1) + g[2]! * cofactor(0, 2);
  return Array.from({ length: 9 }, (_, i) => cofactor(i % 3, Math.floor(i / 3)) / det - (i % 4 === 0 ? 1 : 0));
}
const rms = (list: readonly number[]): number => Math.sqrt(list.reduce((sum, v) => sum + v * v, 0) / list.length);

/** Differences of the re-measured angles of one FRT from the truth, deg, and the stated standard uncertainties. */
async function frtErrors(r: Rig): Promise<{ errors: number[]; sigmas: number[]; sessionId: string }> {
  await r.kit.execute({ type: 'align-start' });
  await until(r, (s) => s.alignment.phase === 'accepted');
  await r.kit.execute({ type: 'session-start', subjectCode: 'TEST-01' });
  await readyVisit(r.kit.execute);
  const { sessionId } = r.kit.state.recording!;
  await r.kit.execute(FRT);
  await until(r, (s) => s.frt?.phase === 'finished');
  await r.time.advance(200);
  await r.kit.execute({ type: 'frt-close' });
  await r.kit.execute({ type: 'session-end' });
  const mark = (await r.store.listEvents(sessionId)).find((event) => event.type === 'remeasure')!;
  expect(mark.values).toMatchObject({ reason: null });
  const counted = (mark.values['repetitions'] as RemeasureEntry[]).filter((entry) => entry.status === 'counted');
  const truth = r.subject.truth.performed().filter((m) => m.kind === 'frt');
  expect(counted).toHaveLength(6);
  const signed = truth.slice(-6).map((m) => m.endRangeRad);
  const deg = 180 / Math.PI;
  const errors = counted.map((entry, i) => deg * (Math.abs(entry.twistRad!) - Math.abs(signed[i]!)));
  return { errors, sigmas: counted.map((entry) => deg * entry.sigmaRad!), sessionId };
}

describe('the guided tumble in the gateway', () => {
  it('finds the matrix of the simulated unit, keeps it, and the next test of the unit is nearer to the truth', async () => {
    const before: number[] = [];
    const after: number[] = [];
    const matrixBefore: number[] = [];
    const matrixAfter: number[] = [];
    for (const seed of [21, 22, 23]) {
      const r = await rig(seed);
      const { state, codes } = await tumbled(r);
      expect(state.tumble).toMatchObject({ phase: 'accepted', code: 'tumble.accepted', progress: 1 });
      expect(codes[0]).toBe('tumble.keep-still');
      expect(codes[1]).toBe('tumble.turn');
      expect(codes.slice(-2)).toEqual(['tumble.put-down', 'tumble.accepted']);
      expect(state.tumble!.result!.serial).toBe('UNIT-9');
      await r.time.advance(3000);
      const stored = parseGyroModel(await r.store.latestGyroModel('UNIT-9'))!;
      const truth = trueCorrection(r.subject.truth.gyroMatrix);
      for (let i = 0; i < 9; i++) {
        const error = stored.matrix[i]! - truth[i]!;
        matrixBefore.push(truth[i]!);
        matrixAfter.push(error);
        expect(Math.abs(error), `element ${i}`).toBeLessThan(4 * Math.sqrt(stored.covariance[10 * i]!));
      }
      await r.kit.execute({ type: 'tumble-cancel' });
      expect(r.kit.state.tumble).toBeNull();
      const taught = await frtErrors(r);
      const mark = (await r.store.listEvents(taught.sessionId)).find((event) => event.type === 'remeasure')!;
      expect(mark.values['storedModel']).toEqual(JSON.parse(JSON.stringify(stored)));
      after.push(...taught.errors);
      before.push(...(await frtErrors(await rig(seed))).errors);
    }
    const figures = { matrix: [rms(matrixBefore), rms(matrixAfter)], angleDeg: [rms(before), rms(after)] };
    process.stdout.write(`tumble, before and after: ${JSON.stringify(figures)}\n`);
    expect(figures.matrix[1]!).toBeLessThan(0.25 * figures.matrix[0]!);
    expect(figures.angleDeg[1]!).toBeLessThan(figures.angleDeg[0]!);
  }, 300_000);

  it('says why it refuses, and forgets the alignment of a band that was taken off', async () => {
    const r = await rig(24);
    await r.kit.execute({ type: 'align-start' });
    await until(r, (s) => s.alignment.phase === 'accepted');
    await r.kit.execute({ type: 'session-start', subjectCode: 'TEST-02' });
    await readyVisit(r.kit.execute);
    await r.kit.execute({ type: 'tumble-start', index: 0 });
    expect(r.kit.state.alignment.phase).toBe('none');
    await expect(r.kit.execute({ type: 'tumble-start', index: 0 })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(r.kit.execute({ type: 'align-start' })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(r.kit.execute(FRT)).rejects.toMatchObject({ code: 'NOT_ALIGNED' });
    await until(r, (s) => s.tumble?.phase === 'tumble');
    r.source.mute('band', true);
    await r.time.advance(1500);
    r.source.mute('band', false);
    const state = await until(r, (s) => s.tumble?.phase === 'rejected');
    expect(state.tumble).toMatchObject({ code: 'tumble.refused-gap', result: null });
    expect(await r.store.latestGyroModel('UNIT-9')).toBeNull();
    await r.kit.execute({ type: 'tumble-start', index: 0 });
    await r.kit.execute({ type: 'tumble-cancel' });
    await expect(r.kit.execute({ type: 'tumble-cancel' })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    // Recomputed from the record, the frames during and after it are unaligned as they were.
    const { sessionId } = r.kit.state.recording!;
    await r.kit.execute({ type: 'session-end' });
    let alignedFrames = 0;
    const { samples } = await rescoreSession(
      { store: r.store, drivers: DRIVERS, parts: DEFAULT_PARTS },
      sessionId,
      (frame) => {
        if (!Number.isNaN(frame.axialRad)) alignedFrames++;
      },
    );
    expect(samples).toBeGreaterThan(500);
    expect(alignedFrames).toBeLessThan(50);
  }, 60_000);
});
