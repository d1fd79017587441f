/** The measurements of one FRT repetition, from its flexed start to the return. */
import type { Quat } from '../frames.ts';
import { identityQuat } from '../frames.ts';
import { rotateVector } from '../math/quat.ts';
import { inclinationRad, twistRad, writeSwing, writeTwist } from '../neck/angles.ts';
import { angleBetweenRad, createGravityTracker, gravityTwistRad } from '../neck/gravity-twist.ts';
import { relativePose, rotateVectorInverse } from '../neck/pose.ts';
import { createTrunkCorrection } from '../neck/trunk-correction.ts';
import type { TrunkSample } from '../neck/trunk-follow.ts';
import { SATURATION_FLAGS } from '../quality.ts';
import { loadState, saveState } from '../state.ts';
import type { FrtParams } from './frt-params.ts';
import type { FrtRepetitionRecord } from './frt-types.ts';
import { createGravityGuard } from './gravity-guard.ts';
import { createHeadingGain } from './heading-gain.ts';
import { createHold } from './hold.ts';
import type { Motion } from './motion.ts';
import type { MotionSample, Symptom } from './step.ts';

export type FrtRepetition = ReturnType<typeof createFrtRepetition>;
type EndReason = FrtRepetitionRecord['endReason'];

const Z95 = 1.96;

