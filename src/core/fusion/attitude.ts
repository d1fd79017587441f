/**
 * Real-time attitude from gyro and accelerometer (and, when asked, magnetometer), after VQF: D. Laidig, T. Seel,
 * Information Fusion 91 (2023) 187-204, doi 10.1016/j.inffus.2022.10.014.
 *
 *   strapdown q_g   sensor -> a frame that drifts with the gyro       every sample
 *   tilt      q_a   that frame -> world (z up), no turn about z        every block of 20 ms
 *   heading         world -> magnetic north                            only with a magnetometer
 *
 * What differs from the paper: slow states move once per block, by filters whose step length is free, so irregular
 * sample times need no special case; gaps are bridged; uncertainty is propagated.
 */
import type { Quat } from '../frames.ts';
import { rotateVector } from '../math/quat.ts';
import * as at from './attitude-layout.ts';
import { ATTITUDE_PARAMS, type AttitudeParams } from './attitude-params.ts';
import { createSlowStates } from './attitude-slow.ts';
import { type AttitudeFilter, SigmaSlot } from './attitude-types.ts';
import { isGyroModel } from './gyro-model-type.ts';
import { GAP_VARIANCE, growthVariance } from './heading-growth.ts';
import {
  createMagneticState,
  MAGNETIC_PARAMS,
  MAGNETIC_STATE_LENGTH,
  magneticDelta,
  magneticDisturbed,
  magneticUpdate,
} from './magnetic-heading.ts';

export { ATTITUDE_PARAMS, type AttitudeParams } from './attitude-params.ts';

/** Variance of an angle of which nothing is known, rad^2: uniform over a turn. */
const UNKNOWN_HEADING_RAD2 = (Math.PI * Math.PI) / 3;

export { type AttitudeFilter, type AttitudeState, SigmaSlot } from './attitude-types.ts';

