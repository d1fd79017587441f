/**
 * A test in which one turn is too fast, one loses flexion and one loses its link, over twenty subjects and without a
 * clock: those three say why and do not count, what counts is right, and the test is short enough to be done.
 */
import { expect, test } from 'vitest';
import type { SubjectSettings } from '../../src/adapters/sim/subject/settings.ts';
import { DEG_PER_RAD } from '../../src/core/units.ts';
import { runOfflineVisit } from '../support/offline-visit.ts';

const SEEDS = 20;
const COVERAGE_95 = 1.96;
/** The first turn to the left too fast, the second to the right with less flexion, the next to the left without a link. */
const FAULTS: Partial<SubjectSettings> = { frtFastAt: 3, frtFlexionLostAt: 5, frtLinkLostAt: 7 };
/** A test is done in ninety seconds. */
const LIMIT_S = 90;

test(`over ${SEEDS} seeds: what goes wrong says why and does not count, what counts is within its uncertainty`, async () => {
  let worst = { seed: -1, side: '', errorDeg: 0, half95Deg: 0 };
  let longest = { seed: -1, testS: 0 };
  let inside = 0;
  let sides = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const visit = await runOfflineVisit({ seed, subject: FAULTS, repetitionsPerSide: 2 });
    expect(`${seed} ${visit.outcome}`).toBe(`${seed} finished`);
    const rejected = visit.repetitions.filter(({ status }) => status === 'rejected');
    expect(rejected.map(({ reason }) => reason).sort(), `seed ${seed}`).toEqual(['fast', 'flexion', 'signal']);
    expect(visit.repetitions.filter(({ status }) => status === 'practice').length).toBe(2);
    const pairs = visit.truthPairs().filter(({ repetition }) => repetition.status === 'counted');
    for (const side of ['left', 'right'] as const) {
      const own = pairs.filter(({ repetition }) => repetition.side === side);
      expect(own.length, `seed ${seed} ${side}`).toBe(2);
      const mean = (of: (pair: (typeof own)[number]) => number) =>
        own.reduce((sum, one) => sum + of(one), 0) / own.length;
      const errorDeg = Math.abs(mean(({ repetition, truthRad }) => repetition.twistRad - truthRad)) * DEG_PER_RAD;
      const half95Deg = COVERAGE_95 * mean(({ repetition }) => repetition.sigmaRad) * DEG_PER_RAD;
      sides++;
      if (errorDeg <= half95Deg) inside++;
      if (errorDeg > worst.errorDeg) worst = { seed, side, errorDeg, half95Deg };
      // Far outside of what it says of itself it never is.
      expect(errorDeg, `seed ${seed} ${side}`).toBeLessThan((half95Deg * 3) / COVERAGE_95);
    }
    if (visit.testS > longest.testS) longest = { seed, testS: visit.testS };
    expect(visit.testS, `seed ${seed}`).toBeLessThan(LIMIT_S);
  }
  expect(inside / sides).toBeGreaterThanOrEqual(0.9);
  process.stderr.write(
    `faulty repetitions: worst of ${SEEDS} is seed ${worst.seed} ${worst.side}, off by ${worst.errorDeg.toFixed(2)} deg ` +
      `(95 % interval +- ${worst.half95Deg.toFixed(2)}); ${inside} of ${sides} sides inside; ` +
      `the longest test took ${longest.testS.toFixed(0)} s of subject time\n`,
  );
}, 300_000);

test('without anything going wrong the usual test, one practice and three a side, takes less than ninety seconds', async () => {
  const visit = await runOfflineVisit({ seed: 3 });
  expect(visit.outcome).toBe('finished');
  expect(visit.repetitions.filter(({ status }) => status === 'counted').length).toBe(6);
  expect(visit.testS).toBeLessThan(LIMIT_S);
  process.stderr.write(`the usual test takes ${visit.testS.toFixed(0)} s of subject time\n`);
}, 120_000);
