/** What the smoother knows of the errors between two poses of a trial, in the form that an angle's uncertainty takes. */

import type { SmoothedTrial } from './fusion/smoother.ts';
import { rotationMatrix } from './fusion/strapdown.ts';
import type { RepetitionFigures } from './neck/measure-repetition.ts';
import type { FoundRepetition, Span } from './neck/repetitions.ts';
import type { AngleErrors } from './neck/uncertainty.ts';
import { radFromDeg } from './units.ts';

export interface RescoreUncertaintyParams {
  /** Share of the tilt uncertainty that two poses a few seconds apart do not have in common: the rest cancels. */
  readonly tiltShare: number;
  /** The band creeping on the skin: standard uncertainty of the pose, rad per root second between start and end range. */
  readonly bandSigmaRadPerRootS: number;
  /** How well the head's pose is the mean of a stay: share of the standard deviation in it that is taken. */
  readonly holdShare: number;
}

export const RESCORE_UNCERTAINTY: RescoreUncertaintyParams = Object.freeze({
  tiltShare: 0.5,
  bandSigmaRadPerRootS: radFromDeg(0.03),
  holdShare: 1,
});

/** Middle sample of a span. */
const middle = (span: Span): number => (span.from + span.to) >> 1;

/**
 * Sensitivity of the turn from sample `a` to `b`, in world axes, to the nine elements of the gyro's matrix: 3 x 9, rad,
 * sum of R_i (w_i outer) dt.
 */
export function matrixSensitivity(trial: SmoothedTrial, a: number, b: number): Float64Array {
  const { timeS, gyrRadps } = trial.record;
  const s = new Float64Array(27);
  const r = new Float64Array(9);
  for (let i = a + 1; i <= b; i++) {
    const dt = timeS[i]! - timeS[i - 1]!;
    rotationMatrix(r, trial.worldFromSensor.subarray(4 * i, 4 * i + 4));
    for (let k = 0; k < 3; k++) {
      const turn = (gyrRadps[3 * i + k]! - trial.biasRadps[k]!) * dt;
      for (let axis = 0; axis < 3; axis++) {
        for (let j = 0; j < 3; j++) {
          const at = 9 * axis + 3 * j + k;
          s[at] = s[at]! + r[3 * axis + j]! * turn;
        }
      }
    }
  }
  return s;
}

/** s C s', 3 x 3 row by row, for s 3 x 9 and C 9 x 9. */
export function turnCovariance(s: Float64Array, covariance: ArrayLike<number>): Float64Array {
  const out = new Float64Array(9);
  for (let a = 0; a < 3; a++) {
    for (let i = 0; i < 9; i++) {
      let sum = 0;
      for (let j = 0; j < 9; j++) sum += s[9 * a + j]! * covariance[9 * i + j]!;
      for (let b = 0; b < 3; b++) out[3 * b + a] = out[3 * b + a]! + s[9 * b + i]! * sum;
    }
  }
  return out;
}

/** Errors between neutral and hold of a repetition. `gapVariance`: running variance of bridged holes per sample. */
export function repetitionErrors(
  trial: SmoothedTrial,
  found: FoundRepetition,
  figures: RepetitionFigures,
  gapVariance: Float64Array,
  alignmentSigmaRad: number,
  params: RescoreUncertaintyParams,
): AngleErrors {
  const a = middle(found.neutral);
  const b = middle(found.hold);
  const device = turnCovariance(matrixSensitivity(trial, a, b), trial.gyroModel.covariance);
  // The smoother's heading variance holds the matrix too; here it has a term of its own.
  const heading2 = Math.max(0, trial.headingCovariance(a, b, b) - device[8]!);
  const elapsedS = trial.record.timeS[b]! - trial.record.timeS[a]!;
  return {
    headingSigmaRad: Math.sqrt(heading2),
    tiltSigmaRad: params.tiltShare * Math.hypot(trial.tiltSigmaRad(a), trial.tiltSigmaRad(b)),
    alignmentSigmaRad,
    holdSigmaRad: params.holdShare * figures.holdSigmaRad,
    bandSigmaRad: params.bandSigmaRadPerRootS * Math.sqrt(elapsedS),
    gapSigmaRad: Math.sqrt(Math.max(0, gapVariance[b]! - gapVariance[a]!)),
    device,
  };
}
