/** From what was typed to a total, or to the reason why there is none. */
import type { Instrument, ScoreRange } from './instruments.ts';

/** Why there is no total; a message key. */
export type ScoreRefusal =
  | 'item-count'
  | 'item-range'
  | 'item-whole'
  | 'too-many-missing'
  | 'total-range'
  | 'total-whole'
  | 'total-unreachable'
  | 'no-total-entry'
  | 'no-item-entry';

export interface Score {
  readonly ok: true;
  /** In the unit of the instrument's total. */
  readonly total: number;
  /** Share of the largest total, 0..1: what percentages are made of. */
  readonly share: number;
  readonly missingItems: number;
  /** Code of the band; null where the instrument has none. */
  readonly band: string | null;
}

export type ScoreResult = Score | { readonly ok: false; readonly reason: ScoreRefusal; readonly item?: number };

const inside = (value: number, range: ScoreRange): boolean => value >= range.min && value <= range.max;

/** The band of a total that may lie between whole numbers: it is rounded as the tables are read. */
export function bandOf(instrument: Instrument, total: number): string | null {
  const whole = Math.round(total);
  return instrument.bands.find((band) => inside(whole, band))?.code ?? null;
}

function scored(instrument: Instrument, total: number, missingItems: number): Score {
  const { min, max } = instrument.total;
  return { ok: true, total, share: (total - min) / (max - min), missingItems, band: bandOf(instrument, total) };
}

/**
 * Sums of six items worth 6, 8, 10, 11 or 13: every whole number from 36 to 78 but 37, 39, 76 and 77.
 * Found by building them, so that the list cannot be mistyped.
 */
const HIT6_TOTALS: ReadonlySet<number> = (() => {
  let sums = new Set<number>([0]);
  for (let item = 0; item < 6; item++) {
    const next = new Set<number>();
    for (const sum of sums) for (const value of [6, 8, 10, 11, 13]) next.add(sum + value);
    sums = next;
  }
  return sums;
})();

/** A typed total. Whole numbers only, inside the instrument's range, and one that its items can give. */
export function scoreTotal(instrument: Instrument, total: number): ScoreResult {
  if (instrument.entry === 'items') return { ok: false, reason: 'no-total-entry' };
  if (!Number.isFinite(total) || !inside(total, instrument.total)) return { ok: false, reason: 'total-range' };
  if (!Number.isInteger(total)) return { ok: false, reason: 'total-whole' };
  if (instrument.id === 'hit6' && !HIT6_TOTALS.has(total)) return { ok: false, reason: 'total-unreachable' };
  return scored(instrument, total, 0);
}

/**
 * Typed items; null for one that was left out.
 *
 * NDI: with one item missing the sum stands for 45 points and is scaled to 50 (Vernon); with more there is no total.
 * MIDAS: the sum of five day counts, all of them. PSFS: the mean of the activities that were named.
 */
export function scoreItems(instrument: Instrument, items: readonly (number | null)[]): ScoreResult {
  if (instrument.entry === 'total') return { ok: false, reason: 'no-item-entry' };
  if (!inside(items.length, instrument.itemCount)) return { ok: false, reason: 'item-count' };
  let sum = 0;
  let missing = 0;
  for (const [item, value] of items.entries()) {
    if (value === null) {
      missing++;
      continue;
    }
    if (!Number.isFinite(value) || !inside(value, instrument.item)) return { ok: false, reason: 'item-range', item };
    if (!Number.isInteger(value)) return { ok: false, reason: 'item-whole', item };
    sum += value;
  }
  const given = items.length - missing;
  if (missing > instrument.missingAllowed || given === 0) return { ok: false, reason: 'too-many-missing' };
  if (instrument.id === 'psfs') return scored(instrument, sum / given, missing);
  return scored(instrument, (sum * items.length) / given, missing);
}
