/** What a decoder wrote, as plain values for tests, and the rule that no decoder may break. */
import { type SampleBlock, SampleFlag } from '../../src/core/sample.ts';

export const flagNames = (flags: number): string[] =>
  Object.entries(SampleFlag)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name);

export interface PlainSample {
  readonly tickUs: number | null;
  readonly counter: number | null;
  readonly quat: number[] | null;
  readonly gyrRadps: number[] | null;
  readonly accMps2: number[] | null;
  readonly flags: string[];
}

const orNull = (values: Float64Array): number[] | null => (values.every(Number.isNaN) ? null : [...values]);

export function sampleAt(block: SampleBlock, i = 0): PlainSample {
  return {
    tickUs: Number.isNaN(block.tickUs[i]!) ? null : block.tickUs[i]!,
    counter: Number.isNaN(block.counter[i]!) ? null : block.counter[i]!,
    quat: orNull(block.quat.subarray(4 * i, 4 * i + 4)),
    gyrRadps: orNull(block.gyrRadps.subarray(3 * i, 3 * i + 3)),
    accMps2: orNull(block.accMps2.subarray(3 * i, 3 * i + 3)),
    flags: flagNames(block.flags[i]!),
  };
}

/** 1 all finite, 0 all NaN, 2 some of both, -1 an infinity. */
function vectorState(column: Float64Array, from: number, length: number): number {
  let finite = 0;
  let nan = 0;
  for (let k = from; k < from + length; k++) {
    if (Number.isFinite(column[k]!)) finite++;
    else if (Number.isNaN(column[k]!)) nan++;
  }
  return finite === length ? 1 : nan === length ? 0 : finite + nan === length ? 2 : -1;
}

/** Null, or what is wrong with a block: an infinity, half a vector, a rotation that is none, nothing but NaN unflagged. */
export function faultOf(block: SampleBlock): string | null {
  if (!(block.count >= 0 && block.count <= block.capacity)) return `count ${block.count}`;
  for (let i = 0; i < block.count; i++) {
    const quat = vectorState(block.quat, 4 * i, 4);
    const gyr = vectorState(block.gyrRadps, 3 * i, 3);
    const acc = vectorState(block.accMps2, 3 * i, 3);
    const invalid = (block.flags[i]! & SampleFlag.invalid) !== 0;
    if (quat < 0 || gyr < 0 || acc < 0) return `sample ${i}: an infinity`;
    if (!invalid && (quat > 1 || gyr > 1 || acc > 1)) return `sample ${i}: half a vector, unflagged`;
    if (vectorState(block.tickUs, i, 1) < 0 || vectorState(block.counter, i, 1) < 0)
      return `sample ${i}: infinite time`;
    if ((block.flags[i]! & SampleFlag.invalid) === 0 && quat + gyr + acc === 0)
      return `sample ${i}: nothing, unflagged`;
    if (quat === 1) {
      const norm = Math.hypot(...block.quat.subarray(4 * i, 4 * i + 4));
      if (Math.abs(norm - 1) > 1e-9) return `sample ${i}: quaternion of norm ${norm}`;
    }
  }
  return null;
}
