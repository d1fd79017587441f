/** The slow states of the attitude filter: rest, tilt, bias and heading growth. They move once per block. */
import type { Quat } from '../frames.ts';
import { multiply } from '../math/quat.ts';
import {
  cutoffOfTau,
  LOW_PASS_COEFFICIENTS,
  lowPassCoefficients,
  lowPassStart,
  lowPassStep,
} from '../signal/low-pass-2.ts';
import * as at from './attitude-layout.ts';
import type { AttitudeParams } from './attitude-params.ts';
import { biasUpdate, measurementVariance } from './bias-kalman.ts';
import { GROWTH_LENGTH, growthReset, growthStep } from './heading-growth.ts';

export interface SlowStates {
  readonly bias: Float64Array;
  /** Covariance of the bias, 3 x 3, (rad/s)^2. */
  readonly p: Float64Array;
  /** Low-passed gyr (3) and acc (3). */
  readonly rest: Float64Array;
  readonly growth: Float64Array;
  /** Closes the block: uses its sums, clears them, writes tilt (QA) and q6. */
  endBlock(): void;
  /** q6 <- tilt * strapdown. */
  compose(): void;
}

/** Correction whose horizontal components take the direction `v` (unit, length 3) to +z; shortest way, none about z. */
function levelling(out: Float64Array, v: Float64Array): void {
  const w = Math.sqrt(Math.max(0, (v[2]! + 1) / 2));
  if (w > 1e-6) {
    out[0] = w;
    out[1] = (0.5 * v[1]!) / w;
    out[2] = (-0.5 * v[0]!) / w;
  } else {
    out[0] = 0; // upside down: any horizontal axis will do
    out[1] = 1;
    out[2] = 0;
  }
  out[3] = 0;
}

/** Rotation matrix of a unit quaternion, 9 numbers row by row. */
function matrixOf(out: Float64Array, q: Float64Array): void {
  const w = q[0]!;
  const x = q[1]!;
  const y = q[2]!;
  const z = q[3]!;
  out[0] = 1 - 2 * (y * y + z * z);
  out[1] = 2 * (x * y - w * z);
  out[2] = 2 * (x * z + w * y);
  out[3] = 2 * (x * y + w * z);
  out[4] = 1 - 2 * (x * x + z * z);
  out[5] = 2 * (y * z - w * x);
  out[6] = 2 * (x * z - w * y);
  out[7] = 2 * (y * z + w * x);
  out[8] = 1 - 2 * (x * x + y * y);
}

