/**
 * What the CROM machine can do, apart from deciding when: each function takes it from one consistent state to another
 * and tells of it. Everything that a save has to keep is in `state` and in the parts.
 */
import { loadState, saveState } from '../state.ts';
import type { CromCode, CromPrompt } from './crom-codes.ts';
import type { CromParams } from './crom-params.ts';
import { cromRemaining, isRepeated, isWarmUp, nextDirection } from './crom-plan.ts';
import { cromRecord } from './crom-record.ts';
import { createCromRepetition } from './crom-repetition.ts';
import type { CromDirection, CromPhase, CromRejection, CromRepetitionRecord } from './crom-types.ts';
import { createMotion } from './motion.ts';
import { createRest } from './rest.ts';
import type { MotionSample, ProtocolEvent, Symptom } from './step.ts';
import { createStillPose } from './still-pose.ts';

export type CromTransitions = ReturnType<typeof createCromTransitions>;

export function createCromTransitions(params: CromParams) {
  const motion = createMotion(params);
  const still = createStillPose({
    windowS: params.neutralStillS,
    stillRateRadps: params.stillRateRadps,
    spreadRad: params.stillSpreadRad,
    gapS: params.holdGapS + params.gapToleranceS,
  });
  const rest = createRest(still, params.neutralStillS, params.neutralDriftRad);
  const rep = createCromRepetition(params);
  const state = {
    phase: 'idle' as CromPhase,
    asked: (params.directions[0] ?? 'flexion') as CromDirection,
    prompt: 'crom.idle' as CromPrompt,
    repetitions: [] as CromRepetitionRecord[],
    /** The repetition is void and recorded; only the way back is awaited. */
    voided: false,
    confirmPending: false,
    symptomPending: null as Symptom | null,
    /** Told before a movement: it marks the one that comes. */
    symptomAhead: null as Symptom | null,
    stillS: 0,
  };
  let out: ProtocolEvent[] = [];
  /** A field, because a number in a variable of a closure would be allocated at every sample. */
  const now = { timeS: 0 };
  const begin = (events: ProtocolEvent[], sample: { readonly timeS: number }): void => {
    out = events;
    now.timeS = sample.timeS;
  };

  const emit = (type: ProtocolEvent['type'], code: CromCode, values?: Readonly<Record<string, number>>): void => {
    const base = { timeS: now.timeS, type, code, side: null };
    out.push(values ? { ...base, values } : base);
  };
  const ask = (prompt: CromPrompt): void => {
    if (state.prompt === prompt) return;
    state.prompt = prompt;
    emit('prompt', prompt);
  };
  const inMovement = (): boolean => ['moving', 'hold', 'captured', 'returning'].includes(state.phase) && !state.voided;

  /** A movement from the trial's first neutral and back to it was good: that pose was one. */
  const isProven = (): boolean =>
    state.repetitions.some(({ status, warnings }) => status !== 'rejected' && !warnings.includes('no-stop'));

  const awaitNeutral = (): void => {
    const next = nextDirection(state.repetitions, params);
    rep.forgetStart();
    // Against a pose that was none (somebody who looked aside for a second) no later neutral would ever be near.
    if (!isProven()) rep.forgetFirst();
    rest.begin();
    state.voided = state.confirmPending = false;
    state.symptomPending = null;
    if (next === null) {
      state.phase = 'finished';
      emit('finished', 'crom.finished');
      ask('crom.finished');
      return;
    }
    state.asked = next;
    state.phase = 'await-neutral';
    ask('crom.neutral');
  };
  const captureNeutral = (sample: MotionSample, again: boolean): void => {
    rep.start(still.pose, sample);
    rep.track(sample, motion);
    state.confirmPending = false;
    state.phase = 'neutral';
    if (!again) emit('neutral-captured', 'crom.neutral-captured');
    ask(`crom.${state.asked}`);
  };
  const beginMovement = (): void => {
    state.phase = 'moving';
    state.stillS = 0;
    state.symptomPending = null;
    rep.begin(now.timeS);
    if (state.symptomAhead !== null) rep.tell(state.symptomAhead);
    emit('rotation-started', 'crom.movement-started');
  };
  const record = (reason: CromRejection | null, stopped: boolean, noStop: boolean): boolean => {
    const { direction } = rep.state;
    const warmUp = isWarmUp(state.repetitions, direction, params);
    const number = state.repetitions.length + 1;
    state.repetitions.push(cromRecord(params, rep, { number, asked: state.asked, warmUp, reason, stopped, noStop }));
    state.symptomAhead = null;
    return warmUp;
  };
  const reject = (reason: CromRejection): void => {
    record(reason, false, false);
    emit('repetition-rejected', `crom.rejected-${reason}`);
    state.voided = true;
    state.phase = 'returning';
    state.stillS = 0;
    rest.begin();
    ask('crom.return-void');
  };
  const repeat = (reason: 'fast' | 'moved'): boolean => isRepeated(state.repetitions, state.asked, reason, params);
  const count = (noStop: boolean): void => {
    const warmUp = record(null, false, noStop);
    emit('repetition-counted', warmUp ? 'crom.warm-up' : 'crom.counted');
  };
  const finishRepetition = (): void => {
    rep.close(true);
    emit('returned', 'crom.returned', { closureRad: rep.state.closure });
    if (rep.lossShare() >= params.lossVoidShare) reject('signal');
    else if (rep.state.closure > params.closureVoidRad) reject('closure');
    else if (rep.state.peakSpeed > params.fastRadps && repeat('fast')) reject('fast');
    else if (rep.state.movedRad > params.movedRad && repeat('moved')) reject('moved');
    else {
      count(false);
      awaitNeutral();
    }
  };
  /** The next movement goes on through neutral without a stop: it has the same neutral. */
  const goThrough = (): void => {
    rep.close(false);
    if (rep.lossShare() >= params.lossVoidShare) {
      reject('signal');
      return;
    }
    count(true);
    const next = nextDirection(state.repetitions, params);
    if (next === null) awaitNeutral();
    else {
      state.asked = next;
      beginMovement();
    }
  };
  const capture = (sample: MotionSample, reason: 'hold' | 'confirmed' | Symptom): void => {
    state.symptomPending = null;
    rep.capture(sample, motion, reason);
    if (cromRemaining(state.repetitions, rep.state.direction, params) === 0) {
      reject('extra');
      return;
    }
    state.phase = 'captured';
    rest.begin();
    emit('end-range-captured', 'crom.end-range-captured', {
      flexionRad: rep.state.held[0]!,
      lateralRad: rep.state.held[1]!,
      axialRad: rep.state.held[2]!,
    });
    ask('crom.return');
  };
  const guard = (): boolean => {
    if (motion.gapS <= params.repetitionGapS + params.gapToleranceS) return false;
    reject('signal');
    return true;
  };

  const loseNeutral = (): void => {
    if (inMovement()) reject('signal');
    rep.forgetFirst();
    still.reset();
    awaitNeutral();
  };

  return {
    params,
    motion,
    still,
    rest,
    rep,
    state,
    begin,
    emit,
    ask,
    inMovement,
    isProven,
    awaitNeutral,
    captureNeutral,
    beginMovement,
    record,
    reject,
    finishRepetition,
    goThrough,
    capture,
    guard,
    loseNeutral,
    save: (): unknown => ({
      state: saveState(state),
      motion: motion.save(),
      still: still.save(),
      rest: rest.save(),
      rep: rep.save(),
    }),
    restore(saved: unknown): void {
      const from = saved as Record<'state' | 'motion' | 'still' | 'rest' | 'rep', unknown>;
      loadState(state, from.state);
      motion.restore(from.motion);
      still.restore(from.still);
      rest.restore(from.rest);
      rep.restore(from.rep);
    },
  };
}
