/**
 * The Movella (Xsens) DOT's GATT profile as values: identifiers, payload layouts, control and message bytes.
 * Source: "Xsens DOT BLE Services Specifications" XD0506P Rev F (2021) and Rev C (2023). Everything little-endian.
 */
import type { Uuid } from '../ports/gatt.ts';

const dotUuid = (short: string): Uuid => `1517${short}494711e98646d663bd873d93`;

export const DotService = {
  configuration: dotUuid('1000'),
  measurement: dotUuid('2000'),
  battery: dotUuid('3000'),
  message: dotUuid('7000'),
} as const;

export const DotCharacteristic = {
  info: dotUuid('1001'),
  control: dotUuid('1002'),
  report: dotUuid('1004'),
  measure: dotUuid('2001'),
  long: dotUuid('2002'),
  medium: dotUuid('2003'),
  short: dotUuid('2004'),
  orientationReset: dotUuid('2006'),
  resetResult: dotUuid('2007'),
  battery: dotUuid('3001'),
  message: dotUuid('7001'),
  acknowledge: dotUuid('7002'),
  messageNotice: dotUuid('7003'),
} as const;

/** Bytes that the device notifies on its three payload characteristics: the unused tail is zero. */
export const DOT_PAYLOAD_BYTES: Readonly<Record<Uuid, number>> = {
  [DotCharacteristic.long]: 63,
  [DotCharacteristic.medium]: 40,
  [DotCharacteristic.short]: 20,
};

/** Offsets of a payload's fields; -1 where it has none. The timestamp (u32, us) is always at 0. */
export interface DotLayout {
  readonly mode: number;
  readonly label: string;
  readonly characteristic: Uuid;
  /** Bytes that carry something. */
  readonly bytes: number;
  /** w x y z, f32. */
  readonly quat: number;
  /** roll pitch yaw, f32, deg. */
  readonly euler: number;
  /** f32, m/s^2, in the local earth frame, gravity removed. */
  readonly freeAcc: number;
  /** f32, m/s^2. */
  readonly acc: number;
  /** f32, deg/s. */
  readonly gyr: number;
  /** u16 status, then the number of clipped acceleration and rate samples, u8 each. */
  readonly status: number;
}

const layout = (
  mode: number,
  label: string,
  characteristic: Uuid,
  bytes: number,
  fields: Partial<Omit<DotLayout, 'mode' | 'label' | 'characteristic' | 'bytes'>>,
): DotLayout => ({
  ...{ mode, label, characteristic, bytes },
  ...{ quat: -1, euler: -1, freeAcc: -1, acc: -1, gyr: -1, status: -1 },
  ...fields,
});

const { long, medium, short } = DotCharacteristic;
export const DOT_LAYOUTS: readonly DotLayout[] = [
  layout(2, 'extended quaternion', medium, 36, { quat: 4, freeAcc: 20, status: 32 }),
  layout(3, 'complete quaternion', medium, 32, { quat: 4, freeAcc: 20 }),
  layout(4, 'orientation Euler', short, 16, { euler: 4 }),
  layout(5, 'orientation quaternion', short, 20, { quat: 4 }),
  layout(6, 'free acceleration', short, 16, { freeAcc: 4 }),
  layout(7, 'extended Euler', medium, 32, { euler: 4, freeAcc: 16, status: 28 }),
  layout(16, 'complete Euler', medium, 28, { euler: 4, freeAcc: 16 }),
  // The magnetometer (i16 x 3 at 28) is not used by the kit.
  layout(20, 'rate quantities with magnetometer', medium, 34, { acc: 4, gyr: 16 }),
  layout(21, 'rate quantities', medium, 28, { acc: 4, gyr: 16 }),
  layout(24, 'quaternion and rate (custom 3)', medium, 32, { quat: 4, gyr: 20 }),
  layout(26, 'quaternion, acceleration and rate (custom 5)', long, 44, { quat: 4, acc: 20, gyr: 32 }),
];

export const dotLayout = (mode: number): DotLayout | null => DOT_LAYOUTS.find((known) => known.mode === mode) ?? null;

