/**
 * What gravity says about a rotation of the head. Up is a direction in the head frame; when the head twists by +t about
 * its long axis, up turns by -t about that axis. So the accelerometer sees a twist as long as the long axis is not
 * vertical: with b the angle between long axis and vertical, the two components in the transverse plane have the length
 * sin b, and an error of e in the direction of up becomes e / sin b in the twist.
 */
import { identityQuat } from '../frames.ts';
import { wrapPi } from '../math/angle.ts';
import { exponential } from '../math/quat.ts';
import { loadState, saveState } from '../state.ts';
import { rotateVectorInverse } from './pose.ts';

/** Angle of a direction's projection in the head's transverse plane, rad from forward, left positive. */
export function transverseAzimuthRad(direction: ArrayLike<number>): number {
  return Math.atan2(direction[1]!, direction[0]!);
}

/** Angle between two directions that need not have unit length, rad in [0, pi]. */
export function angleBetweenRad(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const cx = a[1]! * b[2]! - a[2]! * b[1]!;
  const cy = a[2]! * b[0]! - a[0]! * b[2]!;
  const cz = a[0]! * b[1]! - a[1]! * b[0]!;
  return Math.atan2(Math.sqrt(cx * cx + cy * cy + cz * cz), a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!);
}

/**
 * Twist from gravity alone for a rotation that is nothing but twist, rad. Side lean that comes with the turn is
 * misread as twist (44 degrees with 5 degrees of lean read 35), so this is a teaching figure, not the check.
 */
export function pureGravityTwistRad(upAtStart: ArrayLike<number>, upNow: ArrayLike<number>): number {
  return wrapPi(transverseAzimuthRad(upAtStart) - transverseAzimuthRad(upNow));
}

/** Standard error of a gravity twist per standard error of the direction of up: 1 / sin b. */
export function gravityTwistNoiseGain(longAxisFromVerticalRad: number): number {
  return 1 / Math.abs(Math.sin(longAxisFromVerticalRad));
}

/**
 * The twist that would make the measured up agree with the predicted one, rad: the gyro's twist, corrected by how far
 * the two directions lie apart about the long axis. The lean that the gyro saw is in the prediction, so it is no error.
 */
export function gravityTwistRad(
  gyroTwistRad: number,
  predictedUp: ArrayLike<number>,
  measuredUp: ArrayLike<number>,
): number {
  return wrapPi(gyroTwistRad + transverseAzimuthRad(predictedUp) - transverseAzimuthRad(measuredUp));
}

/** Up in the head frame, carried along by the gyro alone since a start at which the accelerometer gave it. */
export interface GravityTracker {
  /** Predicted up in the head frame, unit length; NaN without a start. */
  readonly up: Float64Array;
  /** Starts from a direction (any length > 0); anything else leaves the tracker without a start. */
  start(up: ArrayLike<number>): void;
  /** `rateRadps` in the head frame, bias removed; the mean with the rate before stands for the whole of `dtS`. */
  update(dtS: number, rateRadps: ArrayLike<number>): void;
  /** The same with the time in an object: a number that is passed to a function would be allocated. */
  follow(motion: { readonly dtS: number }, rateRadps: ArrayLike<number>): void;
  save(): unknown;
  restore(state: unknown): void;
}

export function createGravityTracker(): GravityTracker {
  const step = identityQuat<'head', 'head'>();
  const state = { up: new Float64Array(3).fill(Number.NaN), rate: new Float64Array(3).fill(Number.NaN) };
  const last = state.rate;
  const time = { dtS: Number.NaN };
  function follow(motion: { readonly dtS: number }, rateRadps: ArrayLike<number>): void {
    const first = Number.isNaN(last[0]!);
    const k = first ? motion.dtS : 0.5 * motion.dtS;
    for (let i = 0; i < 3; i++) step[1 + i] = k * (rateRadps[i]! + (first ? 0 : last[i]!));
    exponential(step);
    rotateVectorInverse(state.up, step, state.up);
    for (let i = 0; i < 3; i++) last[i] = rateRadps[i]!;
  }
  return {
    up: state.up,
    start(up) {
      const norm = Math.sqrt(up[0]! * up[0]! + up[1]! * up[1]! + up[2]! * up[2]!);
      for (let i = 0; i < 3; i++) state.up[i] = norm > 0 ? up[i]! / norm : Number.NaN;
      state.rate.fill(Number.NaN);
    },
    update(dtS, rateRadps) {
      time.dtS = dtS;
      follow(time, rateRadps);
    },
    follow,
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
