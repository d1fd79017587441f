/**
 * The stored chunk: about a second of raw notifications as bytes. What the sensor sent, with the arrival times, losslessly.
 *
 *   "NRC1"                       4 bytes
 *   u8 n, n x (u8 length, ASCII) characteristic table
 *   varint                       number of notifications
 *   f64 LE                       arrival time of the first one, us
 *   each: varint table index, varint time, varint length, bytes
 *     time: bit 0 clear: zigzag of the whole-us step from the previous arrival, times 2; set: f64 LE arrival time follows
 *
 * Varints are LEB128, at most 2^53 - 1. Integrity is guarded outside by a CRC-32 over all of it.
 */
import type { RawNotification } from '../ports/sensor-source.ts';
import type { HostTimeUs } from '../ports/time.ts';
import { crc32 } from './crc32.ts';

const MAGIC = [0x4e, 0x52, 0x43, 0x31] as const;
/** Steps up to this size are stored as varints, so that twice the zigzag stays a safe integer. */
const STEP_LIMIT_US = 2 ** 50;

export interface Chunk {
  readonly bytes: Uint8Array;
  readonly crc32: number;
  readonly notifications: number;
  readonly firstArrivalUs: number;
  readonly lastArrivalUs: number;
}

export interface ChunkWriter {
  /** Copies the bytes. Throws RangeError on an arrival time that is not finite or an impossible UUID. */
  append(notification: RawNotification): void;
  /** Notifications since the last `finish`. */
  readonly count: number;
  /** Bytes of the body so far: enough to decide when a chunk is full. */
  readonly byteLength: number;
  readonly firstArrivalUs: number;
  readonly lastArrivalUs: number;
  /** The chunk so far, and a fresh start; null when there is nothing. */
  finish(): Chunk | null;
}

