/**
 * Quaternion arithmetic, out-first, on Float64Array(4) in [w, x, y, z] order. Nothing here allocates.
 * Output may alias any input. Hamilton product; `a * b` applies b first.
 */
import type { Frame, Quat } from '../frames.ts';

/** out = left * right; the inner frames must agree and cancel. */
export function multiply<A extends Frame, B extends Frame, C extends Frame>(
  out: Quat<A, C>,
  left: Quat<A, B>,
  right: Quat<B, C>,
): Quat<A, C> {
  const aw = left[0]!,
    ax = left[1]!,
    ay = left[2]!,
    az = left[3]!;
  const bw = right[0]!,
    bx = right[1]!,
    by = right[2]!,
    bz = right[3]!;
  out[0] = aw * bw - ax * bx - ay * by - az * bz;
  out[1] = aw * bx + ax * bw + ay * bz - az * by;
  out[2] = aw * by - ax * bz + ay * bw + az * bx;
  out[3] = aw * bz + ax * by - ay * bx + az * bw;
  return out;
}

/** out = inverse of a unit quaternion. */
export function conjugate<A extends Frame, B extends Frame>(out: Quat<B, A>, q: Quat<A, B>): Quat<B, A> {
  out[0] = q[0]!;
  out[1] = -q[1]!;
  out[2] = -q[2]!;
  out[3] = -q[3]!;
  return out;
}

/** Copies components. */
export function copyQuat<A extends Frame, B extends Frame>(out: Quat<A, B>, q: Quat<A, B>): Quat<A, B> {
  out[0] = q[0]!;
  out[1] = q[1]!;
  out[2] = q[2]!;
  out[3] = q[3]!;
  return out;
}

/** Scales to unit norm; a zero or non-finite quaternion becomes the identity. */
export function normalize<A extends Frame, B extends Frame>(out: Quat<A, B>, q: Quat<A, B>): Quat<A, B> {
  const w = q[0]!,
    x = q[1]!,
    y = q[2]!,
    z = q[3]!;
  const n2 = w * w + x * x + y * y + z * z;
  if (!(n2 > 0) || n2 === Number.POSITIVE_INFINITY) {
    out[0] = 1;
    out[1] = out[2] = out[3] = 0;
    return out;
  }
  const s = 1 / Math.sqrt(n2);
  out[0] = w * s;
  out[1] = x * s;
  out[2] = y * s;
  out[3] = z * s;
  return out;
}

/** outVec = q v q^-1: coordinates of v taken from the right frame of q to its left frame. Vectors have length 3. */
export function rotateVector<A extends Frame, B extends Frame>(
  outVec: Float64Array,
  q: Quat<A, B>,
  v: ArrayLike<number>,
): Float64Array {
  const w = q[0]!,
    x = q[1]!,
    y = q[2]!,
    z = q[3]!;
  const vx = v[0]!,
    vy = v[1]!,
    vz = v[2]!;
  const tx = 2 * (y * vz - z * vy);
  const ty = 2 * (z * vx - x * vz);
  const tz = 2 * (x * vy - y * vx);
  outVec[0] = vx + w * tx + (y * tz - z * ty);
  outVec[1] = vy + w * ty + (z * tx - x * tz);
  outVec[2] = vz + w * tz + (x * ty - y * tx);
  return outVec;
}

/** out = exp of a rotation vector (rad): axis times angle. Exact for small angles through the series of sinc. */
export function fromRotationVector<A extends Frame, B extends Frame>(
  out: Quat<A, B>,
  xRad: number,
  yRad: number,
  zRad: number,
): Quat<A, B> {
  out[1] = xRad;
  out[2] = yRad;
  out[3] = zRad;
  return exponential(out);
}

/**
 * In place: elements 1 to 3 hold a rotation vector (rad), after it the whole is its quaternion. For hot paths, where
 * numbers that are passed to a function would be allocated.
 */
export function exponential<A extends Frame, B extends Frame>(out: Quat<A, B>): Quat<A, B> {
  const xRad = out[1]!;
  const yRad = out[2]!;
  const zRad = out[3]!;
  const angle2 = xRad * xRad + yRad * yRad + zRad * zRad;
  let w: number;
  let s: number;
  if (angle2 < 1e-8) {
    w = 1 - angle2 / 8;
    s = 0.5 - angle2 / 48;
  } else {
    const angle = Math.sqrt(angle2);
    w = Math.cos(angle / 2);
    s = Math.sin(angle / 2) / angle;
  }
  out[0] = w;
  out[1] = s * xRad;
  out[2] = s * yRad;
  out[3] = s * zRad;
  return out;
}

/** outVec = rotation vector (rad) of q, the short way round. */
export function toRotationVector<A extends Frame, B extends Frame>(outVec: Float64Array, q: Quat<A, B>): Float64Array {
  const sign = q[0]! < 0 ? -1 : 1;
  const x = sign * q[1]!,
    y = sign * q[2]!,
    z = sign * q[3]!;
  const s = Math.sqrt(x * x + y * y + z * z);
  const k = s < 1e-9 ? 2 : (2 * Math.atan2(s, sign * q[0]!)) / s;
  outVec[0] = k * x;
  outVec[1] = k * y;
  outVec[2] = k * z;
  return outVec;
}

/** Total rotation angle of q in [0, pi], rad. atan2, so that two equal quaternions give exactly 0 and never NaN. */
export function rotationAngleRad<A extends Frame, B extends Frame>(q: Quat<A, B>): number {
  writeRotationAngle(one, 0, q);
  return one[0]!;
}

/** `rotationAngleRad` into a slot: on a hot path a number that is returned would be allocated. */
export function writeRotationAngle(outRad: Float64Array, slot: number, q: Float64Array): void {
  outRad[slot] = 2 * Math.atan2(Math.sqrt(q[1]! * q[1]! + q[2]! * q[2]! + q[3]! * q[3]!), Math.abs(q[0]!));
}

/** Scratch for the function that returns one number. */
const one = new Float64Array(1);
