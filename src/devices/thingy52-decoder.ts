/**
 * Notifications of a Nordic Thingy:52 to sample blocks. Quaternion and raw data come in notifications of their own,
 * without time or counter: a quaternion makes a sample and takes along the raw data that came since the one before.
 * Source: Nordic-Thingy52-FW (ble_tms.h, drv_motion.c). Little-endian.
 */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';
import { mps2FromG, radFromDeg } from '../core/units.ts';
import type { Uuid } from '../ports/gatt.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { clearSample, writeQuat, writeVector } from './columns.ts';
import type { Decoder, DecodeStatus, DeviceNotice } from './driver.ts';
import { writeEulerDeg } from './euler.ts';

const thingyUuid = (short: string): Uuid => `ef68${short}9b3549339b1052ffa9740042`;
export const ThingyService = {
  configuration: thingyUuid('0100'),
  userInterface: thingyUuid('0300'),
  motion: thingyUuid('0400'),
  battery: '180f',
} as const;
export const ThingyCharacteristic = {
  button: thingyUuid('0302'),
  motionConfiguration: thingyUuid('0401'),
  tap: thingyUuid('0402'),
  quaternion: thingyUuid('0404'),
  raw: thingyUuid('0406'),
  euler: thingyUuid('0407'),
  rotationMatrix: thingyUuid('0408'),
  heading: thingyUuid('0409'),
  gravity: thingyUuid('040a'),
  batteryLevel: '2a19',
} as const;

/** Counts per unit, and what the counts can carry at most. */
const QUAT_ONE = 2 ** 30;
const ACC_SCALE_MPS2 = mps2FromG(1 / 1024);
const GYR_SCALE_RADPS = radFromDeg(1 / 32);
const ACC_LIMIT_MPS2 = 32767 * ACC_SCALE_MPS2;
const GYR_LIMIT_RADPS = 32767 * GYR_SCALE_RADPS;

/** Bytes of the notifications that hold motion. */
const BYTES: Readonly<Record<Uuid, number>> = {
  [ThingyCharacteristic.quaternion]: 16,
  [ThingyCharacteristic.raw]: 18,
  [ThingyCharacteristic.euler]: 12,
};
const OTHER: ReadonlySet<Uuid> = new Set([
  ThingyCharacteristic.motionConfiguration,
  ThingyCharacteristic.tap,
  ThingyCharacteristic.rotationMatrix,
  ThingyCharacteristic.heading,
  ThingyCharacteristic.gravity,
]);

export function createThingy52Decoder(description: StreamDescription): Decoder {
  /** With quaternions in the stream, raw data waits for the next of them. */
  const pairs = description.config['content'] === 'both';
  const waiting = { raw: null as number[] | null, tap: false };
  let battery: number | null = null;
  let notice: DeviceNotice | null = null;

  const writeRaw = (out: SampleBlock, raw: readonly number[]): void => {
    const a = ACC_SCALE_MPS2;
    const g = GYR_SCALE_RADPS;
    const { accSaturated, gyroSaturated } = SampleFlag;
    writeVector(out, out.accMps2, 0, a * raw[0]!, a * raw[1]!, a * raw[2]!, ACC_LIMIT_MPS2, accSaturated);
    writeVector(out, out.gyrRadps, 0, g * raw[3]!, g * raw[4]!, g * raw[5]!, GYR_LIMIT_RADPS, gyroSaturated);
  };

  const beside = (characteristic: Uuid, bytes: Uint8Array): DecodeStatus => {
    if (characteristic === ThingyCharacteristic.batteryLevel || characteristic === ThingyCharacteristic.button) {
      if (bytes.length !== 1) return 'bad-length';
      if (characteristic === ThingyCharacteristic.button) notice = bytes[0] === 1 ? 'button' : null;
      else if (bytes[0]! > 100) return 'bad-content';
      else battery = bytes[0]! / 100;
      return 'not-motion';
    }
    if (characteristic === ThingyCharacteristic.tap) waiting.tap = true;
    return OTHER.has(characteristic) ? 'not-motion' : 'unknown-characteristic';
  };

  return {
    origin: { tickUs: Number.NaN, counter: Number.NaN },
    get battery() {
      return battery;
    },
    get notice() {
      return notice;
    },
    decode(characteristic, bytes, out) {
      out.count = 0;
      notice = null;
      const length = BYTES[characteristic];
      if (length === undefined) return beside(characteristic, bytes);
      if (bytes.length < length) return 'too-short';
      if (bytes.length > length) return 'too-long';
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const i32 = (at: number): number => view.getInt32(at, true);
      if (characteristic === ThingyCharacteristic.raw) {
        const raw = Array.from({ length: 6 }, (_, k) => view.getInt16(2 * k, true));
        if (pairs) {
          waiting.raw = raw;
          return 'incomplete';
        }
        clearSample(out, 0);
        writeRaw(out, raw);
      } else {
        clearSample(out, 0);
        if (characteristic === ThingyCharacteristic.euler)
          writeEulerDeg(out, 0, i32(0) / 65536, i32(4) / 65536, i32(8) / 65536);
        else writeQuat(out, 0, i32(0) / QUAT_ONE, i32(4) / QUAT_ONE, i32(8) / QUAT_ONE, i32(12) / QUAT_ONE);
        if (waiting.raw) writeRaw(out, waiting.raw);
        waiting.raw = null;
      }
      if (waiting.tap) out.flags[0]! |= SampleFlag.tap;
      waiting.tap = false;
      out.count = 1;
      return 'ok';
    },
    save: () => ({ ...waiting, battery }),
    restore(saved) {
      const from = saved as { raw: number[] | null; tap: boolean; battery: number | null };
      waiting.raw = from.raw;
      waiting.tap = from.tap;
      battery = from.battery;
    },
  };
}
