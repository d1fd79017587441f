/** Pose of the head from the pose of a crooked sensor, and against captured poses. Nothing here allocates. */
import type { Frame, Quat } from '../frames.ts';
import { multiply } from '../math/quat.ts';

/** What the alignment found: how the band sits on the head, and where the head's neutral is. */
export interface HeadAlignment {
  readonly sensorFromHead: Quat<'sensor', 'head'>;
  readonly worldFromNeutral: Quat<'world', 'neutral'>;
}

/** out = worldFromSensor * sensorFromHead. */
export function headPose(
  out: Quat<'world', 'head'>,
  worldFromSensor: Quat<'world', 'sensor'>,
  sensorFromHead: Quat<'sensor', 'head'>,
): Quat<'world', 'head'> {
  return multiply(out, worldFromSensor, sensorFromHead);
}

/**
 * out = inverse(worldFromTrunk) * worldFromHead: the head seen from the trunk, the true neck pose. Both poses must be in
 * one world: two sensors without magnetometer have two headings, which ./trunk.ts ties together.
 * `out` may not alias an input.
 */
export function trunkFromHead(
  out: Quat<'trunk', 'head'>,
  worldFromTrunk: Quat<'world', 'trunk'>,
  worldFromHead: Quat<'world', 'head'>,
): Quat<'trunk', 'head'> {
  return relativePose(out, worldFromTrunk, worldFromHead);
}

/** out = inverse(worldFromStart) * worldFromHead: the head seen from a captured pose. `out` may not alias an input. */
export function relativePose<F extends Frame>(
  out: Quat<F, 'head'>,
  worldFromStart: Quat<'world', F>,
  worldFromHead: Quat<'world', 'head'>,
): Quat<F, 'head'> {
  const aw = worldFromStart[0]!;
  const ax = -worldFromStart[1]!;
  const ay = -worldFromStart[2]!;
  const az = -worldFromStart[3]!;
  const bw = worldFromHead[0]!;
  const bx = worldFromHead[1]!;
  const by = worldFromHead[2]!;
  const bz = worldFromHead[3]!;
  out[0] = aw * bw - ax * bx - ay * by - az * bz;
  out[1] = aw * bx + ax * bw + ay * bz - az * by;
  out[2] = aw * by - ax * bz + ay * bw + az * bx;
  out[3] = aw * bz + ax * by - ay * bx + az * bw;
  return out;
}

/** outVec = the world's up direction in the right frame of q (unit vector, length 3). */
export function upIn<F extends Frame>(outVec: Float64Array, worldFromFrame: Quat<'world', F>): Float64Array {
  const w = worldFromFrame[0]!;
  const x = worldFromFrame[1]!;
  const y = worldFromFrame[2]!;
  const z = worldFromFrame[3]!;
  outVec[0] = 2 * (x * z - w * y);
  outVec[1] = 2 * (y * z + w * x);
  outVec[2] = w * w - x * x - y * y + z * z;
  return outVec;
}

/** outVec = inverse(q) v: coordinates of v taken from the left frame of q to its right frame. May alias. */
export function rotateVectorInverse<A extends Frame, B extends Frame>(
  outVec: Float64Array,
  q: Quat<A, B>,
  v: ArrayLike<number>,
): Float64Array {
  const w = q[0]!;
  const x = -q[1]!;
  const y = -q[2]!;
  const z = -q[3]!;
  const vx = v[0]!;
  const vy = v[1]!;
  const vz = v[2]!;
  const tx = 2 * (y * vz - z * vy);
  const ty = 2 * (z * vx - x * vz);
  const tz = 2 * (x * vy - y * vx);
  outVec[0] = vx + w * tx + (y * tz - z * ty);
  outVec[1] = vy + w * ty + (z * tx - x * tz);
  outVec[2] = vz + w * tz + (x * ty - y * tx);
  return outVec;
}
