/**
 * Where the marks of a trend stand, as shares of the picture's width and height, for the page's SVG and the report alike.
 * y grows downwards; a bar is a 95 % interval; the band is where a later value counts as not clearly different.
 */
import { COVERAGE_95 } from '../neck/uncertainty.ts';

export interface PicturedSeries {
  readonly points: readonly {
    readonly atMs: number;
    readonly value: number;
    readonly sigma: number | null;
    readonly headache: boolean | null;
  }[];
  /** Half of the band around the first value; null: none is known. */
  readonly band: number | null;
}

export interface PicturedPoint {
  readonly x: number;
  readonly y: number;
  /** Ends of the 95 % interval; null: not known, or none as of a typed score. */
  readonly bar: readonly [number, number] | null;
  readonly headache: boolean | null;
}

export interface TrendPicture {
  readonly points: readonly PicturedPoint[];
  readonly band: readonly [number, number] | null;
  /** The first value. */
  readonly baseline: number;
  readonly ticks: readonly { readonly y: number; readonly value: number }[];
}

const STEPS = [1, 2, 2.5, 5, 10];
const PADDING = 0.08;

/** Round values inside a range, two to five of them. */
export function roundTicks(low: number, high: number): number[] {
  const raw = (high - low) / 3;
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * STEPS.find((one) => one * power >= raw)!;
  const ticks: number[] = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++) ticks.push(n * step);
  return ticks;
}

const halfBar = (sigma: number | null): number => (sigma === null ? 0 : COVERAGE_95 * sigma);

/** Least and largest value that has to be inside, with some air. */
export function pictureRange({ points, band }: PicturedSeries): readonly [number, number] {
  const first = points[0]!.value;
  const half = band ?? 0;
  const low = Math.min(first - half, ...points.map(({ value, sigma }) => value - halfBar(sigma)));
  const high = Math.max(first + half, ...points.map(({ value, sigma }) => value + halfBar(sigma)));
  const air = high > low ? (high - low) * PADDING : 1;
  return [low - air, high + air];
}

/** @param fromMs, toMs what the picture's width stands for; a single instant stands in the middle. */
export function trendPicture(series: PicturedSeries, fromMs: number, toMs: number): TrendPicture {
  const [low, high] = pictureRange(series);
  const y = (value: number): number => (high - value) / (high - low);
  const x = (atMs: number): number => (toMs > fromMs ? (atMs - fromMs) / (toMs - fromMs) : 0.5);
  const first = series.points[0]!.value;
  return {
    points: series.points.map(({ atMs, value, sigma, headache }) => ({
      ...{ x: x(atMs), y: y(value), headache },
      bar: sigma === null || sigma === 0 ? null : [y(value + halfBar(sigma)), y(value - halfBar(sigma))],
    })),
    band: series.band === null ? null : [y(first + series.band), y(first - series.band)],
    baseline: y(first),
    ticks: roundTicks(low, high).map((value) => ({ y: y(value), value })),
  };
}
