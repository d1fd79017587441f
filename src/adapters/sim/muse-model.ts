/** The simulated Muse, classic or S Athena: commands, answers in pieces, and blocks of three samples at 52 Hz. */
import {
  ATHENA_BLOCK_BYTES,
  ATHENA_CLOCK_HZ,
  AthenaTag,
  MUSE_ACC_SCALE_G,
  MUSE_CLASSIC_BYTES,
  MUSE_GYRO_SCALE_DEGPS,
  MUSE_RATE_HZ,
  MUSE_SAMPLES,
  MUSE_SERVICE,
  MuseCharacteristic,
} from '../../devices/muse-protocol.ts';
import { AttError, type GattServerService } from '../../ports/gatt-server.ts';
import { SIMULATOR_PROMPT } from '../../wire/simulator-service.ts';
import { createSampleStream, type SimPacket, type StreamSample } from './sample-stream.ts';
import type { SensorModel, SensorModelOptions } from './sensor-model.ts';
import { SIMULATOR_GATT, writePrompt } from './simulator-service.ts';

const DEG = Math.PI / 180;
const GRAVITY_MPS2 = 9.80665;
const C = MuseCharacteristic;
/** Telemetry and battery come with every so many blocks: about ten seconds. */
const BATTERY_EVERY = 173;

export interface MuseModelOptions extends SensorModelOptions {
  readonly kind?: 'classic' | 'athena';
  /** A classic Muse that was never paired has none. */
  readonly hasTelemetry?: boolean;
  /** First numbers of acceleration and rate (classic) or of the motion block (Athena, modulo 256). */
  readonly firstAcc?: number;
  readonly firstGyro?: number;
  /** Clock at the start, counts of 256 kHz: near 2^32 it wraps soon. */
  readonly bootClock?: number;
  /** Says nothing on the control characteristic. */
  readonly mute?: boolean;
}

interface Motion {
  readonly gyrRadps: Iterable<number>;
  readonly accMps2: Iterable<number>;
}
const int16 = (value: number): number => Math.max(-32768, Math.min(32767, Math.round(value)));
/** The kit's axes to the maker's: forward, right, down, with accelerations negated. */
const accCounts = ({ accMps2: [x, y, z] }: Motion): number[] =>
  [-x!, y!, z!].map((a) => int16(a / GRAVITY_MPS2 / MUSE_ACC_SCALE_G));
const gyroCounts = ({ gyrRadps: [x, y, z] }: Motion, sign: 1 | -1): number[] =>
  [x!, -y!, -z!].map((w) => int16((sign * w) / DEG / MUSE_GYRO_SCALE_DEGPS));

/** A classic notification of three samples. */
export function encodeMuseClassic(what: 'acc' | 'gyro', sequence: number, samples: readonly Motion[]): Uint8Array {
  const bytes = new Uint8Array(MUSE_CLASSIC_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, sequence & 0xffff);
  for (const [s, sample] of samples.entries())
    for (const [k, count] of (what === 'acc' ? accCounts(sample) : gyroCounts(sample, 1)).entries())
      view.setInt16(2 + 6 * s + 2 * k, count);
  return bytes;
}

/** Data of an Athena motion block. */
export function encodeAthenaMotion(samples: readonly Motion[]): Uint8Array {
  const bytes = new Uint8Array(ATHENA_BLOCK_BYTES[AthenaTag.motion]!);
  const view = new DataView(bytes.buffer);
  for (const [s, sample] of samples.entries())
    for (const [k, count] of [...accCounts(sample), ...gyroCounts(sample, -1)].entries())
      view.setInt16(12 * s + 2 * k, count, true);
  return bytes;
}

/** One Athena packet of blocks [tag, index, data]. */
export function encodeAthenaPacket(
  index: number,
  clock: number,
  blocks: readonly (readonly [tag: number, index: number, data: ArrayLike<number>])[],
): Uint8Array {
  const body = blocks.flatMap(([tag, number, data]) => [tag, number & 0xff, 0, 0, 0, ...Array.from(data)]);
  const bytes = Uint8Array.of(9 + body.length, index & 0xff, 0, 0, 0, 0, 0, 0, 0, ...body);
  new DataView(bytes.buffer).setUint32(2, clock >>> 0, true);
  return bytes;
}

