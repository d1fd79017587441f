/** One cell of a CSV file: RFC 4180, a decimal point, ISO 8601 with zone, and text that no spreadsheet takes for a formula. */

export type CellValue = string | number | boolean | null;

/** What makes a spreadsheet compute (OWASP, CSV injection), behind any apostrophes that the text itself begins with. */
const FORMULA = /^'*[=+\-@\t\r\n]/;

/** Adds one apostrophe in front of what would be taken for a formula; `unguarded` takes exactly that one away again. */
export const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);
export const unguarded = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
export const isFormula = (text: string): boolean => /^[=+\-@\t\r\n]/.test(text);

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) || /^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

export const textCell = (value: string | null): string =>
  value === null || value === '' ? '' : quoted(guarded(value));

/** At most six decimals, a point, no exponent; empty when there is no number. Never guarded: -12.3 stays a number. */
export function numberCell(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '';
  if (Number.isInteger(value)) return value === 0 ? '0' : String(value);
  const fixed = value.toFixed(6).replace(/\.?0+$/, '');
  return fixed === '-0' ? '0' : fixed;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** ISO 8601 with milliseconds and the zone offset of the place where the file is made. */
export function isoWithZone(ms: number, offsetMinutes = -new Date(ms).getTimezoneOffset()): string {
  const local = new Date(ms + offsetMinutes * 60_000);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const away = Math.abs(offsetMinutes);
  return `${local.toISOString().slice(0, -1)}${sign}${pad(Math.floor(away / 60))}:${pad(away % 60)}`;
}

export const timeCell = (ms: number | null): string => (ms === null || !Number.isFinite(ms) ? '' : isoWithZone(ms));
