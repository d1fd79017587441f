/** The Device Information Service of simulated sensors: the texts that the real ones carry, and where they are read. */
import type { Uuid } from '../../ports/gatt.ts';
import type { GattServerService } from '../../ports/gatt-server.ts';
import { Sig } from '../../wire/headband-profile.ts';

export interface DeviceTexts {
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  readonly hardware: string;
}

const TEXTS = [
  [Sig.manufacturerName, 'manufacturer'],
  [Sig.modelNumber, 'model'],
  [Sig.serialNumber, 'serial'],
  [Sig.firmwareRevision, 'firmware'],
  [Sig.hardwareRevision, 'hardware'],
] as const;

export const DEVICE_INFORMATION: GattServerService = {
  uuid: Sig.deviceInformationService,
  characteristics: TEXTS.map(([uuid]) => ({ uuid, properties: ['read'] })),
};

/** Value of a characteristic of the service; null for any other. ASCII, cut to what every link reads in one piece. */
export function deviceText(texts: DeviceTexts, characteristic: Uuid): Uint8Array | null {
  const key = TEXTS.find(([uuid]) => uuid === characteristic)?.[1];
  return key === undefined ? null : new TextEncoder().encode(texts[key].slice(0, 20));
}
