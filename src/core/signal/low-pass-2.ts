/**
 * Second-order Butterworth low pass in trapezoidal state-variable form (the bilinear transform with integrator states).
 * Same transfer function as the biquad, but the states are those of the continuous filter, so the step length may
 * change at every sample. Several channels share one gain. Two states per channel: [band, low].
 * Source of the form: V. Zavalishin, The Art of VA Filter Design, rev. 2.1.2, 4.4; A. Simper, linear trapezoidal SVF, 2013.
 */

/** The cut-off of a second-order Butterworth filter whose step response has the time constant tau, Hz. */
export function cutoffOfTau(tauS: number): number {
  return Math.SQRT2 / (2 * Math.PI * tauS);
}

/** Number of coefficients of one step. */
export const LOW_PASS_COEFFICIENTS = 3;

/**
 * Coefficients of one step of dtS seconds, written to `out`. The prewarped gain is tan(pi fc dt), kept finite for steps
 * beyond half the filter's period.
 */
export function lowPassCoefficients(out: Float64Array, cutoffHz: number, dtS: number): void {
  const gain = Math.tan(Math.min(Math.PI * cutoffHz * dtS, 1.5));
  const a1 = 1 / (1 + gain * (gain + Math.SQRT2));
  out[0] = a1;
  out[1] = gain * a1;
  out[2] = gain * gain * a1;
}

/** One step of `channels` filters: out[i] = low pass of input[i]. `state` holds 2 * channels numbers. */
export function lowPassStep(
  out: Float64Array,
  state: Float64Array,
  input: Float64Array,
  channels: number,
  coefficients: Float64Array,
): void {
  const a1 = coefficients[0]!;
  const a2 = coefficients[1]!;
  const a3 = coefficients[2]!;
  for (let i = 0; i < channels; i++) {
    const band = state[2 * i]!;
    const low = state[2 * i + 1]!;
    const v3 = input[i]! - low;
    const v1 = a1 * band + a2 * v3;
    const v2 = low + a2 * band + a3 * v3;
    state[2 * i] = 2 * v1 - band;
    state[2 * i + 1] = 2 * v2 - low;
    out[i] = v2;
  }
}

/** Puts the filters into the steady state of `level`. */
export function lowPassStart(state: Float64Array, level: Float64Array, channels: number): void {
  for (let i = 0; i < channels; i++) {
    state[2 * i] = 0;
    state[2 * i + 1] = level[i]!;
  }
}
