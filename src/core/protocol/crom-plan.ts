/** Which movement comes next. Pure functions of what was done. */
import type { CromParams } from './crom-params.ts';
import type { CromDirection, CromRepetitionRecord } from './crom-types.ts';

/** Repetitions of a movement that were done and not rejected. */
export function cromDone(records: readonly CromRepetitionRecord[], direction: CromDirection): number {
  let n = 0;
  for (const record of records) if (record.direction === direction && record.status !== 'rejected') n++;
  return n;
}

/** Repetitions that a movement still needs, warm-ups included; none for one that is not in the plan. */
export function cromRemaining(
  records: readonly CromRepetitionRecord[],
  direction: CromDirection,
  params: CromParams,
): number {
  if (!params.directions.includes(direction)) return 0;
  const done = cromDone(records, direction) + (params.already[direction] ?? 0);
  const left = Math.max(0, params.warmUps + params.repetitions - done);
  const tries = records.filter((r) => r.asked === direction && r.reason !== 'redone' && r.reason !== 'extra').length;
  return Math.min(left, Math.max(0, params.warmUps + params.repetitions + params.spareTries - tries));
}

export function isWarmUp(
  records: readonly CromRepetitionRecord[],
  direction: CromDirection,
  params: CromParams,
): boolean {
  return cromDone(records, direction) + (params.already[direction] ?? 0) < params.warmUps;
}

/** Whether a fault of this movement is asked for again: not when it was already, so often. */
export function isRepeated(
  records: readonly CromRepetitionRecord[],
  asked: CromDirection,
  reason: 'fast' | 'moved',
  params: CromParams,
): boolean {
  return records.filter((r) => r.asked === asked && r.reason === reason).length < params.repeatFaults;
}

/** The next movement; null when nothing remains. In rounds the one that is furthest behind, else in the plan's order. */
export function nextDirection(records: readonly CromRepetitionRecord[], params: CromParams): CromDirection | null {
  let best: CromDirection | null = null;
  let most = 0;
  for (const direction of params.directions) {
    const left = cromRemaining(records, direction, params);
    if (left === 0) continue;
    if (params.order === 'movements') return direction;
    if (left > most) {
      best = direction;
      most = left;
    }
  }
  return best;
}
