/** Small writers that device decoders share: how an empty row, a vector and a rotation go into the columns of a block. */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';

/** A quaternion whose norm is off by more is not a rotation. */
const QUAT_NORM_TOLERANCE = 0.02;
/** A reading at this share of full scale counts as saturated. */
const FULL_SCALE_SHARE = 0.999;

/** Row `i` with nothing in it and no flag. */
export function blankSample(out: SampleBlock, i: number): void {
  out.tickUs[i] = Number.NaN;
  out.counter[i] = Number.NaN;
  for (let k = 0; k < 4; k++) out.quat[4 * i + k] = Number.NaN;
  for (let k = 0; k < 3; k++) {
    out.gyrRadps[3 * i + k] = Number.NaN;
    out.accMps2[3 * i + k] = Number.NaN;
    out.eulerRad[3 * i + k] = Number.NaN;
  }
  out.flags[i] = 0;
}

/** Three components into a column; all NaN, and the sample invalid, when one is not finite. `limit` is full scale. */
export function writeVector(
  out: SampleBlock,
  column: 'gyrRadps' | 'accMps2',
  i: number,
  from: ArrayLike<number>,
  offset: number,
  limit: number,
): void {
  const to = out[column];
  let finite = true;
  let saturated = false;
  for (let k = 0; k < 3; k++) {
    const value = from[offset + k]!;
    to[3 * i + k] = value;
    finite &&= Number.isFinite(value);
    saturated ||= Math.abs(value) >= FULL_SCALE_SHARE * limit;
  }
  if (!finite) {
    for (let k = 0; k < 3; k++) to[3 * i + k] = Number.NaN;
    out.flags[i]! |= SampleFlag.invalid;
  } else if (saturated) {
    out.flags[i]! |= column === 'gyrRadps' ? SampleFlag.gyroSaturated : SampleFlag.accSaturated;
  }
}

/** w x y z as a unit quaternion; all NaN, and the sample invalid, when it is no rotation. */
export function writeQuat(out: SampleBlock, i: number, from: ArrayLike<number>, offset = 0): void {
  const w = from[offset]!;
  const x = from[offset + 1]!;
  const y = from[offset + 2]!;
  const z = from[offset + 3]!;
  const norm = Math.sqrt(w * w + x * x + y * y + z * z);
  const ok = Math.abs(norm - 1) <= QUAT_NORM_TOLERANCE;
  out.quat[4 * i] = ok ? w / norm : Number.NaN;
  out.quat[4 * i + 1] = ok ? x / norm : Number.NaN;
  out.quat[4 * i + 2] = ok ? y / norm : Number.NaN;
  out.quat[4 * i + 3] = ok ? z / norm : Number.NaN;
  if (!ok) out.flags[i]! |= SampleFlag.invalid;
}
