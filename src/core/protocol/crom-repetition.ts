/** The measurements of one CROM repetition, from its neutral to the return. */
import { identityQuat, type Quat } from '../frames.ts';
import { rotationAngleRad, writeRotationAngle } from '../math/quat.ts';
import { cromAngles, inclinationRad } from '../neck/angles.ts';
import { neutralShift } from '../neck/neutral-shift.ts';
import { relativePose } from '../neck/pose.ts';
import { createTrunkCorrection } from '../neck/trunk-correction.ts';
import type { TrunkSample } from '../neck/trunk-follow.ts';
import { type AngleUncertainty, angleUncertainty, COVERAGE_95 } from '../neck/uncertainty.ts';
import { SATURATION_FLAGS } from '../quality.ts';
import { loadState, saveState } from '../state.ts';
import { createAngleHold } from './angle-hold.ts';
import type { CromParams } from './crom-params.ts';
import { CROM_AXES, CROM_DIRECTIONS, type CromDirection, type CromRepetitionRecord } from './crom-types.ts';
import { createHeadingGain } from './heading-gain.ts';
import type { Motion } from './motion.ts';
import type { MotionSample, Symptom } from './step.ts';

export type CromRepetition = ReturnType<typeof createCromRepetition>;
type Pose = Quat<'world', 'head'>;

const INDEX = { flexion: 0, lateral: 1, axial: 2, twist: 2 } as const;

/** The angle of a movement, signed so that the movement itself is positive. */
export function along(angles: ArrayLike<number>, direction: CromDirection): number {
  const { measure, sign } = CROM_AXES[direction];
  return sign * angles[INDEX[measure]]!;
}

/** The movement whose angle is largest. */
export function mainDirection(angles: ArrayLike<number>): CromDirection {
  let best: CromDirection = 'flexion';
  for (const direction of CROM_DIRECTIONS) if (along(angles, direction) > along(angles, best)) best = direction;
  return best;
}

