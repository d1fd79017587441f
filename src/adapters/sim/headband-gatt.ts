/** What every simulated headband has in common on the air: its GATT table and the values that never change. */
import type { GattServerService } from '../../ports/gatt-server.ts';
import {
  encodeInfo,
  HEADBAND_SERVICE,
  HeadbandCharacteristic,
  InfoCapability,
  type MotionContent,
  PROFILE_MAJOR,
  PROFILE_MINOR,
  RATES_HZ,
  Sig,
} from '../../wire/headband-profile.ts';

const readable = (...uuids: string[]): GattServerService['characteristics'] =>
  uuids.map((uuid) => ({ uuid, properties: ['read'] }));

/** The services; the prompt characteristic is there only when `simulated`. */
export function headbandServices(simulated: boolean): GattServerService[] {
  return [
    {
      uuid: HEADBAND_SERVICE,
      characteristics: [
        ...readable(HeadbandCharacteristic.info),
        { uuid: HeadbandCharacteristic.motion, properties: ['notify'] },
        { uuid: HeadbandCharacteristic.control, properties: ['write'] },
        { uuid: HeadbandCharacteristic.status, properties: ['read', 'notify'] },
        ...(simulated ? [{ uuid: HeadbandCharacteristic.prompt, properties: ['write'] as const }] : []),
      ],
    },
    { uuid: Sig.batteryService, characteristics: [{ uuid: Sig.batteryLevel, properties: ['read', 'notify'] }] },
    {
      uuid: Sig.deviceInformationService,
      characteristics: readable(
        Sig.manufacturerName,
        Sig.modelNumber,
        Sig.serialNumber,
        Sig.firmwareRevision,
        Sig.hardwareRevision,
      ),
    },
  ];
}

/** Printable ASCII of at most 20 bytes, so that every link reads it in one piece. */
const ascii = (value: string): Uint8Array =>
  Uint8Array.from(value.replace(/[^\x20-\x7e]/g, '?').slice(0, 20), (c) => c.charCodeAt(0));

/** Values of the read-only characteristics. */
export function fixedValues(
  identity: { readonly model: string; readonly serial: string; readonly simulated: boolean },
  contents: readonly MotionContent[],
): Map<string, Uint8Array> {
  const { model, serial, simulated } = identity;
  const info = encodeInfo({
    major: PROFILE_MAJOR,
    minor: PROFILE_MINOR,
    contents,
    ratesHz: RATES_HZ,
    capabilities:
      InfoCapability.identify |
      InfoCapability.preset |
      (simulated ? InfoCapability.simulated | InfoCapability.prompt : 0),
    maxSamplesPerPacket: 4,
    maxNotificationBytes: 244,
    gyroFullScaleRadps: 16,
    accFullScaleMps2: 64,
    sampleDelayUs: 0,
    clockPpm: 50,
  });
  return new Map([
    [HeadbandCharacteristic.info, info],
    [Sig.manufacturerName, ascii('Neck ROM kit')],
    [Sig.modelNumber, ascii(model)],
    [Sig.serialNumber, ascii(serial)],
    [Sig.firmwareRevision, ascii(`${PROFILE_MAJOR}.${PROFILE_MINOR}.0${simulated ? '-sim' : ''}`)],
    [Sig.hardwareRevision, ascii('none')],
  ]);
}
