/** Judges whether a still pose can be the flexed start of an FRT repetition, in any heading. */
import { identityQuat, type Quat } from '../frames.ts';
import { twistRad } from '../neck/angles.ts';
import { relativePose, upIn } from '../neck/pose.ts';
import { loadState, saveState } from '../state.ts';
import type { FrtParams } from './frt-params.ts';

export interface FrtStart {
  /**
   * Elevation of the head's long axis in the plane that the nose and the crown span, rad: 0 lying flat face up, the
   * flexion itself when flexed from there, 90 degrees upright. It grows with flexion in every posture.
   */
  elevationRad(pose: ArrayLike<number>): number;
  /** Face up, flexed, ears level, and not turned from the last good start: what may be captured without a person's word. */
  isLikely(pose: Float64Array): boolean;
  /** The same as far as gravity tells: turned from the last good start or not. */
  isLikelyElsewhere(pose: Float64Array): boolean;
  /**
   * By how much a lying, level head is more flexed than the baseline when that is too much (negative: too little), rad;
   * 0 within it, without one, and upright or turned.
   */
  offBaselineRad(pose: ArrayLike<number>): number;
  /** True when the pose is less flexed than the trial's most flexed good start by more than is left unsaid. */
  isLessFlexed(pose: ArrayLike<number>): boolean;
  /** The pose became the start of a repetition: of a good one or not, that is not known before it is over. */
  take(pose: Float64Array): void;
  /**
   * The repetition from it ended well, so it was one. A pose that was left again was none: somebody who sits and looks up
   * with the head to one side, and against that no later start would ever look straight or flexed enough.
   */
  prove(): void;
  /** Heading was lost: earlier starts no longer tell whether the head is turned. */
  forgetHeading(): void;
  save(): unknown;
  restore(state: unknown): void;
}

export function createFrtStart(params: FrtParams): FrtStart {
  const up = new Float64Array(3);
  const reference = identityQuat<'world', 'flexed'>();
  const relative = identityQuat<'flexed', 'head'>();
  const state = {
    /** The last good start. */
    reference: reference as Float64Array,
    hasReference: false,
    highestRad: Number.NEGATIVE_INFINITY,
    /** The start of the repetition at hand. */
    taken: new Float64Array(4),
  };

  const elevationRad = (pose: ArrayLike<number>): number => {
    upIn(up, pose as Quat<'world', 'head'>);
    return Math.atan2(up[2]!, up[0]!);
  };
  /** Of the head whose up was taken last. */
  const isLevel = (): boolean => Math.abs(up[1]!) <= Math.sin(params.startTurnMaxRad);
  const isUpright = (elevation: number): boolean => elevation > Math.PI / 2 - params.startFromUprightMinRad;
  const offBaselineRad = (pose: ArrayLike<number>): number => {
    const elevation = elevationRad(pose);
    const offRad = elevation - params.baselineStartRad;
    const tooFar = Math.abs(offRad) > params.baselineWithinRad;
    return tooFar && isLevel() && !isUpright(elevation) ? offRad : 0;
  };
  const isLikelyElsewhere = (pose: ArrayLike<number>): boolean => {
    const elevation = elevationRad(pose);
    if (elevation < params.startFlexionMinRad || isUpright(elevation) || !isLevel()) return false;
    return offBaselineRad(pose) === 0;
  };
  return {
    elevationRad,
    offBaselineRad,
    isLikelyElsewhere,
    isLikely(pose) {
      if (!isLikelyElsewhere(pose)) return false;
      if (!state.hasReference) return true;
      relativePose(relative, reference, pose as Quat<'world', 'head'>);
      return Math.abs(twistRad(relative)) <= params.startTurnMaxRad;
    },
    isLessFlexed: (pose) => elevationRad(pose) < state.highestRad - params.lessFlexedRad,
    take: (pose) => state.taken.set(pose),
    prove() {
      reference.set(state.taken);
      state.hasReference = true;
      state.highestRad = Math.max(state.highestRad, elevationRad(reference));
    },
    forgetHeading() {
      state.hasReference = false;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
