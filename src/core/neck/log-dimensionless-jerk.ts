/**
 * Log dimensionless jerk of a movement (S. Balasubramanian, A. Melendez-Calderon, A. Roby-Brami, E. Burdet, "On the
 * analysis of movement smoothness", J NeuroEng Rehab 12 (2015) 112, doi 10.1186/s12984-015-0090-9):
 *
 *   LDLJ = -ln( T^3 / v_peak^2 * integral of (d^2 v / dt^2)^2 dt )
 *
 * over the duration T of one movement with speed v. Nearer to zero is smoother. A minimum-jerk movement has
 * -ln(204.8) = -5.32, whatever its amplitude and duration. It weighs fast components by their frequency, so the speed
 * must be low-passed before (here: 6 Hz, zero phase), and figures are comparable only under the same filter.
 */
import { derivative } from './velocity.ts';

/** Fewer samples than this tell nothing about jerk. */
export const MIN_JERK_SAMPLES = 8;

/** LDLJ of a minimum-jerk movement from rest to rest: -ln(720 (8/15)^2). */
export const MINIMUM_JERK_LDLJ = -Math.log((720 * 64) / 225);

/**
 * @param speedRadps speed of one movement from its onset to its end, evenly sampled, rad/s (any unit: it cancels)
 * @returns LDLJ; NaN for too few samples, no movement or anything not finite
 */
export function logDimensionlessJerk(speedRadps: ArrayLike<number>, rateHz: number): number {
  const n = speedRadps.length;
  if (n < MIN_JERK_SAMPLES || !(rateHz > 0)) return Number.NaN;
  const jerk = derivative(derivative(speedRadps, rateHz), rateHz);
  let peak = 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    peak = Math.max(peak, Math.abs(speedRadps[i]!));
    // Trapezoid rule.
    sum += (i === 0 || i === n - 1 ? 0.5 : 1) * jerk[i]! * jerk[i]!;
  }
  const durationS = (n - 1) / rateHz;
  const dimensionless = (durationS ** 3 / (peak * peak)) * (sum / rateHz);
  return dimensionless > 0 && Number.isFinite(dimensionless) ? -Math.log(dimensionless) : Number.NaN;
}
