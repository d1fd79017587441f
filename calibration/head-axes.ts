/** From two measured directions to a right-handed set of head axes. */
import { type Quat, quatOf } from '../src/core/frames.ts';

/** Dot product of two 3-vectors. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

/** Shorter than this is no direction: squares of much smaller numbers lose their digits. */
const NO_LENGTH = 1e-12;

/** Scales a 3-vector to unit length in place; false when it has none. */
export function unit(v: Float64Array): boolean {
  const norm = Math.sqrt(dot(v, v));
  if (!(norm > NO_LENGTH) || !Number.isFinite(norm)) return false;
  for (let i = 0; i < 3; i++) v[i] = v[i]! / norm;
  return true;
}

/** Unit quaternion of a rotation matrix (row by row), by its largest component (Shepperd 1978), so that no case loses digits. */
function quatFromMatrix(m: readonly number[]): [number, number, number, number] {
  const [a, b, c, d, e, f, g, h, i] = m as [number, number, number, number, number, number, number, number, number];
  const squares = [a + e + i, a - e - i, e - a - i, i - a - e];
  const largest = squares.indexOf(Math.max(...squares));
  const s = Math.sqrt(1 + squares[largest]!) * 2;
  if (largest === 0) return [s / 4, (h - f) / s, (c - g) / s, (d - b) / s];
  if (largest === 1) return [(h - f) / s, s / 4, (b + d) / s, (c + g) / s];
  if (largest === 2) return [(c - g) / s, (b + d) / s, s / 4, (f + h) / s];
  return [(d - b) / s, (c + g) / s, (f + h) / s, s / 4];
}

/**
 * sensorFromHead from the head's z (up in neutral) and about its y (the nod's axis, chin down positive), both in the
 * sensor frame. z is kept; y gives up what is not level; x completes a right-handed set, so no mirrored map can arise.
 * Null when the two are parallel.
 */
export function sensorFromHeadAxes(up: Float64Array, nodAxis: Float64Array): Quat<'sensor', 'head'> | null {
  const z = Float64Array.from(up);
  const y = Float64Array.from(nodAxis);
  if (!unit(z) || !unit(y)) return null;
  const along = dot(y, z);
  for (let i = 0; i < 3; i++) y[i] = y[i]! - along * z[i]!;
  if (Math.sqrt(dot(y, y)) < 1e-3 || !unit(y)) return null;
  const x = [y[1]! * z[2]! - y[2]! * z[1]!, y[2]! * z[0]! - y[0]! * z[2]!, y[0]! * z[1]! - y[1]! * z[0]!];
  const [qw, qx, qy, qz] = quatFromMatrix([x[0]!, y[0]!, z[0]!, x[1]!, y[1]!, z[1]!, x[2]!, y[2]!, z[2]!]);
  return quatOf(qw, qx, qy, qz);
}
