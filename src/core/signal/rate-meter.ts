/** Samples per second over the last second of device time. */
import { loadState, saveState } from '../state.ts';

/** Sample times kept: one second at up to 1 kHz. */
const CAPACITY = 1024;
const WINDOW_S = 1;

export interface RateMeter {
  /** One sample at the time, s (not decreasing), in `times[slot]`. A slot, because an argument would be allocated. */
  add(times: Float64Array, slot: number): void;
  /** Length 1: the rate, Hz. */
  readonly rateHz: Float64Array;
  save(): unknown;
  restore(state: unknown): void;
}

export function createRateMeter(): RateMeter {
  const rateHz = new Float64Array(1);
  const state = { times: new Float64Array(CAPACITY), rateHz, count: 0, head: 0 };
  const kept = state.times;
  return {
    rateHz,
    add(times, slot) {
      const timeS = times[slot]!;
      kept[state.head] = timeS;
      state.head = (state.head + 1) % CAPACITY;
      state.count = Math.min(CAPACITY, state.count + 1);
      while (state.count > 1) {
        const oldest = kept[(state.head - state.count + CAPACITY) % CAPACITY]!;
        if (oldest >= timeS - WINDOW_S - 1e-9) break;
        state.count--;
      }
      const spanS = timeS - kept[(state.head - state.count + CAPACITY) % CAPACITY]!;
      rateHz[0] = spanS > 0 ? (state.count - 1) / spanS : 0;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
