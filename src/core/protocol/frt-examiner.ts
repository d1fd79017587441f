/** What a person's events do to the FRT machine: confirm, redo, stop, symptoms. Every one is defined in every phase. */
import { nextSide } from './frt-plan.ts';
import type { FrtTransitions } from './frt-transitions.ts';
import type { ExaminerEvent, Symptom } from './step.ts';

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
    // What hurt once is not done again.
    if (inTurn() && !state.closed[state.side]) {
      reject('redone');
      return;
    }
    const at = state.repetitions.length - 1;
    const last = state.repetitions[at];
    const open = state.phase === 'await-flexed' || state.phase === 'neutral' || state.phase === 'finished';
    if (!open || last === undefined || last.status === 'rejected' || state.closed[last.side]) {
      emit('warning', 'frt.ignored');
      return;
    }
    state.repetitions[at] = { ...last, status: 'rejected', reason: 'redone' };
    state.side = last.side;
    emit('repetition-rejected', 'frt.rejected-redone');
    const side = nextSide(state.repetitions, state, params);
    if (state.phase === 'neutral' && side !== null) {
      state.side = state.askedSide = side;
      askTurn(side);
    } else if (side !== null || state.phase !== 'finished') awaitFlexed();
  };
  const stopWith = (prompt: 'frt.stopped' | 'frt.stopped-dizziness'): void => {
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
    emit('stopped', prompt);
    ask(prompt);
  };
  const symptom = (what: Symptom): void => {
    if (state.phase === 'rotating' || state.phase === 'hold') state.symptomPending = what;
    if (inTurn()) {
      rep.tell(what);
      state.closed[state.side] = true;
    } else if (state.phase === 'returning') {
      // the turn is void and has its record already
      const at = state.repetitions.length - 1;
      const last = state.repetitions[at]!;
      if (!last.warnings.includes(what)) state.repetitions[at] = { ...last, warnings: [...last.warnings, what] };
      state.closed[state.side] = true;
    } else if (state.phase === 'await-flexed' || state.phase === 'neutral') state.symptomAhead = what;
    emit('warning', `frt.${what}`);
  };
  const dizziness = (): void => {
    emit('warning', 'frt.dizziness');
    // Told after the end it changes nothing of the test; the visit hears of it all the same.
    if (state.phase !== 'finished' && state.phase !== 'stopped') stopWith('frt.stopped-dizziness');
  };

  const table: Record<ExaminerEvent['type'], () => void> = {
    confirm,
    redo,
    stop: () => stopWith('frt.stopped'),
    pain: () => symptom('pain'),
    headache: () => symptom('headache'),
    dizziness,
  };
  return (type) => table[type]?.();
}
