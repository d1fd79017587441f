/** What is typed in, as the store keeps it: one score row an entry, its kind and version in `instrument`. */
import type { z } from 'zod';
import { KitError } from '../../contract/errors.ts';
import {
  type AdherenceDayEntry,
  adherenceDaySchema,
  type Ccft,
  type DiaryDayEntry,
  diaryDaySchema,
  FINDING_KINDS,
  type Finding,
  type NewScore,
  type OutcomeEntry,
  type Plan,
  planSchema,
} from '../../contract/outcome.ts';
import { scoreCcft } from '../../core/outcome/ccft.ts';
import type { DiaryDay } from '../../core/outcome/diary.ts';
import { DIARY_WINDOW_DAYS, summariseDiary } from '../../core/outcome/diary.ts';
import { instrument } from '../../core/outcome/instruments.ts';
import { DEFAULT_RETEST_PLAN } from '../../core/outcome/schedule.ts';
import { bandOf, scoreItems, scoreTotal } from '../../core/outcome/score.ts';
import type { Score } from '../../ports/score-store.ts';

const DAY_MS = 86_400_000;
/** Why a total is missing where none is meant to be. */
const NO_TOTAL = 'no-total';
export const WITHDRAWN = 'withdrawn';

/** Kind without its version: "ndi/1" is ndi. */
export const kindOf = (score: Score): string => score.instrument.split('/')[0]!;
export const stands = (score: Score): boolean => score.missingReason !== WITHDRAWN;

export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

/** The calendar day of a time, in the zone of the computer that keeps the records. */
export function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Why a form cannot give what was typed; the page has the same sentences in its own languages. */
const REFUSALS = {
  'item-count': 'another number of items than the form has',
  'item-range': 'a value that the form does not have',
  'item-whole': 'whole numbers only',
  'total-range': 'a value that the form does not have',
  'total-whole': 'whole numbers only',
  'total-unreachable': 'a total that no answers give',
  'no-total-entry': 'of this form the items, not the total',
  'no-item-entry': 'of this form the total alone',
  'no-stage': 'stages in order, from 22 mmHg on',
  'stage-order': 'stages in order, from 22 mmHg on',
  'holds-range': 'at most ten holds a stage',
} as const;

type Written = Pick<Score, 'instrument' | 'items' | 'total' | 'missingReason'>;

/** Rejects what cannot be typed off a form; a form with too little filled in is kept without a total. */
export function writtenScore({ instrument: id, total, items }: NewScore): Written {
  const known = instrument(id);
  if (!known) throw new KitError('BAD_REQUEST', `instrument: ${id}`);
  const result = total === undefined ? scoreItems(known, items ?? []) : scoreTotal(known, total);
  const typed = total === undefined ? { items: items ?? [] } : { total };
  if (result.ok)
    return {
      instrument: `${id}/1`,
      items: { ...typed, missing: result.missingItems },
      total: result.total,
      missingReason: null,
    };
  if (result.reason !== 'too-many-missing') throw new KitError('SCORE_REFUSED', REFUSALS[result.reason]);
  return { instrument: `${id}/1`, items: typed, total: null, missingReason: result.reason };
}

export function writtenCcft(ccft: Ccft): Written {
  const result = scoreCcft(ccft.stages);
  if (!result.ok) throw new KitError('SCORE_REFUSED', REFUSALS[result.reason]);
  return {
    instrument: 'ccft/1',
    items: { stages: ccft.stages, performanceIndex: result.performanceIndex },
    total: result.highestMmHg,
    missingReason: result.highestMmHg === null ? 'no-stage-held' : null,
  };
}

const plain = (kind: string, items: Score['items']): Written => ({
  instrument: `${kind}/1`,
  items,
  total: null,
  missingReason: NO_TOTAL,
});
export const writtenFinding = ({ kind, ...values }: Finding): Written => plain(kind, values);
export const writtenDiary = (entry: DiaryDayEntry): Written => plain('headache-diary', entry);
export const writtenAdherence = (entry: AdherenceDayEntry): Written => plain('adherence', entry);
export const writtenReview = (note: string | null): Written => plain('plan-review', { note });

const SHOWN: readonly string[] = [
  ...['nprs', 'ndi', 'hit6', 'midas', 'groc', 'psfs', 'headache-days-28'],
  ...FINDING_KINDS,
  ...['ccft', 'plan-review'],
];

/** For the list of entries; null for a day of the diary or of the exercises: those have lists of their own. */
export function shownEntry(score: Score): OutcomeEntry | null {
  const kind = kindOf(score);
  if (!SHOWN.includes(kind)) return null;
  const known = instrument(kind);
  const { id, wallMs, sessionId, total, missingReason, items } = score;
  const band = known && total !== null ? bandOf(known, total) : null;
  return { id, kind, atMs: wallMs, sessionId, total, missingReason, band, values: items };
}

/** The last word on each day, oldest first. */
function byDay<T extends { readonly day: string }>(scores: readonly Score[], kind: string, schema: z.ZodType<T>): T[] {
  const days = new Map<string, T>();
  for (const score of scores) {
    if (kindOf(score) !== kind || !stands(score)) continue;
    const parsed = schema.safeParse(score.items);
    if (parsed.success) days.set(parsed.data.day, parsed.data);
  }
  return [...days.values()].sort((a, b) => a.day.localeCompare(b.day));
}

export const diaryOf = (scores: readonly Score[]): DiaryDayEntry[] => byDay(scores, 'headache-diary', diaryDaySchema);
export const adherenceOf = (scores: readonly Score[]): AdherenceDayEntry[] =>
  byDay(scores, 'adherence', adherenceDaySchema);

export const coreDay = ({ day, ...rest }: DiaryDayEntry): DiaryDay => ({ ...rest, day: dayNumber(day) });

/** Headache days of each whole window of 28 days, the last one ending with `lastDay`, oldest first. */
export function diaryWindows(days: readonly DiaryDay[], lastDay: number): { atMs: number; value: number }[] {
  const first = days.reduce((least, { day }) => Math.min(least, day), Number.POSITIVE_INFINITY);
  const windows: { atMs: number; value: number }[] = [];
  for (let end = lastDay; end - DIARY_WINDOW_DAYS + 1 >= first - DIARY_WINDOW_DAYS / 4; end -= DIARY_WINDOW_DAYS) {
    const { headacheDaysPer28 } = summariseDiary(days, end);
    if (headacheDaysPer28 !== null) windows.push({ atMs: (end + 0.5) * DAY_MS, value: headacheDaysPer28 });
  }
  return windows.reverse();
}

/** The plan of an episode, what the clinic uses otherwise in its place. */
export function planOf(values: Readonly<Record<string, unknown>>, clinic: unknown): Plan {
  const own = planSchema.safeParse(values['plan']);
  if (own.success) return own.data;
  const usual = planSchema.partial({ exercises: true }).safeParse(clinic);
  if (usual.success) return { ...usual.data, exercises: usual.data.exercises ?? [] };
  return { sessions: [...DEFAULT_RETEST_PLAN.sessions], weeks: [...DEFAULT_RETEST_PLAN.weeks], exercises: [] };
}
