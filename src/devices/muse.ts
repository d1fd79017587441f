/** The driver of the Muse headbands, classic and S Athena: start and stop sequence. Raw data only; the kit filters them. */
import { KitError } from '../contract/errors.ts';
import type { GattLink, Uuid } from '../ports/gatt.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { Sig } from '../wire/headband-profile.ts';
import { describeBytes } from './describe.ts';
import type { DeviceDriver, DeviceFacts } from './driver.ts';
import { readIdentity } from './identity.ts';
import { createMuseDecoder } from './muse-decoder.ts';
import {
  asciiBytes,
  asciiText,
  chargeOfTelemetry,
  createAnswerReader,
  encodeMuseCommand,
  MUSE_RATE_HZ,
  MUSE_SERVICE,
  MuseCharacteristic,
  readAnswer,
} from './muse-protocol.ts';
import { ask, createReplies, type Replies } from './replies.ts';
import { isSimulated, promptSubject } from './simulated.ts';

const { control: CONTROL, gyro: GYRO, acc: ACC, telemetry: TELEMETRY, athena: ATHENA } = MuseCharacteristic;
/** How long an answer is awaited, ms. Nothing depends on one: a silent headband still streams. */
const ANSWER_MS = 400;

/** What turns each kind on, after it was asked who it is. */
const START = {
  classic: ['h', 'p21', 's', 'd'],
  // Twice, as its own app does: the first only wakes it.
  athena: ['h', 'p1041', 's', 'dc001', 'dc001', 'L1'],
} as const;

type MuseKind = 'classic' | 'athena';
const ID: Readonly<Record<MuseKind, string>> = { classic: 'muse', athena: 'muse-athena' };

const COMMON = {
  ratesHz: [MUSE_RATE_HZ],
  contents: ['inertial'] as const,
  attitudeFrom: 'inertial',
  frame:
    'no quaternion; raw axes x forward, y right, z down with negated acceleration are turned to x forward, y left, z up',
  identify: null,
  experimental: false,
} as const;
const COMMON_QUIRKS = [
  'three samples share a packet: the picture moves 17 times a second',
  'a rate above 245 deg/s, a fast shake, is out of range, and so is an acceleration above 2 g',
] as const;
const COMMON_UNVERIFIED = [
  'sign of y (left or right) in the raw bytes: the maker documents it for its own library',
  'whether its data goes on for long without a sign of life from the host',
] as const;

export const MUSE_FACTS: Readonly<Record<MuseKind, DeviceFacts>> = Object.freeze({
  classic: {
    ...COMMON,
    time: 'counter',
    battery: 'telemetry; where there is none, the answer to the status command',
    mtu: '23 is enough: a packet has 20 bytes',
    quirks: [
      ...COMMON_QUIRKS,
      'acceleration and rate come apart, each with its number, and are put together here',
      'a headband that was never paired lacks telemetry',
    ],
    unverified: [
      ...COMMON_UNVERIFIED,
      'sign of the gyro against the accelerometer (checked on records of an Athena only)',
      'whether the numbers of acceleration and rate begin together',
    ],
  },
  athena: {
    ...COMMON,
    time: 'clock and counter',
    battery: 'the answer to the status command; also in the stream',
    mtu: '100; below, its messages of up to 247 bytes would be cut, and it is refused',
    quirks: [
      ...COMMON_QUIRKS,
      'it cannot be told from a classic Muse before its characteristics are known',
      'the clock is that of a packet of many blocks: it trembles by tens of ms and is followed slowly',
      'the gyro counts the other way round than that of a classic Muse',
    ],
    unverified: [...COMMON_UNVERIFIED, 'messages of firmware that sends the long battery block (tag 88)'],
  },
});

interface Conversation {
  readonly replies: Replies;
  /** Charge that telemetry told last, 0..1. */
  charge: number | null;
}
const conversations = new WeakMap<GattLink, Conversation>();

const send = (link: GattLink, text: string): Promise<void> =>
  link.write(CONTROL, encodeMuseCommand(text), { withoutResponse: true });

/** The answer's values; none when it does not answer in time. */
async function tell(link: GattLink, replies: Replies, text: string): Promise<Readonly<Record<string, string>>> {
  const answer = await ask(
    replies,
    text,
    () => send(link, text),
    () => true,
    ANSWER_MS,
  ).catch((cause: unknown) => {
    if (cause instanceof KitError && cause.code === 'LINK_TIMEOUT') return new Uint8Array(0);
    throw cause;
  });
  return readAnswer(asciiText(answer));
}

