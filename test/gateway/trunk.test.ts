/** A second sensor on the trunk, through the whole gateway in virtual time: a subject whose trunk turns along. */
import { describe, expect, it } from 'vitest';
import { createHeadbandModel } from '../../src/adapters/sim/headband-model.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import type { KitState } from '../../src/contract/state.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { DEFAULT_PARTS } from '../../src/gateway/kit-parts.ts';
import { compareSession } from '../../src/gateway/recompute.ts';
import { createVirtualKit, endVirtualKits, type VirtualKit } from '../support/virtual-kit.ts';
import { readyVisit } from '../support/visit-ready.ts';

const ALONG = 0.2;
const DEG = 180 / Math.PI;

interface Rig extends VirtualKit {
  readonly subject: ReturnType<typeof createSubject>;
}
endVirtualKits();

async function rig(seed: number, sensors: 1 | 2): Promise<Rig> {
  const subject = createSubject(seed, { trunkAlongShare: ALONG });
  const began = { startUs: Number.NaN };
  const head = createHeadbandModel({ seed, serial: 'HEAD-1', source: subject, began });
  const trunk = createHeadbandModel({ seed: seed + 1, serial: 'TRUNK-1', source: subject.trunk, clockPpm: -30, began });
  const made: Rig = { ...(await createVirtualKit({ head, trunk })), subject };
  const { run, until, time } = made;
  await run({ type: 'session-start', subjectCode: 'TRUNK-01' });
  await readyVisit(run);
  if (sensors === 2) {
    await run({ type: 'connect', id: 'simulator:head', role: 'head' });
    await until('the head', (s) => s.sensors[0]?.phase === 'streaming');
    await run({ type: 'connect', id: 'simulator:trunk', role: 'trunk' });
    await until('the trunk', (s) => s.sensors[1]?.phase === 'streaming');
    await time.advance(2500);
    await run({ type: 'align-start' });
    await until('the alignment', (s) => s.alignment.phase === 'accepted');
    await time.advance(1500);
    await run({ type: 'align-start', of: 'trunk' });
    await until('the trunk alignment', (s) => s.trunk?.phase === 'accepted');
  } else await made.wear('head');
  await time.advance(1000);
  return made;
}

async function frt(r: Rig): Promise<KitState> {
  const settings = { repetitionsPerSide: 2, practice: false, autoConfirm: true, firstSide: 'left' } as const;
  await r.run({ type: 'frt-start', ...settings });
  await r.until('the end of the test', (s) => s.frt?.phase === 'finished' && s.frt.result !== null);
  await r.time.advance(300);
  return r.kit.state;
}
async function crom(r: Rig): Promise<KitState> {
  await r.run({ type: 'trial-start', protocol: 'crom', repetitions: 1, practice: 0, autoConfirm: true });
  await r.until('the end of the test', (s) => s.trial?.ended === true);
  await r.time.advance(300);
  return r.kit.state;
}
/** Mean size of the true end ranges that go this way, deg. */
function truth(r: Rig, kind: 'frt' | 'crom', direction: string, neck: boolean): number {
  const own = r.subject.truth.performed().filter((m) => m.kind === kind && m.direction === direction);
  const sizes = own.map((m) => Math.abs(neck ? m.neckRangeRad : m.endRangeRad) * DEG);
  return sizes.reduce((sum, one) => sum + one, 0) / sizes.length;
}
const within = (value: number, true_: number, sigmaDeg: number): void =>
  expect(Math.abs(value - true_), `${value} against ${true_}, sigma ${sigmaDeg}`).toBeLessThan(2.6 * sigmaDeg);
async function endedSession(r: Rig): Promise<string> {
  const { sessionId } = r.kit.state.recording!;
  await r.run({ type: 'session-end' });
  return sessionId;
}

