/** A stored test as the result page and the reports tell of it: figures by direction, cycles, and against references. */
import type { EvidenceGrade } from '../core/outcome/trend.ts';
import { protocolOf } from '../core/protocol/registry.ts';
import type { FullCycleName } from '../core/reference/crom-reference.ts';
import type { FrtReference } from '../core/reference/frt-reference.ts';
import type { ComparableTest } from '../core/result/compare-tests.ts';
import { dominantTerm, type ResultTerm } from '../core/result/dominant-term.ts';
import { type TwistAgainstReference, twistAgainst } from '../core/result/reference-relation.ts';
import { degFromRad, radFromDeg } from '../core/units.ts';
import { frtResultOf, type TrialRecord } from './records.ts';
import type { RepetitionRecord } from './repetition-record.ts';
import { trialResultSchema } from './trial.ts';

/** In the unit of the test's measure. */
export interface DirectionFigures {
  readonly direction: string;
  readonly count: number;
  readonly mean: number | null;
  readonly best: number | null;
  readonly spread: number | null;
  /** Standard uncertainty of the mean. */
  readonly sigma: number | null;
  /** What makes up most of it; null where the repetitions do not tell. */
  readonly dominant: ResultTerm | null;
  /** Most frequent one of the counted repetitions. */
  readonly endReason: string | null;
}

export interface TestFigures {
  readonly kind: string;
  /** Name of the measure with its unit: angleDeg, holdS … */
  readonly measure: string;
  readonly directions: readonly DirectionFigures[];
}

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a stored test and one that has just ended have in common. */
export interface Measured {
  readonly repetitions: readonly RepetitionRecord[];
}

/** Counted repetitions of a direction. */
export const countedOf = (trial: Measured, direction: string): readonly RepetitionRecord[] =>
  trial.repetitions.filter((one) => one.status === 'counted' && one.direction === direction);

/** A movement that a symptom ended stands apart where others do not: as the stored mean was made. */
function averaged(trial: Measured, direction: string): readonly RepetitionRecord[] {
  const counted = countedOf(trial, direction).filter(({ angleDeg }) => angleDeg !== null);
  const free = counted.filter(({ endReason }) => endReason !== 'pain' && endReason !== 'headache');
  return free.length > 0 ? free : counted;
}

