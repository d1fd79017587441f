/** Between database rows and records; shared by all engines. */
import type { RepetitionRecord, TrialRecord } from '../../contract/records.ts';
import type { TrialResult } from '../../ports/result-store.ts';
import type { StreamDescription } from '../../ports/sensor-source.ts';
import type {
  Calibration,
  NewTrial,
  RawChunk,
  RepetitionRow,
  SessionContext,
  StoredStream,
  Values,
} from '../../ports/session-store.ts';
import type {
  CalibrationTable,
  ChunkTable,
  RepetitionTable,
  ResultTable,
  SessionTable,
  StreamTable,
  TrialTable,
} from './schema.ts';

export const valuesOf = (json: string): Values => JSON.parse(json) as Values;

export const descriptionOf = (json: string): StreamDescription => JSON.parse(json) as StreamDescription;

export function repetitionRow(trialId: string, position: number, r: RepetitionRecord): RepetitionTable {
  return {
    trial_id: trialId,
    position,
    number: r.number,
    direction: r.direction,
    practice: r.practice ? 1 : 0,
    status: r.status,
    reason: r.reason,
    warnings: JSON.stringify(r.warnings),
    angle_deg: r.angleDeg,
    sigma_deg: r.sigmaDeg,
    end_reason: r.endReason,
    started_at_ms: r.startedAtMs,
    repetition_values: JSON.stringify(r.values),
  };
}

export function repetitionOf(row: RepetitionTable): RepetitionRecord {
  return {
    number: row.number,
    direction: row.direction,
    practice: row.practice !== 0,
    status: row.status,
    reason: row.reason,
    warnings: JSON.parse(row.warnings) as string[],
    angleDeg: row.angle_deg,
    sigmaDeg: row.sigma_deg,
    endReason: row.end_reason,
    startedAtMs: row.started_at_ms,
    values: valuesOf(row.repetition_values),
  };
}

export function trialOf(row: TrialTable, repetitions: readonly RepetitionTable[]): TrialRecord {
  return {
    id: row.id,
    kind: row.kind,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    status: row.status,
    simulated: row.simulated !== 0,
    parameters: valuesOf(row.parameters),
    examinerCall: row.examiner_call,
    blinded: row.blinded !== 0,
    repetitions: repetitions.map(repetitionOf),
    result: row.result === null ? null : valuesOf(row.result),
  };
}

export function streamOf(row: StreamTable, chunks: number): StoredStream {
  return {
    id: row.id,
    sessionId: row.session_id,
    role: row.role,
    sourceId: row.source_id,
    description: descriptionOf(row.description),
    chunks,
  };
}

/** Engines hand BLOBs over as Buffer, Uint8Array or ArrayBuffer; a record has a Uint8Array. */
export function bytesOf(blob: Uint8Array | ArrayBuffer): Uint8Array {
  return blob instanceof ArrayBuffer ? new Uint8Array(blob) : new Uint8Array(blob.buffer, blob.byteOffset, blob.length);
}

export const trialRow = (t: NewTrial): TrialTable => ({
  id: t.id,
  session_id: t.sessionId,
  stream_id: t.streamId ?? null,
  kind: t.kind,
  started_at_ms: t.startedAtMs,
  ended_at_ms: null,
  status: 'running',
  simulated: t.simulated ? 1 : 0,
  parameters: JSON.stringify(t.parameters),
  result: null,
  left_mean_deg: null,
  right_mean_deg: null,
  examiner_call: null,
  blinded: t.blinded ? 1 : 0,
});

export const calibrationRow = (c: Calibration): CalibrationTable => ({
  id: c.id,
  session_id: c.sessionId,
  stream_id: c.streamId,
  kind: c.kind,
  wall_ms: c.wallMs,
  calibration_values: JSON.stringify(c.values),
});

export const calibrationOf = (row: CalibrationTable): Calibration => ({
  id: row.id,
  sessionId: row.session_id,
  streamId: row.stream_id,
  kind: row.kind,
  wallMs: row.wall_ms,
  values: valuesOf(row.calibration_values),
});

export const contextOf = (row: SessionTable): SessionContext => ({
  episodeId: row.episode_id,
  setting: row.setting,
  examinerId: row.examiner_id,
  softwareVersion: row.software_version,
  context: valuesOf(row.context),
});

export const resultRow = (r: TrialResult, position: number): ResultTable => ({
  id: r.id,
  trial_id: r.trialId,
  position,
  wall_ms: r.wallMs,
  core_version: r.coreVersion,
  method: r.method,
  calibration_id: r.calibrationId,
  raw: JSON.stringify(r.raw),
  raw_hash: r.rawHash,
  result_values: JSON.stringify(r.values),
  accepted: r.accepted ? 1 : 0,
});

export const resultOf = (row: ResultTable): TrialResult => ({
  id: row.id,
  trialId: row.trial_id,
  wallMs: row.wall_ms,
  coreVersion: row.core_version,
  method: row.method,
  calibrationId: row.calibration_id,
  raw: JSON.parse(row.raw) as TrialResult['raw'],
  rawHash: row.raw_hash,
  values: valuesOf(row.result_values),
  accepted: row.accepted !== 0,
});

export const chunkOf = (row: Omit<ChunkTable, 'payload'>, bytes: Uint8Array): RawChunk => ({
  streamId: row.stream_id,
  sequence: row.sequence,
  firstArrivalUs: row.first_arrival_us,
  lastArrivalUs: row.last_arrival_us,
  notifications: row.notifications,
  bytes,
  crc32: Number(row.crc32),
});

/** A repetition with the trial, session and stream that it belongs to. */
export const listedRepetition = (
  session: Pick<SessionTable, 'id' | 'subject_code' | 'software_version'>,
  trial: TrialTable,
  stream: StreamTable | undefined,
  row: RepetitionTable,
): RepetitionRow => ({
  sessionId: session.id,
  subjectCode: session.subject_code,
  softwareVersion: session.software_version,
  trialId: trial.id,
  kind: trial.kind,
  trialStatus: trial.status,
  simulated: trial.simulated !== 0,
  parameters: valuesOf(trial.parameters),
  stream: stream ? { id: stream.id, sourceId: stream.source_id, description: descriptionOf(stream.description) } : null,
  repetition: repetitionOf(row),
});
