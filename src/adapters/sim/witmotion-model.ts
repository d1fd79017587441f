/** The simulated WitMotion sensor: registers and an unasked stream of frames, over any MotionSource. */
import {
  chargeOfVolts,
  WIT_ACC_RANGE_G,
  WIT_CLOCK_FRAME_BYTES,
  WIT_FRAME_BYTES,
  WIT_GYRO_RANGE_DEGPS,
  WIT_HEAD,
  WIT_RATE_CODE,
  WITMOTION_SERVICE,
  WitFrame,
  WitMotionCharacteristic,
  WitRegister,
} from '../../devices/witmotion-protocol.ts';
import { AttError, type GattServerService } from '../../ports/gatt-server.ts';
import { SIMULATOR_PROMPT } from '../../wire/simulator-service.ts';
import { createSampleStream, type SimPacket, type StreamSample } from './sample-stream.ts';
import type { SensorModel, SensorModelOptions } from './sensor-model.ts';
import { SIMULATOR_GATT, writePrompt } from './simulator-service.ts';

const DEG = Math.PI / 180;
const GRAVITY_MPS2 = 9.80665;
const { notify: NOTIFY, write: WRITE } = WitMotionCharacteristic;
/** Unlocked for this long after the unlock command, us. */
const UNLOCKED_US = 10_000_000;

export interface WitMotionModelOptions extends SensorModelOptions {
  /** Frames that share a notification, 1 to 4. */
  readonly framesPerNotification?: number;
  /** Cuts the byte stream into notifications of so many bytes instead. */
  readonly cutBytes?: number;
  /** The WT901SDCL: 28 bytes with the time of day. */
  readonly withClock?: boolean;
  /** Content register as an earlier user left it. */
  readonly outputContent?: number;
  /** Ignores commands: an old firmware without read-back. */
  readonly mute?: boolean;
}

const SERVICES: readonly GattServerService[] = [
  {
    uuid: WITMOTION_SERVICE,
    characteristics: [
      { uuid: NOTIFY, properties: ['notify'] },
      { uuid: WRITE, properties: ['write', 'writeWithoutResponse'] },
    ],
  },
];

/** Hundredths of a volt that are read as a charge: 3.4 V is empty, 3.96 V is full. */
function centivolts(charge: number): number {
  for (let volts = 340; volts < 396; volts++) if (chargeOfVolts(volts / 100) >= charge) return volts;
  return 396;
}

const int16 = (value: number): number => Math.max(-32768, Math.min(32767, Math.round(value)));

/** roll, pitch, yaw of Rz Ry Rx, deg. */
function eulerDeg([w, x, y, z]: readonly number[]): number[] {
  const [a, b, c, d] = [w!, x!, y!, z!];
  return [
    Math.atan2(2 * (a * b + c * d), 1 - 2 * (b * b + c * c)) / DEG,
    Math.asin(Math.max(-1, Math.min(1, 2 * (a * c - d * b)))) / DEG,
    Math.atan2(2 * (a * d + b * c), 1 - 2 * (c * c + d * d)) / DEG,
  ];
}

