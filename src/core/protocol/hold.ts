/** The hold at end range: twist, measured and predicted up over the still window. */
import { wrapPi } from '../math/angle.ts';
import { loadState, saveState } from '../state.ts';

/** Twists kept for the median: the settled 0.7 s at up to 700 Hz; a longer or faster hold keeps its first ones. */
const CAPACITY = 512;

export interface Hold {
  readonly durationS: number;
  readonly samples: number;
  /** Sums over the hold: specific force as measured, and up as the gyro predicts it (head frame). */
  readonly accSum: Float64Array;
  readonly upSum: Float64Array;
  add(dtS: number, twistRad: number, acc: ArrayLike<number>, predictedUp: ArrayLike<number>): void;
  clear(): void;
  /** Median of the twists, rad in (-pi, pi]; NaN when empty. */
  medianRad(): number;
  /** Standard deviation about the mean, rad; 0 for fewer than two. */
  jitterRad(): number;
  save(): unknown;
  restore(state: unknown): void;
}

export function createHold(): Hold {
  const state = {
    /** Offsets from the first twist, so that the wrap at +-pi is never inside. */
    offsets: new Float64Array(CAPACITY),
    first: 0,
    samples: 0,
    durationS: 0,
    accSum: new Float64Array(3),
    upSum: new Float64Array(3),
  };
  const scratch = new Float64Array(CAPACITY);
  const kept = (): number => Math.min(CAPACITY, state.samples);
  return {
    accSum: state.accSum,
    upSum: state.upSum,
    get durationS() {
      return state.durationS;
    },
    get samples() {
      return state.samples;
    },
    add(dtS, twistRad, acc, predictedUp) {
      if (state.samples === 0) state.first = twistRad;
      else state.durationS += dtS;
      if (state.samples < CAPACITY) state.offsets[state.samples] = wrapPi(twistRad - state.first);
      state.samples++;
      for (let i = 0; i < 3; i++) {
        state.accSum[i] = state.accSum[i]! + acc[i]!;
        state.upSum[i] = state.upSum[i]! + predictedUp[i]!;
      }
    },
    clear() {
      state.samples = 0;
      state.durationS = 0;
      state.accSum.fill(0);
      state.upSum.fill(0);
    },
    medianRad() {
      const n = kept();
      if (n === 0) return Number.NaN;
      scratch.set(state.offsets);
      scratch.subarray(0, n).sort();
      const middle = n >> 1;
      const offset = n % 2 === 1 ? scratch[middle]! : 0.5 * (scratch[middle - 1]! + scratch[middle]!);
      return wrapPi(state.first + offset);
    },
    jitterRad() {
      const n = kept();
      if (n < 2) return 0;
      let mean = 0;
      for (let i = 0; i < n; i++) mean += state.offsets[i]! / n;
      let square = 0;
      for (let i = 0; i < n; i++) square += (state.offsets[i]! - mean) ** 2;
      return Math.sqrt(square / (n - 1));
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
