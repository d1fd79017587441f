/** Whether a repetition was ended by what the patient felt: it stands apart from the mean where others do not. */
import type { FrtRepetition } from '../../src/contract/state.ts';

export const endedBySymptom = ({ endReason }: Pick<FrtRepetition, 'endReason'>): boolean =>
  endReason === 'pain' || endReason === 'headache';
