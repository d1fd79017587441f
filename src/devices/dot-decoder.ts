/** Notifications of a Movella DOT to sample blocks: every payload layout, clock unwrapping, clipping flags. */
import { SampleFlag } from '../core/sample.ts';
import { mps2FromG, radFromDeg } from '../core/units.ts';
import type { Uuid } from '../ports/gatt.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import { clearSample, writeQuat, writeVector } from './columns.ts';
import { createDeviceClock } from './device-clock.ts';
import {
  DOT_LAYOUTS,
  DotCharacteristic,
  type DotLayout,
  DotStatus,
  decodeDotMessage,
  dotLayout,
} from './dot-profile.ts';
import type { Decoder, DecodeStatus, DeviceNotice } from './driver.ts';
import { writeEulerDeg } from './euler.ts';

export const DOT_DECODER_PARAMS = Object.freeze({
  /** Full scale of the device (data sheet): 16 g and 2000 deg/s. */
  accFullScaleMps2: mps2FromG(16),
  gyrFullScaleRadps: radFromDeg(2000),
  /** The timestamp is u32, us: it wraps after 71.6 minutes. */
  clockModulusUs: 2 ** 32,
});

/** What a payload characteristic carries when nothing is known of the mode. */
const USUAL_MODE: Readonly<Record<Uuid, number>> = {
  [DotCharacteristic.long]: 26,
  [DotCharacteristic.medium]: 3,
  [DotCharacteristic.short]: 5,
};

const OTHER: ReadonlySet<Uuid> = new Set([
  DotCharacteristic.info,
  DotCharacteristic.control,
  DotCharacteristic.measure,
  DotCharacteristic.orientationReset,
  DotCharacteristic.resetResult,
]);
const MESSAGES: ReadonlySet<Uuid> = new Set([
  DotCharacteristic.message,
  DotCharacteristic.acknowledge,
  DotCharacteristic.messageNotice,
]);

/** Types of the device's report; 2 and 3 are not documented. */
function noticeOf(type: number): DeviceNotice | null {
  if (type === 1) return 'power-off';
  if (type === 4) return 'power-save';
  return type >= 5 && type <= 7 ? 'button' : null;
}

/** A decoder of one stream, from the stored description alone: `config.mode` is the payload mode. */
export function createDotDecoder(description: StreamDescription): Decoder {
  const P = DOT_DECODER_PARAMS;
  const fixed = dotLayout(Number(description.config['mode']));
  const rateHz = description.nominalRateHz > 0 ? description.nominalRateHz : 60;
  const clock = createDeviceClock({ modulusUs: P.clockModulusUs, periodUs: 1e6 / rateHz });
  let battery: number | null = null;
  let notice: DeviceNotice | null = null;

  const layoutFor = (characteristic: Uuid): DotLayout | null => {
    const layout = fixed ?? DOT_LAYOUTS.find((known) => known.mode === USUAL_MODE[characteristic]) ?? null;
    return layout?.characteristic === characteristic ? layout : null;
  };

  const beside = (characteristic: Uuid, bytes: Uint8Array): DecodeStatus => {
    if (characteristic === DotCharacteristic.battery) {
      if (bytes.length < 1) return 'too-short';
      if (bytes[0]! > 100) return 'bad-content';
      battery = bytes[0]! / 100;
      return 'not-motion';
    }
    if (characteristic === DotCharacteristic.report) {
      if (bytes.length < 1) return 'too-short';
      notice = noticeOf(bytes[0]!);
      return 'not-motion';
    }
    if (MESSAGES.has(characteristic)) {
      const message = decodeDotMessage(bytes);
      return message.ok ? 'not-motion' : message.reason;
    }
    if (OTHER.has(characteristic)) return 'not-motion';
    return 'unknown-characteristic';
  };

  return {
    origin: clock.origin,
    get battery() {
      return battery;
    },
    get notice() {
      return notice;
    },
    decode(characteristic, bytes, out) {
      out.count = 0;
      notice = null;
      if (USUAL_MODE[characteristic] === undefined) return beside(characteristic, bytes);
      const layout = layoutFor(characteristic);
      if (layout === null) return 'bad-content';
      if (bytes.length < layout.bytes) return 'too-short';
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const f32 = (at: number): number => view.getFloat32(at, true);
      clearSample(out, 0);
      out.flags[0] = clock.take(view.getUint32(0, true));
      out.tickUs[0] = clock.tickUs;
      if (layout.quat >= 0) {
        const at = layout.quat;
        writeQuat(out, 0, f32(at), f32(at + 4), f32(at + 8), f32(at + 12));
      }
      if (layout.euler >= 0) {
        const at = layout.euler;
        if (!writeEulerDeg(out, 0, f32(at), f32(at + 4), f32(at + 8))) out.flags[0]! |= SampleFlag.invalid;
      }
      const accAt = layout.acc >= 0 ? layout.acc : layout.freeAcc;
      if (accAt >= 0) {
        if (layout.acc < 0) out.flags[0]! |= SampleFlag.freeAcceleration;
        const limit = P.accFullScaleMps2;
        writeVector(out, out.accMps2, 0, f32(accAt), f32(accAt + 4), f32(accAt + 8), limit, SampleFlag.accSaturated);
      }
      if (layout.gyr >= 0) {
        const at = layout.gyr;
        const x = radFromDeg(f32(at));
        const y = radFromDeg(f32(at + 4));
        const z = radFromDeg(f32(at + 8));
        writeVector(out, out.gyrRadps, 0, x, y, z, P.gyrFullScaleRadps, SampleFlag.gyroSaturated);
      }
      if (layout.status >= 0) {
        const status = view.getUint16(layout.status, true);
        if ((status & DotStatus.accClipped) !== 0 || bytes[layout.status + 2] !== 0)
          out.flags[0]! |= SampleFlag.accSaturated;
        if ((status & DotStatus.gyrClipped) !== 0 || bytes[layout.status + 3] !== 0)
          out.flags[0]! |= SampleFlag.gyroSaturated;
      }
      out.count = 1;
      return 'ok';
    },
    save: () => ({ clock: clock.save(), battery }),
    restore(saved) {
      const from = saved as { clock: unknown; battery: number | null };
      clock.restore(from.clock);
      battery = from.battery;
    },
  };
}
