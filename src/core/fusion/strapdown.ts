/**
 * Integrates a recorded gyro into an attitude and, on the way, sums over knots of half a second what the smoother
 * needs: how attitude, velocity and position of each knot answer to errors of bias, matrix and accelerometer.
 */
import { STANDARD_GRAVITY_MPS2 } from '../units.ts';

/** A recorded trial. `timeS` increases; columns, 3 per sample: rate, specific force (+g upward at rest), field. */
export interface TrialRecord {
  readonly timeS: Float64Array;
  readonly gyrRadps: Float64Array;
  readonly accMps2: Float64Array;
  readonly magUt?: Float64Array | null;
}

/** Columns of the gyro's error model: bias (3), matrix (9, row by row). */
export const GYRO_TERMS = 12;
/** Columns of the accelerometer's: bias (3), scale (3), cross-axis xy, xz, yz (3). */
export const ACC_TERMS = 9;

export interface Knots {
  readonly count: number;
  /** First sample of each knot; one more entry closes the last. */
  readonly from: Int32Array;
  readonly durationS: Float64Array;
  /** Path of each knot, rad. */
  readonly pathRad: Float64Array;
  /** Variance of attitude that gaps inside the knot add, rad^2. */
  readonly gapVariance: Float64Array;
  /** 3 x GYRO_TERMS per knot: turn of the attitude (world axes, rad) per unit of each gyro error. */
  readonly gyro: Float64Array;
  /** 3 x ACC_TERMS per knot: change of velocity (world axes, m/s) per unit of each accelerometer error, negative. */
  readonly acc: Float64Array;
  /** 3 per knot: integral of R a minus gravity, m/s, and its integral, m. */
  readonly velocity: Float64Array;
  readonly position: Float64Array;
}

/** Cuts n samples into knots of about `knotS` seconds. */
export function cutKnots(timeS: Float64Array, knotS: number): Int32Array {
  const from: number[] = [0];
  let begin = timeS[0]!;
  const n = timeS.length;
  for (let i = 1; i < n; i++) {
    if (timeS[i]! - begin >= knotS - 1e-9) {
      from.push(i);
      begin = timeS[i]!;
    }
  }
  // a short tail joins the last knot
  if (from.length > 1 && timeS[n - 1]! - begin < 0.5 * knotS) from.pop();
  from.push(n);
  return Int32Array.from(from);
}

export function createKnots(from: Int32Array): Knots {
  const count = from.length - 1;
  return {
    count,
    from,
    durationS: new Float64Array(count),
    pathRad: new Float64Array(count),
    gapVariance: new Float64Array(count),
    gyro: new Float64Array(3 * GYRO_TERMS * count),
    acc: new Float64Array(3 * ACC_TERMS * count),
    velocity: new Float64Array(3 * count),
    position: new Float64Array(3 * count),
  };
}

/** The attitude that levels a mean specific force, heading zero: written to out (4). */
export function levelAttitude(out: Float64Array, ax: number, ay: number, az: number): void {
  const norm = Math.sqrt(ax * ax + ay * ay + az * az);
  out.fill(0);
  out[0] = 1;
  if (!(norm > 0)) return;
  const w = Math.sqrt(Math.max(0, (az / norm + 1) / 2));
  if (w < 1e-6) {
    out[0] = 0;
    out[1] = 1;
    return;
  }
  out[0] = w;
  out[1] = ay / norm / (2 * w);
  out[2] = -ax / norm / (2 * w);
}

/** A step longer than this is a gap, s: it is bridged by the mean of the rates on both sides. */
const GAP_S = 0.05;
/** Regressors move this slowly that they need not be summed at every sample, s. */
const BLOCK_S = 0.008;

