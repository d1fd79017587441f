/** The same test without a page or a clock, over many subjects: crooked bands, other necks, other noise. */
import { expect, test } from 'vitest';
import type { SubjectSettings } from '../../src/adapters/sim/subject/settings.ts';
import { runOfflineVisit } from '../support/offline-visit.ts';

const SEEDS = 100;
const TRUTH: Partial<SubjectSettings> = { frtLeftDeg: 38, frtRightDeg: 29, repetitionSpreadDeg: 0, mountingDeg: 20 };
const TOLERANCE_DEG = 1.5;

test(`over ${SEEDS} seeds with crooked bands, both sides are within tolerance and never swapped`, async () => {
  let worst = { seed: -1, side: '', errorDeg: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const visit = await runOfflineVisit({ seed, subject: TRUTH });
    expect(`${seed} ${visit.outcome} ${visit.alignmentCode}`).toMatch(/finished/);
    for (const [side, truthDeg] of [
      ['left', 38],
      ['right', 29],
    ] as const) {
      const errorDeg = Math.abs(visit.meanDeg(side) - truthDeg);
      if (errorDeg > worst.errorDeg) worst = { seed, side, errorDeg };
      expect(errorDeg, `seed ${seed} ${side}`).toBeLessThan(TOLERANCE_DEG);
    }
  }
  process.stderr.write(
    `seeds: worst of ${SEEDS} is seed ${worst.seed} ${worst.side}, off by ${worst.errorDeg.toFixed(2)} deg\n`,
  );
}, 300_000);
