/**
 * The band taken off and turned in the hand: away from the head it neither sways nor trembles, and it turns about each
 * of its own axes both ways, each time with that axis level, so that gravity can see the turn.
 */
import { createJoint, MINIMUM_JERK_PEAK } from './joint.ts';
import { axisRotation, type Matrix3, times } from './rotation.ts';

const TURN = 2 * Math.PI;
/** A little more than the two turns that are asked for, rad. */
const PATH_RAD = 2.1 * TURN;
/** Peak speed of a turn, rad/s. */
const PEAK_RADPS = (200 * Math.PI) / 180;
/** Taking it off, or putting it on again; and lying on the table before and between, s. */
const TAKE_S = 1;
const LIE_S = 4;
const PAUSE_S = 0.3;

export interface Hand {
  /** 0 on the head, 1 off it. */
  awayAt(timeS: number): number;
  /** Turned by this in its own axes; null while it is as it was put on. */
  turnedAt(timeS: number): Matrix3 | null;
  /** Plans the whole tumble; returns its end, s. The band then lies on the table until `putBack`. */
  tumble(fromS: number): number;
  /** Forgets what is planned after `timeS`; true when the band is off and must be put back. */
  cut(timeS: number): boolean;
  /** Plans to turn it back and put it on; returns the end, s. */
  putBack(fromS: number): number;
}

export function createHand(): Hand {
  const away = createJoint(0);
  const turn = { x: createJoint(0), y: createJoint(0), z: createJoint(0) };
  const parts = [away, turn.x, turn.y, turn.z];
  const secondsFor = (rad: number): number => Math.max(0.6, (MINIMUM_JERK_PEAK * Math.abs(rad)) / PEAK_RADPS);

  return {
    awayAt: (t) => away.at(t),
    turnedAt(t) {
      const [x, y, z] = [turn.x.at(t), turn.y.at(t), turn.z.at(t)];
      if (x === 0 && y === 0 && z === 0) return null;
      return times(axisRotation('x', x), times(axisRotation('y', y), axisRotation('z', z)));
    },
    tumble(fromS) {
      let atS = fromS;
      const go = (joint: typeof away, to: number, durationS = secondsFor(to - joint.target)): void => {
        joint.moveTo(to, atS, durationS);
        atS += durationS + PAUSE_S;
      };
      go(away, 1, TAKE_S);
      atS += LIE_S;
      const bothWays = (joint: typeof away): void => {
        go(joint, PATH_RAD);
        go(joint, 0);
      };
      bothWays(turn.x);
      // The second axis stands upright on the forehead: it is laid level first.
      go(turn.x, TURN / 4);
      bothWays(turn.y);
      go(turn.x, 0);
      bothWays(turn.z);
      return atS + LIE_S;
    },
    cut(timeS) {
      for (const part of parts) part.cut(timeS);
      return parts.some((part) => part.target !== 0);
    },
    putBack(fromS) {
      let longestS = TAKE_S;
      for (const joint of [turn.x, turn.y, turn.z]) longestS = Math.max(longestS, secondsFor(joint.target));
      for (const part of parts) if (part.target !== 0) part.moveTo(0, fromS, longestS);
      return fromS + longestS;
    },
  };
}
