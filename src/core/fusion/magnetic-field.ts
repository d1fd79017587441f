/**
 * One magnetic heading for a whole trial. With the smoothed attitude R known up to a constant heading, a magnetometer
 * with a constant offset reads m = R^T h + o: linear in the field h (world axes) and the offset o (sensor axes: a magnet
 * or a loudspeaker that moves with the sensor). Robust least squares over the whole trial gives both; samples near iron
 * that stands in the room lose their weight.
 */
import { choleskyInPlace, choleskySolveInPlace } from '../math/dense.ts';
import type { Result } from './result.ts';
import type { SmoothedTrial } from './smoother.ts';
import { rotationMatrix } from './strapdown.ts';

export const MAGNETIC_FIELD_PARAMS = Object.freeze({
  /** Samples are averaged over this long, s. */
  blockS: 0.1,
  /** Prior of the offset, uT: a magnet taped on. */
  offsetSigmaUt: 30,
  /** The offset is believed only when it brings the median residual below this share of what it is without. */
  offsetGain: 0.8,
  /** Residual at which a block has half its weight in the offset's estimation, in units of the median residual. */
  cauchyScale: 1.5,
  iterations: 12,
  /** Deviation of norm (share) and dip (rad) from the trial's median at which a block has half its weight. */
  normShare: 0.05,
  dipRad: (4 * Math.PI) / 180,
  /** Least horizontal field, uT. */
  minHorizontalUt: 5,
});

export interface MagneticHeading {
  /** worldFromSensor turned about z by this angle has x east and y to magnetic north, rad. */
  readonly headingRad: number;
  /** Offset that was taken out, sensor axes, uT; zero when none was believed. */
  readonly offsetUt: Float64Array;
  /** Circular standard deviation of the blocks' headings, rad: field that bends from place to place. */
  readonly spreadRad: number;
}

export type MagneticFault = 'no-magnetometer' | 'too-few' | 'no-horizontal-field';

/** Finds the magnetic heading of a smoothed trial, or says why there is none. */
export function magneticHeading(trial: SmoothedTrial): Result<MagneticHeading, MagneticFault> {
  const mag = trial.record.magUt;
  if (!mag) return { ok: false, reason: 'no-magnetometer' };
  const { blocks, moving } = magneticBlocks(trial, mag, MAGNETIC_FIELD_PARAMS.blockS);
  if (blocks.length < 12 * 20) return { ok: false, reason: 'too-few' };
  const offsetUt = findOffset(moving);
  return weightedHeading(blocks, moving, offsetUt);
}

/** The offset that moves with the sensor, or zero where the trial does not speak for one. */
function findOffset(blocks: Float64Array): Float64Array {
  const none = new Float64Array(3);
  const count = blocks.length / 12;
  if (count < 20) return none;
  const without = fitField(blocks, 1e-4);
  const free = fitField(blocks, MAGNETIC_FIELD_PARAMS.offsetSigmaUt);
  if (without === null || free === null) return none;
  return free.residual < MAGNETIC_FIELD_PARAMS.offsetGain * without.residual ? free.x.slice(3) : none;
}

/** Robust fit (Cauchy weights) of field and offset; the median residual tells how well. */
function fitField(blocks: Float64Array, offsetSigmaUt: number): { x: Float64Array; residual: number } | null {
  const count = blocks.length / 12;
  const weight = new Float64Array(count).fill(1);
  const residual = new Float64Array(count);
  let x: Float64Array | null = null;
  let scale = 1;
  for (let iteration = 0; iteration < MAGNETIC_FIELD_PARAMS.iterations; iteration++) {
    x = solve(blocks, weight, scale, offsetSigmaUt);
    if (x === null) return null;
    for (let b = 0; b < count; b++) residual[b] = residualOf(blocks, b, x);
    scale = Math.max(0.1, median(residual));
    const half = MAGNETIC_FIELD_PARAMS.cauchyScale * scale;
    for (let b = 0; b < count; b++) weight[b] = 1 / (1 + (residual[b]! / half) ** 2);
  }
  return x === null ? null : { x, residual: scale };
}

interface FieldBlocks {
  /** Horizontal direction of each block's field, offset taken out: 2 per block, unit length (or zero). */
  readonly direction: Float64Array;
  readonly level: Float64Array;
  readonly norm: Float64Array;
  readonly dip: Float64Array;
}

/** The field of each block in world axes, offset taken out. */
function fieldOf(blocks: Float64Array, offset: Float64Array): FieldBlocks {
  const count = blocks.length / 12;
  const out = {
    direction: new Float64Array(2 * count),
    level: new Float64Array(count),
    norm: new Float64Array(count),
    dip: new Float64Array(count),
  };
  const field = new Float64Array(3);
  for (let b = 0; b < count; b++) {
    for (let c = 0; c < 3; c++) {
      let sum = 0;
      for (let i = 0; i < 3; i++) sum += blocks[12 * b + 3 * c + i]! * (blocks[12 * b + 9 + i]! - offset[i]!);
      field[c] = sum;
    }
    const level = Math.hypot(field[0]!, field[1]!);
    out.level[b] = level;
    out.norm[b] = Math.hypot(level, field[2]!);
    out.dip[b] = Math.atan2(-field[2]!, level);
    if (level > 0) {
      out.direction[2 * b] = field[0]! / level;
      out.direction[2 * b + 1] = field[1]! / level;
    }
  }
  return out;
}

