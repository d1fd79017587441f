/**
 * After the trial: the whole record at once. Bias from all rests, the gyro's matrix from gravity inside the trial (a
 * fixed-interval smoother over attitude, bias, matrix and accelerometer errors), tilt with zero phase, and how far each
 * angle can be trusted. No magnetometer is needed; with one, a single magnetic heading is added (`magnetic-field`).
 */
import { checkRecord, type RecordFault } from './check-record.ts';
import { type GyroModel, unknownGyroModel } from './gyro-model.ts';
import * as ks from './knot-smoother.ts';
import { findRests, type Rest } from './rest.ts';
import type { Result } from './result.ts';
import { describeTrial, type SmoothedTrial, type Work } from './smoothed-trial.ts';
import { SMOOTHER_PARAMS, type SmootherParams } from './smoother-params.ts';
import { createKnots, cutKnots, integrateRecord, type Knots, levelAttitude, type TrialRecord } from './strapdown.ts';
import { smoothedForce } from './zero-phase-tilt.ts';

export type { SmoothedTrial } from './smoothed-trial.ts';
export { SMOOTHER_PARAMS, type SmootherParams } from './smoother-params.ts';

const N = ks.STATES;

/** Which knots lie inside a rest, and the mean rate there. */
function restKnots(
  record: TrialRecord,
  knots: Knots,
  rests: readonly Rest[],
): { still: Uint8Array; mean: Float64Array } {
  const still = new Uint8Array(knots.count);
  const mean = new Float64Array(3 * knots.count);
  for (let k = 0; k < knots.count; k++) {
    const from = knots.from[k]!;
    const to = knots.from[k + 1]!;
    if (!rests.some((rest) => rest.from <= from && rest.to >= to)) continue;
    still[k] = 1;
    for (let i = from; i < to; i++) {
      for (let c = 0; c < 3; c++) mean[3 * k + c] = mean[3 * k + c]! + record.gyrRadps[3 * i + c]! / (to - from);
    }
  }
  return { still, mean };
}

function prepare(record: TrialRecord, rests: readonly Rest[], params: SmootherParams): Work {
  const n = record.timeS.length;
  const knots = createKnots(cutKnots(record.timeS, params.knotS));
  const { still, mean } = restKnots(record, knots, rests);
  const bias = Float64Array.from(params.biasRadps);
  let total = 0;
  for (const rest of rests) total += rest.durationS;
  if (total > 0) {
    bias.fill(0);
    for (const rest of rests) {
      for (let c = 0; c < 3; c++) bias[c] = bias[c]! + (rest.biasRadps[c]! * rest.durationS) / total;
    }
  }
  const matrix = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  for (let i = 0; i < 9; i++) matrix[i] = matrix[i]! + (params.gyroModel?.matrix[i] ?? 0);
  const start = new Float64Array(4);
  const level = new Float64Array(3);
  for (let i = 0; i < n && record.timeS[i]! - record.timeS[0]! <= 1; i++) {
    for (let c = 0; c < 3; c++) level[c] = level[c]! + record.accMps2[3 * i + c]!;
  }
  levelAttitude(start, level[0]!, level[1]!, level[2]!);
  return {
    record,
    knots,
    rests: { still, biasError: new Float64Array(3 * knots.count) },
    restBias: mean,
    matrix,
    bias,
    start,
    attitude: new Float64Array(4 * n),
    force: new Float64Array(3 * n),
    strayM: params.strayM,
  };
}

/** Integrates with the present assumption and filters forward. */
function pass(work: Work, prior: GyroModel, params: SmootherParams): ks.KnotEstimate | null {
  const { knots, rests } = work;
  integrateRecord(work.record, work.matrix, work.bias, knots, work.start, work.attitude, work.force);
  for (let k = 0; k < knots.count; k++) {
    for (let c = 0; c < 3; c++) rests.biasError[3 * k + c] = work.restBias[3 * k + c]! - work.bias[c]!;
  }
  const x0 = new Float64Array(N);
  const p0 = new Float64Array(N * N);
  const set = (i: number, sigma: number): void => {
    p0[i * N + i] = sigma * sigma;
  };
  // white noise with the spectrum, at low frequency, of a position that stays away for a while; slow wandering (1/f)
  // shows the more the longer one looks, hence the share of the record
  const { timeS } = work.record;
  const strayS = Math.min(params.strayS, params.strayShare * (timeS[timeS.length - 1]! - timeS[0]!));
  const white = Math.sqrt(Math.max(1, (2 * strayS) / params.knotS)) * work.strayM;
  set(ks.PHI, params.startTiltSigmaRad);
  set(ks.PHI + 1, params.startTiltSigmaRad);
  set(ks.PHI + 2, 1e-6);
  for (let i = 0; i < 3; i++) {
    set(ks.VEL + i, rests.still[0] === 1 ? params.restVelocitySigma : 0.5);
    set(ks.POS + i, white);
  }
  for (let i = 0; i < 3; i++) {
    set(ks.BIAS + i, params.biasSigmaRadps);
    x0[ks.BIAS + i] = rests.still.includes(1) ? 0 : params.biasRadps[i]! - work.bias[i]!;
    set(ks.ACC + i, params.accBiasSigmaMps2);
  }
  for (let i = 3; i < 9; i++) set(ks.ACC + i, params.accScaleSigma);
  for (let i = 0; i < 9; i++) {
    x0[ks.MATRIX + i] = prior.matrix[i]! - (work.matrix[i]! - (i % 4 === 0 ? 1 : 0));
    for (let j = 0; j < 9; j++) p0[(ks.MATRIX + i) * N + ks.MATRIX + j] = prior.covariance[9 * i + j]!;
  }
  return ks.filterForward(
    knots,
    rests,
    {
      positionSigma: white,
      restVelocitySigma: params.restVelocitySigma,
      noiseVariance: params.gyrNoiseRadpsPerSqrtHz * params.gyrNoiseRadpsPerSqrtHz,
      pathVariance: params.pathVarianceRad2PerRad,
      walkVariance: (params.biasWalkRadpsPer100S * params.biasWalkRadpsPer100S) / 100,
      restBiasSigma: params.restBiasSigmaRadps,
    },
    x0,
    p0,
  );
}

