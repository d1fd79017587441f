/** What the real-time attitude filter offers. */
import type { Quat } from '../frames.ts';

/** Opaque copy of everything that the filter knows. */
export type AttitudeState = Float64Array;

/** Where `readSigmas` writes the uncertainties that have getters of the same names. */
export const SigmaSlot = { biasRadps: 0, tiltRad: 1, headingRad: 2 } as const;

export interface AttitudeFilter {
  /**
   * One sample. Allocates nothing.
   *
   * @param dtS time since the sample before, s; not finite, zero or negative: the sample is ignored and counted
   * @param gyrRadps angular rate, sensor frame, length 3; not finite: the time counts as a gap
   * @param accMps2 specific force, sensor frame (+g upward at rest), length 3; null or not finite: skipped
   * @param magUt field, sensor frame, length 3; used only with `use9d`
   */
  update(
    dtS: number,
    gyrRadps: ArrayLike<number>,
    accMps2: ArrayLike<number> | null,
    magUt?: ArrayLike<number> | null,
  ): void;
  /** The same with the time in `times[slot]`: a number that is passed to a function would be allocated. */
  updateAt(
    times: Float64Array,
    slot: number,
    gyrRadps: ArrayLike<number>,
    accMps2: ArrayLike<number> | null,
    magUt?: ArrayLike<number> | null,
  ): void;
  /** Writes the standard uncertainties, by `SigmaSlot`, to `out`. Allocates nothing. */
  readSigmas(out: Float64Array): void;
  /** Says that `durationS` seconds are missing before the next sample. */
  gap(durationS: number): void;
  /** Attitude without magnetometer: heading starts at that of the start pose and is never corrected. */
  readonly worldFromSensor: Quat<'world', 'sensor'>;
  /** The same turned to magnetic north (x east, y north); equal to worldFromSensor without a magnetometer. */
  readonly worldFromSensor9d: Quat<'world', 'sensor'>;
  /** Angular rate of the last sample, bias and matrix applied, rad/s. */
  readonly rateRadps: Float64Array;
  readonly biasRadps: Float64Array;
  /** Standard uncertainty of the bias, largest axis, rad/s. */
  readonly biasSigmaRadps: number;
  readonly atRest: boolean;
  readonly tiltSigmaRad: number;
  /** Standard uncertainty of heading gained since the last rest ended, rad; kept through a rest, so a hold can read it. */
  readonly headingSigmaRad: number;
  /** The magnetometer is at present not trusted (always true without one). */
  readonly magneticDisturbance: boolean;
  /** Samples with a component that was not finite, and samples beyond the range. */
  readonly invalidCount: number;
  readonly saturatedCount: number;
  save(): AttitudeState;
  /** Continues bit for bit where `save` was called. @throws RangeError on a state of another length */
  restore(state: AttitudeState): void;
}
