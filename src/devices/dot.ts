/** The driver of the Movella (Xsens) DOT: identity, payload that fits the link, rate, start and stop. */
import { KitError } from '../contract/errors.ts';
import type { GattLink, Uuid } from '../ports/gatt.ts';
import { describeBytes } from './describe.ts';
import { createDotDecoder } from './dot-decoder.ts';
import {
  DOT_LAYOUTS,
  DOT_PAYLOAD_BYTES,
  DOT_RATES_HZ,
  DotCharacteristic,
  type DotLayout,
  DotService,
  decodeDotInfo,
  decodeDotMeasure,
  decodeDotRate,
  dotLayout,
  encodeDotIdentify,
  encodeDotMeasure,
  encodeDotRate,
} from './dot-profile.ts';
import type { DeviceDriver, DeviceFacts, StreamContent, StreamWish } from './driver.ts';
import { isSimulated, promptSubject } from './simulated.ts';

/** Both names: "Xsens DOT" up to firmware 2.4, "Movella DOT" after. */
const NAME = /^(xsens|movella) dot\b/i;
const REQUIRED: readonly Uuid[] = [DotCharacteristic.measure, DotCharacteristic.control, DotCharacteristic.short];

/** Payload modes to try for a content, best first; the last of each fits every link (ATT MTU 23). */
const MODES: Readonly<Record<StreamContent, readonly number[]>> = {
  both: [26, 24, 5],
  quaternion: [5],
  inertial: [21, 5],
};

export const DOT_FACTS: DeviceFacts = Object.freeze({
  ratesHz: DOT_RATES_HZ,
  contents: ['both', 'inertial', 'quaternion'] as const,
  // The device integrates at 800 Hz inside and sends 60 Hz. On optical truth (BROAD, 16 trials, npm run bench:raw-rate)
  // our own filter reaches 0.68 deg of inclination at 200 Hz, 0.93 deg at 60 Hz where samples are means over their
  // interval, 1.07 deg where they are points: thinning out costs more than the device's filter is likely to lose. Its
  // heading leans on a magnetometer, so only its tilt and its turn since the last rest are used; the raw data are
  // recorded beside it.
  attitudeFrom: 'quaternion',
  time: 'clock',
  frame: 'east, north (by magnetometer), up; worldFromSensor',
  battery: 'characteristic 3001 of its own',
  identify: 'its light blinks',
  mtu: '66 for quaternion with raw data (mode 26); from 43 quaternion with rate (mode 24); below, quaternion alone (mode 5)',
  quirks: [
    'advertises as "Xsens DOT" (firmware up to 2.4) or "Movella DOT"',
    'the clock wraps every 71.6 minutes and there is no counter: loss is told by the clock alone',
    'notifications are longer than their payload, the tail is zero',
    'heading follows the magnetic field, which is not to be trusted indoors',
    'switches itself off after a while without movement unless told otherwise',
    'does not start on a link whose MTU its payload exceeds: what arrives is cut without a word',
  ],
  unverified: [
    'no public recording of a notification with a quaternion was found: layouts are from the manual',
    'whether raw samples at 60 Hz are means over their interval or points',
    'whether the services are part of the advertisement',
    'order of the bytes of the address and notation of the serial number in the device information',
  ],
  experimental: false,
});

/** The mode that runs on a link: STOP has to name it. */
const running = new WeakMap<GattLink, number>();

function layoutFor(wish: StreamWish, link: GattLink): DotLayout {
  const known = Number.isFinite(link.mtu) && link.mtu >= 23 ? link.mtu : 23;
  for (const mode of MODES[wish.content]) {
    const layout = dotLayout(mode)!;
    const fits = DOT_PAYLOAD_BYTES[layout.characteristic]! <= known - 3;
    if (fits && link.characteristics.has(layout.characteristic)) return layout;
  }
  return dotLayout(5)!;
}

