/**
 * Fixed-interval smoother over the knots of a trial (Rauch, Tung, Striebel 1965), for the errors of a strapdown attitude:
 *
 *   0..2   attitude error, world axes, rad            driven by bias, matrix and noise
 *   3..5   velocity, m/s                              horizontally driven by attitude error: tilted gravity
 *   6..8   position, m
 *   9..11  bias error, rad/s                          a slow walk
 *   12..20 matrix error, row by row                   constant
 *   21..29 accelerometer bias m/s^2, scale, cross-axis   constant
 *
 * What makes tilt and matrix observable: a head or a hand stays near its place, so velocity and position stay small,
 * whatever the acceleration is in between. In a rest, velocity is zero and the gyro shows its bias.
 */
import { choleskyInPlace, choleskySolveInPlace } from '../math/dense.ts';
import { STANDARD_GRAVITY_MPS2 } from '../units.ts';
import { ACC_TERMS, GYRO_TERMS, type Knots } from './strapdown.ts';

export const STATES = 30;
export const PHI = 0;
export const VEL = 3;
export const POS = 6;
export const BIAS = 9;
export const MATRIX = 12;
export const ACC = 21;
const N = STATES;
const NN = N * N;

export interface KnotModel {
  /** Standard deviation of a knot's position about its place, as white noise from knot to knot, m. */
  readonly positionSigma: number;
  /** Velocity in a rest, m/s. */
  readonly restVelocitySigma: number;
  /** Variances: gyro noise rad^2/s, path rad^2/rad, bias walk (rad/s)^2/s. */
  readonly noiseVariance: number;
  readonly pathVariance: number;
  readonly walkVariance: number;
  /** Bias seen in one second of rest: standard deviation, rad/s. */
  readonly restBiasSigma: number;
}

/** Knots in which the sensor rested, with the bias error seen there (measured minus assumed), rad/s. */
export interface RestKnots {
  /** 1 where the whole knot is a rest. */
  readonly still: Uint8Array;
  /** 3 per knot. */
  readonly biasError: Float64Array;
}

/** What the forward pass leaves for the backward pass; entry 0 is the start, entry k + 1 the end of knot k. */
export interface KnotEstimate {
  readonly count: number;
  /** STATES per entry: filtered, and after `smoothBackward` smoothed. */
  readonly x: Float64Array;
  /** STATES^2 per entry. */
  readonly p: Float64Array;
  readonly predictedX: Float64Array;
  readonly predictedP: Float64Array;
  /** F P of the step into each entry. */
  readonly cross: Float64Array;
}

/** F applied to the columns of `a` (row stride N) or, transposed, to its rows: what knot k does to the state. */
function advance(
  a: Float64Array,
  rowStride: number,
  columnStride: number,
  columns: number,
  knots: Knots,
  k: number,
): void {
  const g = STANDARD_GRAVITY_MPS2;
  const t = knots.durationS[k]!;
  const { gyro, acc } = knots;
  const g0 = 3 * GYRO_TERMS * k;
  const a0 = 3 * ACC_TERMS * k;
  for (let c = 0; c < columns; c++) {
    const o = c * columnStride;
    let d0 = 0;
    let d1 = 0;
    let d2 = 0;
    for (let j = 0; j < GYRO_TERMS; j++) {
      const v = a[o + (BIAS + j) * rowStride]!;
      d0 += gyro[g0 + j]! * v;
      d1 += gyro[g0 + GYRO_TERMS + j]! * v;
      d2 += gyro[g0 + 2 * GYRO_TERMS + j]! * v;
    }
    let ax = 0;
    let ay = 0;
    let az = 0;
    for (let j = 0; j < ACC_TERMS; j++) {
      const v = a[o + (ACC + j) * rowStride]!;
      ax += acc[a0 + j]! * v;
      ay += acc[a0 + ACC_TERMS + j]! * v;
      az += acc[a0 + 2 * ACC_TERMS + j]! * v;
    }
    const phi = o + PHI * rowStride;
    const vel = o + VEL * rowStride;
    const pos = o + POS * rowStride;
    const dvx = g * t * (a[phi + rowStride]! + 0.5 * d1) + ax;
    const dvy = -g * t * (a[phi]! + 0.5 * d0) + ay;
    a[pos] = a[pos]! + t * (a[vel]! + 0.5 * dvx);
    a[pos + rowStride] = a[pos + rowStride]! + t * (a[vel + rowStride]! + 0.5 * dvy);
    a[pos + 2 * rowStride] = a[pos + 2 * rowStride]! + t * (a[vel + 2 * rowStride]! + 0.5 * az);
    a[vel + 2 * rowStride] = a[vel + 2 * rowStride]! + az;
    a[vel] = a[vel]! + dvx;
    a[vel + rowStride] = a[vel + rowStride]! + dvy;
    a[phi] = a[phi]! + d0;
    a[phi + rowStride] = a[phi + rowStride]! + d1;
    a[phi + 2 * rowStride] = a[phi + 2 * rowStride]! + d2;
  }
}

