/**
 * The Capture2Go IMU's protocol as values: identifiers, frames, commands, the packed quaternion.
 * Source: "Capture2Go Communication Protocol" of the vendor's SDK 1.0.1 (MIT). Everything little-endian, packed.
 */
import type { Uuid } from '../ports/gatt.ts';
import { crc32 } from '../wire/crc32.ts';

const c2gUuid = (short: string): Uuid => `8003${short}e6294c989324aa7fc0c66de7`;
export const C2G_SERVICE: Uuid = c2gUuid('0001');
export const C2gCharacteristic = {
  /** Host to device: one write is one frame. */
  rx: c2gUuid('0002'),
  /** Device to host, notifications. */
  tx: c2gUuid('0003'),
} as const;

export const C2G_START = 0x02;
/** Start byte, CRC-32, payload size, header. */
export const C2G_FRAME_BYTES = 8;
export const C2G_MAX_PAYLOAD = 236;

export const C2gHeader = {
  getDeviceInfo: 0x0070,
  deviceInfo: 0x0071,
  setMeasurementMode: 0x0120,
  measurementMode: 0x0122,
  startStreaming: 0x0150,
  startedStreaming: 0x0151,
  stopStreaming: 0x0152,
  stopAndClear: 0x0158,
  stoppedAndCleared: 0x0159,
  startRealTime: 0x0160,
  realTimeMode: 0x0162,
  stopRealTime: 0x0163,
  stoppedRealTime: 0x0164,
  setAbsoluteTime: 0x0170,
  absoluteTime: 0x0171,
  setLedMode: 0x0183,
  ledMode: 0x0185,
  getStatus: 0x0200,
  status: 0x0201,
  error: 0xffff,
} as const;

/** Rates by the last digit of a data header, Hz; 7 is the real-time channel, which has none of its own. */
export const C2G_RATES_HZ = [0, 200, 100, 50, 25, 10, 1, 0] as const;

/** Where a data frame keeps its fields; -1 where it has none. Timestamp (i64, ns, of the first sample) at 0. */
export interface C2gLayout {
  readonly bytes: number;
  readonly samples: number;
  /** i16 x 3 a sample. */
  readonly gyr: number;
  readonly acc: number;
  /** u64 a sample, or of the first sample only. */
  readonly quat: number;
  readonly quats: number;
  /** i16, as many as quaternions. */
  readonly delta: number;
  /** u8, as many as quaternions. */
  readonly error: number;
}

/** Family of a data header (its upper three digits) to layout. The floating-point families are never asked for. */
export const C2G_LAYOUTS: Readonly<Record<number, C2gLayout>> = {
  // Eight samples; quaternion of the first.
  34: { bytes: 163, samples: 8, gyr: 8, acc: 56, quat: 152, quats: 1, delta: 160, error: 162 },
  35: { bytes: 115, samples: 8, gyr: 8, acc: 56, quat: 104, quats: 1, delta: 112, error: 114 },
  36: { bytes: 37, samples: 1, gyr: 8, acc: 14, quat: 26, quats: 1, delta: 34, error: 36 },
  37: { bytes: 31, samples: 1, gyr: 8, acc: 14, quat: 20, quats: 1, delta: 28, error: 30 },
  39: { bytes: 228, samples: 20, gyr: -1, acc: -1, quat: 8, quats: 20, delta: 168, error: 208 },
  40: { bytes: 19, samples: 1, gyr: -1, acc: -1, quat: 8, quats: 1, delta: 16, error: 18 },
};

/** Layout of a data header and the rate in it (0: real time); null for any other header. */
export function c2gLayout(header: number): { readonly layout: C2gLayout; readonly rateHz: number } | null {
  const layout = C2G_LAYOUTS[header >> 4];
  const code = header & 0x0f;
  if (layout === undefined || code < 1 || code > 7) return null;
  // Only the single-sample families have a real-time form.
  return code === 7 && layout.samples > 1 ? null : { layout, rateHz: C2G_RATES_HZ[code]! };
}

export const C2gError = { timeGap: 1, gyrClipping: 2, accClipping: 4, magClipping: 8, processing: 16 } as const;
export const C2gState = { off: 0, idle: 1, streaming: 2, recording: 3 } as const;
/** Mode byte of the real-time channel. */
export const C2gRealTime = { quat: 1, full: 2 } as const;

