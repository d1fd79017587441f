/**
 * The guided tumble: the unit lies still, is turned about all its axes in the hand, both ways and mixed (one clean axis
 * after the other shows no cross-axis term: over a whole turn it cancels), and lies still again. In about a minute gravity shows the gyro's scale and cross-axis matrix; the posterior is the prior of every later trial.
 */
import { type GyroModel, UNKNOWN_MATRIX_SIGMA, unknownGyroModel } from '../src/core/fusion/gyro-model.ts';
import { type SmoothedTrial, smoothTrial } from '../src/core/fusion/smoother.ts';
import type { LiveSample } from '../src/core/pipeline.ts';
import { SATURATION_FLAGS } from '../src/core/quality.ts';
import { reviveState, saveState } from '../src/core/state.ts';

export interface GyroTumbleParams {
  /** Stillness at either end, s: the bias to 0.02 deg/s. */
  readonly stillS: number;
  /** Rotation about each sensor axis in each direction, rad. Two turns each way: about a minute at 100 deg/s. */
  readonly pathRad: number;
  /** Longest of the whole procedure, s. */
  readonly limitS: number;
  /** A hole longer than this leaves no attitude across it, s. */
  readonly maxGapS: number;
  /** Largest share of an unknown unit's standard deviation that may be left on any element of the matrix. */
  readonly maxSigmaShare: number;
  /** Largest element believed, dimensionless: consumer gyros are trimmed to 1 to 3 %. */
  readonly maxElement: number;
}

export const GYRO_TUMBLE_PARAMS: GyroTumbleParams = Object.freeze({
  stillS: 2,
  pathRad: 4 * Math.PI,
  limitS: 180,
  maxGapS: 1,
  maxSigmaShare: 0.5,
  maxElement: 0.05,
});

export type GyroTumblePhase = 'none' | 'still' | 'tumble' | 'still-end' | 'accepted' | 'rejected';
/**
 * 'not-measurable': the smoother refused the record. 'not-determined': it taught too little. 'implausible': an element
 * that no gyro has; something else was wrong, as forces from swinging it about.
 */
export type GyroTumbleReason =
  | 'too-little-x'
  | 'too-little-y'
  | 'too-little-z'
  | 'no-rest'
  | 'saturated'
  | 'gap'
  | 'not-measurable'
  | 'not-determined'
  | 'implausible';

export interface GyroTumble {
  readonly phase: GyroTumblePhase;
  /** Why it was rejected; null otherwise. */
  readonly reason: GyroTumbleReason | null;
  /** Share of the rotation wanted about each axis, the lesser of both directions, 0..1. */
  readonly coverage: readonly [number, number, number];
  /** Mean and covariance of the matrix, prior included; null until accepted. */
  readonly result: GyroModel | null;
  start(): void;
  update(
    sample: Pick<LiveSample, 'timeS' | 'flags' | 'sensorRateRadps' | 'biasRadps' | 'sensorAccMps2' | 'atRest'>,
  ): void;
  /** JSON-serialisable; `restore` continues bit for bit. */
  save(): unknown;
  restore(state: unknown): void;
}

interface State {
  phase: GyroTumblePhase;
  reason: GyroTumbleReason | null;
  /** Rotation so far, rad: x, y, z positive, then x, y, z negative. */
  path: number[];
  /** Begin of the present stillness, s; NaN while moving. */
  stillFromS: number;
  timeS: number[];
  gyrRadps: number[];
  accMps2: number[];
  result: { matrix: number[]; covariance: number[] } | null;
}

/**
 * A chip that integrates gives the mean rate of the step before a sample, one that does not the rate at the sample: in
 * between lies half a step, at 200 deg/s and 100 Hz a whole degree. The record tells which, by where it strays less.
 */
const RATE_SHARES = [0, 0.5] as const;
const REASON_OF_AXIS = ['too-little-x', 'too-little-y', 'too-little-z'] as const;
const fresh = (phase: GyroTumblePhase): State => ({
  phase,
  reason: null,
  path: [0, 0, 0, 0, 0, 0],
  stillFromS: Number.NaN,
  timeS: [],
  gyrRadps: [],
  accMps2: [],
  result: null,
});