/** A motion frame; with `clockMs` (ms since 1970) the long one. */
export function encodeWitFrame(
  sample: {
    readonly quat: ArrayLike<number>;
    readonly gyrRadps: ArrayLike<number>;
    readonly accMps2: ArrayLike<number>;
  },
  clockMs: number | null = null,
): Uint8Array {
  const bytes = new Uint8Array(clockMs === null ? WIT_FRAME_BYTES : WIT_CLOCK_FRAME_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set([WIT_HEAD, WitFrame.motion]);
  const words = [
    ...Array.from(sample.accMps2, (a) => (a / GRAVITY_MPS2 / WIT_ACC_RANGE_G) * 32768),
    ...Array.from(sample.gyrRadps, (w) => (w / DEG / WIT_GYRO_RANGE_DEGPS) * 32768),
    ...eulerDeg(Array.from(sample.quat)).map((angle) => (angle / 180) * 32768),
  ];
  for (const [k, word] of words.entries()) view.setInt16(2 + 2 * k, int16(word), true);
  if (clockMs !== null) {
    const t = new Date(clockMs);
    bytes.set([t.getUTCFullYear() - 2000, t.getUTCMonth() + 1, t.getUTCDate(), t.getUTCHours(), t.getUTCMinutes()], 20);
    bytes[25] = t.getUTCSeconds();
    view.setUint16(26, t.getUTCMilliseconds(), true);
  }
  return bytes;
}

export function createWitMotionModel(options: WitMotionModelOptions): SensorModel {
  const { source, serial = 'SIM-WT-1', simulated = true, batteryPercent = 87 } = options;
  const { framesPerNotification = 1, cutBytes, withClock = false, mute = false } = options;
  const stream = createSampleStream(options);
  const registers = new Map<number, number>([
    [WitRegister.rate, WIT_RATE_CODE[10]!],
    [WitRegister.algorithm, 0],
    [WitRegister.outputContent, options.outputContent ?? 0],
    [WitRegister.battery, centivolts(batteryPercent / 100)],
  ]);
  const answers: Uint8Array[] = [];
  let listening = false;
  let unlockedUntilUs = 0;
  /** Bytes that wait for a notification to be full. */
  let pending: number[] = [];
  /** 2025-01-01 12:00, when every simulated clock starts. */
  const startMs = Date.UTC(2025, 0, 1, 12);

  const makePackets = (samples: readonly StreamSample[]): SimPacket[] => {
    if (!listening) return [];
    const bytes = samples.flatMap((sample) => [
      ...encodeWitFrame(sample, withClock ? startMs + Math.round(sample.deviceUs / 1000) : null),
    ]);
    if (cutBytes === undefined) return [{ characteristic: NOTIFY, bytes: Uint8Array.from(bytes) }];
    pending.push(...bytes);
    const packets: SimPacket[] = [];
    while (pending.length >= cutBytes)
      packets.push({ characteristic: NOTIFY, bytes: Uint8Array.from(pending.splice(0, cutBytes)) });
    return packets;
  };
  const run = (nowUs: number): void => {
    const rateHz = Number(
      Object.entries(WIT_RATE_CODE).find(([, code]) => code === registers.get(WitRegister.rate))![0],
    );
    stream.start(nowUs, { rateHz, samplesPerPacket: framesPerNotification, make: makePackets });
  };
  const command = (bytes: Uint8Array, nowUs: number): void => {
    if (bytes.length !== 5 || bytes[0] !== 0xff || bytes[1] !== 0xaa || mute) return;
    const register = bytes[2]!;
    const value = bytes[3]! | (bytes[4]! << 8);
    if (register === 0x69) unlockedUntilUs = value === 0xb588 ? nowUs + UNLOCKED_US : 0;
    else if (register === 0x27) answers.push(answer(value));
    else if (nowUs < unlockedUntilUs && registers.has(register)) {
      if (register === WitRegister.rate && !Object.values(WIT_RATE_CODE).includes(value)) return;
      registers.set(register, value);
      if (register === WitRegister.rate && stream.running) run(nowUs);
    }
  };
  const answer = (register: number): Uint8Array => {
    const bytes = new Uint8Array(WIT_FRAME_BYTES);
    bytes.set([WIT_HEAD, WitFrame.register, register & 0xff, register >> 8]);
    const view = new DataView(bytes.buffer);
    for (let k = 0; k < 8; k++) view.setInt16(4 + 2 * k, registers.get(register + k) ?? 0, true);
    return bytes;
  };

  return {
    name: options.name ?? `WT901BLE67${simulated ? ' (simulated)' : ''}`,
    serial,
    source,
    stats: stream.stats,
    advertisedServices: [WITMOTION_SERVICE],
    services: simulated ? [...SERVICES, SIMULATOR_GATT] : SERVICES,
    sourceTimeS: stream.sourceTimeS,
    get streaming() {
      return stream.running && listening;
    },
    identifyUntilUs: Number.NaN,
    read: () => AttError.readNotPermitted,
    write(characteristic, bytes, nowUs) {
      if (characteristic === SIMULATOR_PROMPT && simulated)
        return writePrompt(source, bytes, stream.sourceTimeS(nowUs));
      if (characteristic !== WRITE) return AttError.writeNotPermitted;
      command(bytes, nowUs);
      return AttError.ok;
    },
    subscriptionChanged(characteristic, on, nowUs) {
      if (characteristic !== NOTIFY) return;
      listening = on;
      pending = [];
      // It streams from the first moment, asked or not.
      if (on && !stream.running) run(nowUs);
      // What is made for nobody goes nowhere: the same as if it were not made.
      if (!on) stream.stop();
    },
    connected() {
      listening = false;
    },
    mtuChanged() {},
    disconnected() {
      listening = false;
      stream.stop();
    },
    advance(nowUs, notify) {
      if (listening) for (const bytes of answers.splice(0)) notify(NOTIFY, bytes);
      return stream.advance(nowUs, notify);
    },
  };
}
