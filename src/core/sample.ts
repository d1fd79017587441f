/** Decoded samples as preallocated columns: what every device driver fills and the pipeline reads. */

/** Flags of one sample; a bad sample is flagged, never dropped in silence. Bit values are stored: append only. */
export const SampleFlag = {
  /** Samples are missing before this one (counter or clock step). */
  gap: 1 << 0,
  gyroSaturated: 1 << 1,
  accSaturated: 1 << 2,
  /** A component was not finite or carried the device's "no value" code; it was replaced by NaN. */
  invalid: 1 << 3,
  /** Seen before (same counter); ignored by the filters. */
  duplicate: 1 << 4,
  /** The device clock stepped in a way that its counter does not explain. */
  clockStep: 1 << 5,
  /** The device says that the band was tapped. */
  tap: 1 << 6,
  /** The device says that it dropped samples before this one. */
  deviceDropped: 1 << 7,
  /** The acceleration is the device's own estimate in the world frame with gravity taken off: for people, not for filters. */
  freeAcceleration: 1 << 8,
} as const;

export interface SampleBlock {
  readonly capacity: number;
  /** Samples in use, 0..capacity. */
  count: number;
  /** Device time, unwrapped, microseconds from the first packet of the stream; NaN where the device has no clock. */
  readonly tickUs: Float64Array;
  /** Sample counter, unwrapped from the first packet of the stream; NaN where the device has none. */
  readonly counter: Float64Array;
  /** 4 per sample, worldFromSensor [w x y z]; NaN where absent. */
  readonly quat: Float64Array;
  /** 3 per sample, angular rate, rad/s, sensor frame; NaN where absent. */
  readonly gyrRadps: Float64Array;
  /** 3 per sample, specific force, m/s^2, sensor frame (+g upward at rest); NaN where absent. */
  readonly accMps2: Float64Array;
  /**
   * 3 per sample, [roll pitch yaw] of Rz(yaw) Ry(pitch) Rx(roll), rad, as a device sent it that has no quaternion; NaN
   * where absent. For people who look at the bytes: the attitude is in `quat`, made from it.
   */
  readonly eulerRad: Float64Array;
  readonly flags: Uint32Array;
}

/** One block, filled with NaN. 64 samples hold any notification of the supported devices. */
export function createSampleBlock(capacity = 64): SampleBlock {
  return {
    capacity,
    count: 0,
    tickUs: new Float64Array(capacity).fill(Number.NaN),
    counter: new Float64Array(capacity).fill(Number.NaN),
    quat: new Float64Array(4 * capacity).fill(Number.NaN),
    gyrRadps: new Float64Array(3 * capacity).fill(Number.NaN),
    accMps2: new Float64Array(3 * capacity).fill(Number.NaN),
    eulerRad: new Float64Array(3 * capacity).fill(Number.NaN),
    flags: new Uint32Array(capacity),
  };
}
