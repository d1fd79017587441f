/**
 * The Flexion-Rotation Test as a pure machine: flexed start, turn, hold at end range, return, sides in alternation.
 *
 *   await-flexed -> neutral -> rotating <-> hold -> captured -> returning -> await-flexed ... -> finished
 *
 * Whatever is fed, the phase is one of these, every turn that began ends in a record, and nothing throws.
 */

import { loadState, saveState } from '../state.ts';
import type { FrtEventCode, FrtNotice, FrtPrompt } from './codes.ts';
import { FRT_DEFAULTS, type FrtParams } from './frt-params.ts';
import { isPractice, nextSide, remaining } from './frt-plan.ts';
import { frtRecord } from './frt-record.ts';
import { createFrtRepetition } from './frt-repetition.ts';
import { createFrtStart } from './frt-start.ts';
import type { FrtMachine, FrtPhase, FrtRejection, FrtRepetitionRecord } from './frt-types.ts';
import { createMotion } from './motion.ts';
import type { MotionSample, ProtocolEvent, Side } from './step.ts';
import { createStillPose } from './still-pose.ts';

export { FRT_DEFAULTS, type FrtParams } from './frt-params.ts';

/** A machine for one trial. Parameters that are not given are the settled ones. */
export function createFrtMachine(overrides: Partial<FrtParams> = {}): FrtMachine {
  const params: FrtParams = Object.freeze({ ...FRT_DEFAULTS, ...overrides });
  const motion = createMotion(params);
  const still = createStillPose({
    windowS: params.startStillS,
    stillRateRadps: params.stillRateRadps,
    spreadRad: params.stillSpreadRad,
    gapS: params.holdGapS + params.gapToleranceS,
  });
  const starts = createFrtStart(params);
  const rep = createFrtRepetition(params);
  const state = {
    phase: 'idle' as FrtPhase,
    side: params.firstSide as Side,
    prompt: 'frt.idle' as FrtPrompt,
    repetitions: [] as FrtRepetitionRecord[],
    attempts: { left: 0, right: 0 },
    attemptCounted: false,
    askedSide: params.firstSide as Side,
    practice: false,
    /** The side turned to still needs repetitions. */
    allowed: true,
    /** Pain was told in the turn: its next sample is the end range. */
    painPending: false,
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
  let timeS = 0;

  const emit = (
    type: ProtocolEvent['type'],
    code: FrtEventCode | FrtNotice | FrtPrompt,
    values?: Readonly<Record<string, number>>,
  ): void => {
    const base = { timeS, type, code, side: state.side };
    out.push(values ? { ...base, values } : base);
  };
  const ask = (prompt: FrtPrompt): void => {
    if (state.prompt === prompt) return;
    state.prompt = prompt;
    emit('prompt', prompt);
  };
  const inTurn = (): boolean =>
    (state.phase === 'rotating' ||
      state.phase === 'hold' ||
      state.phase === 'captured' ||
      state.phase === 'returning') &&
    !state.voided;

  const awaitFlexed = (): void => {
    const side = nextSide(state.repetitions, state.attempts, params);
    rep.forgetStart();
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
    starts.remember(still.pose);
    state.confirmPending = false;
    state.phase = 'neutral';
    emit('neutral-captured', again ? 'frt.neutral-refined' : 'frt.neutral-captured', {
      inclinationRad: rep.state.startInclination,
      elevationRad: state.startElevation,
    });
    ask(state.askedSide === 'left' ? 'frt.turn-left' : 'frt.turn-right');
  };

  const decideSide = (): void => {
    state.side = rep.state.twist < 0 ? 'right' : 'left';
    state.practice = isPractice(state.repetitions, state.side, params);
    state.allowed = remaining(state.repetitions, state.attempts[state.side], state.side, params) > 0;
  };
  const beginTurn = (): void => {
    state.phase = 'rotating';
    state.attemptCounted = false;
    state.painPending = false;
    state.returnStillS = 0;
    decideSide();
    rep.beginTurn(timeS);
    emit('rotation-started', 'frt.rotation-started');
  };
  /** Not a turn after all: a small sway before it. */
  const backToNeutral = (): void => {
    state.phase = 'neutral';
    state.side = state.askedSide;
    ask(state.askedSide === 'left' ? 'frt.turn-left' : 'frt.turn-right');
  };

  const countAttempt = (): void => {
    if (state.attemptCounted) return;
    if (!rep.state.captured && Math.abs(rep.state.twist) < params.attemptTwistRad) return;
    state.attemptCounted = true;
    state.attempts[state.side] = Math.min(params.attemptsPerSide, state.attempts[state.side] + 1);
    if (state.attempts[state.side] === params.attemptsPerSide) emit('warning', 'frt.attempts-exhausted');
  };

  const record = (reason: FrtRejection | null, stopped: boolean): void => {
    state.repetitions.push(frtRecord(params, rep.state, rep.lossShare(), state, reason, stopped));
  };
  const reject = (reason: FrtRejection): void => {
    record(reason, false);
    emit('repetition-rejected', `frt.rejected-${reason}`);
    state.voided = true;
    state.phase = 'returning';
    state.returnStillS = 0;
    ask('frt.return-void');
  };
  const finishRepetition = (): void => {
    rep.close();
    emit('returned', 'frt.returned', { closureRad: rep.state.closure });
    if (rep.lossShare() >= params.lossVoidShare) reject('signal');
    else if (rep.state.closure > params.returnRad) reject('closure');
    else {
      record(null, false);
      if (state.practice) emit('repetition-counted', 'frt.practice');
      else emit('repetition-counted', 'frt.counted');
      awaitFlexed();
    }
  };
  const capture = (sample: MotionSample, reason: 'hold' | 'confirmed' | 'pain'): void => {
    state.painPending = false;
    if (!state.allowed) {
      reject('side');
      return;
    }
    rep.capture(sample, motion, reason);
    countAttempt();
    state.phase = 'captured';
    emit('end-range-captured', 'frt.end-range-captured', {
      twistRad: rep.state.capturedTwist,
      sigmaRad: rep.state.sigma,
    });
    if (rep.lossShare() >= params.lossVoidShare) reject('signal');
    else if (rep.state.gravityError > rep.state.gravityLimit) reject('gravity');
    else ask('frt.return');
  };

  /** What voids a repetition at any moment of it; true when it did. */
  const guard = (towardsEnd: boolean): boolean => {
    if (motion.gapS > params.repetitionGapS + params.gapToleranceS) reject('signal');
    else if (motion.speedRadps > params.speedVoidRadps) reject('fast');
    else if (towardsEnd && Math.abs(rep.state.inclinationChange) > params.inclinationVoidRad) reject('flexion');
    else return false;
    return true;
  };

  const stepAwait = (sample: MotionSample, windowDone: boolean): void => {
    if (!windowDone) {
      if (!still.kept && !params.autoConfirm) ask('frt.flex');
      return;
    }
    const likely = starts.isLikely(still.pose);
    if (state.confirmPending || (params.autoConfirm && likely)) captureStart(sample, false);
    else if (!params.autoConfirm && likely) ask('frt.confirm-flexed');
  };
  const stepNeutral = (sample: MotionSample, windowDone: boolean): void => {
    const { twist, swing } = rep.state;
    if (motion.gapS > params.repetitionGapS + params.gapToleranceS) {
      emit('warning', 'frt.start-lost');
      awaitFlexed();
    } else if (Math.abs(twist) >= params.turnBeginRad) {
      beginTurn();
      if (!guard(true)) rep.turn(sample, motion, true);
    } else if (swing > params.inclinationVoidRad) {
      emit('warning', 'frt.start-lost');
      awaitFlexed();
    } else {
      rep.stillAtStart(sample);
      const flexedEnough = starts.elevationRad(still.pose) >= state.startElevation - params.startRefineRad;
      const here = Math.abs(state.creep + twist) <= params.startCreepRad;
      // What the examiner confirmed may be refreshed, not moved.
      const mayMove = params.autoConfirm || swing <= params.stillSpreadRad;
      if (windowDone && flexedEnough && here && mayMove) captureStart(sample, true);
    }
  };
  const stepTurn = (sample: MotionSample): void => {
    rep.turn(sample, motion, true);
    countAttempt();
    if (guard(true)) return;
    const { twist, peakTwist, confirmed } = rep.state;
    const size = Math.abs(twist);
    if (size >= params.turnBeginRad && twist < 0 !== (state.side === 'right')) {
      if (peakTwist >= params.holdMinTwistRad) reject(rep.state.holdBroken ? 'signal' : 'short');
      else decideSide();
      return;
    }
    if (!state.allowed && size >= params.holdMinTwistRad) {
      reject('side');
      return;
    }
    if (state.painPending) {
      capture(sample, 'pain');
      return;
    }
    const heldS = rep.hold.durationS;
    if (confirmed && heldS >= params.confirmedHoldS && size >= params.confirmedTurnRad) {
      capture(sample, 'confirmed');
      return;
    }
    if (heldS >= params.holdS && size >= params.holdMinTwistRad) {
      capture(sample, 'hold');
      return;
    }
    state.phase = rep.hold.samples > 0 && size >= params.holdMinTwistRad ? 'hold' : 'rotating';
    state.returnStillS = motion.stillRadps < params.stillRateRadps ? state.returnStillS + motion.dtS : 0;
    const swayRad = confirmed ? params.confirmedTurnRad : params.startCreepRad;
    if (peakTwist < params.holdMinTwistRad && size < swayRad) backToNeutral();
    else if (peakTwist >= params.holdMinTwistRad && size < params.returnRad) {
      if (state.returnStillS >= params.returnStillS) reject(rep.state.holdBroken ? 'signal' : 'short');
    } else if (heldS >= params.holdS) ask('frt.confirm-small');
    else if (state.phase === 'hold') ask('frt.hold');
  };
  const stepCaptured = (sample: MotionSample): void => {
    rep.turn(sample, motion, false);
    if (guard(false)) return;
    const end = Math.abs(rep.state.capturedTwist);
    const size = rep.state.twist * Math.sign(rep.state.capturedTwist);
    if (rep.state.endReason === 'hold' && size > end + params.goOnRad) {
      rep.reopen();
      state.phase = 'rotating';
      ask(state.side === 'left' ? 'frt.turn-left' : 'frt.turn-right');
    } else if (end - size > Math.min(params.leaveRad, 0.5 * end)) {
      state.phase = 'returning';
      state.returnStillS = 0;
    }
  };
  const stepReturning = (sample: MotionSample): void => {
    const size = Math.abs(rep.state.twist);
    if (state.voided) {
      countAttempt();
      if (size <= params.startTurnMaxRad) awaitFlexed();
      return;
    }
    rep.turn(sample, motion, false);
    if (guard(false)) return;
    state.returnStillS = motion.stillRadps < params.stillRateRadps ? state.returnStillS + motion.dtS : 0;
    const crossed = rep.state.twist * rep.state.capturedTwist < 0 && size > params.holdMinTwistRad;
    const gaveUp = size <= params.startTurnMaxRad && state.returnStillS >= params.returnGiveUpS;
    const back = size <= params.returnRad && state.returnStillS >= params.returnStillS;
    if (back || gaveUp || crossed) finishRepetition();
    else if (rep.state.swing > params.swingLostRad) {
      rep.close();
      reject('closure');
    }
  };

  const loseHeading = (): void => {
    if (inTurn()) reject('signal');
    starts.forgetHeading();
    still.reset();
    awaitFlexed();
  };

  const confirm = (): void => {
    if (state.phase === 'await-flexed') state.confirmPending = true;
    else if (state.phase === 'neutral' && Math.abs(rep.state.twist) >= params.confirmedTurnRad) {
      beginTurn();
      rep.confirm();
    } else if (state.phase === 'rotating' || state.phase === 'hold') rep.confirm();
    else if (state.phase === 'returning' && state.voided) awaitFlexed();
    else if (state.phase === 'returning') finishRepetition();
    else emit('warning', 'frt.ignored');
  };
  const redo = (): void => {
    if (inTurn()) {
      reject('redone');
      return;
    }
    const at = state.repetitions.length - 1;
    const last = state.repetitions[at];
    const open = state.phase === 'await-flexed' || state.phase === 'neutral' || state.phase === 'finished';
    if (!open || last === undefined || last.status === 'rejected') {
      emit('warning', 'frt.ignored');
      return;
    }
    state.repetitions[at] = { ...last, status: 'rejected', reason: 'redone' };
    state.side = last.side;
    emit('repetition-rejected', 'frt.rejected-redone');
    const side = nextSide(state.repetitions, state.attempts, params);
    if (state.phase === 'neutral' && side !== null) {
      state.side = state.askedSide = side;
      ask(side === 'left' ? 'frt.turn-left' : 'frt.turn-right');
    } else if (side !== null || state.phase !== 'finished') awaitFlexed();
  };
  const stop = (): void => {
    if (state.phase === 'finished' || state.phase === 'stopped') {
      emit('warning', 'frt.ignored');
      return;
    }
    if (inTurn()) {
      record('short', true);
      emit('repetition-rejected', 'frt.rejected-short');
    }
    rep.forgetStart();
    state.phase = 'stopped';
    emit('stopped', 'frt.stopped');
    ask('frt.stopped');
  };
  const pain = (): void => {
    if (state.phase === 'rotating' || state.phase === 'hold') state.painPending = true;
    if (inTurn()) rep.tellPain();
    emit('warning', 'frt.pain');
  };

  return {
    view: {
      get phase() {
        return state.phase;
      },
      get side() {
        return state.side;
      },
      get prompt() {
        return state.prompt;
      },
      get twistRad() {
        return rep.state.hasStart ? rep.state.twist : Number.NaN;
      },
      get repetitions() {
        return state.repetitions;
      },
    },
    update(sample, events) {
      if (!motion.update(sample) || state.phase === 'finished' || state.phase === 'stopped') return;
      out = events;
      timeS = sample.timeS;
      if (state.phase === 'idle') awaitFlexed();
      if (motion.gapS > params.forgetGapS) {
        loseHeading();
        return;
      }
      const windowDone = still.update(sample.worldFromHead, sample.headAccMps2, motion);
      if (rep.state.hasStart) rep.track(sample, motion);
      if (state.phase === 'await-flexed') stepAwait(sample, windowDone);
      else if (state.phase === 'neutral') stepNeutral(sample, windowDone);
      else if (state.phase === 'captured') stepCaptured(sample);
      else if (state.phase === 'returning') stepReturning(sample);
      else stepTurn(sample);
    },
    apply(event, atS, events) {
      out = events;
      timeS = atS;
      if (event.type === 'confirm') confirm();
      else if (event.type === 'redo') redo();
      else if (event.type === 'stop') stop();
      else if (event.type === 'pain') pain();
    },
    save: () => ({
      state: saveState(state),
      motion: motion.save(),
      still: still.save(),
      starts: starts.save(),
      rep: rep.save(),
    }),
    restore(saved) {
      const from = saved as Record<'state' | 'motion' | 'still' | 'starts' | 'rep', unknown>;
      loadState(state, from.state);
      motion.restore(from.motion);
      still.restore(from.still);
      starts.restore(from.starts);
      rep.restore(from.rep);
    },
  };
}
