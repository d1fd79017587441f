/** One row a repetition, rejected and practice ones included. */
import type { ExportRepetition, ExportTrial, ExportVisit } from '../../../contract/export.ts';
import { trialContextColumns } from './context.ts';
import { column, type Table } from './table.ts';

export interface RepetitionLine {
  readonly visit: ExportVisit;
  readonly trial: ExportTrial;
  readonly repetition: ExportRepetition;
}

export const REPETITIONS_ID = 'neck-rom/repetitions';
/** Version 1 was the file without schema id, visit, direction and reasons; version 2 without what was marked of a test. */
export const REPETITIONS_VERSION = 3;

const SIDES = ['left', 'right', 'none'] as const;
export const DIRECTIONS = [
  'none',
  'left',
  'right',
  'flexion',
  'extension',
  'lateral-left',
  'lateral-right',
  'rotation-left',
  'rotation-right',
] as const;

const sideOf = (direction: string): string =>
  direction.endsWith('left') ? 'left' : direction.endsWith('right') ? 'right' : 'none';

type Line = RepetitionLine;
const measure =
  (name: string) =>
  ({ repetition }: Line): number | null =>
    repetition.measures[name] ?? null;

/** Why there is no angle; null when there is one. A test that gives no angle says so. */
function noAngle({ repetition }: Line): string | null {
  if (repetition.measures['angleDeg'] != null) return null;
  if (!('angleDeg' in repetition.measures)) return 'not-measured-by-this-test';
  return repetition.reason ?? 'not-reached';
}

const DEG = { unit: 'deg' } as const;
const RANGE = { unit: 'deg', min: 0, max: 180 } as const;
const SIGNED = { unit: 'deg', min: -180, max: 180 } as const;

