/** The driver of the kit's own headband profile (firmware-spec/): start and stop sequence. */
import { KitError } from '../contract/errors.ts';
import type { GattLink, Uuid } from '../ports/gatt.ts';
import { type StreamDescription, SUBJECT_PROMPTS } from '../ports/sensor-source.ts';
import { samplesThatFit } from '../wire/headband-packet.ts';
import {
  CommandResult,
  decodeInfo,
  decodeStatus,
  encodeCommand,
  HEADBAND_SERVICE,
  HeadbandCharacteristic,
  type HeadbandCommand,
  type HeadbandInfo,
  InfoCapability,
  type MotionContent,
  maxSamplesPerPacket,
  RATES_HZ,
  resultName,
  Sig,
} from '../wire/headband-profile.ts';
import { describeBytes } from './describe.ts';
import type { DeviceDriver, DeviceFacts, StreamWish } from './driver.ts';
import { createHeadbandDecoder } from './headband-decoder.ts';
import { readIdentity } from './identity.ts';

export const HEADBAND_PARAMS = Object.freeze({
  /** Reads of Status before the answer to a command is given up: 2 s and more, at a round trip of 15 ms each. */
  statusReads: 150,
  /** Payload that every link carries (ATT MTU 23), used when the MTU is not known, bytes. */
  leastPayloadBytes: 20,
  identifySeconds: 5,
  /** Above this rate two samples share a packet, to halve the number of packets, Hz. */
  pairAboveHz: 100,
});

const REQUIRED: readonly Uuid[] = [
  HeadbandCharacteristic.info,
  HeadbandCharacteristic.motion,
  HeadbandCharacteristic.control,
  HeadbandCharacteristic.status,
];

/** Tokens tell the answer to this command from the answer to an earlier one; per link, so that state never leaks. */
const tokens = new WeakMap<GattLink, number>();
function nextToken(link: GattLink): number {
  const token = ((tokens.get(link) ?? 0) % 255) + 1;
  tokens.set(link, token);
  return token;
}

/** Writes a command and waits for its result in Status. Rejects with LINK_TIMEOUT when none comes. */
async function command(link: GattLink, value: HeadbandCommand): Promise<number> {
  const token = nextToken(link);
  const bytes = encodeCommand(value, token);
  await link.write(HeadbandCharacteristic.control, bytes);
  for (let i = 0; i < HEADBAND_PARAMS.statusReads; i++) {
    const status = decodeStatus(await link.read(HeadbandCharacteristic.status));
    if (!status.ok) throw new KitError('STREAM_REFUSED', `Status: ${status.reason}`);
    const { command: code, token: seen, result } = status.value;
    if (code === bytes[0] && seen === token && result !== CommandResult.pending) return result;
  }
  throw new KitError('LINK_TIMEOUT', `no answer to command ${bytes[0]}`);
}

function payloadBytes(link: GattLink, info: HeadbandInfo): number {
  const negotiated = Number.isFinite(link.mtu) && link.mtu >= 23 ? link.mtu - 3 : HEADBAND_PARAMS.leastPayloadBytes;
  return Math.max(HEADBAND_PARAMS.leastPayloadBytes, Math.min(negotiated, info.maxNotificationBytes));
}

/** The contents to try, best first: what was wished, then what fits and the device has. */
function contentsToTry(wish: StreamWish, info: HeadbandInfo, payload: number): MotionContent[] {
  const order: MotionContent[] = [wish.content, 'inertial', 'quaternion'];
  return [...new Set(order)].filter((c) => info.contents.includes(c) && samplesThatFit(c, payload) > 0);
}

/** The highest rate the device has that is not above the wish, else its lowest. */
function rateFor(wish: StreamWish, info: HeadbandInfo): number {
  const ascending = [...info.ratesHz].sort((a, b) => a - b);
  return ascending.filter((rateHz) => rateHz <= wish.rateHz).at(-1) ?? ascending[0]!;
}

function samplesPerPacketFor(content: MotionContent, rateHz: number, payload: number, info: HeadbandInfo): number {
  const wanted = rateHz > HEADBAND_PARAMS.pairAboveHz ? 2 : 1;
  return Math.max(
    1,
    Math.min(wanted, samplesThatFit(content, payload), info.maxSamplesPerPacket, maxSamplesPerPacket(rateHz)),
  );
}

