import { describe, expect, it } from 'vitest';
import { rotationRatio } from '../../../src/core/neck/rotation-ratio.ts';

const angles = (left: number, right: number, sigma: number) => ({
  leftRad: left,
  rightRad: right,
  leftSigmaRad: sigma,
  rightSigmaRad: sigma,
});

describe('rotation in flexion beside rotation from neutral', () => {
  it('is the quotient of the totals, free of an error of neutral', () => {
    const half = rotationRatio(angles(0.75, 0.5, 0), angles(1.25, 1.25, 0));
    expect(half).toEqual({ ratio: 0.5, sigma: 0 });
    expect(rotationRatio(angles(0.8, 0.5, 0), angles(1.4, 1.2, 0)).ratio).toBeCloseTo(0.5, 12);
  });
  it('has the uncertainty that small changes of its terms give', () => {
    const s = 1e-4;
    const { ratio, sigma } = rotationRatio(angles(0.7, 0.6, s), angles(1.3, 1.2, s));
    const up = (1.3 + s) / 2.5 - ratio;
    const down = 1.3 / (2.5 + s) - ratio;
    expect(sigma).toBeCloseTo(Math.sqrt(2 * up ** 2 + 2 * down ** 2), 8);
  });
  it('is not a number without a side or without rotation', () => {
    expect(rotationRatio(angles(Number.NaN, 0.5, 0), angles(1, 1, 0)).ratio).toBeNaN();
    expect(rotationRatio(angles(0.5, 0.5, 0), angles(0, 0, 0)).ratio).toBeNaN();
  });
});
