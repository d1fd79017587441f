/** Values of a trend in words and numbers, for every place that shows one. */
import type { OutcomeSeries } from '../../src/contract/outcome.ts';
import { COVERAGE_95 } from '../../src/core/neck/uncertainty.ts';
import { formatOne, formatWhole, t } from '../i18n/index.ts';

/** Of a calendar day, now or at that time, in the page's own zone: YYYY-MM-DD. */
export function dayText(ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Noon of a calendar day, so that every zone's day is that day. */
export const msOfDay = (day: string): number => new Date(`${day}T12:00:00`).getTime();

const wholeUnit = (unit: OutcomeSeries['unit'], value: number): boolean =>
  (unit === 'points' || unit === 'days') && Number.isInteger(value);

export function valueText(unit: OutcomeSeries['unit'], value: number): string {
  return `${wholeUnit(unit, value) ? formatWhole(value) : formatOne(value)}${t.outcome.units[unit]}`;
}

/** With its sign in front, as a change is written. */
export function changeText(unit: OutcomeSeries['unit'], change: number): string {
  const sign = change > 0 ? '+' : change < 0 ? '−' : '';
  return `${sign}${valueText(unit, Math.abs(change))}`;
}

export function halfText(unit: OutcomeSeries['unit'], sigma: number | null): string {
  return sigma === null || sigma === 0 ? '' : t.outcome.per95(valueText(unit, COVERAGE_95 * sigma));
}

export const measureName = (measure: string): string => t.outcome.measures[measure] ?? measure;

/** One word; better or worse only where the scale itself says which is which. */
export function verdictWord({ verdict, points }: OutcomeSeries): string {
  const words = t.outcome;
  if (verdict === null) return points.length < 2 ? words.oneValue : words.noThreshold;
  if (verdict.notComparable.includes('no-threshold')) return words.noThreshold;
  if (verdict.verdict !== 'changed' || verdict.better === null) return words.verdicts[verdict.verdict];
  return verdict.better ? words.verdictBetter : words.verdictWorse;
}

/** What stands beside the word: the difference, what it is held against, and why nothing can be called. */
export function verdictReason({ verdict, unit }: OutcomeSeries): string {
  if (verdict === null) return '';
  const words = t.outcome;
  const change = changeText(unit, verdict.change);
  const held =
    verdict.threshold === null || verdict.notComparable.includes('no-threshold')
      ? words.changeOnly(change)
      : words.heldAgainst(change, valueText(unit, verdict.threshold));
  const reasons = verdict.notComparable
    .filter((reason) => reason !== 'no-threshold' || verdict.notComparable.length > 1)
    .map((reason) => words.notComparable[reason] ?? reason);
  return [held, ...reasons].join('; ');
}
