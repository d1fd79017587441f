/** What the repetition dots show: for each side the counted, the practice and the open ones. */
import type { FrtRepetition, Side } from '../../src/contract/state.ts';

export type DotKind = 'practice' | 'counted' | 'rejected' | 'open';

export interface Dot {
  readonly kind: DotKind;
  /** Repetition number, null for one that is still to come. */
  readonly number: number | null;
  readonly angleDeg: number | null;
  readonly reason: string | null;
}

/** The dots of one side in the order they happened, then the ones still to come. */
export function sideDots(repetitions: readonly FrtRepetition[], side: Side, repetitionsPerSide: number): Dot[] {
  const dots: Dot[] = [];
  let counted = 0;
  for (const repetition of repetitions) {
    if (repetition.side !== side) continue;
    if (repetition.status === 'counted') counted += 1;
    dots.push({
      kind: repetition.status,
      number: repetition.number,
      angleDeg: repetition.angleDeg,
      reason: repetition.reason,
    });
  }
  for (let i = counted; i < repetitionsPerSide; i++)
    dots.push({ kind: 'open', number: null, angleDeg: null, reason: null });
  return dots;
}

/** Counted repetitions of a side. */
export function countedOf(repetitions: readonly FrtRepetition[], side: Side): number {
  return repetitions.filter((repetition) => repetition.side === side && repetition.status === 'counted').length;
}
