/** The driver of MbientLab MetaMotion R, RL and S: start and stop sequence. */
import { KitError } from '../contract/errors.ts';
import type { GattLink } from '../ports/gatt.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { Sig } from '../wire/headband-profile.ts';
import { describeBytes } from './describe.ts';
import type { DeviceDriver, DeviceFacts, StreamContent } from './driver.ts';
import { readIdentity } from './identity.ts';
import { createMetaMotionDecoder } from './metamotion-decoder.ts';
import { type FrameVerdict, frameOf } from './metamotion-frame.ts';
import {
  BATTERY_REGISTER,
  BLINK_COMMANDS,
  batteryOfMessage,
  FUSION_LENGTH,
  FusionMask,
  FusionRegister,
  gravityOffCommands,
  METAMOTION_SERVICE,
  MetaMotionCharacteristic,
  MetaMotionChip,
  type MetaMotionChipName,
  MetaMotionModule,
  READ,
  STOP_COMMANDS,
  startCommands,
} from './metamotion-protocol.ts';
import { ask, createReplies, type Replies } from './replies.ts';
import { isSimulated, promptSubject } from './simulated.ts';

export const METAMOTION_PARAMS = Object.freeze({
  rateHz: 100,
  /** Three messages a sample are asked for up to this connection interval, ms; above, the quaternion alone. */
  threeMessagesUpToMs: 15,
  /** How long the first quaternion and gravity are awaited, ms; without them the frame stays unchecked. */
  frameWaitMs: 300,
});

const { command: COMMAND, notify: NOTIFY } = MetaMotionCharacteristic;
const MASK: Readonly<Record<StreamContent, number>> = {
  inertial: FusionMask.acc | FusionMask.gyro,
  quaternion: FusionMask.quaternion,
  both: FusionMask.acc | FusionMask.gyro | FusionMask.quaternion,
};

export const METAMOTION_FACTS: DeviceFacts = Object.freeze({
  ratesHz: [100],
  contents: ['inertial', 'quaternion', 'both'] as const,
  // Without time and number in its messages, a lost one is a turn that our filter never hears of; its own does.
  attitudeFrom: 'quaternion',
  time: 'none',
  frame:
    'quaternion of the IMUPlus fusion (no magnetometer), z up by its gravity output at the start; heading arbitrary',
  battery: 'register 8C of the settings module',
  identify: 'LED module: ten green blinks',
  mtu: '23 is enough: the longest message has 18 bytes',
  quirks: [
    'no time and no number in any message: loss shows in the arrival times alone',
    'each output comes in a message of its own; above a connection interval of 15 ms only the quaternion is asked for',
    'a quaternion of zeros means that the fusion was never configured; it is refused as not-configured',
    'what an earlier visitor left running goes on after the link is lost: the stop list is always sent first',
  ],
  unverified: [
    'world axes of the quaternion (self-check at every start, its verdict is in the stream description)',
    'order of the three messages of one sample',
    'gyro configuration byte of the BMI270 (MetaMotion S)',
  ],
  experimental: false,
});

/** Answers of a link in use, for the questions asked while it streams. */
const repliesOf = new WeakMap<GattLink, Replies>();

async function send(link: GattLink, commands: readonly (readonly number[])[]): Promise<void> {
  for (const bytes of commands) await link.write(COMMAND, Uint8Array.from(bytes));
}

const question = (link: GattLink, replies: Replies, what: string, module: number, register: number) =>
  ask(
    replies,
    what,
    () => link.write(COMMAND, Uint8Array.of(module, READ | register)),
    (bytes) => bytes[0] === module && bytes[1] === (READ | register),
  );

