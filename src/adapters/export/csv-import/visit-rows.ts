/** One visit as the two tables tell it: rows of the store, and the results in the words of the file they came in. */
import { randomUUID } from 'node:crypto';
import type { ExportTrialMarks, ExportVisitContext, ImportedVisit } from '../../../contract/export.ts';
import type { ArchiveRecord } from '../../../ports/archive-store.ts';
import { OUTCOME_MEASURES, OUTCOME_SCORES, type OutcomeMeasure } from '../tables/outcome.ts';
import type { TableRow } from './read-table.ts';
import { record, type TrialExtras, trialRecords } from './repetition-rows.ts';

export interface VisitRows {
  readonly sessionId: string;
  readonly subjectCode: string;
  /** Null: only the repetitions were given. */
  readonly visit: TableRow | null;
  readonly repetitions: TableRow[];
}

type Call = ExportTrialMarks['calls'][string];
const callsOf = (entries: readonly (readonly [string, string | null])[]): ExportTrialMarks['calls'] =>
  Object.fromEntries(entries.flatMap(([direction, call]) => (call === null ? [] : [[direction, call as Call]])));

function contextOfRow(row: TableRow): ExportVisitContext {
  const treatment = row.text('treatment');
  return {
    ...{ screen: row.must('safety_screen'), override: row.text('safety_screen_override') },
    ...{ endedBy: row.text('tests_ended_by_sign'), headacheNow: row.numberOf('headache_now_0_10') },
    ...{ analgesic6h: row.flag('analgesic_last_6h'), couchAngleDeg: row.numberOf('couch_angle_deg') },
    ...{ examinerCode: row.text('examiner_code'), blinded: row.flag('blinded'), treatment },
    frt: {
      ...{ treatment: null, blinded: null },
      calls: callsOf((['left', 'right'] as const).map((side) => [side, row.text(`frt_${side}_examiner_call`)])),
      familiar: row.flag('frt_familiar_headache'),
      familiarAfterS: row.numberOf('frt_familiar_headache_after_s'),
      familiarGoneAtNeutral: row.flag('frt_familiar_headache_gone_at_neutral'),
    },
  };
}

/** What the table of repetitions says of each test. */
function marksOfRows(rows: readonly TableRow[]): Record<string, ExportTrialMarks> {
  const trials = new Map<string, TableRow[]>();
  for (const row of rows) {
    const own = trials.get(row.must('trial_id')) ?? [];
    trials.set(row.must('trial_id'), own);
    own.push(row);
  }
  const marks = [...trials].map(([id, own]): [string, ExportTrialMarks] => {
    const first = own[0]!;
    return [
      id,
      {
        treatment: first.text('treatment') as ExportTrialMarks['treatment'],
        blinded: first.flag('blinded'),
        calls: callsOf(own.map((row) => [row.must('direction'), row.text('examiner_call')])),
        familiar: first.flag('familiar_headache'),
        familiarAfterS: first.numberOf('familiar_headache_after_s'),
        familiarGoneAtNeutral: first.flag('familiar_headache_gone_at_neutral'),
      },
    ];
  });
  return Object.fromEntries(marks);
}

/** What the visit came to, as the file says it: not worked out again, so that not a digit changes. */
function importedVisit(row: TableRow): ImportedVisit {
  const sensor = { model: row.text('sensor_model'), serial: row.text('sensor_serial') };
  const outcomes = OUTCOME_MEASURES.map(({ name, suffix }) => [
    name,
    {
      mean: row.numberOf(`${name}_mean_${suffix}`),
      best: row.numberOf(`${name}_best_${suffix}`),
      spread: row.numberOf(`${name}_sd_${suffix}`),
      sigma: row.numberOf(`${name}_standard_uncertainty_deg`),
      count: row.numberOf(`${name}_counted`) ?? 0,
      endReason: row.text(`${name}_end_reason`),
      reason: row.text(`${name}_reason`),
    },
  ]);
  return {
    context: contextOfRow(row),
    simulated: row.is('simulated'),
    testsDone: row.words('tests_done'),
    examinerCall: row.text('frt_examiner_call'),
    differenceDeg: row.numberOf('frt_left_minus_right_deg'),
    sensor: { ...sensor, firmware: row.text('sensor_firmware') },
    method: row.text('method'),
    outcomes: Object.fromEntries(outcomes) as ImportedVisit['outcomes'],
  };
}

function scoreRecords(row: TableRow, subjectId: string, sessionId: string): ArchiveRecord[] {
  return OUTCOME_SCORES.flatMap(({ instrument, name }) => {
    const total = row.numberOf(name);
    const reason = row.text(`${name}_reason`);
    if (total === null && reason === 'not-asked') return [];
    return [
      record('score', {
        ...{ id: randomUUID(), subject_id: subjectId, episode_id: row.text('episode_id'), session_id: sessionId },
        ...{ instrument, wall_ms: row.timeMs('started_at')!, items: '{}', total, missing_reason: reason },
      }),
    ];
  });
}

/** The last trial of the test that has a counted repetition this way: it is the one that the visit reports. */
const reported = (rows: readonly TableRow[], { kind, direction }: OutcomeMeasure): string | null =>
  rows
    .findLast((row) => row.text('test') === kind && row.text('direction') === direction && row.is('counted'))
    ?.text('trial_id') ?? null;

const [LEFT, RIGHT] = OUTCOME_MEASURES as [OutcomeMeasure, OutcomeMeasure];

function extrasOf({ visit, repetitions }: VisitRows): (trialId: string) => TrialExtras {
  const [left, right] = [reported(repetitions, LEFT), reported(repetitions, RIGHT)];
  const last = repetitions.findLast((row) => row.text('test') === 'frt')?.text('trial_id');
  return (trialId) => ({
    leftMeanDeg: trialId === left ? (visit?.numberOf('frt_left_mean_deg') ?? null) : null,
    rightMeanDeg: trialId === right ? (visit?.numberOf('frt_right_mean_deg') ?? null) : null,
    examinerCall: trialId === last ? (visit?.text('frt_examiner_call') ?? null) : null,
  });
}

export interface SubjectRecords {
  readonly sessions: ArchiveRecord[];
  readonly parents: ArchiveRecord[];
  readonly trials: ArchiveRecord[];
  readonly repetitions: ArchiveRecord[];
  readonly scores: ArchiveRecord[];
}

/** Start of a visit whose row is not there, from its first repetition, behind the one before it. */
export function visitRecords(rows: VisitRows, subjectId: string, notBeforeMs: number): SubjectRecords {
  const { visit, repetitions, sessionId, subjectCode } = rows;
  const times = repetitions.map((row) => row.timeMs('started_at')!);
  const startedAtMs = visit?.timeMs('started_at') ?? Math.max(Math.min(...times), notBeforeMs);
  const first = visit ?? repetitions[0]!;
  const session = record('session', {
    ...{ id: sessionId, subject_id: subjectId, subject_code: subjectCode },
    ...{ episode_id: visit?.text('episode_id') ?? null, setting: first.must('setting') },
    examiner_id: visit?.text('examiner') ?? null,
    context: JSON.stringify({ imported: { ...(visit && importedVisit(visit)), marks: marksOfRows(repetitions) } }),
    started_at_ms: startedAtMs,
    ended_at_ms: visit ? visit.timeMs('ended_at') : Math.max(startedAtMs, ...times),
    software_version: first.must('software_version'),
  });
  return {
    sessions: [session],
    ...trialRecords(sessionId, repetitions, extrasOf(rows)),
    scores: visit ? scoreRecords(visit, subjectId, sessionId) : [],
  };
}
