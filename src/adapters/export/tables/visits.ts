/** One row a visit: every test's result with unit and side in the column's name, every score, and why one is missing. */
import type { ExportVisit } from '../../../contract/export.ts';
import { VISIT_CONTEXT_COLUMNS } from './context.ts';
import { OUTCOME_MEASURES, OUTCOME_SCORES, type OutcomeMeasure, outcomeOf, scoreOf } from './outcome.ts';
import { type Column, column, type Table } from './table.ts';

export const VISITS_ID = 'neck-rom/visits';
/** Version 1 knew nothing of what is asked around the tests, nor the range of motion alone at home; 2 not the turn in flexion alone. */
export const VISITS_VERSION = 3;

type Visit = ExportVisit;

const LIMITS = { deg: { min: -180, max: 180 }, 'deg/s': { min: 0, max: 2000 }, s: { min: 0, max: null } } as const;

function measureColumns(measure: OutcomeMeasure): Column<Visit>[] {
  const { name, suffix, unit, words } = measure;
  const of = (visit: Visit) => outcomeOf(visit, measure);
  const reasonColumn = `${name}_reason`;
  const limits = { unit, ...LIMITS[unit] };
  const columns = [
    column<Visit>(`${name}_mean_${suffix}`, 'number', `${words}: mean of the counted ones`, (v) => of(v).mean, {
      ...limits,
      reasonColumn,
    }),
    column<Visit>(`${name}_best_${suffix}`, 'number', `${words}: largest counted one`, (v) => of(v).best, limits),
    column<Visit>(`${name}_sd_${suffix}`, 'number', `${words}: standard deviation between them`, (v) => of(v).spread, {
      ...limits,
      min: 0,
    }),
    column<Visit>(`${name}_counted`, 'integer', `${words}: how many counted`, (v) => of(v).count || null, { min: 1 }),
    column<Visit>(`${name}_end_reason`, 'text', `${words}: what ended the last counted one`, (v) => of(v).endReason),
    column<Visit>(
      reasonColumn,
      'word',
      `${words}: why there is no value; empty when there is one`,
      (v) => of(v).reason,
      {
        values: ['not-done', 'none-counted', 'interrupted', 'stopped', 'not-reached'],
      },
    ),
  ];
  const sigma = column<Visit>(
    `${name}_standard_uncertainty_deg`,
    'number',
    `${words}: one standard uncertainty of the mean`,
    (v) => of(v).sigma,
    { unit: 'deg', min: 0, max: 180 },
  );
  return unit === 'deg' ? [...columns.slice(0, 3), sigma, ...columns.slice(3)] : columns;
}

const [FRT_LEFT, FRT_RIGHT] = OUTCOME_MEASURES as [OutcomeMeasure, OutcomeMeasure];
const difference = (visit: Visit): number | null => {
  if (visit.imported) return visit.imported.differenceDeg;
  const left = outcomeOf(visit, FRT_LEFT).mean;
  const right = outcomeOf(visit, FRT_RIGHT).mean;
  return left === null || right === null ? null : left - right;
};

const callOf = ({ imported, trials }: Visit): string | null =>
  imported ? imported.examinerCall : (trials.findLast(({ kind }) => kind === 'frt')?.examinerCall ?? null);

type Sensor = Pick<NonNullable<Visit['trials'][number]['sensor']>, 'model' | 'serial' | 'firmware'>;
const sensorOf = (visit: Visit, part: keyof Sensor): string | null =>
  visit.imported ? visit.imported.sensor[part] : firstOf(visit, (trial) => trial.sensor?.[part]);

const firstOf = (visit: Visit, pick: (trial: Visit['trials'][number]) => string | null | undefined): string | null =>
  visit.trials.map(pick).find((value) => value != null) ?? null;

export const VISITS: Table<Visit> = {
  id: VISITS_ID,
  version: VISITS_VERSION,
  title: 'Visits: one row for every visit, its results and scores',
  key: ['session_id'],
  columns: [
    column<Visit>('schema_id', 'word', 'name of this table', () => VISITS_ID, { required: true, values: [VISITS_ID] }),
    column<Visit>('schema_version', 'integer', 'version of this table', () => VISITS_VERSION, {
      required: true,
      min: VISITS_VERSION,
      max: VISITS_VERSION,
    }),
    column<Visit>('session_id', 'text', 'the visit', (v) => v.sessionId, { required: true }),
    column<Visit>('subject_code', 'text', 'pseudonymous code of the patient', (v) => v.subjectCode, { required: true }),
    column<Visit>('episode_id', 'text', 'episode of care; empty: none', (v) => v.episodeId),
    column<Visit>('simulated', 'boolean', 'true: a simulator made some of the data', (v) => v.simulated, {
      required: true,
    }),
    column<Visit>('setting', 'word', 'where the visit took place', (v) => v.setting, {
      required: true,
      values: ['clinic', 'home'],
    }),
    column<Visit>('examiner', 'text', 'pseudonymous; empty: not recorded', (v) => v.examiner),
    column<Visit>('started_at', 'time', 'start, wall clock of the gateway', (v) => v.startedAtMs, { required: true }),
    column<Visit>('ended_at', 'time', 'end; empty: not ended', (v) => v.endedAtMs),
    column<Visit>('tests_done', 'words', 'kinds of the tests, in their order, separated by semicolons', (v) =>
      (v.imported?.testsDone ?? [...new Set(v.trials.map(({ kind }) => kind))]).join(';'),
    ),
    ...measureColumns(FRT_LEFT),
    ...measureColumns(FRT_RIGHT),
    column<Visit>('frt_left_minus_right_deg', 'number', 'difference of the two means, left minus right', difference, {
      unit: 'deg',
      min: -180,
      max: 180,
      reasonColumn: 'frt_left_minus_right_reason',
    }),
    column<Visit>(
      'frt_left_minus_right_reason',
      'word',
      'why there is no difference; empty when there is one',
      (v) => (difference(v) === null ? 'one-side-missing' : null),
      { values: ['one-side-missing'] },
    ),
    column<Visit>(
      'frt_examiner_call',
      'text',
      "the examiner's own call before a degree was shown; empty: not asked",
      callOf,
    ),
    ...OUTCOME_MEASURES.slice(2).flatMap(measureColumns),
    ...OUTCOME_SCORES.flatMap(({ instrument, name, min, max, words }) => [
      column<Visit>(name, 'number', words, (v) => scoreOf(v, instrument).total, {
        min,
        max,
        unit: name.includes('_days') ? 'd' : null,
        reasonColumn: `${name}_reason`,
      }),
      column<Visit>(
        `${name}_reason`,
        'text',
        'why there is no total; empty when there is one',
        (v) => scoreOf(v, instrument).reason,
      ),
    ]),
    column<Visit>('sensor_model', 'text', 'as the sensor told', (v) => sensorOf(v, 'model')),
    column<Visit>('sensor_serial', 'text', 'as the sensor told', (v) => sensorOf(v, 'serial')),
    column<Visit>('sensor_firmware', 'text', 'as the sensor told', (v) => sensorOf(v, 'firmware')),
    column<Visit>('software_version', 'text', 'of the kit that ran the visit', (v) => v.softwareVersion, {
      required: true,
    }),
    column<Visit>('method', 'text', 'way from samples to angles of the first test', (v) =>
      v.imported ? v.imported.method : firstOf(v, (t) => t.method),
    ),
    ...VISIT_CONTEXT_COLUMNS,
  ],
};
