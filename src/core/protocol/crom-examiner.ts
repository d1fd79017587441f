/** What a person's events do to the CROM machine. Every one is defined in every phase. */
import { nextDirection } from './crom-plan.ts';
import type { CromTransitions } from './crom-transitions.ts';
import type { ExaminerEvent, Symptom } from './step.ts';

export function createCromExaminer(machine: CromTransitions): (event: ExaminerEvent['type']) => void {
  const { params, rep, state, emit, ask, inMovement, awaitNeutral, beginMovement, record, reject, finishRepetition } =
    machine;

  const confirm = (): void => {
    if (state.phase === 'await-neutral') state.confirmPending = true;
    else if (state.phase === 'neutral' && rep.state.totalRad >= params.confirmedMinRad) {
      beginMovement();
      rep.confirm();
    } else if (state.phase === 'moving' || state.phase === 'hold') rep.confirm();
    else if (state.phase === 'returning' && state.voided) awaitNeutral();
    else if (state.phase === 'returning') finishRepetition();
    else emit('warning', 'crom.ignored');
  };
  const redo = (): void => {
    if (inMovement()) {
      reject('redone');
      return;
    }
    const at = state.repetitions.length - 1;
    const last = state.repetitions[at];
    const open = state.phase === 'await-neutral' || state.phase === 'neutral' || state.phase === 'finished';
    if (!open || last === undefined || last.status === 'rejected') {
      emit('warning', 'crom.ignored');
      return;
    }
    state.repetitions[at] = { ...last, status: 'rejected', reason: 'redone' };
    emit('repetition-rejected', 'crom.rejected-redone');
    const next = nextDirection(state.repetitions, params);
    if (state.phase === 'neutral' && next !== null) {
      state.asked = next;
      ask(`crom.${next}`);
    } else awaitNeutral();
  };
  const stopWith = (prompt: 'crom.stopped' | 'crom.stopped-dizziness'): void => {
    if (state.phase === 'finished' || state.phase === 'stopped') {
      emit('warning', 'crom.ignored');
      return;
    }
    if (inMovement()) {
      record('short', true, false);
      emit('repetition-rejected', 'crom.rejected-short');
    }
    rep.forgetStart();
    state.phase = 'stopped';
    emit('stopped', prompt);
    ask(prompt);
  };
  const symptom = (what: Symptom): void => {
    if (state.phase === 'moving' || state.phase === 'hold') state.symptomPending = what;
    if (inMovement()) rep.tell(what);
    else if (state.phase === 'returning') {
      // the movement is void and has its record already
      const at = state.repetitions.length - 1;
      const last = state.repetitions[at]!;
      if (!last.warnings.includes(what)) state.repetitions[at] = { ...last, warnings: [...last.warnings, what] };
    } else state.symptomAhead = what;
    emit('warning', `crom.${what}`);
  };
  const dizziness = (): void => {
    emit('warning', 'crom.dizziness');
    if (state.phase !== 'finished' && state.phase !== 'stopped') stopWith('crom.stopped-dizziness');
  };

  const table: Record<ExaminerEvent['type'], () => void> = {
    confirm,
    redo,
    stop: () => stopWith('crom.stopped'),
    pain: () => symptom('pain'),
    headache: () => symptom('headache'),
    dizziness,
  };
  return (type) => table[type]?.();
}