/** Which inertial chip the board has. Throws SENSOR_UNSUPPORTED for a board without sensor fusion or an unknown chip. */
async function detectChip(link: GattLink, replies: Replies): Promise<MetaMotionChipName> {
  const fusion = await question(link, replies, 'sensor fusion module', MetaMotionModule.fusion, 0);
  // A module that is not there answers with its number alone.
  if (fusion.length < 4) throw new KitError('SENSOR_UNSUPPORTED', 'this board has no sensor fusion');
  const gyro = await question(link, replies, 'gyro module', MetaMotionModule.gyro, 0);
  const acc = await question(link, replies, 'accelerometer module', MetaMotionModule.accelerometer, 0);
  const names: readonly MetaMotionChipName[] = ['bmi160', 'bmi270'];
  const chip = names.find((name) => MetaMotionChip[name].gyro === gyro[2] && MetaMotionChip[name].acc === acc[2]);
  if (!chip) throw new KitError('SENSOR_UNSUPPORTED', `gyro ${gyro[2]}, accelerometer ${acc[2]} are not known`);
  return chip;
}

/** Looks at the first quaternion and the first gravity. */
async function checkFrame(replies: Replies): Promise<FrameVerdict> {
  const first = (register: number, what: string): Promise<Uint8Array | null> =>
    replies
      .next(
        what,
        (b) => b[0] === MetaMotionModule.fusion && b[1] === register && b.length === FUSION_LENGTH[register],
        METAMOTION_PARAMS.frameWaitMs,
      )
      .catch(() => null);
  const [quat, gravity] = await Promise.all([
    first(FusionRegister.quaternion, 'quaternion'),
    first(FusionRegister.gravity, 'gravity'),
  ]);
  return quat && gravity ? frameOf(quat, gravity) : 'unknown';
}

function contentFor(link: GattLink, wish: StreamContent): StreamContent {
  const slow = link.intervalMs != null && link.intervalMs > METAMOTION_PARAMS.threeMessagesUpToMs;
  return wish === 'both' && slow ? 'quaternion' : wish;
}

export const metaMotionDriver: DeviceDriver = {
  id: 'metamotion',
  label: 'MbientLab MetaMotion R, RL, S',
  facts: METAMOTION_FACTS,
  serviceUuids: [METAMOTION_SERVICE, Sig.batteryService, Sig.deviceInformationService],
  modes: [],
  describeForDecode: () => describeBytes(metaMotionDriver.id, METAMOTION_PARAMS.rateHz),

  matches: (advertisement) => advertisement.serviceUuids.includes(METAMOTION_SERVICE),

  async start(link, wish, onNotification): Promise<StreamDescription> {
    const missing = [COMMAND, NOTIFY].find((uuid) => !link.characteristics.has(uuid));
    if (missing) throw new KitError('SENSOR_UNSUPPORTED', `characteristic ${missing} is missing`);
    const replies = createReplies();
    repliesOf.set(link, replies);
    await link.subscribe(NOTIFY, (bytes, arrivalUs) => {
      replies.push(bytes);
      onNotification(NOTIFY, bytes, arrivalUs);
    });
    await send(link, STOP_COMMANDS);
    const identity = await readIdentity(link);
    const chip = await detectChip(link, replies);
    const content = contentFor(link, wish.content);
    const mask = MASK[content];
    const checksFrame = content !== 'inertial';
    const verdict = checksFrame ? checkFrame(replies) : Promise.resolve('unknown' as const);
    await send(link, startCommands(chip, checksFrame ? mask | FusionMask.gravity : mask));
    const frame = await verdict;
    if (checksFrame) await send(link, gravityOffCommands(mask));
    return {
      driverId: metaMotionDriver.id,
      ...identity,
      name: link.name,
      simulated: isSimulated(link),
      nominalRateHz: METAMOTION_PARAMS.rateHz,
      mtu: link.mtu,
      config: {
        content,
        attitudeFrom: content === 'both' ? METAMOTION_FACTS.attitudeFrom : content,
        chip,
        frame,
      },
    };
  },

  stop: (link) => send(link, STOP_COMMANDS),

  async readBattery(link) {
    const replies = repliesOf.get(link);
    if (!replies) return null;
    return batteryOfMessage(await question(link, replies, 'battery', MetaMotionModule.settings, BATTERY_REGISTER));
  },

  identify: (link) => send(link, BLINK_COMMANDS),
  prompt: promptSubject,
  createDecoder: createMetaMotionDecoder,
};
