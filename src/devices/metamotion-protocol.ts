/**
 * Bytes of MbientLab MetaMotion R, RL and S: modules, registers and command lists. A message is [module][register][data],
 * a read is the register with bit 7 set; all numbers are little-endian. Source: the vendor's SDKs (docs/devices.md).
 */
import type { Uuid } from '../ports/gatt.ts';

export const METAMOTION_SERVICE: Uuid = '326a900085cb9195d9dd464cfbbae75a';
export const MetaMotionCharacteristic = {
  command: '326a900185cb9195d9dd464cfbbae75a',
  notify: '326a900685cb9195d9dd464cfbbae75a',
} as const;

export const MetaMotionModule = {
  button: 0x01,
  led: 0x02,
  accelerometer: 0x03,
  settings: 0x11,
  gyro: 0x13,
  magnetometer: 0x15,
  fusion: 0x19,
} as const;

export const READ = 0x80;

/** Registers of the fusion module.. */
export const FusionRegister = {
  enable: 0x01,
  mode: 0x02,
  mask: 0x03,
  acc: 0x04,
  gyro: 0x05,
  mag: 0x06,
  quaternion: 0x07,
  euler: 0x08,
  gravity: 0x09,
  linearAcc: 0x0a,
} as const;

/** Bits of the output mask. */
export const FusionMask = { acc: 0x01, gyro: 0x02, quaternion: 0x08, gravity: 0x20 } as const;

/** Length of a fusion message, bytes; three vectors carry an accuracy byte. Absent: not a data register. */
export const FUSION_LENGTH: Readonly<Record<number, number>> = {
  [FusionRegister.acc]: 15,
  [FusionRegister.gyro]: 15,
  [FusionRegister.mag]: 15,
  [FusionRegister.quaternion]: 18,
  [FusionRegister.euler]: 18,
  [FusionRegister.gravity]: 14,
  [FusionRegister.linearAcc]: 14,
};

/** What measures: implementation bytes that the modules give when their register 0 is read. */
export const MetaMotionChip = {
  bmi160: { acc: 1, gyro: 0 },
  bmi270: { acc: 4, gyro: 1 },
} as const;
export type MetaMotionChipName = keyof typeof MetaMotionChip;

export const ACC_RANGE_G = 16;
export const GYRO_RANGE_DEGPS = 2000;
/** IMUPlus (accelerometer and gyro, no magnetometer); ((gyro + 1) << 4) | acc with 0 for 2000 deg/s and 3 for 16 g. */
const MODE_IMU_PLUS = 0x02;
const RANGES = 0x13;
/** Connection interval 7.5 to 15 ms (units of 1.25 ms), no latency, supervision 6 s (units of 10 ms). */
const CONNECTION = [0x06, 0x00, 0x0c, 0x00, 0x00, 0x00, 0x58, 0x02];

const M = MetaMotionModule;
const F = FusionRegister;

/** Commands that start IMUPlus fusion at 100 Hz with the outputs of `mask`. */
export function startCommands(chip: MetaMotionChipName, mask: number): number[][] {
  const accRange = chip === 'bmi160' ? [0x28, 0x0c] : [0xa8, 0x03];
  const outputs = [
    [FusionMask.acc, F.acc],
    [FusionMask.gyro, F.gyro],
    [FusionMask.quaternion, F.quaternion],
    [FusionMask.gravity, F.gravity],
  ] as const;
  return [
    [M.settings, 0x09, ...CONNECTION],
    [M.fusion, F.mode, MODE_IMU_PLUS, RANGES],
    [M.accelerometer, 0x03, ...accRange],
    [M.gyro, 0x03, 0x28, 0x00],
    ...outputs.filter(([bit]) => (mask & bit) !== 0).map(([, register]) => [M.fusion, register, 0x01]),
    [M.accelerometer, 0x02, 0x01, 0x00],
    [M.gyro, 0x02, 0x01, 0x00],
    [M.accelerometer, 0x01, 0x01],
    [M.gyro, 0x01, 0x01],
    [M.fusion, F.mask, mask, 0x00],
    [M.fusion, F.enable, 0x01],
  ];
}

/** Leaves the gravity register out again, once the frame was looked at. */
export const gravityOffCommands = (mask: number): number[][] => [
  [M.fusion, F.gravity, 0x00],
  [M.fusion, F.mask, mask, FusionMask.gravity],
];

/** Stops whatever an earlier visitor left running: fusion, its outputs, both sensors, both of their streams. */
export const STOP_COMMANDS: readonly (readonly number[])[] = [
  [M.fusion, F.enable, 0x00],
  [M.fusion, F.mask, 0x00, 0x7f],
  [M.accelerometer, 0x01, 0x00],
  [M.gyro, 0x01, 0x00],
  [M.accelerometer, 0x02, 0x00, 0x01],
  [M.gyro, 0x02, 0x00, 0x01],
];

/** Green, ten blinks of 50 ms in half a second each; then it is dark again by itself. */
export const BLINK_COMMANDS: readonly (readonly number[])[] = [
  [M.led, 0x02, 0x01],
  [M.led, 0x03, 0x00, 0x02, 0x1f, 0x00, 0x00, 0x00, 0x32, 0x00, 0x00, 0x00, 0xf4, 0x01, 0x00, 0x00, 0x0a],
  [M.led, 0x01, 0x01],
];
export const BLINK_SECONDS = 5;

export const BATTERY_REGISTER = 0x0c;

/** Charge 0..1 of a battery message (11 8C or 11 0C, percent, mV); null for any other. */
export function batteryOfMessage(bytes: Uint8Array): number | null {
  if (bytes.length < 3 || bytes[0] !== M.settings || (bytes[1]! & ~READ) !== BATTERY_REGISTER) return null;
  return bytes[2]! <= 100 ? bytes[2]! / 100 : null;
}

/** Floats from byte 2 on: `out[k]`. */
export function readFloats(bytes: Uint8Array, count: number, out: Float64Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let k = 0; k < count; k++) out[k] = view.getFloat32(2 + 4 * k, true);
}