export function createChunkWriter(): ChunkWriter {
  let body = new Uint8Array(4096);
  let used = 0;
  let count = 0;
  let firstUs = Number.NaN;
  let lastUs = Number.NaN;
  let table: string[] = [];
  const scratch = new DataView(new ArrayBuffer(8));

  const room = (extra: number): void => {
    if (used + extra <= body.length) return;
    const larger = new Uint8Array(Math.max(2 * body.length, used + extra));
    larger.set(body.subarray(0, used));
    body = larger;
  };
  const putVarint = (value: number): void => {
    let rest = value;
    while (rest >= 128) {
      body[used++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    body[used++] = rest;
  };
  const putTime = (arrivalUs: number): void => {
    const step = arrivalUs - lastUs;
    if (Number.isInteger(step) && Math.abs(step) < STEP_LIMIT_US && lastUs + step === arrivalUs) {
      putVarint(2 * (step >= 0 ? 2 * step : -2 * step - 1));
      return;
    }
    putVarint(1);
    scratch.setFloat64(0, arrivalUs, true);
    for (let i = 0; i < 8; i++) body[used++] = scratch.getUint8(i);
  };

  return {
    append({ characteristic, bytes, arrivalUs: stampUs }) {
      if (!Number.isFinite(stampUs)) throw new RangeError('arrival time is not finite');
      // Minus zero is a time like zero: adding zero takes its sign.
      const arrivalUs = stampUs + 0;
      let index = table.indexOf(characteristic);
      if (index < 0) {
        if (!/^[\x20-\x7e]{1,255}$/.test(characteristic) || table.length === 255) {
          throw new RangeError(`cannot store characteristic ${characteristic}`);
        }
        index = table.push(characteristic) - 1;
      }
      if (count === 0) {
        firstUs = arrivalUs;
        lastUs = arrivalUs;
      }
      room(40 + bytes.length);
      putVarint(index);
      putTime(arrivalUs);
      putVarint(bytes.length);
      body.set(bytes, used);
      used += bytes.length;
      lastUs = arrivalUs;
      count++;
    },
    get count() {
      return count;
    },
    get byteLength() {
      return used;
    },
    get firstArrivalUs() {
      return firstUs;
    },
    get lastArrivalUs() {
      return lastUs;
    },
    finish() {
      if (count === 0) return null;
      const head: number[] = [...MAGIC, table.length];
      for (const name of table) head.push(name.length, ...Array.from(name, (c) => c.charCodeAt(0)));
      for (let rest = count; ; rest = Math.floor(rest / 128)) {
        head.push(rest >= 128 ? (rest % 128) | 128 : rest);
        if (rest < 128) break;
      }
      const bytes = new Uint8Array(head.length + 8 + used);
      bytes.set(head);
      new DataView(bytes.buffer).setFloat64(head.length, firstUs, true);
      bytes.set(body.subarray(0, used), head.length + 8);
      const chunk = {
        bytes,
        crc32: crc32(bytes),
        notifications: count,
        firstArrivalUs: firstUs,
        lastArrivalUs: lastUs,
      };
      used = 0;
      count = 0;
      firstUs = Number.NaN;
      lastUs = Number.NaN;
      table = [];
      return chunk;
    },
  };
}

export type ChunkReason = 'too-short' | 'bad-magic' | 'bad-varint' | 'bad-index' | 'bad-time' | 'too-long';
export type DecodedChunk =
  | { readonly ok: true; readonly notifications: RawNotification[] }
  | { readonly ok: false; readonly reason: ChunkReason };

/** Total: any bytes give the notifications, each with bytes of its own, or a reason. */
export function decodeChunk(bytes: Uint8Array): DecodedChunk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const refuse = (reason: ChunkReason): DecodedChunk => ({ ok: false, reason });
  /** The number, -1 at the end of the bytes, -2 when it is too large or not in its shortest form. */
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) return -1;
      value += (byte & 127) * factor;
      if (!Number.isSafeInteger(value) || factor > 2 ** 49) return -2;
      if (byte < 128) return byte === 0 && factor > 1 ? -2 : value;
    }
  };
  const failed = (value: number): DecodedChunk => refuse(value === -1 ? 'too-short' : 'bad-varint');

  if (bytes.length < 5) return refuse('too-short');
  for (const byte of MAGIC) if (bytes[at++] !== byte) return refuse('bad-magic');
  const table: string[] = [];
  for (let names = bytes[at++]!; names > 0; names--) {
    const length = bytes[at++];
    if (length === undefined || at + length > bytes.length) return refuse('too-short');
    table.push(String.fromCharCode(...bytes.subarray(at, at + length)));
    at += length;
  }
  const count = varint();
  if (count < 0) return failed(count);
  if (at + 8 > bytes.length) return refuse('too-short');
  let arrivalUs = view.getFloat64(at, true);
  at += 8;
  if (!Number.isFinite(arrivalUs)) return refuse('bad-time');
  const notifications: RawNotification[] = [];
  for (let i = 0; i < count; i++) {
    const index = varint();
    if (index < 0) return failed(index);
    const characteristic = table[index];
    if (characteristic === undefined) return refuse('bad-index');
    const time = varint();
    if (time < 0) return failed(time);
    if (time % 2 === 0) {
      const zigzag = time / 2;
      arrivalUs += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    } else {
      if (time !== 1) return refuse('bad-time');
      if (at + 8 > bytes.length) return refuse('too-short');
      arrivalUs = view.getFloat64(at, true);
      at += 8;
    }
    if (!Number.isFinite(arrivalUs)) return refuse('bad-time');
    const length = varint();
    if (length < 0) return failed(length);
    if (at + length > bytes.length) return refuse('too-short');
    notifications.push({ characteristic, bytes: bytes.slice(at, at + length), arrivalUs: arrivalUs as HostTimeUs });
    at += length;
  }
  return at === bytes.length ? { ok: true, notifications } : refuse('too-long');
}
