/** A hold in three angles at once: medians and scatter, so that the primary one can be chosen afterwards. */
import { loadState, saveState } from '../state.ts';

/** Samples kept: 0.7 s at up to 360 Hz; a longer or faster hold keeps its first ones. */
const CAPACITY = 256;

export interface AngleHold {
  readonly durationS: number;
  readonly samples: number;
  add(dtS: number, anglesRad: ArrayLike<number>): void;
  clear(): void;
  /** Median of one of the angles, rad; NaN when empty. Angles at a hold do not straddle +-pi in a neck. */
  medianRad(which: number): number;
  /** Standard deviation of one of the angles, rad; 0 for fewer than two. */
  jitterRad(which: number): number;
  save(): unknown;
  restore(state: unknown): void;
}

export function createAngleHold(): AngleHold {
  const state = { angles: new Float64Array(3 * CAPACITY), samples: 0, durationS: 0 };
  const scratch = new Float64Array(CAPACITY);
  const column = (which: number): Float64Array => {
    const n = Math.min(CAPACITY, state.samples);
    for (let i = 0; i < n; i++) scratch[i] = state.angles[3 * i + which]!;
    return scratch.subarray(0, n);
  };
  return {
    get durationS() {
      return state.durationS;
    },
    get samples() {
      return state.samples;
    },
    add(dtS, angles) {
      if (state.samples > 0) state.durationS += dtS;
      if (state.samples < CAPACITY) for (let k = 0; k < 3; k++) state.angles[3 * state.samples + k] = angles[k]!;
      state.samples++;
    },
    clear() {
      state.samples = 0;
      state.durationS = 0;
    },
    medianRad(which) {
      const sorted = column(which).sort();
      const n = sorted.length;
      if (n === 0) return Number.NaN;
      return n % 2 === 1 ? sorted[n >> 1]! : 0.5 * (sorted[(n >> 1) - 1]! + sorted[n >> 1]!);
    },
    jitterRad(which) {
      const values = column(which);
      const n = values.length;
      if (n < 2) return 0;
      let mean = 0;
      for (const v of values) mean += v / n;
      let square = 0;
      for (const v of values) square += (v - mean) ** 2;
      return Math.sqrt(square / (n - 1));
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