/** A filter at rest in the identity; the first samples level it. @throws RangeError on an invalid gyro model */
export function createAttitudeFilter(overrides: Partial<AttitudeParams> = {}): AttitudeFilter {
  const params: AttitudeParams = Object.freeze({ ...ATTITUDE_PARAMS, ...overrides });
  if (params.gyroModel !== null && !isGyroModel(params.gyroModel)) throw new RangeError('the gyro model is not valid');

  const buffer = new Float64Array(256);
  let used = 0;
  const view = (length: number): Float64Array => {
    used += length;
    return buffer.subarray(used - length, used);
  };
  const s = view(at.HOT_LENGTH);
  const q6 = view(4) as Quat<'world', 'sensor'>;
  const q9 = view(4) as Quat<'world', 'sensor'>;
  const rate = view(3);
  const slow = createSlowStates(params, s, q6, view);
  const { bias, p, rest, growth, endBlock } = slow;
  const magnetic = createMagneticState(view(MAGNETIC_STATE_LENGTH));
  const length = used;

  const m = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  if (params.gyroModel !== null) for (let i = 0; i < 9; i++) m[i] = m[i]! + params.gyroModel.matrix[i]!;
  const matrixCovariance = params.gyroModel?.covariance ?? params.matrixSigma * params.matrixSigma;
  const mostBiasSigma = Math.max(params.biasSigmaRadps, params.biasMostSigmaRadps);
  const mostBiasVariance = mostBiasSigma * mostBiasSigma;
  const walkVariancePerS = (params.biasWalkRadpsPer100S * params.biasWalkRadpsPer100S) / 100;
  const noiseVariance = params.gyrNoiseRadpsPerSqrtHz * params.gyrNoiseRadpsPerSqrtHz;
  const restGyr2 = params.restGyrRadps * params.restGyrRadps;
  const restAcc2 = params.restAccMps2 * params.restAccMps2;
  const { gyrLimitRadps: gyrLimit, accLimitMps2: accLimit, blockS, maxStepS, maxBridgeS, use9d } = params;

  q6[0] = 1;
  q9[0] = 1;
  s[at.QG] = 1;
  s[at.QA] = 1;
  s[at.TILT_EXTRA] = at.UNKNOWN_TILT_RAD2;
  s[at.LAST_DT] = blockS;

  // scratch, not state
  const g = new Float64Array(3);
  const a = new Float64Array(3);
  const mag = new Float64Array(3);

  /** Clamps v into +-limit and counts it; false when a component is not finite. */
  function sanitize(v: Float64Array, limit: number): boolean {
    for (let i = 0; i < 3; i++) {
      if (v[i]! - v[i]! !== 0) {
        s[at.INVALID] = s[at.INVALID]! + 1;
        return false;
      }
    }
    for (let i = 0; i < 3; i++) v[i] = Math.max(-limit, Math.min(limit, v[i]!));
    s[at.SATURATED] = s[at.SATURATED]! + 1;
    return true;
  }

  /** rate <- matrix * (g - bias). */
  function correctRate(): void {
    const x = g[0]! - bias[0]!;
    const y = g[1]! - bias[1]!;
    const z = g[2]! - bias[2]!;
    rate[0] = m[0]! * x + m[1]! * y + m[2]! * z;
    rate[1] = m[3]! * x + m[4]! * y + m[5]! * z;
    rate[2] = m[6]! * x + m[7]! * y + m[8]! * z;
  }

  /** q_g <- q_g * exp(rate * step time), renormalised. The time comes in a slot: an argument would be boxed. */
  function integrate(slot: number): void {
    const dt = s[slot]!;
    const hx = rate[0]! * dt;
    const hy = rate[1]! * dt;
    const hz = rate[2]! * dt;
    const angle2 = hx * hx + hy * hy + hz * hz;
    let c: number;
    let k: number;
    if (angle2 < 0.01) {
      c = 1 - angle2 * (1 / 8 - angle2 * (1 / 384 - angle2 / 46080));
      k = 0.5 - angle2 * (1 / 48 - angle2 * (1 / 3840 - angle2 / 645120));
    } else {
      const angle = Math.sqrt(angle2);
      c = Math.cos(angle / 2);
      k = Math.sin(angle / 2) / angle;
    }
    const x = k * hx;
    const y = k * hy;
    const z = k * hz;
    const aw = s[at.QG]!;
    const ax = s[at.QG + 1]!;
    const ay = s[at.QG + 2]!;
    const az = s[at.QG + 3]!;
    const bw = aw * c - ax * x - ay * y - az * z;
    const bx = aw * x + ax * c + ay * z - az * y;
    const by = aw * y - ax * z + ay * c + az * x;
    const bz = aw * z + ax * y - ay * x + az * c;
    // one Newton step of 1 / sqrt: the norm is off by rounding only
    const n = 1.5 - 0.5 * (bw * bw + bx * bx + by * by + bz * bz);
    s[at.QG] = bw * n;
    s[at.QG + 1] = bx * n;
    s[at.QG + 2] = by * n;
    s[at.QG + 3] = bz * n;
  }

  /** Fills the missing time with the mean of the rates on both sides; variance of a Brownian bridge. */
  function bridge(): void {
    const missing = s[at.GAP]!;
    if (missing > params.restGapS) {
      s[at.REST_T] = 0;
      s[at.REST] = 0;
    }
    for (let i = 0; i < 9; i += 4) p[i] = Math.min(mostBiasVariance, p[i]! + walkVariancePerS * missing);
    if (missing > maxBridgeS) {
      growth[GAP_VARIANCE] = UNKNOWN_HEADING_RAD2;
      s[at.ACC_T] = 0;
      s[at.TILT_EXTRA] = at.UNKNOWN_TILT_RAD2;
      s[at.LP_STARTED] = 0;
      s[at.GAP] = 0;
      return;
    }
    const x = rate[0]!;
    const y = rate[1]!;
    const z = rate[2]!;
    correctRate();
    const before2 = x * x + y * y + z * z;
    const after2 = rate[0]! * rate[0]! + rate[1]! * rate[1]! + rate[2]! * rate[2]!;
    // the rate as a Wiener process: a head reaches its speed in about half a second, hence density |w|^2 / 0.25 s
    // in a rest, still on both sides, it does not set out and come back within a tenth of a second
    const density = 4 * Math.max(before2, after2) + (s[at.REST] === 1 ? 0 : 0.01);
    const variance = Math.min((density * missing * missing * missing) / 12, UNKNOWN_HEADING_RAD2);
    growth[GAP_VARIANCE] = Math.min(growth[GAP_VARIANCE]! + variance, UNKNOWN_HEADING_RAD2);
    s[at.TILT_EXTRA] = Math.min(s[at.TILT_EXTRA]! + variance, at.UNKNOWN_TILT_RAD2);
    rate[0] = 0.5 * (x + rate[0]!);
    rate[1] = 0.5 * (y + rate[1]!);
    rate[2] = 0.5 * (z + rate[2]!);
    integrate(at.GAP);
    s[at.GAP] = 0;
  }

  /** Adds the specific force to the block's sums, turned into the drifting frame. */
  function addAcceleration(): void {
    const dt = s[at.LAST_DT]!;
    const vx = a[0]!;
    const vy = a[1]!;
    const vz = a[2]!;
    const w = s[at.QG]!;
    const x = s[at.QG + 1]!;
    const y = s[at.QG + 2]!;
    const z = s[at.QG + 3]!;
    const tx = 2 * (y * vz - z * vy);
    const ty = 2 * (z * vx - x * vz);
    const tz = 2 * (x * vy - y * vx);
    s[at.SUM_TA] = s[at.SUM_TA]! + dt;
    s[at.SUM_AI] = s[at.SUM_AI]! + (vx + w * tx + (y * tz - z * ty)) * dt;
    s[at.SUM_AI + 1] = s[at.SUM_AI + 1]! + (vy + w * ty + (z * tx - x * tz)) * dt;
    s[at.SUM_AI + 2] = s[at.SUM_AI + 2]! + (vz + w * tz + (x * ty - y * tx)) * dt;
    s[at.SUM_A] = s[at.SUM_A]! + vx * dt;
    s[at.SUM_A + 1] = s[at.SUM_A + 1]! + vy * dt;
    s[at.SUM_A + 2] = s[at.SUM_A + 2]! + vz * dt;
    const dx = vx - rest[3]!;
    const dy = vy - rest[4]!;
    const dz = vz - rest[5]!;
    if (dx * dx + dy * dy + dz * dz >= restAcc2) s[at.MOVED] = 1;
  }

  function updateMagnetic(magUt: ArrayLike<number> | null | undefined): void {
    s[at.MAG_T] = s[at.MAG_T]! + s[at.LAST_DT]!;
    if (magUt) {
      mag[0] = magUt[0]!;
      mag[1] = magUt[1]!;
      mag[2] = magUt[2]!;
      const limit = MAGNETIC_PARAMS.limitUt;
      const inside = Math.abs(mag[0]) <= limit && Math.abs(mag[1]) <= limit && Math.abs(mag[2]) <= limit;
      if (inside || sanitize(mag, limit)) {
        rotateVector(mag, q6, mag);
        magnetic.input[0] = s[at.MAG_T]!;
        magnetic.input[1] = Math.sqrt(rest[0]! * rest[0]! + rest[1]! * rest[1]! + rest[2]! * rest[2]!);
        magneticUpdate(magnetic, mag, params.magneticRejection);
        s[at.MAG_T] = 0;
      }
    }
    const half = 0.5 * magneticDelta(magnetic);
    const c = Math.cos(half);
    const k = Math.sin(half);
    q9[0] = c * q6[0]! - k * q6[3]!;
    q9[1] = c * q6[1]! - k * q6[2]!;
    q9[2] = c * q6[2]! + k * q6[1]!;
    q9[3] = c * q6[3]! + k * q6[0]!;
  }

  function updateAt(
    times: Float64Array,
    slot: number,
    gyrRadps: ArrayLike<number>,
    accMps2: ArrayLike<number> | null,
    magUt?: ArrayLike<number> | null,
  ): void {
    let dt = times[slot]!;
    g[0] = gyrRadps[0]!;
    g[1] = gyrRadps[1]!;
    g[2] = gyrRadps[2]!;
    if (!(dt > 0) || dt === Number.POSITIVE_INFINITY) {
      s[at.INVALID] = s[at.INVALID]! + 1;
      return;
    }
    if (dt > maxStepS) {
      s[at.GAP] = s[at.GAP]! + dt - s[at.LAST_DT]!;
      dt = s[at.LAST_DT]!;
    }
    if (!(Math.abs(g[0]!) <= gyrLimit && Math.abs(g[1]!) <= gyrLimit && Math.abs(g[2]!) <= gyrLimit)) {
      if (!sanitize(g, gyrLimit)) {
        s[at.GAP] = s[at.GAP]! + dt;
        return;
      }
    }
    s[at.LAST_DT] = dt;
    if (s[at.GAP]! > 0) bridge();
    correctRate();
    integrate(at.LAST_DT);
    const wx = rate[0]!;
    const wy = rate[1]!;
    const wz = rate[2]!;
    s[at.PATH] = s[at.PATH]! + Math.sqrt(wx * wx + wy * wy + wz * wz) * dt;
    s[at.SUM_T] = s[at.SUM_T]! + dt;
    s[at.SUM_G] = s[at.SUM_G]! + g[0]! * dt;
    s[at.SUM_G + 1] = s[at.SUM_G + 1]! + g[1]! * dt;
    s[at.SUM_G + 2] = s[at.SUM_G + 2]! + g[2]! * dt;
    const dx = g[0]! - rest[0]!;
    const dy = g[1]! - rest[1]!;
    const dz = g[2]! - rest[2]!;
    if (dx * dx + dy * dy + dz * dz >= restGyr2) s[at.MOVED] = 1;
    if (accMps2 !== null) {
      a[0] = accMps2[0]!;
      a[1] = accMps2[1]!;
      a[2] = accMps2[2]!;
      const inside = Math.abs(a[0]!) <= accLimit && Math.abs(a[1]!) <= accLimit && Math.abs(a[2]!) <= accLimit;
      if (inside || sanitize(a, accLimit)) addAcceleration();
    }
    if (s[at.SUM_T]! >= blockS - 1e-6) endBlock();
    else slow.compose();
    if (use9d) updateMagnetic(magUt);
  }

  function readSigmas(out: Float64Array): void {
    out[SigmaSlot.biasRadps] = Math.sqrt(Math.max(p[0]!, p[4]!, p[8]!));
    out[SigmaSlot.tiltRad] = Math.sqrt(params.tiltFloorRad * params.tiltFloorRad + s[at.TILT_EXTRA]!);
    const variance = growthVariance(growth, matrixCovariance, p, noiseVariance, params.pathVarianceRad2PerRad);
    out[SigmaSlot.headingRad] = Math.sqrt(Math.min(variance, UNKNOWN_HEADING_RAD2));
  }
  const sigmas = new Float64Array(3);
  const sigma = (slot: number): number => {
    readSigmas(sigmas);
    return sigmas[slot]!;
  };
  const stepTime = new Float64Array(1);

  return {
    update(dtS, gyrRadps, accMps2, magUt) {
      stepTime[0] = dtS;
      updateAt(stepTime, 0, gyrRadps, accMps2, magUt);
    },
    updateAt,
    readSigmas,
    gap(durationS) {
      if (durationS > 0) s[at.GAP] = Math.min(s[at.GAP]! + durationS, 1e6);
    },
    worldFromSensor: q6,
    worldFromSensor9d: use9d ? q9 : q6,
    rateRadps: rate,
    biasRadps: bias,
    get biasSigmaRadps() {
      return sigma(SigmaSlot.biasRadps);
    },
    get atRest() {
      return s[at.REST] === 1;
    },
    get tiltSigmaRad() {
      return sigma(SigmaSlot.tiltRad);
    },
    get headingSigmaRad() {
      return sigma(SigmaSlot.headingRad);
    },
    get magneticDisturbance() {
      return magneticDisturbed(magnetic);
    },
    get invalidCount() {
      return s[at.INVALID]!;
    },
    get saturatedCount() {
      return s[at.SATURATED]!;
    },
    save: () => buffer.slice(0, length),
    restore(state) {
      if (state.length !== length) throw new RangeError('the saved state belongs to another version of the filter');
      buffer.set(state);
    },
  };
}
