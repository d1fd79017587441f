/** Parameters of the real-time attitude filter, each with unit and reason. */
import { RAD_PER_DEG } from '../units.ts';
import type { GyroModel } from './gyro-model-type.ts';

export interface AttitudeParams {
  /** Time constant of the tilt correction, s. 3 s: linear acceleration of a limb averages out, drift does not build up (VQF). */
  readonly tauAccS: number;
  /** Samples are gathered this long before slow states move, s: everything slow lives below 1 Hz, so 50 Hz is enough. */
  readonly blockS: number;
  /** Known bias at the start, rad/s, sensor frame (the check on the table), and its standard uncertainty. */
  readonly biasRadps: readonly [number, number, number];
  readonly biasSigmaRadps: number;
  /** How uncertain its walk may make it again, rad/s: as a sensor of which nothing is known. */
  readonly biasMostSigmaRadps: number;
  /** Bias never leaves this distance from the start value, rad/s (VQF: 2 deg/s). */
  readonly biasClipRadps: number;
  /** Random walk of the bias: standard deviation after 100 s, rad/s (VQF: 0.1 deg/s). */
  readonly biasWalkRadpsPer100S: number;
  /**
   * Standard uncertainty to which rest, motion and forgetting of the vertical axis lead, rad/s (VQF: 0.03, 0.1 deg/s,
   * 1e-4). In motion 0.06: tilt corrections also carry scale errors, which are no bias; it takes 0.01 deg off the tilt.
   */
  readonly biasRestSigmaRadps: number;
  readonly biasMotionSigmaRadps: number;
  readonly biasVerticalForgetting: number;
  /** Rest: deviation of gyr and acc from their low pass (tau 0.5 s) and duration (VQF: 2 deg/s, 0.5 m/s2, 1.5 s). */
  readonly restGyrRadps: number;
  readonly restAccMps2: number;
  readonly restTauS: number;
  readonly restMinS: number;
  /** A rest goes on over a gap up to this, s: the settled 100 ms of a hold, and 5 ms for rounding of sample times. */
  readonly restGapS: number;
  /** Components beyond these are saturated or not real; they are clamped and counted. 4000 deg/s, 32 g. */
  readonly gyrLimitRadps: number;
  readonly accLimitMps2: number;
  /** A step longer than this is a gap, s. */
  readonly maxStepS: number;
  /** The longest gap that is bridged by the mean of the rates on both sides, s; after a longer one tilt starts again. */
  readonly maxBridgeS: number;
  /** Scale and cross-axis matrix of this unit with covariance; null: unknown, identity with the prior below. */
  readonly gyroModel: GyroModel | null;
  /** Prior standard deviation of each element of the unknown matrix (0.3 %: consumer parts after factory trim). */
  readonly matrixSigma: number;
  /** Gyro noise density, rad/s/sqrt(Hz) (0.01 deg/s/sqrt(Hz): consumer MEMS). */
  readonly gyrNoiseRadpsPerSqrtHz: number;
  /** What a matrix does not explain (g-sensitivity, nonlinearity), variance per path, rad^2 per rad. */
  readonly pathVarianceRad2PerRad: number;
  /** Standard uncertainty of tilt in steady motion, rad. */
  readonly tiltFloorRad: number;
  /** Magnetometer heading; off: indoors it fails. */
  readonly use9d: boolean;
  readonly magneticRejection: boolean;
}

export const ATTITUDE_PARAMS: AttitudeParams = Object.freeze({
  tauAccS: 3,
  blockS: 0.02,
  biasRadps: Object.freeze([0, 0, 0] as const),
  biasSigmaRadps: 0.5 * RAD_PER_DEG,
  biasMostSigmaRadps: 0.5 * RAD_PER_DEG,
  biasClipRadps: 2 * RAD_PER_DEG,
  biasWalkRadpsPer100S: 0.1 * RAD_PER_DEG,
  biasRestSigmaRadps: 0.03 * RAD_PER_DEG,
  biasMotionSigmaRadps: 0.06 * RAD_PER_DEG,
  biasVerticalForgetting: 1e-4,
  restGyrRadps: 2 * RAD_PER_DEG,
  restAccMps2: 0.5,
  restTauS: 0.5,
  restMinS: 1.5,
  restGapS: 0.105,
  gyrLimitRadps: 4000 * RAD_PER_DEG,
  accLimitMps2: 32 * 9.80665,
  maxStepS: 0.25,
  maxBridgeS: 1,
  gyroModel: null,
  matrixSigma: 0.003,
  gyrNoiseRadpsPerSqrtHz: 0.01 * RAD_PER_DEG,
  pathVarianceRad2PerRad: 2.5e-4 * RAD_PER_DEG,
  tiltFloorRad: 0.35 * RAD_PER_DEG,
  use9d: false,
  magneticRejection: true,
});
