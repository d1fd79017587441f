/** Where a device that sends only quaternions lay still, and how fast its heading drifted there. */
import type { Quat } from '../frames.ts';
import { conjugate, multiply, toRotationVector } from '../math/quat.ts';
import { radFromDeg } from '../units.ts';

export interface QuaternionRestParams {
  /** Moving window, s, and the rate of successive quaternions beyond which it is not still, rad/s, from its first sample. */
  readonly windowS: number;
  readonly restRateRadps: number;
  /** A rest goes on over a step up to this, s: the settled 100 ms of a hold, and 5 ms for rounding of sample times. */
  readonly restGapS: number;
  /** Both ends of a rest are left out by this, s, because movement fades in and out; never more than a quarter each. */
  readonly trimS: number;
  /** Shortest rest that is left, s. */
  readonly minS: number;
  /** A heading that creeps faster than this is a slow turn and no drift, rad/s: the settled bias of a consumer gyro. */
  readonly maxDriftRadps: number;
  /** Least scatter of heading at rest, rad: rounding of the device's quaternions and a person's pulse. */
  readonly scatterRad: number;
  /** Scatter of a still head is alike over this time, s: so many fewer independent values. */
  readonly scatterTauS: number;
}

/** Window and shortest rest as for the gyro's bias (`REST_PARAMS`). */
export const QUATERNION_REST_PARAMS: QuaternionRestParams = Object.freeze({
  windowS: 0.4,
  restRateRadps: radFromDeg(1),
  restGapS: 0.105,
  trimS: 0.5,
  minS: 0.4,
  maxDriftRadps: radFromDeg(0.5),
  scatterRad: radFromDeg(0.02),
  scatterTauS: 0.4,
});

export interface DriftRest {
  /** First sample and one past the last. */
  readonly from: number;
  readonly to: number;
  readonly durationS: number;
  /** Slope of heading about the world's z while still, and its standard error, rad/s. */
  readonly rateRadps: number;
  readonly sigmaRadps: number;
}

const back = new Float64Array(4) as Quat<'sensor', 'world'>;
const turn = new Float64Array(4) as Quat<'world', 'world'>;

/** outVec = rotation from sample `from` to sample `to`, rad, along the world's axes. */
export function turnBetween(
  outVec: Float64Array,
  worldFromSensor: Float64Array,
  from: number,
  to: number,
): Float64Array {
  const first = worldFromSensor.subarray(4 * from, 4 * from + 4) as Quat<'world', 'sensor'>;
  const last = worldFromSensor.subarray(4 * to, 4 * to + 4) as Quat<'world', 'sensor'>;
  return toRotationVector(outVec, multiply(turn, last, conjugate(back, first)));
}

/**
 * Finds the rests of a record of quaternions, at any place of it, and the heading drift within each.
 *
 * @param timeS n, increasing
 * @param worldFromSensor 4 per sample, unit norm
 */
export function findDriftRests(
  timeS: Float64Array,
  worldFromSensor: Float64Array,
  params: QuaternionRestParams = QUATERNION_REST_PARAMS,
): DriftRest[] {
  const n = timeS.length;
  const still = stillSamples(timeS, worldFromSensor, params);
  const rests: DriftRest[] = [];
  for (let i = 0; i < n; i++) {
    if (still[i] === 0) continue;
    let from = i;
    while (i + 1 < n && still[i + 1] === 1 && timeS[i + 1]! - timeS[i]! <= params.restGapS) i++;
    let to = i + 1;
    const trimS = Math.min(params.trimS, (timeS[i]! - timeS[from]!) / 4);
    const beginS = timeS[from]! + (from > 0 ? trimS : 0);
    const endS = timeS[i]! - (to < n ? trimS : 0);
    while (from < to && timeS[from]! < beginS) from++;
    while (to > from && timeS[to - 1]! > endS) to--;
    // Three values, or no scatter can be told; a microsecond against the rounding of sample times.
    if (to - from < 3 || timeS[to - 1]! - timeS[from]! < params.minS - 1e-6) continue;
    const rest = driftOf(timeS, worldFromSensor, from, to, params);
    if (Math.abs(rest.rateRadps) <= params.maxDriftRadps) rests.push(rest);
  }
  return rests;
}

/** 1 where no sample of the window around it is farther from the window's first than the rest rate allows. */
function stillSamples(timeS: Float64Array, worldFromSensor: Float64Array, params: QuaternionRestParams): Uint8Array {
  const n = timeS.length;
  const still = new Uint8Array(n);
  const half = params.windowS / 2;
  const limitRad = params.restRateRadps * params.windowS;
  const vec = new Float64Array(3);
  let from = 0;
  let to = 0;
  for (let i = 0; i < n; i++) {
    while (to < n && timeS[to]! <= timeS[i]! + half) to++;
    while (timeS[from]! < timeS[i]! - half) from++;
    if (timeS[to - 1]! - timeS[from]! < 0.4 * params.windowS || to - from < 3) continue;
    let calm = true;
    for (let k = from + 1; k < to && calm; k++) {
      turnBetween(vec, worldFromSensor, from, k);
      calm = Math.hypot(vec[0]!, vec[1]!, vec[2]!) <= limitRad && timeS[k]! - timeS[k - 1]! <= params.restGapS;
    }
    if (calm) still[i] = 1;
  }
  return still;
}

/**
 * Least-squares slopes of the turn since the first sample. Gravity holds a device's tilt, so a slope of tilt at rest is
 * the person's own creep; the heading creeps alike, unseen, so its mean square enters the standard error.
 */
function driftOf(
  timeS: Float64Array,
  worldFromSensor: Float64Array,
  from: number,
  to: number,
  params: QuaternionRestParams,
): DriftRest {
  const count = to - from;
  const durationS = timeS[to - 1]! - timeS[from]!;
  const vec = new Float64Array(3);
  const mean = new Float64Array(3);
  const slope = new Float64Array(3);
  let meanS = 0;
  for (let i = from; i < to; i++) {
    turnBetween(vec, worldFromSensor, from, i);
    for (let c = 0; c < 3; c++) mean[c] = mean[c]! + vec[c]! / count;
    meanS += (timeS[i]! - timeS[from]!) / count;
  }
  let square = 0;
  for (let i = from; i < to; i++) {
    const t = timeS[i]! - timeS[from]! - meanS;
    turnBetween(vec, worldFromSensor, from, i);
    for (let c = 0; c < 3; c++) slope[c] = slope[c]! + t * (vec[c]! - mean[c]!);
    square += t * t;
  }
  for (let c = 0; c < 3; c++) slope[c] = slope[c]! / square;
  let residual = 0;
  for (let i = from; i < to; i++) {
    const t = timeS[i]! - timeS[from]! - meanS;
    residual += (turnBetween(vec, worldFromSensor, from, i)[2]! - mean[2]! - slope[2]! * t) ** 2 / count;
  }
  // Variance of a slope over n independent values in T: 12 sigma^2 / (n T^2); here n = T / tau.
  const independent = Math.max(1, durationS / params.scatterTauS);
  const scatter = (12 * (residual + params.scatterRad ** 2)) / (independent * durationS * durationS);
  const creep = (slope[0]! * slope[0]! + slope[1]! * slope[1]!) / 2;
  return { from, to, durationS, rateRadps: slope[2]!, sigmaRadps: Math.sqrt(scatter + creep) };
}
