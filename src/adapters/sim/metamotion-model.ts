/** The simulated MetaMotion: its modules answer commands and its fusion sends messages, over any MotionSource. */
import {
  BATTERY_REGISTER,
  BLINK_SECONDS,
  FUSION_LENGTH,
  FusionRegister,
  METAMOTION_SERVICE,
  MetaMotionCharacteristic,
  MetaMotionChip,
  type MetaMotionChipName,
  MetaMotionModule,
  READ,
} from '../../devices/metamotion-protocol.ts';
import { AttError, type GattServerService } from '../../ports/gatt-server.ts';
import { Sig } from '../../wire/headband-profile.ts';
import { SIMULATOR_PROMPT } from '../../wire/simulator-service.ts';
import { DEVICE_INFORMATION, deviceText } from './device-information.ts';
import { createSampleStream, type SimPacket, type StreamSample } from './sample-stream.ts';
import type { SensorModel, SensorModelOptions } from './sensor-model.ts';
import { SIMULATOR_GATT, writePrompt } from './simulator-service.ts';

const DEG = Math.PI / 180;
const GRAVITY_MPS2 = 9.80665;
const RATE_HZ = 100;
const { command: COMMAND, notify: NOTIFY } = MetaMotionCharacteristic;

export interface MetaMotionModelOptions extends SensorModelOptions {
  /** MetaMotion S has the BMI270, R and RL the BMI160. */
  readonly chip?: MetaMotionChipName;
  /** Gives the fusion no mode, whatever is written: its quaternion stays zero. */
  readonly fusionDeaf?: boolean;
  /** False: a board without the fusion module. */
  readonly hasFusion?: boolean;
}

export interface MetaMotionModel extends SensorModel {
  /** Presses the button. */
  press(): void;
}

const SERVICES: readonly GattServerService[] = [
  {
    uuid: METAMOTION_SERVICE,
    characteristics: [
      { uuid: COMMAND, properties: ['write', 'writeWithoutResponse'] },
      { uuid: NOTIFY, properties: ['notify'] },
    ],
  },
  { uuid: Sig.batteryService, characteristics: [{ uuid: Sig.batteryLevel, properties: ['read', 'notify'] }] },
  DEVICE_INFORMATION,
];

/** Gravity in sensor axes as the fusion gives it: pointing up, as an accelerometer at rest reads. */
const gravityOf = ([w, x, y, z]: readonly number[]): number[] =>
  [2 * (x! * z! - w! * y!), 2 * (y! * z! + w! * x!), 1 - 2 * (x! * x! + y! * y!)].map((c) => c * GRAVITY_MPS2);

/** One output of the fusion as it goes on the air; null for an output that is not simulated. */
export function encodeFusion(
  register: number,
  sample: {
    readonly quat: ArrayLike<number>;
    readonly gyrRadps: ArrayLike<number>;
    readonly accMps2: ArrayLike<number>;
  },
): Uint8Array | null {
  const values: Readonly<Record<number, () => number[]>> = {
    [FusionRegister.acc]: () => Array.from(sample.accMps2, (a) => (a / GRAVITY_MPS2) * 1000),
    [FusionRegister.gyro]: () => Array.from(sample.gyrRadps, (w) => w / DEG),
    [FusionRegister.quaternion]: () => Array.from(sample.quat),
    [FusionRegister.gravity]: () => gravityOf(Array.from(sample.quat)),
  };
  const make = values[register];
  if (!make) return null;
  const bytes = new Uint8Array(FUSION_LENGTH[register]!);
  const view = new DataView(bytes.buffer);
  bytes.set([MetaMotionModule.fusion, register]);
  for (const [k, value] of make().entries()) view.setFloat32(2 + 4 * k, value, true);
  return bytes;
}

