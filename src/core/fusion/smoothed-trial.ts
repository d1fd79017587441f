/** What the smoother hands out: the attitude of every sample and how far each angle can be trusted. */
import { inverseSpd } from '../math/dense.ts';
import type { GyroModel } from './gyro-model.ts';
import * as ks from './knot-smoother.ts';
import type { Rest } from './rest.ts';
import type { SmootherParams } from './smoother-params.ts';
import { GYRO_TERMS, type Knots, type TrialRecord } from './strapdown.ts';

export interface SmoothedTrial {
  /** The record that was evaluated: samples that were not finite are left out. */
  readonly record: TrialRecord;
  /** 4 per sample, worldFromSensor, heading zero at the start of the record up to its levelling. */
  readonly worldFromSensor: Float64Array;
  readonly rests: readonly Rest[];
  /** Bias at the end of the trial, rad/s, and standard uncertainty of each axis. */
  readonly biasRadps: Float64Array;
  readonly biasSigmaRadps: Float64Array;
  /** What the trial and the prior together say about the gyro's matrix: the prior of the unit's next session. */
  readonly gyroModel: GyroModel;
  /** How far the sensor strayed from its place, m, standard deviation: drives how well gravity was seen. */
  readonly strayM: number;
  /** Standard uncertainty of tilt (each horizontal component) at a sample, rad. */
  tiltSigmaRad(sample: number): number;
  /** Covariance of heading gained from `from` to `a` with that from `from` to `b` (samples), rad^2. */
  headingCovariance(from: number, a: number, b: number): number;
}

/** Bits that one pass leaves for the next. */
export interface Work {
  readonly record: TrialRecord;
  readonly knots: Knots;
  readonly rests: ks.RestKnots;
  readonly restBias: Float64Array;
  readonly matrix: Float64Array;
  readonly bias: Float64Array;
  readonly start: Float64Array;
  readonly attitude: Float64Array;
  readonly force: Float64Array;
  strayM: number;
}

const N = ks.STATES;

/**
 * The formal covariance C supposes that a position error lasts for `strayS`; movements shorter than that tell more than
 * it says. With share f: f C + (1 - f) C P^-1 C, which is f C where the trial taught much and the prior P where nothing.
 */
function statedCovariance(formal: Float64Array, prior: GyroModel, params: SmootherParams): Float64Array {
  const n = GYRO_TERMS;
  const p = new Float64Array(n * n);
  for (let i = 0; i < 3; i++) p[(n + 1) * i] = params.biasSigmaRadps * params.biasSigmaRadps;
  for (let i = 0; i < 9; i++) for (let j = 0; j < 9; j++) p[n * (3 + i) + 3 + j] = prior.covariance[9 * i + j]!;
  const inverse = inverseSpd(p, n);
  if (inverse === null) return formal;
  const half = new Float64Array(n * n);
  const out = new Float64Array(n * n);
  const f = params.statedShare;
  const all = params.gyroModel === null ? params.unknownStatedShare : 1;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) half[n * i + j] = half[n * i + j]! + formal[n * i + k]! * inverse[n * k + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let s = 0;
      for (let k = 0; k < n; k++) s += half[n * i + k]! * formal[n * k + j]!;
      out[n * i + j] = all * (f * formal[n * i + j]! + (1 - f) * s);
    }
  }
  return out;
}

