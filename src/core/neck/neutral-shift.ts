/**
 * How far a neutral pose lies from an earlier one, in the two parts that one sensor knows differently well: gravity sees
 * the tilt, so that part is the body's; the turn about the vertical holds the drift of the heading too, and says
 * something of the body only beyond what that drift may be.
 */
import type { Quat } from '../frames.ts';
import { wrapPi } from '../math/angle.ts';
import { upIn } from './pose.ts';

export interface NeutralShift {
  /** Between the vertical as the head has it in one pose and in the other, rad in [0, pi]. */
  readonly tiltRad: number;
  /** About the vertical, rad in [0, pi]. */
  readonly headingRad: number;
}

const upEarlier = new Float64Array(3);
const upLater = new Float64Array(3);

/** Allocates: once a neutral. */
export function neutralShift(earlier: Quat<'world', 'head'>, later: Quat<'world', 'head'>): NeutralShift {
  upIn(upEarlier, earlier);
  upIn(upLater, later);
  const cross = Math.hypot(
    upEarlier[1]! * upLater[2]! - upEarlier[2]! * upLater[1]!,
    upEarlier[2]! * upLater[0]! - upEarlier[0]! * upLater[2]!,
    upEarlier[0]! * upLater[1]! - upEarlier[1]! * upLater[0]!,
  );
  const dot = upEarlier[0]! * upLater[0]! + upEarlier[1]! * upLater[1]! + upEarlier[2]! * upLater[2]!;
  // Twist about z of later * inverse(earlier).
  const w = later[0]! * earlier[0]! + later[1]! * earlier[1]! + later[2]! * earlier[2]! + later[3]! * earlier[3]!;
  const z = later[3]! * earlier[0]! - later[0]! * earlier[3]! + later[2]! * earlier[1]! - later[1]! * earlier[2]!;
  return { tiltRad: Math.atan2(cross, dot), headingRad: Math.abs(wrapPi(2 * Math.atan2(z, w))) };
}