export function createMetaMotionModel(options: MetaMotionModelOptions): MetaMotionModel {
  const { source, serial = 'SIM-MM-1', simulated = true, batteryPercent = 87, chip = 'bmi160' } = options;
  const { fusionDeaf = false, hasFusion = true } = options;
  const stream = createSampleStream(options);
  const texts = {
    manufacturer: 'MbientLab Inc',
    model: chip === 'bmi160' ? '5' : '8',
    serial,
    firmware: '1.5.0',
    hardware: '0.4',
  };
  const answers: Uint8Array[] = [];
  const subscribedRegisters = new Set<number>();
  let listening = false;
  let mode = 0;
  let mask = 0;
  let pattern = false;
  let identifyUntilUs = Number.NaN;

  const makePackets = ([sample]: readonly StreamSample[]): SimPacket[] => {
    if (!listening) return [];
    // In the order of the registers, as far as the order is known at all.
    return [...subscribedRegisters]
      .sort((a, b) => a - b)
      .filter((register) => (mask & (1 << OUTPUT_BIT[register]!)) !== 0)
      .flatMap((register) => {
        const bytes = encodeFusion(register, sample!);
        if (mode === 0) bytes?.fill(0, 2);
        // Gravity is no part of a sample: it goes beside the stream, and counts neither as sent nor as lost.
        if (bytes && register === FusionRegister.gravity) answers.push(bytes);
        else if (bytes) return [{ characteristic: NOTIFY, bytes }];
        return [];
      });
  };
  const fusion = (register: number, data: Uint8Array, nowUs: number): void => {
    if (register === FusionRegister.mode && !fusionDeaf) mode = data[0] ?? 0;
    else if (register === FusionRegister.mask) mask = (mask | (data[0] ?? 0)) & ~(data[1] ?? 0);
    else if (register === FusionRegister.enable && data[0] === 0) stream.stop();
    else if (register === FusionRegister.enable && !stream.running)
      stream.start(nowUs, { rateHz: RATE_HZ, samplesPerPacket: 1, make: makePackets });
    else if (data[0] === 1) subscribedRegisters.add(register);
    else subscribedRegisters.delete(register);
  };
  const led = (register: number, data: Uint8Array, nowUs: number): void => {
    if (register === 0x03) pattern = data.length === 15;
    if (register === 0x01 && data[0] === 1 && pattern) identifyUntilUs = nowUs + BLINK_SECONDS * 1e6;
    if (register === 0x02) identifyUntilUs = Number.NaN;
  };
  /** What reading a register gives: a module's implementation and revision, or the battery. */
  const readRegister = (module: number, register: number): readonly number[] => {
    if (module === MetaMotionModule.settings && register === BATTERY_REGISTER) return [batteryPercent, 0x10, 0x10];
    if (register !== 0) return [];
    if (module === MetaMotionModule.gyro) return [MetaMotionChip[chip].gyro, 1];
    if (module === MetaMotionModule.accelerometer) return [MetaMotionChip[chip].acc, 1];
    return module === MetaMotionModule.fusion && hasFusion ? [0, 3] : [];
  };

  return {
    name: options.name ?? `MetaWear${simulated ? ' (simulated)' : ''}`,
    serial,
    source,
    stats: stream.stats,
    advertisedServices: [METAMOTION_SERVICE],
    services: simulated ? [...SERVICES, SIMULATOR_GATT] : SERVICES,
    sourceTimeS: stream.sourceTimeS,
    get streaming() {
      return stream.running;
    },
    get identifyUntilUs() {
      return identifyUntilUs;
    },
    press: () => void answers.push(Uint8Array.of(MetaMotionModule.button, 0x01, 0x01)),
    read: (characteristic) =>
      characteristic === Sig.batteryLevel
        ? Uint8Array.of(batteryPercent)
        : (deviceText(texts, characteristic) ?? AttError.readNotPermitted),
    write(characteristic, bytes, nowUs) {
      if (characteristic === SIMULATOR_PROMPT && simulated)
        return writePrompt(source, bytes, stream.sourceTimeS(nowUs));
      if (characteristic !== COMMAND) return AttError.writeNotPermitted;
      if (bytes.length < 2) return AttError.invalidLength;
      const [module, register] = [bytes[0]!, bytes[1]!];
      const data = bytes.subarray(2);
      if (register & READ) answers.push(Uint8Array.of(module, register, ...readRegister(module, register & ~READ)));
      else if (module === MetaMotionModule.fusion) fusion(register, data, nowUs);
      else if (module === MetaMotionModule.led) led(register, data, nowUs);
      return AttError.ok;
    },
    subscriptionChanged(characteristic, on) {
      if (characteristic === NOTIFY) listening = on;
    },
    connected() {
      listening = false;
    },
    mtuChanged() {},
    // It goes on fusing without a listener, as the real one does: the next host has to send the stop list.
    disconnected() {
      listening = false;
    },
    advance(nowUs, notify) {
      const nextUs = stream.advance(nowUs, notify);
      if (listening) for (const bytes of answers.splice(0)) notify(NOTIFY, bytes);
      return nextUs;
    },
  };
}

/** Bit of the output mask that lets a data register send. */
const OUTPUT_BIT: Readonly<Record<number, number>> = {
  [FusionRegister.acc]: 0,
  [FusionRegister.gyro]: 1,
  [FusionRegister.mag]: 2,
  [FusionRegister.quaternion]: 3,
  [FusionRegister.euler]: 4,
  [FusionRegister.gravity]: 5,
  [FusionRegister.linearAcc]: 6,
};
