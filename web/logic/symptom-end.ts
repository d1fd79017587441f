/** What the patient felt in a repetition, and what follows from it. */
import type { FrtRepetition, FrtState } from '../../src/contract/state.ts';

/** Ended by what the patient felt: it stands apart from the mean where others do not. */
export const endedBySymptom = ({ endReason }: Pick<FrtRepetition, 'endReason'>): boolean =>
  endReason === 'pain' || endReason === 'headache';

/** A symptom was told in it, whatever it came to: its side is not turned to again. */
export const toldOfSymptom = (repetition: Pick<FrtRepetition, 'endReason' | 'warnings'> | undefined): boolean =>
  repetition !== undefined &&
  (endedBySymptom(repetition) || repetition.warnings.some((one) => one === 'pain' || one === 'headache'));

/** Between two turns: taking back means the one before. */
export const takesBack = (phase: FrtState['phase']): boolean => phase === 'await-flexed' || phase === 'neutral';
