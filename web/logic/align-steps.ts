/** How far each of the three alignment movements is. */
import type { AlignmentState } from '../../src/contract/state.ts';

export type AlignStep = 'still' | 'nod' | 'turn-left';
export type StepStatus = 'waiting' | 'now' | 'done' | 'failed';

export const ALIGN_STEPS: readonly AlignStep[] = ['still', 'nod', 'turn-left'];

const TURN_REFUSALS: readonly string[] = [
  'align.refused-wrong-way',
  'align.refused-turn-axis',
  'align.refused-not-back',
];

/** The step at which a rejection happened: told by its code, else the first one without a residual. */
function failedStep(alignment: AlignmentState): AlignStep {
  if (alignment.code?.startsWith('align.refused-nod')) return 'nod';
  if (alignment.code !== null && TURN_REFUSALS.includes(alignment.code)) return 'turn-left';
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
