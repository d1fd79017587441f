/** Notifications of a Capture2Go IMU to sample blocks: 6D quaternions, raw data, its ns clock, its error flags. */
import { type SampleBlock, SampleFlag } from '../core/sample.ts';
import { mps2FromG, radFromDeg } from '../core/units.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { createC2gFrameReader } from './capture2go-frames.ts';
import {
  C2gCharacteristic,
  C2gError,
  C2gHeader,
  type C2gLayout,
  c2gLayout,
  decodeC2gStatus,
  unpackC2gQuat,
} from './capture2go-profile.ts';
import { clearSample, writeQuat, writeVector } from './columns.ts';
import { createDeviceClock } from './device-clock.ts';
import type { Decoder, DecodeStatus } from './driver.ts';

/** Full scale of 32768 counts. The device's g is 9.81. */
const GYR_SCALE_RADPS = radFromDeg(2000) / 32768;
const ACC_SCALE_MPS2 = (16 * 9.81) / 32768;
const DELTA_SCALE_RAD = Math.PI / 32768;
export const C2G_DECODER_PARAMS = Object.freeze({
  gyrFullScaleRadps: radFromDeg(2000),
  accFullScaleMps2: mps2FromG(16),
});

/** Which of its two orientations: 6 without magnetometer, 9 with the heading from it. */
export type C2gAxes = 6 | 9;

export function createCapture2goDecoder(description: StreamDescription): Decoder {
  const P = C2G_DECODER_PARAMS;
  const nominalHz = description.nominalRateHz > 0 ? description.nominalRateHz : 50;
  const axes: C2gAxes = description.config['axes'] === 9 ? 9 : 6;
  const clock = createDeviceClock({ modulusUs: Number.POSITIVE_INFINITY, periodUs: 1e6 / nominalHz });
  const frames = createC2gFrameReader();
  const quat = new Float64Array(4);
  const origin = { tickUs: Number.NaN, counter: Number.NaN };
  /** Clock of the first sample, ns, in two 32-bit words: their differences are exact in doubles. */
  const first = { low: 0, high: 0 };
  let battery: number | null = null;
  let found: DecodeStatus = 'not-motion';

  const writeFrame = (layout: C2gLayout, rateHz: number, payload: Uint8Array, out: SampleBlock): void => {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const low = view.getUint32(0, true);
    const high = view.getInt32(4, true);
    if (Number.isNaN(origin.tickUs)) {
      first.low = low;
      first.high = high;
      origin.tickUs = Number(view.getBigInt64(0, true) / 1000n);
    }
    const startUs = ((high - first.high) * 2 ** 32 + (low - first.low)) / 1000;
    const stepUs = 1e6 / (rateHz || nominalHz);
    for (let i = 0; i < layout.samples; i++) {
      const n = out.count++;
      clearSample(out, n);
      out.flags[n] = clock.take(startUs + i * stepUs);
      out.tickUs[n] = clock.tickUs;
      const q = layout.quats === 1 ? 0 : i;
      const error = payload[layout.error + q]!;
      if (i === 0 && (error & C2gError.timeGap) !== 0) out.flags[n]! |= SampleFlag.gap;
      if ((error & C2gError.gyrClipping) !== 0) out.flags[n]! |= SampleFlag.gyroSaturated;
      if ((error & C2gError.accClipping) !== 0) out.flags[n]! |= SampleFlag.accSaturated;
      if ((error & C2gError.processing) !== 0) {
        // The vendor calls it severe: "will most likely affect the measured data".
        out.flags[n]! |= SampleFlag.invalid;
        continue;
      }
      if (i < layout.quats) {
        const at = layout.quat + 8 * q;
        unpackC2gQuat(quat, view.getUint32(at, true), view.getUint32(at + 4, true));
        if (axes === 9) turnHeading(quat, view.getInt16(layout.delta + 2 * q, true) * DELTA_SCALE_RAD);
        writeQuat(out, n, quat[0]!, quat[1]!, quat[2]!, quat[3]!);
      }
      if (layout.gyr >= 0) {
        writeCounts(
          out,
          out.gyrRadps,
          n,
          view,
          layout.gyr + 6 * i,
          GYR_SCALE_RADPS,
          P.gyrFullScaleRadps,
          SampleFlag.gyroSaturated,
        );
        writeCounts(
          out,
          out.accMps2,
          n,
          view,
          layout.acc + 6 * i,
          ACC_SCALE_MPS2,
          P.accFullScaleMps2,
          SampleFlag.accSaturated,
        );
      }
    }
  };

  return {
    origin,
    notice: null,
    get battery() {
      return battery;
    },
    decode(characteristic, bytes, out) {
      out.count = 0;
      if (characteristic !== C2gCharacteristic.tx && characteristic !== C2gCharacteristic.rx)
        return 'unknown-characteristic';
      found = 'not-motion';
      const status = frames.read(bytes, (header, payload) => {
        if (header === C2gHeader.status) {
          const parsed = decodeC2gStatus(payload);
          if (parsed) battery = parsed.battery;
          else found = 'bad-content';
          return;
        }
        const known = c2gLayout(header);
        if (known === null) return;
        if (payload.length !== known.layout.bytes) found = 'bad-length';
        else if (out.count + known.layout.samples > out.capacity) found = 'too-long';
        else writeFrame(known.layout, known.rateHz, payload, out);
      });
      if (out.count > 0) return 'ok';
      return status === 'ok' ? found : status;
    },
    save: () => ({
      clock: clock.save(),
      carry: frames.save(),
      ...first,
      originUs: Number.isNaN(origin.tickUs) ? null : origin.tickUs,
      battery,
    }),
    restore(saved) {
      const from = saved as {
        clock: unknown;
        carry: number[];
        low: number;
        high: number;
        originUs: number | null;
        battery: number | null;
      };
      clock.restore(from.clock);
      frames.restore(from.carry);
      first.low = from.low;
      first.high = from.high;
      origin.tickUs = from.originUs ?? Number.NaN;
      battery = from.battery;
    },
  };
}

/** Three i16 from `at`. */
function writeCounts(
  out: SampleBlock,
  column: Float64Array,
  i: number,
  view: DataView,
  at: number,
  scale: number,
  fullScale: number,
  saturated: number,
): void {
  const x = scale * view.getInt16(at, true);
  const y = scale * view.getInt16(at + 2, true);
  const z = scale * view.getInt16(at + 4, true);
  writeVector(out, column, i, x, y, z, fullScale, saturated);
}

/** q9D = rotation about the world's z by delta, times q6D. */
function turnHeading(quat: Float64Array, deltaRad: number): void {
  const c = Math.cos(deltaRad / 2);
  const s = Math.sin(deltaRad / 2);
  const [w, x, y, z] = [quat[0]!, quat[1]!, quat[2]!, quat[3]!];
  quat[0] = c * w - s * z;
  quat[1] = c * x - s * y;
  quat[2] = c * y + s * x;
  quat[3] = c * z + s * w;
}