/** One scalar measurement of state j: value z, variance r. */
function observe(x: Float64Array, p: Float64Array, j: number, z: number, r: number, column: Float64Array): void {
  for (let i = 0; i < N; i++) column[i] = p[i * N + j]!;
  const inv = 1 / (column[j]! + r);
  const e = (z - x[j]!) * inv;
  for (let i = 0; i < N; i++) {
    const gain = column[i]!;
    if (gain === 0) continue;
    x[i] = x[i]! + gain * e;
    const f = gain * inv;
    for (let c = 0; c < N; c++) p[i * N + c] = p[i * N + c]! - f * column[c]!;
  }
}

/**
 * Walk of the vertical velocity, (m/s)^2 per s: 6 cm/s in a second. An accelerometer's nonlinearity has no attitude error
 * to be taken for on this axis; with a smaller value it is taken for scale errors that the part does not have.
 */
const VERTICAL_VARIANCE = 4e-3;

function addNoise(p: Float64Array, knots: Knots, k: number, model: KnotModel): void {
  const t = knots.durationS[k]!;
  const attitude = model.noiseVariance * t + model.pathVariance * knots.pathRad[k]! + knots.gapVariance[k]! + 1e-14;
  const add = (from: number, to: number, variance: number): void => {
    for (let i = from; i < to; i++) p[i * N + i] = p[i * N + i]! + variance;
  };
  add(PHI, VEL, attitude);
  // accelerometer noise of 1 mm/s and 1 mm per square root of a second
  add(VEL, BIAS, 1e-6 * t);
  add(VEL + 2, POS, VERTICAL_VARIANCE * t);
  add(BIAS, MATRIX, model.walkVariance * t + 1e-20);
  // constants; a trace of noise keeps the prediction invertible
  add(MATRIX, ACC, 1e-16);
  add(ACC, N, 1e-14);
}

/**
 * Forward pass (Kalman).
 *
 * @param x0 state at the first sample, STATES
 * @param p0 its covariance, STATES^2
 * @returns null when the numbers broke down: an input beyond reason
 */
