/** How many of the agreed home exercises were ticked. A day without a tick list is not known: it is not counted as missed. */

export interface AdherenceDay {
  /** Days since 1970-01-01 in the patient's own calendar. */
  readonly day: number;
  /** Names of the exercises that were done. */
  readonly done: readonly string[];
}

export interface AdherenceSummary {
  readonly daysKnown: number;
  /** Ticks over exercises times known days, 0..1; null when no day is known or nothing was agreed. */
  readonly share: number | null;
}

export const ADHERENCE_WINDOW_DAYS = 28;

/** The window ends with `lastDay`. Of two lists for one day the later one stands. */
export function summariseAdherence(
  days: readonly AdherenceDay[],
  exercises: readonly string[],
  lastDay: number,
): AdherenceSummary {
  const byDay = new Map<number, readonly string[]>();
  for (const { day, done } of days) if (day > lastDay - ADHERENCE_WINDOW_DAYS && day <= lastDay) byDay.set(day, done);
  const asked = byDay.size * exercises.length;
  if (asked === 0) return { daysKnown: byDay.size, share: null };
  let ticks = 0;
  for (const done of byDay.values()) ticks += exercises.filter((exercise) => done.includes(exercise)).length;
  return { daysKnown: byDay.size, share: ticks / asked };
}
