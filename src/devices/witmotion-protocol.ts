/**
 * Bytes of WitMotion's Bluetooth LE inertial sensors (WT901BLE, WT9011DCL, BWT901BLECL5.0): frames, registers, commands.
 * All numbers are little-endian. Sources: the vendor's SDK and data sheet (docs/devices.md).
 *
 * Motion frame, 20 bytes: 55 61, then int16: acceleration x y z (/32768 * 16 g), rate x y z (/32768 * 2000 deg/s),
 * roll pitch yaw (/32768 * 180 deg). The WT901SDCL sends 28: year - 2000, month, day, hour, minute, second, ms u16 follow.
 * Register frame, 20 bytes: 55 71, register u16, eight int16 from that register on.
 */
import type { Uuid } from '../ports/gatt.ts';

/** The base is ...9a34fb, not the ...9b34fb of assigned numbers. */
export const WITMOTION_SERVICE: Uuid = '0000ffe500001000800000805f9a34fb';
export const WitMotionCharacteristic = {
  notify: '0000ffe400001000800000805f9a34fb',
  write: '0000ffe900001000800000805f9a34fb',
} as const;

export const WIT_HEAD = 0x55;
export const WitFrame = { motion: 0x61, register: 0x71 } as const;
export const WIT_FRAME_BYTES = 20;
export const WIT_CLOCK_FRAME_BYTES = 28;

export const WitRegister = {
  rate: 0x03,
  algorithm: 0x24,
  magnetometer: 0x3a,
  temperature: 0x40,
  quaternion: 0x51,
  battery: 0x64,
  outputContent: 0x96,
} as const;

export const WIT_ACC_RANGE_G = 16;
export const WIT_GYRO_RANGE_DEGPS = 2000;

/** Rate codes, Hz to code. 200 Hz has two codes in two documents, so it is left alone. */
export const WIT_RATE_CODE: Readonly<Record<number, number>> = { 10: 0x06, 20: 0x07, 50: 0x08, 100: 0x09 };
export const WIT_RATES_HZ = [10, 20, 50, 100] as const;
export const WIT_SIX_AXIS = 1;
/** Acceleration, rate and angles: the only content whose bytes can be read without knowing more. */
export const WIT_MOTION_CONTENT = 0;

export const UNLOCK: readonly number[] = [0xff, 0xaa, 0x69, 0x88, 0xb5];
export const setRegister = (register: number, value: number): readonly number[] => [
  0xff,
  0xaa,
  register,
  value & 0xff,
  value >> 8,
];
export const askRegister = (register: number): readonly number[] => setRegister(0x27, register);

const int16 = (bytes: Uint8Array, at: number): number => ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;

/** Register number of a register frame at `at`; -1 when there is none. */
export function registerOf(bytes: Uint8Array, at = 0): number {
  if (bytes.length - at < WIT_FRAME_BYTES || bytes[at] !== WIT_HEAD || bytes[at + 1] !== WitFrame.register) return -1;
  return bytes[at + 2]! | (bytes[at + 3]! << 8);
}
/** Value `k` (0..7) of a register frame at `at`. */
export const registerValue = (bytes: Uint8Array, at: number, k: number): number => int16(bytes, at + 4 + 2 * k);

/** Nine int16 of a motion frame to g, deg/s and deg: `out[0..8]`. */
export function readMotion(bytes: Uint8Array, at: number, out: Float64Array): void {
  for (let k = 0; k < 9; k++) {
    const scale = k < 3 ? WIT_ACC_RANGE_G : k < 6 ? WIT_GYRO_RANGE_DEGPS : 180;
    out[k] = (int16(bytes, at + 2 + 2 * k) / 32768) * scale;
  }
}

/** Time of the clock behind a motion frame, ms since 1970; NaN when it is not a time of day. */
export function readClockMs(bytes: Uint8Array, at: number): number {
  const [year, month, day, hour] = [bytes[at + 20]!, bytes[at + 21]!, bytes[at + 22]!, bytes[at + 23]!];
  const [minute, second] = [bytes[at + 24]!, bytes[at + 25]!];
  const ms = bytes[at + 26]! | (bytes[at + 27]! << 8);
  // A clock that was never set begins at month 0 or 1, day 0 or 1.
  if (year > 99 || month > 12 || day > 31 || hour > 23 || minute > 59 || second > 59 || ms > 999) return Number.NaN;
  return Date.UTC(2000 + year, month - 1, day, hour, minute, second, ms);
}

/** Rest voltage of the lithium cell, V, and the charge that the vendor's table gives it. Linear in between. */
const CHARGE_TABLE = [
  [3.4, 0],
  [3.5, 0.05],
  [3.68, 0.1],
  [3.7, 0.15],
  [3.73, 0.2],
  [3.77, 0.3],
  [3.79, 0.4],
  [3.82, 0.5],
  [3.87, 0.6],
  [3.93, 0.75],
  [3.96, 1],
] as const;

/** Charge 0..1 of a voltage. */
export function chargeOfVolts(volts: number): number {
  const next = CHARGE_TABLE.findIndex(([v]) => volts < v);
  if (next === 0) return 0;
  if (next < 0) return 1;
  const [v0, c0] = CHARGE_TABLE[next - 1]!;
  const [v1, c1] = CHARGE_TABLE[next]!;
  return c0 + ((c1 - c0) * (volts - v0)) / (v1 - v0);
}
