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
  /** Face up, flexed, ears level, and not turned from the last start: what may be captured without a person's word. */
  isLikely(pose: Float64Array): boolean;
  /**
   * By how much a lying, level head is more flexed than the baseline when that is too much (negative: too little), rad;
   * 0 within it, without one, and upright or turned.
   */
  offBaselineRad(pose: ArrayLike<number>): number;
  /** True when the pose is less flexed than the trial's most flexed start by more than is left unsaid. */
  isLessFlexed(pose: ArrayLike<number>): boolean;
  /** The pose became the start of a repetition. */
  remember(pose: Float64Array): void;
  /** Heading was lost: earlier starts no longer tell whether the head is turned. */
  forgetHeading(): void;
  save(): unknown;
  restore(state: unknown): void;
}

export function createFrtStart(params: FrtParams): FrtStart {
  const up = new Float64Array(3);
  const reference = identityQuat<'world', 'flexed'>();
  const relative = identityQuat<'flexed', 'head'>();
  const state = { reference: reference as Float64Array, hasReference: false, highestRad: Number.NEGATIVE_INFINITY };

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
  return {
    elevationRad,
    offBaselineRad,
    isLikely(pose) {
      const elevation = elevationRad(pose);
      if (elevation < params.startFlexionMinRad || isUpright(elevation) || !isLevel()) return false;
      if (offBaselineRad(pose) !== 0) return false;
      if (!state.hasReference) return true;
      relativePose(relative, reference, pose as Quat<'world', 'head'>);
      return Math.abs(twistRad(relative)) <= params.startTurnMaxRad;
    },
    isLessFlexed: (pose) => elevationRad(pose) < state.highestRad - params.lessFlexedRad,
    remember(pose) {
      reference.set(pose);
      state.hasReference = true;
      state.highestRad = Math.max(state.highestRad, elevationRad(pose));
    },
    forgetHeading() {
      state.hasReference = false;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
