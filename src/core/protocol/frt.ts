/**
 * The Flexion-Rotation Test as a pure machine: flexed start, turn, hold at end range, return, sides in alternation.
 *
 *   await-flexed -> neutral -> rotating <-> hold -> captured -> returning -> await-flexed ... -> finished
 *
 * Whatever is fed, the phase is one of these, every turn that began ends in a record, and nothing throws.
 */
import { createFrtExaminer } from './frt-examiner.ts';
import { FRT_DEFAULTS, type FrtParams } from './frt-params.ts';
import { createFrtTransitions } from './frt-transitions.ts';
import type { FrtMachine } from './frt-types.ts';
import type { MotionSample } from './step.ts';

export { FRT_DEFAULTS, type FrtParams } from './frt-params.ts';

/** A machine for one trial. Parameters that are not given are the settled ones. */
export function createFrtMachine(overrides: Partial<FrtParams> = {}): FrtMachine {
  const params: FrtParams = Object.freeze({ ...FRT_DEFAULTS, ...overrides });
  const machine = createFrtTransitions(params);
  const {
    motion,
    still,
    rest,
    starts,
    rep,
    state,
    emit,
    ask,
    askTurn,
    reject,
    guard,
    capture,
    recaptured,
    countAttempt,
  } = machine;
  const examine = createFrtExaminer(machine);

  const stepAwait = (sample: MotionSample, windowDone: boolean): void => {
    if (!windowDone) {
      if (!still.kept && !params.autoConfirm) ask('frt.flex');
      return;
    }
    const likely = starts.isLikely(still.pose);
    const isStart = likely || (rest.forS >= params.startElsewhereS && starts.isLikelyElsewhere(still.pose));
    if (state.confirmPending || (params.autoConfirm && isStart)) machine.captureStart(sample, false);
    else if (!params.autoConfirm && likely) ask('frt.confirm-flexed');
    else if (params.autoConfirm) {
      const offRad = starts.offBaselineRad(still.pose);
      if (offRad !== 0) ask(offRad < 0 ? 'frt.flex-more' : 'frt.flex-less');
    }
  };
  const stepNeutral = (sample: MotionSample, windowDone: boolean): void => {
    const { twist, swing } = rep.state;
    if (motion.gapS > params.repetitionGapS + params.gapToleranceS) {
      emit('warning', 'frt.start-lost');
      machine.awaitFlexed();
    } else if (Math.abs(twist) >= params.turnBeginRad) {
      machine.beginTurn();
      if (!guard(true)) rep.turn(sample, motion, true);
    } else if (swing > params.inclinationVoidRad) {
      emit('warning', 'frt.start-lost');
      machine.awaitFlexed();
    } else {
      rep.stillAtStart(sample);
      const flexedEnough = starts.elevationRad(still.pose) >= state.startElevation - params.startRefineRad;
      const here = Math.abs(state.creep + twist) <= params.startCreepRad;
      // What the examiner confirmed may be refreshed, not moved.
      const mayMove = params.autoConfirm || swing <= params.stillSpreadRad;
      const stayed = still.driftRad <= params.startDriftRad;
      if (windowDone && stayed && flexedEnough && here && mayMove) machine.captureStart(sample, true);
    }
  };
  /** Resting, and no longer as flexed as at the start: nobody comes back to a start that has been given up. */
  const restsElsewhere = (forS: number): boolean =>
    rest.forS >= forS && Math.abs(rep.state.inclinationChange) > params.inclinationVoidRad;
  const stepTurn = (sample: MotionSample): void => {
    rep.turn(sample, motion, true);
    countAttempt();
    if (guard(true)) return;
    const { twist, peakTwist, confirmed } = rep.state;
    const size = Math.abs(twist);
    if (size >= params.turnBeginRad && twist < 0 !== (state.side === 'right')) {
      if (peakTwist >= params.holdMinTwistRad) reject(rep.state.holdBroken ? 'signal' : 'short');
      else machine.decideSide();
      return;
    }
    if (!state.allowed && size >= params.holdMinTwistRad) {
      reject('side');
      return;
    }
    if (state.symptomPending !== null) {
      capture(sample, state.symptomPending);
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
    if (peakTwist < params.holdMinTwistRad && size < swayRad) machine.backToNeutral();
    else if (peakTwist >= params.holdMinTwistRad && size < params.returnRad) {
      if (state.returnStillS >= params.returnStillS) reject(rep.state.holdBroken ? 'signal' : 'short');
    } else if (heldS >= params.holdS) ask('frt.confirm-small');
    else if (state.phase === 'hold') ask('frt.hold');
  };
  const stepCaptured = (sample: MotionSample): void => {
    rep.turn(sample, motion, false);
    if (guard(false)) return;
    if (rep.follow(sample, motion)) {
      recaptured();
      if (state.voided) return;
    }
    const end = Math.abs(rep.state.capturedTwist);
    const size = rep.state.twist * Math.sign(rep.state.capturedTwist);
    if (rep.state.endReason === 'hold' && size > end + params.goOnRad) {
      rep.reopen();
      state.phase = 'rotating';
      askTurn(state.side);
    } else if (end - size > Math.min(params.leaveRad, 0.5 * end)) {
      state.phase = 'returning';
      state.returnStillS = 0;
    } else if (restsElsewhere(params.startElsewhereS)) {
      rep.close();
      reject('closure');
    }
  };
  const stepReturning = (sample: MotionSample): void => {
    const size = Math.abs(rep.state.twist);
    state.returnStillS = motion.stillRadps < params.stillRateRadps ? state.returnStillS + motion.dtS : 0;
    if (state.voided) {
      // A turn that was void early may still be on its way out: only a head that rests near the start is back, or one
      // that rests for so long that the start must have been another pose than meant.
      countAttempt();
      const back = size <= params.startTurnMaxRad && state.returnStillS >= params.returnStillS;
      const gone = restsElsewhere(params.returnGiveUpS) || rest.forS >= params.startElsewhereS;
      if (back || gone) machine.awaitFlexed();
      return;
    }
    rep.turn(sample, motion, false);
    if (guard(false)) return;
    const crossed = rep.state.twist * rep.state.capturedTwist < 0 && size > params.holdMinTwistRad;
    const gaveUp = size <= params.startTurnMaxRad && state.returnStillS >= params.returnGiveUpS;
    const back = size <= params.returnRad && state.returnStillS >= params.returnStillS;
    if (back || gaveUp || crossed) machine.finishRepetition();
    else if (rep.state.swing > params.swingLostRad || restsElsewhere(params.startElsewhereS)) {
      rep.close();
      reject('closure');
    }
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
      get twistSigmaRad() {
        return rep.state.hasStart ? rep.state.liveSigma : Number.NaN;
      },
      get inclinationChangeRad() {
        return rep.state.hasStart ? rep.state.inclinationChange : Number.NaN;
      },
      get inclinationOf() {
        return rep.correctsTrunk() ? 'neck' : 'head';
      },
      get gravity() {
        return rep.state.hasStart ? rep.guard.now : null;
      },
      get repetitions() {
        return state.repetitions;
      },
    },
    update(sample, events, trunk = null) {
      if (!motion.update(sample) || state.phase === 'finished' || state.phase === 'stopped') return;
      machine.begin(events, sample);
      if (state.phase === 'idle') machine.awaitFlexed();
      if (motion.gapS > params.forgetGapS) {
        machine.loseHeading();
        return;
      }
      rep.see(trunk, motion);
      const windowDone = still.update(sample.worldFromHead, sample.headAccMps2, motion);
      rest.update(windowDone);
      if (rep.state.hasStart) {
        const before = rep.guard.now;
        rep.track(sample, motion);
        if (rep.guard.now === 'differs' && before !== 'differs') emit('warning', 'frt.gravity');
      }
      if (state.phase === 'await-flexed') stepAwait(sample, windowDone);
      else if (state.phase === 'neutral') stepNeutral(sample, windowDone);
      else if (state.phase === 'captured') stepCaptured(sample);
      else if (state.phase === 'returning') stepReturning(sample);
      else stepTurn(sample);
    },
    apply(event, atS, events) {
      machine.begin(events, { timeS: atS });
      examine(event.type);
    },
    save: machine.save,
    restore: machine.restore,
  };
}