export function createCromRepetition(params: CromParams) {
  const worldFromStart = identityQuat<'world', 'head'>();
  const firstNeutral = identityQuat<'world', 'head'>();
  const relative = identityQuat<'head', 'head'>();
  /** The head with the trunk's own turn since the first neutral taken out; the head itself where there is one sensor. */
  const neckPose = identityQuat<'world', 'head'>();
  const trunk = createTrunkCorrection(params.trunkSigmaRad);
  /** At this repetition's neutral: the head as it was, and what took the trunk out of it. */
  const aloneStart = identityQuat<'world', 'head'>();
  const movedAtStart = identityQuat<'world', 'head'>();
  const trunkTurn = identityQuat<'head', 'head'>();
  const alone = new Float64Array(3);
  /** The total rotation on its way into the state. */
  const total = new Float64Array(1);
  const hold = createAngleHold();
  const heading = createHeadingGain();
  /** Gained since the trial's first neutral. */
  const headingFromFirst = createHeadingGain();
  const state = {
    worldFromStart: worldFromStart as Float64Array,
    hasStart: false,
    firstNeutral: firstNeutral as Float64Array,
    hasFirst: false,
    /** Flexion, lateral, axial against the start, and the total rotation, rad. */
    angles: new Float64Array(3).fill(Number.NaN),
    totalRad: Number.NaN,
    fromFirst: new Float64Array(3).fill(Number.NaN),
    neutralMoved: false,
    /** By how much, heading drift allowed for, rad. */
    movedRad: 0,
    startedAtS: Number.NaN,
    elapsedS: 0,
    missingS: 0,
    peakRad: 0,
    peakSpeed: 0,
    saturated: false,
    holdBroken: false,
    confirmed: false,
    pain: false,
    headache: false,
    captured: false,
    endReason: null as CromRepetitionRecord['endReason'],
    direction: 'flexion' as CromDirection,
    held: new Float64Array(3).fill(Number.NaN),
    heldFromFirst: Number.NaN,
    helicalRad: Number.NaN,
    holdPose: Float64Array.of(1, 0, 0, 0),
    headingSigma: 0,
    tiltSigma: 0,
    jitter: 0,
    holdS: Number.NaN,
    closure: Number.NaN,
    aloneStart: aloneStart as Float64Array,
    movedAtStart: movedAtStart as Float64Array,
    /** The first neutral is one with the trunk taken out. */
    firstCorrected: false,
    /** Heading uncertainty that the trunk's sensor gained up to this neutral, rad. */
    trunkDrift: 0,
    trunkCorrected: false,
    headAloneRad: Number.NaN,
    trunkTurnRad: Number.NaN,
    trunkSigma: 0,
  };

  const clear = (): void => {
    state.startedAtS = Number.NaN;
    state.elapsedS = state.missingS = state.peakRad = state.peakSpeed = 0;
    state.saturated = state.holdBroken = state.confirmed = state.captured = false;
    state.pain = state.headache = false;
    state.endReason = null;
    state.held.fill(Number.NaN);
    state.heldFromFirst = state.helicalRad = state.holdS = state.closure = Number.NaN;
    state.headAloneRad = state.trunkTurnRad = Number.NaN;
    state.trunkCorrected = false;
    hold.clear();
  };

  /** End range: medians of the hold; without a hold the present angles, as uncertain as they move. */
  const measure = (sample: MotionSample, motion: Motion): void => {
    const kept = hold.samples > 0;
    for (let k = 0; k < 3; k++) state.held[k] = kept ? hold.medianRad(k) : state.angles[k]!;
    state.direction = mainDirection(state.held);
    const which = INDEX[CROM_AXES[state.direction].measure];
    state.holdS = kept ? hold.durationS : 0;
    // A person's word comes about 0.2 s after what it is about.
    state.jitter = kept ? hold.jitterRad(which) : 0.2 * motion.stillRadps;
    state.heldFromFirst = state.fromFirst[which]! - state.angles[which]! + state.held[which]!;
    state.helicalRad = state.totalRad;
    trunk.write(neckPose, sample.worldFromHead);
    state.holdPose.set(neckPose);
    state.headingSigma = heading.sigmaRad;
    state.tiltSigma = Number.isFinite(sample.tiltSigmaRad) ? sample.tiltSigmaRad : 0;
    measureTrunk(sample, which);
  };
  const measureTrunk = (sample: MotionSample, which: 0 | 1 | 2): void => {
    state.trunkCorrected = trunk.has;
    state.headAloneRad = state.held[which]!;
    state.trunkTurnRad = Number.NaN;
    state.trunkSigma = 0;
    if (!trunk.has) return;
    cromAngles(alone, relativePose(relative, aloneStart, sample.worldFromHead as Pose));
    state.headAloneRad = state.held[which]! + alone[which]! - state.angles[which]!;
    relativePose(trunkTurn, movedAtStart, trunk.moved as Float64Array as Pose);
    state.trunkTurnRad = rotationAngleRad(trunkTurn);
    state.headingSigma = Math.hypot(state.headingSigma, trunk.headingSigmaRad);
    state.tiltSigma = Math.hypot(state.tiltSigma, trunk.tiltSigmaRad);
    state.trunkSigma = Math.hypot(trunk.otherSigmaRad(state.trunkTurnRad), params.gyroScaleSigma * state.trunkTurnRad);
  };

  /** The same in any heading: somebody who has turned on the chair. */
  const mayBeNeutralElsewhere = (pose: Float64Array): boolean => {
    trunk.write(neckPose, pose);
    if (!state.hasFirst) return inclinationRad(pose) <= params.neutralUprightRad;
    return neutralShift(firstNeutral, neckPose).tiltRad <= params.neutralNearRad;
  };

  return {
    state: state as Readonly<typeof state>,
    hold,
    /** The trunk at the sample that comes next; what was held before it was lost was held against another pose. */
    see(sample: TrunkSample | null, motion: Motion): void {
      if (trunk.see(sample, motion)) hold.clear();
    },
    /** Takes a kept pose as the neutral of the next repetition (and of the trial, when it is the first). */
    start(pose: Float64Array, sample: MotionSample): void {
      if (!state.hasFirst || !trunk.has) trunk.start(pose);
      // A trunk that came or went: the neutrals before and after it are not of one kind.
      if (trunk.has !== state.firstCorrected) state.hasFirst = false;
      aloneStart.set(pose);
      movedAtStart.set(trunk.moved);
      state.trunkDrift = state.hasFirst ? state.trunkDrift + trunk.headingSigmaRad : 0;
      trunk.mark();
      trunk.write(neckPose, pose);
      worldFromStart.set(neckPose);
      state.hasStart = true;
      if (!state.hasFirst) {
        firstNeutral.set(neckPose);
        state.hasFirst = true;
        state.firstCorrected = trunk.has;
        headingFromFirst.mark(sample);
      }
      const { tiltRad, headingRad } = neutralShift(firstNeutral, worldFromStart);
      const trunkDrift = trunk.has ? state.trunkDrift : 0;
      const drift95Rad = COVERAGE_95 * Math.hypot(headingFromFirst.sigmaRad, trunkDrift);
      state.neutralMoved = tiltRad > params.neutralMarkRad || headingRad > params.neutralMarkRad + drift95Rad;
      state.movedRad = Math.max(tiltRad, headingRad - drift95Rad);
      heading.mark(sample);
      clear();
    },
    forgetStart(): void {
      state.hasStart = false;
      state.angles.fill(Number.NaN);
      state.totalRad = Number.NaN;
      clear();
    },
    forgetFirst(): void {
      state.hasFirst = false;
    },
    /**
     * Whether a pose may be taken as neutral without being asked. Tilt counts from the trial's first neutral, the turn
     * from the last one: over a whole trial the heading drifts. Without a neutral yet: any that is upright.
     */
    mayBeNeutral(pose: Float64Array): boolean {
      if (!mayBeNeutralElsewhere(pose)) return false;
      return !state.hasFirst || neutralShift(worldFromStart, neckPose).headingRad <= params.neutralNearRad;
    },
    mayBeNeutralElsewhere,
    track(sample: MotionSample, motion: Motion): void {
      trunk.write(neckPose, sample.worldFromHead);
      cromAngles(state.fromFirst, relativePose(relative, firstNeutral, neckPose));
      cromAngles(state.angles, relativePose(relative, worldFromStart, neckPose));
      writeRotationAngle(total, 0, relative);
      state.totalRad = total[0]!;
      heading.update(motion, sample);
    },
    /** Every sample, with a neutral or without. */
    drift(sample: MotionSample, motion: Motion): void {
      headingFromFirst.update(motion, sample);
    },
    /** The movement has not begun: uncertainty counts from here. */
    stillAtStart(sample: MotionSample): void {
      heading.mark(sample);
      trunk.mark();
    },
    begin(timeS: number): void {
      clear();
      state.startedAtS = timeS;
    },
    /** One sample of the movement, of the hold or of the way back. */
    turn(sample: MotionSample, motion: Motion, towardsEnd: boolean): void {
      state.elapsedS += motion.dtS;
      state.missingS += motion.gapS;
      state.peakSpeed = Math.max(state.peakSpeed, motion.speedRadps);
      if ((sample.flags & SATURATION_FLAGS) !== 0) state.saturated = true;
      if (!towardsEnd) return;
      if (state.totalRad > state.peakRad) {
        state.peakRad = state.totalRad;
        state.direction = mainDirection(state.angles);
      }
      const broken = motion.gapS > params.holdGapS + params.gapToleranceS;
      const still = motion.stillRadps < params.stillRateRadps;
      if (broken || !still) {
        if (broken && hold.samples > 0) state.holdBroken = true;
        hold.clear();
      }
      if (still) hold.add(motion.dtS, state.angles);
    },
    /** After a capture: a further still window that lies farther out becomes the end range (see the FRT's). */
    follow(sample: MotionSample, motion: Motion): void {
      if (state.endReason !== 'hold') return;
      const broken = motion.gapS > params.holdGapS + params.gapToleranceS;
      const over = broken || motion.stillRadps >= params.stillRateRadps;
      if (hold.durationS >= (over ? params.confirmedHoldS : params.holdS)) {
        const { measure: which, sign } = CROM_AXES[state.direction];
        const fartherRad = sign * (hold.medianRad(INDEX[which]) - state.held[INDEX[which]]!);
        if (fartherRad > params.followRad) measure(sample, motion);
      }
      if (over || hold.durationS >= params.holdS) hold.clear();
      if (!over) hold.add(motion.dtS, state.angles);
    },
    capture(sample: MotionSample, motion: Motion, endReason: CromRepetitionRecord['endReason']): void {
      state.captured = true;
      state.endReason = endReason;
      measure(sample, motion);
      hold.clear();
    },
    reopen(): void {
      state.captured = false;
      state.endReason = null;
      hold.clear();
    },
    close(stopped: boolean): void {
      state.closure = stopped ? state.totalRad : Number.NaN;
    },
    confirm(): void {
      state.confirmed = true;
    },
    tell(symptom: Symptom): void {
      state[symptom] = true;
    },
    lossShare: (): number => (state.elapsedS > 0 ? state.missingS / state.elapsedS : 0),
    /** Uncertainty of the captured angle with its terms; null before a capture. */
    uncertainty(): AngleUncertainty | null {
      if (!state.captured) return null;
      return angleUncertainty(CROM_AXES[state.direction].measure, worldFromStart, state.holdPose as Pose, {
        headingSigmaRad: state.headingSigma,
        tiltSigmaRad: Math.SQRT2 * params.tiltShare * state.tiltSigma,
        alignmentSigmaRad: params.alignmentSigmaRad,
        holdSigmaRad: state.jitter,
        bandSigmaRad: Math.hypot(params.bandSigmaRad, state.trunkSigma),
        gapSigmaRad: 0,
        device: params.gyroScaleSigma,
      });
    },
    save: () => ({
      state: saveState(state),
      hold: hold.save(),
      heading: heading.save(),
      headingFromFirst: headingFromFirst.save(),
      trunk: trunk.save(),
    }),
    restore(saved: unknown): void {
      const from = saved as Record<'state' | 'hold' | 'heading' | 'headingFromFirst' | 'trunk', unknown>;
      loadState(state, from.state);
      hold.restore(from.hold);
      heading.restore(from.heading);
      headingFromFirst.restore(from.headingFromFirst);
      trunk.restore(from.trunk);
    },
  };
}
