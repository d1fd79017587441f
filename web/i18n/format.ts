/** Numbers, dates and spans of time as readers of the language on screen write them. Files keep their own fixed format. */
import { computed } from '@preact/signals';
import { de } from './de.ts';
import { en } from './en.ts';
import { type Language, language, localeOf, wanted } from './language.ts';
import { liveCatalogue } from './live-catalogue.ts';

const CATALOGUES = { en, de } as const;

/** Every text of the page, in the language on screen. */
export const t = liveCatalogue(CATALOGUES);

/** Of a language, in itself. */
export const nameOfLanguage = (of: Language): string => CATALOGUES[of].languageName;

function formatsOf(locale: string) {
  const fixed = (digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    whole: fixed(0),
    one: fixed(1),
    two: fixed(2),
    dateTime: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
    date: new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }),
    time: new Intl.DateTimeFormat(locale, { timeStyle: 'short' }),
  };
}

const inUse = computed(() => formatsOf(localeOf(language.value, wanted.value)));
const formats = () => inUse.value;

const known = (value: number | null): value is number => value !== null && Number.isFinite(value);

/** A number without decimals, a dash when not known. */
export const formatWhole = (value: number | null): string => (known(value) ? formats().whole.format(value) : t.unknown);

/** A number with one decimal, a dash when not known. */
export const formatOne = (value: number | null): string => (known(value) ? formats().one.format(value) : t.unknown);

/** A number with two decimals, a dash when not known. */
export const formatTwo = (value: number | null): string => (known(value) ? formats().two.format(value) : t.unknown);

/** "38.2°", a dash when not known. */
export const formatDeg = (deg: number | null): string => (known(deg) ? `${formatOne(deg)}${t.result.unit}` : t.unknown);

/** "0.4 %" of a share in 0..1. */
export const formatPercent = (share: number): string =>
  `${share > 0 && share < 0.1 ? formatOne(share * 100) : formatWhole(share * 100)} %`;

export const formatDateTime = (ms: number): string => formats().dateTime.format(ms);

/** The day alone. */
export const formatDate = (ms: number): string => formats().date.format(ms);

/** The time of day alone. */
export const formatTime = (ms: number): string => formats().time.format(ms);

/** "42 s" or "3 min 05 s". */
export function formatDuration(seconds: number): string {
  const total = Math.round(seconds);
  if (total < 60) return t.sessions.seconds(String(total));
  return t.sessions.minutes(String(Math.floor(total / 60)), String(total % 60).padStart(2, '0'));
}
