/** The faults of self-proof.ts in plain sentences. */
import type { ProofFault } from './motion-verdicts.ts';

export const SENTENCES: Readonly<Record<ProofFault, string>> = {
  'quaternion-not-unit': 'The orientation that the sensor sends is not a rotation.',
  'quaternion-conjugated': 'The sensor sends its orientation the other way round (conjugated quaternion).',
  'quaternion-xyzw': 'The sensor sends its orientation in the order x, y, z, w instead of w, x, y, z.',
  'quaternion-xyzw-conjugated': 'The sensor sends its orientation the other way round and in the order x, y, z, w.',
  'quaternion-against-gyro': 'The orientation does not turn as the gyroscope says',
  'gravity-not-up': 'By the orientation that the sensor sends, gravity does not point up.',
  'acceleration-inverted': 'The accelerometer points down at rest, where it should point up.',
  'acceleration-in-g': 'The acceleration comes in g instead of m/s².',
  'acceleration-in-mg': 'The acceleration comes in thousandths of g instead of m/s².',
  'acceleration-scale': 'At rest the accelerometer does not read 9.8 m/s².',
  'gyro-flipped': 'The gyroscope turns backwards',
  'gyro-in-degrees': 'The gyroscope comes in degrees instead of radians.',
  'gyro-silent': 'The gyroscope stays silent while the sensor turns.',
  'gyro-scale': 'The gyroscope has a wrong scale.',
  'gyro-against-gravity': 'Gyroscope and accelerometer do not speak of the same motion.',
  'truncated-packet': 'The link cuts the packets off: they are longer than its MTU allows.',
  'undecodable-packets': 'Most packets cannot be read.',
  'clock-in-milliseconds': "The sensor's clock counts milliseconds instead of microseconds.",
  'clock-in-nanoseconds': "The sensor's clock counts nanoseconds instead of microseconds.",
  'clock-in-seconds': "The sensor's clock counts seconds instead of microseconds.",
  'clock-wrong': "The sensor's clock runs at another speed than this computer's.",
  'clock-steps': "The sensor's clock does not follow its counter; its unit may be wrong.",
  'rate-low': 'Fewer samples come than the sensor says.',
  'rate-high': 'More samples come than the sensor says.',
  'samples-lost': 'More than a fifth of the samples is lost. Bring the sensor closer to the computer.',
};

export function proofSentence(fault: ProofFault, axes: string): string {
  const sentence = SENTENCES[fault];
  if (sentence.endsWith('.')) return sentence;
  return axes === '' ? `${sentence}.` : `${sentence} (axis ${[...axes].join(', ')}).`;
}
