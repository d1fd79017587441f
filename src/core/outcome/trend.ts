/**
 * Whether a measure really changed over time.
 *
 * A change is called against the larger of three numbers: what the measure varies by when nothing has changed (minimal
 * detectable change), what matters to patients (minimal important change), and what we may be wrong by ourselves. Where
 * several measures are watched at once, chance has as many tries: the error of all calls together is kept at 5 % by
 * Sidak's rule, which widens the two statistical numbers but not the important change.
 *
 * Source of the rule for several: Sidak Z. J Am Stat Assoc 1967; 62:626-633.
 */
import { normalQuantile } from '../math/normal-quantile.ts';
import type { ChangeVerdict } from '../neck/change.ts';

/** How a value came about; values of different grades are never joined in one series. */
export type EvidenceGrade = 'examiner-passive' | 'examiner-active' | 'self-active' | 'patient-reported';

export interface TrendPoint {
  readonly atMs: number;
  /** In the measure's own unit. */
  readonly value: number;
  /** Standard uncertainty, same unit; 0 for a score that was typed. */
  readonly sigma: number;
  readonly grade: EvidenceGrade;
  /** Same protocol, settings and method: points of different keys are not comparable. */
  readonly protocolKey: string;
  /** Pseudonymous; null: not known. */
  readonly examiner: string | null;
  /** Most frequent end reason of the repetitions; null where there is none. */
  readonly endReason: string | null;
  /** Headache at the time of measuring; null: not asked. */
  readonly headache: boolean | null;
}

export interface TrendThresholds {
  /** Minimal detectable change between two visits with one examiner; null: not known. */
  readonly detectable: number | null;
  /** The same across examiners, larger; null: not known. */
  readonly detectableAcrossExaminers: number | null;
  /** Normal quantile behind the detectable change: 1.645 (90 %) or 1.96 (95 %). */
  readonly detectableQuantile: number;
  /** The same of the one across examiners; left out: as the other. */
  readonly acrossQuantile?: number;
  /** Minimal important change; null: not known. */
  readonly important: number | null;
}

/** Why a change cannot be called, whatever its size; message keys. */
export type NotComparable =
  | 'grade-differs'
  | 'protocol-differs'
  | 'end-reason-differs'
  | 'headache-differs'
  | 'headache-unknown'
  | 'no-threshold'
  | 'uncertainty-unknown';

export interface TrendVerdict {
  readonly verdict: ChangeVerdict;
  /** Later minus earlier. */
  readonly change: number;
  /** Half of the interval of the change, at the confidence that the number of measures asks for. */
  readonly halfWidth: number;
  /** What the change is held against; null when nothing is known. */
  readonly threshold: number | null;
  readonly notComparable: readonly NotComparable[];
}

const FAMILY_CONFIDENCE = 0.95;

/** Two-sided normal quantile for each of `measures` calls, so that all together are right with 95 %. */
export function familyQuantile(measures: number): number {
  const each = FAMILY_CONFIDENCE ** (1 / Math.max(1, Math.floor(measures)));
  return normalQuantile(0.5 + each / 2);
}

/**
 * The detectable change at the confidence of the family: a published figure is q * sqrt(2) * SEM, so it is scaled by the
 * ratio of the quantiles. One measure alone keeps the published figure: a clinic reads it as it was published.
 */
function scaledDetectable(detectable: number, quantile: number, measures: number): number {
  return measures <= 1 ? detectable : (detectable * Math.max(quantile, familyQuantile(measures))) / quantile;
}

function differences(earlier: TrendPoint, later: TrendPoint): NotComparable[] {
  const found: NotComparable[] = [];
  if (earlier.grade !== later.grade) found.push('grade-differs');
  if (earlier.protocolKey !== later.protocolKey) found.push('protocol-differs');
  if (earlier.endReason !== later.endReason) found.push('end-reason-differs');
  if (earlier.grade !== 'patient-reported') {
    if (earlier.headache === null || later.headache === null) found.push('headache-unknown');
    else if (earlier.headache !== later.headache) found.push('headache-differs');
  }
  return found;
}

/**
 * With d the change, u its standard uncertainty, z the family's quantile, M the scaled detectable change and I the
 * important one:
 *
 *   changed       comparable, and |d| > max(M, I, z u)
 *   not changed   comparable, and |d| + z u <= max(M, I): the whole interval lies inside what does not count
 *   unclear       otherwise, and whenever a threshold or an uncertainty is not known
 *
 * @param measures number of measures that are judged together on one page, at least 1
 */
export function judgeTrend(
  earlier: TrendPoint,
  later: TrendPoint,
  thresholds: TrendThresholds,
  measures: number,
): TrendVerdict {
  const change = later.value - earlier.value;
  const z = familyQuantile(measures);
  const halfWidth = z * Math.hypot(earlier.sigma, later.sigma);
  const notComparable = differences(earlier, later);
  const sameExaminer = earlier.examiner !== null && earlier.examiner === later.examiner;
  const examined = earlier.grade === 'examiner-passive' || earlier.grade === 'examiner-active';
  const across = examined && !sameExaminer;
  const detectable = across ? thresholds.detectableAcrossExaminers : thresholds.detectable;
  const quantile = (across ? thresholds.acrossQuantile : undefined) ?? thresholds.detectableQuantile;
  const { important } = thresholds;
  if (detectable === null) notComparable.push('no-threshold');
  if (!Number.isFinite(change) || !Number.isFinite(halfWidth)) notComparable.push('uncertainty-unknown');
  const scaled = detectable === null ? null : scaledDetectable(detectable, quantile, measures);
  const counts = scaled === null ? null : Math.max(scaled, important ?? 0);
  const threshold = counts === null || !Number.isFinite(halfWidth) ? counts : Math.max(counts, halfWidth);
  let verdict: ChangeVerdict = 'unclear';
  if (notComparable.length === 0 && counts !== null && threshold !== null) {
    if (Math.abs(change) > threshold) verdict = 'changed';
    else if (Math.abs(change) + halfWidth <= counts) verdict = 'not changed';
  }
  return { verdict, change, halfWidth, threshold, notComparable };
}

/**
 * Half of the band that is drawn around a baseline before there is anything to compare it with: the larger of the
 * detectable change, scaled for so many measures, and the important one; null when none is known.
 */
export function bandAround(baseline: TrendPoint, thresholds: TrendThresholds, measures: number): number | null {
  const { threshold } = judgeTrend(baseline, { ...baseline, sigma: 0 }, thresholds, measures);
  return threshold;
}

/** Points of one measure by what may be compared: one series a grade and protocol, each in order of time. */
export function seriesOf(points: readonly TrendPoint[]): readonly (readonly TrendPoint[])[] {
  const byKey = new Map<string, TrendPoint[]>();
  for (const point of points) {
    const key = `${point.grade}\n${point.protocolKey}`;
    const series = byKey.get(key);
    if (series) series.push(point);
    else byKey.set(key, [point]);
  }
  return [...byKey.values()].map((series) => series.sort((a, b) => a.atMs - b.atMs));
}
