/** What one visit came to: per test and direction the result, per instrument the total; or the word why there is none. */
import type { ExportResult, ExportScore, ExportTrial, ExportVisit } from '../../../contract/export.ts';

/** Measures that a visit reports: test, direction in the record, words in the column, the primary measure and its unit. */
export interface OutcomeMeasure {
  readonly kind: string;
  readonly direction: string;
  /** "frt_left" */
  readonly name: string;
  readonly measure: string;
  readonly unit: 'deg' | 'deg/s' | 's';
  /** "deg", "degps", "s": the end of the column's name. */
  readonly suffix: string;
  readonly words: string;
}

const CROM = [
  ['flexion', 'flexion'],
  ['extension', 'extension'],
  ['lateral-left', 'left lateral flexion'],
  ['lateral-right', 'right lateral flexion'],
  ['rotation-left', 'left rotation'],
  ['rotation-right', 'right rotation'],
] as const;

const named = (direction: string): string => {
  const [axis, side] = direction.split('-');
  return side ? `${side}_${axis}` : direction;
};

const angle = { measure: 'angleDeg', unit: 'deg', suffix: 'deg' } as const;
export const OUTCOME_MEASURES: readonly OutcomeMeasure[] = [
  ...(['left', 'right'] as const).map((side) => ({
    ...{ kind: 'frt', direction: side, name: `frt_${side}`, words: `Flexion-Rotation Test to the patient's ${side}` },
    ...angle,
  })),
  ...CROM.map(([direction, words]) => ({
    ...{ kind: 'crom', direction, name: `crom_${named(direction)}`, words: `cervical range of motion, ${words}` },
    ...angle,
  })),
  ...CROM.map(([direction, words]) => ({
    ...{
      kind: 'crom-home',
      direction,
      name: `home_crom_${named(direction)}`,
      words: `range of motion alone at home, ${words}`,
    },
    ...angle,
  })),
  ...(['left', 'right'] as const).map((side) => ({
    ...{ kind: 'home-flexion-rotation', direction: side, name: `home_flexed_turn_${side}` },
    ...{ words: `active turn in flexion, alone, to the patient's ${side}; a series of its own`, ...angle },
  })),
  ...(['left', 'right'] as const).map((side) => ({
    ...{ kind: 'rotation-neutral', direction: `rotation-${side}`, name: `neutral_rotation_${side}` },
    ...{ words: `active rotation from neutral to the patient's ${side}`, ...angle },
  })),
  ...(['left', 'right'] as const).map((side) => ({
    ...{ kind: 'fast-rotation', direction: side, name: `fast_rotation_${side}` },
    ...{ measure: 'peakSpeedDegps', unit: 'deg/s' as const, suffix: 'degps', words: `fast rotation to the ${side}` },
  })),
  {
    ...{ kind: 'endurance', direction: 'none', name: 'neck_flexor_endurance', measure: 'holdS' },
    ...{ unit: 's', suffix: 's', words: 'deep neck flexor endurance' },
  },
  {
    ...{ kind: 'sustained', direction: 'none', name: 'sustained_posture_onset', measure: 'onsetS' },
    ...{ unit: 's', suffix: 's', words: 'sustained posture, time to the first symptom' },
  },
];

export interface OutcomeScore {
  readonly instrument: string;
  /** "ndi_points" */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words: string;
}

/** Ranges as core/outcome/instruments has them; a test compares the two. */
export const OUTCOME_SCORES: readonly OutcomeScore[] = [
  { instrument: 'nprs', name: 'nprs_points', min: 0, max: 10, words: 'numeric pain rating, 0 to 10' },
  { instrument: 'ndi', name: 'ndi_points', min: 0, max: 50, words: 'Neck Disability Index, 0 to 50' },
  { instrument: 'hit6', name: 'hit6_points', min: 36, max: 78, words: 'HIT-6, 36 to 78' },
  { instrument: 'midas', name: 'midas_days', min: 0, max: 460, words: 'MIDAS, sum of days in three months' },
  { instrument: 'groc', name: 'groc_points', min: -7, max: 7, words: 'global rating of change, -7 to 7' },
  { instrument: 'psfs', name: 'psfs_points', min: 0, max: 10, words: 'patient-specific functional scale, mean' },
  {
    ...{ instrument: 'headache-days-28', name: 'headache_days_per_28_days', min: 0, max: 28 },
    words: 'days with any headache in 28 days',
  },
];

