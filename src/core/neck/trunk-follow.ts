/**
 * The newest pose of the trunk's sensor at a sample of the head's. Samples of the two come in any order, by two radios
 * or one; so that a recording gives the same pairs again, a trunk's sample counts only when it arrived a moment before
 * the head's. Its pose is carried on by its rate to the time of the head's sample. Nothing here allocates per sample.
 */
import { identityQuat, type Quat } from '../frames.ts';
import { copyQuat, exponential, multiply } from '../math/quat.ts';

export interface TrunkFollowParams {
  /** A trunk's sample counts when it arrived this much before the head's, us: more than two radios change places by. */
  readonly delayUs: number;
  /** Carried on by its rate over at most this long, s. */
  readonly carryS: number;
  /** An older sample is no present pose, s: as long as a gap that voids a repetition of the head. */
  readonly staleS: number;
  /** A gap after which its heading is another one, s. */
  readonly lostS: number;
}

export const TRUNK_FOLLOW: TrunkFollowParams = Object.freeze({
  delayUs: 20_000,
  carryS: 0.15,
  staleS: 0.3,
  lostS: 1,
});

/** The trunk at one sample of the head. One object, reused. */
export interface TrunkSample {
  /** False: no sample that is fresh enough. */
  known: boolean;
  /** Another number: its heading was lost in between. */
  epoch: number;
  readonly worldFromTrunk: Quat<'trunkWorld', 'trunk'>;
  headingSigmaRad: number;
  tiltSigmaRad: number;
  biasSigmaRadps: number;
}

/** What a live sample says of the trunk's sensor. */
export interface ArrivedPose {
  /** Host time of the sample, us: the two sensors have clocks of their own. */
  readonly hostUs: number;
  readonly arrivalUs: number;
  readonly gapS: number;
  readonly worldFromSensor: Quat<'world', 'sensor'>;
  /** Bias removed, rad/s, sensor frame. */
  readonly sensorRateRadps: Float64Array;
  readonly headingSigmaRad: number;
  readonly tiltSigmaRad: number;
  /** Standard uncertainty of the gyro bias in use, rad/s. */
  readonly biasSigmaRadps: number;
}

export interface TrunkFollower {
  readonly sample: TrunkSample;
  /** A sample of the trunk's sensor. */
  push(pose: ArrivedPose): void;
  /** Brings `sample` to the time of a head's sample. */
  follow(head: { readonly hostUs: number; readonly arrivalUs: number }): TrunkSample;
  /** How the sensor sits on the trunk from now on. */
  setMount(trunkSensorFromTrunk: Quat<'trunkSensor', 'trunk'>): void;
  clear(): void;
}

/** Waiting samples: 20 ms at 200 Hz are four; a burst after a hiccup of the radio has more. */
const SLOTS = 64;
/** One waiting sample: arrival, host time, gap, heading, tilt, bias sigma, pose (4), rate (3). */
const WIDTH = 13;
const ARRIVAL = 0;
const HOST = 1;
const GAP = 2;
const HEADING = 3;
const TILT = 4;
const BIAS = 5;
const POSE = 6;
const RATE = 10;

export function createTrunkFollower(overrides: Partial<TrunkFollowParams> = {}): TrunkFollower {
  const params: TrunkFollowParams = Object.freeze({ ...TRUNK_FOLLOW, ...overrides });
  const waiting = new Float64Array(SLOTS * WIDTH);
  const at = { first: 0, count: 0 };
  const newest = new Float64Array(WIDTH).fill(Number.NaN);
  const worldFromSensor = identityQuat<'trunkWorld', 'trunkSensor'>();
  const carry = identityQuat<'trunkSensor', 'trunkSensor'>();
  const mount = identityQuat<'trunkSensor', 'trunk'>();
  const sample: TrunkSample = {
    known: false,
    epoch: 0,
    worldFromTrunk: identityQuat<'trunkWorld', 'trunk'>(),
    headingSigmaRad: Number.NaN,
    tiltSigmaRad: Number.NaN,
    biasSigmaRadps: Number.NaN,
  };
  const take = (): void => {
    const from = at.first * WIDTH;
    for (let i = 0; i < WIDTH; i++) newest[i] = waiting[from + i]!;
    if (newest[GAP]! > params.lostS) sample.epoch++;
    at.first = (at.first + 1) % SLOTS;
    at.count--;
  };

  return {
    sample,
    push(pose) {
      if (at.count === SLOTS) take();
      const to = ((at.first + at.count) % SLOTS) * WIDTH;
      waiting[to + ARRIVAL] = pose.arrivalUs;
      waiting[to + HOST] = pose.hostUs;
      waiting[to + GAP] = pose.gapS;
      waiting[to + HEADING] = pose.headingSigmaRad;
      waiting[to + TILT] = pose.tiltSigmaRad;
      waiting[to + BIAS] = pose.biasSigmaRadps;
      for (let i = 0; i < 4; i++) waiting[to + POSE + i] = pose.worldFromSensor[i]!;
      for (let i = 0; i < 3; i++) waiting[to + RATE + i] = pose.sensorRateRadps[i]!;
      at.count++;
    },
    follow(head) {
      while (at.count > 0 && waiting[at.first * WIDTH + ARRIVAL]! <= head.arrivalUs - params.delayUs) take();
      const ageS = 1e-6 * (head.hostUs - newest[HOST]!);
      sample.known = Math.abs(ageS) <= params.staleS;
      if (!sample.known) return sample;
      const carriedS = Math.max(-params.carryS, Math.min(params.carryS, ageS));
      for (let i = 0; i < 4; i++) worldFromSensor[i] = newest[POSE + i]!;
      for (let i = 0; i < 3; i++) carry[1 + i] = newest[RATE + i]! * carriedS;
      multiply(worldFromSensor, worldFromSensor, exponential(carry));
      multiply(sample.worldFromTrunk, worldFromSensor, mount);
      sample.headingSigmaRad = newest[HEADING]!;
      sample.tiltSigmaRad = newest[TILT]!;
      sample.biasSigmaRadps = newest[BIAS]!;
      return sample;
    },
    setMount(trunkSensorFromTrunk) {
      copyQuat(mount, trunkSensorFromTrunk);
    },
    clear() {
      at.first = at.count = 0;
      newest.fill(Number.NaN);
      sample.known = false;
      sample.epoch++;
    },
  };
}
