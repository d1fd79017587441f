/** What the smoother knows of the errors between two poses of a trial, in the form that an angle's uncertainty takes. */

import { rotationMatrix } from './fusion/strapdown.ts';
import type { RepetitionFigures } from './neck/measure-repetition.ts';
import type { FoundRepetition, Span } from './neck/repetitions.ts';
import type { AngleErrors } from './neck/uncertainty.ts';
import type { MeasurableTrial } from './quaternion-trial.ts';
import { radFromDeg } from './units.ts';

export interface RescoreUncertaintyParams {
  /**
   * Share of the tilt uncertainty that two poses a few seconds apart do not have in common: the tilt filter is slower
   * (0.05 Hz) than a repetition, so nearly all of it cancels.
   */
  readonly tiltShare: number;
  /**
   * Shares of the alignment's stated uncertainty for the level axes and for the turn about the long axis: what is stated
   * is that turn's; gravity gives the long axis itself far better (0.5 against 3.0 deg).
   */
  readonly alignmentLevelShare: number;
  readonly alignmentTurnShare: number;
  /** The band creeping on the skin: standard uncertainty of the pose, rad per root second between start and end range. */
  readonly bandSigmaRadPerRootS: number;
  /** Share of the scatter in hold and neutral that is left in median and mean: sway of 0.05 to 0.4 Hz over a second. */
  readonly holdShare: number;
}

/** Shares found on simulated trials with other seeds than those of the benchmark (seeds 1001 to 1120). */
export const RESCORE_UNCERTAINTY: RescoreUncertaintyParams = Object.freeze({
  tiltShare: 0.1,
  alignmentLevelShare: 0.17,
  alignmentTurnShare: 1,
  bandSigmaRadPerRootS: radFromDeg(0.015),
  holdShare: 0.3,
});

/** Middle sample of a span. */
const middle = (span: Span): number => (span.from + span.to) >> 1;

/**
 * Sensitivity of the turn from sample `a` to `b`, in world axes, to the nine elements of the gyro's matrix (3 x 9, rad,
 * sum of R_i (w_i outer) dt), and of its heading to the bias (3, s, sum of the third row of R_i dt).
 */
function gyroSensitivity(
  trial: MeasurableTrial,
  a: number,
  b: number,
): { matrix: Float64Array; headingS: Float64Array } {
  const { timeS, gyrRadps } = trial.record;
  const s = new Float64Array(27);
  const headingS = new Float64Array(3);
  const r = new Float64Array(9);
  for (let i = a + 1; i <= b; i++) {
    const dt = timeS[i]! - timeS[i - 1]!;
    rotationMatrix(r, trial.worldFromSensor.subarray(4 * i, 4 * i + 4));
    for (let k = 0; k < 3; k++) {
      headingS[k] = headingS[k]! + r[6 + k]! * dt;
      const turn = (gyrRadps[3 * i + k]! - trial.biasRadps[k]!) * dt;
      for (let axis = 0; axis < 3; axis++) {
        for (let j = 0; j < 3; j++) {
          const at = 9 * axis + 3 * j + k;
          s[at] = s[at]! + r[3 * axis + j]! * turn;
        }
      }
    }
  }
  return { matrix: s, headingS };
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
  trial: MeasurableTrial,
  found: FoundRepetition,
  figures: RepetitionFigures,
  gapVariance: Float64Array,
  alignmentSigmaRad: number,
  params: RescoreUncertaintyParams,
): AngleErrors {
  const a = middle(found.neutral);
  const b = middle(found.hold);
  const sensitivity = gyroSensitivity(trial, a, b);
  const device = turnCovariance(sensitivity.matrix, trial.gyroModel.covariance);
  // The smoother's heading variance holds the matrix too, and the two hang together; here the matrix has its own term.
  let bias2 = 0;
  for (let k = 0; k < 3; k++) bias2 += (sensitivity.headingS[k]! * trial.biasSigmaRadps[k]!) ** 2;
  const heading2 = Math.max(bias2, trial.headingCovariance(a, b, b) - device[8]!);
  const level = params.alignmentLevelShare * alignmentSigmaRad;
  const elapsedS = trial.record.timeS[b]! - trial.record.timeS[a]!;
  return {
    headingSigmaRad: Math.sqrt(heading2),
    tiltSigmaRad: params.tiltShare * Math.hypot(trial.tiltSigmaRad(a), trial.tiltSigmaRad(b)),
    alignmentSigmaRad: [level, level, params.alignmentTurnShare * alignmentSigmaRad],
    holdSigmaRad: params.holdShare * figures.holdSigmaRad,
    bandSigmaRad: params.bandSigmaRadPerRootS * Math.sqrt(elapsedS),
    gapSigmaRad: Math.sqrt(Math.max(0, gapVariance[b]! - gapVariance[a]!)),
    device,
  };
}
