/**
 * Fixed-interval smoother over the knots of a trial, for the errors of a strapdown attitude:
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
  /** STATES per entry: filtered, and after `smoothStates` smoothed. */
  readonly x: Float64Array;
  /** STATES^2 per entry: filtered. */
  readonly p: Float64Array;
  /** Every scalar measurement in its order: see `MEASUREMENT`. */
  readonly measurements: Float64Array;
  /** Where the measurements of knot k begin, in numbers; one entry more than knots. */
  readonly measurementsFrom: Int32Array;
}

/** Of one scalar measurement: its state, 1 / S, innovation, then the gain: STATES numbers. */
const MEASUREMENT = 3 + STATES;
/** Position always; velocity and bias in a rest. */
const MEASUREMENTS_PER_KNOT = 9;

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

/** F transposed, applied as `advance` applies F: what an adjoint at the end of knot k means at its beginning. */
function retreat(
  a: Float64Array,
  rowStride: number,
  columnStride: number,
  columns: number,
  knots: Knots,
  k: number,
): void {
  const t = knots.durationS[k]!;
  const gt = STANDARD_GRAVITY_MPS2 * t;
  const { gyro, acc } = knots;
  const g0 = 3 * GYRO_TERMS * k;
  const a0 = 3 * ACC_TERMS * k;
  for (let c = 0; c < columns; c++) {
    const o = c * columnStride;
    const phi = o + PHI * rowStride;
    const vel = o + VEL * rowStride;
    const pos = o + POS * rowStride;
    const px = t * a[pos]!;
    const py = t * a[pos + rowStride]!;
    const pz = t * a[pos + 2 * rowStride]!;
    // what the change of velocity in this knot counts for: as velocity, and half the time as position
    const lx = a[vel]! + 0.5 * px;
    const ly = a[vel + rowStride]! + 0.5 * py;
    const lz = a[vel + 2 * rowStride]! + 0.5 * pz;
    const d0 = a[phi]! - 0.5 * gt * ly;
    const d1 = a[phi + rowStride]! + 0.5 * gt * lx;
    const d2 = a[phi + 2 * rowStride]!;
    a[vel] = a[vel]! + px;
    a[vel + rowStride] = a[vel + rowStride]! + py;
    a[vel + 2 * rowStride] = a[vel + 2 * rowStride]! + pz;
    a[phi] = a[phi]! - gt * ly;
    a[phi + rowStride] = a[phi + rowStride]! + gt * lx;
    for (let j = 0; j < GYRO_TERMS; j++) {
      const at = o + (BIAS + j) * rowStride;
      a[at] = a[at]! + gyro[g0 + j]! * d0 + gyro[g0 + GYRO_TERMS + j]! * d1 + gyro[g0 + 2 * GYRO_TERMS + j]! * d2;
    }
    for (let j = 0; j < ACC_TERMS; j++) {
      const at = o + (ACC + j) * rowStride;
      a[at] = a[at]! + acc[a0 + j]! * lx + acc[a0 + ACC_TERMS + j]! * ly + acc[a0 + 2 * ACC_TERMS + j]! * lz;
    }
  }
}

/** One scalar measurement of state j: value z, variance r. Leaves its traces at `at` of the measurements. */
function observe(
  x: Float64Array,
  p: Float64Array,
  j: number,
  z: number,
  r: number,
  trace: Float64Array,
  at: number,
): void {
  const column = trace.subarray(at + 3, at + MEASUREMENT);
  for (let i = 0; i < N; i++) column[i] = p[i * N + j]!;
  const inv = 1 / (column[j]! + r);
  const innovation = z - x[j]!;
  const e = innovation * inv;
  for (let i = 0; i < N; i++) {
    const gain = column[i]!;
    if (gain === 0) continue;
    x[i] = x[i]! + gain * e;
    const f = gain * inv;
    const row = i * N;
    for (let c = 0; c < N; c++) p[row + c] = p[row + c]! - f * column[c]!;
  }
  for (let i = 0; i < N; i++) column[i] = column[i]! * inv;
  trace[at] = j;
  trace[at + 1] = inv;
  trace[at + 2] = innovation;
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
    measurements: new Float64Array(MEASUREMENT * MEASUREMENTS_PER_KNOT * count),
    measurementsFrom: new Int32Array(count + 1),
  };
  const x = Float64Array.from(x0);
  const p = Float64Array.from(p0);
  const { measurements: trace, measurementsFrom } = estimate;
  let at = 0;
  const see = (j: number, z: number, r: number): void => {
    observe(x, p, j, z, r, trace, at);
    at += MEASUREMENT;
  };
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
    advance(p, 1, N, N, knots, k);
    addNoise(p, knots, k, model);
    const still = rests.still[k] === 1;
    const position = model.positionSigma * model.positionSigma;
    for (let i = POS; i < POS + 3; i++) see(i, 0, position);
    if (still) {
      const velocity = model.restVelocitySigma * model.restVelocitySigma;
      for (let i = VEL; i < VEL + 3; i++) see(i, 0, velocity);
      const bias = (model.restBiasSigma * model.restBiasSigma) / Math.max(t, 1e-3);
      for (let i = 0; i < 3; i++) see(BIAS + i, rests.biasError[3 * k + i]!, bias);
    }
    measurementsFrom[k + 1] = at;
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

