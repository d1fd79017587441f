/** Angles of devices that send roll, pitch and yaw, to the quaternion that the kit computes with. */

import type { SampleBlock } from '../core/sample.ts';
import { radFromDeg } from '../core/units.ts';

/** Writes both columns of sample `i` from R = Rz(yaw) Ry(pitch) Rx(roll), deg; NaN in both, and false, when not finite. */
export function writeEulerDeg(out: SampleBlock, i: number, rollDeg: number, pitchDeg: number, yawDeg: number): boolean {
  const finite = Number.isFinite(rollDeg) && Number.isFinite(pitchDeg) && Number.isFinite(yawDeg);
  const roll = finite ? radFromDeg(rollDeg) : Number.NaN;
  const pitch = finite ? radFromDeg(pitchDeg) : Number.NaN;
  const yaw = finite ? radFromDeg(yawDeg) : Number.NaN;
  out.eulerRad[3 * i] = roll;
  out.eulerRad[3 * i + 1] = pitch;
  out.eulerRad[3 * i + 2] = yaw;
  const cr = Math.cos(roll / 2);
  const sr = Math.sin(roll / 2);
  const cp = Math.cos(pitch / 2);
  const sp = Math.sin(pitch / 2);
  const cy = Math.cos(yaw / 2);
  const sy = Math.sin(yaw / 2);
  out.quat[4 * i] = cr * cp * cy + sr * sp * sy;
  out.quat[4 * i + 1] = sr * cp * cy - cr * sp * sy;
  out.quat[4 * i + 2] = cr * sp * cy + sr * cp * sy;
  out.quat[4 * i + 3] = cr * cp * sy - sr * sp * cy;
  return finite;
}
