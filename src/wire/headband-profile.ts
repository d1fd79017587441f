/**
 * The headband GATT profile, version 1: identifiers, and the bytes of Info, Status and Control.
 * The contract in words is firmware-spec/gatt.md; its vectors run against this file.
 */
import type { Uuid } from '../ports/gatt.ts';

const customUuid = (short: string): Uuid => `a3f5${short}7c1e4b5a9d626e65636b726d`;

export const HEADBAND_SERVICE: Uuid = customUuid('0000');
export const HeadbandCharacteristic = {
  info: customUuid('0001'),
  motion: customUuid('0002'),
  control: customUuid('0003'),
  status: customUuid('0004'),
  /** Simulators only. */
  prompt: customUuid('00f0'),
} as const;

/** Services and characteristics assigned by the Bluetooth SIG that the profile uses. */
export const Sig = {
  batteryService: '180f',
  batteryLevel: '2a19',
  deviceInformationService: '180a',
  modelNumber: '2a24',
  serialNumber: '2a25',
  firmwareRevision: '2a26',
  hardwareRevision: '2a27',
  manufacturerName: '2a29',
} as const;

export const PROFILE_MAJOR = 1;
export const PROFILE_MINOR = 1;

/** What a motion packet carries; the wire code is the value of bits 0-1 (bit 0 quaternion, bit 1 inertial). */
export type MotionContent = 'quaternion' | 'inertial' | 'both';
const CONTENTS: readonly (MotionContent | null)[] = [null, 'quaternion', 'inertial', 'both'];

/** Sample rates by wire code, Hz. */
export const RATES_HZ = [25, 50, 100, 200] as const;

/** 4-bit format code of a content and a rate; null when the rate is not one of the profile. */
export function formatCode(content: MotionContent, rateHz: number): number | null {
  const rate = RATES_HZ.indexOf(rateHz as (typeof RATES_HZ)[number]);
  return rate < 0 ? null : CONTENTS.indexOf(content) | (rate << 2);
}

/** Content of a format code; null for the code that no content has. */
export function contentOf(code: number): MotionContent | null {
  return CONTENTS[code & 3] ?? null;
}

/** Rate of a format code, Hz. */
export function rateOf(code: number): number {
  return RATES_HZ[(code >> 2) & 3]!;
}

/** At most this much time in one packet, ms: a bound on latency (firmware-spec/timing.md). */
export const PACKET_SPAN_LIMIT_MS = 20;

/** Most samples that one packet may carry at a rate: 1, 1, 2 and 4 at 25, 50, 100 and 200 Hz. */
export function maxSamplesPerPacket(rateHz: number): number {
  return Math.max(1, Math.floor((PACKET_SPAN_LIMIT_MS * rateHz) / 1000));
}

export const InfoCapability = { simulated: 1, identify: 2, tap: 4, sleep: 8, prompt: 16, preset: 32 } as const;

/** The Info characteristic, decoded. */
export interface HeadbandInfo {
  readonly major: number;
  readonly minor: number;
  readonly contents: readonly MotionContent[];
  readonly ratesHz: readonly number[];
  /** Bits of InfoCapability. */
  readonly capabilities: number;
  readonly maxSamplesPerPacket: number;
  /** Longest notification that the device sends whatever the MTU, bytes. */
  readonly maxNotificationBytes: number;
  readonly gyroFullScaleRadps: number;
  readonly accFullScaleMps2: number;
  /** Constant delay from motion to the tick that it is stamped with, us; not subtracted by the device. */
  readonly sampleDelayUs: number;
  /** Largest deviation of the device clock, ppm. */
  readonly clockPpm: number;
}

export const INFO_BYTES = 20;

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: 'too-short' | 'too-long' | 'bad-version' | 'bad-content' };

const u16 = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
const putU16 = (bytes: Uint8Array, at: number, value: number): void => {
  const whole = Math.min(0xffff, Math.max(0, Math.round(value)));
  bytes[at] = whole & 0xff;
  bytes[at + 1] = whole >> 8;
};

