/** Parameters of the smoother, each with unit and reason. */
import { RAD_PER_DEG } from '../units.ts';
import type { GyroModel } from './gyro-model-type.ts';
import { REST_PARAMS, type RestParams } from './rest.ts';
import { TILT_PARAMS, type TiltParams } from './zero-phase-tilt.ts';

export interface SmootherParams {
  readonly rest: RestParams;
  readonly tilt: TiltParams;
  /** Length of a knot, s. */
  readonly knotS: number;
  /** Passes: integrate, estimate, take over. Three: a fourth changes no mean score by more than 0.01 deg. */
  readonly passes: number;
  /** Prior of the unit's matrix; null: unknown, identity with `matrixSigma` on each element. */
  readonly gyroModel: GyroModel | null;
  readonly matrixSigma: number;
  /** Prior of the bias where no rest shows it, rad/s. */
  readonly biasRadps: readonly [number, number, number];
  readonly biasSigmaRadps: number;
  /** Random walk of the bias: standard deviation after 100 s, rad/s. */
  readonly biasWalkRadpsPer100S: number;
  /** Bias seen in one second of rest: standard deviation, rad/s (noise, tremor, slow sway). */
  readonly restBiasSigmaRadps: number;
  /** How far the sensor strays from its place, m: first guess, then measured; and the smallest value believed. */
  readonly strayM: number;
  readonly minStrayM: number;
  /** How long it stays away: successive positions are not independent. A share of the record, at most `strayS`, s. */
  readonly strayShare: number;
  readonly strayS: number;
  readonly restVelocitySigma: number;
  readonly startTiltSigmaRad: number;
  readonly gyrNoiseRadpsPerSqrtHz: number;
  /** What the matrix does not explain, variance of attitude per path, rad^2 per rad: in the estimation of the matrix. */
  readonly pathVarianceRad2PerRad: number;
  readonly accBiasSigmaMps2: number;
  readonly accScaleSigma: number;
  /** Share of the formal covariance of matrix and bias that is stated where the trial itself was the teacher. */
  readonly statedShare: number;
  /** For a unit of which nothing is known the prior is wide on purpose (0.3 %); elements seen are near 0.22 %: its square. */
  readonly unknownStatedShare: number;
  /** The same for heading growth in the stated uncertainty. */
  readonly headingPathVarianceRad2PerRad: number;
  readonly tiltFloorRad: number;
  readonly tiltVarianceFactor: number;
}

export const SMOOTHER_PARAMS: SmootherParams = Object.freeze({
  rest: REST_PARAMS,
  tilt: TILT_PARAMS,
  knotS: 0.75,
  passes: 3,
  gyroModel: null,
  matrixSigma: 0.003,
  biasRadps: Object.freeze([0, 0, 0] as const),
  biasSigmaRadps: 0.5 * RAD_PER_DEG,
  biasWalkRadpsPer100S: 0.06 * RAD_PER_DEG,
  restBiasSigmaRadps: 0.03 * RAD_PER_DEG,
  strayM: 0.3,
  minStrayM: 0.02,
  strayShare: 0.05,
  strayS: 8,
  restVelocitySigma: 0.05,
  startTiltSigmaRad: 3 * RAD_PER_DEG,
  gyrNoiseRadpsPerSqrtHz: 0.01 * RAD_PER_DEG,
  pathVarianceRad2PerRad: 1e-5 * RAD_PER_DEG,
  accBiasSigmaMps2: 0.05,
  accScaleSigma: 0.003,
  statedShare: 0.45,
  unknownStatedShare: 0.54,
  headingPathVarianceRad2PerRad: 1e-5 * RAD_PER_DEG,
  tiltFloorRad: 0.22 * RAD_PER_DEG,
  tiltVarianceFactor: 1,
});
