/** Ring to the points of the strip chart: a fixed number of bins, newest sample of each, gaps left open. */
import { DEG_PER_RAD } from '../../src/core/units.ts';
import type { Plane } from '../logic/angle-words.ts';
import { COVERAGE_95 } from '../logic/reference-relation.ts';
import type { LiveRing } from './ring.ts';

/** A plane; or what a test of turning measures: its twist to left and right, or how far it is, whichever the side. */
export type StripOf = Plane | 'twist' | 'twist-amount';

export interface StripPoint {
  x: number;
  y: number;
}

export interface StripSeries {
  /** The angle, deg, over seconds before now (x from -window to 0). */
  readonly angle: StripPoint[];
  /** Edges of the 95 % band; NaN where the uncertainty is not known. */
  readonly low: StripPoint[];
  readonly high: StripPoint[];
}

/** The angle that is shown and its own standard uncertainty, each in rad; null where the frames carry none of it. */
export function columnsOf(ring: LiveRing, what: StripOf): readonly [Float32Array, Float32Array | null] {
  switch (what) {
    case 'turn':
      return [ring.turnRad, ring.turnSigmaRad];
    case 'nod':
      return [ring.nodRad, null];
    case 'tilt':
      return [ring.tiltRad, null];
    case 'twist':
    case 'twist-amount':
      return [ring.twistRad, ring.twistSigmaRad];
  }
}

/** `bins` mutable points per series over `windowS` seconds. */
export function createStripSeries(bins: number, windowS: number): StripSeries {
  const points = (): StripPoint[] =>
    Array.from({ length: bins }, (_, i) => ({ x: (i / (bins - 1) - 1) * windowS, y: Number.NaN }));
  return { angle: points(), low: points(), high: points() };
}

/**
 * Rewrites the points in place for the moment `nowS` on the ring's time axis. An empty bin stays NaN, except a single
 * one between two filled ones (a rate near the bin rate), which takes its older neighbour's value. Allocates nothing.
 */
export function fillStripSeries(
  series: StripSeries,
  ring: LiveRing,
  column: Float32Array,
  sigma: Float32Array | null,
  nowS: number,
  windowS: number,
): void {
  const bins = series.angle.length;
  for (let i = 0; i < bins; i++) {
    series.angle[i]!.y = Number.NaN;
    series.low[i]!.y = Number.NaN;
    series.high[i]!.y = Number.NaN;
  }
  const oldest = Math.max(0, ring.count - ring.capacity);
  const perBin = (bins - 1) / windowS;
  let filled = bins;
  let cut = false;
  for (let n = ring.count - 1; n >= oldest; n--) {
    const at = n % ring.capacity;
    const bin = Math.round((ring.timeS[at]! - nowS + windowS) * perBin);
    if (bin < 0) break;
    if (bin >= bins) continue;
    if (bin < filled) {
      const deg = column[at]! * DEG_PER_RAD;
      const half = sigma === null ? Number.NaN : COVERAGE_95 * sigma[at]! * DEG_PER_RAD;
      setPoint(series, bin, deg, half);
      if (filled - bin === 2 && filled < bins && !cut) setPoint(series, bin + 1, deg, half);
      filled = bin;
      cut = false;
    }
    if (ring.gap[at] === 1) cut = true;
  }
}

function setPoint(series: StripSeries, bin: number, deg: number, half: number): void {
  series.angle[bin]!.y = deg;
  series.low[bin]!.y = deg - half;
  series.high[bin]!.y = deg + half;
}
