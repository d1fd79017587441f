/**
 * While the head turns: does the turn that the gyro tells agree with gravity? Up as the gyro alone carries it on since the
 * flexed start, against the accelerometer, both behind one low pass, so that its lag is in neither. A turn about an axis
 * that is not vertical is seen by both; a scale that is wrong or a bias that crept shows as an angle between them. The head's
 * own acceleration is no more than a degree of it at the speeds of this test, a knock is over before it counts.
 */
import { loadState, saveState } from '../state.ts';
import type { FrtParams } from './frt-params.ts';

export type GravityAgreement = 'agrees' | 'differs' | 'blind';

export interface GravityGuard {
  /** 'blind': the long axis is too near the vertical, or there is no accelerometer. */
  readonly now: GravityAgreement;
  /** It differed at some moment since the last mark. */
  readonly marked: boolean;
  /** From a start on: nothing is known of the turn yet. */
  start(): void;
  /** A turn begins: what was before belongs to no repetition. */
  mark(): void;
  /**
   * `up`: predicted, unit length; `acc`: specific force, m/s^2; both in the head frame. `limitRad`: angle up to which they
   * agree. Objects, because a number that is passed to a function would be allocated.
   */
  update(
    motion: { readonly dtS: number },
    up: ArrayLike<number>,
    acc: ArrayLike<number>,
    limit: { readonly gravityLimitNow: number; readonly gravityBlind: boolean },
  ): void;
  save(): unknown;
  restore(state: unknown): void;
}

export function createGravityGuard(params: Pick<FrtParams, 'gravityGuardS' | 'gravityGuardTauS'>): GravityGuard {
  const up = new Float64Array(3);
  const acc = new Float64Array(3);
  const state = { up, acc, known: false, overS: 0, now: 'blind' as GravityAgreement, marked: false };
  const forget = (): void => {
    state.known = false;
    state.overS = 0;
    state.now = 'blind';
  };
  return {
    get now() {
      return state.now;
    },
    get marked() {
      return state.marked;
    },
    start() {
      forget();
      state.marked = false;
    },
    mark() {
      state.marked = state.now === 'differs';
    },
    update(motion, predicted, measured, limit) {
      const sum = predicted[0]! + predicted[1]! + predicted[2]! + measured[0]! + measured[1]! + measured[2]!;
      if (limit.gravityBlind || !Number.isFinite(sum)) {
        forget();
        return;
      }
      const k = state.known ? motion.dtS / (params.gravityGuardTauS + motion.dtS) : 1;
      state.known = true;
      for (let i = 0; i < 3; i++) {
        up[i] = up[i]! + k * (predicted[i]! - up[i]!);
        acc[i] = acc[i]! + k * (measured[i]! - acc[i]!);
      }
      const x = up[1]! * acc[2]! - up[2]! * acc[1]!;
      const y = up[2]! * acc[0]! - up[0]! * acc[2]!;
      const z = up[0]! * acc[1]! - up[1]! * acc[0]!;
      const along = up[0]! * acc[0]! + up[1]! * acc[1]! + up[2]! * acc[2]!;
      const over = Math.atan2(Math.sqrt(x * x + y * y + z * z), along) > limit.gravityLimitNow;
      state.overS = over ? state.overS + motion.dtS : 0;
      state.now = state.overS >= params.gravityGuardS ? 'differs' : 'agrees';
      if (state.now === 'differs') state.marked = true;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
