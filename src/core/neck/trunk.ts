/**
 * The neck between two sensors: head and trunk (sternum or upper back). Without a magnetometer each has a world of its
 * own, level like the other but turned against it about the vertical by an angle that nobody knows and that drifts. It
 * is found where the protocol asserts a neutral pose, in which the face looks where the trunk faces, and found anew at
 * every such pose. In between both headings drift on their own, and the uncertainty of their difference grows with both.
 *
 * What that means: flexion and lateral flexion of an upright person lean on gravity in both sensors and do not drift;
 * axial rotation is as good as the time and turning since the last neutral pose allow. A trunk that turns along is taken
 * out, which one sensor cannot do.
 */
import { identityQuat, type Quat } from '../frames.ts';
import { exponential, multiply, normalize } from '../math/quat.ts';
import { loadState, saveState } from '../state.ts';
import { radFromDeg } from '../units.ts';
import { cromAngles } from './angles.ts';
import { trunkFromHead } from './pose.ts';

export interface TrunkParams {
  /**
   * Standard uncertainty of the asserted neutral, rad: cervical joint position error of free repositioning is 3 to 4
   * degrees. It is an offset of all angles until the next neutral pose and cancels in ranges from that pose.
   */
  readonly neutralSigmaRad: number;
  /** The trunk's pose is carried on by its rate over at most this long to the time of the head's sample, s. */
  readonly carryS: number;
  /** An older sample of the trunk is no present pose, s. */
  readonly staleS: number;
  /** A gap after which a heading is lost, s: the attitude was not bridged. */
  readonly lostS: number;
}

export const TRUNK_PARAMS: TrunkParams = Object.freeze({
  neutralSigmaRad: radFromDeg(3),
  carryS: 0.1,
  staleS: 0.25,
  lostS: 1,
});

/** What a live sample says of one sensor. */
export interface SensorPose {
  /** Host time of the sample, us: the two sensors have clocks of their own. */
  readonly hostUs: number;
  readonly gapS: number;
  readonly worldFromSensor: Quat<'world', 'sensor'>;
  /** Bias removed, rad/s, sensor frame. */
  readonly sensorRateRadps: Float64Array;
  readonly headingSigmaRad: number;
  readonly tiltSigmaRad: number;
  /** Standard uncertainty of the gyro bias in use, rad/s. */
  readonly biasSigmaRadps: number;
}
export interface HeadPose extends SensorPose {
  readonly worldFromHead: Float64Array;
}

export interface TrunkPair {
  /** The newest sample of the trunk's sensor. Allocates nothing. */
  updateTrunk(sample: SensorPose): void;
  /**
   * The newest sample of the aligned head's sensor; true when pose and angles below are known for it. False without a
   * neutral since the start or since a heading was lost, and while the trunk's samples are stale. Allocates nothing.
   */
  updateHead(sample: HeadPose): boolean;
  /** Takes the poses of the last samples as neutral; false when one of them is missing or stale. */
  captureNeutral(): boolean;
  readonly trunkFromHead: Quat<'trunk', 'head'>;
  /** Flexion, right lateral flexion, left rotation of the head against the trunk, rad; NaN while not known. */
  readonly anglesRad: Float64Array;
  /** Standard uncertainty of the difference of the headings gained since the neutral pose, rad; NaN while not known. */
  readonly headingSigmaRad: number;
  /** The same with the asserted neutral in it: of the angle itself, not of a range from neutral. */
  readonly absoluteHeadingSigmaRad: number;
  /** Standard uncertainty of the relative tilt, rad. */
  readonly tiltSigmaRad: number;
  save(): unknown;
  restore(state: unknown): void;
}

/** Heading of a body that is about upright, rad: its twist about the vertical. */
function headingRad(worldFromBody: Float64Array): number {
  return 2 * Math.atan2(worldFromBody[3]!, worldFromBody[0]!);
}

