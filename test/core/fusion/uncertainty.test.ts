import { describe, expect, it } from 'vitest';
import { medianSigma, uncertaintyBudget } from '../../../src/core/fusion/uncertainty.ts';

const parts = { tiltRad: 0.003, headingRad: 0.004, alignmentRad: 0, holdRad: 0, softTissueRad: 0 };

describe('uncertainty budget', () => {
  it('adds variances and names the part that dominates', () => {
    const budget = uncertaintyBudget(parts);
    expect(budget.sigmaRad).toBeCloseTo(0.005, 12);
    expect(budget.halfWidth95Rad).toBeCloseTo(1.96 * 0.005, 12);
    expect(budget.dominant).toBe('heading');
    expect(budget.shares.heading).toBeCloseTo(0.64, 12);
  });

  it('never takes unknown for certain', () => {
    const budget = uncertaintyBudget({ ...parts, holdRad: Number.NaN });
    expect(budget.sigmaRad).toBe(Number.POSITIVE_INFINITY);
    expect(budget.dominant).toBe('hold');
    expect(budget.shares).toMatchObject({ hold: 1, tilt: 0 });
  });

  it('gives the standard error of a median', () => {
    expect(medianSigma(1, 100)).toBeCloseTo(0.1253, 4);
    expect(medianSigma(1, 0)).toBeCloseTo(Math.sqrt(Math.PI / 2), 12);
  });
});
