/**
 * Fills short holes of a recording so that it can be integrated: a cubic through two samples on each side, which follows
 * a wobble of 5 Hz where a straight line does not. What is filled is for integration only; nothing of it is reported as
 * measured, and its uncertainty is given.
 */

export interface BridgeParams {
  /** Longest hole that is filled, s; a longer one stays a hole. */
  readonly longestS: number;
  /** Share of the difference between cubic and straight line that is taken as standard uncertainty. */
  readonly sigmaShare: number;
}

export const BRIDGE_PARAMS: BridgeParams = Object.freeze({ longestS: 0.1, sigmaShare: 0.5 });

export interface BridgedColumns {
  readonly timeS: Float64Array;
  readonly gyrRadps: Float64Array;
  readonly accMps2: Float64Array;
  /** Index of the sample in what was given; -1 where it was filled in. */
  readonly source: Int32Array;
  /** Variance of the integrated turn that filled samples have brought up to here, rad^2 (sum over holes). */
  readonly variance: Float64Array;
}

/** Median time between samples, s. */
export function medianPeriodS(timeS: ArrayLike<number>): number {
  const steps = new Float64Array(Math.max(0, timeS.length - 1));
  for (let i = 0; i < steps.length; i++) steps[i] = timeS[i + 1]! - timeS[i]!;
  steps.sort();
  return steps[steps.length >> 1] ?? Number.NaN;
}

/**
 * @param timeS n, increasing
 * @param gyrRadps 3 per sample, finite
 * @param accMps2 3 per sample, finite
 */
export function bridgeGaps(
  timeS: Float64Array,
  gyrRadps: Float64Array,
  accMps2: Float64Array,
  params: BridgeParams = BRIDGE_PARAMS,
): BridgedColumns {
  const n = timeS.length;
  const periodS = medianPeriodS(timeS);
  const missingBefore = (i: number): number => {
    if (i === 0) return 0;
    const dt = timeS[i]! - timeS[i - 1]!;
    const missing = Math.round(dt / periodS) - 1;
    return missing > 0 && missing * periodS <= params.longestS + 1e-6 ? missing : 0;
  };
  let total = 0;
  for (let i = 0; i < n; i++) total += 1 + missingBefore(i);
  const out = {
    timeS: new Float64Array(total),
    gyrRadps: new Float64Array(3 * total),
    accMps2: new Float64Array(3 * total),
    source: new Int32Array(total).fill(-1),
    variance: new Float64Array(total),
  };
  const weights = new Float64Array(4);
  let k = 0;
  let variance = 0;
  for (let i = 0; i < n; i++) {
    const missing = missingBefore(i);
    const bent = new Float64Array(3);
    for (let m = 1; m <= missing; m++) {
      const t = timeS[i - 1]! + ((timeS[i]! - timeS[i - 1]!) * m) / (missing + 1);
      const straight = (t - timeS[i - 1]!) / (timeS[i]! - timeS[i - 1]!);
      const cubic = cubicWeights(weights, timeS, i, t, periodS);
      for (let c = 0; c < 3; c++) {
        const line = (1 - straight) * gyrRadps[3 * i - 3 + c]! + straight * gyrRadps[3 * i + c]!;
        out.gyrRadps[3 * k + c] = cubic ? fill(gyrRadps, i, c, weights) : line;
        bent[c] = bent[c]! + (out.gyrRadps[3 * k + c]! - line) * periodS;
        out.accMps2[3 * k + c] = (1 - straight) * accMps2[3 * i - 3 + c]! + straight * accMps2[3 * i + c]!;
      }
      out.timeS[k] = t;
      out.variance[k] = variance;
      k++;
    }
    variance += (params.sigmaShare * Math.hypot(bent[0]!, bent[1]!, bent[2]!)) ** 2;
    out.timeS[k] = timeS[i]!;
    out.gyrRadps.set(gyrRadps.subarray(3 * i, 3 * i + 3), 3 * k);
    out.accMps2.set(accMps2.subarray(3 * i, 3 * i + 3), 3 * k);
    out.source[k] = i;
    out.variance[k] = variance;
    k++;
  }
  return out;
}

/** Value of the cubic through samples i - 2 .. i + 1. */
function fill(column: Float64Array, i: number, c: number, weights: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < 4; j++) sum += weights[j]! * column[3 * (i - 2 + j) + c]!;
  return sum;
}

/** Lagrange weights of samples i - 2 .. i + 1 at time t; false when they are not four close neighbours of the hole. */
function cubicWeights(weights: Float64Array, timeS: Float64Array, i: number, t: number, periodS: number): boolean {
  if (i < 2 || i + 1 >= timeS.length) return false;
  if (timeS[i - 1]! - timeS[i - 2]! > 2.5 * periodS || timeS[i + 1]! - timeS[i]! > 2.5 * periodS) return false;
  for (let j = 0; j < 4; j++) {
    let w = 1;
    for (let m = 0; m < 4; m++) {
      if (m !== j) w *= (t - timeS[i - 2 + m]!) / (timeS[i - 2 + j]! - timeS[i - 2 + m]!);
    }
    weights[j] = w;
  }
  return true;
}
