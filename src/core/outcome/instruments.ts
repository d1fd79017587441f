/**
 * Outcome measures that the kit keeps scores of. Structure, limits and recall periods as data; no item texts: they are
 * licensed works, so a person types scores from the paper form, and items carry neutral labels only.
 *
 * Only figures that were read in the source named, or that are well known of it, stand here; `changes` says which.
 */

export type InstrumentId = 'nprs' | 'ndi' | 'hit6' | 'midas' | 'groc' | 'psfs' | 'headache-days-28';

/** What is typed in: every item, or the total alone where the text is not licensed. */
export type ScoreEntry = 'items' | 'total' | 'items-or-total';

export interface ScoreRange {
  readonly min: number;
  readonly max: number;
}

/** A band of the total, bounds included. The word is a message key, never a diagnosis. */
export interface ScoreBand extends ScoreRange {
  readonly code: string;
}

/** How much a total has to move. Null: nothing was found that may be used, so no change is called. */
export interface ScoreChange {
  readonly detectable: number | null;
  readonly important: number | null;
  /** Standard normal quantile behind `detectable` (1.645 for a 90 % figure, 1.96 for 95 %). */
  readonly detectableQuantile: number;
  readonly source: string;
  readonly verified: boolean;
}

export interface Instrument {
  readonly id: InstrumentId;
  readonly entry: ScoreEntry;
  /** Least and most items; 0 where only a total is typed. */
  readonly itemCount: ScoreRange;
  readonly item: ScoreRange;
  /** Missing items that still give a total; more give none. */
  readonly missingAllowed: number;
  readonly total: ScoreRange;
  /** A lower total is better for the patient. */
  readonly lowerIsBetter: boolean;
  /** What the questions look back on, days; asked again only when it has passed. 0: the present moment. */
  readonly recallDays: number;
  readonly bands: readonly ScoreBand[];
  readonly change: ScoreChange;
  readonly source: string;
}

const NONE: ScoreRange = Object.freeze({ min: 0, max: 0 });
const Z90 = 1.645;
const Z95 = 1.96;

export const INSTRUMENTS: readonly Instrument[] = Object.freeze([
  {
    id: 'nprs',
    entry: 'total',
    itemCount: NONE,
    item: NONE,
    missingAllowed: 0,
    total: { min: 0, max: 10 },
    lowerIsBetter: true,
    recallDays: 0,
    bands: [],
    change: {
      detectable: 2.4,
      important: 2.5,
      detectableQuantile: Z90,
      source: 'Young 2019, cervicogenic headache: important 2.5, detectable 2.4',
      verified: true,
    },
    source: 'numeric pain rating scale, 0 to 10; free of licence',
  },
  {
    id: 'ndi',
    entry: 'items-or-total',
    itemCount: { min: 10, max: 10 },
    item: { min: 0, max: 5 },
    missingAllowed: 1,
    total: { min: 0, max: 50 },
    lowerIsBetter: true,
    recallDays: 0,
    bands: [
      { min: 0, max: 4, code: 'none' },
      { min: 5, max: 14, code: 'mild' },
      { min: 15, max: 24, code: 'moderate' },
      { min: 25, max: 34, code: 'severe' },
      { min: 35, max: 50, code: 'complete' },
    ],
    change: {
      detectable: 5.9,
      important: 5.5,
      detectableQuantile: Z90,
      source: 'Young 2019, cervicogenic headache: important 5.5 of 50, detectable 5.9 at four weeks',
      verified: true,
    },
    source: 'Vernon: ten sections of 0 to 5, one of them may be missing (chiro.org/forms/NDI_Explain)',
  },
  {
    id: 'hit6',
    entry: 'total',
    itemCount: NONE,
    item: NONE,
    missingAllowed: 0,
    total: { min: 36, max: 78 },
    lowerIsBetter: true,
    recallDays: 28,
    bands: [
      { min: 36, max: 49, code: 'little' },
      { min: 50, max: 55, code: 'some' },
      { min: 56, max: 59, code: 'substantial' },
      { min: 60, max: 78, code: 'severe' },
    ],
    change: {
      detectable: 2.1,
      important: 8,
      detectableQuantile: Z95,
      source:
        'detectable 2.1: chronic headache (Cephalalgia, 10.1177/03331024211006045); important 8: tension-type headache with manual therapy (Castien). None is known for cervicogenic headache',
      verified: true,
    },
    source: 'six items of 6, 8, 10, 11 or 13, total 36 to 78; text (c) QualityMetric and GSK: total only',
  },
  {
    id: 'midas',
    entry: 'items-or-total',
    itemCount: { min: 5, max: 5 },
    // Days in three months: 92 is the most that three months have.
    item: { min: 0, max: 92 },
    missingAllowed: 0,
    total: { min: 0, max: 460 },
    lowerIsBetter: true,
    recallDays: 91,
    bands: [
      { min: 0, max: 5, code: 'grade-1' },
      { min: 6, max: 10, code: 'grade-2' },
      { min: 11, max: 20, code: 'grade-3' },
      { min: 21, max: 460, code: 'grade-4' },
    ],
    change: {
      detectable: null,
      important: null,
      detectableQuantile: Z95,
      source: 'no figure that was read',
      verified: false,
    },
    source: 'five day counts over three months, summed; headache days and mean pain are asked beside it, not summed',
  },
  {
    id: 'groc',
    entry: 'total',
    itemCount: NONE,
    item: NONE,
    missingAllowed: 0,
    total: { min: -7, max: 7 },
    lowerIsBetter: false,
    recallDays: 0,
    bands: [
      { min: -7, max: -6, code: 'worse-large' },
      { min: -5, max: -4, code: 'worse-moderate' },
      { min: -3, max: -1, code: 'worse-small' },
      { min: 0, max: 0, code: 'same' },
      { min: 1, max: 3, code: 'better-small' },
      { min: 4, max: 5, code: 'better-moderate' },
      { min: 6, max: 7, code: 'better-large' },
    ],
    change: {
      detectable: null,
      important: null,
      detectableQuantile: Z95,
      source: 'the rating is itself a change; two of them are not subtracted',
      verified: false,
    },
    source: 'global rating of change, fifteen points (Jaeschke); leans on the present state',
  },
  {
    id: 'psfs',
    entry: 'items',
    itemCount: { min: 1, max: 5 },
    item: { min: 0, max: 10 },
    missingAllowed: 0,
    total: { min: 0, max: 10 },
    lowerIsBetter: false,
    recallDays: 0,
    bands: [],
    change: {
      detectable: null,
      important: null,
      detectableQuantile: Z95,
      source: 'no figure that was read',
      verified: false,
    },
    source: 'patient-specific functional scale: up to five own activities of 0 (unable) to 10 (as before), their mean',
  },
  {
    id: 'headache-days-28',
    entry: 'total',
    itemCount: NONE,
    item: NONE,
    missingAllowed: 0,
    total: { min: 0, max: 28 },
    lowerIsBetter: true,
    recallDays: 28,
    bands: [],
    change: {
      detectable: null,
      important: null,
      detectableQuantile: Z95,
      source: 'trials call half of the baseline days a response (Castien); a share, not a number of days',
      verified: true,
    },
    source: 'days with any headache in 28 days, from the diary',
  },
]);

/** The instrument of an id; null when there is none. */
export function instrument(id: string): Instrument | null {
  return INSTRUMENTS.find((candidate) => candidate.id === id) ?? null;
}
