/** Between database rows and records; shared by all engines. */
import type { RepetitionRecord, TrialRecord } from '../../contract/records.ts';
import type { StreamDescription } from '../../ports/sensor-source.ts';
import type { StoredStream, Values } from '../../ports/session-store.ts';
import type { RepetitionTable, StreamTable, TrialTable } from './schema.ts';

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
