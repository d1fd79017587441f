/** A Flexion-Rotation Test of one turn a side, led by the machine alone. */
import type { Command } from '../../src/contract/commands.ts';

export const SHORTEST_FRT = {
  type: 'frt-start',
  repetitionsPerSide: 1,
  practice: false,
  autoConfirm: true,
  firstSide: 'left',
} as const satisfies Command;