export function createMuseModel(options: MuseModelOptions): SensorModel {
  const { source, serial = 'SIM-MUSE-1', simulated = true, batteryPercent = 87, kind = 'classic' } = options;
  const { hasTelemetry = true, firstAcc = 0, firstGyro = 0, bootClock = 1_000_000, mute = false } = options;
  const stream = createSampleStream(options);
  const subscribed = new Set<string>();
  const answers: SimPacket[] = [];
  let block = 0;

  const classicPackets = (samples: readonly StreamSample[]): SimPacket[] => {
    const packets = [
      { characteristic: C.gyro, bytes: encodeMuseClassic('gyro', firstGyro + block, samples) },
      { characteristic: C.acc, bytes: encodeMuseClassic('acc', firstAcc + block, samples) },
    ];
    if (hasTelemetry && block % BATTERY_EVERY === 0) answers.push({ characteristic: C.telemetry, bytes: telemetry() });
    return packets;
  };
  const telemetry = (): Uint8Array => {
    const bytes = new Uint8Array(20);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, block & 0xffff);
    view.setUint16(2, Math.round(batteryPercent * 512));
    // Fuel gauge in 2.2 mV, converter, temperature.
    for (const [k, word] of [1850, 3900, 27].entries()) view.setUint16(4 + 2 * k, word);
    return bytes;
  };
  const athenaPackets = (samples: readonly StreamSample[]): SimPacket[] => {
    const clock = bootClock + Math.round((samples.at(-1)!.deviceUs * ATHENA_CLOCK_HZ) / 1e6);
    const charge = Math.round(batteryPercent * 256);
    const bytes = encodeAthenaPacket(block, clock, [
      // Motion travels between other things; here one block of EEG.
      [18, block, new Uint8Array(ATHENA_BLOCK_BYTES[18]!)],
      [AthenaTag.motion, firstGyro + block, encodeAthenaMotion(samples)],
      ...(block % BATTERY_EVERY === 0
        ? ([[AthenaTag.battery, block, [charge & 0xff, charge >> 8, ...new Array<number>(18).fill(0)]]] as const)
        : []),
    ]);
    return [{ characteristic: C.athena, bytes }];
  };
  const makePackets = (samples: readonly StreamSample[]): SimPacket[] => {
    const packets = kind === 'classic' ? classicPackets(samples) : athenaPackets(samples);
    block++;
    return packets.filter(({ characteristic }) => subscribed.has(characteristic));
  };

  const say = (values: Readonly<Record<string, string | number>>): void => {
    if (mute) return;
    const text = JSON.stringify({ ...values, rc: 0 });
    for (let at = 0; at < text.length; at += 19) {
      const piece = new TextEncoder().encode(text.slice(at, at + 19));
      answers.push({ characteristic: C.control, bytes: Uint8Array.of(piece.length, ...piece) });
    }
  };
  let wakings = 0;
  const command = (text: string, nowUs: number): void => {
    if (text === 'h') {
      stream.stop();
      wakings = 0;
    }
    if (text === 'v1' || text === 'v6') say({ ap: 'headset', hw: '3.1', fw: kind === 'classic' ? '1.2.13' : '3.0.4' });
    else if (text === 's') say({ hn: 'Muse-SIM', sn: serial, bp: batteryPercent });
    else say({});
    // The first of the two only wakes an Athena.
    if (text === 'dc001') wakings++;
    const starts = kind === 'classic' ? text === 'd' : text === 'dc001' && wakings === 2;
    if (starts) {
      block = 0;
      stream.start(nowUs, { rateHz: MUSE_RATE_HZ, samplesPerPacket: MUSE_SAMPLES, make: makePackets });
    }
  };
  const notifying: GattServerService['characteristics'] = (
    kind === 'classic' ? [C.gyro, C.acc, ...(hasTelemetry ? [C.telemetry] : [])] : [C.athena, C.athenaMore]
  ).map((uuid) => ({ uuid, properties: ['notify'] }));
  const services: GattServerService[] = [
    {
      uuid: MUSE_SERVICE,
      characteristics: [{ uuid: C.control, properties: ['write', 'writeWithoutResponse', 'notify'] }, ...notifying],
    },
  ];

  return {
    name: options.name ?? `${kind === 'classic' ? 'Muse-51M1' : 'MuseS-51M1'}${simulated ? ' (simulated)' : ''}`,
    serial,
    source,
    stats: stream.stats,
    advertisedServices: [MUSE_SERVICE],
    services: simulated ? [...services, SIMULATOR_GATT] : services,
    sourceTimeS: stream.sourceTimeS,
    get streaming() {
      return stream.running;
    },
    identifyUntilUs: Number.NaN,
    read: () => AttError.readNotPermitted,
    write(characteristic, bytes, nowUs) {
      if (characteristic === SIMULATOR_PROMPT && simulated)
        return writePrompt(source, bytes, stream.sourceTimeS(nowUs));
      if (characteristic !== C.control) return AttError.writeNotPermitted;
      if (bytes.length < 2 || bytes[0] !== bytes.length - 1 || bytes.at(-1) !== 0x0a) return AttError.invalidLength;
      command(new TextDecoder().decode(bytes.subarray(1, -1)), nowUs);
      return AttError.ok;
    },
    subscriptionChanged(characteristic, on) {
      if (on) subscribed.add(characteristic);
      else subscribed.delete(characteristic);
    },
    connected() {
      subscribed.clear();
    },
    mtuChanged() {},
    disconnected() {
      subscribed.clear();
      stream.stop();
    },
    advance(nowUs, notify) {
      const nextUs = stream.advance(nowUs, notify);
      for (const { characteristic, bytes } of answers.splice(0))
        if (subscribed.has(characteristic)) notify(characteristic, bytes);
      return nextUs;
    },
  };
}
