/** The head's pose for drawing: from the three neck angles once aligned, upright and still before. */
import type { LiveFrame } from '../../src/wire/live-frame.ts';

/**
 * Writes neutralFromHead [w x y z] = Ry(flexion) Rx(lateral) Rz(axial), the intrinsic flexion, lateral, axial sequence
 * of the neck angles: no heading is needed, so the drawn face looks forward when the patient does. False when the
 * angles are not known; then `out` is the upright head: a sensor's own orientation would look like a head lying down.
 */
export function drawnPose(out: Float64Array, frame: LiveFrame): boolean {
  const { flexionRad, lateralRad, axialRad } = frame;
  if (!Number.isFinite(flexionRad + lateralRad + axialRad)) {
    out[0] = 1;
    out[1] = 0;
    out[2] = 0;
    out[3] = 0;
    return false;
  }
  const cf = Math.cos(flexionRad / 2);
  const sf = Math.sin(flexionRad / 2);
  const cl = Math.cos(lateralRad / 2);
  const sl = Math.sin(lateralRad / 2);
  const ca = Math.cos(axialRad / 2);
  const sa = Math.sin(axialRad / 2);
  // [cf 0 sf 0] * [cl sl 0 0] = [cf cl, cf sl, sf cl, -sf sl], then times [ca 0 0 sa].
  const w = cf * cl;
  const x = cf * sl;
  const y = sf * cl;
  const z = -sf * sl;
  out[0] = w * ca - z * sa;
  out[1] = x * ca + y * sa;
  out[2] = y * ca - x * sa;
  out[3] = z * ca + w * sa;
  return true;
}
