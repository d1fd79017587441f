/**
 * What the FRT machine can do, apart from deciding when: each function takes it from one consistent state to another and
 * tells of it. Everything that a save has to keep is in `state` and in the parts.
 */
import { loadState, saveState } from '../state.ts';
import type { FrtEventCode, FrtNotice, FrtPrompt } from './codes.ts';
import type { FrtParams } from './frt-params.ts';
import { isFastVoid, isPractice, nextSide, remaining } from './frt-plan.ts';
import { frtRecord } from './frt-record.ts';
import { createFrtRepetition } from './frt-repetition.ts';
import { createFrtStart } from './frt-start.ts';
import type { FrtPhase, FrtRejection, FrtRepetitionRecord } from './frt-types.ts';
import { createMotion } from './motion.ts';
import { createRest } from './rest.ts';
import type { MotionSample, ProtocolEvent, Side, Symptom } from './step.ts';
import { createStillPose } from './still-pose.ts';

export type FrtTransitions = ReturnType<typeof createFrtTransitions>;

export function createFrtTransitions(params: FrtParams) {
  const motion = createMotion(params);
  const still = createStillPose({
    windowS: params.startStillS,
    stillRateRadps: params.stillRateRadps,
    spreadRad: params.stillSpreadRad,
    gapS: params.holdGapS + params.gapToleranceS,
  });
  const rest = createRest(still, params.startStillS, params.startDriftRad);
  const starts = createFrtStart(params);
  const rep = createFrtRepetition(params);
  const state = {
    phase: 'idle' as FrtPhase,
    side: params.firstSide as Side,
    prompt: 'frt.idle' as FrtPrompt,
    repetitions: [] as FrtRepetitionRecord[],
    attempts: { left: 0, right: 0 },
    /** Sides that pain or the familiar headache ended. */
    closed: { left: false, right: false },
    attemptCounted: false,
    askedSide: params.firstSide as Side,
    practice: false,
    /** The side turned to still needs repetitions. */
    allowed: true,
    /** Told in the turn: its next sample is the end range. */
    symptomPending: null as Symptom | null,
    /** Told between turns: the turn that comes is marked. */
    symptomAhead: null as Symptom | null,
    /** The repetition is void and its record written; only the way back is awaited. */
    voided: false,
    confirmPending: false,
    startUnlikely: false,
    startLessFlexed: false,
    startElevation: Number.NaN,
    /** Twist of the first start of this repetition against the present one, rad. */
    creep: 0,
    returnStillS: 0,
  };
  let out: ProtocolEvent[] = [];
  /** A field, because a number in a variable of a closure would be allocated at every sample. */
  const now = { timeS: 0 };
  /** Events go to `events` from here on, with the time of the sample. */
  const begin = (events: ProtocolEvent[], sample: { readonly timeS: number }): void => {
    out = events;
    now.timeS = sample.timeS;
  };

  const emit = (
    type: ProtocolEvent['type'],
    code: FrtEventCode | FrtNotice | FrtPrompt,
    values?: Readonly<Record<string, number>>,
  ): void => {
    const base = { timeS: now.timeS, type, code, side: state.side };
    out.push(values ? { ...base, values } : base);
  };
  const ask = (prompt: FrtPrompt): void => {
    if (state.prompt === prompt) return;
    state.prompt = prompt;
    emit('prompt', prompt);
  };
  const askTurn = (side: Side): void => ask(side === 'left' ? 'frt.turn-left' : 'frt.turn-right');
  const inTurn = (): boolean =>
    (state.phase === 'rotating' ||
      state.phase === 'hold' ||
      state.phase === 'captured' ||
      state.phase === 'returning') &&
    !state.voided;

  const awaitFlexed = (): void => {
    const side = nextSide(state.repetitions, state, params);
    rep.forgetStart();
    rest.begin();
    state.voided = false;
    state.confirmPending = false;
    if (side === null) {
      state.phase = 'finished';
      emit('finished', 'frt.finished');
      ask('frt.finished');
      return;
    }
    state.phase = 'await-flexed';
    state.side = state.askedSide = side;
    ask('frt.flex');
  };

  const captureStart = (sample: MotionSample, again: boolean): void => {
    const shifted = Math.abs(rep.state.twist) > params.startTellRad || rep.state.swing > params.startTellRad;
    state.creep += again ? rep.state.twist : 0;
    const elevation = starts.elevationRad(still.pose);
    state.startElevation = again ? Math.max(state.startElevation, elevation) : elevation;
    if (!again) {
      state.creep = 0;
      state.startUnlikely = !starts.isLikely(still.pose);
    }
    state.startLessFlexed = starts.isLessFlexed(still.pose);
    rep.start(still.pose, still.acc, sample);
    rep.track(sample, motion);
    starts.take(still.pose);
    state.confirmPending = false;
    state.phase = 'neutral';
    // A start that is only refreshed in place is nothing to tell anybody.
    if (again && !shifted) return;
    emit('neutral-captured', again ? 'frt.neutral-refined' : 'frt.neutral-captured', {
      inclinationRad: rep.state.startInclination,
      elevationRad: state.startElevation,
    });
    askTurn(state.askedSide);
  };

  const decideSide = (): void => {
    state.side = rep.state.twist < 0 ? 'right' : 'left';
    state.practice = isPractice(state.repetitions, state.side, params);
    state.allowed = remaining(state.repetitions, state, state.side, params) > 0;
  };
  const beginTurn = (): void => {
    state.phase = 'rotating';
    state.attemptCounted = false;
    state.symptomPending = null;
    state.returnStillS = 0;
    decideSide();
    rep.beginTurn(now.timeS);
    if (state.symptomAhead !== null) rep.tell(state.symptomAhead);
    emit('rotation-started', 'frt.rotation-started');
  };
  /** Not a turn after all: a small sway before it. */
  const backToNeutral = (): void => {
    state.phase = 'neutral';
    state.side = state.askedSide;
    askTurn(state.askedSide);
  };

  const countAttempt = (): void => {
    if (state.attemptCounted) return;
    if (!rep.state.captured && Math.abs(rep.state.twist) < params.attemptTwistRad) return;
    state.attemptCounted = true;
    state.attempts[state.side] = Math.min(params.attemptsPerSide, state.attempts[state.side] + 1);
    if (state.attempts[state.side] === params.attemptsPerSide) emit('warning', 'frt.attempts-exhausted');
  };

  const record = (reason: FrtRejection | null, stopped: boolean): void => {
    const context = { ...state, gravityMarked: rep.guard.marked };
    state.repetitions.push(frtRecord(params, rep.state, rep.lossShare(), context, reason, stopped));
    state.symptomAhead = null;
  };
  const reject = (reason: FrtRejection): void => {
    record(reason, false);
    emit('repetition-rejected', `frt.rejected-${reason}`);
    state.voided = true;
    state.phase = 'returning';
    state.returnStillS = 0;
    rest.begin();
    ask('frt.return-void');
  };
  const finishRepetition = (): void => {
    rep.close();
    emit('returned', 'frt.returned', { closureRad: rep.state.closure });
    if (rep.lossShare() >= params.lossVoidShare) reject('signal');
    else if (rep.state.closure > params.returnRad) reject('closure');
    else {
      starts.prove();
      record(null, false);
      if (state.practice) emit('repetition-counted', 'frt.practice');
      else emit('repetition-counted', 'frt.counted');
      awaitFlexed();
    }
  };
  const capture = (sample: MotionSample, reason: 'hold' | 'confirmed' | Symptom): void => {
    state.symptomPending = null;
    if (!state.allowed) {
      reject('side');
      return;
    }
    rep.capture(sample, motion, reason);
    countAttempt();
    state.phase = 'captured';
    rest.begin();
    emit('end-range-captured', 'frt.end-range-captured', {
      twistRad: rep.state.capturedTwist,
      sigmaRad: rep.state.sigma,
    });
    if (rep.lossShare() >= params.lossVoidShare) reject('signal');
    else if (rep.state.gravityError > rep.state.gravityLimit) reject('gravity');
    else ask('frt.return');
  };
  /** The end range was moved on to a later hold: nothing to tell, but gravity is asked again. */
  const recaptured = (): void => {
    if (rep.state.gravityError > rep.state.gravityLimit) reject('gravity');
  };

  /** What voids a repetition at any moment of it; true when it did. */
  const guard = (towardsEnd: boolean): boolean => {
    if (motion.gapS > params.repetitionGapS + params.gapToleranceS) reject('signal');
    else if (motion.speedRadps > params.speedVoidRadps && isFastVoid(state.repetitions, state.side, params))
      reject('fast');
    else if (towardsEnd && Math.abs(rep.state.inclinationChange) > params.inclinationVoidRad) reject('flexion');
    else return false;
    return true;
  };

  const loseHeading = (): void => {
    if (inTurn()) reject('signal');
    starts.forgetHeading();
    still.reset();
    awaitFlexed();
  };

  return {
    params,
    motion,
    still,
    rest,
    starts,
    rep,
    state,
    begin,
    emit,
    ask,
    askTurn,
    inTurn,
    awaitFlexed,
    captureStart,
    decideSide,
    beginTurn,
    backToNeutral,
    countAttempt,
    record,
    reject,
    finishRepetition,
    capture,
    recaptured,
    guard,
    loseHeading,
    save: (): unknown => ({
      state: saveState(state),
      motion: motion.save(),
      still: still.save(),
      rest: rest.save(),
      starts: starts.save(),
      rep: rep.save(),
    }),
    restore(saved: unknown): void {
      const from = saved as Record<'state' | 'motion' | 'still' | 'rest' | 'starts' | 'rep', unknown>;
      loadState(state, from.state);
      motion.restore(from.motion);
      still.restore(from.still);
      rest.restore(from.rest);
      starts.restore(from.starts);
      rep.restore(from.rep);
    },
  };
}
