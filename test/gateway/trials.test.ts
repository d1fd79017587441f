/** Tests other than the FRT, from the command to the store, on the simulated subject in virtual time. */
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { sessionDetailSchema } from '../../src/contract/records.ts';
import { cromMethod } from '../../src/gateway/remeasure-crom.ts';
import { recordVisit } from '../support/recorded-visit.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualKit, endVirtualKits, type VirtualKit } from '../support/virtual-kit.ts';
import { readyVisit } from '../support/visit-ready.ts';

const TRUTH_DEG: Readonly<Record<string, number>> = {
  flexion: 52,
  extension: 61,
  'lateral-left': 40,
  'lateral-right': 38,
  'rotation-left': 72,
  'rotation-right': 66,
};

endVirtualKits();
const run = (r: VirtualKit, command: unknown) => r.run(command);
const until = (r: VirtualKit, ...args: Parameters<VirtualKit['until']>) => r.until(...args);

/** Aligned, with a session open. */
async function ready(seed = 3): Promise<VirtualKit> {
  const settings = {
    flexionDeg: TRUTH_DEG['flexion']!,
    extensionDeg: TRUTH_DEG['extension']!,
    lateralLeftDeg: TRUTH_DEG['lateral-left']!,
    lateralRightDeg: TRUTH_DEG['lateral-right']!,
    rotationLeftDeg: TRUTH_DEG['rotation-left']!,
    rotationRightDeg: TRUTH_DEG['rotation-right']!,
  };
  const r = await createVirtualKit({ band: simulatedHeadband(seed, {}, settings).model });
  await r.wear();
  await run(r, { type: 'session-start', subjectCode: 'TEST-02' });
  await readyVisit(r.kit.execute);
  return r;
}

describe('cervical range of motion', () => {
  it('measures six movements within the uncertainty that it states, and stores every repetition', async () => {
    const r = await ready();
    await run(r, { type: 'trial-start', protocol: 'crom', practice: 1, repetitions: 2 });
    const done = await until(r, 'the end', (s) => s.trial?.ended === true, 600_000);
    const { trial } = done;
    expect(trial!.phase).toBe('finished');
    expect(trial!.repetitions.filter((one) => one.status === 'counted').length).toBe(12);
    for (const { direction, mean, sigma, count } of trial!.result!.directions) {
      expect(count, direction).toBe(2);
      const errorDeg = Math.abs(mean! - TRUTH_DEG[direction]!);
      expect(errorDeg, direction).toBeLessThan(Math.max(2, 2 * sigma!));
      expect(sigma, direction).toBeLessThan(3);
    }
    // The live result is shown first; what is kept comes from the whole record, with zero phase.
    await r.time.advance(100);
    const anew = r.kit.state.trial!;
    for (const { direction, mean, sigma } of anew.result!.directions)
      expect(Math.abs(mean! - TRUTH_DEG[direction]!), direction).toBeLessThan(Math.max(1.5, 2 * sigma!));
    await run(r, { type: 'trial-close' });
    expect(r.kit.state.trial).toBeNull();
    await run(r, { type: 'session-end' });
    const [summary] = await r.store.listSessions();
    const detail = sessionDetailSchema.parse(await r.store.sessionDetail(summary!.id));
    expect(detail.trialList[0]).toMatchObject({ kind: 'crom', status: 'finished', result: anew.result });
    expect(detail.trialList[0]!.parameters['method']).toBe(cromMethod('crom', true));
    expect(detail.trialList[0]!.repetitions).toEqual(anew.repetitions);
    for (const { status, values } of anew.repetitions) {
      if (status !== 'counted') continue;
      expect(values).toMatchObject({ sparc: expect.any(Number), logDimensionlessJerk: expect.any(Number) });
      expect(values['sigmaTermsDeg']).toHaveProperty('heading');
    }
  }, 120_000);
});

