/**
 * The simulator's own rotation arithmetic: 3x3 matrices, row-major. Deliberately not the core's
 * quaternions: truth that shares code with what it judges would hide that code's errors.
 */

/** Nine numbers, row by row. Plain arrays: many small ones are made and dropped, which typed arrays do slowly. */
export type Matrix3 = readonly number[];
export type Vector3 = readonly number[];

export function identity3(): Matrix3 {
  return [1, 0, 0, 0, 1, 0, 0, 0, 1];
}

/** Rotation by `angleRad` about x, y or z: takes vectors of the turned frame to the frame it was turned from. */
export function axisRotation(axis: 'x' | 'y' | 'z', angleRad: number): Matrix3 {
  const c = Math.cos(angleRad);
  const s = Math.sin(angleRad);
  if (axis === 'x') return [1, 0, 0, 0, c, -s, 0, s, c];
  if (axis === 'y') return [c, 0, s, 0, 1, 0, -s, 0, c];
  return [c, -s, 0, s, c, 0, 0, 0, 1];
}

/** Rotation by the length of `v` (rad) about its direction (Rodrigues). */
export function rotationOf(x: number, y: number, z: number): Matrix3 {
  const angle = Math.hypot(x, y, z);
  const a = angle < 1e-9 ? 1 : Math.sin(angle) / angle;
  const b = angle < 1e-9 ? 0.5 : (1 - Math.cos(angle)) / (angle * angle);
  const c = Math.cos(angle);
  return [
    c + b * x * x,
    b * x * y - a * z,
    b * x * z + a * y,
    b * x * y + a * z,
    c + b * y * y,
    b * y * z - a * x,
    b * x * z - a * y,
    b * y * z + a * x,
    c + b * z * z,
  ];
}

/** left * right */
export function times(left: Matrix3, right: Matrix3): Matrix3 {
  const out: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 3; c++) {
      out[3 * r + c] = left[3 * r]! * right[c]! + left[3 * r + 1]! * right[3 + c]! + left[3 * r + 2]! * right[6 + c]!;
    }
  }
  return out;
}

export function transpose(m: Matrix3): Matrix3 {
  return [m[0]!, m[3]!, m[6]!, m[1]!, m[4]!, m[7]!, m[2]!, m[5]!, m[8]!];
}

/** m * v */
export function apply(m: Matrix3, v: ArrayLike<number>): Vector3 {
  return [
    m[0]! * v[0]! + m[1]! * v[1]! + m[2]! * v[2]!,
    m[3]! * v[0]! + m[4]! * v[1]! + m[5]! * v[2]!,
    m[6]! * v[0]! + m[7]! * v[1]! + m[8]! * v[2]!,
  ];
}

/** Rotation vector of a rotation by much less than half a turn, rad. */
export function rotationVector(m: Matrix3): Vector3 {
  const x = (m[7]! - m[5]!) / 2;
  const y = (m[2]! - m[6]!) / 2;
  const z = (m[3]! - m[1]!) / 2;
  const sine = Math.hypot(x, y, z);
  const scale = sine < 1e-12 ? 1 : Math.atan2(sine, (m[0]! + m[4]! + m[8]! - 1) / 2) / sine;
  return [x * scale, y * scale, z * scale];
}

/** Angle of a rotation, rad, 0..pi. */
export function angleOf(m: Matrix3): number {
  const sine = Math.hypot(m[7]! - m[5]!, m[2]! - m[6]!, m[3]! - m[1]!) / 2;
  return Math.atan2(sine, (m[0]! + m[4]! + m[8]! - 1) / 2);
}

/** Twist of a rotation about its own z axis, rad: 2 atan2(qz, qw), from 4 qw qz = m10 - m01 and 4 qw^2 = 1 + trace. */
export function twistAboutZ(m: Matrix3): number {
  return 2 * Math.atan2(m[3]! - m[1]!, 1 + m[0]! + m[4]! + m[8]!);
}

/** The three angles of the intrinsic sequence y (flexion), x (lateral), z (axial), rad. */
export function flexLatAxial(m: Matrix3): { flexionRad: number; lateralRad: number; axialRad: number } {
  return {
    flexionRad: Math.atan2(m[2]!, m[8]!),
    lateralRad: Math.asin(Math.max(-1, Math.min(1, -m[5]!))),
    axialRad: Math.atan2(m[3]!, m[4]!),
  };
}

/** Unit quaternion [w x y z] of a rotation (Shepperd: from the largest of the four, so never near zero). */
export function toQuaternion(m: Matrix3, out: Float64Array): Float64Array {
  const four = [
    1 + m[0]! + m[4]! + m[8]!,
    1 + m[0]! - m[4]! - m[8]!,
    1 - m[0]! + m[4]! - m[8]!,
    1 - m[0]! - m[4]! + m[8]!,
  ];
  const k = four.indexOf(Math.max(...four));
  const wx = m[7]! - m[5]!;
  const wy = m[2]! - m[6]!;
  const wz = m[3]! - m[1]!;
  const xy = m[1]! + m[3]!;
  const xz = m[2]! + m[6]!;
  const yz = m[5]! + m[7]!;
  const rows = [
    [four[0]!, wx, wy, wz],
    [wx, four[1]!, xy, xz],
    [wy, xy, four[2]!, yz],
    [wz, xz, yz, four[3]!],
  ];
  const scale = 1 / (2 * Math.sqrt(four[k]!));
  for (let i = 0; i < 4; i++) out[i] = rows[k]![i]! * scale;
  return out;
}
