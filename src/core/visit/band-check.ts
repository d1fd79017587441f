/**
 * Supine, before the test: has the band moved on the head since the alignment? Lying with the face straight up and the
 * ears level, up lies in the plane of face and crown. Up as the accelerometer sees it, in the head's axes of the
 * alignment, leaves that plane when the band was turned about the head. A tucked chin stays in the plane, and so does a
 * band that slid towards the crown: that this check does not see.
 */
import { createMotion, type MotionParams } from '../protocol/motion.ts';
import type { MotionSample } from '../protocol/step.ts';
import { createStillPose } from '../protocol/still-pose.ts';
import { loadState, saveState } from '../state.ts';
import { radFromDeg } from '../units.ts';

export interface BandCheckParams extends MotionParams {
  /** Still for this long, s. */
  readonly stillS: number;
  readonly stillRateRadps: number;
  readonly spreadRad: number;
  /** The band may be off about the head's long axis by this, rad: twice the alignment's uncertainty, and a head laid by eye. */
  readonly movedRad: number;
  /** The face looks up when up lies within this of it, rad: anything else is no supine head. */
  readonly supineRad: number;
  /** Not still, or not lying, for so long: it ends and says so, s. */
  readonly patienceS: number;
}

export const BAND_CHECK: BandCheckParams = Object.freeze({
  stillTauS: 0.15,
  speedTauS: 0.2,
  stillS: 1,
  stillRateRadps: radFromDeg(4),
  spreadRad: radFromDeg(2),
  movedRad: radFromDeg(10),
  supineRad: radFromDeg(75),
  patienceS: 20,
});

/**
 * in-place: where it was aligned; moved: align again, seated; not-supine: the face does not look up; unsteady: not still
 * in time; no-gravity: the sensor sends no acceleration.
 */
export type BandVerdict = 'in-place' | 'moved' | 'not-supine' | 'unsteady' | 'no-gravity';

export interface BandCheck {
  /** Null while it looks. */
  readonly verdict: BandVerdict | null;
  /** How far it was turned about the head's long axis, up on the patient's left positive, rad; NaN while not known. */
  readonly offRad: number;
  /** Share of the still time, 0..1. */
  readonly progress: number;
  update(sample: MotionSample): void;
  save(): unknown;
  restore(state: unknown): void;
}

/** @param up mean specific force in the head's axes, any length */
export function judgeBand(
  up: ArrayLike<number>,
  params: Pick<BandCheckParams, 'movedRad' | 'supineRad'> = BAND_CHECK,
): { readonly verdict: BandVerdict; readonly offRad: number } {
  const [x = Number.NaN, y = Number.NaN, z = Number.NaN] = [up[0], up[1], up[2]];
  const size = Math.hypot(x, y, z);
  if (!(size > 1)) return { verdict: 'no-gravity', offRad: Number.NaN };
  // About the head's own long axis: the same however far the chin is tucked.
  const offRad = Math.atan2(y, x);
  if (!(Math.acos(Math.max(-1, Math.min(1, x / size))) <= params.supineRad)) return { verdict: 'not-supine', offRad };
  return { verdict: Math.abs(offRad) > params.movedRad ? 'moved' : 'in-place', offRad };
}

export function createBandCheck(overrides: Partial<BandCheckParams> = {}): BandCheck {
  const params: BandCheckParams = Object.freeze({ ...BAND_CHECK, ...overrides });
  const motion = createMotion(params);
  const still = createStillPose({
    windowS: params.stillS,
    stillRateRadps: params.stillRateRadps,
    spreadRad: params.spreadRad,
    gapS: 0.1,
  });
  const state = { verdict: null as BandVerdict | null, offRad: Number.NaN, fromS: Number.NaN, seenUpright: false };
  return {
    get verdict() {
      return state.verdict;
    },
    get offRad() {
      return state.offRad;
    },
    get progress() {
      return state.verdict === null ? still.progress : 1;
    },
    update(sample) {
      if (state.verdict !== null || !motion.update(sample)) return;
      if (Number.isNaN(state.fromS)) state.fromS = sample.timeS;
      if (still.update(sample.worldFromHead, sample.headAccMps2, motion)) {
        const found = judgeBand(still.acc, params);
        // Still sitting, on the way down: it waits for the head to lie.
        state.seenUpright = found.verdict === 'not-supine';
        if (!state.seenUpright) Object.assign(state, found);
      }
      if (state.verdict === null && sample.timeS - state.fromS > params.patienceS)
        state.verdict = state.seenUpright ? 'not-supine' : 'unsteady';
    },
    save: () => ({ state: saveState(state), motion: motion.save(), still: still.save() }),
    restore(saved) {
      const from = saved as Record<'state' | 'motion' | 'still', unknown>;
      loadState(state, from.state);
      motion.restore(from.motion);
      still.restore(from.still);
    },
  };
}
