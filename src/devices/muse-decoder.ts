/**
 * Notifications of a Muse, classic or Athena, to sample blocks. The bytes say which of the two it is by the characteristic
 * that they came from.
 *
 * Axes. The maker's are x forward, y right, z down, right-handed, with accelerations negated (+1 g on z when level). A stream
 * is turned into the kit's: x forward, y left, z up, specific force. Bytes read by hand keep the maker's axes and signs.
 */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';
import { reviveState, saveState } from '../core/state.ts';
import { mps2FromG, radFromDeg } from '../core/units.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { Sig } from '../wire/headband-profile.ts';
import type { Decoder, DecodeStatus } from './driver.ts';
import { type BlockPlace, type BlockState, newBlockState, placeBlock } from './muse-blocks.ts';
import {
  ATHENA_BLOCK_BYTES,
  ATHENA_BLOCK_HEADER_BYTES,
  ATHENA_HEADER_BYTES,
  AthenaTag,
  chargeOfTelemetry,
  MUSE_ACC_SCALE_G,
  MUSE_CLASSIC_BYTES,
  MUSE_GYRO_SCALE_DEGPS,
  MUSE_SAMPLES,
  MuseCharacteristic,
} from './muse-protocol.ts';
import { blankSample, writeVector } from './sample-writer.ts';

const MAX_BYTES = 512;
const ACC_MPS2 = mps2FromG(MUSE_ACC_SCALE_G);
const GYRO_RADPS = radFromDeg(MUSE_GYRO_SCALE_DEGPS);
const ACC_LIMIT = 32767 * ACC_MPS2;
const GYRO_LIMIT = 32767 * GYRO_RADPS;
/** Signs of x y z from the maker's axes to the kit's. */
const ACC_TO_KIT = [-1, 1, 1] as const;
const GYRO_TO_KIT = [1, -1, -1] as const;
const AS_STATED = [1, 1, 1] as const;

/** Half of a classic sample block: the raw counts of one notification that waits for the other one. */
interface Half {
  waiting: boolean;
  sequence: number;
  counts: Float64Array;
}
const newHalf = (): Half => ({ waiting: false, sequence: 0, counts: new Float64Array(3 * MUSE_SAMPLES) });
const int16 = (value: number): number => (value << 16) >> 16;