/** lambda <- C^T lambda - H^T innovation / S over the measurements of knot k, the last one first. */
function retraceStates(lambda: Float64Array, estimate: KnotEstimate, k: number): void {
  const { measurements: trace, measurementsFrom } = estimate;
  for (let at = measurementsFrom[k + 1]! - MEASUREMENT; at >= measurementsFrom[k]!; at -= MEASUREMENT) {
    let sum = 0;
    for (let i = 0; i < N; i++) sum += trace[at + 3 + i]! * lambda[i]!;
    const j = trace[at]!;
    lambda[j] = lambda[j]! - sum - trace[at + 1]! * trace[at + 2]!;
  }
}

/** Lambda <- C^T Lambda C + H^T H / S likewise: a scalar measurement changes one row and one column. */
function retraceInformation(info: Float64Array, estimate: KnotEstimate, k: number, w: Float64Array): void {
  const { measurements: trace, measurementsFrom } = estimate;
  for (let at = measurementsFrom[k + 1]! - MEASUREMENT; at >= measurementsFrom[k]!; at -= MEASUREMENT) {
    const j = trace[at]!;
    let both = 0;
    for (let i = 0; i < N; i++) {
      let sum = 0;
      for (let c = 0; c < N; c++) sum += info[i * N + c]! * trace[at + 3 + c]!;
      w[i] = sum;
      both += sum * trace[at + 3 + i]!;
    }
    const own = info[j * N + j]! - 2 * w[j]! + both + trace[at + 1]!;
    for (let i = 0; i < N; i++) {
      const v = info[j * N + i]! - w[i]!;
      info[j * N + i] = v;
      info[i * N + j] = v;
    }
    info[j * N + j] = own;
  }
}

/** Filtered to smoothed state of an entry, x - P lambda. */
function correctStates(estimate: KnotEstimate, entry: number, lambda: Float64Array): void {
  const { x, p } = estimate;
  for (let i = 0; i < N; i++) {
    const row = NN * entry + i * N;
    let sum = 0;
    for (let c = 0; c < N; c++) sum += p[row + c]! * lambda[c]!;
    x[N * entry + i] = x[N * entry + i]! - sum;
  }
}

/**
 * Backward pass for the states, in place, in the modified form of Bryson and Frazier (G. J. Bierman, "Fixed interval
 * smoothing with discrete measurements", Int. J. Control 18 (1973) 65-75): it needs no inverse of a covariance.
 *
 * @returns false when the numbers broke down
 */
export function smoothStates(estimate: KnotEstimate, knots: Knots): boolean {
  const lambda = new Float64Array(N);
  for (let k = estimate.count - 1; k >= 0; k--) {
    retraceStates(lambda, estimate, k);
    retreat(lambda, 1, N, 1, knots, k);
    correctStates(estimate, k, lambda);
  }
  return Number.isFinite(estimate.x[0]!);
}

/**
 * The same for the variances of tilt: what the whole record knows of the attitude error about the two horizontal axes.
 *
 * @returns rad^2, 2 per entry: P - P Lambda P
 */
export function smoothedTiltVariance(estimate: KnotEstimate, knots: Knots): Float64Array {
  const { count, p } = estimate;
  const out = new Float64Array(2 * (count + 1));
  const info = new Float64Array(NN);
  const w = new Float64Array(N);
  for (let entry = count; entry >= 0; entry--) {
    if (entry < count) {
      retraceInformation(info, estimate, entry, w);
      retreat(info, N, 1, N, knots, entry);
      retreat(info, 1, N, N, knots, entry);
    }
    for (let axis = 0; axis < 2; axis++) {
      const row = NN * entry + (PHI + axis) * N;
      let known = 0;
      for (let i = 0; i < N; i++) {
        let sum = 0;
        for (let c = 0; c < N; c++) sum += info[i * N + c]! * p[row + c]!;
        known += p[row + i]! * sum;
      }
      out[2 * entry + axis] = Math.max(0, p[row + PHI + axis]! - known);
    }
  }
  return out;
}
