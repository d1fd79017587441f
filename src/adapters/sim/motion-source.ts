/** What moves a simulated headband: the synthetic subject, or a recording. */
import type { SubjectPrompt } from '../../ports/sensor-source.ts';

/** One raw sample as the headband's sensor chip gives it, before packing. Reused; SI, sensor frame. */
export interface SourceSample {
  /** Angular rate, rad/s; NaN: no value. */
  readonly gyrRadps: Float64Array;
  /** Specific force, m/s^2, +g upward at rest. */
  readonly accMps2: Float64Array;
  /** The device's own orientation, worldFromSensor [w x y z]. */
  readonly quat: Float64Array;
}

export function createSourceSample(): SourceSample {
  return { gyrRadps: new Float64Array(3), accMps2: new Float64Array(3), quat: Float64Array.of(1, 0, 0, 0) };
}

export interface MotionSource {
  /**
   * Fills `out` for one time; called with rising times, `1 / rateHz` apart while streaming.
   * @param timeS physical seconds since the first START of the headband
   * @param rateHz sample rate in use (the noise bandwidth)
   * @returns false when the source is over; `out` is then untouched
   */
  sample(timeS: number, rateHz: number, out: SourceSample): boolean;
  /** What the examiner asks for, heard at `timeS`. A recording ignores it. */
  prompt(code: SubjectPrompt, timeS: number): void;
  /** No packet that ends at this time gets through. Left out: they all do. */
  linkLostAt?(timeS: number): boolean;
}
