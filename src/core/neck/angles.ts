/**
 * Neck angles from relative poses. Frames and signs as drawn in ../frames.ts: flexion about +y, right lateral flexion
 * about +x, left rotation about +z.
 */
import type { Frame, Quat } from '../frames.ts';
import { wrapPi } from '../math/angle.ts';

/** Scratch for the functions that return one number. */
const one = new Float64Array(1);

/** Indices into the angles that `cromAngles` fills. */
export const FLEXION = 0;
export const LATERAL = 1;
export const AXIAL = 2;

/**
 * Cervical angles of the intrinsic flexion -> lateral -> axial sequence, `Ry(flexion) Rx(lateral) Rz(axial)`: the joint
 * co-ordinate system of the spine (Wu et al. 2002, ISB part I: flexion about the proximal transverse axis, axial
 * rotation about the distal long axis, lateral bending floating). Singular only at 90 degrees of lateral flexion, where
 * flexion takes the whole of what can no longer be told apart.
 * @param outRad length 3: flexion, right lateral flexion, left rotation, rad
 * @param neutralFromHead pose of the head against its neutral, or of the head against the trunk
 */
export function cromAngles<F extends Frame>(outRad: Float64Array, neutralFromHead: Quat<F, 'head'>): Float64Array {
  const w = neutralFromHead[0]!;
  const x = neutralFromHead[1]!;
  const y = neutralFromHead[2]!;
  const z = neutralFromHead[3]!;
  // Matrix elements of R = Ry Rx Rz: R12 = -sin(lateral), R02/R22 = tan(flexion), R10/R11 = tan(axial).
  const sinLateral = -2 * (y * z - w * x);
  const r02 = 2 * (x * z + w * y);
  const r22 = w * w - x * x - y * y + z * z;
  const r10 = 2 * (x * y + w * z);
  const r11 = w * w - x * x + y * y - z * z;
  const cosLateral = Math.sqrt(r10 * r10 + r11 * r11);
  outRad[LATERAL] = Math.atan2(sinLateral, cosLateral);
  if (cosLateral > 1e-9) {
    outRad[FLEXION] = Math.atan2(r02, r22);
    outRad[AXIAL] = Math.atan2(r10, r11);
  } else {
    const r20 = 2 * (x * z - w * y);
    const r00 = w * w + x * x - y * y - z * z;
    outRad[FLEXION] = Math.atan2(-r20, r00);
    outRad[AXIAL] = 0;
  }
  return outRad;
}

/**
 * Twist about the head's own long axis against a start pose, rad in (-pi, pi], left positive: `2 atan2(z, w)`, the
 * rotation about z that is left when the swing of the long axis is taken away (swing-twist decomposition).
 * Zero where it is not defined (the long axis turned right over).
 */
export function twistRad<F extends Frame>(startFromHead: Quat<F, 'head'>): number {
  writeTwist(one, 0, startFromHead);
  return one[0]!;
}

/** `twistRad` into a slot: on a hot path a number that is returned would be allocated. */
export function writeTwist<F extends Frame>(outRad: Float64Array, slot: number, startFromHead: Quat<F, 'head'>): void {
  const w = startFromHead[0]!;
  const z = startFromHead[3]!;
  outRad[slot] = w === 0 && z === 0 ? 0 : wrapPi(2 * Math.atan2(z, w));
}

/** Angle between the long axis now and at the start, rad in [0, pi]: what is left of the rotation beside the twist. */
export function swingRad<F extends Frame>(startFromHead: Quat<F, 'head'>): number {
  writeSwing(one, 0, startFromHead);
  return one[0]!;
}

/** `swingRad` into a slot. */
export function writeSwing(outRad: Float64Array, slot: number, startFromHead: ArrayLike<number>): void {
  const w = startFromHead[0]!;
  const x = startFromHead[1]!;
  const y = startFromHead[2]!;
  const z = startFromHead[3]!;
  outRad[slot] = 2 * Math.atan2(Math.sqrt(x * x + y * y), Math.sqrt(w * w + z * z));
}

/** Angle of the head's long axis from the vertical, rad in [0, pi]. Gravity observes it, so it does not drift. */
export function inclinationRad(worldFromHead: ArrayLike<number>): number {
  // The swing against an upright head: the same formula.
  writeSwing(one, 0, worldFromHead);
  return one[0]!;
}
