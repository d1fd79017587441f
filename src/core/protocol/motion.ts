/** What every protocol wants to know of the motion: interval, gap, and the smoothed speeds that decide still and fast. */
import { loadState, saveState } from '../state.ts';
import type { MotionSample } from './step.ts';

export interface MotionParams {
  readonly stillTauS: number;
  readonly speedTauS: number;
}

/** A jump of time beyond this is a gap even when the sample does not say so, s. */
const UNTOLD_GAP_S = 0.3;

export interface Motion {
  /** Time since the sample before, s; 0 for the first. */
  readonly dtS: number;
  readonly gapS: number;
  /** Magnitude of the slowly smoothed rate, rad/s: still or not. */
  readonly stillRadps: number;
  /** Magnitude of the lightly smoothed rate, rad/s: too fast or not. */
  readonly speedRadps: number;
  /** False when the sample is not usable (a component not finite, time running backwards): nothing changed. */
  update(sample: MotionSample): boolean;
  save(): unknown;
  restore(state: unknown): void;
}

export function createMotion(params: MotionParams): Motion {
  const state = {
    timeS: Number.NaN,
    dtS: 0,
    gapS: 0,
    slow: new Float64Array(3),
    quick: new Float64Array(3),
    stillRadps: 0,
    speedRadps: 0,
  };
  const smooth = (to: Float64Array, rate: Float64Array, k: number): number => {
    for (let i = 0; i < 3; i++) to[i] = to[i]! + k * (rate[i]! - to[i]!);
    return Math.sqrt(to[0]! * to[0]! + to[1]! * to[1]! + to[2]! * to[2]!);
  };
  return {
    get dtS() {
      return state.dtS;
    },
    get gapS() {
      return state.gapS;
    },
    get stillRadps() {
      return state.stillRadps;
    },
    get speedRadps() {
      return state.speedRadps;
    },
    update(sample) {
      const q = sample.worldFromHead;
      const w = sample.headRateRadps;
      const sum = sample.timeS + q[0]! + q[1]! + q[2]! + q[3]! + w[0]! + w[1]! + w[2]!;
      if (!Number.isFinite(sum)) return false;
      const first = Number.isNaN(state.timeS);
      if (!first && !(sample.timeS > state.timeS)) return false;
      const dtS = first ? 0 : sample.timeS - state.timeS;
      state.timeS = sample.timeS;
      state.dtS = dtS;
      state.gapS = dtS > UNTOLD_GAP_S ? Math.max(sample.gapS || 0, dtS) : sample.gapS || 0;
      // The share of a one-pole low pass over an irregular step.
      state.stillRadps = smooth(state.slow, w, first ? 1 : dtS / (params.stillTauS + dtS));
      state.speedRadps = smooth(state.quick, w, first ? 1 : dtS / (params.speedTauS + dtS));
      return true;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
