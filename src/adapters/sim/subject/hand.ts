/**
 * The band taken off and turned in the hand: away from the head it neither sways nor trembles, and it is looked at from
 * all sides, each of its axes turning both ways at a pace of its own, so that gravity sees every turn.
 */
import { createJoint, MINIMUM_JERK_PEAK } from './joint.ts';
import { axisRotation, type Matrix3, times } from './rotation.ts';

const TURN = 2 * Math.PI;
/** Legs out and back about each axis: how many, how far (rad) and how long (s). All take 48 s; up to 140 deg/s each. */
const LEGS = {
  x: { count: 10, rad: TURN, durationS: 4.8 },
  y: { count: 8, rad: 1.2 * TURN, durationS: 6 },
  z: { count: 12, rad: 0.8 * TURN, durationS: 4 },
} as const;
const TURNING_S = 48;
/** Peak speed of turning it back, rad/s. */
const PEAK_RADPS = (200 * Math.PI) / 180;
/** Taking it off, or putting it on again; and lying on the table before and after, s. */
const TAKE_S = 1;
const LIE_S = 4;

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
      away.moveTo(1, fromS, TAKE_S);
      const startS = fromS + TAKE_S + LIE_S;
      for (const axis of ['x', 'y', 'z'] as const) {
        const { count, rad, durationS } = LEGS[axis];
        for (let i = 0; i < count; i++) {
          // Out one way and back, then out the other way and back.
          const goal = i % 2 === 1 ? 0 : i % 4 === 0 ? rad : -rad;
          turn[axis].moveTo(goal, startS + i * durationS, durationS);
        }
      }
      return startS + TURNING_S + LIE_S;
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
