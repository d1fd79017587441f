/** The hold at end range: twist, measured and predicted up over the still window. */
import { wrapPi } from '../math/angle.ts';
import { loadState, reviveState, saveState } from '../state.ts';

/** Twists kept for the median: the settled 0.7 s at up to 700 Hz; a longer or faster hold keeps its first ones. */
const CAPACITY = 512;

export interface Hold {
  readonly durationS: number;
  readonly samples: number;
  /** Sums over the hold: specific force as measured, and up as the gyro predicts it (head frame). */
  readonly accSum: Float64Array;
  readonly upSum: Float64Array;
  /** Time and twist (rad) come in objects: a number that is passed to a function would be allocated. */
  add(
    motion: { readonly dtS: number },
    pose: { readonly twist: number },
    acc: ArrayLike<number>,
    predictedUp: ArrayLike<number>,
  ): void;
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
    accSum: new Float64Array(3),
    upSum: new Float64Array(3),
  };
  const scratch = new Float64Array(CAPACITY);
  const kept = (): number => Math.min(CAPACITY, hold.samples);
  // Fields, not getters: a getter's number would be allocated whenever the call is not inlined.
  const hold = {
    durationS: 0,
    samples: 0,
    accSum: state.accSum,
    upSum: state.upSum,
    add(
      motion: { readonly dtS: number },
      pose: { readonly twist: number },
      acc: ArrayLike<number>,
      predictedUp: ArrayLike<number>,
    ): void {
      if (hold.samples === 0) state.first = pose.twist;
      else hold.durationS += motion.dtS;
      if (hold.samples < CAPACITY) state.offsets[hold.samples] = wrapPi(pose.twist - state.first);
      hold.samples++;
      for (let i = 0; i < 3; i++) {
        state.accSum[i] = state.accSum[i]! + acc[i]!;
        state.upSum[i] = state.upSum[i]! + predictedUp[i]!;
      }
    },
    clear(): void {
      hold.samples = 0;
      hold.durationS = 0;
      state.accSum.fill(0);
      state.upSum.fill(0);
    },
    medianRad(): number {
      const n = kept();
      if (n === 0) return Number.NaN;
      scratch.set(state.offsets);
      scratch.subarray(0, n).sort();
      const middle = n >> 1;
      const offset = n % 2 === 1 ? scratch[middle]! : 0.5 * (scratch[middle - 1]! + scratch[middle]!);
      return wrapPi(state.first + offset);
    },
    jitterRad(): number {
      const n = kept();
      if (n < 2) return 0;
      let mean = 0;
      for (let i = 0; i < n; i++) mean += state.offsets[i]! / n;
      let square = 0;
      for (let i = 0; i < n; i++) square += (state.offsets[i]! - mean) ** 2;
      return Math.sqrt(square / (n - 1));
    },
    save: () => saveState({ state, samples: hold.samples, durationS: hold.durationS }),
    restore(saved: unknown): void {
      const from = reviveState(saved) as { samples: number; durationS: number };
      loadState(state, (saved as { state: unknown }).state);
      hold.samples = from.samples;
      hold.durationS = from.durationS;
    },
  };
  return hold;
}
