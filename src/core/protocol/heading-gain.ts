/**
 * Heading uncertainty gained since a mark, from a standard uncertainty that starts again at zero after every rest.
 * A rest in between does not take back what was gained before it: only the mark does.
 */
import { loadState, saveState } from '../state.ts';

export interface HeadingGain {
  /** From here on. */
  mark(headingSigmaRad: number): void;
  update(headingSigmaRad: number): void;
  /** Variance gained since the mark, rad^2. */
  readonly varianceRad2: number;
  save(): unknown;
  restore(state: unknown): void;
}

/** A fall to below this share between two samples is a new start after a rest; turning back lowers it only slowly. */
const RESET_SHARE = 0.6;

export function createHeadingGain(): HeadingGain {
  const state = { base: 0, last: 0, before: 0 };
  return {
    get varianceRad2() {
      return state.before + Math.max(0, state.last * state.last - state.base * state.base);
    },
    mark(sigma) {
      state.base = state.last = Number.isFinite(sigma) ? sigma : 0;
      state.before = 0;
    },
    update(sigma) {
      if (!Number.isFinite(sigma)) return;
      if (sigma < RESET_SHARE * state.last) {
        state.before += Math.max(0, state.last * state.last - state.base * state.base);
        state.base = 0;
      }
      state.last = sigma;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
