/** One dot a repetition of a direction: what was done, in order, then what is still asked for. */
import type { TrialState } from '../../src/contract/trial.ts';

export interface TrialDot {
  readonly kind: 'counted' | 'practice' | 'rejected' | 'open';
  readonly reason: string | null;
}

export function trialDots(
  state: Pick<TrialState, 'repetitions' | 'repetitionsAsked'>,
  direction: string,
): readonly TrialDot[] {
  const mine = state.repetitions.filter((one) => one.direction === direction);
  const dots: TrialDot[] = mine.map(({ status, reason }) => ({ kind: status, reason }));
  const counted = mine.filter(({ status }) => status === 'counted').length;
  for (let i = counted; i < state.repetitionsAsked; i++) dots.push({ kind: 'open', reason: null });
  return dots;
}
