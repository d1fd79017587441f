/** What every protocol wants to know of the motion: interval, gap, and the smoothed speeds that decide still and fast. */
import { loadState, reviveState, saveState } from '../state.ts';
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
  /** Missing before the sample, s; 0 for the first: what was before it is no gap in what begins with it. */
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
  const slow = new Float64Array(3);
  const quick = new Float64Array(3);
  const state = { timeS: Number.NaN, slow, quick };
  // Fields, not getters: a getter's number would be allocated whenever the call is not inlined.
  const motion = {
    dtS: 0,
    gapS: 0,
    stillRadps: 0,
    speedRadps: 0,
    update(sample: MotionSample): boolean {
      const q = sample.worldFromHead;
      const w = sample.headRateRadps;
      const sum = sample.timeS + q[0]! + q[1]! + q[2]! + q[3]! + w[0]! + w[1]! + w[2]!;
      if (!Number.isFinite(sum)) return false;
      const first = Number.isNaN(state.timeS);
      if (!first && !(sample.timeS > state.timeS)) return false;
      const dtS = first ? 0 : sample.timeS - state.timeS;
      state.timeS = sample.timeS;
      motion.dtS = dtS;
      const toldS = first ? 0 : sample.gapS || 0;
      motion.gapS = dtS > UNTOLD_GAP_S ? Math.max(toldS, dtS) : toldS;
      // The share of a one-pole low pass over an irregular step.
      const kSlow = first ? 1 : dtS / (params.stillTauS + dtS);
      const kQuick = first ? 1 : dtS / (params.speedTauS + dtS);
      for (let i = 0; i < 3; i++) {
        slow[i] = slow[i]! + kSlow * (w[i]! - slow[i]!);
        quick[i] = quick[i]! + kQuick * (w[i]! - quick[i]!);
      }
      motion.stillRadps = Math.sqrt(slow[0]! * slow[0]! + slow[1]! * slow[1]! + slow[2]! * slow[2]!);
      motion.speedRadps = Math.sqrt(quick[0]! * quick[0]! + quick[1]! * quick[1]! + quick[2]! * quick[2]!);
      return true;
    },
    save: () => {
      const { dtS, gapS, stillRadps, speedRadps } = motion;
      return saveState({ state, now: { dtS, gapS, stillRadps, speedRadps } });
    },
    restore(saved: unknown): void {
      const from = saved as { state: unknown; now: unknown };
      loadState(state, from.state);
      Object.assign(motion, reviveState(from.now));
    },
  };
  return motion;
}