/** `s` hot state, `q6` the composed attitude, `view` hands out stretches of the buffer that save() copies. */
export function createSlowStates(
  params: AttitudeParams,
  s: Float64Array,
  q6: Quat<'world', 'sensor'>,
  view: (length: number) => Float64Array,
): SlowStates {
  const bias = view(3);
  const p = view(9);
  const rest = view(6);
  const restState = view(12);
  const accState = view(6);
  const accMean = view(3);
  const turnState = view(22); // R (9) and the horizontal part of R b (2)
  const turnMean = view(11);
  const growth = view(GROWTH_LENGTH);
  const strapdown = s.subarray(at.QG, at.QG + 4) as Quat<'strapdown', 'sensor'>;
  const tilt = s.subarray(at.QA, at.QA + 4) as Quat<'world', 'strapdown'>;

  const start = Float64Array.from(params.biasRadps);
  const startVariance = params.biasSigmaRadps * params.biasSigmaRadps;
  const mostSigma = Math.max(params.biasSigmaRadps, params.biasMostSigmaRadps);
  const mostVariance = mostSigma * mostSigma;
  const walkVariancePerS = (params.biasWalkRadpsPer100S * params.biasWalkRadpsPer100S) / 100;
  const restVariance = params.biasRestSigmaRadps * params.biasRestSigmaRadps;
  const motionVariance = params.biasMotionSigmaRadps * params.biasMotionSigmaRadps;
  const tiltCutoffHz = cutoffOfTau(params.tauAccS);
  const restCutoffHz = cutoffOfTau(params.restTauS);
  const clip = params.biasClipRadps;
  const tauAccS = params.tauAccS;
  bias.set(start);
  p[0] = p[4] = p[8] = startVariance;

  // scratch, not state
  const rest6 = new Float64Array(6);
  const acc = new Float64Array(3);
  const turnIn = new Float64Array(11);
  const turnLp = new Float64Array(11);
  const correction = new Float64Array(4) as Quat<'world', 'world'>;
  const turn = new Float64Array(3);
  const step = new Float64Array(2);
  const e = new Float64Array(3);
  const w = new Float64Array(3);
  const h = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  /** Coefficients of the present block length; recomputed only when it changes. */
  const tiltCoefficients = new Float64Array(LOW_PASS_COEFFICIENTS);
  const restCoefficients = new Float64Array(LOW_PASS_COEFFICIENTS);
  const designed = new Float64Array(1);
  const kalman = new Float64Array(9);
  const identity = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

  const compose = (): void => {
    multiply(q6, tilt, strapdown);
  };

  /** Running mean for the first tau seconds, then the low pass from the steady state of that mean. */
  function slowFilter(
    out: Float64Array,
    state: Float64Array,
    mean: Float64Array,
    input: Float64Array,
    channels: number,
  ): void {
    const before = s[at.ACC_T]!;
    const t = s[at.SUM_T]!;
    if (before >= tauAccS) {
      lowPassStep(out, state, input, channels, tiltCoefficients);
      return;
    }
    const share = t / (before + t);
    for (let i = 0; i < channels; i++) {
      const m = mean[i]! + share * (input[i]! - mean[i]!);
      mean[i] = m;
      out[i] = m;
    }
    if (before + t >= tauAccS) lowPassStart(state, mean, channels);
  }

  function detectRest(): void {
    const t = s[at.SUM_T]!;
    const tAcc = s[at.SUM_TA]!;
    for (let i = 0; i < 3; i++) {
      rest6[i] = s[at.SUM_G + i]! / t;
      rest6[3 + i] = tAcc > 0 ? s[at.SUM_A + i]! / tAcc : rest[3 + i]!;
    }
    if (s[at.LP_STARTED] === 0) {
      lowPassStart(restState, rest6, 6);
      rest.set(rest6);
      s[at.LP_STARTED] = 1;
    } else {
      lowPassStep(rest, restState, rest6, 6, restCoefficients);
    }
    for (let i = 0; i < 3; i++) if (Math.abs(rest[i]! - start[i]!) > clip) s[at.MOVED] = 1;
    if (s[at.MOVED] === 1) {
      if (s[at.REST] === 1) growthReset(growth);
      s[at.REST_T] = 0;
      s[at.REST] = 0;
    } else {
      s[at.REST_T] = s[at.REST_T]! + t;
      if (s[at.REST_T]! >= params.restMinS) s[at.REST] = 1;
    }
  }

  /** Tilt correction; leaves in e[0], e[1] the rate (rad/s) that it stands for. False when gravity was not to be seen. */
  function correctTilt(): boolean {
    const t = s[at.SUM_T]!;
    const tAcc = s[at.SUM_TA]!;
    if (!(tAcc > 0)) return false;
    for (let i = 0; i < 3; i++) acc[i] = s[at.SUM_AI + i]! / tAcc;
    slowFilter(acc, accState, accMean, acc, 3);
    // into the world frame, to unit length
    const qw = tilt[0]!;
    const qx = tilt[1]!;
    const qy = tilt[2]!;
    const qz = tilt[3]!;
    const vx = acc[0]!;
    const vy = acc[1]!;
    const vz = acc[2]!;
    const tx = 2 * (qy * vz - qz * vy);
    const ty = 2 * (qz * vx - qx * vz);
    const tz = 2 * (qx * vy - qy * vx);
    const ex = vx + qw * tx + (qy * tz - qz * ty);
    const ey = vy + qw * ty + (qz * tx - qx * tz);
    const ez = vz + qw * tz + (qx * ty - qy * tx);
    const norm = Math.sqrt(ex * ex + ey * ey + ez * ez);
    if (!(norm > 0.1)) return false; // m/s^2; free fall or nothing at all has no direction
    acc[0] = ex / norm;
    acc[1] = ey / norm;
    acc[2] = ez / norm;
    levelling(correction, acc);
    multiply(tilt, correction, tilt);
    const n2 = tilt[0]! * tilt[0]! + tilt[1]! * tilt[1]! + tilt[2]! * tilt[2]! + tilt[3]! * tilt[3]!;
    const n = 1 / Math.sqrt(n2);
    for (let i = 0; i < 4; i++) tilt[i] = tilt[i]! * n;
    e[0] = -acc[1]! / t;
    e[1] = acc[0]! / t;
    s[at.TILT_EXTRA] = s[at.TILT_EXTRA]! / (1 + (2 * t) / tauAccS);
    return true;
  }

  function updateBias(levelled: boolean): void {
    const t = s[at.SUM_T]!;
    const walk = walkVariancePerS * t;
    for (let i = 0; i < 9; i += 4) if (p[i]! < mostVariance) p[i] = p[i]! + walk;
    if (s[at.REST] === 1) {
      for (let i = 0; i < 3; i++) e[i] = rest[i]! - bias[i]!;
      w.fill(measurementVariance(restVariance, walk));
      h.set(identity);
    } else {
      // in the first half second the correction is levelling, not drift
      if (!levelled || s[at.ACC_T]! < 0.5) return;
      const b0 = bias[0]!;
      const b1 = bias[1]!;
      const b2 = bias[2]!;
      for (let i = 0; i < 9; i++) h[i] = turnLp[i]!;
      e[0] = e[0]! + turnLp[9]! - h[0]! * b0 - h[1]! * b1 - h[2]! * b2;
      e[1] = e[1]! + turnLp[10]! - h[3]! * b0 - h[4]! * b1 - h[5]! * b2;
      e[2] = -h[6]! * b0 - h[7]! * b1 - h[8]! * b2;
      w[0] = measurementVariance(motionVariance, walk);
      w[1] = w[0];
      w[2] = w[0] / params.biasVerticalForgetting;
    }
    for (let i = 0; i < 3; i++) e[i] = Math.max(-clip, Math.min(clip, e[i]!));
    biasUpdate(bias, p, h, e, w, kalman);
    for (let i = 0; i < 3; i++) bias[i] = Math.max(start[i]! - clip, Math.min(start[i]! + clip, bias[i]!));
  }

  function endBlock(): void {
    const t = s[at.SUM_T]!;
    if (t !== designed[0]) {
      lowPassCoefficients(tiltCoefficients, tiltCutoffHz, t);
      lowPassCoefficients(restCoefficients, restCutoffHz, t);
      designed[0] = t;
    }
    detectRest();
    const levelled = correctTilt();
    compose();
    matrixOf(turnIn, q6);
    turnIn[9] = turnIn[0]! * bias[0]! + turnIn[1]! * bias[1]! + turnIn[2]! * bias[2]!;
    turnIn[10] = turnIn[3]! * bias[0]! + turnIn[4]! * bias[1]! + turnIn[5]! * bias[2]!;
    slowFilter(turnLp, turnState, turnMean, turnIn, 11);
    if (s[at.REST] === 0) {
      for (let i = 0; i < 3; i++) turn[i] = s[at.SUM_G + i]! - bias[i]! * t;
      step[0] = s[at.PATH]!;
      step[1] = t;
      growthStep(growth, turnIn, turn, step);
    }
    updateBias(levelled);
    s[at.ACC_T] = Math.min(s[at.ACC_T]! + t, 1e6);
    for (let i = at.SUM_T; i <= at.MOVED; i++) s[i] = 0;
  }

  return { bias, p, rest, growth, endBlock, compose };
}
