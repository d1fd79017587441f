/** What a person's events do to the FRT machine: confirm, redo, stop, pain. Every one is defined in every phase. */
import { nextSide } from './frt-plan.ts';
import type { FrtTransitions } from './frt-transitions.ts';
import type { ExaminerEvent } from './step.ts';

export function createFrtExaminer(machine: FrtTransitions): (event: ExaminerEvent['type']) => void {
  const { params, rep, state, emit, ask, askTurn, inTurn, awaitFlexed, beginTurn, record, reject, finishRepetition } =
    machine;

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
      askTurn(side);
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
    else if (state.phase === 'await-flexed' || state.phase === 'neutral') state.painAhead = true;
    emit('warning', 'frt.pain');
  };

  const table: Record<ExaminerEvent['type'], () => void> = { confirm, redo, stop, pain };
  return (type) => table[type]?.();
}