export function createFrtRepetition(params: FrtParams) {
  const worldFromFlexed = identityQuat<'world', 'flexed'>();
  const flexedFromHead = identityQuat<'flexed', 'head'>();
  /** The head with the trunk's own turn taken out; the head itself where there is one sensor. */
  const neckPose = identityQuat<'world', 'head'>();
  const trunk = createTrunkCorrection(params.trunkSigmaRad);
  const direction = new Float64Array(3);
  /** Twist, swing, inclination and the twist's uncertainty on their way into the state. */
  const angles = new Float64Array(4);
  const SIGMA = 3;
  const gravity = createGravityTracker();
  const guard = createGravityGuard(params);
  const heading = createHeadingGain();
  const hold = createHold();
  const state = {
    worldFromFlexed: worldFromFlexed as Float64Array,
    hasStart: false,
    startInclination: Number.NaN,
    twist: Number.NaN,
    swing: 0,
    /** Change of inclination since the start, and its largest size during the turn, rad. */
    inclinationChange: 0,
    inclinationPeak: 0,
    startedAtS: Number.NaN,
    elapsedS: 0,
    missingS: 0,
    peakTwist: 0,
    peakSpeed: 0,
    saturated: false,
    holdBroken: false,
    confirmed: false,
    pain: false,
    headache: false,
    // What the capture found.
    captured: false,
    endReason: null as EndReason,
    capturedTwist: Number.NaN,
    sigma: Number.NaN,
    /** Standard uncertainty of the twist at the last sample, rad. */
    liveSigma: Number.NaN,
    gravityTwist: Number.NaN,
    gravityError: Number.NaN,
    gravityLimit: Number.NaN,
    /** Of the live guard: angle up to which gyro and gravity agree, rad, and whether gravity can tell at all. */
    gravityLimitNow: Number.NaN,
    gravityBlind: false,
    holdS: Number.NaN,
    swingAtHold: 0,
    closure: Number.NaN,
    trunkCorrected: false,
    headAloneTwist: Number.NaN,
    trunkTurn: Number.NaN,
    startFlexion: Number.NaN,
  };

  /** Standard uncertainty of the present twist, into slot SIGMA. */
  const writeSigma = (sample: MotionSample, jitterRad: number): void => {
    // A heading error turns the head about the vertical, a tilt error about the level: seen along the long axis.
    const scale = params.gyroScaleSigma * state.twist;
    const headingPart = (heading.sigmaRad ** 2 + scale ** 2) * Math.cos(state.startInclination) ** 2;
    const tilt = Number.isFinite(sample.tiltSigmaRad) ? sample.tiltSigmaRad : 0;
    const tiltPart = 2 * (params.tiltShare * tilt * Math.sin(state.startInclination)) ** 2;
    // A long axis that is wrong by a takes a share a of the swing for twist, and of the twist itself only a^2 / 2.
    const axis = params.alignmentSigmaRad;
    const axisPart = (axis * Math.sin(state.swing)) ** 2 + (0.5 * axis * axis * Math.sin(state.twist)) ** 2;
    const square = headingPart + tiltPart + axisPart + jitterRad ** 2 + params.bandSigmaRad ** 2;
    angles[SIGMA] = Math.sqrt(square);
    if (trunk.has) addTrunkSigma();
  };
  /** What the second sensor adds: it drifts and tilts as the first does. */
  const addTrunkSigma = (): void => {
    const cos = Math.cos(state.startInclination);
    const scale = params.gyroScaleSigma * trunk.movedRad;
    const headingPart = (trunk.headingSigmaRad ** 2 + scale ** 2) * cos * cos;
    const tiltPart = 2 * (params.tiltShare * trunk.tiltSigmaRad * Math.sin(state.startInclination)) ** 2;
    angles[SIGMA] = Math.hypot(angles[SIGMA]!, Math.sqrt(headingPart + tiltPart), trunk.otherSigmaRad(trunk.movedRad));
  };

  const checkGravity = (): void => {
    state.gravityTwist = state.gravityError = state.gravityLimit = Number.NaN;
    const blind = Math.sin(state.startInclination) < Math.sin(params.gravityBlindRad);
    const error = angleBetweenRad(hold.upSum, hold.accSum);
    if (blind || hold.samples === 0 || !Number.isFinite(error)) return;
    state.gravityError = error;
    const sigma = Math.sqrt(2 * params.accDirectionSigmaRad ** 2 + heading.sigmaRad ** 2);
    state.gravityLimit = Math.max(params.gravityVoidRad, Z95 * sigma);
    state.gravityTwist = gravityTwistRad(state.capturedTwist, hold.upSum, hold.accSum);
  };

  /** End range: the median of the hold; without a hold the present twist, as uncertain as it moves. */
  const measure = (sample: MotionSample, motion: Motion): void => {
    const held = hold.samples > 0;
    state.capturedTwist = held ? hold.medianRad() : state.twist;
    state.holdS = held ? hold.durationS : 0;
    // A person's word comes about 0.2 s after what it is about.
    const jitter = held ? hold.jitterRad() : 0.2 * motion.stillRadps;
    writeSigma(sample, jitter);
    state.sigma = angles[SIGMA]!;
    state.swingAtHold = state.swing;
    checkGravity();
    state.trunkCorrected = trunk.has;
    state.trunkTurn = trunk.has ? trunk.movedRad : Number.NaN;
    relativePose(flexedFromHead, worldFromFlexed, sample.worldFromHead as Quat<'world', 'head'>);
    state.headAloneTwist = trunk.has
      ? state.capturedTwist + twistRad(flexedFromHead) - state.twist
      : state.capturedTwist;
  };

  const clearTurn = (): void => {
    state.startedAtS = Number.NaN;
    state.elapsedS = state.missingS = state.peakTwist = state.peakSpeed = 0;
    state.inclinationPeak = Math.abs(state.inclinationChange);
    state.saturated = state.holdBroken = state.confirmed = state.captured = false;
    state.pain = state.headache = false;
    state.endReason = null;
    state.capturedTwist = state.sigma = state.gravityTwist = state.gravityError = state.gravityLimit = Number.NaN;
    state.holdS = state.closure = state.headAloneTwist = state.trunkTurn = Number.NaN;
    state.trunkCorrected = false;
    hold.clear();
  };

  return {
    state: state as Readonly<typeof state>,
    hold,
    guard: guard as Pick<typeof guard, 'now' | 'marked'>,
    worldFromFlexed,

    /** The trunk at the sample that comes next; what was held before it was lost was held against another pose. */
    see(sample: TrunkSample | null, motion: Motion): void {
      if (trunk.see(sample, motion)) hold.clear();
    },
    /** Takes a kept pose and the mean specific force in it as the flexed start. */
    start(pose: Float64Array, acc: Float64Array, sample: MotionSample): void {
      worldFromFlexed.set(pose);
      state.hasStart = true;
      state.startInclination = inclinationRad(pose);
      // Up was measured in the mean pose; the head is now in this sample's.
      rotateVector(direction, worldFromFlexed, acc);
      rotateVectorInverse(direction, sample.worldFromHead as Quat<'world', 'head'>, direction);
      gravity.start(direction);
      guard.start();
      state.gravityBlind = Math.sin(state.startInclination) < Math.sin(params.gravityBlindRad);
      heading.mark(sample);
      trunk.start(pose);
      state.startFlexion = trunk.startFlexionRad;
      state.inclinationChange = 0;
      clearTurn();
    },
    forgetStart(): void {
      state.hasStart = false;
      state.twist = Number.NaN;
      trunk.forget();
      clearTurn();
    },
    /** Pose against the start; called for every sample while there is a start. */
    track(sample: MotionSample, motion: Motion): void {
      trunk.write(neckPose, sample.worldFromHead);
      relativePose(flexedFromHead, worldFromFlexed, neckPose);
      writeTwist(angles, 0, flexedFromHead);
      writeSwing(angles, 1, flexedFromHead);
      writeSwing(angles, 2, neckPose);
      state.twist = angles[0]!;
      state.swing = angles[1]!;
      state.inclinationChange = angles[2]! - state.startInclination;
      gravity.follow(motion, sample.headRateRadps);
      heading.update(motion, sample);
      const own = 2 * params.accDirectionSigmaRad * params.accDirectionSigmaRad;
      const sigma = Math.sqrt(own + heading.sigmaRad * heading.sigmaRad);
      state.gravityLimitNow = Math.max(params.gravityVoidRad, Z95 * sigma);
      guard.update(motion, gravity.up, sample.headAccMps2, state);
      writeSigma(sample, 0);
      state.liveSigma = angles[SIGMA]!;
    },
    /** The turn has not begun: uncertainty counts from here. */
    stillAtStart(sample: MotionSample): void {
      heading.mark(sample);
      trunk.mark();
    },
    beginTurn(timeS: number): void {
      clearTurn();
      guard.mark();
      state.startedAtS = timeS;
    },
    /** One sample of the turn, of the hold or of the way back. */
    turn(sample: MotionSample, motion: Motion, towardsEnd: boolean): void {
      state.elapsedS += motion.dtS;
      state.missingS += motion.gapS;
      state.peakTwist = Math.max(state.peakTwist, Math.abs(state.twist));
      state.peakSpeed = Math.max(state.peakSpeed, motion.speedRadps);
      if ((sample.flags & SATURATION_FLAGS) !== 0) state.saturated = true;
      if (!towardsEnd) return;
      state.inclinationPeak = Math.max(state.inclinationPeak, Math.abs(state.inclinationChange));
      const broken = motion.gapS > params.holdGapS + params.gapToleranceS;
      if (broken && hold.samples > 0) state.holdBroken = true;
      if (broken || motion.stillRadps >= params.stillRateRadps) hold.clear();
      if (motion.stillRadps < params.stillRateRadps) hold.add(motion, state, sample.headAccMps2, gravity.up);
    },
    /**
     * One sample after a capture: the head may have been slow, not at its end. Every further still window that lies
     * farther out becomes the end range; a part of one counts like a confirmed hold. True when it moved on.
     */
    follow(sample: MotionSample, motion: Motion): boolean {
      if (state.endReason !== 'hold') return false;
      const broken = motion.gapS > params.holdGapS + params.gapToleranceS;
      const over = broken || motion.stillRadps >= params.stillRateRadps;
      const enough = hold.durationS >= (over ? params.confirmedHoldS : params.holdS);
      const moveOn = enough && Math.abs(hold.medianRad()) > Math.abs(state.capturedTwist) + params.followRad;
      if (moveOn) measure(sample, motion);
      if (over || hold.durationS >= params.holdS) hold.clear();
      if (!over) hold.add(motion, state, sample.headAccMps2, gravity.up);
      return moveOn;
    },
    capture(sample: MotionSample, motion: Motion, endReason: EndReason): void {
      state.captured = true;
      state.endReason = endReason;
      measure(sample, motion);
      hold.clear();
    },
    /** The head goes on: what was captured was a pause. */
    reopen(): void {
      state.captured = false;
      state.endReason = null;
      hold.clear();
    },
    close(): void {
      state.closure = Math.abs(state.twist);
    },
    confirm(): void {
      state.confirmed = true;
    },
    tell(symptom: Symptom): void {
      state[symptom] = true;
    },
    /** The trunk's turn since the start is taken out of what is measured. */
    correctsTrunk: (): boolean => trunk.has,
    lossShare: (): number => (state.elapsedS > 0 ? state.missingS / state.elapsedS : 0),

    save: () => ({
      state: saveState(state),
      gravity: gravity.save(),
      heading: heading.save(),
      hold: hold.save(),
      trunk: trunk.save(),
      guard: guard.save(),
    }),
    restore(saved: unknown): void {
      const from = saved as Record<'state' | 'gravity' | 'heading' | 'hold' | 'trunk' | 'guard', unknown>;
      loadState(state, from.state);
      gravity.restore(from.gravity);
      heading.restore(from.heading);
      hold.restore(from.hold);
      trunk.restore(from.trunk);
      guard.restore(from.guard);
    },
  };
}
