import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeTogether } from '../../../src/core/outcome/episode-trend.ts';
import {
  evidenceGrade,
  rangeThresholds,
  scoreThresholds,
  TREND_MEASURES,
  TREND_SCORES,
} from '../../../src/core/outcome/measures.ts';
import { familyQuantile, judgeTrend, type TrendPoint } from '../../../src/core/outcome/trend.ts';
import { protocolOf } from '../../../src/core/protocol/registry.ts';

const point = (value: number, change: Partial<TrendPoint> = {}): TrendPoint => ({
  ...{ atMs: 0, value, sigma: 0.5, grade: 'examiner-passive', protocolKey: 'frt', examiner: 'E1' },
  ...{ endReason: 'hold', headache: false },
  ...change,
});
const measure = (id: string) => TREND_MEASURES.find((one) => one.id === id)!;
const frt = rangeThresholds(measure('frt-left'));
const follow = (id: string, values: readonly number[], change: Partial<TrendPoint> = {}) => ({
  id,
  thresholds: rangeThresholds(measure(id)),
  points: values.map((value, atMs) => point(value, { atMs, ...change })),
});

describe('measures', () => {
  it('have ids of their own, and the published changes with the quantile they were published for', () => {
    expect(new Set(TREND_MEASURES.map(({ id }) => id)).size).toBe(TREND_MEASURES.length);
    expect(frt).toMatchObject({
      detectable: 7,
      detectableQuantile: 1.645,
      detectableAcrossExaminers: 10,
      acrossQuantile: 1.96,
    });
    expect(rangeThresholds(measure('crom-flexion'))).toMatchObject({ detectable: 10, detectableAcrossExaminers: null });
    expect(rangeThresholds(measure('crom-full-rotation'))).toMatchObject({ detectable: 14, detectableQuantile: 1.96 });
    expect(rangeThresholds(measure('home-flexion-rotation-left'))).toMatchObject({ detectable: null });
    // A range has no important change: it does not speak for the patient.
    for (const one of TREND_MEASURES) expect(rangeThresholds(one).important).toBeNull();
  });
  it('are of tests that exist, with directions that those have', () => {
    for (const { kind, directions } of TREND_MEASURES)
      expect(protocolOf(kind)?.directions, kind).toEqual(expect.arrayContaining([...directions]));
  });
  it('follow what may be done at home, and nothing else, at home', () => {
    for (const { kind, settings } of TREND_MEASURES)
      expect(settings.includes('home'), kind).toBe(protocolOf(kind)!.atHome);
  });
  it('are followed by scores that can be subtracted; a rating of change is a change already', () => {
    expect(TREND_SCORES.map(({ id }) => id)).not.toContain('groc');
    expect(scoreThresholds(TREND_SCORES.find(({ id }) => id === 'ndi')!)).toMatchObject({
      detectable: 5.9,
      important: 5.5,
    });
  });
  it('grade a test by who moved the head and who was there', () => {
    expect(evidenceGrade('frt', 'clinic')).toBe('examiner-passive');
    expect(evidenceGrade('crom', 'clinic')).toBe('examiner-active');
    // Alone is alone, wherever the chair stands.
    expect(evidenceGrade('crom-home', 'home')).toBe('self-active');
    expect(evidenceGrade('crom-home', 'clinic')).toBe('self-active');
    expect(evidenceGrade('home-flexion-rotation', 'clinic')).toBe('self-active');
  });
});

describe('judged together', () => {
  it('never joins evidence grades or ways of measuring', () => {
    const points = [
      point(40),
      point(60, { atMs: 1, grade: 'self-active' }),
      point(20, { atMs: 2, protocolKey: 'other' }),
    ];
    const { series } = judgeTogether([{ id: 'x', thresholds: frt, points }]);
    expect(series).toHaveLength(3);
    for (const one of series) expect(one).toMatchObject({ verdict: null });
  });
  it('counts only what can be called: two values, and a change that is known to be detectable', () => {
    const unknown = {
      id: 'endurance',
      thresholds: rangeThresholds(measure('endurance')),
      points: [point(20), point(30, { atMs: 1 })],
    };
    const two = [follow('frt-left', [30, 38]), follow('frt-right', [30, 31])];
    expect(judgeTogether([...two, unknown, follow('crom-flexion', [50])]).measures).toBe(2);
    expect(judgeTogether([]).measures).toBe(1);
  });
  it('judges the latest value against the first', () => {
    const { series } = judgeTogether([follow('frt-left', [30, 45, 31])]);
    expect(series[0]!.verdict).toMatchObject({ change: 1, verdict: 'not changed' });
    expect(series[0]!.band).toBeCloseTo(7, 12);
  });
  it('calls the same change differently when more is watched, on both sides of the widened boundary', () => {
    const scaled = (measures: number) => (7 * Math.max(1.645, familyQuantile(measures))) / 1.645;
    const others = ['frt-right', 'crom-flexion', 'crom-extension'].map((id) => follow(id, [40, 40]));
    const widened = scaled(4);
    for (const [gain, verdict] of [
      [widened + 1e-9, 'changed'],
      [widened - 1e-9, 'unclear'],
    ] as const)
      expect(judgeTogether([follow('frt-left', [30, 30 + gain]), ...others]).series[0]!.verdict!.verdict).toBe(verdict);
    expect(widened).toBeGreaterThan(10);
    expect(judgeTogether([follow('frt-left', [30, 30 + widened - 1e-9])]).series[0]!.verdict!.verdict).toBe('changed');
  });
  it('uses the larger change across examiners, with the quantile of that one', () => {
    const across = (measures: number) => judgeTrend(point(30), point(36, { examiner: 'E2' }), frt, measures).threshold!;
    expect(across(1)).toBeCloseTo(10, 12);
    expect(across(3)).toBeCloseTo((10 * familyQuantile(3)) / 1.96, 12);
  });
  it('marks a single value with the band that a later one will be held against', () => {
    expect(judgeTogether([follow('frt-left', [30])]).series[0]).toMatchObject({ verdict: null, band: 7 });
    expect(judgeTogether([follow('frt-left', [30], { examiner: null })]).series[0]!.band).toBe(10);
  });
  it('never calls less certain with more measures, whatever the values', () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), fc.integer({ min: 1, max: 12 }), (gain, measures) => {
        const one = judgeTrend(point(40), point(40 + gain), frt, measures);
        const more = judgeTrend(point(40), point(40 + gain), frt, measures + 1);
        expect(more.threshold!).toBeGreaterThanOrEqual(one.threshold!);
        if (more.verdict === 'changed') expect(one.verdict).toBe('changed');
      }),
    );
  });
});
