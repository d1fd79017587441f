/** Motion packets of the headband profile to sample blocks: unwraps counter and tick, flags what is missing or odd. */
import { SampleFlag } from '../core/sample.ts';
import type { StreamDescription } from '../ports/sensor-source.ts';
import {
  ACC_WIRE_RANGE_MPS2,
  createMotionPacket,
  decodeMotionPacket,
  GYR_WIRE_RANGE_RADPS,
} from '../wire/headband-packet.ts';
import { HeadbandCharacteristic, Sig } from '../wire/headband-profile.ts';
import type { Decoder } from './driver.ts';

export const HEADBAND_DECODER_PARAMS = Object.freeze({
  /** Share by which a device's rate may differ from its nominal one; timing.md allows 2 %, the rest is patience. */
  rateTolerance: 0.05,
  /** Deviation of tick against counter that is never called a step, us: half a sample at 100 Hz. */
  tickToleranceUs: 5000,
  /** A counter jump that the tick does not confirm is believed up to this time, us; beyond, the stream has restarted. */
  unconfirmedJumpUs: 2_000_000,
  /** A packet this much older than the newest is late or sent twice, us; older still, the device has begun anew. */
  lateLimitUs: 2_000_000,
  /** A quaternion whose norm is off by more is not a rotation. */
  quatNormTolerance: 0.02,
  /** A reading at this share of full scale counts as saturated. */
  fullScaleShare: 0.999,
});

interface UnwrapState {
  started: boolean;
  /** Counter as sent and unwrapped, of the newest sample. */
  rawCounter: number;
  counter: number;
  /** Tick as sent and unwrapped, of the newest sample. */
  rawTickUs: number;
  tickUs: number;
}

