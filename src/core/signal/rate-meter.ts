/** Samples per second over the last second of device time. */
import { loadState, saveState } from '../state.ts';

/** Sample times kept: one second at up to 1 kHz. */
const CAPACITY = 1024;
const WINDOW_S = 1;

export interface RateMeter {
  /** One sample at `timeS` (not decreasing); gives the rate, Hz. */
  add(timeS: number): number;
  save(): unknown;
  restore(state: unknown): void;
}

export function createRateMeter(): RateMeter {
  const state = { times: new Float64Array(CAPACITY), count: 0, head: 0 };
  return {
    add(timeS) {
      state.times[state.head] = timeS;
      state.head = (state.head + 1) % CAPACITY;
      state.count = Math.min(CAPACITY, state.count + 1);
      while (state.count > 1) {
        const oldest = state.times[(state.head - state.count + CAPACITY) % CAPACITY]!;
        if (oldest >= timeS - WINDOW_S - 1e-9) break;
        state.count--;
      }
      const spanS = timeS - state.times[(state.head - state.count + CAPACITY) % CAPACITY]!;
      return spanS > 0 ? (state.count - 1) / spanS : 0;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