/**
 * Circular mean of the blocks' headings; blocks whose norm or dip is unusual count less. What is usual is told by the
 * blocks in motion, which see many places and many orientations.
 */
function weightedHeading(
  blocks: Float64Array,
  moving: Float64Array,
  offset: Float64Array,
): Result<MagneticHeading, MagneticFault> {
  const params = MAGNETIC_FIELD_PARAMS;
  const all = fieldOf(blocks, offset);
  const usual = moving.length >= 12 * 20 ? fieldOf(moving, offset) : all;
  if (median(usual.level) < params.minHorizontalUt) return { ok: false, reason: 'no-horizontal-field' };
  const usualNorm = median(usual.norm);
  const usualDip = median(usual.dip);
  let s = 0;
  let c = 0;
  let total = 0;
  for (let b = 0; b < all.norm.length; b++) {
    const norm = (all.norm[b]! - usualNorm) / (params.normShare * usualNorm);
    const dip = (all.dip[b]! - usualDip) / params.dipRad;
    const weight = 1 / (1 + norm * norm + dip * dip);
    s += weight * all.direction[2 * b]!;
    c += weight * all.direction[2 * b + 1]!;
    total += weight;
  }
  const length = Math.min(1, Math.hypot(s, c) / total);
  return {
    ok: true,
    value: { headingRad: Math.atan2(s, c), offsetUt: offset, spreadRad: Math.sqrt(-2 * Math.log(length)) },
  };
}

/** A copy of the attitude turned to magnetic north: 4 per sample. */
export function turnedToNorth(worldFromSensor: Float64Array, headingRad: number): Float64Array {
  const out = new Float64Array(worldFromSensor.length);
  const c = Math.cos(headingRad / 2);
  const s = Math.sin(headingRad / 2);
  for (let i = 0; i < out.length; i += 4) {
    out[i] = c * worldFromSensor[i]! - s * worldFromSensor[i + 3]!;
    out[i + 1] = c * worldFromSensor[i + 1]! - s * worldFromSensor[i + 2]!;
    out[i + 2] = c * worldFromSensor[i + 2]! + s * worldFromSensor[i + 1]!;
    out[i + 3] = c * worldFromSensor[i + 3]! + s * worldFromSensor[i]!;
  }
  return out;
}

/** Per block: rotation matrix of its middle sample (9) and mean field (3). `moving` leaves out rests: they say one thing many times. */
function magneticBlocks(
  trial: SmoothedTrial,
  mag: Float64Array,
  blockS: number,
): { blocks: Float64Array; moving: Float64Array } {
  const { timeS } = trial.record;
  const all: number[] = [];
  const moving: number[] = [];
  const r = new Float64Array(9);
  const still = new Uint8Array(timeS.length);
  for (const rest of trial.rests) still.fill(1, rest.from + 1, rest.to);
  for (let i = 0; i < timeS.length; ) {
    const from = i;
    const sum = [0, 0, 0];
    let used = 0;
    while (i < timeS.length && timeS[i]! - timeS[from]! < blockS) {
      const x = mag[3 * i]!;
      const y = mag[3 * i + 1]!;
      const z = mag[3 * i + 2]!;
      if (Number.isFinite(x + y + z)) {
        sum[0] = sum[0]! + x;
        sum[1] = sum[1]! + y;
        sum[2] = sum[2]! + z;
        used++;
      }
      i++;
    }
    if (used === 0) continue;
    const middle = (from + i - 1) >> 1;
    rotationMatrix(r, trial.worldFromSensor.subarray(4 * middle, 4 * middle + 4));
    const block = [...r, sum[0]! / used, sum[1]! / used, sum[2]! / used];
    all.push(...block);
    if (still[from] === 0) moving.push(...block);
  }
  return { blocks: Float64Array.from(all), moving: Float64Array.from(moving) };
}

/** Normal equations of m = R^T h + o with weights and the offset's prior; 6 unknowns h, o. */
function solve(blocks: Float64Array, weight: Float64Array, scale: number, offsetSigmaUt: number): Float64Array | null {
  const a = new Float64Array(36);
  const y = new Float64Array(6);
  const row = new Float64Array(6);
  for (let b = 0; b < weight.length; b++) {
    const at = 12 * b;
    for (let axis = 0; axis < 3; axis++) {
      row.fill(0);
      for (let c = 0; c < 3; c++) row[c] = blocks[at + 3 * c + axis]!;
      row[3 + axis] = 1;
      const w = weight[b]!;
      for (let i = 0; i < 6; i++) {
        y[i] = y[i]! + w * row[i]! * blocks[at + 9 + axis]!;
        for (let j = 0; j < 6; j++) a[6 * i + j] = a[6 * i + j]! + w * row[i]! * row[j]!;
      }
    }
  }
  for (let i = 3; i < 6; i++) a[7 * i] = a[7 * i]! + (scale / offsetSigmaUt) ** 2;
  if (!choleskyInPlace(a, 6)) return null;
  choleskySolveInPlace(a, 6, y, 1);
  return y;
}

function residualOf(blocks: Float64Array, b: number, x: Float64Array): number {
  const at = 12 * b;
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    let e = blocks[at + 9 + axis]! - x[3 + axis]!;
    for (let c = 0; c < 3; c++) e -= blocks[at + 3 * c + axis]! * x[c]!;
    sum += e * e;
  }
  return Math.sqrt(sum);
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1]!;
}