function mostFrequent(words: readonly (string | null)[]): string | null {
  const counts = new Map<string | null, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** What makes up most of the uncertainty of a direction's mean; null where the repetitions do not tell. */
export function dominantOf(trial: Measured, direction: string): ResultTerm | null {
  const used = averaged(trial, direction);
  const termsOf = ({ values }: RepetitionRecord): Readonly<Record<string, number>> | null => {
    const terms = values['sigmaTermsDeg'];
    return typeof terms === 'object' && terms !== null ? (terms as Readonly<Record<string, number>>) : null;
  };
  return dominantTerm(
    used.map(({ angleDeg }) => angleDeg!),
    used.map(termsOf),
  );
}

const more = (trial: Measured, direction: string): Pick<DirectionFigures, 'dominant' | 'endReason'> => ({
  dominant: dominantOf(trial, direction),
  endReason: mostFrequent(countedOf(trial, direction).map(({ endReason }) => endReason)),
});

/** Null for a test that came to no result. */
export function testFigures(trial: TrialRecord): TestFigures | null {
  if (trial.kind === 'frt') {
    const result = frtResultOf(trial);
    if (result === null) return null;
    const directions = (['left', 'right'] as const).map((direction) => {
      const { count, meanDeg, bestDeg, spreadDeg, sigmaDeg } = result[direction];
      const figures = { direction, count, mean: meanDeg, best: bestDeg, spread: spreadDeg, sigma: sigmaDeg };
      return { ...figures, ...more(trial, direction) };
    });
    return { kind: trial.kind, measure: 'angleDeg', directions };
  }
  const parsed = trialResultSchema.safeParse(trial.result);
  if (!parsed.success) return null;
  const { measure, directions } = parsed.data;
  return {
    kind: trial.kind,
    measure,
    directions: directions.map((one) => ({ ...one, ...more(trial, one.direction) })),
  };
}

export interface CycleFigures {
  readonly cycle: FullCycleName;
  readonly count: number;
  readonly meanDeg: number;
  /** Standard uncertainty of the mean, deg; null when not known. */
  readonly sigmaDeg: number | null;
}

const CYCLES: readonly (readonly [FullCycleName, string, string])[] = [
  ['flexion-extension', 'flexion', 'extension'],
  ['lateral', 'lateral-left', 'lateral-right'],
  ['rotation', 'rotation-left', 'rotation-right'],
];

/**
 * Full cycles: the n-th of one side with the n-th of the other, both against the first neutral, so that where neutral was
 * drops out. What the repetitions state is common to all cycles, their scatter goes with the root of the count.
 */
export function fullCycles(trial: Measured): readonly CycleFigures[] {
  return CYCLES.flatMap(([cycle, one, other]) => {
    const there = countedOf(trial, one);
    const back = countedOf(trial, other);
    const pairs = there.slice(0, back.length).flatMap((a, i) => {
      const from = number(a.values['fromFirstNeutralDeg']);
      const to = number(back[i]!.values['fromFirstNeutralDeg']);
      if (from === null || to === null) return [];
      const sigmas = [a.sigmaDeg, back[i]!.sigmaDeg];
      return [{ deg: Math.abs(from - to), sigma: sigmas.includes(null) ? null : Math.hypot(sigmas[0]!, sigmas[1]!) }];
    });
    const meanDeg = mean(pairs.map(({ deg }) => deg));
    if (meanDeg === null) return [];
    const n = pairs.length;
    const scatter2 = n > 1 ? pairs.reduce((sum, { deg }) => sum + (deg - meanDeg) ** 2, 0) / (n - 1) / n : 0;
    const known = pairs.every(({ sigma }) => sigma !== null);
    const common2 = mean(pairs.map(({ sigma }) => (sigma ?? 0) ** 2))!;
    return [{ cycle, count: n, meanDeg, sigmaDeg: known ? Math.sqrt(common2 + scatter2) : null }];
  });
}

/** What goes with a movement: means over its counted repetitions; null where they do not tell. */
export interface MovementQuality {
  readonly direction: string;
  /** Largest other angle at the end range, deg, and which: 'flexion', 'lateral' or 'axial'. */
  readonly conjunctDeg: number | null;
  readonly conjunctAngle: 'flexion' | 'lateral' | 'axial' | null;
  readonly peakSpeedDegps: number | null;
  /** Log dimensionless jerk: nearer to zero is smoother; no limits are published. */
  readonly logDimensionlessJerk: number | null;
  readonly sparc: number | null;
}

const PRIMARY: Readonly<Record<string, 'flexion' | 'lateral' | 'axial'>> = {
  flexion: 'flexion',
  extension: 'flexion',
  'lateral-left': 'lateral',
  'lateral-right': 'lateral',
  'rotation-left': 'axial',
  'rotation-right': 'axial',
};

export function movementQuality(trial: Measured, direction: string): MovementQuality {
  const counted = countedOf(trial, direction);
  const of = (name: string): number | null =>
    mean(counted.map(({ values }) => number(values[name])).filter((value) => value !== null));
  const others = (['flexion', 'lateral', 'axial'] as const)
    .filter((angle) => PRIMARY[direction] !== undefined && angle !== PRIMARY[direction])
    .map((angle) => ({ angle, deg: of(`${angle}Deg`) }))
    .filter((one): one is { angle: typeof one.angle; deg: number } => one.deg !== null)
    .sort((a, b) => Math.abs(b.deg) - Math.abs(a.deg));
  return {
    direction,
    conjunctDeg: others[0] ? Math.abs(others[0].deg) : null,
    conjunctAngle: others[0]?.angle ?? null,
    peakSpeedDegps: of('peakSpeedDegps'),
    logDimensionlessJerk: of('logDimensionlessJerk'),
    sparc: of('sparc'),
  };
}

export interface AgainstReference extends Pick<TwistAgainstReference, 'relation'> {
  /** What a compass on the head would have read of the same turn, deg; null when not known. */
  readonly compassDeg: number | null;
}

/** A side of a Flexion-Rotation Test against a published reference, by its instrument's convention. */
export function againstReference(
  side: Pick<DirectionFigures, 'mean' | 'sigma'>,
  startInclinationDeg: number | null,
  reference: Pick<FrtReference, 'valueDeg' | 'convention'>,
): AgainstReference {
  const { relation, compassRad } = twistAgainst(
    radFromDeg(side.mean ?? Number.NaN),
    radFromDeg(side.sigma ?? Number.NaN),
    radFromDeg(startInclinationDeg ?? Number.NaN),
    { valueRad: radFromDeg(reference.valueDeg), convention: reference.convention },
  );
  return { relation, compassDeg: Number.isFinite(compassRad) ? degFromRad(compassRad) : null };
}

/** Angle of the head's long axis from the vertical at the start, mean over the counted repetitions, deg. */
export const startInclinationDeg = (trial: Pick<TrialRecord, 'repetitions'>, direction: string): number | null =>
  mean(
    trial.repetitions
      .filter((one) => one.status === 'counted' && one.direction === direction)
      .map(({ values }) => number(values['startInclinationDeg']))
      .filter((value) => value !== null),
  );

/** What of a visit a comparison needs. */
export interface VisitConditions {
  readonly setting: 'clinic' | 'home';
  readonly examiner: string | null;
  readonly headacheNow: number | null;
}

/** Settings that change what is measured; the rest of a trial's parameters does not. */
const MEASURING = ['protocolVersion', 'repetitionsPerSide', 'repetitions', 'practice', 'warmUps', 'attitudeFrom'];

/** Null for a test without a result. */
export function comparable(
  trial: TrialRecord,
  { setting, examiner, headacheNow }: VisitConditions,
): ComparableTest | null {
  const figures = testFigures(trial);
  if (figures === null) return null;
  const evidence: EvidenceGrade = protocolOf(trial.kind)?.evidence ?? 'examiner-active';
  const settings = MEASURING.map((name) => trial.parameters[name] ?? null);
  return {
    kind: trial.kind,
    atMs: trial.startedAtMs,
    grade: setting === 'home' ? 'self-active' : evidence,
    protocolKey: JSON.stringify([trial.kind, trial.parameters['method'] ?? null, ...settings]),
    examiner,
    headacheNow,
    directions: figures.directions.map(({ direction, mean: value, sigma, endReason }) => ({
      direction,
      mean: value ?? Number.NaN,
      sigma: sigma ?? Number.NaN,
      endReason,
    })),
  };
}
