/** What makes a sample unfit, and names for the flags where people read them. */
import { SampleFlag } from './sample.ts';

/** Flags under which a repetition is marked: the movement was beyond what the sensor can follow. */
export const SATURATION_FLAGS = SampleFlag.gyroSaturated | SampleFlag.accSaturated;

/** A device's quaternion is believed within this share of unit length; further off it is not a rotation. */
export const QUATERNION_NORM_TOLERANCE = 0.1;

/** True when three components from `offset` are finite. */
export function isFiniteVector(column: Float64Array, offset: number): boolean {
  // A sum is finite only if every part is (or two infinities met as NaN).
  return Number.isFinite(column[offset]! + column[offset + 1]! + column[offset + 2]!);
}

/** True when four components from `offset` are finite and near unit length. */
export function isRotation(column: Float64Array, offset: number): boolean {
  const w = column[offset]!;
  const x = column[offset + 1]!;
  const y = column[offset + 2]!;
  const z = column[offset + 3]!;
  const norm = Math.sqrt(w * w + x * x + y * y + z * z);
  return Math.abs(norm - 1) <= QUATERNION_NORM_TOLERANCE;
}

/** Names of the flags that are set, for logs and exports. */
export function flagNames(flags: number): string[] {
  return Object.entries(SampleFlag)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name);
}