/** @param prior what is known of the unit; left out: nothing */
export function createGyroTumble(
  overrides: Partial<GyroTumbleParams> = {},
  prior: GyroModel = unknownGyroModel(),
): GyroTumble {
  const params = { ...GYRO_TUMBLE_PARAMS, ...overrides };
  let state = fresh('none');

  const share = (axis: number): number =>
    Math.min(1, Math.min(state.path[axis]!, state.path[axis + 3]!) / params.pathRad);
  function reject(reason: GyroTumbleReason): void {
    state = { ...fresh('rejected'), path: state.path, reason };
  }
  /** The record smoothed with the rate of each step taken so far before its end, in shares of a step. */
  function smoothed(laterShare: number): SmoothedTrial | null {
    const gyrRadps = Float64Array.from(state.gyrRadps);
    for (let i = gyrRadps.length - 1; i >= 3; i--)
      gyrRadps[i] = (1 - laterShare) * gyrRadps[i]! + laterShare * gyrRadps[i - 3]!;
    const timeS = Float64Array.from(state.timeS);
    const outcome = smoothTrial({ timeS, gyrRadps, accMps2: Float64Array.from(state.accMps2) }, { gyroModel: prior });
    return outcome.ok ? outcome.value : null;
  }
  function evaluate(): void {
    let best: SmoothedTrial | null = null;
    for (const share of RATE_SHARES) {
      const tried = smoothed(share);
      if (tried && (best === null || tried.strayM < best.strayM)) best = tried;
    }
    if (best === null) {
      reject('not-measurable');
      return;
    }
    const { matrix, covariance } = best.gyroModel;
    for (let i = 0; i < 9; i++) {
      if (!(covariance[10 * i]! <= (params.maxSigmaShare * UNKNOWN_MATRIX_SIGMA) ** 2)) {
        reject('not-determined');
        return;
      }
      if (!(Math.abs(matrix[i]!) <= params.maxElement)) {
        reject('implausible');
        return;
      }
    }
    const result = { matrix: Array.from(matrix), covariance: Array.from(covariance) };
    state = { ...fresh('accepted'), path: state.path, result };
  }

  return {
    get phase() {
      return state.phase;
    },
    get reason() {
      return state.reason;
    },
    get coverage(): readonly [number, number, number] {
      return [share(0), share(1), share(2)];
    },
    get result() {
      return state.result;
    },
    start() {
      state = fresh('still');
    },
    update({ timeS, flags, sensorRateRadps, biasRadps, sensorAccMps2, atRest }) {
      if (state.phase !== 'still' && state.phase !== 'tumble' && state.phase !== 'still-end') return;
      const last = state.timeS.at(-1) ?? Number.NaN;
      if (timeS <= last) return;
      const dt = timeS - last;
      const saturated = (flags & SATURATION_FLAGS) !== 0;
      if (saturated || dt > params.maxGapS) {
        reject(saturated ? 'saturated' : 'gap');
        return;
      }
      state.timeS.push(timeS);
      for (let k = 0; k < 3; k++) {
        const rate = sensorRateRadps[k]!;
        // As the sensor sent it: the smoother finds the bias by itself.
        state.gyrRadps.push(rate + biasRadps[k]!);
        state.accMps2.push(sensorAccMps2[k]!);
        if (state.phase !== 'tumble' || !(dt > 0) || !Number.isFinite(rate)) continue;
        const slot = rate > 0 ? k : k + 3;
        state.path[slot] = state.path[slot]! + Math.abs(rate) * dt;
      }
      if (!atRest) state.stillFromS = Number.NaN;
      else if (Number.isNaN(state.stillFromS)) state.stillFromS = timeS;
      const still = timeS - state.stillFromS >= params.stillS;
      const least = [0, 1, 2].reduce((a, b) => (share(b) < share(a) ? b : a), 0);
      if (state.phase === 'still') {
        if (still) state.phase = 'tumble';
      } else if (state.phase === 'tumble') {
        if (share(least) >= 1) state.phase = 'still-end';
      } else if (still) {
        evaluate();
        return;
      }
      if (timeS - state.timeS[0]! > params.limitS)
        reject(state.phase === 'tumble' ? REASON_OF_AXIS[least]! : 'no-rest');
    },
    save: () => saveState(state),
    restore(saved) {
      state = reviveState(saved) as State;
    },
  };
}
