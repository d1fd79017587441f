/**
 * One test against an earlier one of the same person: against last time, or after against before treatment in the same
 * visit. "Changed" needs the same protocol, method, examiner, end reason and headache state, and more than the detectable
 * change; across examiners that is larger. The verdict itself is outcome/trend's.
 */
import {
  type EvidenceGrade,
  judgeTrend,
  type TrendPoint,
  type TrendThresholds,
  type TrendVerdict,
} from '../outcome/trend.ts';
import { type DetectableChange, type DetectableChangeTest, detectableChange } from '../reference/detectable-change.ts';

export interface ComparableDirection {
  readonly direction: string;
  /** In the unit of the test's measure; NaN when nothing counted. */
  readonly mean: number;
  /** Standard uncertainty; NaN when not known. */
  readonly sigma: number;
  /** Most frequent one of the counted repetitions. */
  readonly endReason: string | null;
}

export interface ComparableTest {
  readonly kind: string;
  readonly atMs: number;
  readonly grade: EvidenceGrade;
  /** Protocol, version, method and settings that change what is measured. */
  readonly protocolKey: string;
  readonly examiner: string | null;
  /** 0 to 10 at the time; null: not asked. */
  readonly headacheNow: number | null;
  readonly directions: readonly ComparableDirection[];
}

export interface ComparedDirection extends TrendVerdict {
  readonly direction: string;
  /** What the detectable change comes from; null: none is known. */
  readonly detectable: DetectableChange | null;
  readonly sameExaminer: boolean;
}

/** 90 %: how the published figure of the Flexion-Rotation Test was made. */
const QUANTILE_90 = 1.645;
const QUANTILE_95 = 1.96;

/** Rows for one examiner and across examiners; null: not known. */
function rowsOf(kind: string, grade: EvidenceGrade): readonly (DetectableChangeTest | null)[] {
  if (kind === 'frt' && grade === 'examiner-passive') return ['frt-clinic', 'frt-clinic-across-examiners'];
  if ((kind === 'crom' || kind === 'rotation-neutral') && grade === 'examiner-active')
    return ['crom-half-clinic', null];
  return [null, null];
}

const rowOf = (test: DetectableChangeTest | null | undefined): DetectableChange | null =>
  test ? detectableChange(test) : null;

/** Directions that both tests have a mean of, in the order of the later one. */
export function compareTests(earlier: ComparableTest, later: ComparableTest): readonly ComparedDirection[] {
  if (earlier.kind !== later.kind) return [];
  const [within, across] = rowsOf(later.kind, later.grade).map(rowOf);
  const thresholds: TrendThresholds = {
    detectable: within?.valueDeg ?? null,
    detectableAcrossExaminers: across?.valueDeg ?? null,
    detectableQuantile: later.kind === 'frt' ? QUANTILE_90 : QUANTILE_95,
    important: null,
  };
  const sameExaminer = later.examiner !== null && earlier.examiner === later.examiner;
  const pointOf = (test: ComparableTest, one: ComparableDirection): TrendPoint => ({
    atMs: test.atMs,
    value: one.mean,
    sigma: one.sigma,
    grade: test.grade,
    protocolKey: test.protocolKey,
    examiner: test.examiner,
    endReason: one.endReason,
    headache: test.headacheNow === null ? null : test.headacheNow > 0,
  });
  return later.directions.flatMap((now) => {
    const then = earlier.directions.find(({ direction }) => direction === now.direction);
    if (!then || !Number.isFinite(then.mean) || !Number.isFinite(now.mean)) return [];
    const verdict = judgeTrend(pointOf(earlier, then), pointOf(later, now), thresholds, 1);
    const detectable = (sameExaminer ? within : across) ?? null;
    return [{ ...verdict, direction: now.direction, detectable, sameExaminer }];
  });
}
