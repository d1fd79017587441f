/** Numbers and dates as the readers of a language write them, and the pictures of a test. */
import type { Figure, ReportLanguage } from '../../contract/report.ts';
import { countedOf, type DirectionFigures } from '../../contract/test-result.ts';
import type { ReportTest } from './facts.ts';
import { dialFigure, rangeFigure } from './figures.ts';
import { de } from './texts-de.ts';
import { en, type ReportTexts } from './texts-en.ts';

const COVERAGE_95 = 1.96;

export interface Words {
  readonly t: ReportTexts;
  /** Of a measure in its unit: "38.2°", "12.3 s", "214 °/s". */
  value(measure: string, value: number | null): string;
  /** "± 1.2°" of a standard uncertainty; empty when not known. */
  half(measure: string, sigma: number | null): string;
  deg(value: number | null): string;
  wholeDeg(value: number | null): string;
  one(value: number | null): string;
  two(value: number | null): string;
  date(ms: number): string;
  dateTime(ms: number): string;
  time(ms: number): string;
  word(words: Readonly<Record<string, string>>, code: string): string;
}

export function wordsOf(language: ReportLanguage): Words {
  const t = language === 'de' ? de : en;
  const fixed = (digits: number) =>
    new Intl.NumberFormat(t.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const [whole, one, two] = [fixed(0), fixed(1), fixed(2)];
  const known = (value: number | null): value is number => value !== null && Number.isFinite(value);
  const written = (format: Intl.NumberFormat, value: number | null, unit = ''): string =>
    known(value) ? `${format.format(value)}${unit}` : '–';
  const measured = (measure: string, value: number | null): string => {
    if (measure.endsWith('Degps')) return written(whole, value, ' °/s');
    return measure.endsWith('Deg') ? written(one, value, '°') : written(one, value, ' s');
  };
  const dateFormat = new Intl.DateTimeFormat(t.locale, { dateStyle: 'long' });
  const timeFormat = new Intl.DateTimeFormat(t.locale, { timeStyle: 'short' });
  return {
    t,
    value: measured,
    half: (measure, sigma) => (known(sigma) ? `± ${measured(measure, COVERAGE_95 * sigma)}` : ''),
    deg: (value) => written(one, value, '°'),
    wholeDeg: (value) => written(whole, value, '°'),
    one: (value) => written(one, value),
    two: (value) => written(two, value),
    date: (ms) => dateFormat.format(ms),
    time: (ms) => timeFormat.format(ms),
    dateTime: (ms) => `${dateFormat.format(ms)}, ${timeFormat.format(ms)}`,
    word: (words, code) => words[code] ?? code,
  };
}

/** Name of a test with its place in the visit: before or after treatment is told by the time. */
export const testName = (w: Words, { trial }: ReportTest): string => w.word(w.t.tests, trial.kind);

export interface FigureOptions {
  readonly reference: { readonly deg: number; readonly label: string } | null;
  /** A patient's page tells whole degrees. */
  readonly whole: boolean;
}

/** Null for a test whose figures are no angles. */
export function figureOf(w: Words, { trial, figures }: ReportTest, options: FigureOptions): Figure | null {
  if (figures.measure !== 'angleDeg') return null;
  const degOf = (one: DirectionFigures | undefined): string =>
    options.whole ? w.wholeDeg(one?.mean ?? null) : w.deg(one?.mean ?? null);
  const repetitionsOf = (direction: string): number[] =>
    countedOf(trial, direction).flatMap(({ angleDeg }) => (angleDeg === null ? [] : [angleDeg]));
  if (figures.directions.length === 6) {
    const spokes = figures.directions.map((one) => ({
      direction: one.direction,
      meanDeg: one.mean,
      sigmaDeg: one.sigma,
      repetitionsDeg: repetitionsOf(one.direction),
      name: w.word(w.t.directions, one.direction),
      label: degOf(one),
    }));
    return rangeFigure(spokes, w.t.figures.crom, !options.whole);
  }
  const left = figures.directions.find(({ direction }) => direction.endsWith('left'));
  const right = figures.directions.find(({ direction }) => direction.endsWith('right'));
  if (!left || !right) return null;
  const side = (one: DirectionFigures) => ({
    meanDeg: one.mean,
    sigmaDeg: one.sigma,
    repetitionsDeg: repetitionsOf(one.direction),
    label: degOf(one),
  });
  return dialFigure(side(left), side(right), trial.kind === 'frt' ? options.reference : null, {
    left: w.word(w.t.directions, left.direction),
    right: w.word(w.t.directions, right.direction),
    alt: w.t.figures.frt(degOf(left), degOf(right)),
  });
}
