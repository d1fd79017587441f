/** Writing a device's readings into the columns of a sample block: bounds, saturation and what is no number. */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';

/** A quaternion whose norm is off by more is not a rotation. */
const QUAT_NORM_TOLERANCE = 0.02;
/** A reading at this share of full scale counts as saturated. */
const FULL_SCALE_SHARE = 0.999;
/** A reading beyond this many times full scale cannot come from the sensor. */
const IMPOSSIBLE_SHARE = 1.5;

/** No value in any column of sample `i`. */
export function clearSample(out: SampleBlock, i: number): void {
  out.tickUs[i] = out.counter[i] = Number.NaN;
  out.flags[i] = 0;
  out.quat.fill(Number.NaN, 4 * i, 4 * i + 4);
  out.gyrRadps.fill(Number.NaN, 3 * i, 3 * i + 3);
  out.accMps2.fill(Number.NaN, 3 * i, 3 * i + 3);
  out.eulerRad.fill(Number.NaN, 3 * i, 3 * i + 3);
}

/** Normalises to one; NaN and the flag `invalid` when it is no rotation. */
export function writeQuat(out: SampleBlock, i: number, w: number, x: number, y: number, z: number): void {
  const norm = Math.sqrt(w * w + x * x + y * y + z * z);
  const ok = Math.abs(norm - 1) <= QUAT_NORM_TOLERANCE;
  out.quat[4 * i] = ok ? w / norm : Number.NaN;
  out.quat[4 * i + 1] = ok ? x / norm : Number.NaN;
  out.quat[4 * i + 2] = ok ? y / norm : Number.NaN;
  out.quat[4 * i + 3] = ok ? z / norm : Number.NaN;
  if (!ok) out.flags[i]! |= SampleFlag.invalid;
}

/**
 * Writes a vector of readings to `column`. At full scale the flag `saturated` is set; what is no number or lies far
 * beyond full scale becomes NaN and is flagged `invalid`.
 */
export function writeVector(
  out: SampleBlock,
  column: Float64Array,
  i: number,
  x: number,
  y: number,
  z: number,
  fullScale: number,
  saturated: number,
): void {
  const largest = Math.max(Math.abs(x), Math.abs(y), Math.abs(z));
  const ok = largest <= IMPOSSIBLE_SHARE * fullScale;
  column[3 * i] = ok ? x : Number.NaN;
  column[3 * i + 1] = ok ? y : Number.NaN;
  column[3 * i + 2] = ok ? z : Number.NaN;
  if (!ok) out.flags[i]! |= SampleFlag.invalid;
  else if (largest >= FULL_SCALE_SHARE * fullScale) out.flags[i]! |= saturated;
}