/** Root mean square of the horizontal position over the knots in motion, m. */
function measureStray(estimate: ks.KnotEstimate, still: Uint8Array, fallbackM: number, minM: number): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < estimate.count; k++) {
    if (still[k] === 1) continue;
    for (let i = 0; i < 2; i++) sum += estimate.x[N * (k + 1) + ks.POS + i]! ** 2;
    count += 2;
  }
  return count < 8 ? fallbackM : Math.max(minM, Math.sqrt(sum / count));
}

/** Takes matrix, bias and start tilt of an estimate into the assumption of the next pass. */
function fold(work: Work, estimate: ks.KnotEstimate): void {
  const end = N * estimate.count;
  for (let i = 0; i < 9; i++) work.matrix[i] = work.matrix[i]! + estimate.x[end + ks.MATRIX + i]!;
  for (let i = 0; i < 3; i++) work.bias[i] = work.bias[i]! + estimate.x[end + ks.BIAS + i]!;
  const hx = 0.5 * estimate.x[ks.PHI]!;
  const hy = 0.5 * estimate.x[ks.PHI + 1]!;
  const [w, x, y, z] = work.start as unknown as [number, number, number, number];
  const q = [w - hx * x - hy * y, x + hx * w + hy * z, y - hx * z + hy * w, z + hx * y - hy * x];
  const norm = Math.hypot(q[0]!, q[1]!, q[2]!, q[3]!);
  for (let i = 0; i < 4; i++) work.start[i] = q[i]! / norm;
}

/** Turns the strapdown attitude level by the smoothed force and about the vertical by the smoothed heading error. */
function finish(work: Work, estimate: ks.KnotEstimate, params: SmootherParams): void {
  const { knots, record, attitude } = work;
  const force = smoothedForce(record.timeS, work.force, params.tilt);
  const level = new Float64Array(4);
  for (let k = 0; k < knots.count; k++) {
    const first = knots.from[k]!;
    const begin = record.timeS[Math.max(0, first - 1)]!;
    for (let i = first; i < knots.from[k + 1]!; i++) {
      const u = Math.min(1, (record.timeS[i]! - begin) / Math.max(knots.durationS[k]!, 1e-9));
      const half = 0.5 * ((1 - u) * estimate.x[N * k + ks.PHI + 2]! + u * estimate.x[N * (k + 1) + ks.PHI + 2]!);
      levelAttitude(level, force[3 * i]!, force[3 * i + 1]!, force[3 * i + 2]!);
      const c = Math.cos(half);
      const s = Math.sin(half);
      // (turn about z) * level * strapdown
      const a0 = c * level[0]!;
      const a1 = c * level[1]! - s * level[2]!;
      const a2 = c * level[2]! + s * level[1]!;
      const a3 = s * level[0]!;
      const q0 = attitude[4 * i]!;
      const q1 = attitude[4 * i + 1]!;
      const q2 = attitude[4 * i + 2]!;
      const q3 = attitude[4 * i + 3]!;
      const w = a0 * q0 - a1 * q1 - a2 * q2 - a3 * q3;
      const x = a0 * q1 + a1 * q0 + a2 * q3 - a3 * q2;
      const y = a0 * q2 - a1 * q3 + a2 * q0 + a3 * q1;
      const z = a0 * q3 + a1 * q2 - a2 * q1 + a3 * q0;
      const n = 1 / Math.sqrt(w * w + x * x + y * y + z * z);
      attitude[4 * i] = w * n;
      attitude[4 * i + 1] = x * n;
      attitude[4 * i + 2] = y * n;
      attitude[4 * i + 3] = z * n;
    }
  }
}

/**
 * Evaluates a recorded trial.
 *
 * @param record times in s, columns in rad/s and m/s^2, sensor frame
 * @returns the smoothed trial, or the reason why there is none: never a number from a record that cannot give one
 */
export function smoothTrial(
  record: TrialRecord,
  overrides: Partial<SmootherParams> = {},
): Result<SmoothedTrial, RecordFault> {
  const params: SmootherParams = { ...SMOOTHER_PARAMS, ...overrides };
  const checked = checkRecord(record);
  if (!checked.ok) return checked;
  const rests = findRests(checked.value.timeS, checked.value.gyrRadps, checked.value.accMps2, params.rest);
  const prior = params.gyroModel ?? unknownGyroModel(params.matrixSigma);
  const work = prepare(checked.value, rests, params);
  let estimate = pass(work, prior, params);
  for (let i = 1; i < params.passes && estimate !== null; i++) {
    // filtered positions still carry the drift of the first guess; smoothed ones show how far the sensor really strayed
    if (!ks.smoothStates(estimate, work.knots)) return { ok: false, reason: 'numbers' };
    work.strayM = measureStray(estimate, work.rests.still, params.strayM, params.minStrayM);
    fold(work, estimate);
    estimate = pass(work, prior, params);
  }
  if (estimate === null || !ks.smoothStates(estimate, work.knots)) return { ok: false, reason: 'numbers' };
  finish(work, estimate, params);
  for (let i = 0; i < work.attitude.length; i += 97) {
    if (!Number.isFinite(work.attitude[i]!)) return { ok: false, reason: 'numbers' };
  }
  return { ok: true, value: describeTrial(work, rests, estimate, prior, params) };
}