/** Gathers the result of the last pass. */
export function describeTrial(
  work: Work,
  rests: readonly Rest[],
  estimate: ks.KnotEstimate,
  prior: GyroModel,
  params: SmootherParams,
): SmoothedTrial {
  const { knots } = work;
  const count = knots.count;
  const end = N * count;
  const endP = N * N * count;
  const matrix = new Float64Array(9);
  const covariance = new Float64Array(81);
  // covariance of bias (3) and matrix (9), as the columns of the gyro's regressors
  const formal = new Float64Array(GYRO_TERMS * GYRO_TERMS);
  for (let i = 0; i < GYRO_TERMS; i++) {
    for (let j = 0; j < GYRO_TERMS; j++) {
      formal[GYRO_TERMS * i + j] = estimate.p[endP + (ks.BIAS + i) * N + ks.BIAS + j]!;
    }
  }
  const gyro = statedCovariance(formal, prior, params);
  for (let i = 0; i < 9; i++) {
    matrix[i] = work.matrix[i]! - (i % 4 === 0 ? 1 : 0) + estimate.x[end + ks.MATRIX + i]!;
    for (let j = 0; j < 9; j++) covariance[9 * i + j] = formal[GYRO_TERMS * (3 + i) + 3 + j]!;
  }
  const biasRadps = Float64Array.from(work.bias, (b, i) => b + estimate.x[end + ks.BIAS + i]!);
  const biasSigmaRadps = Float64Array.from(biasRadps, (_, i) => Math.sqrt(gyro[(GYRO_TERMS + 1) * i]!));

  // running sums at the knots: sensitivity of heading to the gyro's errors, and variance of what no model explains
  const sums = new Float64Array(GYRO_TERMS * (count + 1));
  const noise = new Float64Array(count + 1);
  const white = params.gyrNoiseRadpsPerSqrtHz * params.gyrNoiseRadpsPerSqrtHz;
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < GYRO_TERMS; j++) {
      sums[GYRO_TERMS * (k + 1) + j] = sums[GYRO_TERMS * k + j]! + knots.gyro[3 * GYRO_TERMS * k + 2 * GYRO_TERMS + j]!;
    }
    noise[k + 1] =
      noise[k]! +
      knots.gapVariance[k]! +
      white * knots.durationS[k]! +
      params.headingPathVarianceRad2PerRad * knots.pathRad[k]!;
  }
  const tiltVariance = ks.smoothedTiltVariance(estimate, knots);
  /** Knot of a sample and how far into it, 0..1. */
  const place = (sample: number): [number, number] => {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (knots.from[middle]! <= sample) low = middle;
      else high = middle - 1;
    }
    const first = knots.from[low]!;
    return [low, (sample - first) / Math.max(1, knots.from[low + 1]! - first)];
  };
  const sensitivity = (from: number, to: number): { u: Float64Array; variance: number } => {
    const [a, ua] = place(from);
    const [b, ub] = place(to);
    const u = new Float64Array(GYRO_TERMS);
    const at = (s: Float64Array, width: number, k: number, f: number, j: number): number =>
      (1 - f) * s[width * k + j]! + f * s[width * (k + 1) + j]!;
    for (let j = 0; j < GYRO_TERMS; j++) u[j] = at(sums, GYRO_TERMS, b, ub, j) - at(sums, GYRO_TERMS, a, ua, j);
    return { u, variance: at(noise, 1, b, ub, 0) - at(noise, 1, a, ua, 0) };
  };

  return {
    record: work.record,
    worldFromSensor: work.attitude,
    rests,
    biasRadps,
    biasSigmaRadps,
    gyroModel: { matrix, covariance },
    strayM: work.strayM,
    tiltSigmaRad(sample) {
      const [k, f] = place(sample);
      const entry = 2 * (f < 0.5 ? k : k + 1);
      const p = 0.5 * (tiltVariance[entry]! + tiltVariance[entry + 1]!);
      return Math.sqrt(params.tiltFloorRad * params.tiltFloorRad + params.tiltVarianceFactor * p);
    },
    headingCovariance(from, a, b) {
      const first = sensitivity(from, a);
      const second = sensitivity(from, b);
      let sum = Math.min(first.variance, second.variance);
      for (let i = 0; i < GYRO_TERMS; i++) {
        for (let j = 0; j < GYRO_TERMS; j++) sum += first.u[i]! * gyro[GYRO_TERMS * i + j]! * second.u[j]!;
      }
      return sum;
    },
  };
}