export const REPETITIONS: Table<Line> = {
  id: REPETITIONS_ID,
  version: REPETITIONS_VERSION,
  title: 'Repetitions: one row for every movement that was done',
  key: ['trial_id', 'repetition_index'],
  columns: [
    column<Line>('schema_id', 'word', 'name of this table', () => REPETITIONS_ID, {
      required: true,
      values: [REPETITIONS_ID],
    }),
    column<Line>('schema_version', 'integer', 'version of this table', () => REPETITIONS_VERSION, {
      required: true,
      min: REPETITIONS_VERSION,
      max: REPETITIONS_VERSION,
    }),
    column<Line>('session_id', 'text', 'the visit', ({ visit }) => visit.sessionId, { required: true }),
    column<Line>('subject_code', 'text', 'pseudonymous code of the patient', ({ visit }) => visit.subjectCode, {
      required: true,
    }),
    column<Line>('simulated', 'boolean', 'true: a simulator made the data', ({ trial }) => trial.simulated, {
      required: true,
    }),
    column<Line>('setting', 'word', 'where the visit took place', ({ visit }) => visit.setting, {
      required: true,
      values: ['clinic', 'home'],
    }),
    column<Line>('source', 'text', 'radio, simulator or replay; empty: not recorded', ({ trial }) => trial.source),
    column<Line>('trial_id', 'text', 'one test of one kind', ({ trial }) => trial.id, { required: true }),
    column<Line>('trial_status', 'word', 'interrupted: the gateway ended in the middle', ({ trial }) => trial.status, {
      required: true,
      values: ['running', 'finished', 'stopped', 'interrupted'],
    }),
    column<Line>('test', 'text', 'kind of the test: frt, crom, ...', ({ trial }) => trial.kind, { required: true }),
    column<Line>('evidence', 'word', 'who moved the head; empty: not recorded', ({ trial }) => trial.evidence, {
      values: ['examiner-passive', 'examiner-active', 'self-active'],
    }),
    column<Line>(
      'repetition_index',
      'integer',
      'place within the trial, from 1, in the order of finishing',
      ({ trial, repetition }) => trial.repetitions.indexOf(repetition) + 1,
      { required: true, min: 1 },
    ),
    column<Line>(
      'repetition_number',
      'integer',
      'number within the trial as the screen showed it',
      ({ repetition }) => repetition.number,
      { required: true, min: 0 },
    ),
    column<Line>(
      'side',
      'word',
      "the patient's side, from the measured movement",
      ({ repetition }) => sideOf(repetition.direction),
      { required: true, values: SIDES },
    ),
    column<Line>('direction', 'word', 'which way the head went', ({ repetition }) => repetition.direction, {
      required: true,
      values: DIRECTIONS,
    }),
    column<Line>('practice', 'boolean', 'done to get used to it', ({ repetition }) => repetition.practice, {
      required: true,
    }),
    column<Line>('counted', 'boolean', 'part of the result', ({ repetition }) => repetition.status === 'counted', {
      required: true,
    }),
    column<Line>(
      'rejection_reason',
      'text',
      'why it does not count, in one word',
      ({ repetition }) => repetition.reason,
    ),
    column<Line>('warnings', 'words', 'marks on it, separated by semicolons', ({ repetition }) =>
      repetition.warnings.join(';'),
    ),
    column<Line>('angle_deg', 'number', 'angle at end range towards `direction`', measure('angleDeg'), {
      ...SIGNED,
      reasonColumn: 'angle_reason',
    }),
    column<Line>('angle_reason', 'text', 'why there is no angle; empty when there is one', noAngle),
    column<Line>(
      'angle_standard_uncertainty_deg',
      'number',
      'one standard uncertainty of it',
      measure('sigmaDeg'),
      RANGE,
    ),
    column<Line>(
      'gravity_angle_deg',
      'number',
      'the same from gravity alone; empty where gravity cannot tell',
      measure('gravityAngleDeg'),
      SIGNED,
    ),
    column<Line>('conjunct_flexion_deg', 'number', 'flexion at end range, chin down +', measure('flexionDeg'), SIGNED),
    column<Line>(
      'conjunct_right_lateral_deg',
      'number',
      'lateral flexion at end range, to the right +',
      measure('lateralDeg'),
      SIGNED,
    ),
    column<Line>('conjunct_left_rotation_deg', 'number', 'rotation at end range, left +', measure('axialDeg'), SIGNED),
    column<Line>('closure_deg', 'number', 'what was left after the return', measure('closureDeg'), SIGNED),
    column<Line>('peak_speed_degps', 'number', 'peak angular speed', measure('peakSpeedDegps'), {
      unit: 'deg/s',
      min: 0,
      max: 2000,
    }),
    column<Line>(
      'start_inclination_deg',
      'number',
      'inclination of the head at the flexed start',
      measure('startInclinationDeg'),
      SIGNED,
    ),
    column<Line>('hold_s', 'number', 'time held', measure('holdS'), { unit: 's', min: 0 }),
    column<Line>('symptom_onset_s', 'number', 'from taking the posture to the first symptom', measure('onsetS'), {
      unit: 's',
      min: 0,
    }),
    column<Line>('nod_lost_at_s', 'number', 'when the nod was lost', measure('nodLostAtS'), { unit: 's', min: 0 }),
    column<Line>('swept_deg', 'number', 'angle swept by a fast turn', measure('sweptDeg'), {
      ...DEG,
      min: -360,
      max: 360,
    }),
    column<Line>('end_reason', 'text', 'what ended the movement', ({ repetition }) => repetition.endReason),
    column<Line>('started_at', 'time', 'start, wall clock of the gateway', ({ repetition }) => repetition.startedAtMs, {
      required: true,
    }),
    column<Line>('sensor_model', 'text', 'as the sensor told', ({ trial }) => trial.sensor?.model ?? null),
    column<Line>('sensor_serial', 'text', 'as the sensor told', ({ trial }) => trial.sensor?.serial ?? null),
    column<Line>('sensor_firmware', 'text', 'as the sensor told', ({ trial }) => trial.sensor?.firmware ?? null),
    column<Line>('software_version', 'text', 'of the kit that ran the visit', ({ visit }) => visit.softwareVersion, {
      required: true,
    }),
    column<Line>('method', 'text', 'way from samples to the angle, with its version', ({ trial }) => trial.method),
    ...trialContextColumns<Line>(),
  ],
};

export async function* repetitionLines(visits: AsyncIterable<ExportVisit>): AsyncIterable<RepetitionLine> {
  for await (const visit of visits)
    for (const trial of visit.trials) for (const repetition of trial.repetitions) yield { visit, trial, repetition };
}
