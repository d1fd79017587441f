/** Deliberate defects of the simulated headband, one for each that the conformance run has to find. */
import type { Uuid } from '../../ports/gatt.ts';
import type { GattServerService } from '../../ports/gatt-server.ts';
import { HEADBAND_SERVICE } from '../../wire/headband-profile.ts';
import type { SourceSample } from './motion-source.ts';

export const HEADBAND_FAULTS = [
  'wrong-service-uuid',
  'counter-does-not-wrap',
  'clock-in-milliseconds',
  'conjugated-quaternion',
  'quaternion-xyzw',
  'gyro-in-degrees',
  'acceleration-in-g',
  'longer-than-mtu',
  'starts-unasked',
  'ignores-stop',
] as const;
export type HeadbandFault = (typeof HEADBAND_FAULTS)[number];

export const isHeadbandFault = (name: string): name is HeadbandFault =>
  (HEADBAND_FAULTS as readonly string[]).includes(name);

const WRONG_SERVICE: Uuid = `b${HEADBAND_SERVICE.slice(1)}`;

export const serviceUnder = (fault: HeadbandFault | null): Uuid =>
  fault === 'wrong-service-uuid' ? WRONG_SERVICE : HEADBAND_SERVICE;

export const servicesUnder = (fault: HeadbandFault | null, services: GattServerService[]): GattServerService[] =>
  services.map((service) => (service.uuid === HEADBAND_SERVICE ? { ...service, uuid: serviceUnder(fault) } : service));

/** Changes one sample in place, before it is packed. */
export function damageSample(fault: HeadbandFault | null, { quat, gyrRadps, accMps2 }: SourceSample): void {
  if (fault === 'conjugated-quaternion') for (let k = 1; k < 4; k++) quat[k] = -quat[k]!;
  if (fault === 'quaternion-xyzw') {
    const w = quat[0]!;
    for (let k = 0; k < 3; k++) quat[k] = quat[k + 1]!;
    quat[3] = w;
  }
  if (fault === 'gyro-in-degrees') for (let k = 0; k < 3; k++) gyrRadps[k]! *= 180 / Math.PI;
  if (fault === 'acceleration-in-g') for (let k = 0; k < 3; k++) accMps2[k]! /= 9.80665;
}
