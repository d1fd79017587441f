/** After a test: its counted repetitions measured anew from the raw samples, and what the test taught of the gyro. */
import type { FrtRepetition } from '../contract/state.ts';
import { type GyroModel, isGyroModel, priorFromPosterior } from '../core/fusion/gyro-model.ts';
import type { FrtRepetitionRecord } from '../core/protocol/frt-types.ts';
import { type RawTrial, type RescoreAlignment, type RescoredRepetition, rescoreTrial } from '../core/rescore.ts';
import { frtLive } from '../core/rescore-view.ts';
import { degFromRad } from '../core/units.ts';
import { type SigmaTermsDeg, sigmaTermsDeg } from './sigma-terms.ts';

/** Name and version of the way from samples to the re-measured angle: by the smoother, or from a device's quaternions. */
export const REMEASURE_METHOD = 'frt-smoothed-twist/2';
export const QUATERNION_METHOD = 'frt-undrifted-twist/1';

/** What a repetition's row takes over. */
export interface RemeasuredAngle {
  /** Place among the test's repetitions. */
  readonly index: number;
  readonly angleDeg: number;
  readonly sigmaDeg: number;
  readonly sigmaTermsDeg: SigmaTermsDeg;
  /** Only with a sensor on the trunk. */
  readonly trunk?: NonNullable<FrtRepetition['trunk']>;
}

/** One repetition in the record: both figures, so that both can be proven. Radians, signed; null: none. */
export interface RemeasureEntry {
  readonly index: number;
  readonly number: number;
  readonly status: string;
  readonly liveTwistRad: number | null;
  readonly liveSigmaRad: number | null;
  readonly twistRad: number | null;
  readonly sigmaRad: number | null;
  readonly reason: string | null;
}

export interface Remeasured {
  /** Null: every counted repetition was measured anew. Otherwise why the live values stay, all of them. */
  readonly reason: string | null;
  readonly angles: readonly RemeasuredAngle[];
  readonly entries: readonly RemeasureEntry[];
  /** Null when the record gave none. */
  readonly posterior: GyroModel | null;
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A stored model; null when there is none or it is not one. */
export function parseGyroModel(json: string | null): GyroModel | null {
  if (json === null) return null;
  try {
    const { matrix, covariance } = JSON.parse(json) as { matrix: number[]; covariance: number[] };
    if (!Array.isArray(matrix) || !Array.isArray(covariance)) return null;
    const model = { matrix, covariance };
    return isGyroModel(model) ? model : null;
  } catch {
    return null;
  }
}

export const gyroModelJson = ({ matrix, covariance }: GyroModel): string =>
  JSON.stringify({ matrix: Array.from(matrix), covariance: Array.from(covariance) });

export const notRemeasured = (reason: string): Remeasured => ({ reason, angles: [], entries: [], posterior: null });

/**
 * A mean over two ways of measuring is no measure: when one counted repetition cannot be measured anew, all keep their
 * live values.
 * @param stored the unit's model as its last session left it; null: nothing is known
 */
export function remeasureFrt(
  raw: RawTrial,
  alignment: RescoreAlignment,
  records: readonly FrtRepetitionRecord[],
  stored: GyroModel | null,
): Remeasured {
  const counted = records.some((record) => record.status === 'counted');
  if (!counted) return notRemeasured('nothing-counted');
  const { trunk, ...head } = raw;
  // Seen from the trunk all of them, or none: a repetition that lost the trunk takes the others with it.
  const lost = records.some((record) => record.status === 'counted' && record.trunk?.corrected === false);
  const fromTrunk = trunk && !lost ? measured(raw, alignment, records, stored, false) : null;
  return fromTrunk && fromTrunk.reason !== 'trunk-lost' ? fromTrunk : measured(head, alignment, records, stored, true);
}

function trunkOf(record: FrtRepetitionRecord, again: RescoredRepetition): Pick<RemeasuredAngle, 'trunk'> {
  if (!record.trunk) return {};
  const corrected = again.trunk !== undefined;
  const aloneRad = corrected ? record.trunk.headAloneRad : again.angleRad;
  const trunk = {
    corrected,
    headAloneDeg: orNull(degFromRad(Math.abs(aloneRad))),
    trunkTurnDeg: orNull(degFromRad(again.trunk?.turnRad ?? Number.NaN)),
    startFlexionDeg: orNull(degFromRad(again.trunk?.startFlexionRad ?? record.trunk.startFlexionRad)),
  };
  return { trunk };
}

function measured(
  raw: RawTrial,
  alignment: RescoreAlignment,
  records: readonly FrtRepetitionRecord[],
  stored: GyroModel | null,
  alone: boolean,
): Remeasured {
  const gyroModel = stored && priorFromPosterior(stored);
  const rescored = rescoreTrial(raw, alignment, frtLive(records, alone), { smoother: { gyroModel } });
  if (!rescored.ok) return notRemeasured(rescored.reason);
  let reason: string | null = null;
  const angles: RemeasuredAngle[] = [];
  const entries = records.map((record, index): RemeasureEntry => {
    const again = rescored.value.repetitions[index]!;
    const sigmaRad = again.uncertainty?.sigmaRad ?? Number.NaN;
    if (record.status === 'counted') {
      if (again.reason === null && Number.isFinite(again.angleRad) && Number.isFinite(sigmaRad))
        angles.push({
          index,
          angleDeg: degFromRad(Math.abs(again.angleRad)),
          sigmaDeg: degFromRad(sigmaRad),
          sigmaTermsDeg: sigmaTermsDeg(again.uncertainty!),
          ...trunkOf(record, again),
        });
      else reason ??= again.reason ?? 'numbers';
    }
    return {
      index,
      number: record.number,
      status: record.status,
      liveTwistRad: orNull(record.twistRad),
      liveSigmaRad: orNull(record.sigmaRad),
      twistRad: orNull(again.angleRad),
      sigmaRad: orNull(sigmaRad),
      reason: again.reason,
    };
  });
  const { gyroModel: learnt } = rescored.value;
  const posterior = learnt && isGyroModel(learnt) ? learnt : null;
  return { reason, angles: reason === null ? angles : [], entries, posterior };
}
