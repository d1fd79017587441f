/**
 * How far the sensor has turned since a reference pose, as twist about its own z axis and two tilt components, each with
 * its standard uncertainty. Swing-twist decomposition: turn = swing * twist, twist about z, swing about an axis in x-y.
 */
import type { SmoothedTrial } from './smoother.ts';

/** Below this cosine of half the swing the twist means nothing (swing beyond 120 degrees). */
export const MIN_SWING_COSINE = 0.5;

/**
 * Angles of a unit quaternion [w x y z] (4 numbers from `at`): out[0] twist about z, out[1] and out[2] the swing's
 * rotation vector about x and y, rad. Twist in (-pi, pi].
 *
 * @returns cosine of half the swing; below MIN_SWING_COSINE the twist is not defined well
 */
export function swingTwist(out: Float64Array, q: ArrayLike<number>, at = 0): number {
  const w = q[at]!;
  const x = q[at + 1]!;
  const y = q[at + 2]!;
  const z = q[at + 3]!;
  const c = Math.sqrt(w * w + z * z);
  const s = Math.sqrt(x * x + y * y);
  out[0] = wrap(2 * Math.atan2(z, w));
  // swing = turn * conj(twist); its vector part is (x, y) turned by half the twist
  const swing = 2 * Math.atan2(s, c);
  const k = s > 1e-12 ? swing / s : 2;
  const cw = c > 1e-12 ? w / c : 1;
  const cz = c > 1e-12 ? z / c : 0;
  out[1] = k * (x * cw - y * cz);
  out[2] = k * (y * cw + x * cz);
  return c;
}

const wrap = (a: number): number => a - 2 * Math.PI * Math.ceil(a / (2 * Math.PI) - 0.5);

/**
 * Angles and standard uncertainties of the turn from sample `from` to sample `to` of a smoothed trial.
 *
 * @param angles out, 3: twist, tilt x, tilt y, rad
 * @param sigmas out, 3, rad
 * @returns cosine of half the swing, see swingTwist
 */
export function relativeAngles(
  trial: SmoothedTrial,
  from: number,
  to: number,
  angles: Float64Array,
  sigmas: Float64Array,
): number {
  const q = trial.worldFromSensor;
  const turn = new Float64Array(4);
  const still = new Float64Array(3);
  const cosine = turnWithError(turn, q, from, to, still) && swingTwist(angles, turn);
  const tilt = trial.tiltSigmaRad(from) ** 2 + trial.tiltSigmaRad(to) ** 2;
  const variance = [tilt, tilt, trial.headingCovariance(from, to, to)];
  const moved = new Float64Array(3);
  sigmas.fill(0);
  const step = 1e-5;
  for (let axis = 0; axis < 3; axis++) {
    still.fill(0);
    still[axis] = step;
    turnWithError(turn, q, from, to, still);
    swingTwist(moved, turn);
    for (let i = 0; i < 3; i++) {
      const slope = wrap(moved[i]! - angles[i]!) / step;
      sigmas[i] = sigmas[i]! + slope * slope * variance[axis]!;
    }
  }
  for (let i = 0; i < 3; i++) sigmas[i] = Math.sqrt(sigmas[i]!);
  return cosine;
}

/** out = conj(q[from]) * exp(error) * q[to], the error a small rotation vector in world axes; w >= 0. Returns 1. */
function turnWithError(out: Float64Array, q: Float64Array, from: number, to: number, error: Float64Array): number {
  const aw = q[4 * from]!;
  const ax = -q[4 * from + 1]!;
  const ay = -q[4 * from + 2]!;
  const az = -q[4 * from + 3]!;
  const ex = 0.5 * error[0]!;
  const ey = 0.5 * error[1]!;
  const ez = 0.5 * error[2]!;
  const bw = aw - ax * ex - ay * ey - az * ez;
  const bx = aw * ex + ax + ay * ez - az * ey;
  const by = aw * ey - ax * ez + ay + az * ex;
  const bz = aw * ez + ax * ey - ay * ex + az;
  const cw = q[4 * to]!;
  const cx = q[4 * to + 1]!;
  const cy = q[4 * to + 2]!;
  const cz = q[4 * to + 3]!;
  const w = bw * cw - bx * cx - by * cy - bz * cz;
  const sign = w < 0 ? -1 : 1;
  out[0] = sign * w;
  out[1] = sign * (bw * cx + bx * cw + by * cz - bz * cy);
  out[2] = sign * (bw * cy - bx * cz + by * cw + bz * cx);
  out[3] = sign * (bw * cz + bx * cy - by * cx + bz * cw);
  return 1;
}
