/**
 * Fusion messages of a MetaMotion to sample blocks. Each output of the fusion comes in a message of its own, without time
 * and without a number, so one sample is put together from messages that follow one another; what a message is lost
 * from is a sample with a hole, never a shift.
 */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';
import { loadState, saveState } from '../core/state.ts';
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
  /** Messages that wait for their companions, by mask bit; whether a whole sample was seen yet. */
  const state = {
    held: 0,
    complete: false,
    quat: new Float64Array(4),
    gyr: new Float64Array(3),
    acc: new Float64Array(3),
  };

  const hold = (part: number): void => {
    const scale = part === FusionMask.acc ? MPS2_PER_MG : part === FusionMask.gyro ? radFromDeg(1) : 1;
    const to = part === FusionMask.quaternion ? state.quat : part === FusionMask.gyro ? state.gyr : state.acc;
    for (let k = 0; k < to.length; k++) to[k] = values[k]! * scale;
    state.held |= part;
  };
  /** Writes what is held as one sample; a part that does not come leaves its columns empty. */
  const emit = (out: SampleBlock): DecodeStatus => {
    blankSample(out, 0);
    const { held } = state;
    if (held & FusionMask.quaternion) writeQuat(out, 0, state.quat);
    if (held & FusionMask.gyro) writeVector(out, 'gyrRadps', 0, state.gyr, 0, GYRO_LIMIT_RADPS);
    if (held & FusionMask.acc) writeVector(out, 'accMps2', 0, state.acc, 0, ACC_LIMIT_MPS2);
    out.count = 1;
    state.held = 0;
    return 'ok';
  };

  /** One message by itself, for who reads bytes: also the outputs that a stream does not ask for. */
  const alone = (register: number, out: SampleBlock): DecodeStatus => {
    if (register === FusionRegister.mag) return 'not-motion';
    const part = PART_OF_REGISTER[register];
    if (part !== undefined) {
      state.held = 0;
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
      if (register === FusionRegister.linearAcc) out.flags[0]! |= SampleFlag.freeAcceleration;
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
      if (state.held & part) {
        // Its companion was lost. Before the first whole sample nothing is: the stream was joined in the middle.
        if (state.complete) status = emit(out);
        else state.held = 0;
      }
      hold(part);
      if (state.held !== wanted) return status;
      state.complete = true;
      return emit(out);
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}

const MODULES: ReadonlySet<number> = new Set(Object.values(MetaMotionModule));
