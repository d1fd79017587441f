/**
 * Heading from the magnetometer with rejection of disturbed fields, after Laidig and Seel (2023), sections 3.3 and 3.5.
 * Off by default: indoors the field bends by tens of degrees, and a neck trial is short.
 */
import { wrapPi } from '../math/angle.ts';
import {
  cutoffOfTau,
  LOW_PASS_COEFFICIENTS,
  lowPassCoefficients,
  lowPassStart,
  lowPassStep,
} from '../signal/low-pass-2.ts';
import { RAD_PER_DEG } from '../units.ts';

export const MAGNETIC_PARAMS = Object.freeze({
  /** Time constant of the heading correction, s. */
  tauMagS: 9,
  /** Low pass of norm and dip, s. */
  tauFieldS: 0.05,
  /** Undisturbed: norm within this share and dip within this angle of the reference, for this long. */
  normShare: 0.1,
  dipRad: 10 * RAD_PER_DEG,
  minUndisturbedS: 0.5,
  /** The reference follows the undisturbed field with this time constant, s. */
  referenceTauS: 20,
  /** A new field is accepted after this long (the first one sooner), counted only above this rate. */
  newFieldS: 20,
  firstFieldS: 5,
  newFieldRateRadps: 20 * RAD_PER_DEG,
  /** Full rejection lasts at most this long, s; then the gain is divided by the factor. */
  maxRejectionS: 60,
  rejectionFactor: 2,
  /** Larger components are not a field, uT. */
  limitUt: 1e5,
});

/** Numbers of state that the part needs in the caller's buffer. */
export const MAGNETIC_STATE_LENGTH = 16;

/** Views of the caller's buffer, made once: the hot path makes none. */
export interface MagneticState {
  readonly s: Float64Array;
  readonly field: Float64Array;
  /** Inputs of the next update: time since the last sample (s), low-passed rate (rad/s). Not part of what is kept. */
  readonly input: Float64Array;
}

/** State over a stretch of MAGNETIC_STATE_LENGTH numbers, reset: the first sample sets the heading at once. */
export function createMagneticState(s: Float64Array): MagneticState {
  s.fill(0);
  s[INITIAL_GAIN] = 1;
  s[DISTURBED] = 1;
  return { s, field: s.subarray(FIELD, FIELD + 4), input: new Float64Array(2) };
}
const DELTA = 0;
const INITIAL_GAIN = 1;
const REF_NORM = 2;
const REF_DIP = 3;
const CANDIDATE_NORM = 4;
const CANDIDATE_DIP = 5;
const CANDIDATE_T = 6;
const UNDISTURBED_T = 7;
const REJECTED_T = 8;
const DISTURBED = 9;
const FIELD = 10;
const STARTED = 14;

/** Heading offset in use, rad: worldFromSensor9d = turn about z by this angle * worldFromSensor. */
export const magneticDelta = (state: MagneticState): number => state.s[DELTA]!;
export const magneticDisturbed = (state: MagneticState): boolean => state.s[DISTURBED] === 1;

const FIELD_CUTOFF_HZ = cutoffOfTau(MAGNETIC_PARAMS.tauFieldS);
const fieldCoefficients = new Float64Array(LOW_PASS_COEFFICIENTS);
const normDip = new Float64Array(2);

/** Whether the present norm and dip lie near the pair kept at `at`. */
function isNear(s: Float64Array, at: number): boolean {
  const toNorm = s[at]!;
  return (
    Math.abs(normDip[0]! - toNorm) < MAGNETIC_PARAMS.normShare * toNorm &&
    Math.abs(normDip[1]! - s[at + 1]!) < MAGNETIC_PARAMS.dipRad
  );
}

