/** How far each of the three alignment movements is. */
import type { AlignmentState } from '../../src/contract/state.ts';

export type AlignStep = 'still' | 'nod' | 'turn-left';
export type StepStatus = 'waiting' | 'now' | 'done' | 'failed';

export const ALIGN_STEPS: readonly AlignStep[] = ['still', 'nod', 'turn-left'];

/** The step at which a rejection happened: the first whose residual is missing, the last one otherwise. */
function failedStep(alignment: AlignmentState): AlignStep {
  if (alignment.code?.startsWith('turn') || alignment.code === 'mirrored') return 'turn-left';
  if (alignment.code?.startsWith('nod')) return 'nod';
  if (alignment.turnResidualDeg !== null) return 'turn-left';
  return alignment.nodResidualDeg !== null ? 'nod' : 'still';
}

/** Status of one step in the present phase. */
export function stepStatus(step: AlignStep, alignment: AlignmentState): StepStatus {
  if (alignment.phase === 'none') return 'waiting';
  if (alignment.phase === 'accepted') return 'done';
  const at = ALIGN_STEPS.indexOf(alignment.phase === 'rejected' ? failedStep(alignment) : alignment.phase);
  const own = ALIGN_STEPS.indexOf(step);
  if (own < at) return 'done';
  if (own > at) return 'waiting';
  return alignment.phase === 'rejected' ? 'failed' : 'now';
}
