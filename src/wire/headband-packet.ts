/**
 * The Motion packet of the headband profile, version 1: encode and total decode. Little-endian.
 *
 *   0  u8   version (high nibble) | format (bits 0-1 content, bits 2-3 rate code)
 *   1  u8   sample count (bits 0-4) | saturated (5) | tap (6) | samples dropped in the device before this packet (7)
 *   2  u16  counter of the first sample, wraps
 *   4  u32  tick of the first sample, us, wraps after 71.6 min
 *   8  samples: [quaternion 4 x i16 * 2^-14] [rate 3 x i16 * 2^-11 rad/s, specific force 3 x i16 * 2^-9 m/s^2]
 *
 * -32768 means "no value". Reasons for every choice are in firmware-spec/packets.md.
 */
import { contentOf, formatCode, type MotionContent, PROFILE_MAJOR, rateOf } from './headband-profile.ts';

export const MOTION_HEADER_BYTES = 8;
export const MOTION_MAX_SAMPLES = 31;
export const QUAT_SCALE = 2 ** -14;
export const GYR_SCALE_RADPS = 2 ** -11;
export const ACC_SCALE_MPS2 = 2 ** -9;
export const NO_VALUE = -32768;
/** Largest magnitudes that the wire can carry. */
export const GYR_WIRE_RANGE_RADPS = 32767 * GYR_SCALE_RADPS;
export const ACC_WIRE_RANGE_MPS2 = 32767 * ACC_SCALE_MPS2;

/** Bytes of one sample of a content: 8, 12 or 20. */
export function sampleBytes(content: MotionContent): number {
  return content === 'quaternion' ? 8 : content === 'inertial' ? 12 : 20;
}

/** Samples of a content that fit into one notification of `payloadBytes` (MTU - 3); 0: not even one. */
export function samplesThatFit(content: MotionContent, payloadBytes: number): number {
  const room = Math.floor((payloadBytes - MOTION_HEADER_BYTES) / sampleBytes(content));
  return Math.min(MOTION_MAX_SAMPLES, Math.max(0, room));
}

/** A motion packet as values: one object, reused. Columns hold MOTION_MAX_SAMPLES rows; NaN where absent. */
export interface MotionPacket {
  content: MotionContent;
  rateHz: number;
  count: number;
  saturated: boolean;
  tap: boolean;
  dropped: boolean;
  /** u16 */
  counter: number;
  /** u32, us */
  tickUs: number;
  /** worldFromSensor [w x y z], 4 a sample; as sent, not normalised. */
  readonly quat: Float64Array;
  readonly gyrRadps: Float64Array;
  readonly accMps2: Float64Array;
}

export function createMotionPacket(): MotionPacket {
  return {
    content: 'inertial',
    rateHz: 100,
    count: 0,
    saturated: false,
    tap: false,
    dropped: false,
    counter: 0,
    tickUs: 0,
    quat: new Float64Array(4 * MOTION_MAX_SAMPLES).fill(Number.NaN),
    gyrRadps: new Float64Array(3 * MOTION_MAX_SAMPLES).fill(Number.NaN),
    accMps2: new Float64Array(3 * MOTION_MAX_SAMPLES).fill(Number.NaN),
  };
}

/** To the nearest step, never truncated: truncation would be a bias of half a step (0.84 deg/min on the gyroscope). */
function toWire(value: number, scale: number): number {
  if (!Number.isFinite(value)) return NO_VALUE;
  return Math.max(-32767, Math.min(32767, Math.round(value / scale)));
}

/**
 * Values to bytes. Values beyond the wire's range are clipped to it and set the saturated bit; NaN becomes "no value".
 * Throws RangeError on a count outside 1..31 or a rate that the profile does not have (a broken program).
 */
