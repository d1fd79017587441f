/**
 * Tilt of a recorded strapdown attitude without delay: the specific force in world axes, low-passed forward and
 * backward, is the vertical (VQF's principle; zero phase as in its offline form). Works on blocks of 20 ms with their
 * true lengths, so irregular sample times need no resampling.
 */
import { LOW_PASS_COEFFICIENTS, lowPassCoefficients, lowPassStart, lowPassStep } from '../signal/low-pass-2.ts';

export interface TiltParams {
  readonly cutoffHz: number;
  readonly blockS: number;
  /** Beyond both ends the mean of this stretch goes on, s. */
  readonly endS: number;
}

/** 0.05 Hz: lower than the 0.075 Hz of VQF, because the calibrated gyro drifts less between corrections. */
export const TILT_PARAMS: TiltParams = Object.freeze({ cutoffHz: 0.05, blockS: 0.02, endS: 1 });

/**
 * Low-passed specific force at every sample.
 *
 * @param timeS n
 * @param force specific force in world axes, 3 per sample
 * @returns 3 per sample
 */
export function smoothedForce(
  timeS: Float64Array,
  force: Float64Array,
  params: TiltParams = TILT_PARAMS,
): Float64Array {
  const n = timeS.length;
  // block means
  const centre: number[] = [];
  const mean: number[] = [];
  for (let i = 0; i < n; ) {
    const begin = timeS[i]!;
    const s = [0, 0, 0, 0, 0];
    while (i < n && (s[4]! === 0 || timeS[i]! - begin < params.blockS - 1e-6)) {
      for (let c = 0; c < 3; c++) s[c] = s[c]! + force[3 * i + c]!;
      s[3] = s[3]! + timeS[i]!;
      s[4] = s[4]! + 1;
      i++;
    }
    centre.push(s[3]! / s[4]!);
    for (let c = 0; c < 3; c++) mean.push(s[c]! / s[4]!);
  }
  const blocks = centre.length;
  const y = Float64Array.from(mean);
  const filter = createFilter(params.cutoffHz);
  const first = endMean(centre, mean, params.endS, 0, 1);
  const last = endMean(centre, mean, params.endS, blocks - 1, -1);
  filter.start(first);
  for (let b = 0; b < blocks; b++) filter.step(y, 3 * b, b > 0 ? centre[b]! - centre[b - 1]! : params.blockS);
  // beyond the end the last mean goes on until the forward filter has settled; back from there
  const tail = Math.ceil(1 / params.cutoffHz / params.blockS);
  const beyond = new Float64Array(3 * tail);
  for (let b = 0; b < tail; b++) {
    beyond.set(last, 3 * b);
    filter.step(beyond, 3 * b, params.blockS);
  }
  filter.start(last);
  for (let b = tail - 1; b >= 0; b--) filter.step(beyond, 3 * b, params.blockS);
  for (let b = blocks - 1; b >= 0; b--) {
    filter.step(y, 3 * b, b < blocks - 1 ? centre[b + 1]! - centre[b]! : params.blockS);
  }
  // back to the samples, linearly
  const out = new Float64Array(3 * n);
  for (let i = 0, b = 0; i < n; i++) {
    while (b < blocks - 2 && timeS[i]! > centre[b + 1]!) b++;
    const next = Math.min(b + 1, blocks - 1);
    const span = centre[next]! - centre[b]!;
    const u = span > 0 ? Math.max(0, Math.min(1, (timeS[i]! - centre[b]!) / span)) : 0;
    for (let c = 0; c < 3; c++) out[3 * i + c] = (1 - u) * y[3 * b + c]! + u * y[3 * next + c]!;
  }
  return out;
}

function createFilter(cutoffHz: number): {
  start(level: Float64Array): void;
  step(values: Float64Array, at: number, dtS: number): void;
} {
  const state = new Float64Array(6);
  const v = new Float64Array(3);
  const coefficients = new Float64Array(LOW_PASS_COEFFICIENTS);
  let designedS = 0;
  return {
    start: (level) => lowPassStart(state, level, 3),
    step(values, at, dtS) {
      if (dtS !== designedS) lowPassCoefficients(coefficients, cutoffHz, dtS);
      designedS = dtS;
      for (let c = 0; c < 3; c++) v[c] = values[at + c]!;
      lowPassStep(v, state, v, 3, coefficients);
      for (let c = 0; c < 3; c++) values[at + c] = v[c]!;
    },
  };
}

/** Mean of the blocks within `spanS` of block `from`, walking in `direction`. */
function endMean(
  centre: readonly number[],
  mean: readonly number[],
  spanS: number,
  from: number,
  direction: 1 | -1,
): Float64Array {
  const out = new Float64Array(3);
  let count = 0;
  for (let b = from; b >= 0 && b < centre.length && Math.abs(centre[b]! - centre[from]!) <= spanS; b += direction) {
    for (let c = 0; c < 3; c++) out[c] = out[c]! + mean[3 * b + c]!;
    count++;
  }
  for (let c = 0; c < 3; c++) out[c] = out[c]! / count;
  return out;
}
