/** The catalogue in use, and numbers as its readers write them. */
import { en, type Messages } from './en.ts';

export const t: Messages = en;

const whole = new Intl.NumberFormat(t.language, { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat(t.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat(t.language, { dateStyle: 'medium', timeStyle: 'short' });

/** A number without decimals, a dash when not known. */
export const formatWhole = (value: number | null): string =>
  value === null || !Number.isFinite(value) ? t.unknown : whole.format(value);

/** A number with one decimal, a dash when not known. */
export const formatOne = (value: number | null): string =>
  value === null || !Number.isFinite(value) ? t.unknown : one.format(value);

/** "38.2°", a dash when not known. */
export const formatDeg = (deg: number | null): string =>
  deg === null || !Number.isFinite(deg) ? t.unknown : `${one.format(deg)}${t.result.unit}`;

/** "0.4 %" of a share in 0..1. */
export const formatPercent = (share: number): string =>
  `${share > 0 && share < 0.1 ? one.format(share * 100) : whole.format(share * 100)} %`;

export const formatDateTime = (ms: number): string => dateTime.format(ms);

/** "42 s" or "3 min 05 s". */
export function formatDuration(seconds: number): string {
  const total = Math.round(seconds);
  if (total < 60) return t.sessions.seconds(String(total));
  return t.sessions.minutes(String(Math.floor(total / 60)), String(total % 60).padStart(2, '0'));
}

/** Text of a code, or the fallback made from it. */
export function wordFor(
  words: Readonly<Record<string, string>>,
  code: string,
  fallback: (code: string) => string,
): string {
  return words[code] ?? fallback(code);
}
