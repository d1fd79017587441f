/**
 * Frames, signs and the typed quaternion.
 *
 *            z (up, along the segment's long axis)
 *            |
 *            |   x (forward, out of the face)
 *            |  /
 *            | /
 *   y (left)-+           right-handed, Hamilton, [w, x, y, z]
 *
 *   positive about x: right lateral flexion (right ear towards right shoulder)
 *   positive about y: flexion (chin down)
 *   positive about z: left rotation (the face turns to the patient's left)
 *
 * `worldFromHead` takes a vector's head coordinates to its world coordinates, so neighbours cancel:
 * `worldFromHead = worldFromSensor * sensorFromHead`.
 *
 * world   z up, heading arbitrary (no magnetometer)
 * trunkWorld  the same for a second sensor, on the trunk: its heading is arbitrary too, and another one
 * sensor, trunkSensor  the axes printed on the device
 * head, trunk   x forward, y left, z up along the segment's long axis
 * neutral the head at its captured neutral pose; flexed: the head at the captured start of an FRT repetition
 */
export type Frame =
  | 'world'
  | 'sensor'
  | 'head'
  | 'trunk'
  | 'trunkSensor'
  | 'trunkWorld'
  | 'neutral'
  | 'flexed'
  | 'strapdown';

declare const frameTag: unique symbol;

/** Unit quaternion [w, x, y, z] that takes coordinates in `From` to coordinates in `To`. Length 4. */
export type Quat<To extends Frame, From extends Frame> = Float64Array & {
  readonly [frameTag]: readonly [To, From];
};

/** A new identity rotation between two frames. The caller states what the two frames are. */
export function identityQuat<To extends Frame, From extends Frame>(): Quat<To, From> {
  return Float64Array.of(1, 0, 0, 0) as Quat<To, From>;
}

/** A new quaternion from components, normalised; a zero or non-finite input gives the identity. */
export function quatOf<To extends Frame, From extends Frame>(
  w: number,
  x: number,
  y: number,
  z: number,
): Quat<To, From> {
  const norm = Math.hypot(w, x, y, z);
  if (!(norm > 0) || !Number.isFinite(norm)) return identityQuat();
  return Float64Array.of(w / norm, x / norm, y / norm, z / norm) as Quat<To, From>;
}
