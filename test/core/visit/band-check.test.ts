import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MotionSample } from '../../../src/core/protocol/step.ts';
import { degFromRad, radFromDeg } from '../../../src/core/units.ts';
import { createBandCheck, judgeBand } from '../../../src/core/visit/band-check.ts';

const G = 9.81;
/**
 * Up in the axes of the alignment, for a head that lies with the face up, the chin tucked by `tuckDeg`, the ears off
 * level by `leanDeg`, and a band that was turned about the head by `slipDeg` since.
 */
function up(tuckDeg: number, slipDeg: number, leanDeg = 0): number[] {
  const tuck = radFromDeg(tuckDeg);
  const turn = radFromDeg(slipDeg + leanDeg);
  const [x, z] = [Math.cos(tuck), Math.sin(tuck)];
  return [G * x * Math.cos(turn), G * x * Math.sin(turn), G * z];
}
const sample = (timeS: number, acc: readonly number[], rateRadps = 0): MotionSample => ({
  timeS,
  worldFromHead: Float64Array.of(1, 0, 0, 0),
  headRateRadps: Float64Array.of(rateRadps, 0, 0),
  headAccMps2: Float64Array.from(acc),
  flags: 0,
  gapS: 0,
  headingSigmaRad: 0,
  tiltSigmaRad: 0.01,
});

describe('the band, supine', () => {
  it('is in place however far the chin is tucked, and has moved when it was turned about the head', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -20, max: 40 }),
        fc.integer({ min: -4, max: 4 }),
        fc.integer({ min: 18, max: 40 }),
        fc.boolean(),
        (tuckDeg, leanDeg, slipDeg, left) => {
          expect(judgeBand(up(tuckDeg, 0, leanDeg)).verdict).toBe('in-place');
          const slipped = judgeBand(up(tuckDeg, left ? slipDeg : -slipDeg, leanDeg));
          expect(slipped.verdict).toBe('moved');
          expect(Math.sign(slipped.offRad)).toBe(left ? 1 : -1);
        },
      ),
    );
  });
  it('is not judged sitting, face down, or without an accelerometer', () => {
    expect(judgeBand([0, 0, G]).verdict).toBe('not-supine');
    expect(judgeBand([-G, 0, 0]).verdict).toBe('not-supine');
    expect(judgeBand([Number.NaN, 0, 0]).verdict).toBe('no-gravity');
  });
  it('takes one still second, and gives up when there is none', () => {
    const check = createBandCheck();
    for (let i = 0; i < 300 && check.verdict === null; i++)
      check.update(sample(i / 100, up(20, i < 100 ? 30 : 1), i < 100 ? 1 : 0));
    expect(check.verdict).toBe('in-place');
    expect(Math.abs(degFromRad(check.offRad))).toBeLessThan(1.1);
    const seated = createBandCheck();
    for (let i = 0; i < 2200 && seated.verdict === null; i++) seated.update(sample(i / 100, [0, 0, G]));
    expect(seated.verdict).toBe('not-supine');
    const lyingDown = createBandCheck();
    for (let i = 0; i < 800 && lyingDown.verdict === null; i++)
      lyingDown.update(sample(i / 100, i < 300 ? [0, 0, G] : up(20, 1), i >= 300 && i < 500 ? 1 : 0));
    expect(lyingDown.verdict).toBe('in-place');
    const restless = createBandCheck();
    for (let i = 0; i < 2200; i++) restless.update(sample(i / 100, up(20, 0), 0.5));
    expect(restless.verdict).toBe('unsteady');
  });
  it('continues from a save to the bit', () => {
    fc.assert(
      fc.property(fc.nat(150), (cut) => {
        const whole = createBandCheck();
        let other = createBandCheck();
        for (let i = 0; i < 160; i++) {
          if (i === cut) {
            const saved = JSON.parse(JSON.stringify(other.save()));
            other = createBandCheck();
            other.restore(saved);
          }
          const one = sample(i / 100, up(10, 2 * Math.sin(i)), i === 40 ? 1 : 0.01);
          whole.update(one);
          other.update(one);
        }
        expect([other.verdict, other.offRad]).toEqual([whole.verdict, whole.offRad]);
      }),
      { numRuns: 20 },
    );
  });
});
