/**
 * Maps device time to host time from pairs (device tick, host arrival). An arrival is never early, only late: radio,
 * driver and scheduler add a delay that is at least some minimum. So the true line lies along the lower edge of the
 * cloud (arrival - tick) over tick, not through its middle. The lower edge of the last minute's window minima is fitted
 * by the line below all of them with the smallest sum of distances; that optimum is the edge of their lower convex hull
 * under their mean tick. What remains unknown is the minimum delay itself, which no one-way link can tell.
 */
import { loadState, saveState } from '../state.ts';

export interface ClockFitParams {
  /** Length of one window of which only the minimum is kept, us of device time. */
  readonly windowUs: number;
  /** Largest rate error of the device clock that is believed, parts per million. */
  readonly maxDriftPpm: number;
  /** Below this span of device time the rate is taken as nominal, us: over less, delay jitter looks like drift. */
  readonly minSpanUs: number;
  /** A whole window later than the line by more than this is a new clock (device paused or reset), us. */
  readonly stepUs: number;
}

export const CLOCK_FIT_DEFAULTS: ClockFitParams = Object.freeze({
  windowUs: 2_000_000,
  maxDriftPpm: 500,
  minSpanUs: 10_000_000,
  stepUs: 1_000_000,
});

/** Window minima kept: 30 windows of 2 s follow a crystal that warms up and see enough quick packets. */
const WINDOWS = 30;

/** hostUs = tickUs + (offsetUs + drift * (tickUs - originUs)); offset and origin are NaN before the first pair. */
export interface ClockLine {
  readonly originUs: number;
  readonly offsetUs: number;
  readonly drift: number;
}

export interface ClockFit {
  /** Takes a pair; `tickUs` of the newest sample of the notification that arrived at `arrivalUs`. Non-finite pairs are ignored. */
  add(tickUs: number, arrivalUs: number): void;
  /** Host time of a device tick, us; NaN before the first pair. */
  hostUs(tickUs: number): number;
  /** Host seconds per device second, minus 1. */
  readonly drift: number;
  /** The line behind `hostUs`, for a hot path that may not call a function for a number. */
  readonly line: ClockLine;
  save(): unknown;
  restore(state: unknown): void;
}

export function createClockFit(overrides: Partial<ClockFitParams> = {}): ClockFit {
  const params = { ...CLOCK_FIT_DEFAULTS, ...overrides };
  const maxDrift = params.maxDriftPpm * 1e-6;
  const state = {
    /** Ring of closed windows: tick and (arrival - tick) of each window's earliest arrival. */
    tickUs: new Float64Array(WINDOWS),
    deltaUs: new Float64Array(WINDOWS),
    count: 0,
    next: 0,
    windowStartUs: Number.NaN,
    bestTickUs: Number.NaN,
    bestDeltaUs: Number.POSITIVE_INFINITY,
    /** The line: delta = offsetUs + drift * (tick - originUs). */
    originUs: Number.NaN,
    offsetUs: Number.NaN,
    drift: 0,
  };
  const hull = new Int32Array(WINDOWS);

  const forget = (): void => {
    state.count = 0;
    state.next = 0;
    state.drift = 0;
    state.originUs = Number.NaN;
    state.offsetUs = Number.NaN;
  };
  const openWindow = (tickUs: number, deltaUs: number): void => {
    state.windowStartUs = tickUs;
    state.bestTickUs = tickUs;
    state.bestDeltaUs = deltaUs;
  };
  /** Index in the ring of the k-th oldest window. */
  const ring = (k: number): number => (state.next - state.count + k + 2 * WINDOWS) % WINDOWS;

  const refit = (): void => {
    const first = ring(0);
    const last = ring(state.count - 1);
    if (state.tickUs[last]! - state.tickUs[first]! < params.minSpanUs) {
      fitFlat();
      return;
    }
    let size = 0;
    let meanTick = 0;
    for (let k = 0; k < state.count; k++) {
      const i = ring(k);
      meanTick += state.tickUs[i]! / state.count;
      while (size >= 2 && cross(hull[size - 2]!, hull[size - 1]!, i) <= 0) size--;
      hull[size++] = i;
    }
    let edge = 0;
    while (edge < size - 2 && state.tickUs[hull[edge + 1]!]! < meanTick) edge++;
    const a = hull[edge]!;
    const b = hull[edge + 1]!;
    const slope = (state.deltaUs[b]! - state.deltaUs[a]!) / (state.tickUs[b]! - state.tickUs[a]!);
    state.drift = Math.max(-maxDrift, Math.min(maxDrift, slope));
    lineBelowAll();
  };
  const fitFlat = (): void => {
    state.drift = 0;
    lineBelowAll();
  };
  /** Puts the line of the present drift under every window. */
  const lineBelowAll = (): void => {
    state.originUs = state.tickUs[ring(state.count - 1)]!;
    state.offsetUs = Number.POSITIVE_INFINITY;
    for (let k = 0; k < state.count; k++) {
      const i = ring(k);
      state.offsetUs = Math.min(state.offsetUs, state.deltaUs[i]! - state.drift * (state.tickUs[i]! - state.originUs));
    }
  };
  /** Twice the area of the triangle o, a, b: positive when b lies left of (above) the line from o through a. */
  const cross = (o: number, a: number, b: number): number =>
    (state.tickUs[a]! - state.tickUs[o]!) * (state.deltaUs[b]! - state.deltaUs[o]!) -
    (state.deltaUs[a]! - state.deltaUs[o]!) * (state.tickUs[b]! - state.tickUs[o]!);

  const predict = (tickUs: number): number => state.offsetUs + state.drift * (tickUs - state.originUs);

  return {
    line: state,
    get drift() {
      return state.drift;
    },
    add(tickUs, arrivalUs) {
      if (!Number.isFinite(tickUs) || !Number.isFinite(arrivalUs)) return;
      const deltaUs = arrivalUs - tickUs;
      if (!(tickUs >= state.windowStartUs)) {
        // The first pair, or a clock that ran backwards: nothing known before holds for it.
        forget();
        openWindow(tickUs, deltaUs);
      } else if (tickUs - state.windowStartUs >= params.windowUs) {
        if (state.count > 0 && Math.abs(state.bestDeltaUs - predict(state.bestTickUs)) > params.stepUs) forget();
        state.tickUs[state.next] = state.bestTickUs;
        state.deltaUs[state.next] = state.bestDeltaUs;
        state.next = (state.next + 1) % WINDOWS;
        state.count = Math.min(WINDOWS, state.count + 1);
        refit();
        openWindow(tickUs, deltaUs);
      } else if (deltaUs < state.bestDeltaUs) {
        state.bestTickUs = tickUs;
        state.bestDeltaUs = deltaUs;
      }
      if (Number.isNaN(state.offsetUs)) {
        state.originUs = tickUs;
        state.offsetUs = deltaUs;
      } else if (deltaUs < predict(tickUs)) {
        // Earlier than thought possible: the minimum delay is smaller, at once.
        state.offsetUs = deltaUs - state.drift * (tickUs - state.originUs);
      }
    },
    hostUs: (tickUs) => tickUs + predict(tickUs),
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
