/**
 * All that is followed of one person, judged together: one series a measure, evidence grade and way of measuring, each
 * with its latest value against its first one. How many calls are made decides how wide each of them is.
 */
import { bandAround, judgeTrend, seriesOf, type TrendPoint, type TrendThresholds, type TrendVerdict } from './trend.ts';

export interface FollowedMeasure {
  readonly id: string;
  readonly thresholds: TrendThresholds;
  /** In any order. */
  readonly points: readonly TrendPoint[];
}

export interface JudgedSeries {
  readonly id: string;
  /** In order of time, at least one. All of one evidence grade and one way of measuring. */
  readonly points: readonly TrendPoint[];
  /** Latest against first; null with a single value. */
  readonly verdict: TrendVerdict | null;
  /** Half of the band around the first value outside of which a change is called; null: not known. */
  readonly band: number | null;
}

export interface JudgedTogether {
  readonly series: readonly JudgedSeries[];
  /** How many calls share the 5 % of error. */
  readonly measures: number;
}

/** A series takes part when it has two values and a change that is known to be detectable: only then chance has a try. */
function isCalled(points: readonly TrendPoint[], { detectable, detectableAcrossExaminers }: TrendThresholds): boolean {
  return points.length > 1 && (detectable ?? detectableAcrossExaminers) !== null;
}

export function judgeTogether(followed: readonly FollowedMeasure[]): JudgedTogether {
  const all = followed.flatMap(({ id, thresholds, points }) =>
    seriesOf(points).map((series) => ({ id, thresholds, points: series })),
  );
  const measures = Math.max(1, all.filter(({ points, thresholds }) => isCalled(points, thresholds)).length);
  const series = all.map(({ id, thresholds, points }): JudgedSeries => {
    const first = points[0]!;
    const verdict = points.length > 1 ? judgeTrend(first, points.at(-1)!, thresholds, measures) : null;
    return { id, points, verdict, band: verdict ? verdict.threshold : bandAround(first, thresholds, measures) };
  });
  return { series, measures };
}