/** The highest rate the device has that is not above the wish, else its lowest. */
const rateFor = (wish: StreamWish): number =>
  DOT_RATES_HZ.filter((rateHz) => rateHz <= wish.rateHz).at(-1) ?? DOT_RATES_HZ[0];

const contentOf = (layout: DotLayout): StreamContent =>
  layout.quat < 0 ? 'inertial' : layout.gyr < 0 ? 'quaternion' : 'both';

/** A gateway that ended without a goodbye leaves the device measuring, and a measuring device takes no settings. */
async function stopWhatRuns(link: GattLink): Promise<void> {
  const state = decodeDotMeasure(await link.read(DotCharacteristic.measure));
  if (state?.start) await link.write(DotCharacteristic.measure, encodeDotMeasure(false, state.mode));
}

/** Sets the output rate where it is another one; returns the rate that the device then tells. */
async function setRate(link: GattLink, rateHz: number): Promise<number> {
  if (decodeDotRate(await link.read(DotCharacteristic.control)) === rateHz) return rateHz;
  await link.write(DotCharacteristic.control, encodeDotRate(rateHz));
  return decodeDotRate(await link.read(DotCharacteristic.control)) || rateHz;
}

export const dotDriver: DeviceDriver = {
  id: 'movella-dot',
  label: 'Movella (Xsens) DOT',
  facts: DOT_FACTS,
  serviceUuids: [DotService.configuration, DotService.measurement, DotService.battery, DotService.message],
  namePrefixes: ['Xsens DOT', 'Movella DOT'],
  modes: DOT_LAYOUTS.map(({ mode, label, characteristic }) => ({ mode, label, characteristic })),
  describeForDecode: (mode) => describeBytes(dotDriver.id, 60, mode === undefined ? {} : { mode }),

  matches: (advertisement) => NAME.test(advertisement.name),

  async start(link, wish, onNotification) {
    const missing = REQUIRED.filter((uuid) => !link.characteristics.has(uuid));
    if (missing.length > 0) throw new KitError('SENSOR_UNSUPPORTED', `characteristic ${missing[0]} is missing`);
    await stopWhatRuns(link);
    const info = link.characteristics.has(DotCharacteristic.info)
      ? decodeDotInfo(await link.read(DotCharacteristic.info))
      : null;
    const rateHz = await setRate(link, rateFor(wish));
    // The MTU is settled by now: it is agreed on beside the first reads.
    const layout = layoutFor(wish, link);
    const content = contentOf(layout);
    for (const characteristic of [layout.characteristic, DotCharacteristic.report, DotCharacteristic.battery]) {
      if (!link.characteristics.has(characteristic)) continue;
      await link.subscribe(characteristic, (bytes, arrivalUs) => onNotification(characteristic, bytes, arrivalUs));
    }
    await link.write(DotCharacteristic.measure, encodeDotMeasure(true, layout.mode));
    running.set(link, layout.mode);
    return {
      driverId: dotDriver.id,
      sensorSerial: info?.serial ?? link.deviceId,
      name: link.name,
      manufacturer: 'Movella',
      model: info?.product || 'DOT',
      firmware: info?.firmware ?? '',
      hardware: '',
      simulated: isSimulated(link),
      nominalRateHz: rateHz,
      mtu: Number.isFinite(link.mtu) ? link.mtu : 23,
      config: {
        content,
        mode: layout.mode,
        attitudeFrom: content === 'both' ? DOT_FACTS.attitudeFrom : content,
      },
    };
  },

  async stop(link) {
    await link.write(DotCharacteristic.measure, encodeDotMeasure(false, running.get(link) ?? 5));
    running.delete(link);
  },

  async readBattery(link) {
    if (!link.characteristics.has(DotCharacteristic.battery)) return null;
    const level = (await link.read(DotCharacteristic.battery))[0];
    return level === undefined || level > 100 ? null : level / 100;
  },

  identify: (link) => link.write(DotCharacteristic.control, encodeDotIdentify()),
  prompt: promptSubject,
  createDecoder: createDotDecoder,
};
