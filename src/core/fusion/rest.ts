/** Rests of a recorded trial, looking both ways: where the sensor lay still, and the gyro bias seen there. */
import { RAD_PER_DEG } from '../units.ts';

export interface RestParams {
  /** Moving window, s. */
  readonly windowS: number;
  /** Largest standard deviation inside the window, rad/s and m/s^2 (norm over the axes). */
  readonly gyrStdRadps: number;
  readonly accStdMps2: number;
  /** Largest mean rate on each axis, rad/s: more would be a slow turn, not a bias. */
  readonly meanRateRadps: number;
  /** Shortest rest after half a window is trimmed off both ends, s. */
  readonly minS: number;
}

/** Values of a still head and a still table: a 0.4 s window, runs of 0.4 s and longer count by their length. */
export const REST_PARAMS: RestParams = Object.freeze({
  windowS: 0.4,
  gyrStdRadps: 1 * RAD_PER_DEG,
  accStdMps2: 0.35,
  meanRateRadps: 3 * RAD_PER_DEG,
  minS: 0.4,
});

export interface Rest {
  /** First sample and one past the last. */
  readonly from: number;
  readonly to: number;
  readonly durationS: number;
  /** Mean rate over the rest, rad/s, length 3. */
  readonly biasRadps: Float64Array;
}

/**
 * Finds the rests of a record.
 *
 * @param timeS sample times, increasing, length n
 * @param gyrRadps 3 per sample
 * @param accMps2 3 per sample
 */
export function findRests(
  timeS: Float64Array,
  gyrRadps: Float64Array,
  accMps2: Float64Array,
  params: RestParams = REST_PARAMS,
): Rest[] {
  const n = timeS.length;
  const still = new Uint8Array(n);
  const half = params.windowS / 2;
  // running sums of the six channels and their squares over [i - half, i + half]
  const sum = new Float64Array(6);
  const square = new Float64Array(6);
  const value = (i: number, c: number): number => (c < 3 ? gyrRadps[3 * i + c]! : accMps2[3 * i + c - 3]!);
  const add = (i: number, sign: number): void => {
    for (let c = 0; c < 6; c++) {
      const x = value(i, c);
      sum[c] = sum[c]! + sign * x;
      square[c] = square[c]! + sign * x * x;
    }
  };
  let from = 0;
  let to = 0;
  for (let i = 0; i < n; i++) {
    while (to < n && timeS[to]! <= timeS[i]! + half) add(to++, 1);
    while (timeS[from]! < timeS[i]! - half) add(from++, -1);
    const count = to - from;
    if (timeS[to - 1]! - timeS[from]! < 0.4 * params.windowS || count < 4) continue;
    let gyr = 0;
    let acc = 0;
    let slow = true;
    for (let c = 0; c < 6; c++) {
      const mean = sum[c]! / count;
      const variance = Math.max(0, square[c]! / count - mean * mean);
      if (c < 3) {
        gyr += variance;
        if (Math.abs(mean) > params.meanRateRadps) slow = false;
      } else {
        acc += variance;
      }
    }
    if (slow && gyr < params.gyrStdRadps * params.gyrStdRadps && acc < params.accStdMps2 * params.accStdMps2) {
      still[i] = 1;
    }
  }
  return collect(still, timeS, gyrRadps, half, params.minS);
}

/** Runs of still samples, half a window trimmed at each end that is not an end of the record. */
function collect(still: Uint8Array, timeS: Float64Array, gyrRadps: Float64Array, half: number, minS: number): Rest[] {
  const n = timeS.length;
  const rests: Rest[] = [];
  for (let i = 0; i < n; i++) {
    if (still[i] === 0) continue;
    let from = i;
    while (i + 1 < n && still[i + 1] === 1) i++;
    let to = i + 1;
    if (from > 0) {
      const begin = timeS[from]! + half;
      while (from < to && timeS[from]! < begin) from++;
    }
    if (to < n) {
      const end = timeS[to - 1]! - half;
      while (to > from && timeS[to - 1]! > end) to--;
    }
    if (to - from < 2) continue;
    const durationS = timeS[to - 1]! - timeS[from]!;
    if (durationS < minS) continue;
    const biasRadps = new Float64Array(3);
    for (let k = from; k < to; k++) {
      for (let c = 0; c < 3; c++) biasRadps[c] = biasRadps[c]! + gyrRadps[3 * k + c]! / (to - from);
    }
    rests.push({ from, to, durationS, biasRadps });
  }
  return rests;
}