/** Least MTU in which a packet of one motion block and one of EEG fits. */
const ATHENA_MTU = 100;

async function start(link: GattLink, onNotification: Parameters<DeviceDriver['start']>[2]): Promise<StreamDescription> {
  const kind: MuseKind = link.characteristics.has(ATHENA) ? 'athena' : 'classic';
  const needed = kind === 'athena' ? [CONTROL, ATHENA] : [CONTROL, GYRO, ACC];
  const missing = needed.find((uuid) => !link.characteristics.has(uuid));
  if (missing) throw new KitError('SENSOR_UNSUPPORTED', `characteristic ${missing} is missing`);
  if (kind === 'athena' && link.mtu < ATHENA_MTU)
    throw new KitError('SENSOR_UNSUPPORTED', `its messages do not fit an MTU of ${link.mtu}`);
  const replies = createReplies();
  const conversation: Conversation = { replies, charge: null };
  conversations.set(link, conversation);
  const read = createAnswerReader();
  await link.subscribe(CONTROL, (piece) => {
    const whole = read(piece);
    if (whole !== null) replies.push(asciiBytes(whole));
  });
  const identity = await readIdentity(link);
  const version = await tell(link, replies, kind === 'athena' ? 'v6' : 'v1');
  const status = await tell(link, replies, 's');
  for (const uuid of kind === 'athena' ? [ATHENA, MuseCharacteristic.athenaMore] : [GYRO, ACC, TELEMETRY]) {
    if (!link.characteristics.has(uuid)) continue;
    await link.subscribe(uuid, (bytes, arrivalUs) => {
      if (uuid === TELEMETRY) conversation.charge = chargeOfTelemetry(bytes) ?? conversation.charge;
      onNotification(uuid, bytes, arrivalUs);
    });
  }
  for (const text of START[kind]) await tell(link, replies, text);
  return {
    driverId: ID[kind],
    sensorSerial: status['sn'] ?? identity.sensorSerial,
    name: link.name,
    manufacturer: identity.manufacturer,
    model: identity.model || (kind === 'athena' ? 'Muse S Athena' : 'Muse'),
    firmware: version['fw'] ?? identity.firmware,
    hardware: version['hw'] ?? identity.hardware,
    simulated: isSimulated(link),
    nominalRateHz: MUSE_RATE_HZ,
    mtu: link.mtu,
    config: { content: 'inertial', attitudeFrom: 'inertial', axes: 'kit' },
  };
}

const createMuseDriver = (
  kind: MuseKind,
  label: string,
  characteristic: Uuid,
  matches: DeviceDriver['matches'],
): DeviceDriver => ({
  id: ID[kind],
  label,
  facts: MUSE_FACTS[kind],
  serviceUuids: [MUSE_SERVICE, Sig.batteryService, Sig.deviceInformationService],
  namePrefixes: ['Muse-', 'MuseS-'],
  characteristicOf: CONTROL,
  modes: [
    { mode: 0, label: "values in the maker's axes and signs, as they are sent (usual)", characteristic },
    { mode: 1, label: "values in the kit's axes: x forward, y left, z up", characteristic },
  ],
  describeForDecode: (mode) => describeBytes(ID[kind], MUSE_RATE_HZ, { axes: mode === 1 ? 'kit' : 'maker' }),
  matches,
  start: (link, _wish, onNotification) => start(link, onNotification),
  async stop(link) {
    // Its answer comes after the last sample: whoever waits for it cuts nothing off.
    const conversation = conversations.get(link);
    if (conversation) await tell(link, conversation.replies, 'h');
    else await send(link, 'h');
  },
  async readBattery(link) {
    const conversation = conversations.get(link);
    if (!conversation) return null;
    if (conversation.charge !== null) return conversation.charge;
    const percent = Number((await tell(link, conversation.replies, 's'))['bp']);
    return percent >= 0 && percent <= 100 ? percent / 100 : null;
  },
  async identify() {
    throw new KitError('CANNOT_IDENTIFY');
  },
  prompt: promptSubject,
  createDecoder: createMuseDecoder,
});

/** Takes both kinds: which one it is shows after connecting, and the stream's description then names its own driver. */
export const museDriver = createMuseDriver(
  'classic',
  'Muse 2016, Muse 2, Muse S',
  ACC,
  ({ name, serviceUuids }) => serviceUuids.includes(MUSE_SERVICE) || /^MuseS?-/.test(name),
);
/** Reads recorded streams of an Athena, and starts one when asked by name; an advertisement is `museDriver`'s. */
export const museAthenaDriver = createMuseDriver('athena', 'Muse S Athena', ATHENA, () => false);
