/** A protocol's radians in the degrees of the contract, and the result of a test by direction. */
import type { RepetitionRecord } from '../contract/repetition-record.ts';
import type { DirectionResult, TrialResultValues } from '../contract/trial.ts';
import type { ProtocolRepetition } from '../core/protocol/protocol.ts';
import type { AnyProtocol } from '../core/protocol/registry.ts';
import { degFromRad } from '../core/units.ts';
import type { CromRemeasured } from './remeasure-crom.ts';
import { cromCorrected } from './trunk-method.ts';

/** `angleRad` is `angleDeg` at the edge, `peakSpeedRadps` is `peakSpeedDegps`; seconds stay. */
export function edgeName(measure: string): string {
  return measure.replace(/Rad(ps)?$/, 'Deg$1');
}

/** The value at the edge; null for what is not known. */
function edgeValue(measure: string, value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return /Rad(ps)?$/.test(measure) ? degFromRad(value) : value;
}

/** @param wallMsOf wall clock, ms, of a time on the fitted device clock, s. */
export function recordOf(repetition: ProtocolRepetition, wallMsOf: (timeS: number) => number): RepetitionRecord {
  const { angleRad = Number.NaN, sigmaRad = Number.NaN, ...others } = repetition.measures;
  return {
    number: repetition.number,
    direction: repetition.direction,
    practice: repetition.practice,
    status: repetition.status,
    reason: repetition.reason,
    warnings: [...repetition.warnings],
    angleDeg: edgeValue('angleRad', angleRad),
    sigmaDeg: edgeValue('sigmaRad', sigmaRad),
    endReason: repetition.endReason,
    startedAtMs: Math.round(wallMsOf(repetition.startedAtS)),
    values: Object.fromEntries(Object.entries(others).map(([name, value]) => [edgeName(name), edgeValue(name, value)])),
  };
}

/** A repetition measured anew, in place of its live record. */
export function anewRecordOf({ repetition, sigmaTermsDeg }: CromRemeasured, live: RepetitionRecord): RepetitionRecord {
  const record = recordOf(repetition, () => live.startedAtMs);
  return { ...record, startedAtMs: live.startedAtMs, values: { ...record.values, sigmaTermsDeg } };
}

/** A measure of a record by its name at the edge; null where it has none. */
export function measured(record: RepetitionRecord, name: string): number | null {
  if (name === 'angleDeg') return record.angleDeg;
  const value = record.values[name];
  return typeof value === 'number' ? value : null;
}

/**
 * Mean, best, spread and standard uncertainty of the mean: the repetitions' own terms are common to all of them (drift and
 * alignment do not average out), and their scatter is divided by the root of the count (GUM 4.2.3). What a symptom ended
 * stands apart where others do not.
 */
export function directionResult(
  records: readonly RepetitionRecord[],
  direction: string,
  measure: string,
): DirectionResult {
  const counted = records.filter(
    (r) => r.status === 'counted' && r.direction === direction && measured(r, measure) !== null,
  );
  const free = counted.filter((r) => r.endReason !== 'pain' && r.endReason !== 'headache');
  const used = measure === 'angleDeg' && free.length > 0 ? free : counted;
  const values = used.map((r) => measured(r, measure)!);
  const n = values.length;
  if (n === 0) return { direction, count: 0, mean: null, best: null, spread: null, sigma: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const best = Math.max(...values);
  const spread = n > 1 ? best - Math.min(...values) : null;
  const sigmas = used.map((r) => r.sigmaDeg);
  let sigma: number | null = null;
  if (measure === 'angleDeg' && sigmas.every((one) => one !== null)) {
    const common = sigmas.reduce<number>((sum, one) => sum + (one ?? 0) ** 2, 0) / n;
    const scatter = n > 1 ? values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n : 0;
    sigma = Math.sqrt(common + scatter);
  }
  return { direction, count: n, mean, best, spread, sigma };
}

/** Null when nothing counts. */
export function trialResult(protocol: AnyProtocol, records: readonly RepetitionRecord[]): TrialResultValues | null {
  const measure = edgeName(protocol.primary);
  const directions = protocol.directions.map((direction) => directionResult(records, direction, measure));
  if (directions.every(({ count }) => count === 0)) return null;
  const corrected = cromCorrected(records);
  const trunk = corrected.length > 0 ? { trunkCorrected: corrected.every(Boolean) } : {};
  return { protocol: protocol.id, version: protocol.version, measure, directions, ...trunk };
}