export const HEADBAND_FACTS: DeviceFacts = Object.freeze({
  ratesHz: RATES_HZ,
  contents: ['inertial', 'quaternion', 'both'] as const,
  // The raw stream is sampled fast enough for our own filter, whose bias and uncertainty are known.
  attitudeFrom: 'inertial',
  time: 'clock and counter',
  frame: 'world z up, heading arbitrary; x forward, y left, z up of the sensor as the maker mounts it',
  battery: 'Battery Service 180f',
  identify: 'command IDENTIFY',
  mtu: '31 for "both"; below, inertial data alone in 20 bytes',
  quirks: [],
  unverified: [],
  experimental: false,
});

export const headbandDriver: DeviceDriver = {
  id: 'headband-1',
  label: 'Neck ROM headband (profile 1)',
  facts: HEADBAND_FACTS,
  serviceUuids: [HEADBAND_SERVICE, Sig.batteryService, Sig.deviceInformationService],
  modes: [],
  describeForDecode: () => describeBytes(headbandDriver.id, 100, { content: 'both' }),

  matches: (advertisement) => advertisement.serviceUuids.includes(HEADBAND_SERVICE),

  async start(link, wish, onNotification): Promise<StreamDescription> {
    const missing = REQUIRED.filter((uuid) => !link.characteristics.has(uuid));
    if (missing.length > 0) throw new KitError('SENSOR_UNSUPPORTED', `characteristic ${missing[0]} is missing`);
    const parsed = decodeInfo(await link.read(HeadbandCharacteristic.info));
    if (!parsed.ok) throw new KitError('SENSOR_UNSUPPORTED', `Info: ${parsed.reason}`);
    const info = parsed.value;
    const identity = await readIdentity(link);

    const payload = payloadBytes(link, info);
    const rateHz = rateFor(wish, info);
    await link.subscribe(HeadbandCharacteristic.status, () => {});
    await link.subscribe(HeadbandCharacteristic.motion, (bytes, arrivalUs) =>
      onNotification(HeadbandCharacteristic.motion, bytes, arrivalUs),
    );
    let result: number = CommandResult.contentNotSupported;
    for (const content of contentsToTry(wish, info, payload)) {
      const samplesPerPacket = samplesPerPacketFor(content, rateHz, payload, info);
      result = await command(link, { type: 'start', content, rateHz, samplesPerPacket });
      // The device knows its link best: what it finds too long, or cannot make, gives way to the next content.
      if (result === CommandResult.doesNotFit || result === CommandResult.contentNotSupported) continue;
      if (result !== CommandResult.ok) break;
      return {
        driverId: headbandDriver.id,
        ...identity,
        name: link.name,
        simulated: (info.capabilities & InfoCapability.simulated) !== 0,
        nominalRateHz: rateHz,
        mtu: payload + 3,
        config: {
          content,
          samplesPerPacket,
          profileMinor: info.minor,
          gyroFullScaleRadps: info.gyroFullScaleRadps,
          accFullScaleMps2: info.accFullScaleMps2,
          sampleDelayUs: info.sampleDelayUs,
          clockPpm: info.clockPpm,
        },
      };
    }
    throw new KitError('STREAM_REFUSED', resultName(result));
  },

  async stop(link) {
    const result = await command(link, { type: 'stop' });
    if (result !== CommandResult.ok) throw new KitError('ATT_ERROR', `stop: ${resultName(result)}`);
  },

  async readBattery(link) {
    if (!link.characteristics.has(Sig.batteryLevel)) return null;
    const level = (await link.read(Sig.batteryLevel))[0];
    return level === undefined || level > 100 ? null : level / 100;
  },

  async identify(link) {
    const result = await command(link, { type: 'identify', seconds: HEADBAND_PARAMS.identifySeconds });
    if (result !== CommandResult.ok) throw new KitError('ATT_ERROR', `identify: ${resultName(result)}`);
  },

  async prompt(link, code) {
    // Only simulated subjects listen; on a real headband this is nothing, not an error.
    if (!link.characteristics.has(HeadbandCharacteristic.prompt)) return;
    await link.write(HeadbandCharacteristic.prompt, Uint8Array.of(SUBJECT_PROMPTS.indexOf(code)));
  },

  createDecoder: createHeadbandDecoder,
};