/** Info to its 20 bytes. */
export function encodeInfo(info: HeadbandInfo): Uint8Array {
  const bytes = new Uint8Array(INFO_BYTES);
  bytes[0] = info.major;
  bytes[1] = info.minor;
  for (const content of info.contents) bytes[2]! |= 1 << (CONTENTS.indexOf(content) - 1);
  for (const rateHz of info.ratesHz) bytes[3]! |= 1 << RATES_HZ.indexOf(rateHz as (typeof RATES_HZ)[number]);
  bytes[4] = info.capabilities;
  bytes[5] = info.maxSamplesPerPacket;
  putU16(bytes, 6, info.maxNotificationBytes);
  putU16(bytes, 8, info.gyroFullScaleRadps * 1000);
  putU16(bytes, 10, info.accFullScaleMps2 * 100);
  putU16(bytes, 12, info.sampleDelayUs);
  putU16(bytes, 14, info.clockPpm);
  return bytes;
}

/** Total. Longer values are accepted (later minor versions append), another major version is not. */
export function decodeInfo(bytes: Uint8Array): Parsed<HeadbandInfo> {
  if (bytes.length < 2) return { ok: false, reason: 'too-short' };
  if (bytes[0] !== PROFILE_MAJOR) return { ok: false, reason: 'bad-version' };
  if (bytes.length < INFO_BYTES) return { ok: false, reason: 'too-short' };
  const contents = (['quaternion', 'inertial', 'both'] as const).filter((_, i) => (bytes[2]! >> i) & 1);
  const ratesHz = RATES_HZ.filter((_, i) => (bytes[3]! >> i) & 1);
  if (contents.length === 0 || ratesHz.length === 0) return { ok: false, reason: 'bad-content' };
  return {
    ok: true,
    value: {
      major: bytes[0],
      minor: bytes[1]!,
      contents,
      ratesHz,
      capabilities: bytes[4]!,
      maxSamplesPerPacket: bytes[5]!,
      maxNotificationBytes: u16(bytes, 6),
      gyroFullScaleRadps: u16(bytes, 8) / 1000,
      accFullScaleMps2: u16(bytes, 10) / 100,
      sampleDelayUs: u16(bytes, 12),
      clockPpm: u16(bytes, 14),
    },
  };
}

export const CommandCode = { start: 0x01, stop: 0x02, identify: 0x03, sleep: 0x04, preset: 0x05 } as const;

/** What became of the last command. 'pending': accepted and still at work. */
export const CommandResult = {
  ok: 0x00,
  unknownCommand: 0x01,
  badLength: 0x02,
  contentNotSupported: 0x03,
  rateNotSupported: 0x04,
  doesNotFit: 0x05,
  notSupported: 0x06,
  fault: 0x07,
  batteryLow: 0x08,
  pending: 0xff,
} as const;

export function resultName(code: number): string {
  for (const [name, value] of Object.entries(CommandResult)) if (value === code) return name;
  return `result ${code}`;
}

export type HeadbandCommand =
  | {
      readonly type: 'start';
      readonly content: MotionContent;
      readonly rateHz: number;
      /** 0: as the device prefers. */
      readonly samplesPerPacket: number;
    }
  | { readonly type: 'stop' }
  | { readonly type: 'identify'; readonly seconds: number }
  | { readonly type: 'sleep' }
  /** Where the next START begins to count, once: for tests of the wraps. */
  | { readonly type: 'preset'; readonly counter: number; readonly tickUs: number };

/** Command to bytes: [code, token, parameters...]. `token` comes back in Status. Throws RangeError on a rate that is none. */
export function encodeCommand(command: HeadbandCommand, token: number): Uint8Array {
  switch (command.type) {
    case 'start': {
      const format = formatCode(command.content, command.rateHz);
      if (format === null) throw new RangeError(`${command.rateHz} Hz is not a rate of the profile`);
      return Uint8Array.of(CommandCode.start, token, format, command.samplesPerPacket);
    }
    case 'stop':
      return Uint8Array.of(CommandCode.stop, token);
    case 'identify':
      return Uint8Array.of(CommandCode.identify, token, Math.min(255, Math.max(0, Math.round(command.seconds))));
    case 'sleep':
      return Uint8Array.of(CommandCode.sleep, token);
    case 'preset': {
      const bytes = Uint8Array.of(CommandCode.preset, token, 0, 0, 0, 0, 0, 0);
      putU16(bytes, 2, command.counter);
      putU16(bytes, 4, command.tickUs % 0x10000);
      putU16(bytes, 6, Math.floor(command.tickUs / 0x10000));
      return bytes;
    }
  }
}

