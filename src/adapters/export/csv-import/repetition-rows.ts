/** Trials, repetitions and sensors of one visit, out of the rows of the repetitions table. */
import { randomUUID } from 'node:crypto';
import type { ArchiveRecord } from '../../../ports/archive-store.ts';
import type { TableRow } from './read-table.ts';

/** Columns of the table by the names that the records have. */
const MEASURES: Readonly<Record<string, string>> = {
  gravityAngleDeg: 'gravity_angle_deg',
  flexionDeg: 'conjunct_flexion_deg',
  lateralDeg: 'conjunct_right_lateral_deg',
  axialDeg: 'conjunct_left_rotation_deg',
  closureDeg: 'closure_deg',
  peakSpeedDegps: 'peak_speed_degps',
  startInclinationDeg: 'start_inclination_deg',
  holdS: 'hold_s',
  onsetS: 'symptom_onset_s',
  nodLostAtS: 'nod_lost_at_s',
  sweptDeg: 'swept_deg',
};
/** What a Flexion-Rotation Test always has, if only as not measured. */
const OF_FRT = ['gravityAngleDeg', 'closureDeg', 'peakSpeedDegps', 'startInclinationDeg', 'holdS'];

export const record = (table: ArchiveRecord['table'], row: ArchiveRecord['row']): ArchiveRecord => ({
  ...{ table, row },
  payload: null,
});

function measuresOf(row: TableRow, kind: string): Record<string, number | null> {
  const measures: Record<string, number | null> = {};
  for (const [name, column] of Object.entries(MEASURES)) {
    const value = row.numberOf(column);
    if (value !== null || (kind === 'frt' && OF_FRT.includes(name))) measures[name] = value;
  }
  return measures;
}

function repetitionRecord(row: TableRow, position: number): ArchiveRecord {
  const practice = row.is('practice');
  const reason = row.text('rejection_reason');
  const rejected = practice && reason === null ? 'practice' : 'rejected';
  return record('repetition', {
    trial_id: row.must('trial_id'),
    position,
    number: row.numberOf('repetition_number')!,
    direction: row.must('direction'),
    practice: practice ? 1 : 0,
    status: row.is('counted') ? 'counted' : rejected,
    reason,
    warnings: JSON.stringify(row.words('warnings')),
    angle_deg: row.numberOf('angle_deg'),
    sigma_deg: row.numberOf('angle_standard_uncertainty_deg'),
    end_reason: row.text('end_reason'),
    started_at_ms: row.timeMs('started_at')!,
    repetition_values: JSON.stringify(measuresOf(row, row.must('test'))),
  });
}

/** The sensors as far as the table knows them: who sent, not what was sent. */
function streamsOf(sessionId: string, trials: readonly TableRow[]): { records: ArchiveRecord[]; idOf: string[] } {
  const ids = new Map<string, string>();
  const records: ArchiveRecord[] = [];
  const idOf = trials.map((row) => {
    const [source, model, serial, firmware] = ['source', 'sensor_model', 'sensor_serial', 'sensor_firmware'].map(
      (column) => row.text(column) ?? '',
    );
    const key = JSON.stringify([source, model, serial, firmware]);
    if (key === JSON.stringify(['', '', '', ''])) return '';
    const known = ids.get(key);
    if (known) return known;
    const id = randomUUID();
    const simulated = row.is('simulated');
    const description = {
      ...{ driverId: 'imported', sensorSerial: serial, name: model, manufacturer: '', model, firmware, hardware: '' },
      ...{ simulated, nominalRateHz: 0, mtu: 0, config: {} },
    };
    records.push(
      record('stream', {
        ...{ id, session_id: sessionId, position: records.length, role: 'head', source_id: source! },
        ...{ simulated: simulated ? 1 : 0, description: JSON.stringify(description) },
      }),
    );
    ids.set(key, id);
    return id;
  });
  return { records, idOf };
}

/** What belongs to a trial and stands in the other table: the mean of each side, the examiner's call. */
export interface TrialExtras {
  readonly leftMeanDeg: number | null;
  readonly rightMeanDeg: number | null;
  readonly examinerCall: string | null;
}

/**
 * In the order of the file. When a trial began is not in it: its first repetition's start stands for it, one millisecond
 * later where two would not keep their order.
 */
export function trialRecords(
  sessionId: string,
  rows: readonly TableRow[],
  extrasOf: (trialId: string) => TrialExtras,
): { readonly parents: ArchiveRecord[]; readonly trials: ArchiveRecord[]; readonly repetitions: ArchiveRecord[] } {
  const groups = new Map<string, TableRow[]>();
  for (const row of rows) {
    const group = groups.get(row.must('trial_id'));
    if (group) group.push(row);
    else groups.set(row.must('trial_id'), [row]);
  }
  const firsts = [...groups.values()].map((group) => group[0]!);
  const { records: parents, idOf } = streamsOf(sessionId, firsts);
  let lastMs = Number.NEGATIVE_INFINITY;
  const trials = firsts.map((row, index) => {
    lastMs = Math.max(row.timeMs('started_at')!, lastMs + 1);
    const id = row.must('trial_id');
    const { leftMeanDeg, rightMeanDeg, examinerCall } = extrasOf(id);
    const method = row.text('method');
    return record('trial', {
      ...{ id, session_id: sessionId, stream_id: idOf[index] || null, kind: row.must('test') },
      ...{ started_at_ms: lastMs, ended_at_ms: null, status: row.must('trial_status') },
      ...{ simulated: row.is('simulated') ? 1 : 0, parameters: JSON.stringify(method === null ? {} : { method }) },
      ...{ result: null, left_mean_deg: leftMeanDeg, right_mean_deg: rightMeanDeg, examiner_call: examinerCall },
      blinded: 0,
    });
  });
  const repetitions = [...groups.values()].flatMap((group) =>
    group.map((row) => repetitionRecord(row, row.numberOf('repetition_index')! - 1)),
  );
  return { parents, trials, repetitions };
}
