/** Gyro against gravity while the head turns: told when the gyro errs, silent when it does not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRT_DEFAULTS } from '../../../src/core/protocol/frt.ts';
import { createGravityGuard } from '../../../src/core/protocol/gravity-guard.ts';
import { radFromDeg } from '../../../src/core/units.ts';
import { runTrial } from '../../support/run-trial.ts';
import { CONSUMER_SENSOR, Script } from '../../support/subject-motion.ts';

const script = () => new Script().align().lieDownAndFlex(45).frt(38, { holdS: 1.6 }).frt(-36, { holdS: 1.6 });
const frt = { practice: false, repetitionsPerSide: 1 };
/** How often it told, and the run. */
function told(gyroScale?: number): { times: number; run: ReturnType<typeof runTrial> } {
  const run = runTrial(script(), { sensor: CONSUMER_SENSOR, frt, ...(gyroScale === undefined ? {} : { gyroScale }) });
  return { times: run.events.filter(({ code }) => code === 'frt.gravity').length, run };
}

describe('in a test', () => {
  it('says nothing of a sound gyro, and marks nothing', () => {
    const { times, run } = told();
    expect(times).toBe(0);
    expect(run.frt.view.repetitions.map(({ status }) => status)).toEqual(['counted', 'counted']);
    expect(run.frt.view.repetitions.flatMap(({ warnings }) => warnings)).not.toContain('gravity');
  });

  it('tells of a gyro that reads a fifth too much while the head is still out there, and marks the repetition', () => {
    const { times, run } = told(1.2);
    expect(times).toBeGreaterThan(0);
    expect(run.frt.view.repetitions.length).toBeGreaterThan(0);
    const [first] = run.frt.view.repetitions;
    expect(first!.warnings).toContain('gravity');
    expect(first!.reason).toBe('gravity');
  });
});

describe('the guard by itself', () => {
  const limit = { gravityLimitNow: radFromDeg(3), gravityBlind: false };
  const step = { dtS: 0.01 };
  const tilted = (deg: number) => {
    const rad = radFromDeg(deg);
    return Float64Array.of(9.8 * Math.sin(rad), 0, 9.8 * Math.cos(rad));
  };
  const up = Float64Array.of(0, 0, 1);

  it('is silent for any difference under the limit, and for any knock', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2.9, max: 2.9, noNaN: true }),
        fc.integer({ min: 50, max: 200 }),
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -6, max: 6, noNaN: true }))),
        (deg, knockAt, knock) => {
          const guard = createGravityGuard(FRT_DEFAULTS);
          guard.start();
          for (let i = 0; i < 300; i++) {
            const acc = tilted(deg);
            if (i === knockAt || i === knockAt + 1) for (let k = 0; k < 3; k++) acc[k] = acc[k]! + knock[k]!;
            guard.update(step, up, acc, limit);
            expect(guard.now).toBe('agrees');
          }
          expect(guard.marked).toBe(false);
        },
      ),
    );
  });

  it('tells of a bias that creeps on, half a second after it is past the limit, and keeps the mark', () => {
    const guard = createGravityGuard(FRT_DEFAULTS);
    guard.start();
    let toldS = Number.NaN;
    for (let i = 0; i < 400; i++) {
      // Two degrees a second about a level axis.
      guard.update(step, up, tilted(0.02 * i), limit);
      if (Number.isNaN(toldS) && guard.now === 'differs') toldS = 0.01 * i;
    }
    expect(toldS).toBeGreaterThan(2);
    expect(toldS).toBeLessThan(2.5);
    for (let i = 0; i < 300; i++) guard.update(step, up, tilted(0), limit);
    expect([guard.now, guard.marked]).toEqual(['agrees', true]);
    guard.mark();
    expect(guard.marked).toBe(false);
  });

  it('knows nothing near the vertical, and without an accelerometer', () => {
    const guard = createGravityGuard(FRT_DEFAULTS);
    guard.start();
    guard.update(step, up, tilted(20), { ...limit, gravityBlind: true });
    expect(guard.now).toBe('blind');
    guard.update(step, up, new Float64Array(3).fill(Number.NaN), limit);
    expect(guard.now).toBe('blind');
  });

  it('goes on from a save as if it had never stopped', () => {
    const feed = (guard: ReturnType<typeof createGravityGuard>, i: number): unknown[] => {
      guard.update(step, up, tilted(4 * Math.sin(0.02 * i)), limit);
      return [guard.now, guard.marked];
    };
    const whole = createGravityGuard(FRT_DEFAULTS);
    whole.start();
    for (let i = 0; i < 60; i++) feed(whole, i);
    const copy = createGravityGuard(FRT_DEFAULTS);
    copy.restore(JSON.parse(JSON.stringify(whole.save())));
    for (let i = 60; i < 400; i++) expect(feed(copy, i)).toEqual(feed(whole, i));
    expect(copy.save()).toStrictEqual(whole.save());
  });
});
