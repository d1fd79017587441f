/** The driver of the Nordic Thingy:52. Experimental: nothing of it has been tried on a device. */
import { KitError } from '../contract/errors.ts';
import type { Uuid } from '../ports/gatt.ts';
import { describeBytes } from './describe.ts';
import type { DeviceDriver, DeviceFacts, StreamContent } from './driver.ts';
import { isSimulated, promptSubject } from './simulated.ts';
import { createThingy52Decoder, ThingyCharacteristic, ThingyService } from './thingy52-decoder.ts';

/** What it is asked for, Hz: set to 200 it delivers 50 to 70. */
const RATE_HZ = 50;
/** Where the motion rate (u16, Hz) lies in the motion configuration of nine bytes. */
const RATE_AT = 6;
const CONFIGURATION_BYTES = 9;
const NOTIFIES: Readonly<Record<StreamContent, readonly Uuid[]>> = {
  // Raw data first: it waits for the quaternion of its moment.
  both: [ThingyCharacteristic.raw, ThingyCharacteristic.quaternion],
  inertial: [ThingyCharacteristic.raw],
  quaternion: [ThingyCharacteristic.quaternion],
};

export const THINGY52_FACTS: DeviceFacts = Object.freeze({
  ratesHz: [RATE_HZ],
  contents: ['both', 'inertial', 'quaternion'] as const,
  // 50 Hz without a clock is too thin for our own filter (npm run bench:raw-rate); the device filters at 200 Hz inside.
  attitudeFrom: 'quaternion',
  time: 'none',
  frame: 'not documented; taken as worldFromSensor with z up',
  battery: 'Battery Service 180f',
  identify: null,
  mtu: '23 is enough',
  quirks: [
    'no clock and no counter: short losses cannot be told from late arrival',
    'its heading leans on a magnetometer and may jump (firmware issue 29)',
    'delivers 50 to 70 Hz whatever it is set to; the rate is kept in its flash',
    'refuses when all of its notifications are switched on',
    'other boards of its maker’s chips use the same identifiers',
  ],
  unverified: [
    'everything: no recording of a device was found',
    'frame and direction of its quaternion',
    'whether raw data comes before or after the quaternion of the same moment',
    'that it advertises the configuration service',
  ],
  experimental: true,
});

export const thingy52Driver: DeviceDriver = {
  id: 'thingy52',
  label: 'Nordic Thingy:52 (experimental)',
  facts: THINGY52_FACTS,
  serviceUuids: [ThingyService.configuration, ThingyService.motion, ThingyService.userInterface, ThingyService.battery],
  namePrefixes: ['Thingy'],
  modes: [],
  describeForDecode: () => describeBytes(thingy52Driver.id, RATE_HZ),

  matches: (advertisement) =>
    /^thingy\b/i.test(advertisement.name) || advertisement.serviceUuids.includes(ThingyService.configuration),

  async start(link, wish, onNotification) {
    const { motionConfiguration, button, batteryLevel } = ThingyCharacteristic;
    const wanted = NOTIFIES[wish.content];
    const missing = [motionConfiguration, ...wanted].find((uuid) => !link.characteristics.has(uuid));
    if (missing) throw new KitError('SENSOR_UNSUPPORTED', `characteristic ${missing} is missing`);
    const configuration = (await link.read(motionConfiguration)).slice();
    if (configuration.length !== CONFIGURATION_BYTES)
      throw new KitError('SENSOR_UNSUPPORTED', `motion configuration of ${configuration.length} bytes`);
    if ((configuration[RATE_AT]! | (configuration[RATE_AT + 1]! << 8)) !== RATE_HZ) {
      configuration[RATE_AT] = RATE_HZ;
      configuration[RATE_AT + 1] = 0;
      // Kept in flash, so written only where it is another.
      await link.write(motionConfiguration, configuration);
    }
    for (const characteristic of [button, batteryLevel, ...wanted]) {
      if (!link.characteristics.has(characteristic)) continue;
      await link.subscribe(characteristic, (bytes, arrivalUs) => onNotification(characteristic, bytes, arrivalUs));
    }
    return {
      driverId: thingy52Driver.id,
      sensorSerial: link.deviceId,
      name: link.name,
      manufacturer: 'Nordic Semiconductor',
      model: 'Thingy:52',
      firmware: '',
      hardware: '',
      simulated: isSimulated(link),
      nominalRateHz: RATE_HZ,
      mtu: Number.isFinite(link.mtu) ? link.mtu : 23,
      config: {
        content: wish.content,
        attitudeFrom: wish.content === 'both' ? THINGY52_FACTS.attitudeFrom : wish.content,
      },
    };
  },

  // It notifies as long as somebody listens, so nobody does any more.
  async stop(link) {
    for (const characteristic of NOTIFIES.both)
      if (link.characteristics.has(characteristic)) await link.unsubscribe(characteristic);
  },

  async readBattery(link) {
    if (!link.characteristics.has(ThingyCharacteristic.batteryLevel)) return null;
    const level = (await link.read(ThingyCharacteristic.batteryLevel))[0];
    return level === undefined || level > 100 ? null : level / 100;
  },

  async identify() {
    throw new KitError('SENSOR_UNSUPPORTED', 'the kit does not know how to make it show itself');
  },
  prompt: promptSubject,
  createDecoder: createThingy52Decoder,
};
