/** Speed of a recorded angle without delay, and its peak. */
import { butterworthLowPass } from '../signal/butterworth.ts';
import { zeroPhase } from '../signal/zero-phase.ts';

export interface VelocityParams {
  /** Cut-off of each of the two passes, Hz: 6 Hz is the usual choice for head and limb movement (Winter 2009, ch. 3). */
  readonly cutoffHz: number;
  /** Poles of each pass. */
  readonly order: number;
}

export const VELOCITY_PARAMS: VelocityParams = Object.freeze({ cutoffHz: 6, order: 2 });

/**
 * First derivative of an evenly sampled signal: central differences, one-sided at both ends. Length as given.
 */
export function derivative(values: ArrayLike<number>, rateHz: number): Float64Array {
  const n = values.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const a = Math.max(0, i - 1);
    const b = Math.min(n - 1, i + 1);
    out[i] = b > a ? ((values[b]! - values[a]!) * rateHz) / (b - a) : 0;
  }
  return out;
}

/**
 * Angular velocity of an evenly sampled, unwrapped angle: zero-phase Butterworth (forward and backward), then central
 * differences.
 *
 * @param angleRad n samples, finite, rad
 * @returns n velocities, rad/s
 */
export function zeroPhaseVelocity(
  angleRad: ArrayLike<number>,
  rateHz: number,
  params: VelocityParams = VELOCITY_PARAMS,
): Float64Array {
  const cutoffHz = Math.min(params.cutoffHz, 0.4 * rateHz);
  // Extended by four periods of the cut-off, so that the ends are settled.
  const pad = Math.ceil((4 * rateHz) / cutoffHz);
  return derivative(zeroPhase(butterworthLowPass(params.order, cutoffHz, rateHz), angleRad, pad), rateHz);
}

/** Largest magnitude in samples [from, to), rad/s; NaN when there is none. */
export function peakSpeed(velocityRadps: ArrayLike<number>, from = 0, to = velocityRadps.length): number {
  let peak = Number.NaN;
  for (let i = from; i < to; i++) {
    const speed = Math.abs(velocityRadps[i]!);
    if (!(speed <= peak)) peak = speed;
  }
  return peak;
}
