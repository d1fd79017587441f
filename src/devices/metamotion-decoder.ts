/**
 * Fusion messages of a MetaMotion to sample blocks. Each output of the fusion comes in a message of its own, without time
 * and without a number, so one sample is put together from messages that follow one another; what a message is lost
 * from is a sample with a hole, never a shift.
 */
import { SampleFlag } from '../core/sample.ts';
import { mps2FromG, radFromDeg } from '../core/units.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { Sig } from '../wire/headband-profile.ts';
import type { Decoder, DecodeStatus, DeviceNotice } from './driver.ts';
import { writeEulerDeg } from './euler.ts';
import {
  ACC_RANGE_G,
  batteryOfMessage,
  FUSION_LENGTH,
  FusionMask,
  FusionRegister,
  GYRO_RANGE_DEGPS,
  MetaMotionCharacteristic,
  MetaMotionModule,
  readFloats,
} from './metamotion-protocol.ts';
import { blankSample, writeQuat, writeVector } from './sample-writer.ts';

const ACC_LIMIT_MPS2 = mps2FromG(ACC_RANGE_G);
const GYRO_LIMIT_RADPS = radFromDeg(GYRO_RANGE_DEGPS);
const MPS2_PER_MG = mps2FromG(0.001);

/** Mask bits whose messages make one sample; none: every message stands alone (bytes read by hand). */
const PARTS: Readonly<Record<string, number>> = {
  inertial: FusionMask.acc | FusionMask.gyro,
  quaternion: FusionMask.quaternion,
  both: FusionMask.acc | FusionMask.gyro | FusionMask.quaternion,
};
const PART_OF_REGISTER: Readonly<Record<number, number>> = {
  [FusionRegister.acc]: FusionMask.acc,
  [FusionRegister.gyro]: FusionMask.gyro,
  [FusionRegister.quaternion]: FusionMask.quaternion,
};

/** A decoder of one stream, from the stored description alone. */
export function createMetaMotionDecoder(description: StreamDescription): Decoder {
  const wanted = PARTS[String(description.config['content'])] ?? 0;
  const values = new Float64Array(4);
  let battery: number | null = null;
  let notice: DeviceNotice | null = null;
  /** Messages that wait for their companions; saved as plain numbers, since only finite ones are kept. */
  let parts = { held: 0, quat: [0, 0, 0, 0], gyr: [0, 0, 0], acc: [0, 0, 0] };
  let complete = false;

  const hold = (part: number): void => {
    const scale = part === FusionMask.acc ? MPS2_PER_MG : part === FusionMask.gyro ? radFromDeg(1) : 1;
    const to = part === FusionMask.quaternion ? parts.quat : part === FusionMask.gyro ? parts.gyr : parts.acc;
    for (let k = 0; k < to.length; k++) to[k] = Number.isFinite(values[k]!) ? values[k]! * scale : Number.MAX_VALUE;
    parts.held |= part;
  };
  /** Writes what is held as one sample; a part that does not come leaves its columns empty. */
  const emit = (out: Parameters<Decoder['decode']>[2]): DecodeStatus => {
    blankSample(out, 0);
    const { held } = parts;
    if (held & FusionMask.quaternion) writeQuat(out, 0, parts.quat);
    if (held & FusionMask.gyro) writeVector(out, 'gyrRadps', 0, parts.gyr.map(orNaN), 0, GYRO_LIMIT_RADPS);
    if (held & FusionMask.acc) writeVector(out, 'accMps2', 0, parts.acc.map(orNaN), 0, ACC_LIMIT_MPS2);
    out.count = 1;
    parts.held = 0;
    return 'ok';
  };

  /** One message by itself, for who reads bytes: also the outputs that a stream does not ask for. */
  const alone = (register: number, out: Parameters<Decoder['decode']>[2]): DecodeStatus => {
    if (register === FusionRegister.mag) return 'not-motion';
    const part = PART_OF_REGISTER[register];
    if (part !== undefined) {
      parts.held = 0;
      hold(part);
      return emit(out);
    }
    blankSample(out, 0);
    out.count = 1;
    if (register === FusionRegister.euler) {
      // Heading, pitch, roll, yaw; heading and yaw are the same angle.
      if (!writeEulerDeg(out, 0, values[2]!, values[1]!, values[3]!)) out.flags[0]! |= SampleFlag.invalid;
    } else {
      writeVector(out, 'accMps2', 0, values, 0, Infinity);
    }
    return 'ok';
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
      if (characteristic === Sig.batteryLevel) {
        if (bytes.length > 0 && bytes[0]! <= 100) battery = bytes[0]! / 100;
        return 'not-motion';
      }
      if (characteristic !== MetaMotionCharacteristic.notify) return 'unknown-characteristic';
      if (bytes.length < 2) return 'too-short';
      const module = bytes[0]!;
      const register = bytes[1]!;
      if (module !== MetaMotionModule.fusion) {
        battery = batteryOfMessage(bytes) ?? battery;
        if (module === MetaMotionModule.button && register === 0x01) notice = 'button';
        return MODULES.has(module) ? 'not-motion' : 'bad-content';
      }
      const length = FUSION_LENGTH[register];
      if (length === undefined) return 'not-motion';
      if (bytes.length !== length) return bytes.length < length ? 'too-short' : 'too-long';
      const count = register === FusionRegister.quaternion || register === FusionRegister.euler ? 4 : 3;
      readFloats(bytes, count, values);
      // The device runs without a mode: it says so by turning nothing into nothing.
      if (register === FusionRegister.quaternion && values.every((value) => value === 0)) return 'not-configured';
      if (wanted === 0) return alone(register, out);
      const part = (PART_OF_REGISTER[register] ?? 0) & wanted;
      if (part === 0) return 'not-motion';
      let status: DecodeStatus = 'incomplete';
      if (parts.held & part) {
        // Its companion was lost. Before the first whole sample nothing is: the stream was joined in the middle.
        if (complete) status = emit(out);
        else parts.held = 0;
      }
      hold(part);
      if (parts.held !== wanted) return status;
      complete = true;
      return emit(out);
    },
    save: () => ({ parts: structuredClone(parts), complete }),
    restore(saved) {
      const from = structuredClone(saved) as { parts: typeof parts; complete: boolean };
      parts = from.parts;
      complete = from.complete;
    },
  };
}

const MODULES: ReadonlySet<number> = new Set(Object.values(MetaMotionModule));
/** What was not finite on the wire is held as the largest number, which JSON can carry. */
const orNaN = (value: number): number => (value === Number.MAX_VALUE ? Number.NaN : value);
