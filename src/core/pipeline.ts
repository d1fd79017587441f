/** Decoded sample to attitude, pose and angles: one sensor's path, the same in the gateway and in a browser. */
import type { Quat } from './frames.ts';
import type { MotionSample } from './protocol/step.ts';
import type { SampleBlock } from './sample.ts';

/** Gyro bias known before the first sample, rad/s, sensor frame, and the standard uncertainty of each component. */
export interface StartBias {
  readonly radps: readonly [number, number, number];
  readonly sigmaRadps: number;
}

export interface PipelineConfig {
  readonly nominalRateHz: number;
  /** Use the device's own quaternion instead of the kit's filter (when the stream carries both). */
  readonly useDeviceQuaternion: boolean;
  /** From the check on the table; null or left out: nothing is known. */
  readonly startBias?: StartBias | null;
}

/** All that is known after one sample. One object, reused for every sample: copy what you keep. */
export interface LiveSample extends MotionSample {
  /** Index of the sample in the stream, from 0. */
  index: number;
  /** Device time, us, unwrapped; NaN where the device has no clock. */
  tickUs: number;
  /** Arrival of the notification that carried it, host us. */
  arrivalUs: number;
  /** Host time at which the sample was taken, by the fitted clock (the unknown minimum delay of the link included), us. */
  hostUs: number;
  readonly worldFromSensor: Quat<'world', 'sensor'>;
  /** Angular rate, bias removed, rad/s, sensor frame. */
  readonly sensorRateRadps: Float64Array;
  /** Specific force, m/s^2, sensor frame; NaN when the sensor sends none. */
  readonly sensorAccMps2: Float64Array;
  /** Gyro bias in use, rad/s, sensor frame. */
  readonly biasRadps: Float64Array;
  /** Standard uncertainty of that bias, rad/s (largest axis). */
  biasSigmaRadps: number;
  atRest: boolean;
  aligned: boolean;
  /** Standard uncertainty of the heading gained since neutral was captured, rad; NaN until aligned. */
  axialSigmaRad: number;
  /** CROM angles against the captured neutral (flexion +, right lateral flexion +, left rotation +), rad; NaN until aligned. */
  flexionRad: number;
  lateralRad: number;
  axialRad: number;
  /** Inclination of the head's long axis from its neutral direction, rad; NaN until aligned. */
  headInclinationRad: number;
  /** The same axial angle behind the live display filter, rad. */
  displayAxialRad: number;
  displayFlexionRad: number;
  displayLateralRad: number;
}

/** Counts since the stream began. */
export interface StreamCounts {
  received: number;
  lost: number;
  duplicates: number;
  invalid: number;
  /** Measured over the last second of device time, Hz. */
  rateHz: number;
}

export interface Pipeline {
  /** Runs every sample of the block; `onSample` is called once per accepted sample with the reused object. */
  push(block: SampleBlock, arrivalUs: number, onSample: (sample: LiveSample) => void): void;
  /** Sets the alignment: sensorFromHead, and the neutral pose worldFromNeutral (heading included). Null clears. */
  setAlignment(
    alignment: {
      readonly sensorFromHead: Quat<'sensor', 'head'>;
      readonly worldFromNeutral: Quat<'world', 'neutral'>;
    } | null,
  ): void;
  /** Takes the present pose as the CROM neutral. */
  captureNeutral(): void;
  readonly counts: StreamCounts;
  readonly latest: LiveSample;
  save(): unknown;
  restore(state: unknown): void;
}
