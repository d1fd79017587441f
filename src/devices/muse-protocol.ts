/**
 * Bytes of the Muse headbands: classic (2016, 2, S of the first two generations) and S Athena (2025). Sources: muse-js and
 * OpenMuse, who read them from the air; axes from the maker's LibMuse (docs/devices.md).
 *
 * Classic: 20-byte notifications, big-endian: sequence u16, then three times x y z int16; acceleration and rate each on a
 * characteristic of its own. Athena: messages of packets, little-endian: length, index, clock u32 (256 kHz), 3 bytes, then
 * blocks of [tag][index of that tag][3 bytes][data]; block 47 has three times ax ay az gx gy gz int16.
 */
import type { Uuid } from '../ports/gatt.ts';

export const MUSE_SERVICE: Uuid = 'fe8d';
const own = (short: string): Uuid => `273e${short}4c4d454d96bef03bac821358`;
export const MuseCharacteristic = {
  control: own('0001'),
  gyro: own('0009'),
  acc: own('000a'),
  telemetry: own('000b'),
  athena: own('0013'),
  athenaMore: own('0014'),
} as const;

export const MUSE_RATE_HZ = 52;
export const MUSE_SAMPLES = 3;
export const MUSE_CLASSIC_BYTES = 20;
/** g per count, +-2 g. */
export const MUSE_ACC_SCALE_G = 0.0000610352;
/** deg/s per count, +-245 deg/s; Athena counts the other way round. */
export const MUSE_GYRO_SCALE_DEGPS = 0.0074768;
export const ATHENA_CLOCK_HZ = 256_000;

export const ATHENA_HEADER_BYTES = 9;
export const ATHENA_BLOCK_HEADER_BYTES = 5;
export const AthenaTag = { motion: 0x47, battery: 0x98, batteryLong: 0x88 } as const;
/** Data bytes of a block by its tag; `batteryLong` has no fixed length and is the last of its packet. */
export const ATHENA_BLOCK_BYTES: Readonly<Record<number, number>> = {
  // EEG of four and eight channels; optics of four, eight and sixteen; one that nobody has explained.
  17: 28,
  18: 28,
  52: 30,
  53: 40,
  54: 40,
  83: 24,
  [AthenaTag.motion]: 36,
  [AthenaTag.battery]: 20,
};

/** A command as the control characteristic takes it: length, text, line feed. */
export function encodeMuseCommand(text: string): Uint8Array {
  return Uint8Array.of(text.length + 1, ...asciiBytes(text), 0x0a);
}

/** Commands and answers are ASCII. */
export const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
export const asciiText = (bytes: Uint8Array): string => Array.from(bytes, (b) => String.fromCharCode(b)).join('');

/** Puts the pieces of at most 20 bytes together in which answers come; the whole answer, or null while it goes on. */
export function createAnswerReader(): (piece: Uint8Array) => string | null {
  let text = '';
  return (piece) => {
    for (const byte of piece.subarray(1, 1 + (piece[0] ?? 0))) text += String.fromCharCode(byte);
    const end = text.indexOf('}');
    if (end < 0) {
      // No answer is so long: this is another conversation.
      if (text.length > 2000) text = '';
      return null;
    }
    const whole = text.slice(Math.max(0, text.lastIndexOf('{', end)), end + 1);
    text = text.slice(end + 1);
    return whole;
  };
}

/** Values of an answer as text; empty when it cannot be read. */
export function readAnswer(whole: string): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(whole);
    return parsed !== null && typeof parsed === 'object'
      ? Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]))
      : {};
  } catch {
    return {};
  }
}

/** Charge 0..1 of a telemetry notification; null when it is none. */
export function chargeOfTelemetry(bytes: Uint8Array): number | null {
  if (bytes.length < 4) return null;
  const percent = ((bytes[2]! << 8) | bytes[3]!) / 512;
  return percent <= 100 ? percent / 100 : null;
}
