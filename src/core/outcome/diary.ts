/** The headache diary over 28 days: days with any headache, hours, peak, days with a pain killer. */

export const DIARY_WINDOW_DAYS = 28;

export type HeadacheSide = 'left' | 'right' | 'both' | 'alternating';

/** One day as it was written down. A day without an entry is unknown, not free of headache. */
export interface DiaryDay {
  /** Days since 1970-01-01 in the patient's own calendar. */
  readonly day: number;
  readonly headache: boolean;
  /** Hours with headache, 0..24; null: not written down. */
  readonly hours: number | null;
  /** Worst intensity of the day, 0..10; null: not written down. */
  readonly peak: number | null;
  readonly side: HeadacheSide | null;
  /** A pain killer was taken. */
  readonly medication: boolean;
}

export interface DiarySummary {
  readonly daysKnown: number;
  /** Days with headache among those known. */
  readonly headacheDays: number;
  /** The same per 28 days; null when fewer than `LEAST_KNOWN_DAYS` of the window are known. */
  readonly headacheDaysPer28: number | null;
  readonly medicationDaysPer28: number | null;
  readonly meanHours: number | null;
  readonly worstPeak: number | null;
  readonly side: HeadacheSide | null;
}

/** With a quarter of the days missing a count would say more about the diary than about the head. */
const LEAST_KNOWN_DAYS = 21;

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** One word for several days: the side all agree on; both, when any is both; else alternating. */
function sideOf(sides: readonly HeadacheSide[]): HeadacheSide | null {
  const [first] = sides;
  if (first === undefined) return null;
  if (sides.every((side) => side === first)) return first;
  return sides.includes('both') && !sides.includes('alternating') ? 'both' : 'alternating';
}

/**
 * The window ends with `lastDay` and holds 28 days. Of two entries for one day the later in the list stands.
 */
export function summariseDiary(days: readonly DiaryDay[], lastDay: number): DiarySummary {
  const byDay = new Map<number, DiaryDay>();
  for (const entry of days) {
    if (entry.day > lastDay - DIARY_WINDOW_DAYS && entry.day <= lastDay) byDay.set(entry.day, entry);
  }
  const known = [...byDay.values()];
  const ill = known.filter(({ headache }) => headache);
  const scaled = (count: number): number | null =>
    known.length < LEAST_KNOWN_DAYS ? null : (count * DIARY_WINDOW_DAYS) / known.length;
  const peaks = ill.map(({ peak }) => peak).filter((peak) => peak !== null);
  return {
    daysKnown: known.length,
    headacheDays: ill.length,
    headacheDaysPer28: scaled(ill.length),
    medicationDaysPer28: scaled(known.filter(({ medication }) => medication).length),
    meanHours: mean(ill.map(({ hours }) => hours).filter((hours) => hours !== null)),
    worstPeak: peaks.length === 0 ? null : Math.max(...peaks),
    side: sideOf(ill.map(({ side }) => side).filter((side) => side !== null)),
  };
}
