/**
 * The byte stream of a WitMotion sensor to sample blocks. Frames may share a notification and may be cut by its end;
 * there is no checksum, no number and no time, so a frame is believed when another one, or nothing, follows it.
 */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';
import { reviveState, saveState } from '../core/state.ts';
import { mps2FromG, radFromDeg } from '../core/units.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { Sig } from '../wire/headband-profile.ts';
import type { Decoder, DecodeStatus } from './driver.ts';
import { writeEulerDeg } from './euler.ts';
import { blankSample, writeQuat, writeVector } from './sample-writer.ts';
import {
  chargeOfVolts,
  readClockMs,
  readMotion,
  registerOf,
  registerValue,
  WIT_ACC_RANGE_G,
  WIT_CLOCK_FRAME_BYTES,
  WIT_FRAME_BYTES,
  WIT_GYRO_RANGE_DEGPS,
  WIT_HEAD,
  WitFrame,
  WitMotionCharacteristic,
  WitRegister,
} from './witmotion-protocol.ts';

/** No notification is longer than the longest ATT value. */
const MAX_BYTES = 512;
const ACC_LIMIT_MPS2 = mps2FromG(WIT_ACC_RANGE_G);
const GYRO_LIMIT_RADPS = radFromDeg(WIT_GYRO_RANGE_DEGPS);
/** After bytes that fitted nothing, a frame is believed only if it reads like a head: |acc| within these, g. */
const PLAUSIBLE_G = [0.1, 8] as const;

interface StreamState {
  /** Bytes of a frame that goes on in the next notification. */
  rest: number[];
  /** What was proven last: 20, or 28 with a clock; 0 before. */
  frameBytes: number;
  /** Bytes were skipped since the last frame. */
  lost: boolean;
  /** The last notification ended with a frame of 20 bytes: the clock of a longer one may begin the next. */
  ended: boolean;
  /** Device clock of the first frame that had one, ms since 1970; NaN before. */
  firstMs: number;
}

/** Length of the frame at `at` with its clock; 0: more bytes are needed; -1: it is no frame of these devices. */
function frameLength(bytes: Uint8Array, at: number, known: number): number {
  const left = bytes.length - at;
  if (left < WIT_FRAME_BYTES) return 0;
  const headAt = (offset: number): boolean => {
    if (bytes[at + offset] !== WIT_HEAD) return false;
    const kind = bytes[at + offset + 1];
    return kind === undefined || kind === WitFrame.motion || kind === WitFrame.register;
  };
  if (headAt(WIT_FRAME_BYTES)) return WIT_FRAME_BYTES;
  const register = bytes[at + 1] === WitFrame.register;
  if (left === WIT_FRAME_BYTES) return register || known !== WIT_CLOCK_FRAME_BYTES ? WIT_FRAME_BYTES : 0;
  if (register) return -1;
  if (left < WIT_CLOCK_FRAME_BYTES) return 0;
  if (left > WIT_CLOCK_FRAME_BYTES && !headAt(WIT_CLOCK_FRAME_BYTES)) return -1;
  return Number.isNaN(readClockMs(bytes, at)) ? -1 : WIT_CLOCK_FRAME_BYTES;
}

const CLOCK_BYTES = WIT_CLOCK_FRAME_BYTES - WIT_FRAME_BYTES;

/** The clock of a frame whose first 20 bytes came in the notification before: then the end, or the next frame. */
function isCutClock(bytes: Uint8Array): boolean {
  if (bytes.length < CLOCK_BYTES || bytes[0] === WIT_HEAD) return false;
  if (bytes.length > CLOCK_BYTES && bytes[CLOCK_BYTES] !== WIT_HEAD) return false;
  return !Number.isNaN(readClockMs(bytes, -WIT_FRAME_BYTES));
}

