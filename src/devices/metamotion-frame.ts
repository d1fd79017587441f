/** Whether a MetaMotion's quaternion takes its gravity to the vertical: the check of a frame that its maker does not state. */
import { FusionRegister, MetaMotionModule, readFloats } from './metamotion-protocol.ts';

/**
 * 'up' or 'down': the quaternion takes the gravity output to +z or -z of the world. 'conjugated': only its conjugate does.
 * 'odd': neither does. 'unknown': nothing to tell from.
 */
export type FrameVerdict = 'up' | 'down' | 'conjugated' | 'odd' | 'unknown';

/** Cosine of 15 deg: half a sample of fast turning and the filter's own error are far less. */
const ALONG = 0.966;

/** z component of R(q) v over |v|; the sign of the vector part of q turns R about. */
function worldZ(q: Float64Array, v: Float64Array, sign: 1 | -1): number {
  const [w, x, y, z] = [q[0]!, sign * q[1]!, sign * q[2]!, sign * q[3]!];
  const up = 2 * (x * z - w * y) * v[0]! + 2 * (y * z + w * x) * v[1]! + (1 - 2 * (x * x + y * y)) * v[2]!;
  return up / Math.hypot(v[0]!, v[1]!, v[2]!);
}

/** From one quaternion message and one gravity message of about the same time. */
export function frameOf(quaternionMessage: Uint8Array, gravityMessage: Uint8Array): FrameVerdict {
  const q = new Float64Array(4);
  const gravity = new Float64Array(3);
  if (quaternionMessage[0] !== MetaMotionModule.fusion || quaternionMessage[1] !== FusionRegister.quaternion)
    return 'unknown';
  readFloats(quaternionMessage, 4, q);
  readFloats(gravityMessage, 3, gravity);
  const straight = worldZ(q, gravity, 1);
  const conjugate = worldZ(q, gravity, -1);
  if (!(Math.abs(Math.hypot(...q) - 1) < 0.02 && Number.isFinite(straight) && Number.isFinite(conjugate)))
    return 'unknown';
  const fits = Math.abs(straight) >= ALONG;
  if (!fits) return Math.abs(conjugate) >= ALONG ? 'conjugated' : 'odd';
  return straight > 0 ? 'up' : 'down';
}
