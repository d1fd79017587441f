/** The driver of the Muse headbands, classic and S Athena: start and stop sequence. Raw data only; the kit filters them. */
import { KitError } from '../contract/errors.ts';
import type { GattLink } from '../ports/gatt.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { Sig } from '../wire/headband-profile.ts';
import { describeBytes } from './describe.ts';
import type { DeviceDriver, DeviceFacts } from './driver.ts';
import { readIdentity } from './identity.ts';
import { createMuseDecoder } from './muse-decoder.ts';
import {
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

export const MUSE_FACTS: DeviceFacts = Object.freeze({
  ratesHz: [MUSE_RATE_HZ],
  contents: ['inertial'] as const,
  attitudeFrom: 'inertial',
  time: 'clock and counter',
  frame: 'no quaternion; raw axes x forward, y right, z down with negated acceleration are turned to x forward, y left, z up',
  battery: 'classic: telemetry, else the status answer; Athena: the status answer, also in its stream',
  identify: null,
  mtu: '23 for a classic Muse; Athena sends messages of up to 247 bytes and is refused below an MTU of 100',
  quirks: [
    'three samples share a packet: the picture moves 17 times a second',
    'a rate above 245 deg/s, a fast shake, is out of range, and so is an acceleration above 2 g',
    'classic: acceleration and rate come apart, each with its number, and are put together here; it has no clock',
    'Athena: the clock is that of a packet of many blocks, so it trembles by tens of ms and is followed slowly',
    'Athena turns its gyro the other way round than the classic',
    'a headband that was never paired lacks telemetry',
  ],
  unverified: [
    'sign of the gyro of a classic Muse against its accelerometer (checked on records of an Athena only)',
    'sign of y (left or right) in the raw bytes: the maker documents it for its own library',
    'whether the numbers of acceleration and rate of a classic Muse begin together',
    'whether its data goes on for long without a sign of life from the host',
  ],
  experimental: false,
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
  return readAnswer(new TextDecoder().decode(answer));
}

/** Least MTU in which a packet of one motion block and one of EEG fits. */
const ATHENA_MTU = 100;

export const museDriver: DeviceDriver = {
  id: 'muse',
  label: 'Muse 2016, 2, S and S Athena',
  facts: MUSE_FACTS,
  serviceUuids: [MUSE_SERVICE, Sig.batteryService, Sig.deviceInformationService],
  modes: [
    { mode: 0, label: "values in the maker's axes and signs, as they are sent", characteristic: ACC },
    { mode: 1, label: "values in the kit's axes: x forward, y left, z up", characteristic: ACC },
  ],
  describeForDecode: (mode) => describeBytes(museDriver.id, MUSE_RATE_HZ, { axes: mode === 1 ? 'kit' : 'maker' }),

  matches: ({ name, serviceUuids }) => serviceUuids.includes(MUSE_SERVICE) || /^Muse(S)?-/.test(name),

  async start(link, _wish, onNotification): Promise<StreamDescription> {
    const kind = link.characteristics.has(ATHENA) ? 'athena' : 'classic';
    const streams = kind === 'athena' ? [ATHENA, MuseCharacteristic.athenaMore] : [GYRO, ACC];
    const missing = [CONTROL, streams[0]!, ...(kind === 'classic' ? [ACC] : [])].find(
      (uuid) => !link.characteristics.has(uuid),
    );
    if (missing) throw new KitError('SENSOR_UNSUPPORTED', `characteristic ${missing} is missing`);
    if (kind === 'athena' && link.mtu < ATHENA_MTU)
      throw new KitError('SENSOR_UNSUPPORTED', `its messages do not fit an MTU of ${link.mtu}`);
    const replies = createReplies();
    const conversation: Conversation = { replies, charge: null };
    conversations.set(link, conversation);
    const read = createAnswerReader();
    await link.subscribe(CONTROL, (piece) => {
      const whole = read(piece);
      if (whole !== null) replies.push(new TextEncoder().encode(whole));
    });
    const identity = await readIdentity(link);
    const version = await tell(link, replies, kind === 'athena' ? 'v6' : 'v1');
    const status = await tell(link, replies, 's');
    for (const uuid of streams)
      if (link.characteristics.has(uuid))
        await link.subscribe(uuid, (bytes, arrivalUs) => onNotification(uuid, bytes, arrivalUs));
    if (kind === 'classic' && link.characteristics.has(TELEMETRY))
      await link.subscribe(TELEMETRY, (bytes, arrivalUs) => {
        conversation.charge = chargeOfTelemetry(bytes) ?? conversation.charge;
        onNotification(TELEMETRY, bytes, arrivalUs);
      });
    for (const text of START[kind]) await tell(link, replies, text);
    return {
      driverId: museDriver.id,
      ...identity,
      sensorSerial: status['sn'] ?? identity.sensorSerial,
      model: identity.model || (kind === 'athena' ? 'Muse S Athena' : 'Muse'),
      firmware: version['fw'] ?? identity.firmware,
      hardware: version['hw'] ?? identity.hardware,
      name: link.name,
      simulated: isSimulated(link),
      nominalRateHz: MUSE_RATE_HZ,
      mtu: link.mtu,
      config: { content: 'inertial', attitudeFrom: 'inertial', kind, axes: 'kit' },
    };
  },

  stop: (link) => send(link, 'h'),

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
};
