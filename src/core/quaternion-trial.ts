/**
 * A record of quaternions in the form in which a smoothed trial is measured: drift taken out from both ends, rates from
 * the turn between samples, and the uncertainty that a device without raw rates leaves.
 */
import { DEVICE_ATTITUDE_DEFAULTS } from './device-attitude.ts';
import { identityQuat, type Quat } from './frames.ts';
import { unknownGyroModel } from './fusion/gyro-model.ts';
import {
  QUATERNION_DRIFT_PARAMS,
  type QuaternionFault,
  type QuaternionRecord,
  removeHeadingDrift,
} from './fusion/quaternion-drift.ts';
import type { Result } from './fusion/result.ts';
import type { SmoothedTrial } from './fusion/smoother.ts';
import { conjugate, multiply, toRotationVector } from './math/quat.ts';

/** What measuring needs of a trial, from whichever source. */
export type MeasurableTrial = Pick<
  SmoothedTrial,
  'record' | 'worldFromSensor' | 'biasRadps' | 'biasSigmaRadps' | 'gyroModel' | 'tiltSigmaRad' | 'headingCovariance'
>;

/** The trial, or the named reason why the record gives none. */
export function quaternionTrial(given: QuaternionRecord): Result<MeasurableTrial, QuaternionFault> {
  const clean = removeHeadingDrift(given);
  if (!clean.ok) return clean;
  const { timeS, worldFromSensor, headingSigmaRad } = clean.value;
  const n = timeS.length;
  const gyrRadps = new Float64Array(3 * n);
  const turn = identityQuat<'sensor', 'sensor'>();
  const back = identityQuat<'sensor', 'world'>();
  const pose = (i: number) => worldFromSensor.subarray(4 * i, 4 * i + 4) as Quat<'world', 'sensor'>;
  for (let i = 1; i < n; i++) {
    const rate = gyrRadps.subarray(3 * i, 3 * i + 3);
    toRotationVector(rate, multiply(turn, conjugate(back, pose(i - 1)), pose(i)));
    const dtS = timeS[i]! - timeS[i - 1]!;
    for (let k = 0; k < 3; k++) rate[k] = rate[k]! / dtS;
  }
  if (n > 1) gyrRadps.copyWithin(0, 3, 6);
  return {
    ok: true,
    value: {
      record: { timeS, gyrRadps, accMps2: new Float64Array(3 * n).fill(Number.NaN) },
      worldFromSensor,
      // The device has taken its bias out; what is left of it is in the heading's uncertainty.
      biasRadps: new Float64Array(3),
      biasSigmaRadps: new Float64Array(3),
      gyroModel: unknownGyroModel(QUATERNION_DRIFT_PARAMS.matrixSigma),
      tiltSigmaRad: () => DEVICE_ATTITUDE_DEFAULTS.tiltSigmaRad,
      // Asked for one span at a time: where two are given, what they share is the earlier one.
      headingCovariance: (from, a, b) => headingSigmaRad(from, Math.min(a, b)) ** 2,
    },
  };
}
