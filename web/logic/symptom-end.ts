/** What the patient felt in a repetition, and what follows from it. */
import type { FrtRepetition, FrtState } from '../../src/contract/state.ts';

/** Ended by what the patient felt: it stands apart from the mean where others do not. */
export const endedBySymptom = ({ endReason }: Pick<FrtRepetition, 'endReason'>): boolean =>
  endReason === 'pain' || endReason === 'headache';

/** Between two turns, when taking back would mean the one before: a symptom was told in it, so its side is not turned to again. */
export function lastWasClosed(state: Pick<FrtState, 'phase' | 'repetitions'> | null): boolean {
  const last = state?.repetitions.at(-1);
  if (last === undefined || !(state?.phase === 'await-flexed' || state?.phase === 'neutral')) return false;
  return endedBySymptom(last) || last.warnings.some((one) => one === 'pain' || one === 'headache');
}