/** A decoder of one stream, from the stored description alone. */
export function createWitMotionDecoder(description: StreamDescription): Decoder {
  /** Bytes read by hand: a polled quaternion is a sample of its own. */
  const byHand = description.config['content'] === undefined;
  const values = new Float64Array(9);
  const origin = { tickUs: Number.NaN, counter: Number.NaN };
  let battery: number | null = null;
  let state: StreamState = { rest: [], frameBytes: 0, lost: false, ended: false, firstMs: Number.NaN };

  const motion = (bytes: Uint8Array, at: number, length: number, out: SampleBlock): boolean => {
    readMotion(bytes, at, values);
    if (state.lost) {
      const g = Math.sqrt(values[0]! ** 2 + values[1]! ** 2 + values[2]! ** 2);
      if (g < PLAUSIBLE_G[0] || g > PLAUSIBLE_G[1]) return false;
    }
    const i = out.count++;
    blankSample(out, i);
    if (state.lost) out.flags[i] = SampleFlag.gap;
    state.lost = false;
    state.frameBytes = length;
    const [roll, pitch, yaw] = [values[6]!, values[7]!, values[8]!];
    for (let k = 0; k < 3; k++) values[k] = mps2FromG(values[k]!);
    for (let k = 3; k < 6; k++) values[k] = radFromDeg(values[k]!);
    writeVector(out, 'accMps2', i, values, 0, ACC_LIMIT_MPS2);
    writeVector(out, 'gyrRadps', i, values, 3, GYRO_LIMIT_RADPS);
    writeEulerDeg(out, i, roll, pitch, yaw);
    if (length === WIT_CLOCK_FRAME_BYTES) {
      const ms = readClockMs(bytes, at);
      if (Number.isNaN(state.firstMs)) {
        state.firstMs = ms;
        origin.tickUs = (ms % 86_400_000) * 1000;
      }
      out.tickUs[i] = (ms - state.firstMs) * 1000;
    }
    return true;
  };
  /** A register frame; true when it made a sample. */
  const register = (bytes: Uint8Array, at: number, out: SampleBlock): boolean => {
    const number = registerOf(bytes, at);
    if (number === WitRegister.battery) battery = chargeOfVolts(registerValue(bytes, at, 0) / 100);
    if (number !== WitRegister.quaternion || !byHand) return false;
    for (let k = 0; k < 4; k++) values[k] = registerValue(bytes, at, k) / 32768;
    const i = out.count++;
    blankSample(out, i);
    writeQuat(out, i, values);
    return true;
  };

  return {
    origin,
    notice: null,
    get battery() {
      return battery;
    },
    decode(characteristic, incoming, out) {
      out.count = 0;
      if (characteristic === Sig.batteryLevel) return 'not-motion';
      if (characteristic !== WitMotionCharacteristic.notify) return 'unknown-characteristic';
      if (incoming.length === 0) return 'too-short';
      if (incoming.length > MAX_BYTES) return 'too-long';
      const bytes = Uint8Array.of(...state.rest, ...incoming);
      state.rest = [];
      let status: DecodeStatus = 'bad-content';
      let at = 0;
      if (state.ended && isCutClock(bytes)) {
        state.frameBytes = WIT_CLOCK_FRAME_BYTES;
        status = 'not-motion';
        at = CLOCK_BYTES;
      }
      state.ended = false;
      while (at < bytes.length && out.count < out.capacity) {
        const kind = bytes[at + 1];
        const begins = bytes[at] === WIT_HEAD;
        if (begins && kind === undefined) {
          state.rest = [WIT_HEAD];
          if (status === 'bad-content') status = 'incomplete';
          break;
        }
        if (!begins || (kind !== WitFrame.motion && kind !== WitFrame.register)) {
          state.lost ||= state.frameBytes !== 0;
          at++;
          continue;
        }
        const length = frameLength(bytes, at, state.frameBytes);
        if (length === 0) {
          state.rest = [...bytes.subarray(at)];
          if (status === 'bad-content') status = 'incomplete';
          break;
        }
        if (length < 0) {
          status = 'bad-length';
          state.lost = true;
          at++;
          continue;
        }
        const made = kind === WitFrame.motion ? motion(bytes, at, length, out) : register(bytes, at, out);
        if (!made && kind === WitFrame.register) status = 'not-motion';
        at += made || kind === WitFrame.register ? length : 1;
        state.ended = made && length === WIT_FRAME_BYTES && at === bytes.length;
      }
      return out.count > 0 ? 'ok' : status;
    },
    save: () => saveState({ state, tickUs: origin.tickUs }),
    restore(saved) {
      const from = reviveState(saved) as { state: StreamState; tickUs: number };
      state = from.state;
      origin.tickUs = from.tickUs;
    },
  };
}
