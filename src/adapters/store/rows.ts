/** Between database rows and records; shared by all engines. */
import type { TrialRecord } from '../../contract/records.ts';
import type { FrtRepetition, FrtState } from '../../contract/state.ts';
import type { StreamDescription } from '../../ports/sensor-source.ts';
import type { RepetitionTable, TrialTable } from './schema.ts';

export function repetitionRow(trialId: string, position: number, r: FrtRepetition): RepetitionTable {
  return {
    trial_id: trialId,
    position,
    number: r.number,
    side: r.side,
    practice: r.practice ? 1 : 0,
    status: r.status,
    reason: r.reason,
    warnings: JSON.stringify(r.warnings),
    angle_deg: r.angleDeg,
    sigma_deg: r.sigmaDeg,
    gravity_angle_deg: r.gravityAngleDeg,
    closure_deg: r.closureDeg,
    peak_speed_degps: r.peakSpeedDegps,
    start_inclination_deg: r.startInclinationDeg,
    hold_s: r.holdS,
    end_reason: r.endReason,
    started_at_ms: r.startedAtMs,
  };
}

export function repetitionOf(row: RepetitionTable): FrtRepetition {
  return {
    number: row.number,
    side: row.side,
    practice: row.practice !== 0,
    status: row.status,
    reason: row.reason,
    warnings: JSON.parse(row.warnings) as string[],
    angleDeg: row.angle_deg,
    sigmaDeg: row.sigma_deg,
    gravityAngleDeg: row.gravity_angle_deg,
    closureDeg: row.closure_deg,
    peakSpeedDegps: row.peak_speed_degps,
    startInclinationDeg: row.start_inclination_deg,
    holdS: row.hold_s,
    endReason: row.end_reason,
    startedAtMs: row.started_at_ms,
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
    repetitions: repetitions.map(repetitionOf),
    result: row.result === null ? null : (JSON.parse(row.result) as FrtState['result']),
  };
}

export const descriptionOf = (json: string): StreamDescription => JSON.parse(json) as StreamDescription;

/** Engines hand BLOBs over as Buffer, Uint8Array or ArrayBuffer; a record has a Uint8Array. */
export function bytesOf(blob: Uint8Array | ArrayBuffer): Uint8Array {
  return blob instanceof ArrayBuffer ? new Uint8Array(blob) : new Uint8Array(blob.buffer, blob.byteOffset, blob.length);
}
