/**
 * After the trial, for a device that sends only quaternions: the heading drift that is seen in the rests of the record
 * is taken out of it from both ends, about the world's z, so that inclination stays as the device gave it. Closure is
 * not used: only what the device itself shows while it lies still.
 */
import { identityQuat, type Quat } from '../frames.ts';
import { multiply } from '../math/quat.ts';
import { SampleFlag } from '../sample.ts';
import { medianPeriodS } from '../signal/bridge-gaps.ts';
import { createDriftLine, DRIFT_LINE_PARAMS, type DriftLineParams } from './drift-line.ts';
import {
  type DriftRest,
  findDriftRests,
  QUATERNION_REST_PARAMS,
  type QuaternionRestParams,
  turnBetween,
} from './quaternion-rests.ts';
import type { Result } from './result.ts';

export type { DriftRest };

export interface QuaternionDriftParams extends QuaternionRestParams, DriftLineParams {
  /** Standard uncertainty of each element of the device's scale and cross-axis matrix: 0.5 % of a consumer gyro. */
  readonly matrixSigma: number;
  /** Angle random walk of a consumer gyro, rad per root second (0.01 deg). */
  readonly noiseRadPerRootS: number;
  /** Heading uncertainty per second of missing data, rad/s: the device goes on fusing, only we do not see it. */
  readonly gapRadps: number;
  /** Longest hole that is bridged, s; shortest record, s; largest share of unusable samples. */
  readonly longestGapS: number;
  readonly shortestS: number;
  readonly invalidShare: number;
}

export const QUATERNION_DRIFT_PARAMS: QuaternionDriftParams = Object.freeze({
  ...QUATERNION_REST_PARAMS,
  ...DRIFT_LINE_PARAMS,
  matrixSigma: 0.005,
  noiseRadPerRootS: 0.000175,
  gapRadps: 0.001,
  longestGapS: 1,
  shortestS: 1,
  invalidShare: 0.2,
});

export interface QuaternionRecord {
  /** n, device time, s. */
  readonly timeS: Float64Array;
  /** 4 per sample, [w x y z]; a component that is not finite, or a length far from 1, makes the sample unusable. */
  readonly worldFromSensor: Float64Array;
  /** n, bits of `SampleFlag`; duplicate and invalid samples are left out. */
  readonly flags: ArrayLike<number>;
}

export type QuaternionFault =
  | 'empty'
  | 'one-sample'
  | 'lengths-differ'
  | 'time-not-finite'
  | 'time-constant'
  | 'time-reversed'
  | 'too-short'
  | 'not-finite'
  | 'constant'
  | 'gap';

export interface DriftFreeRecord {
  /** m usable samples; `source` is the index of each in what was given. */
  readonly timeS: Float64Array;
  readonly source: Int32Array;
  /** 4 per sample, unit norm, the drift since the first sample taken out. */
  readonly worldFromSensor: Float64Array;
  /** What was taken out, rad, about the world's z. */
  readonly driftRad: Float64Array;
  /** As given, with `SampleFlag.gap` at the first sample after a hole. */
  readonly flags: Uint32Array;
  /** Where the device lay still, with the drift rate and its standard error there; may be empty. */
  readonly rests: readonly DriftRest[];
  /** Standard uncertainty of the heading of one sample against another's, rad; symmetric. NaN for no index of a sample. */
  headingSigmaRad(from: number, to: number): number;
}

/** Takes the heading drift out of a record of quaternions, or names the reason why it cannot. */
export function removeHeadingDrift(
  record: QuaternionRecord,
  overrides: Partial<QuaternionDriftParams> = {},
): Result<DriftFreeRecord, QuaternionFault> {
  const params = { ...QUATERNION_DRIFT_PARAMS, ...overrides };
  const usable = usableSamples(record, params);
  if (!usable.ok) return usable;
  const { timeS, source, given } = usable.value;
  const m = timeS.length;
  const rests = findDriftRests(timeS, given, params);
  const knots = rests.map(({ from, to, rateRadps, sigmaRadps }) => {
    return { timeS: (timeS[from]! + timeS[to - 1]!) / 2, rateRadps, sigmaRadps };
  });
  const line = createDriftLine(knots, (timeS[0]! + timeS[m - 1]!) / 2, params);

  const worldFromSensor = new Float64Array(4 * m);
  const driftRad = new Float64Array(m);
  const flags = Uint32Array.from(source, (i) => record.flags[i]!);
  const holeS = 1.5 * medianPeriodS(timeS);
  const undrift = identityQuat<'world', 'world'>();
  const growth = createGrowth(m);
  for (let i = 0; i < m; i++) {
    if (i > 0) {
      const dtS = timeS[i]! - timeS[i - 1]!;
      driftRad[i] = driftRad[i - 1]! + line.driftRad(timeS[i - 1]!, timeS[i]!);
      const gapS = dtS > holeS ? dtS : 0;
      if (gapS > 0) flags[i] = flags[i]! | SampleFlag.gap;
      growth.step(i, given, (params.gapRadps * gapS) ** 2);
    }
    undrift[0] = Math.cos(driftRad[i]! / 2);
    undrift[3] = -Math.sin(driftRad[i]! / 2);
    const out = worldFromSensor.subarray(4 * i, 4 * i + 4) as Quat<'world', 'sensor'>;
    multiply(out, undrift, given.subarray(4 * i, 4 * i + 4) as Quat<'world', 'sensor'>);
  }
  const isSample = (i: number): boolean => Number.isInteger(i) && i >= 0 && i < m;
  const headingSigmaRad = (a: number, b: number): number => {
    if (!isSample(a) || !isSample(b)) return Number.NaN;
    if (a === b) return 0;
    const from = Math.min(a, b);
    const to = Math.max(a, b);
    const noise = params.noiseRadPerRootS ** 2 * (timeS[to]! - timeS[from]!);
    const turned = growth.variance(from, to, params.matrixSigma);
    return Math.sqrt(line.varianceRad2(timeS[from]!, timeS[to]!) + noise + turned);
  };
  return { ok: true, value: { timeS, source, worldFromSensor, driftRad, flags, rests, headingSigmaRad } };
}