/** Status of the extended payloads: one bit an axis for acceleration, rate, magnetometer; then "magnetometer is new". */
export const DotStatus = { accClipped: 0x0007, gyrClipped: 0x0038, magClipped: 0x01c0, magNew: 0x0200 } as const;

/** Output rates over the air, Hz; 120 is for recording inside the device only. */
export const DOT_RATES_HZ = [1, 4, 10, 12, 15, 20, 30, 60] as const;

/** Type byte of a measurement control message. */
const MEASURE_TYPE = 1;
export const encodeDotMeasure = (start: boolean, mode: number): Uint8Array =>
  Uint8Array.of(MEASURE_TYPE, start ? 1 : 0, mode);

/** Null when the bytes are no measurement control. */
export function decodeDotMeasure(bytes: Uint8Array): { readonly start: boolean; readonly mode: number } | null {
  if (bytes.length < 3 || bytes[0] !== MEASURE_TYPE || bytes[1]! > 1) return null;
  return { start: bytes[1] === 1, mode: bytes[2]! };
}

export interface DotInfo {
  /** As people write it. */
  readonly mac: string;
  readonly firmware: string;
  readonly serial: string;
  readonly product: string;
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();

/** Device info (34 bytes); null when too short. */
export function decodeDotInfo(bytes: Uint8Array): DotInfo | null {
  if (bytes.length < 34) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let product = '';
  for (const byte of bytes.subarray(28, 34)) if (byte >= 0x20 && byte < 0x7f) product += String.fromCharCode(byte);
  return {
    mac: [...bytes.subarray(0, 6)].map(hex).join(':'),
    firmware: `${bytes[6]}.${bytes[7]}.${bytes[8]}`,
    serial: view.getBigUint64(20, true).toString(16).toUpperCase().padStart(16, '0'),
    product: product.trim(),
  };
}

export const DOT_CONTROL_BYTES = 32;
/** Bits of the first byte of device control: which of the fields the device is to take. */
export const DotVisit = { identify: 1, powerOff: 2, powerSaving: 4, tag: 8, outputRate: 16, filter: 32 } as const;

/** Device control that changes the output rate alone. */
export function encodeDotRate(rateHz: number): Uint8Array {
  const bytes = new Uint8Array(DOT_CONTROL_BYTES);
  bytes[0] = DotVisit.outputRate;
  bytes[24] = rateHz & 0xff;
  bytes[25] = rateHz >> 8;
  return bytes;
}

/** Device control that makes the device's light blink. */
export function encodeDotIdentify(): Uint8Array {
  const bytes = new Uint8Array(DOT_CONTROL_BYTES);
  bytes[0] = DotVisit.identify;
  bytes[1] = 1;
  return bytes;
}

/** Output rate in device control, Hz; null when the bytes are too short for it. */
export const decodeDotRate = (bytes: Uint8Array): number | null =>
  bytes.length < 26 ? null : bytes[24]! | (bytes[25]! << 8);

/** A message of the message service with its checksum: all bytes sum to 0 modulo 256. */
export function encodeDotMessage(mid: number, data: readonly number[]): Uint8Array {
  const body = [mid, data.length, ...data];
  return Uint8Array.of(...body, -body.reduce((sum, byte) => sum + byte, 0) & 0xff);
}

export type DotMessage =
  | { readonly ok: true; readonly mid: number; readonly data: Uint8Array }
  | { readonly ok: false; readonly reason: 'too-short' | 'bad-length' | 'bad-checksum' };

export function decodeDotMessage(bytes: Uint8Array): DotMessage {
  if (bytes.length < 3) return { ok: false, reason: 'too-short' };
  const length = bytes[1]!;
  if (bytes.length !== length + 3) return { ok: false, reason: 'bad-length' };
  if ((bytes.reduce((sum, byte) => sum + byte, 0) & 0xff) !== 0) return { ok: false, reason: 'bad-checksum' };
  return { ok: true, mid: bytes[0]!, data: bytes.slice(2, 2 + length) };
}