describe('a whole test of thirty movements', () => {
  it('does not take the drift of the heading for a trunk that has moved', async () => {
    const r = await ready(3);
    await run(r, { type: 'trial-start', protocol: 'crom' });
    const { trial } = await until(r, 'the end', (s) => s.trial?.ended === true, 900_000);
    expect(trial!.repetitions).toHaveLength(30);
    expect(trial!.repetitions.filter((one) => one.warnings.includes('neutral-moved'))).toEqual([]);
  }, 120_000);
});

describe('after a test that was done lying down', () => {
  it('takes no neutral before the patient sits, and finds every movement again in the record', async () => {
    const store = createMemoryStore();
    await store.open();
    const crom = { repetitions: 2, practice: 1 };
    const sessionId = await recordVisit(store, { seed: 21, subjectCode: 'TEST-03', tests: ['frt', 'crom'], crom });
    const [, trial] = (await store.sessionDetail(sessionId))!.trialList;
    expect(trial!.parameters['method']).toBe(cromMethod('crom', true));
    expect(trial!.repetitions.filter(({ status }) => status === 'counted')).toHaveLength(12);
  }, 120_000);
});

describe('other tests', () => {
  it('fast rotation finds the sweeps and their peak', async () => {
    const r = await ready(4);
    await run(r, { type: 'trial-start', protocol: 'fast-rotation' });
    const { trial } = await until(r, 'the end', (s) => s.trial?.ended === true);
    for (const { direction, mean, count } of trial!.result!.directions) {
      expect(count, direction).toBe(3);
      // Minimum-jerk sweeps of 100 degrees, planned to peak at 210 degrees a second.
      expect(mean).toBeGreaterThan(195);
      expect(mean).toBeLessThan(225);
    }
    expect(trial!.measure).toBe('peakSpeedDegps');
  }, 60_000);

  it('endurance is timed by the examiner, lying down', async () => {
    const r = await ready(5);
    await run(r, { type: 'trial-start', protocol: 'endurance', repetitions: 1 });
    await r.time.advance(8000);
    await run(r, { type: 'trial-event', event: 'confirm', source: 'pedal' });
    await r.time.advance(12_000);
    await run(r, { type: 'trial-event', event: 'confirm', source: 'pedal' });
    const { trial } = await until(r, 'the end', (s) => s.trial?.ended === true);
    expect(trial!.result!.directions[0]!.mean).toBeCloseTo(12, 0);
    expect(trial!.repetitions[0]!.values).toHaveProperty('worstNodChangeDeg');
  }, 60_000);
});

describe('one test at a time', () => {
  it('and none without an alignment or a session', async () => {
    const r = await ready(6);
    await run(r, { type: 'trial-start', protocol: 'crom' });
    await expect(run(r, { type: 'trial-start', protocol: 'endurance' })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(run(r, { type: 'frt-start' })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(run(r, { type: 'align-start' })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(run(r, { type: 'trial-close' })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(run(r, { type: 'disconnect', index: 0 })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await run(r, { type: 'trial-event', event: 'dizziness', source: 'key' });
    expect(r.kit.state.trial).toMatchObject({ ended: true, phase: 'stopped', prompt: 'crom.stopped-dizziness' });
    await expect(run(r, { type: 'trial-event', event: 'confirm' })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await run(r, { type: 'session-end' });
    const [summary] = await r.store.listSessions();
    expect((await r.store.sessionDetail(summary!.id))!.trialList[0]!.status).toBe('stopped');
  }, 60_000);

  it('ends with the visit, and what was done is kept', async () => {
    const r = await ready(7);
    await run(r, { type: 'trial-start', protocol: 'crom', practice: 0, repetitions: 1 });
    await until(r, 'two movements', (s) => (s.trial?.repetitions.length ?? 0) >= 2);
    await run(r, { type: 'session-end' });
    const [summary] = await r.store.listSessions();
    const [trial] = (await r.store.sessionDetail(summary!.id))!.trialList;
    expect(trial!.status).toBe('stopped');
    expect(trial!.repetitions.filter((one) => one.status === 'counted').length).toBeGreaterThanOrEqual(2);
  }, 60_000);
});
