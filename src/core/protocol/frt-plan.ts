/** Which side comes next, and whether a side may still be turned to. Pure functions of what was done. */
import type { FrtParams } from './frt-params.ts';
import type { FrtRepetitionRecord } from './frt-types.ts';
import type { Side } from './step.ts';

export const otherSide = (side: Side): Side => (side === 'left' ? 'right' : 'left');

/** Repetitions of a side that were done and not rejected, here or before this trial. */
function done(records: readonly FrtRepetitionRecord[], side: Side, params: FrtParams): number {
  let n = params.already[side] ?? 0;
  for (const record of records) if (record.side === side && record.status !== 'rejected') n++;
  return n;
}

/** Turns of a side, whatever they came to. */
function tries(records: readonly FrtRepetitionRecord[], side: Side): number {
  let n = 0;
  for (const record of records) if (record.side === side) n++;
  return n;
}

/** What was done to each side so far. */
export interface FrtSides {
  /** Attempts at end range. */
  readonly attempts: Readonly<Record<Side, number>>;
  /** Ended by pain or the familiar headache: that is never redone. */
  readonly closed: Readonly<Record<Side, boolean>>;
}

/** Repetitions that a side still needs, practice included; none when its attempts are used up or a symptom ended it. */
export function remaining(
  records: readonly FrtRepetitionRecord[],
  sides: FrtSides,
  side: Side,
  params: FrtParams,
): number {
  if (sides.closed[side] || sides.attempts[side] >= params.attemptsPerSide) return 0;
  if (tries(records, side) >= params.triesPerSide) return 0;
  return Math.max(0, params.repetitionsPerSide + (params.practice ? 1 : 0) - done(records, side, params));
}

/** True when the next repetition of the side is the one to get used to it. */
export function isPractice(records: readonly FrtRepetitionRecord[], side: Side, params: FrtParams): boolean {
  return params.practice && done(records, side, params) === 0;
}

/** Whether a turn that is too fast is void and asked for again: not when that was so already, so often. */
export function isFastVoid(records: readonly FrtRepetitionRecord[], side: Side, { repeatFast }: FrtParams): boolean {
  if (repeatFast === Number.POSITIVE_INFINITY) return true;
  let n = 0;
  for (const record of records) if (record.side === side && record.reason === 'fast') n++;
  return n < repeatFast;
}

/** The side that is behind; equal, the first side: so the sides alternate. Null when nothing remains. */
export function nextSide(records: readonly FrtRepetitionRecord[], sides: FrtSides, params: FrtParams): Side | null {
  const first = params.firstSide;
  const second = otherSide(first);
  const a = remaining(records, sides, first, params);
  const b = remaining(records, sides, second, params);
  if (a === 0 && b === 0) return null;
  return a >= b ? first : second;
}