/** A whole frame with its checksum. */
export function encodeC2gFrame(header: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(C2G_FRAME_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = C2G_START;
  bytes[5] = payload.length;
  view.setUint16(6, header, true);
  bytes.set(payload, C2G_FRAME_BYTES);
  view.setUint32(1, crc32(bytes.subarray(6)), true);
  return bytes;
}

export const encodeC2gRealTime = (mode: number, rateLimitHz: number): Uint8Array =>
  encodeC2gFrame(C2gHeader.startRealTime, Uint8Array.of(mode, rateLimitHz));

export function encodeC2gTime(ns: bigint): Uint8Array {
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setBigInt64(0, ns, true);
  return encodeC2gFrame(C2gHeader.setAbsoluteTime, payload);
}

export interface C2gMode {
  /** Sampling codes (index into C2G_RATES_HZ), 0 for off. */
  readonly fullFixed: number;
  readonly fullPacked: number;
  readonly quatFixed: number;
  readonly quatPacked: number;
  /** Leaves the magnetometer out of the full frames. */
  readonly disableMag: boolean;
}
export const C2G_MODE_OFF: C2gMode = { fullFixed: 0, fullPacked: 0, quatFixed: 0, quatPacked: 0, disableMag: false };

/** Measurement mode with a status every second, no synchronisation, bias estimation as it is. */
export function encodeC2gMode(mode: Partial<C2gMode>): Uint8Array {
  const m = { ...C2G_MODE_OFF, ...mode };
  const payload = new Uint8Array(30);
  payload.set([0, m.fullFixed, m.fullPacked, 0, m.quatFixed, m.quatPacked, 1], 8);
  payload[29] = m.disableMag ? 1 : 0;
  return encodeC2gFrame(C2gHeader.setMeasurementMode, payload);
}

/** The device's light for some seconds from now. */
export function encodeC2gLed(seconds: number): Uint8Array {
  const payload = new Uint8Array(17);
  new DataView(payload.buffer).setBigInt64(8, BigInt(Math.round(seconds * 1e9)), true);
  payload[16] = 1;
  return encodeC2gFrame(C2gHeader.setLedMode, payload);
}

export interface C2gInfo {
  readonly protocol: number;
  readonly serial: string;
  readonly hardware: string;
  readonly firmware: string;
}

export function decodeC2gInfo(payload: Uint8Array): C2gInfo | null {
  if (payload.length < 47) return null;
  const text = (from: number, length: number): string => {
    let out = '';
    for (const byte of payload.subarray(from, from + length))
      if (byte >= 0x20 && byte < 0x7f) out += String.fromCharCode(byte);
    return out.trim();
  };
  return {
    protocol: payload[0]! | (payload[1]! << 8),
    serial: text(2, 6),
    hardware: text(8, 8),
    firmware: text(24, 12),
  };
}

export interface C2gStatus {
  readonly state: number;
  readonly connection: number;
  /** 0..1. */
  readonly battery: number;
  readonly charging: boolean;
}

/** Null when too short or when the charge is no percentage. */
export function decodeC2gStatus(payload: Uint8Array): C2gStatus | null {
  if (payload.length < 19) return null;
  const percent = payload[17]! & 0x7f;
  if (percent > 100) return null;
  return { state: payload[8]!, connection: payload[9]!, battery: percent / 100, charging: payload[17]! >= 0x80 };
}

/** Step of a packed component: 20 bits over the range -1/sqrt 2 to 1/sqrt 2. */
const STEP = Math.SQRT2 / 0xfffff;

/** Bits of a packed quaternion beside its components. */
export const C2gQuatFlag = { rest: 1, magneticDisturbance: 2 } as const;

/** "Smallest three": writes w x y z and returns the flags. The omitted component is taken as positive. */
export function unpackC2gQuat(out: Float64Array, low: number, high: number): number {
  const omitted = (high >>> 28) & 3;
  const a = (low & 0xfffff) * STEP - Math.SQRT1_2;
  const b = ((low >>> 20) | ((high & 0xff) << 12)) * STEP - Math.SQRT1_2;
  const c = ((high >>> 8) & 0xfffff) * STEP - Math.SQRT1_2;
  out[(omitted + 3) & 3] = a;
  out[(omitted + 2) & 3] = b;
  out[(omitted + 1) & 3] = c;
  out[omitted] = Math.sqrt(Math.max(0, 1 - (a * a + b * b + c * c)));
  return high >>> 30;
}