export function filterForward(
  knots: Knots,
  rests: RestKnots,
  model: KnotModel,
  x0: Float64Array,
  p0: Float64Array,
): KnotEstimate | null {
  const count = knots.count;
  const estimate: KnotEstimate = {
    count,
    x: new Float64Array(N * (count + 1)),
    p: new Float64Array(NN * (count + 1)),
    predictedX: new Float64Array(N * (count + 1)),
    predictedP: new Float64Array(NN * (count + 1)),
    cross: new Float64Array(NN * (count + 1)),
  };
  const x = Float64Array.from(x0);
  const p = Float64Array.from(p0);
  const column = new Float64Array(N);
  estimate.x.set(x);
  estimate.p.set(p);
  for (let k = 0; k < count; k++) {
    const t = knots.durationS[k]!;
    advance(x, 1, N, 1, knots, k);
    for (let i = 0; i < 3; i++) {
      // position: what the trial's own forces did, and the velocity the knot began with is in `advance`
      x[POS + i] = x[POS + i]! + knots.position[3 * k + i]!;
      x[VEL + i] = x[VEL + i]! + knots.velocity[3 * k + i]!;
    }
    advance(p, N, 1, N, knots, k);
    estimate.cross.set(p, NN * (k + 1));
    advance(p, 1, N, N, knots, k);
    addNoise(p, knots, k, model);
    estimate.predictedX.set(x, N * (k + 1));
    estimate.predictedP.set(p, NN * (k + 1));
    const still = rests.still[k] === 1;
    const position = model.positionSigma * model.positionSigma;
    for (let i = POS; i < POS + 3; i++) observe(x, p, i, 0, position, column);
    if (still) {
      const velocity = model.restVelocitySigma * model.restVelocitySigma;
      for (let i = VEL; i < VEL + 3; i++) observe(x, p, i, 0, velocity, column);
      const bias = (model.restBiasSigma * model.restBiasSigma) / Math.max(t, 1e-3);
      for (let i = 0; i < 3; i++) observe(x, p, BIAS + i, rests.biasError[3 * k + i]!, bias, column);
    }
    // rounding must not make the covariance lopsided
    for (let i = 0; i < N; i++) {
      for (let c = i + 1; c < N; c++) {
        const v = 0.5 * (p[i * N + c]! + p[c * N + i]!);
        p[i * N + c] = v;
        p[c * N + i] = v;
      }
    }
    estimate.x.set(x, N * (k + 1));
    estimate.p.set(p, NN * (k + 1));
  }
  for (let i = 0; i < N; i++) if (!Number.isFinite(x[i]!) || !(p[i * N + i]! >= 0)) return null;
  return estimate;
}

/** Backward pass for the states alone, in place: what the passes before the last need. @returns false when the numbers broke down */
export function smoothStates(estimate: KnotEstimate): boolean {
  const { x } = estimate;
  const factor = new Float64Array(NN);
  const dx = new Float64Array(N);
  for (let k = estimate.count - 1; k >= 0; k--) {
    const next = NN * (k + 1);
    factor.set(estimate.predictedP.subarray(next, next + NN));
    if (!choleskyInPlace(factor, N)) return false;
    for (let i = 0; i < N; i++) dx[i] = x[N * (k + 1) + i]! - estimate.predictedX[N * (k + 1) + i]!;
    choleskySolveInPlace(factor, N, dx, 1);
    for (let j = 0; j < N; j++) {
      const e = dx[j]!;
      for (let i = 0; i < N; i++) x[N * k + i] = x[N * k + i]! + estimate.cross[next + j * N + i]! * e;
    }
  }
  return true;
}

/** Backward pass (Rauch, Tung, Striebel), in place. @returns false when the numbers broke down */
export function smoothBackward(estimate: KnotEstimate): boolean {
  const { x, p } = estimate;
  const factor = new Float64Array(NN);
  const c = new Float64Array(NN); // smoother gain, transposed
  const d = new Float64Array(NN);
  const dx = new Float64Array(N);
  for (let k = estimate.count - 1; k >= 0; k--) {
    const at = NN * k;
    const next = NN * (k + 1);
    factor.set(estimate.predictedP.subarray(next, next + NN));
    if (!choleskyInPlace(factor, N)) return false;
    c.set(estimate.cross.subarray(next, next + NN));
    choleskySolveInPlace(factor, N, c, N);
    for (let i = 0; i < N; i++) dx[i] = x[N * (k + 1) + i]! - estimate.predictedX[N * (k + 1) + i]!;
    for (let j = 0; j < N; j++) {
      const e = dx[j]!;
      for (let i = 0; i < N; i++) x[N * k + i] = x[N * k + i]! + c[j * N + i]! * e;
    }
    // P_k += C (P_next - P_predicted) C^T
    d.fill(0);
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) {
        const f = p[next + i * N + j]! - estimate.predictedP[next + i * N + j]!;
        for (let m = 0; m < N; m++) d[i * N + m] = d[i * N + m]! + f * c[j * N + m]!;
      }
    }
    for (let j = 0; j < N; j++) {
      for (let i = 0; i < N; i++) {
        const f = c[j * N + i]!;
        for (let m = i; m < N; m++) p[at + i * N + m] = p[at + i * N + m]! + f * d[j * N + m]!;
      }
    }
    for (let i = 0; i < N; i++) for (let m = i + 1; m < N; m++) p[at + m * N + i] = p[at + i * N + m]!;
  }
  return true;
}
