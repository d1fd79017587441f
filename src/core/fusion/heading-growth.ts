/**
 * How much heading uncertainty has grown since the last rest ended. Exact linear propagation: with the third row
 * r = (R_zx, R_zy, R_zz) of worldFromSensor, d(heading)/dt = r . (dM w) + r . db, so the sums of r_i w_j dt and r_i dt
 * are the sensitivities. A turn there and back cancels, as it does in truth; a path length alone would not see that.
 */
export const GROWTH_LENGTH = 15;
/** 0..8 sum of r_i w_j dt (rad), 9..11 sum of r_i dt (s), 12 time (s), 13 path (rad), 14 variance of gaps (rad^2). */
const BIAS = 9;
const TIME = 12;
const PATH = 13;
export const GAP_VARIANCE = 14;

export function growthReset(g: Float64Array): void {
  g.fill(0);
}

/**
 * Adds one step. `rotation` is worldFromSensor as a matrix (9, row by row; its third row counts), `turn` the integral
 * of the rate over the step (rad, 3), `step` its path (rad) and duration (s).
 */
export function growthStep(g: Float64Array, rotation: Float64Array, turn: Float64Array, step: Float64Array): void {
  const r0 = rotation[6]!;
  const r1 = rotation[7]!;
  const r2 = rotation[8]!;
  const pathRad = step[0]!;
  const dtS = step[1]!;
  for (let j = 0; j < 3; j++) {
    const t = turn[j]!;
    g[j] = g[j]! + r0 * t;
    g[3 + j] = g[3 + j]! + r1 * t;
    g[6 + j] = g[6 + j]! + r2 * t;
  }
  g[BIAS] = g[BIAS]! + r0 * dtS;
  g[BIAS + 1] = g[BIAS + 1]! + r1 * dtS;
  g[BIAS + 2] = g[BIAS + 2]! + r2 * dtS;
  g[TIME] = g[TIME]! + dtS;
  g[PATH] = g[PATH]! + pathRad;
}

/**
 * Variance of heading gained, rad^2.
 *
 * @param matrixCovariance 9 x 9 of dM, or a number: the variance of every element
 * @param biasCovariance 3 x 3, (rad/s)^2
 */
export function growthVariance(
  g: Float64Array,
  matrixCovariance: ArrayLike<number> | number,
  biasCovariance: Float64Array,
  noiseVarianceRad2PerS: number,
  pathVarianceRad2PerRad: number,
): number {
  let variance = g[GAP_VARIANCE]! + noiseVarianceRad2PerS * g[TIME]! + pathVarianceRad2PerRad * g[PATH]!;
  for (let i = 0; i < 9; i++) {
    if (typeof matrixCovariance === 'number') {
      variance += matrixCovariance * g[i]! * g[i]!;
    } else {
      for (let j = 0; j < 9; j++) variance += g[i]! * matrixCovariance[9 * i + j]! * g[j]!;
    }
  }
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) variance += g[BIAS + i]! * biasCovariance[3 * i + j]! * g[BIAS + j]!;
  }
  return Math.max(0, variance);
}
