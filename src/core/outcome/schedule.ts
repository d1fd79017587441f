/** When a measure may be asked again, and when a review of the plan is due. Times in ms since 1970 UTC. */
import type { Instrument } from './instruments.ts';

const DAY_MS = 86_400_000;

export interface Offer {
  readonly offered: boolean;
  /** When it may be asked again, ms; null: now. */
  readonly fromMs: number | null;
}

/**
 * A questionnaire looks back on a period; asked again before that has passed it would count the same days twice.
 * @param lastMs when it was answered last; null: never
 */
export function offerInstrument(instrument: Instrument, lastMs: number | null, nowMs: number): Offer {
  if (lastMs === null || instrument.recallDays === 0) return { offered: true, fromMs: null };
  const fromMs = lastMs + instrument.recallDays * DAY_MS;
  return nowMs >= fromMs ? { offered: true, fromMs: null } : { offered: false, fromMs };
}

export interface RetestPlan {
  /** A review is due at these visits, counted from 1. */
  readonly sessions: readonly number[];
  /** ... and so many weeks after the baseline. */
  readonly weeks: readonly number[];
}

/** Practice: most notice a change within three or four visits, and a lasting gain takes six to twelve weeks. */
export const DEFAULT_RETEST_PLAN: RetestPlan = Object.freeze({ sessions: [4], weeks: [6, 12] });

export interface ReviewDue {
  readonly due: boolean;
  /** What made it due: 'session 4', 'week 6'; null when nothing did. */
  readonly cause: { readonly kind: 'session' | 'week'; readonly number: number } | null;
  /** When the next one falls due by time, ms; null when the plan has no later week. */
  readonly nextMs: number | null;
}

/**
 * @param baselineMs first visit of the episode
 * @param sessionsMs starts of its visits, in any order, the baseline included
 * @param reviewedMs times at which the plan was reviewed
 */
export function reviewDue(
  plan: RetestPlan,
  baselineMs: number,
  sessionsMs: readonly number[],
  reviewedMs: readonly number[],
  nowMs: number,
): ReviewDue {
  const visits = [...sessionsMs].sort((a, b) => a - b);
  const milestones: { readonly kind: 'session' | 'week'; readonly number: number; readonly atMs: number }[] = [];
  for (const number of plan.sessions) {
    const atMs = visits[number - 1];
    if (atMs !== undefined) milestones.push({ kind: 'session', number, atMs });
  }
  for (const number of plan.weeks) milestones.push({ kind: 'week', number, atMs: baselineMs + number * 7 * DAY_MS });
  milestones.sort((a, b) => a.atMs - b.atMs);
  const lastReview = reviewedMs.reduce((latest, ms) => Math.max(latest, ms), Number.NEGATIVE_INFINITY);
  // The earliest milestone that no review has answered: later ones may still come on top.
  const open = milestones.find(({ atMs }) => atMs <= nowMs && atMs > lastReview);
  const next = milestones.find(({ atMs }) => atMs > nowMs);
  return {
    due: open !== undefined,
    cause: open === undefined ? null : { kind: open.kind, number: open.number },
    nextMs: next?.atMs ?? null,
  };
}
