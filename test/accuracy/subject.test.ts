/** A few trials of the subject benchmark, so that it keeps running and keeps its promises; the whole of it is a bench. */
import { expect, it } from 'vitest';
import { COVERAGE_95 } from '../../src/core/neck/uncertainty.ts';
import { degFromRad } from '../../src/core/units.ts';
import { runSubjectTrial, type ScoredRepetition } from '../bench/support/subject-trial.ts';

it('from lossy packets of a crooked, wobbling band to end ranges: nearer than a degree, sides right, intervals honest', async () => {
  const all: ScoredRepetition[] = [];
  for (let seed = 5001; seed <= 5008; seed++) {
    const trial = await runSubjectTrial({
      seed,
      kind: seed % 2 === 0 ? 'frt' : 'crom',
      subject: { mountingDeg: 30, gyroBiasDegps: 0.5, gyroScaleError: 0.005, wobbleDeg: 1.5, creepDeg: 0.62 },
      lossShare: 0.05,
    });
    expect(trial.outcome).toBe('finished');
    all.push(...trial.repetitions);
  }
  const counted = all.filter((r) => r.outcome === 'counted');
  expect(counted.length).toBeGreaterThanOrEqual(45);
  expect(all.filter((r) => r.sideError)).toEqual([]);
  let inside = 0;
  for (const r of counted) {
    const errorRad = Math.abs(r.angleRad - r.truthRad);
    expect(degFromRad(errorRad)).toBeLessThan(1);
    if (errorRad <= COVERAGE_95 * r.uncertainty!.sigmaRad) inside++;
  }
  expect(inside / counted.length).toBeGreaterThan(0.85);
}, 60_000);