/** A decoder of one stream, from the stored description alone. */
export function createMuseDecoder(description: StreamDescription): Decoder {
  const toKit = description.config['axes'] === 'kit';
  const byHand = description.config['content'] === undefined;
  const accSigns = toKit ? ACC_TO_KIT : AS_STATED;
  const gyroSigns = toKit ? GYRO_TO_KIT : AS_STATED;
  const origin = { tickUs: Number.NaN, counter: Number.NaN };
  const place: BlockPlace = { index: 0, tickUs: 0, samplePeriodUs: 0, flags: 0 };
  const three = new Float64Array(3);
  let battery: number | null = null;
  let state = {
    acc: newHalf(),
    gyr: newHalf(),
    /** Sequence of the acceleration less that of the rate for the same time; NaN until both were seen. */
    offset: Number.NaN,
    blocks: newBlockState() as BlockState,
    /** By hand only: accelerations have a sequence of their own. */
    accBlocks: newBlockState() as BlockState,
  };

  const write = (
    out: SampleBlock,
    i: number,
    column: 'accMps2' | 'gyrRadps',
    from: Float64Array,
    at: number,
    sign: 1 | -1,
  ): void => {
    const signs = column === 'accMps2' ? accSigns : gyroSigns;
    const scale = column === 'accMps2' ? ACC_MPS2 : sign * GYRO_RADPS;
    for (let k = 0; k < 3; k++) three[k] = signs[k]! * scale * from[at + k]!;
    writeVector(out, column, i, three, 0, column === 'accMps2' ? ACC_LIMIT : GYRO_LIMIT);
  };
  /** Rows for one block; values are written by the caller. Returns the first row. */
  const rows = (out: SampleBlock, blocks: BlockState, raw: number, modulus: number, rawClock: number): number => {
    if (!blocks.started) {
      origin.counter = raw;
      origin.tickUs = rawClock / 0.256;
    }
    placeBlock(blocks, raw, modulus, rawClock, place);
    const first = out.count;
    for (let s = 0; s < MUSE_SAMPLES; s++) {
      const i = out.count++;
      blankSample(out, i);
      out.counter[i] = MUSE_SAMPLES * place.index + s;
      out.tickUs[i] = place.tickUs + s * place.samplePeriodUs;
      // What is missing is missing before the first; what was seen before was seen as a whole.
      out.flags[i] = s === 0 ? place.flags : place.flags & SampleFlag.duplicate;
    }
    return first;
  };

  const emitHalf = (out: SampleBlock, half: Half, column: 'accMps2' | 'gyrRadps', blocks: BlockState): void => {
    const first = rows(out, blocks, half.sequence, 65536, Number.NaN);
    for (let s = 0; s < MUSE_SAMPLES; s++) write(out, first + s, column, half.counts, 3 * s, 1);
    half.waiting = false;
  };
  /** Gives out what belongs together; a rate without its acceleration goes alone, an acceleration without rate is dropped. */
  const pair = (out: SampleBlock): void => {
    const { acc, gyr } = state;
    if (!acc.waiting || !gyr.waiting) return;
    const ahead = int16(acc.sequence - gyr.sequence);
    // Both count from the start of the stream. A difference of one at the first meeting is only who came first.
    if (Number.isNaN(state.offset)) state.offset = Math.abs(ahead) <= 1 ? 0 : ahead;
    const late = int16(ahead - state.offset);
    if (late < 0) acc.waiting = false;
    else {
      const first = out.count;
      emitHalf(out, gyr, 'gyrRadps', state.blocks);
      if (late > 0) return;
      for (let s = 0; s < MUSE_SAMPLES; s++) write(out, first + s, 'accMps2', acc.counts, 3 * s, 1);
      acc.waiting = false;
    }
  };
  const classic = (bytes: Uint8Array, out: SampleBlock, isAcc: boolean): DecodeStatus => {
    if (bytes.length !== MUSE_CLASSIC_BYTES) return bytes.length < MUSE_CLASSIC_BYTES ? 'too-short' : 'too-long';
    const half = isAcc ? state.acc : state.gyr;
    // A second rate before the acceleration of the first: that one was lost.
    if (half.waiting && !isAcc) emitHalf(out, half, 'gyrRadps', state.blocks);
    half.waiting = true;
    half.sequence = (bytes[0]! << 8) | bytes[1]!;
    for (let k = 0; k < half.counts.length; k++) half.counts[k] = int16((bytes[2 + 2 * k]! << 8) | bytes[3 + 2 * k]!);
    if (byHand) emitHalf(out, half, isAcc ? 'accMps2' : 'gyrRadps', isAcc ? state.accBlocks : state.blocks);
    else pair(out);
    return out.count > 0 ? 'ok' : 'incomplete';
  };

  /** One packet of a message, from its length byte on. */
  const packet = (bytes: Uint8Array, out: SampleBlock): DecodeStatus => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = ATHENA_HEADER_BYTES;
    while (at + ATHENA_BLOCK_HEADER_BYTES <= bytes.length) {
      const tag = bytes[at]!;
      const index = bytes[at + 1]!;
      at += ATHENA_BLOCK_HEADER_BYTES;
      const length = tag === AthenaTag.batteryLong ? bytes.length - at : ATHENA_BLOCK_BYTES[tag];
      if (length === undefined) return 'bad-content';
      if (at + length > bytes.length) return 'bad-length';
      if ((tag === AthenaTag.battery || tag === AthenaTag.batteryLong) && length >= 2) {
        const percent = view.getUint16(at, true) / 256;
        if (percent <= 100) battery = percent / 100;
      }
      if (tag === AthenaTag.motion) {
        const first = rows(out, state.blocks, index, 256, view.getUint32(2, true));
        const { counts } = state.acc;
        for (let s = 0; s < MUSE_SAMPLES; s++) {
          for (let k = 0; k < 6; k++) counts[k] = view.getInt16(at + 12 * s + 2 * k, true);
          write(out, first + s, 'accMps2', counts, 0, 1);
          write(out, first + s, 'gyrRadps', counts, 3, -1);
        }
      }
      at += length;
    }
    return at === bytes.length ? 'not-motion' : 'bad-length';
  };
  const athena = (bytes: Uint8Array, out: SampleBlock): DecodeStatus => {
    if (bytes.length > MAX_BYTES) return 'too-long';
    if (bytes.length < ATHENA_HEADER_BYTES + ATHENA_BLOCK_HEADER_BYTES) return 'too-short';
    let status: DecodeStatus = 'not-motion';
    for (let at = 0; at < bytes.length && status === 'not-motion'; ) {
      const length = bytes[at]!;
      if (length < ATHENA_HEADER_BYTES + ATHENA_BLOCK_HEADER_BYTES || at + length > bytes.length) {
        status = 'bad-length';
        break;
      }
      status = packet(bytes.subarray(at, at + length), out);
      at += length;
    }
    return out.count > 0 ? 'ok' : status;
  };

  return {
    origin,
    notice: null,
    get battery() {
      return battery;
    },
    decode(characteristic, bytes, out) {
      out.count = 0;
      switch (characteristic) {
        case MuseCharacteristic.acc:
          return classic(bytes, out, true);
        case MuseCharacteristic.gyro:
          return classic(bytes, out, false);
        case MuseCharacteristic.athena:
        case MuseCharacteristic.athenaMore:
          return athena(bytes, out);
        case MuseCharacteristic.telemetry: {
          const charge = chargeOfTelemetry(bytes);
          battery = charge ?? battery;
          return charge === null ? 'too-short' : 'not-motion';
        }
        case MuseCharacteristic.control:
        case Sig.batteryLevel:
          return 'not-motion';
        default:
          return 'unknown-characteristic';
      }
    },
    save: () => saveState({ state, origin }),
    restore(saved) {
      const from = reviveState(saved) as { state: typeof state; origin: typeof origin };
      state = from.state;
      Object.assign(origin, from.origin);
    },
  };
}