/** @param trunkSensorFromTrunk how the sensor sits on the trunk (calibration/trunk-alignment) */
export function createTrunkPair(
  trunkSensorFromTrunk: Quat<'trunkSensor', 'trunk'>,
  overrides: Partial<TrunkParams> = {},
): TrunkPair {
  const params: TrunkParams = Object.freeze({ ...TRUNK_PARAMS, ...overrides });
  const mount = normalize(identityQuat<'trunkSensor', 'trunk'>(), trunkSensorFromTrunk);
  const trunkWorldFromSensor = identityQuat<'trunkWorld', 'trunkSensor'>();
  const trunkWorldFromTrunk = identityQuat<'trunkWorld', 'trunk'>();
  const worldFromTrunkWorld = identityQuat<'world', 'trunkWorld'>();
  const worldFromTrunk = identityQuat<'world', 'trunk'>();
  const worldFromHead = identityQuat<'world', 'head'>();
  const carry = identityQuat<'trunkSensor', 'trunkSensor'>();
  const pose = identityQuat<'trunk', 'head'>();
  const angles = new Float64Array(3).fill(Number.NaN);
  const nan = Number.NaN;
  const state = {
    trunkWorldFromSensor: trunkWorldFromSensor as Float64Array,
    worldFromTrunkWorld: worldFromTrunkWorld as Float64Array,
    worldFromHead: worldFromHead as Float64Array,
    pose: pose as Float64Array,
    angles,
    rate: new Float64Array(3),
    tied: false,
    hasTrunk: false,
    hasHead: false,
    trunkUs: nan,
    headUs: nan,
    trunkTilt: nan,
    headTilt: nan,
    /** Drift of each heading since the neutral pose, rad: its last told uncertainty, and the sum of its growths. */
    trunkLast: 0,
    trunkGain: 0,
    trunkByBias: 0,
    headLast: 0,
    headGain: 0,
    headByBias: 0,
  };

  const untie = (): void => {
    state.tied = false;
    angles.fill(Number.NaN);
  };
  /** Both are fresh enough to belong together. */
  const together = (): boolean =>
    state.hasTrunk && state.hasHead && Math.abs(state.headUs - state.trunkUs) <= 1e6 * params.staleS;

  /** The trunk's pose at the time of the head's sample. */
  const carryTrunk = (): void => {
    const limitS = params.carryS;
    const dtS = Math.max(-limitS, Math.min(limitS, 1e-6 * (state.headUs - state.trunkUs)));
    for (let i = 0; i < 3; i++) carry[1 + i] = state.rate[i]! * dtS;
    multiply(trunkWorldFromTrunk, trunkWorldFromSensor, exponential(carry));
    multiply(trunkWorldFromTrunk, trunkWorldFromTrunk as unknown as Quat<'trunkWorld', 'trunkSensor'>, mount);
  };
  const relate = (): void => {
    carryTrunk();
    multiply(worldFromTrunk, worldFromTrunkWorld, trunkWorldFromTrunk);
    trunkFromHead(pose, worldFromTrunk, worldFromHead);
    cromAngles(angles, pose);
  };
  const headingSigma = (): number => {
    // What a sensor tells starts anew after a rest, its bias stays what it was: the larger of both counts.
    const trunk = Math.max(state.trunkGain, state.trunkByBias);
    const head = Math.max(state.headGain, state.headByBias);
    return state.tied ? Math.sqrt(trunk * trunk + head * head) : Number.NaN;
  };

  return {
    trunkFromHead: pose,
    anglesRad: angles,
    get headingSigmaRad() {
      return headingSigma();
    },
    get absoluteHeadingSigmaRad() {
      return Math.hypot(headingSigma(), params.neutralSigmaRad);
    },
    get tiltSigmaRad() {
      return Math.hypot(state.trunkTilt, state.headTilt);
    },
    updateTrunk(sample) {
      if (sample.gapS > params.lostS) untie();
      const dtS = 1e-6 * (sample.hostUs - state.trunkUs);
      if (dtS > 0) state.trunkByBias += sample.biasSigmaRadps * dtS;
      state.trunkGain += Math.max(0, sample.headingSigmaRad - state.trunkLast);
      state.trunkLast = sample.headingSigmaRad;
      state.hasTrunk = Number.isFinite(sample.hostUs);
      state.trunkUs = sample.hostUs;
      state.trunkTilt = sample.tiltSigmaRad;
      for (let i = 0; i < 4; i++) trunkWorldFromSensor[i] = sample.worldFromSensor[i]!;
      for (let i = 0; i < 3; i++) state.rate[i] = sample.sensorRateRadps[i]!;
    },
    updateHead(sample) {
      if (sample.gapS > params.lostS) untie();
      const dtS = 1e-6 * (sample.hostUs - state.headUs);
      if (dtS > 0) state.headByBias += sample.biasSigmaRadps * dtS;
      state.headGain += Math.max(0, sample.headingSigmaRad - state.headLast);
      state.headLast = sample.headingSigmaRad;
      state.hasHead = Number.isFinite(sample.hostUs);
      state.headUs = sample.hostUs;
      state.headTilt = sample.tiltSigmaRad;
      for (let i = 0; i < 4; i++) worldFromHead[i] = sample.worldFromHead[i]!;
      const known = state.tied && together();
      if (known) relate();
      else angles.fill(Number.NaN);
      return known;
    },
    captureNeutral() {
      if (!together()) return false;
      carryTrunk();
      const half = 0.5 * (headingRad(worldFromHead) - headingRad(trunkWorldFromTrunk));
      worldFromTrunkWorld[0] = Math.cos(half);
      worldFromTrunkWorld[1] = worldFromTrunkWorld[2] = 0;
      worldFromTrunkWorld[3] = Math.sin(half);
      state.trunkGain = state.trunkByBias = state.headGain = state.headByBias = 0;
      state.tied = true;
      relate();
      return true;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