function updateDisturbance(state: MagneticState): void {
  const p = MAGNETIC_PARAMS;
  const s = state.s;
  const dtS = state.input[0]!;
  const norm = normDip[0]!;
  const dip = normDip[1]!;
  const follow = 1 - Math.exp(-dtS / p.referenceTauS);
  if (isNear(s, REF_NORM)) {
    s[UNDISTURBED_T] = s[UNDISTURBED_T]! + dtS;
    if (s[UNDISTURBED_T]! >= p.minUndisturbedS) {
      s[DISTURBED] = 0;
      s[REF_NORM] = s[REF_NORM]! + follow * (norm - s[REF_NORM]!);
      s[REF_DIP] = s[REF_DIP]! + follow * (dip - s[REF_DIP]!);
    }
  } else {
    s[UNDISTURBED_T] = 0;
    s[DISTURBED] = 1;
  }
  if (isNear(s, CANDIDATE_NORM)) {
    if (state.input[1]! >= p.newFieldRateRadps) s[CANDIDATE_T] = s[CANDIDATE_T]! + dtS;
    s[CANDIDATE_NORM] = s[CANDIDATE_NORM]! + follow * (norm - s[CANDIDATE_NORM]!);
    s[CANDIDATE_DIP] = s[CANDIDATE_DIP]! + follow * (dip - s[CANDIDATE_DIP]!);
    const needed = s[REF_NORM] === 0 ? p.firstFieldS : p.newFieldS;
    if (s[DISTURBED] === 1 && s[CANDIDATE_T]! >= needed) {
      s[REF_NORM] = s[CANDIDATE_NORM]!;
      s[REF_DIP] = s[CANDIDATE_DIP]!;
      s[DISTURBED] = 0;
      s[UNDISTURBED_T] = p.minUndisturbedS;
    }
  } else {
    s[CANDIDATE_T] = 0;
    s[CANDIDATE_NORM] = norm;
    s[CANDIDATE_DIP] = dip;
  }
}

/**
 * One magnetometer sample; `state.input` holds its step and rate.
 *
 * @param magWorldUt the field in the magnetometer-free world frame (z up), uT, length 3
 */
export function magneticUpdate(state: MagneticState, magWorldUt: Float64Array, rejection: boolean): void {
  const p = MAGNETIC_PARAMS;
  const s = state.s;
  const dtS = state.input[0]!;
  const mx = magWorldUt[0]!;
  const my = magWorldUt[1]!;
  const mz = magWorldUt[2]!;
  const norm = Math.sqrt(mx * mx + my * my + mz * mz);
  if (!(norm > 1e-9)) return;
  let gain = 1 - Math.exp(-dtS / p.tauMagS);
  if (rejection) {
    normDip[0] = norm;
    normDip[1] = -Math.asin(Math.max(-1, Math.min(1, mz / norm)));
    const field = state.field;
    if (s[STARTED] === 0) {
      lowPassStart(field, normDip, 2);
      s[STARTED] = 1;
    } else {
      lowPassCoefficients(fieldCoefficients, FIELD_CUTOFF_HZ, dtS);
      lowPassStep(normDip, field, normDip, 2, fieldCoefficients);
    }
    updateDisturbance(state);
    if (s[DISTURBED] === 1) {
      if (s[REJECTED_T]! <= p.maxRejectionS) {
        s[REJECTED_T] = s[REJECTED_T]! + dtS;
        gain = 0;
      } else {
        gain /= p.rejectionFactor;
      }
    } else {
      s[REJECTED_T] = Math.max(0, s[REJECTED_T]! - p.rejectionFactor * dtS);
    }
  }
  // 1/N for the first samples: a mean until the low pass is the slower of the two
  const initial = s[INITIAL_GAIN]!;
  if (initial > 0) {
    gain = Math.max(gain, initial);
    const next = initial / (initial + 1);
    s[INITIAL_GAIN] = next * p.tauMagS < dtS ? 0 : next;
  }
  s[DELTA] = wrapPi(s[DELTA]! + gain * wrapPi(Math.atan2(mx, my) - s[DELTA]!));
}