export function encodeMotionPacket(packet: MotionPacket): Uint8Array {
  const format = formatCode(packet.content, packet.rateHz);
  if (format === null) throw new RangeError(`${packet.rateHz} Hz is not a rate of the profile`);
  if (!(packet.count >= 1 && packet.count <= MOTION_MAX_SAMPLES)) throw new RangeError(`${packet.count} samples`);
  const bytes = new Uint8Array(MOTION_HEADER_BYTES + packet.count * sampleBytes(packet.content));
  const view = new DataView(bytes.buffer);
  let saturated = packet.saturated;
  let at = MOTION_HEADER_BYTES;
  const put = (value: number, scale: number): void => {
    if (Math.abs(value) > 32767.5 * scale) saturated = true;
    view.setInt16(at, toWire(value, scale), true);
    at += 2;
  };
  for (let i = 0; i < packet.count; i++) {
    if (packet.content !== 'inertial') for (let k = 0; k < 4; k++) put(packet.quat[4 * i + k]!, QUAT_SCALE);
    if (packet.content === 'quaternion') continue;
    for (let k = 0; k < 3; k++) put(packet.gyrRadps[3 * i + k]!, GYR_SCALE_RADPS);
    for (let k = 0; k < 3; k++) put(packet.accMps2[3 * i + k]!, ACC_SCALE_MPS2);
  }
  view.setUint8(0, (PROFILE_MAJOR << 4) | format);
  view.setUint8(1, packet.count | (saturated ? 1 << 5 : 0) | (packet.tap ? 1 << 6 : 0) | (packet.dropped ? 1 << 7 : 0));
  view.setUint16(2, packet.counter & 0xffff, true);
  view.setUint32(4, packet.tickUs >>> 0, true);
  return bytes;
}

export type MotionStatus = 'ok' | 'too-short' | 'too-long' | 'bad-version' | 'bad-content' | 'bad-count';

const i16 = (bytes: Uint8Array, at: number): number => ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
const fromWire = (raw: number, scale: number): number => (raw === NO_VALUE ? Number.NaN : raw * scale);

/**
 * Bytes to values. Total: any bytes give a status; `out` is filled only when it is 'ok' (rows beyond `count` are stale).
 * The length must match exactly: a changed layout has another version.
 */
export function decodeMotionPacket(bytes: Uint8Array, out: MotionPacket): MotionStatus {
  if (bytes.length < MOTION_HEADER_BYTES) return 'too-short';
  if (bytes[0]! >> 4 !== PROFILE_MAJOR) return 'bad-version';
  const content = contentOf(bytes[0]!);
  if (content === null) return 'bad-content';
  const count = bytes[1]! & 31;
  if (count === 0) return 'bad-count';
  const expected = MOTION_HEADER_BYTES + count * sampleBytes(content);
  if (bytes.length < expected) return 'too-short';
  if (bytes.length > expected) return 'too-long';
  out.content = content;
  out.rateHz = rateOf(bytes[0]!);
  out.count = count;
  out.saturated = (bytes[1]! & (1 << 5)) !== 0;
  out.tap = (bytes[1]! & (1 << 6)) !== 0;
  out.dropped = (bytes[1]! & (1 << 7)) !== 0;
  out.counter = bytes[2]! | (bytes[3]! << 8);
  out.tickUs = (bytes[4]! | (bytes[5]! << 8) | (bytes[6]! << 16) | (bytes[7]! << 24)) >>> 0;
  let at = MOTION_HEADER_BYTES;
  const hasQuat = content !== 'inertial';
  const hasInertial = content !== 'quaternion';
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 4; k++)
      out.quat[4 * i + k] = hasQuat ? fromWire(i16(bytes, at + 2 * k), QUAT_SCALE) : Number.NaN;
    if (hasQuat) at += 8;
    for (let k = 0; k < 3; k++) {
      out.gyrRadps[3 * i + k] = hasInertial ? fromWire(i16(bytes, at + 2 * k), GYR_SCALE_RADPS) : Number.NaN;
      out.accMps2[3 * i + k] = hasInertial ? fromWire(i16(bytes, at + 6 + 2 * k), ACC_SCALE_MPS2) : Number.NaN;
    }
    if (hasInertial) at += 12;
  }
  return 'ok';
}