/** Adds one block to the regressors of knot k: attitude matrix r (9), integrals of rate (rad) and force (m/s), time. */
function addRegressors(knots: Knots, k: number, r: Float64Array, sums: Float64Array): void {
  const t = sums[6]!;
  for (let axis = 0; axis < 3; axis++) {
    const g = 3 * GYRO_TERMS * k + GYRO_TERMS * axis;
    const a = 3 * ACC_TERMS * k + ACC_TERMS * axis;
    const { gyro, acc } = knots;
    const r0 = r[3 * axis]!;
    const r1 = r[3 * axis + 1]!;
    const r2 = r[3 * axis + 2]!;
    for (let i = 0; i < 3; i++) {
      const ri = r[3 * axis + i]!;
      gyro[g + i] = gyro[g + i]! - ri * t;
      acc[a + i] = acc[a + i]! - ri * t;
      acc[a + 3 + i] = acc[a + 3 + i]! + ri * sums[3 + i]!;
      for (let j = 0; j < 3; j++) {
        const c = g + 3 + 3 * i + j;
        gyro[c] = gyro[c]! + ri * sums[j]!;
      }
    }
    acc[a + 6] = acc[a + 6]! + r0 * sums[4]! + r1 * sums[3]!;
    acc[a + 7] = acc[a + 7]! + r0 * sums[5]! + r2 * sums[3]!;
    acc[a + 8] = acc[a + 8]! + r1 * sums[5]! + r2 * sums[4]!;
  }
  sums.fill(0);
}

/** q (4) <- q * exp(h), h a rotation vector, renormalised. */
function turnBy(q: Float64Array, hx: number, hy: number, hz: number, angle2: number): void {
  let c: number;
  let s: number;
  if (angle2 < 0.01) {
    c = 1 - angle2 * (1 / 8 - angle2 * (1 / 384 - angle2 / 46080));
    s = 0.5 - angle2 * (1 / 48 - angle2 * (1 / 3840 - angle2 / 645120));
  } else {
    const angle = Math.sqrt(angle2);
    c = Math.cos(angle / 2);
    s = Math.sin(angle / 2) / angle;
  }
  const ex = s * hx;
  const ey = s * hy;
  const ez = s * hz;
  const qw = q[0]!;
  const qx = q[1]!;
  const qy = q[2]!;
  const qz = q[3]!;
  const w = qw * c - qx * ex - qy * ey - qz * ez;
  const x = qw * ex + qx * c + qy * ez - qz * ey;
  const y = qw * ey - qx * ez + qy * c + qz * ex;
  const z = qw * ez + qx * ey - qy * ex + qz * c;
  const n = 1.5 - 0.5 * (w * w + x * x + y * y + z * z);
  q[0] = w * n;
  q[1] = x * n;
  q[2] = y * n;
  q[3] = z * n;
}

/** Rotation matrix of a unit quaternion, 9 numbers row by row. */
export function rotationMatrix(out: Float64Array, q: ArrayLike<number>): void {
  const w = q[0]!;
  const x = q[1]!;
  const y = q[2]!;
  const z = q[3]!;
  out[0] = 1 - 2 * (y * y + z * z);
  out[1] = 2 * (x * y - w * z);
  out[2] = 2 * (x * z + w * y);
  out[3] = 2 * (x * y + w * z);
  out[4] = 1 - 2 * (x * x + z * z);
  out[5] = 2 * (y * z - w * x);
  out[6] = 2 * (x * z - w * y);
  out[7] = 2 * (y * z + w * x);
  out[8] = 1 - 2 * (x * x + y * y);
}

/**
 * One pass over the record.
 *
 * @param matrix 9: true rate = matrix (measured - bias)
 * @param bias 3, rad/s
 * @param start attitude of the first sample, 4
 * @param out attitude of every sample, 4 per sample
 * @param force specific force in world axes, 3 per sample, m/s^2
 */
