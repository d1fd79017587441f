/**
 * Where a stream's attitude comes from: the kit's filter over raw gyro and accelerometer, or the device's own quaternion.
 * Where a device sends both, both are recorded; the usual one is the one that measured better at the device's rates
 * (`DeviceFacts.attitudeFrom`), and a person may choose the other.
 */
import type { StreamDescription } from '../ports/sensor-source.ts';

export const ATTITUDE_SOURCES = ['inertial', 'quaternion'] as const;
export type AttitudeSource = (typeof ATTITUDE_SOURCES)[number];

/** usual: whichever measured better for this device. */
export const ATTITUDE_WISHES = ['usual', ...ATTITUDE_SOURCES] as const;
export type AttitudeWish = (typeof ATTITUDE_WISHES)[number];

export interface AttitudeChoice {
  /** In use. */
  readonly from: AttitudeSource;
  /** What the driver takes by itself. */
  readonly usual: AttitudeSource;
  /** The stream carries both. */
  readonly selectable: boolean;
}

/** The source that a stored or running stream names; headbands of our own profile name none and are filtered here. */
export function attitudeSourceOf({ config }: Pick<StreamDescription, 'config'>): AttitudeSource {
  const named = config['attitudeFrom'] ?? config['content'];
  return named === 'quaternion' ? 'quaternion' : 'inertial';
}

/** What is used of a stream as its driver describes it. A wish that the stream cannot fulfil is none. */
export function chooseAttitude(described: StreamDescription, wish: AttitudeWish): AttitudeChoice {
  const usual = attitudeSourceOf(described);
  const selectable = described.config['content'] === 'both';
  return { from: selectable && wish !== 'usual' ? wish : usual, usual, selectable };
}

/** The description to record and to compute with: it names the source in use, so that the record can be computed again. */
export function describeWithAttitude(described: StreamDescription, wish: AttitudeWish): StreamDescription {
  const { from, usual } = chooseAttitude(described, wish);
  return from === usual ? described : { ...described, config: { ...described.config, attitudeFrom: from } };
}