const int16 = (value: number): number => (value << 16) >> 16;
const int32 = (value: number): number => value | 0;
const numberOr = (value: unknown, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : fallback;

/** A decoder of one stream (from one START to its end), from the stored description alone. */
export function createHeadbandDecoder(description: StreamDescription): Decoder {
  const P = HEADBAND_DECODER_PARAMS;
  const { config } = description;
  const gyroLimit = P.fullScaleShare * Math.min(numberOr(config['gyroFullScaleRadps'], Infinity), GYR_WIRE_RANGE_RADPS);
  const accLimit = P.fullScaleShare * Math.min(numberOr(config['accFullScaleMps2'], Infinity), ACC_WIRE_RANGE_MPS2);
  const packet = createMotionPacket();
  const origin = { tickUs: Number.NaN, counter: Number.NaN };
  let battery: number | null = null;
  let state: UnwrapState = { started: false, rawCounter: 0, counter: 0, rawTickUs: 0, tickUs: 0 };

  /** Where the packet's first sample lies: unwrapped counter and tick, and the flags of the transition. */
  const place = { counter: 0, tickUs: 0, flags: 0 };
  const locate = (periodUs: number): void => {
    place.flags = 0;
    if (!state.started) {
      place.counter = 0;
      place.tickUs = 0;
      origin.counter = packet.counter;
      origin.tickUs = packet.tickUs;
      return;
    }
    const tickStepUs = int32(packet.tickUs - state.rawTickUs);
    const shortStep = int16(packet.counter - state.rawCounter);
    // The counter wraps every 65536 samples; the tick says how many wraps a long gap holds.
    const wraps = Math.round((tickStepUs / periodUs - shortStep) / 65536);
    const step = shortStep + 65536 * wraps;
    const nominalUs = step * periodUs;
    const toleranceUs = Math.max(P.tickToleranceUs, periodUs / 2) + P.rateTolerance * Math.abs(nominalUs);
    const confirmed =
      Math.abs(tickStepUs - nominalUs) <= toleranceUs &&
      (step > 0 ? tickStepUs > 0 : tickStepUs <= 0 && tickStepUs >= -P.lateLimitUs);
    if (confirmed) {
      place.counter = state.counter + step;
      place.tickUs = state.tickUs + tickStepUs;
      if (step > 1) place.flags = SampleFlag.gap;
    } else if (shortStep > 0 && shortStep * periodUs <= P.unconfirmedJumpUs) {
      place.counter = state.counter + shortStep;
      place.tickUs = state.tickUs + shortStep * periodUs;
      place.flags = SampleFlag.clockStep | (shortStep > 1 ? SampleFlag.gap : 0);
    } else {
      // Neither number follows from the last packet: the device began anew. Time goes on, the break is flagged.
      place.counter = state.counter + 1;
      place.tickUs = state.tickUs + periodUs;
      place.flags = SampleFlag.clockStep | SampleFlag.gap;
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
      if (characteristic === Sig.batteryLevel && bytes.length > 0 && bytes[0]! <= 100) battery = bytes[0]! / 100;
      if (characteristic === HeadbandCharacteristic.status || characteristic === Sig.batteryLevel) return 'not-motion';
      if (characteristic !== HeadbandCharacteristic.motion) return 'unknown-characteristic';
      const status = decodeMotionPacket(bytes, packet);
      if (status !== 'ok') return status;
      if (packet.count > out.capacity) return 'too-long';
      const periodUs = 1e6 / packet.rateHz;
      locate(periodUs);
      const hasQuat = packet.content !== 'inertial';
      const hasInertial = packet.content !== 'quaternion';
      let anySaturated = false;
      for (let i = 0; i < packet.count; i++) {
        let flags = i === 0 ? place.flags : 0;
        if (i === 0 && packet.tap) flags |= SampleFlag.tap;
        if (i === 0 && packet.dropped) flags |= SampleFlag.deviceDropped;
        if (state.started && place.counter + i <= state.counter) flags |= SampleFlag.duplicate;
        out.counter[i] = place.counter + i;
        out.tickUs[i] = place.tickUs + i * periodUs;

        let norm2 = 0;
        for (let k = 0; k < 4; k++) norm2 += packet.quat[4 * i + k]! ** 2;
        const norm = Math.sqrt(norm2);
        const quatOk = Math.abs(norm - 1) <= P.quatNormTolerance;
        for (let k = 0; k < 4; k++) out.quat[4 * i + k] = quatOk ? packet.quat[4 * i + k]! / norm : Number.NaN;
        if (hasQuat && !quatOk) flags |= SampleFlag.invalid;

        for (let k = 0; k < 3; k++) {
          const gyr = packet.gyrRadps[3 * i + k]!;
          const acc = packet.accMps2[3 * i + k]!;
          out.gyrRadps[3 * i + k] = gyr;
          out.accMps2[3 * i + k] = acc;
          if (hasInertial && !(Number.isFinite(gyr) && Number.isFinite(acc))) flags |= SampleFlag.invalid;
          if (Math.abs(gyr) >= gyroLimit) flags |= SampleFlag.gyroSaturated;
          if (Math.abs(acc) >= accLimit) flags |= SampleFlag.accSaturated;
        }
        anySaturated ||= (flags & (SampleFlag.gyroSaturated | SampleFlag.accSaturated)) !== 0;
        out.flags[i] = flags;
      }
      if (packet.saturated && hasInertial && !anySaturated) {
        // The device says so, but no reading shows which: nothing in the packet is trusted.
        for (let i = 0; i < packet.count; i++) out.flags[i]! |= SampleFlag.gyroSaturated | SampleFlag.accSaturated;
      }
      out.count = packet.count;
      const last = packet.count - 1;
      if (!state.started || place.counter + last > state.counter) {
        state.counter = place.counter + last;
        state.tickUs = place.tickUs + last * periodUs;
        state.rawCounter = (packet.counter + last) & 0xffff;
        state.rawTickUs = (packet.tickUs + last * periodUs) >>> 0;
        state.started = true;
      }
      return 'ok';
    },
    save: () => ({ ...state }),
    restore(saved) {
      state = { ...(saved as UnwrapState) };
    },
  };
}