/** Total: the device's view of a write to Control. A number is the CommandResult that refuses it. */
export function decodeCommand(bytes: Uint8Array): HeadbandCommand | number {
  if (bytes.length < 2) return CommandResult.badLength;
  const lengths: Record<number, number> = { 1: 4, 2: 2, 3: 3, 4: 2, 5: 8 };
  const expected = lengths[bytes[0]!];
  if (expected === undefined) return CommandResult.unknownCommand;
  if (bytes.length !== expected) return CommandResult.badLength;
  if (bytes[0] === CommandCode.stop) return { type: 'stop' };
  if (bytes[0] === CommandCode.sleep) return { type: 'sleep' };
  if (bytes[0] === CommandCode.identify) return { type: 'identify', seconds: bytes[2]! };
  if (bytes[0] === CommandCode.preset)
    return { type: 'preset', counter: u16(bytes, 2), tickUs: u16(bytes, 4) + 0x10000 * u16(bytes, 6) };
  const content = contentOf(bytes[2]!);
  if (content === null || bytes[2]! > 15) return CommandResult.contentNotSupported;
  return { type: 'start', content, rateHz: rateOf(bytes[2]!), samplesPerPacket: bytes[3]! };
}

export const HEADBAND_STATES = ['idle', 'streaming', 'fault'] as const;
export type HeadbandState = (typeof HEADBAND_STATES)[number];

/** The Status characteristic, decoded. */
export interface HeadbandStatus {
  readonly state: HeadbandState;
  /** Format in use; null when idle. */
  readonly content: MotionContent | null;
  readonly rateHz: number | null;
  readonly samplesPerPacket: number;
  /** Code and token of the last command, 0 before the first. */
  readonly command: number;
  readonly token: number;
  /** A CommandResult. */
  readonly result: number;
  /** Bit 0 gyroscope, bit 1 accelerometer, bit 2 clock, bit 3 memory. */
  readonly faults: number;
  /** Samples that the device could not send since START (saturates). */
  readonly droppedSamples: number;
}

export const STATUS_BYTES = 12;

/** Status to its 12 bytes. */
export function encodeStatus(status: HeadbandStatus): Uint8Array {
  const bytes = new Uint8Array(STATUS_BYTES);
  bytes[0] = PROFILE_MAJOR;
  bytes[1] = HEADBAND_STATES.indexOf(status.state);
  bytes[2] = status.content === null || status.rateHz === null ? 0 : (formatCode(status.content, status.rateHz) ?? 0);
  bytes[3] = status.samplesPerPacket;
  bytes[4] = status.command;
  bytes[5] = status.token;
  bytes[6] = status.result;
  bytes[7] = status.faults;
  const dropped = Math.min(0xffffffff, status.droppedSamples);
  putU16(bytes, 8, dropped % 0x10000);
  putU16(bytes, 10, Math.floor(dropped / 0x10000));
  return bytes;
}

/** Total. Longer values are accepted, an unknown state is not. */
export function decodeStatus(bytes: Uint8Array): Parsed<HeadbandStatus> {
  if (bytes.length < 1) return { ok: false, reason: 'too-short' };
  if (bytes[0] !== PROFILE_MAJOR) return { ok: false, reason: 'bad-version' };
  if (bytes.length < STATUS_BYTES) return { ok: false, reason: 'too-short' };
  const state = HEADBAND_STATES[bytes[1]!];
  if (state === undefined || bytes[2]! > 15) return { ok: false, reason: 'bad-content' };
  const content = contentOf(bytes[2]!);
  return {
    ok: true,
    value: {
      state,
      content,
      rateHz: content === null ? null : rateOf(bytes[2]!),
      samplesPerPacket: bytes[3]!,
      command: bytes[4]!,
      token: bytes[5]!,
      result: bytes[6]!,
      faults: bytes[7]!,
      droppedSamples: u16(bytes, 8) + 0x10000 * u16(bytes, 10),
    },
  };
}
