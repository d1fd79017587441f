/**
 * Closure: where the protocol asserts that the head is back in a known pose, the heading drift of the movement is known,
 * as well as the pose was. Weighted by both uncertainties and spread in the way the drift arises, so an uncertain pose
 * (free repositioning: 3 to 5 degrees) does no harm to a calibrated sensor.
 */
import type { SmoothedTrial } from './smoother.ts';

export interface Closure {
  /** Samples of the reference pose and of the asserted return. */
  readonly from: number;
  readonly to: number;
  /** Heading of the second pose against the first as the protocol asserts it, rad (0: back to the start). */
  readonly headingRad: number;
  /** Standard uncertainty of that assertion, rad: 1 deg with a head rest or laser, 3 to 5 deg free. */
  readonly sigmaRad: number;
}

export interface ClosureResult {
  /** Corrected attitude, 4 per sample: a copy, changed from `from` on. */
  readonly worldFromSensor: Float64Array;
  /** Measured minus asserted heading, rad: a quality number. */
  readonly misfitRad: number;
  /** Share of the misfit that was taken for drift, 0..1. */
  readonly gain: number;
  /** Standard uncertainty of heading against the reference pose at a sample, after the closure, rad. */
  headingSigmaRad(sample: number): number;
}

/** Heading that q[to] has gained over q[from], rad, in (-pi, pi]. */
export function headingGainRad(q: Float64Array, from: number, to: number): number {
  const [a, b] = [4 * from, 4 * to];
  // world-frame error turn: q[to] * conj(q[from]); its twist about the vertical
  const w = q[b]! * q[a]! + q[b + 1]! * q[a + 1]! + q[b + 2]! * q[a + 2]! + q[b + 3]! * q[a + 3]!;
  const z = -q[b]! * q[a + 3]! - q[b + 1]! * q[a + 2]! + q[b + 2]! * q[a + 1]! + q[b + 3]! * q[a]!;
  const angle = 2 * Math.atan2(z, w);
  return angle - 2 * Math.PI * Math.ceil(angle / (2 * Math.PI) - 0.5);
}

/** Applies one closure to a smoothed trial. @throws RangeError when the samples are not in order or sigma is not positive */
export function applyClosure(trial: SmoothedTrial, closure: Closure): ClosureResult {
  const { from, to, sigmaRad } = closure;
  const n = trial.worldFromSensor.length / 4;
  if (!(from >= 0 && from < to && to < n)) throw new RangeError(`closure from ${from} to ${to} of ${n} samples`);
  if (!(sigmaRad > 0)) throw new RangeError('the uncertainty of a closure must be positive');
  const turn = headingGainRad(trial.worldFromSensor, from, to) - closure.headingRad;
  const misfitRad = turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
  const variance = trial.headingCovariance(from, to, to);
  const whole = variance + sigmaRad * sigmaRad;
  const out = trial.worldFromSensor.slice();
  for (let i = from; i < n; i++) {
    const share = trial.headingCovariance(from, Math.min(i, to), to) / whole;
    const half = -0.5 * share * misfitRad;
    const c = Math.cos(half);
    const s = Math.sin(half);
    const [w, x, y, z] = out.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    out[4 * i] = c * w - s * z;
    out[4 * i + 1] = c * x - s * y;
    out[4 * i + 2] = c * y + s * x;
    out[4 * i + 3] = c * z + s * w;
  }
  return {
    worldFromSensor: out,
    misfitRad,
    gain: variance / whole,
    headingSigmaRad(sample) {
      const own = trial.headingCovariance(from, sample, sample);
      const shared = trial.headingCovariance(from, sample, to);
      return Math.sqrt(Math.max(0, own - (shared * shared) / whole));
    },
  };
}