export function integrateRecord(
  record: TrialRecord,
  matrix: Float64Array,
  bias: Float64Array,
  knots: Knots,
  start: Float64Array,
  out: Float64Array,
  force: Float64Array,
): void {
  const { timeS, gyrRadps, accMps2 } = record;
  const m = Float64Array.from(matrix);
  const b0 = bias[0]!;
  const b1 = bias[1]!;
  const b2 = bias[2]!;
  const q = Float64Array.from(start);
  const r = new Float64Array(9);
  const sums = new Float64Array(7);
  knots.gyro.fill(0);
  knots.acc.fill(0);
  for (let k = 0; k < knots.count; k++) {
    const end = knots.from[k + 1]!;
    let duration = 0;
    let path = 0;
    let gap = 0;
    let vx = 0;
    let vy = 0;
    let vz = 0;
    let px = 0;
    let py = 0;
    let pz = 0;
    for (let i = knots.from[k]!; i < end; i++) {
      const at = 3 * i;
      let dt = 0;
      if (i > 0) {
        dt = timeS[i]! - timeS[i - 1]!;
        let ux = gyrRadps[at]! - b0;
        let uy = gyrRadps[at + 1]! - b1;
        let uz = gyrRadps[at + 2]! - b2;
        if (dt > GAP_S) {
          const vx0 = gyrRadps[at - 3]! - b0;
          const vy0 = gyrRadps[at - 2]! - b1;
          const vz0 = gyrRadps[at - 1]! - b2;
          const rate2 = Math.max(ux * ux + uy * uy + uz * uz, vx0 * vx0 + vy0 * vy0 + vz0 * vz0);
          // Brownian bridge of the rate, as in the real-time filter
          gap += ((4 * rate2 + 0.01) * dt * dt * dt) / 12;
          ux = 0.5 * (ux + vx0);
          uy = 0.5 * (uy + vy0);
          uz = 0.5 * (uz + vz0);
        }
        const hx = (m[0]! * ux + m[1]! * uy + m[2]! * uz) * dt;
        const hy = (m[3]! * ux + m[4]! * uy + m[5]! * uz) * dt;
        const hz = (m[6]! * ux + m[7]! * uy + m[8]! * uz) * dt;
        const angle2 = hx * hx + hy * hy + hz * hz;
        turnBy(q, hx, hy, hz, angle2);
        path += Math.sqrt(angle2);
        sums[0] = sums[0]! + ux * dt;
        sums[1] = sums[1]! + uy * dt;
        sums[2] = sums[2]! + uz * dt;
      }
      const qw = q[0]!;
      const qx = q[1]!;
      const qy = q[2]!;
      const qz = q[3]!;
      const ax = accMps2[at]!;
      const ay = accMps2[at + 1]!;
      const az = accMps2[at + 2]!;
      const tx = 2 * (qy * az - qz * ay);
      const ty = 2 * (qz * ax - qx * az);
      const tz = 2 * (qx * ay - qy * ax);
      const fx = ax + qw * tx + (qy * tz - qz * ty);
      const fy = ay + qw * ty + (qz * tx - qx * tz);
      const fz = az + qw * tz + (qx * ty - qy * tx);
      out[4 * i] = qw;
      out[4 * i + 1] = qx;
      out[4 * i + 2] = qy;
      out[4 * i + 3] = qz;
      force[at] = fx;
      force[at + 1] = fy;
      force[at + 2] = fz;
      sums[3] = sums[3]! + ax * dt;
      sums[4] = sums[4]! + ay * dt;
      sums[5] = sums[5]! + az * dt;
      sums[6] = sums[6]! + dt;
      duration += dt;
      vx += fx * dt;
      vy += fy * dt;
      vz += (fz - STANDARD_GRAVITY_MPS2) * dt;
      px += vx * dt;
      py += vy * dt;
      pz += vz * dt;
      if (sums[6]! >= BLOCK_S || i === end - 1) {
        rotationMatrix(r, q);
        addRegressors(knots, k, r, sums);
      }
    }
    knots.durationS[k] = duration;
    knots.pathRad[k] = path;
    knots.gapVariance[k] = gap;
    knots.velocity[3 * k] = vx;
    knots.velocity[3 * k + 1] = vy;
    knots.velocity[3 * k + 2] = vz;
    knots.position[3 * k] = px;
    knots.position[3 * k + 1] = py;
    knots.position[3 * k + 2] = pz;
  }
}