export interface Outcome extends ExportResult {
  readonly trial: ExportTrial | null;
  /** What ended the last counted repetition. */
  readonly endReason: string | null;
  /** Null when there is a mean. */
  readonly reason: 'not-done' | 'none-counted' | 'interrupted' | 'stopped' | 'not-reached' | null;
}

const NOTHING = { count: 0, mean: null, best: null, spread: null, sigma: null, endReason: null };

function computed(trial: ExportTrial, { direction, measure }: OutcomeMeasure): ExportResult {
  const counted = trial.repetitions.filter((one) => one.direction === direction && one.status === 'counted');
  const values = counted.map((one) => one.measures[measure]).filter((value) => typeof value === 'number');
  const sigmas = counted.map((one) => one.measures['sigmaDeg']).filter((value) => typeof value === 'number');
  if (values.length === 0) return { direction, ...NOTHING, count: counted.length };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    direction,
    count: counted.length,
    mean,
    best: Math.max(...values),
    spread: values.length > 1 ? Math.sqrt(square / (values.length - 1)) : null,
    // What is uncertain of a repetition (band, gyro scale) is mostly shared by all of a trial: their mean, not less.
    sigma:
      measure === 'angleDeg' && sigmas.length === values.length
        ? sigmas.reduce((sum, value) => sum + value, 0) / sigmas.length
        : null,
  };
}

const known = new WeakMap<ExportVisit, Map<OutcomeMeasure, Outcome>>();

/** A row asks for each outcome several times: it is worked out once a visit. */
export function outcomeOf(visit: ExportVisit, measure: OutcomeMeasure): Outcome {
  const outcomes = known.get(visit) ?? new Map<OutcomeMeasure, Outcome>();
  known.set(visit, outcomes);
  const outcome = outcomes.get(measure) ?? asImported(visit, measure) ?? workOut(visit, measure);
  outcomes.set(measure, outcome);
  return outcome;
}

/** Of a visit that came from a table: as it says. */
function asImported({ imported, trials }: ExportVisit, { name, kind, direction }: OutcomeMeasure): Outcome | null {
  const outcome = imported?.outcomes[name];
  if (!outcome) return null;
  const trial = outcome.reason === 'not-done' ? undefined : trials.findLast((one) => one.kind === kind);
  return { direction, ...outcome, trial: trial ?? null };
}

/** Of the visit's last trial of that kind that has a counted repetition in the direction; else why there is none. */
function workOut(visit: ExportVisit, measure: OutcomeMeasure): Outcome {
  const trials = visit.trials.filter((trial) => trial.kind === measure.kind);
  const last = trials.at(-1);
  if (last === undefined) return { direction: measure.direction, ...NOTHING, trial: null, reason: 'not-done' };
  for (const trial of trials.toReversed()) {
    const stored = trial.results.find((result) => result.direction === measure.direction && result.count > 0);
    const result = stored ?? computed(trial, measure);
    if (result.mean === null) continue;
    const counted = trial.repetitions.filter((r) => r.direction === measure.direction && r.status === 'counted');
    return { ...result, trial, endReason: counted.at(-1)?.endReason ?? null, reason: null };
  }
  const tried = trials.flatMap((trial) => trial.repetitions).filter((r) => r.direction === measure.direction);
  const counted = tried.some((repetition) => repetition.status === 'counted');
  const reason = counted
    ? 'not-reached'
    : tried.length > 0
      ? 'none-counted'
      : last.status === 'interrupted' || last.status === 'stopped'
        ? last.status
        : 'not-done';
  return { direction: measure.direction, ...NOTHING, trial: last, reason };
}

export interface ScoreOutcome {
  readonly total: number | null;
  readonly reason: string | null;
}

/** The last one of the visit; an instrument's version ("ndi/1") does not matter here. */
export function scoreOf(visit: ExportVisit, instrument: string): ScoreOutcome {
  const all = visit.scores.filter(
    (score: ExportScore) => score.instrument.split('/')[0] === instrument && score.reason !== 'withdrawn',
  );
  const last = all.at(-1);
  if (last === undefined) return { total: null, reason: 'not-asked' };
  return last.total === null ? { total: null, reason: last.reason ?? 'no-total' } : { total: last.total, reason: null };
}