describe('a trunk that turns along', () => {
  it('is taken out of the Flexion-Rotation Test by a second sensor, and the record says so', async () => {
    const r = await rig(21, 2);
    const { result, repetitions } = (await frt(r)).frt!;
    expect(result!.trunkCorrected).toBe(true);
    for (const side of ['left', 'right'] as const) {
      const neck = truth(r, 'frt', side, true);
      const space = truth(r, 'frt', side, false);
      expect(space - neck).toBeGreaterThan(3);
      within(result![side].meanDeg!, neck, result![side].sigmaDeg!);
      expect(result![side].sigmaDeg!).toBeLessThan(1.5);
    }
    for (const one of repetitions.filter(({ status }) => status === 'counted')) {
      expect(one.trunk).toMatchObject({ corrected: true });
      expect(one.trunk!.headAloneDeg! - one.angleDeg!).toBeGreaterThan(3);
      expect(one.trunk!.trunkTurnDeg!).toBeGreaterThan(3);
      expect(Math.abs(one.trunk!.startFlexionDeg! - 50)).toBeLessThan(8);
    }
    const sessionId = await endedSession(r);
    const [trial] = (await r.store.sessionDetail(sessionId))!.trialList;
    expect(trial!.parameters).toMatchObject({ method: 'frt-smoothed-twist-trunk/2', trunk: { serial: 'TRUNK-1' } });
    expect((await r.store.listStreams(sessionId)).map(({ role }) => role).sort()).toEqual(['head', 'trunk']);
    const [compared] = await compareSession({ store: r.store, drivers: DRIVERS, parts: DEFAULT_PARTS }, sessionId);
    expect(compared).toMatchObject({ outcome: 'equal', changes: [], fresh: { method: 'frt-smoothed-twist-trunk/2' } });
  }, 120_000);

  it('is taken out of the range of motion, and its warning goes', async () => {
    const r = await rig(22, 2);
    const { result, repetitions } = (await crom(r)).trial!;
    expect(result!.trunkCorrected).toBe(true);
    for (const { direction, mean, sigma } of result!.directions)
      within(mean!, truth(r, 'crom', direction, true), sigma!);
    const rotation = repetitions.find(({ direction }) => direction === 'rotation-left')!;
    expect((rotation.values['headAloneDeg'] as number) - rotation.angleDeg!).toBeGreaterThan(8);
    expect(repetitions.flatMap(({ warnings }) => warnings)).not.toContain('neutral-moved');
    const sessionId = await endedSession(r);
    const [compared] = await compareSession({ store: r.store, drivers: DRIVERS, parts: DEFAULT_PARTS }, sessionId);
    expect(compared).toMatchObject({ outcome: 'equal', changes: [], fresh: { method: 'crom-smoothed-trunk/1' } });
  }, 120_000);

  it('goes into the angle with one sensor, which claims nothing else', async () => {
    const r = await rig(21, 1);
    const seen: { inclinationDeg: number; changeDeg: number }[] = [];
    r.kit.addSink({
      publish: ({ headInclinationRad, inclinationChangeRad }) =>
        seen.push({ inclinationDeg: headInclinationRad * DEG, changeDeg: inclinationChangeRad * DEG }),
    });
    const { result, repetitions } = (await frt(r)).frt!;
    // The page's bar is what the test judges: the head against the vertical, since the flexed start in force.
    const starts = repetitions.map(({ startInclinationDeg }) => startInclinationDeg!);
    const inTurn = seen.filter(({ changeDeg }) => Math.abs(changeDeg) > 1);
    expect(inTurn.length).toBeGreaterThan(100);
    for (const { inclinationDeg, changeDeg } of inTurn)
      expect(Math.min(...starts.map((start) => Math.abs(inclinationDeg - changeDeg - start)))).toBeLessThan(1.5);
    expect(result).not.toHaveProperty('trunkCorrected');
    expect(repetitions[0]).not.toHaveProperty('trunk');
    for (const side of ['left', 'right'] as const) {
      within(result![side].meanDeg!, truth(r, 'frt', side, false), result![side].sigmaDeg!);
      expect(result![side].meanDeg! - truth(r, 'frt', side, true)).toBeGreaterThan(3);
    }
  }, 120_000);

  it('is no longer taken out of any repetition when its sensor is lost in one, and the result says so', async () => {
    const r = await rig(23, 2);
    const settings = { repetitionsPerSide: 2, practice: false, autoConfirm: true, firstSide: 'left' } as const;
    await r.run({ type: 'frt-start', ...settings });
    await r.until('one repetition', (s) => s.frt!.repetitions.length === 1);
    const turning = await r.until('the next turn', (s) => s.frt!.phase === 'rotating');
    // The page's bar is called after what the repetition is judged by.
    expect(turning.frt!.inclinationOf).toBe('neck');
    r.source.setInSight('trunk', false);
    await r.until('the head alone', (s) => s.frt!.inclinationOf === 'head');
    await r.until('the end of the test', (s) => s.frt?.phase === 'finished' && s.frt.result !== null);
    await r.time.advance(300);
    const { result, repetitions } = r.kit.state.frt!;
    const counted = repetitions.filter(({ status }) => status === 'counted');
    expect(counted.filter(({ warnings }) => warnings.includes('trunk-lost')).length).toBe(3);
    expect(counted.map(({ trunk }) => trunk!.corrected)).toEqual([false, false, false, false]);
    expect(result!.trunkCorrected).toBe(false);
    for (const side of ['left', 'right'] as const)
      within(result![side].meanDeg!, truth(r, 'frt', side, false), result![side].sigmaDeg!);
    const sessionId = await endedSession(r);
    const [trial] = (await r.store.sessionDetail(sessionId))!.trialList;
    expect(trial!.parameters['method']).toBe('frt-smoothed-twist/2');
    const [compared] = await compareSession({ store: r.store, drivers: DRIVERS, parts: DEFAULT_PARTS }, sessionId);
    expect(compared!.outcome).toBe('equal');
  }, 120_000);
});
