/**
 * Cervical range of motion as a pure machine: six seated half-cycle movements, each from a neutral of its own.
 *
 *   await-neutral -> neutral -> moving <-> hold -> captured -> returning -> await-neutral ... -> finished
 *
 * Which movement was done is read from the angles. Whatever is fed, the phase is one of these, every movement that began
 * ends in a record, and nothing throws.
 */
import { createCromExaminer } from './crom-examiner.ts';
import { CROM_DEFAULTS, type CromParams } from './crom-params.ts';
import { along, mainDirection } from './crom-repetition.ts';
import { createCromTransitions } from './crom-transitions.ts';
import type { CromMachine } from './crom-types.ts';
import type { MotionSample } from './step.ts';

export { CROM_DEFAULTS, type CromParams } from './crom-params.ts';

/** A machine for one trial. Parameters that are not given are the settled ones. */
export function createCromMachine(overrides: Partial<CromParams> = {}): CromMachine {
  const params: CromParams = Object.freeze({ ...CROM_DEFAULTS, ...overrides });
  const machine = createCromTransitions(params);
  const { motion, still, rest, rep, state, emit, ask, reject, guard, capture } = machine;
  const examine = createCromExaminer(machine);

  const stepNeutral = (sample: MotionSample, windowDone: boolean): void => {
    if (motion.gapS > params.repetitionGapS + params.gapToleranceS) {
      emit('warning', 'crom.neutral-lost');
      machine.awaitNeutral();
    } else if (rep.state.totalRad >= params.beginRad) {
      machine.beginMovement();
      if (!guard()) rep.turn(sample, motion, true);
    } else {
      rep.stillAtStart(sample);
      const stayed = still.driftRad <= params.neutralDriftRad;
      if (windowDone && stayed && params.autoConfirm && rep.state.totalRad <= params.neutralCreepRad)
        machine.captureNeutral(sample, true);
    }
  };
  const restsElsewhere = (): boolean => rest.forS >= params.neutralElsewhereS;
  const staysAway = (): boolean => restsElsewhere() && (!machine.isProven() || rest.forS >= params.neutralGivenUpS);
  const stepAwait = (sample: MotionSample, windowDone: boolean): void => {
    if (!windowDone) return;
    const near = rep.mayBeNeutral(still.pose);
    const isNeutral = near || (restsElsewhere() && rep.mayBeNeutralElsewhere(still.pose));
    if (state.confirmPending || (params.autoConfirm && isNeutral)) machine.captureNeutral(sample, false);
    else if (!params.autoConfirm) ask('crom.confirm-neutral');
  };
  const stepMoving = (sample: MotionSample): void => {
    rep.turn(sample, motion, true);
    if (guard()) return;
    const { totalRad, peakRad, confirmed, angles } = rep.state;
    const size = along(angles, mainDirection(angles));
    const heldS = rep.hold.durationS;
    state.stillS = motion.stillRadps < params.stillRateRadps ? state.stillS + motion.dtS : 0;
    if (state.symptomPending !== null) capture(sample, state.symptomPending);
    else if (confirmed && heldS >= params.confirmedHoldS && size >= params.confirmedMinRad)
      capture(sample, 'confirmed');
    else if (heldS >= params.holdS && size >= params.holdMinRad) capture(sample, 'hold');
    else {
      state.phase = rep.hold.samples > 0 && size >= params.holdMinRad ? 'hold' : 'moving';
      if (peakRad < params.holdMinRad && totalRad < params.neutralCreepRad && !confirmed) {
        // Not a movement after all: a small sway before it.
        state.phase = 'neutral';
        ask(`crom.${state.asked}`);
      } else if (peakRad >= params.holdMinRad && totalRad < params.beginRad) {
        if (state.stillS >= params.returnStillS) reject(rep.state.holdBroken ? 'signal' : 'short');
      } else if (heldS >= params.holdS) ask('crom.confirm-small');
      else if (state.phase === 'hold') ask('crom.hold');
    }
  };
  const stepCaptured = (sample: MotionSample): void => {
    rep.turn(sample, motion, false);
    if (guard()) return;
    rep.follow(sample, motion);
    const end = along(rep.state.held, rep.state.direction);
    const size = along(rep.state.angles, rep.state.direction);
    if (rep.state.endReason === 'hold' && size > end + params.goOnRad) {
      rep.reopen();
      state.phase = 'moving';
    } else if (end - size > Math.min(params.leaveRad, 0.5 * end)) {
      state.phase = 'returning';
      state.stillS = 0;
    } else if (params.autoConfirm && staysAway()) {
      // Nobody goes back: it was the way to the neutral, from a pose that was none.
      rep.close(true);
      reject('closure');
    }
  };
  const stepReturning = (sample: MotionSample): void => {
    const { totalRad } = rep.state;
    state.stillS = motion.stillRadps < params.stillRateRadps ? state.stillS + motion.dtS : 0;
    if (state.voided) {
      const back = totalRad <= params.neutralNearRad && state.stillS >= params.returnStillS;
      if (back || restsElsewhere()) machine.awaitNeutral();
      return;
    }
    rep.turn(sample, motion, false);
    if (guard()) return;
    const back = totalRad <= params.returnRad && state.stillS >= params.returnStillS;
    const gaveUp = totalRad <= params.neutralNearRad && state.stillS >= params.returnGiveUpS;
    if (back || gaveUp) machine.finishRepetition();
    else if (along(rep.state.angles, rep.state.direction) < -params.holdMinRad) machine.goThrough();
    else if (staysAway()) {
      rep.close(true);
      reject('closure');
    }
  };

  return {
    view: {
      get phase() {
        return state.phase;
      },
      get direction() {
        return machine.inMovement() ? rep.state.direction : state.asked;
      },
      get prompt() {
        return state.prompt;
      },
      get flexionRad() {
        return rep.state.angles[0]!;
      },
      get lateralRad() {
        return rep.state.angles[1]!;
      },
      get axialRad() {
        return rep.state.angles[2]!;
      },
      get repetitions() {
        return state.repetitions;
      },
    },
    update(sample, events, trunk = null) {
      if (!motion.update(sample) || state.phase === 'finished' || state.phase === 'stopped') return;
      machine.begin(events, sample);
      if (state.phase === 'idle') machine.awaitNeutral();
      if (motion.gapS > params.forgetGapS) {
        machine.loseNeutral();
        return;
      }
      rep.see(trunk, motion);
      const windowDone = still.update(sample.worldFromHead, sample.headAccMps2, motion);
      rest.update(windowDone);
      rep.drift(sample, motion);
      if (rep.state.hasStart) rep.track(sample, motion);
      if (state.phase === 'await-neutral') stepAwait(sample, windowDone);
      else if (state.phase === 'neutral') stepNeutral(sample, windowDone);
      else if (state.phase === 'captured') stepCaptured(sample);
      else if (state.phase === 'returning') stepReturning(sample);
      else stepMoving(sample);
    },
    apply(event, atS, events) {
      machine.begin(events, { timeS: atS });
      examine(event.type);
    },
    save: machine.save,
    restore: machine.restore,
  };
}
