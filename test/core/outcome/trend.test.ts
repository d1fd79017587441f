import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalDistribution, normalQuantile } from '../../../src/core/math/normal-quantile.ts';
import {
  familyQuantile,
  judgeTrend,
  seriesOf,
  type TrendPoint,
  type TrendThresholds,
} from '../../../src/core/outcome/trend.ts';

const point = (value: number, change: Partial<TrendPoint> = {}): TrendPoint => ({
  atMs: 0,
  value,
  sigma: 0.5,
  grade: 'examiner-passive',
  protocolKey: 'frt',
  examiner: 'E1',
  endReason: 'hold',
  headache: false,
  ...change,
});
const FRT: TrendThresholds = {
  detectable: 7,
  detectableAcrossExaminers: 10,
  detectableQuantile: 1.645,
  important: null,
};
const verdict = (change: number, thresholds = FRT, measures = 1, later: Partial<TrendPoint> = {}) =>
  judgeTrend(point(30), point(30 + change, later), thresholds, measures).verdict;

describe('normal quantile', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.95, 1.6448536269514722],
    [0.995, 2.5758293035489004],
    [1e-6, -4.753424308822899],
  ])('of %f is %f', (p, x) => {
    expect(normalQuantile(p)).toBeCloseTo(x, 9);
  });
  it('is the inverse of the distribution, and nothing outside (0, 1)', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (p) => {
        expect(Math.abs(normalDistribution(normalQuantile(p)) - p)).toBeLessThan(1e-12);
      }),
    );
    for (const p of [0, 1, -1, 2, Number.NaN]) expect(normalQuantile(p)).toBeNaN();
  });
});

describe('a change of one measure', () => {
  const half = 1.959963984540054 * Math.SQRT1_2; // sigma 0.5 twice
  it('counts beyond the published detectable change, on both sides of the boundary', () => {
    expect(verdict(7)).not.toBe('changed');
    expect(verdict(7.0001)).toBe('changed');
    expect(verdict(-7.0001)).toBe('changed');
  });
  it('is none when its whole interval lies inside, on both sides of that boundary', () => {
    expect(verdict(7 - half - 1e-6)).toBe('not changed');
    expect(verdict(7 - half + 1e-6)).toBe('unclear');
    expect(verdict(0)).toBe('not changed');
  });
  it('takes the important change when that is larger, and the own uncertainty when that is', () => {
    const important = { ...FRT, important: 9 };
    expect(verdict(8.9, important)).not.toBe('changed');
    expect(verdict(9.1, important)).toBe('changed');
    const wide = judgeTrend(point(30, { sigma: 4 }), point(40, { sigma: 4 }), FRT, 1);
    expect(wide.threshold).toBeCloseTo(1.959963984540054 * Math.hypot(4, 4), 9);
    expect(wide.verdict).toBe('unclear');
  });
  it('needs more across examiners, and when the examiner is not known', () => {
    expect(verdict(8, FRT, 1, { examiner: 'E2' })).toBe('not changed');
    expect(verdict(10.1, FRT, 1, { examiner: 'E2' })).toBe('changed');
    expect(verdict(8, FRT, 1, { examiner: null })).not.toBe('changed');
    const self = { grade: 'self-active', examiner: null } as const;
    expect(judgeTrend(point(30, self), point(38, self), FRT, 1).verdict).toBe('changed');
  });
  it.each([
    ['grade-differs', { grade: 'self-active' }],
    ['protocol-differs', { protocolKey: 'frt/2' }],
    ['end-reason-differs', { endReason: 'pain' }],
    ['headache-differs', { headache: true }],
    ['headache-unknown', { headache: null }],
  ] as const)('is never called when %s', (reason, later) => {
    const judged = judgeTrend(point(30), point(60, later), { ...FRT, detectableAcrossExaminers: 7 }, 1);
    expect(judged.verdict).toBe('unclear');
    expect(judged.notComparable).toContain(reason);
  });
  it('is never called without a threshold or an uncertainty', () => {
    expect(verdict(40, { ...FRT, detectable: null })).toBe('unclear');
    expect(verdict(40, FRT, 1, { sigma: Number.NaN })).toBe('unclear');
    expect(judgeTrend(point(30), point(Number.NaN), FRT, 1).verdict).toBe('unclear');
  });
});

describe('several measures at once', () => {
  it('keep the error of all calls together at five per cent', () => {
    expect(familyQuantile(1)).toBeCloseTo(1.959963984540054, 9);
    for (const m of [2, 5, 14]) {
      const each = 2 * normalDistribution(familyQuantile(m)) - 1;
      expect(each ** m).toBeCloseTo(0.95, 9);
    }
  });
  it('widen what has to be passed, on both sides of the new boundary', () => {
    const scaled = (7 * familyQuantile(6)) / 1.645;
    expect(verdict(scaled - 0.001, FRT, 6)).not.toBe('changed');
    expect(verdict(scaled + 0.001, FRT, 6)).toBe('changed');
    expect(scaled).toBeGreaterThan(7);
  });
  it('leave the important change as it is', () => {
    const thresholds = { ...FRT, detectable: 1, detectableAcrossExaminers: 1, important: 9 };
    expect(judgeTrend(point(30), point(39.1), thresholds, 6)).toMatchObject({ threshold: 9, verdict: 'changed' });
  });
});

describe('any two points', () => {
  const points = fc.record({
    atMs: fc.integer(),
    value: fc.double(),
    sigma: fc.double({ min: 0, max: 20 }),
    grade: fc.constantFrom(
      'examiner-passive' as const,
      'examiner-active' as const,
      'self-active' as const,
      'patient-reported' as const,
    ),
    protocolKey: fc.constantFrom('a', 'b'),
    examiner: fc.constantFrom('E1', 'E2', null),
    endReason: fc.constantFrom('hold', 'pain', null),
    headache: fc.constantFrom(true, false, null),
  });
  it('are judged the same way round and back, and with more measures never more boldly', () => {
    fc.assert(
      fc.property(points, points, fc.integer({ min: 1, max: 20 }), (a, b, measures) => {
        const one = judgeTrend(a, b, FRT, measures);
        const back = judgeTrend(b, a, FRT, measures);
        expect(back.verdict).toBe(one.verdict);
        if (judgeTrend(a, b, FRT, measures + 1).verdict === 'changed') expect(one.verdict).toBe('changed');
        if (one.notComparable.length > 0) expect(one.verdict).toBe('unclear');
      }),
    );
  });
  it('stand in one series only when grade and protocol are the same, in order of time', () => {
    fc.assert(
      fc.property(fc.array(points), (list) => {
        const series = seriesOf(list);
        expect(series.flat().length).toBe(list.length);
        for (const one of series) {
          expect(new Set(one.map((p) => `${p.grade}|${p.protocolKey}`)).size).toBe(1);
          for (let i = 1; i < one.length; i++) expect(one[i]!.atMs).toBeGreaterThanOrEqual(one[i - 1]!.atMs);
        }
      }),
    );
  });
});
