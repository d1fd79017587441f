import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PicturedSeries, roundTicks, trendPicture } from '../../../src/core/outcome/picture.ts';

const value = fc.double({ min: -500, max: 500, noNaN: true });
const series: fc.Arbitrary<PicturedSeries> = fc.record({
  points: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 1e6 }),
      value,
      sigma: fc.option(fc.double({ min: 0, max: 20, noNaN: true })),
      headache: fc.option(fc.boolean()),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  band: fc.option(fc.double({ min: 0, max: 60, noNaN: true })),
});

describe('the picture of a trend', () => {
  it('holds every mark, whatever the values', () => {
    fc.assert(
      fc.property(series, (one) => {
        const { points, band, baseline, ticks } = trendPicture(one, 0, 1e6);
        const all = [baseline, ...(band ?? []), ...points.flatMap(({ y, bar }) => [y, ...(bar ?? [])])];
        for (const y of [...all, ...ticks.map((tick) => tick.y)]) {
          expect(y).toBeGreaterThanOrEqual(-1e-9);
          expect(y).toBeLessThanOrEqual(1 + 1e-9);
        }
        for (const { x } of points) expect(x >= 0 && x <= 1).toBe(true);
      }),
    );
  });
  it('puts a value outside of the band where the rule calls a change, and a larger value higher', () => {
    const picture = trendPicture(
      {
        points: [
          { atMs: 0, value: 30, sigma: 1, headache: false },
          { atMs: 10, value: 37.1, sigma: null, headache: true },
          { atMs: 10, value: 36.9, sigma: 0, headache: null },
        ],
        band: 7,
      },
      0,
      10,
    );
    const [first, above, inside] = picture.points;
    expect(above!.y).toBeLessThan(picture.band![0]);
    expect(inside!.y).toBeGreaterThan(picture.band![0]);
    expect(first).toMatchObject({ x: 0, y: picture.baseline });
    expect(first!.bar![0]).toBeLessThan(first!.bar![1]);
    expect([above!.bar, inside!.bar]).toEqual([null, null]);
  });
  it('shows a single instant in the middle', () => {
    const one = { points: [{ atMs: 5, value: 3, sigma: 0, headache: null }], band: null };
    expect(trendPicture(one, 5, 5).points[0]).toMatchObject({ x: 0.5, y: 0.5 });
  });
  it.each([
    [0, 10, [0, 5, 10]],
    [28, 47, [30, 40]],
    [-7, 7, [-5, 0, 5]],
    [3, 3, [3]],
  ])('marks %f to %f at %j', (low, high, ticks) => {
    expect(roundTicks(low, high)).toEqual(ticks);
  });
});
