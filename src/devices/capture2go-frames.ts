/**
 * Frames out of notifications: whole real-time frames first, then bytes of a stream of frames that goes on from one
 * notification to the next. After a loss it finds the next frame by its start byte and checksum.
 */
import { crc32 } from '../wire/crc32.ts';
import { C2G_FRAME_BYTES, C2G_MAX_PAYLOAD, C2G_START } from './capture2go-profile.ts';
import type { DecodeStatus } from './driver.ts';

/** First byte of a notification: 0xff less the number of real-time frames in it, of which there are at most three. */
const MOST_REAL_TIME = 3;
/** Longer than any notification (ATT values hold 512 bytes). */
const MOST_BYTES = 512;

export type OnC2gFrame = (header: number, payload: Uint8Array) => void;

export interface C2gFrameReader {
  /** Calls back for every whole frame with a right checksum. Total: any bytes give a status. */
  read(bytes: Uint8Array, onFrame: OnC2gFrame): DecodeStatus;
  save(): number[];
  restore(bytes: readonly number[]): void;
}

/** Bytes of the frame at `at`; 0 when there is not enough to tell, -1 when no frame starts here. */
function frameLength(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== C2G_START) return -1;
  if (bytes.length - at < C2G_FRAME_BYTES) return 0;
  return bytes[at + 5]! > C2G_MAX_PAYLOAD ? -1 : C2G_FRAME_BYTES + bytes[at + 5]!;
}

function checksumHolds(bytes: Uint8Array, at: number, length: number): boolean {
  const sent = (bytes[at + 1]! | (bytes[at + 2]! << 8) | (bytes[at + 3]! << 16) | (bytes[at + 4]! << 24)) >>> 0;
  return crc32(bytes.subarray(at + 6, at + length)) === sent;
}

const headerAt = (bytes: Uint8Array, at: number): number => bytes[at + 6]! | (bytes[at + 7]! << 8);

export function createC2gFrameReader(): C2gFrameReader {
  let carry: Uint8Array = new Uint8Array(0);

  /**
   * So many whole frames from `at`, null: up to the end. The offset behind them, or what is wrong with one of them: then
   * none is read, because a notification that is not what it announces was cut, and a part of it would pass for all.
   */
  const readWhole = (
    bytes: Uint8Array,
    from: number,
    count: number | null,
    onFrame: OnC2gFrame,
  ): number | DecodeStatus => {
    let at = from;
    for (let n = 0; count === null ? at < bytes.length : n < count; n++) {
      if (at === bytes.length) return 'bad-count';
      const length = frameLength(bytes, at);
      if (length < 0) return 'bad-content';
      if (length === 0 || at + length > bytes.length) return 'too-short';
      if (!checksumHolds(bytes, at, length)) return 'bad-checksum';
      at += length;
    }
    for (let next = from; next < at; ) {
      const length = frameLength(bytes, next);
      onFrame(headerAt(bytes, next), bytes.subarray(next + C2G_FRAME_BYTES, next + length));
      next += length;
    }
    return at;
  };

  /** The stream: skips what is no frame. */
  const readStream = (added: Uint8Array, onFrame: OnC2gFrame): DecodeStatus => {
    const bytes = new Uint8Array(carry.length + added.length);
    bytes.set(carry, 0);
    bytes.set(added, carry.length);
    let status: DecodeStatus = 'incomplete';
    let at = 0;
    while (at < bytes.length) {
      const length = frameLength(bytes, at);
      if (length < 0) {
        // Bytes between frames, or the rest of one whose beginning was lost.
        at++;
        if (status === 'incomplete') status = 'bad-content';
        continue;
      }
      if (length === 0 || at + length > bytes.length) break;
      if (!checksumHolds(bytes, at, length)) {
        at++;
        if (status !== 'ok') status = 'bad-checksum';
        continue;
      }
      onFrame(headerAt(bytes, at), bytes.subarray(at + C2G_FRAME_BYTES, at + length));
      at += length;
      status = 'ok';
    }
    carry = bytes.slice(at);
    return status;
  };

  return {
    read(bytes, onFrame) {
      if (bytes.length === 0) return 'too-short';
      if (bytes.length > MOST_BYTES) return 'too-long';
      if (bytes[0] === C2G_START) {
        // Frames without the notification's first byte, as on the serial port and in the vendor's examples.
        const end = readWhole(bytes, 0, null, onFrame);
        return typeof end === 'number' ? 'ok' : end;
      }
      const realTime = 0xff - bytes[0]!;
      if (realTime > MOST_REAL_TIME) return 'bad-content';
      const end = readWhole(bytes, 1, realTime, onFrame);
      if (typeof end !== 'number') return end;
      const rest = bytes.subarray(end);
      if (rest.length === 0) return realTime > 0 ? 'ok' : 'too-short';
      const status = readStream(rest, onFrame);
      return realTime > 0 ? 'ok' : status;
    },
    save: () => [...carry],
    restore(bytes) {
      carry = Uint8Array.from(bytes);
    },
  };
}
