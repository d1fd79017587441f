/** The driver of WitMotion's Bluetooth LE inertial sensors: start and stop sequence. */
import { KitError } from '../contract/errors.ts';
import type { GattLink } from '../ports/gatt.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { Sig } from '../wire/headband-profile.ts';
import { describeBytes } from './describe.ts';
import type { DeviceDriver, DeviceFacts, StreamWish } from './driver.ts';
import { readIdentity } from './identity.ts';
import { ask, createReplies, type Replies } from './replies.ts';
import { isSimulated, promptSubject } from './simulated.ts';
import { createWitMotionDecoder } from './witmotion-decoder.ts';
import {
  askRegister,
  chargeOfVolts,
  registerOf,
  registerValue,
  setRegister,
  UNLOCK,
  WIT_MOTION_CONTENT,
  WIT_RATE_CODE,
  WIT_RATES_HZ,
  WIT_SIX_AXIS,
  WITMOTION_SERVICE,
  WitMotionCharacteristic,
  WitRegister,
} from './witmotion-protocol.ts';

const { notify: NOTIFY, write: WRITE } = WitMotionCharacteristic;

/** How long a register is awaited, ms: an older firmware may not answer, and is believed then. */
const READ_BACK_MS = 500;
/** What the device does by itself: left behind at the end, to spare its battery. */
const IDLE_RATE_HZ = 10;

export const WITMOTION_FACTS: DeviceFacts = Object.freeze({
  ratesHz: WIT_RATES_HZ,
  contents: ['inertial', 'quaternion', 'both'] as const,
  // Without time and number in its frames, a lost one is a turn that our filter never hears of; its own does.
  attitudeFrom: 'quaternion',
  time: 'none',
  frame: 'x forward, y left, z up; angles are Rz(yaw) Ry(pitch) Rx(roll), sensor to world, world z up, in 6-axis mode',
  battery: 'voltage in register 64, by the table of the maker',
  identify: null,
  mtu: '23 is enough: a frame has 20 bytes',
  quirks: [
    'angles are streamed, a quaternion is not: it could only be asked for about ten times a second',
    'no checksum, no time, no number in a frame: after a damaged byte it is found again by its head and length',
    'up to four frames share a notification, and a frame may be cut by its end',
    'what its frames hold is a setting that survives power-off and cannot be seen in them: it is always written',
    'the WT901SDCL adds its clock (28 bytes); vibration sensors use the same service and are told apart by name',
    'it streams from the first moment to the last: stopping slows it down and switches its notifications off',
  ],
  unverified: [
    'how true its angles are near a pitch of 90 degrees, as on the forehead of a person who lies on the back',
    'which names the family advertises beside WT..., and whether the service is in the advertisement',
    'how old the angles are beside the raw readings of the same frame',
  ],
  experimental: false,
});

const repliesOf = new WeakMap<GattLink, Replies>();

async function send(link: GattLink, commands: readonly (readonly number[])[]): Promise<void> {
  for (const bytes of commands) await link.write(WRITE, Uint8Array.from(bytes), { withoutResponse: true });
}

/** Where in a notification the frame of a register begins, motion frames may stand before it; -1: nowhere. */
function placeOf(bytes: Uint8Array, register: number): number {
  for (let at = 0; at < bytes.length; at++) if (registerOf(bytes, at) === register) return at;
  return -1;
}

/** First value from a register on. Rejects with LINK_TIMEOUT. */
async function readRegister(link: GattLink, replies: Replies, register: number): Promise<number> {
  const frame = await ask(
    replies,
    `register ${register.toString(16)}`,
    () => send(link, [askRegister(register)]),
    (bytes) => placeOf(bytes, register) >= 0,
    READ_BACK_MS,
  );
  return registerValue(frame, placeOf(frame, register), 0);
}

/** Writes a setting and reads it back: true when it holds, false when the device does not tell. Throws STREAM_REFUSED. */
async function settle(link: GattLink, replies: Replies, register: number, value: number): Promise<boolean> {
  await send(link, [UNLOCK, setRegister(register, value)]);
  const now = await readRegister(link, replies, register).catch((cause: unknown) => {
    if (cause instanceof KitError && cause.code === 'LINK_TIMEOUT') return null;
    throw cause;
  });
  if (now !== null && now !== value)
    throw new KitError('STREAM_REFUSED', `register ${register.toString(16)} is ${now}, not ${value}`);
  return now !== null;
}

const rateFor = (wish: StreamWish): number =>
  WIT_RATES_HZ.filter((rateHz) => rateHz <= wish.rateHz).at(-1) ?? WIT_RATES_HZ[0];

export const witMotionDriver: DeviceDriver = {
  id: 'witmotion',
  label: 'WitMotion WT901BLE, WT9011DCL, BWT901BLECL5.0',
  facts: WITMOTION_FACTS,
  serviceUuids: [WITMOTION_SERVICE, Sig.batteryService, Sig.deviceInformationService],
  namePrefixes: ['WT', 'BWT'],
  modes: [],
  describeForDecode: () => describeBytes(witMotionDriver.id, 100),

  matches({ name, serviceUuids }) {
    // WTVB: vibration sensors on the same service, with other frames.
    if (!/^B?WT/i.test(name) || /^WTVB/i.test(name)) return false;
    return serviceUuids.includes(WITMOTION_SERVICE) || /^B?WT\d/i.test(name);
  },

  async start(link, wish, onNotification): Promise<StreamDescription> {
    const missing = [NOTIFY, WRITE].find((uuid) => !link.characteristics.has(uuid));
    if (missing) throw new KitError('SENSOR_UNSUPPORTED', `characteristic ${missing} is missing`);
    const replies = createReplies();
    repliesOf.set(link, replies);
    await link.subscribe(NOTIFY, (bytes, arrivalUs) => {
      replies.push(bytes);
      onNotification(NOTIFY, bytes, arrivalUs);
    });
    const identity = await readIdentity(link);
    const rateHz = rateFor(wish);
    const told = await settle(link, replies, WitRegister.outputContent, WIT_MOTION_CONTENT);
    await settle(link, replies, WitRegister.algorithm, WIT_SIX_AXIS);
    await settle(link, replies, WitRegister.rate, WIT_RATE_CODE[rateHz]!);
    return {
      driverId: witMotionDriver.id,
      ...identity,
      name: link.name,
      simulated: isSimulated(link),
      nominalRateHz: rateHz,
      mtu: link.mtu,
      config: {
        content: wish.content,
        attitudeFrom: wish.content === 'both' ? WITMOTION_FACTS.attitudeFrom : wish.content,
        readBack: told,
      },
    };
  },

  async stop(link) {
    await send(link, [UNLOCK, setRegister(WitRegister.rate, WIT_RATE_CODE[IDLE_RATE_HZ]!)]);
    await link.unsubscribe(NOTIFY);
  },

  async readBattery(link) {
    const replies = repliesOf.get(link);
    return replies ? chargeOfVolts((await readRegister(link, replies, WitRegister.battery)) / 100) : null;
  },

  async identify() {
    throw new KitError('CANNOT_IDENTIFY');
  },
  prompt: promptSubject,
  createDecoder: createWitMotionDecoder,
};