/**
 * What a scale and cross-axis error does to heading, exact to first order: with r the third row of worldFromSensor the
 * sensitivities are the sums of r_i w_j dt, so that a turn there and back cancels, as it does in truth (see
 * heading-growth.ts). Kept as sums up to every sample, so that any two can be subtracted.
 */
function createGrowth(m: number) {
  const sums = new Float64Array(9 * m);
  const gaps = new Float64Array(m);
  const world = new Float64Array(3);
  const up = new Float64Array(3);
  const body = new Float64Array(3);
  return {
    step(i: number, q: Float64Array, gapVariance: number): void {
      // The turn along the world's axes taken into the sensor's, where its errors sit.
      turnBetween(world, q, i - 1, i);
      const [w, x, y, z] = [q[4 * i]!, q[4 * i + 1]!, q[4 * i + 2]!, q[4 * i + 3]!];
      up.set([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]);
      body[0] = (1 - 2 * (y * y + z * z)) * world[0]! + 2 * (x * y + w * z) * world[1]! + up[0]! * world[2]!;
      body[1] = 2 * (x * y - w * z) * world[0]! + (1 - 2 * (x * x + z * z)) * world[1]! + up[1]! * world[2]!;
      body[2] = 2 * (x * z + w * y) * world[0]! + 2 * (y * z - w * x) * world[1]! + up[2]! * world[2]!;
      for (let r = 0; r < 3; r++) {
        for (let c = 0; c < 3; c++) sums[9 * i + 3 * r + c] = sums[9 * i - 9 + 3 * r + c]! + up[r]! * body[c]!;
      }
      gaps[i] = gaps[i - 1]! + gapVariance;
    },
    variance(from: number, to: number, matrixSigma: number): number {
      let square = 0;
      for (let c = 0; c < 9; c++) square += (sums[9 * to + c]! - sums[9 * from + c]!) ** 2;
      return matrixSigma * matrixSigma * square + gaps[to]! - gaps[from]!;
    },
  };
}

interface Usable {
  readonly timeS: Float64Array;
  readonly source: Int32Array;
  /** 4 per sample, unit norm. */
  readonly given: Float64Array;
}

function usableSamples(record: QuaternionRecord, params: QuaternionDriftParams): Result<Usable, QuaternionFault> {
  const fault = (reason: QuaternionFault) => ({ ok: false, reason }) as const;
  const { timeS, worldFromSensor: q, flags } = record;
  const n = timeS.length;
  if (q.length !== 4 * n || flags.length !== n) return fault('lengths-differ');
  const own: number[] = [];
  for (let i = 0; i < n; i++) if ((flags[i]! & SampleFlag.duplicate) === 0) own.push(i);
  if (own.length === 0) return fault('empty');
  if (own.length === 1) return fault('one-sample');
  const times = own.map((i) => timeS[i]!);
  if (!times.every(Number.isFinite)) return fault('time-not-finite');
  if (times.every((t) => t === times[0])) return fault('time-constant');
  if (times.some((t, k) => k > 0 && !(t > times[k - 1]!))) return fault('time-reversed');
  if (times.at(-1)! - times[0]! < params.shortestS) return fault('too-short');
  // A device rounds its quaternions; one that is far from a unit has no direction worth keeping.
  const norm = (i: number): number => Math.hypot(q[4 * i]!, q[4 * i + 1]!, q[4 * i + 2]!, q[4 * i + 3]!);
  const kept = own.filter((i) => (flags[i]! & SampleFlag.invalid) === 0 && Math.abs(norm(i) - 1) < 0.1);
  if (kept.length < 2 || kept.length < (1 - params.invalidShare) * own.length) return fault('not-finite');
  const first = kept[0]!;
  if (kept.every((i) => [0, 1, 2, 3].every((c) => q[4 * i + c] === q[4 * first + c]))) return fault('constant');
  if (kept.some((i, k) => k > 0 && timeS[i]! - timeS[kept[k - 1]!]! > params.longestGapS)) return fault('gap');
  const given = new Float64Array(4 * kept.length);
  kept.forEach((i, k) => {
    for (let c = 0; c < 4; c++) given[4 * k + c] = q[4 * i + c]! / norm(i);
  });
  return {
    ok: true,
    value: { timeS: Float64Array.from(kept, (i) => timeS[i]!), source: Int32Array.from(kept), given },
  };
}
