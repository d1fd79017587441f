/** A pose that was kept: the mean over a still window, with the mean specific force seen in it. */
import { loadState, saveState } from '../state.ts';
import type { Motion } from './motion.ts';

export interface StillPoseParams {
  readonly windowS: number;
  readonly stillRateRadps: number;
  readonly spreadRad: number;
  readonly gapS: number;
}

export interface StillPose {
  /** True on the sample that completes a window; `pose` and `acc` are then those of that window. Any frame will do. */
  update(pose: ArrayLike<number>, accMps2: ArrayLike<number>, motion: Motion): boolean;
  /** Still since the last completed window. */
  readonly kept: boolean;
  /** Share of the present window, 0..1. */
  readonly progress: number;
  /** Angle between the mean poses of the two halves of the last completed window, rad: a slow movement shows here. */
  readonly driftRad: number;
  /** Mean pose [w x y z] of the last completed window. */
  readonly pose: Float64Array;
  /** Mean specific force in the frame of what was given, m/s^2; NaN when the sensor sends none. */
  readonly acc: Float64Array;
  reset(): void;
  save(): unknown;
  restore(state: unknown): void;
}

export function createStillPose(params: StillPoseParams): StillPose {
  /** Two poses lie further apart than the spread when |dot| falls below this. */
  const leastDot = Math.cos(params.spreadRad / 2);
  const state = {
    windowS: 0,
    samples: 0,
    anchor: new Float64Array(4),
    sum: new Float64Array(4),
    /** Sum of the poses of the first half, once the second has begun. */
    half: new Float64Array(4),
    halved: false,
    driftRad: 0,
    accSum: new Float64Array(3),
    kept: false,
    pose: Float64Array.of(1, 0, 0, 0),
    acc: new Float64Array(3).fill(Number.NaN),
  };
  const clear = (): void => {
    state.windowS = 0;
    state.samples = 0;
    state.sum.fill(0);
    state.half.fill(0);
    state.halved = false;
    state.accSum.fill(0);
  };
  /** From the chord between the unit means: an arc cosine of nearly one would be noise. */
  const driftRad = (): number => {
    const { sum, half } = state;
    let first = 0;
    let second = 0;
    for (let i = 0; i < 4; i++) {
      first += half[i]! * half[i]!;
      second += (sum[i]! - half[i]!) * (sum[i]! - half[i]!);
    }
    if (first === 0 || second === 0) return 0;
    let chord = 0;
    for (let i = 0; i < 4; i++) {
      const d = (sum[i]! - half[i]!) / Math.sqrt(second) - half[i]! / Math.sqrt(first);
      chord += d * d;
    }
    return 2 * Math.sqrt(chord);
  };
  const complete = (): void => {
    const s = state.sum;
    const norm = Math.sqrt(s[0]! * s[0]! + s[1]! * s[1]! + s[2]! * s[2]! + s[3]! * s[3]!);
    for (let i = 0; i < 4; i++) state.pose[i] = s[i]! / norm;
    state.driftRad = driftRad();
    for (let i = 0; i < 3; i++) state.acc[i] = state.accSum[i]! / state.samples;
    state.kept = true;
    clear();
  };
  return {
    get kept() {
      return state.kept;
    },
    get progress() {
      return Math.min(1, state.windowS / params.windowS);
    },
    get driftRad() {
      return state.driftRad;
    },
    pose: state.pose,
    acc: state.acc,
    update(q, accMps2, motion) {
      const a = state.anchor;
      if (motion.gapS > params.gapS || motion.stillRadps >= params.stillRateRadps) {
        clear();
        state.kept = false;
        return false;
      }
      let dot = a[0]! * q[0]! + a[1]! * q[1]! + a[2]! * q[2]! + a[3]! * q[3]!;
      if (state.samples > 0 && Math.abs(dot) < leastDot) {
        clear();
        state.kept = false;
      }
      if (state.samples === 0) {
        a.set(q);
        dot = 1;
      } else state.windowS += motion.dtS;
      if (!state.halved && state.windowS >= 0.5 * params.windowS) {
        state.half.set(state.sum);
        state.halved = true;
      }
      const sign = dot < 0 ? -1 : 1;
      for (let i = 0; i < 4; i++) state.sum[i] = state.sum[i]! + sign * q[i]!;
      for (let i = 0; i < 3; i++) state.accSum[i] = state.accSum[i]! + accMps2[i]!;
      state.samples++;
      if (state.windowS < params.windowS) return false;
      complete();
      return true;
    },
    reset() {
      clear();
      state.kept = false;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
