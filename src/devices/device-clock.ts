/**
 * A device clock of limited width without a counter beside it, to time that rises: wraps, late and repeated packets,
 * restarts. What is missing is told by the clock alone.
 */
import { SampleFlag } from '../core/sample.ts';

export interface DeviceClockParams {
  /** The clock wraps at this many us; Infinity for one that never does. */
  readonly modulusUs: number;
  readonly periodUs: number;
  /** A step beyond this many periods is a gap. */
  readonly gapPeriods: number;
  /** A packet this much older than the newest is late or sent twice, us; older still, the device has begun anew. */
  readonly lateLimitUs: number;
  /** A step ahead beyond this is not believed: the clock was set or the packet is damaged, us. */
  readonly aheadLimitUs: number;
}

export const DEVICE_CLOCK_DEFAULTS = Object.freeze({
  gapPeriods: 1.5,
  lateLimitUs: 2_000_000,
  // Ten minutes: far beyond any silence that a link survives, far below half of a 32-bit clock's 71.6 minutes.
  aheadLimitUs: 600_000_000,
});

export interface DeviceClock {
  /** Device time at tick 0, as sent; NaN before the first. */
  readonly origin: { tickUs: number; readonly counter: number };
  /** Unwrapped time of the last sample given, us since the first. */
  readonly tickUs: number;
  /** Takes the clock of the next sample as sent; returns its flags. A duplicate does not move the newest sample. */
  take(rawUs: number): number;
  save(): unknown;
  restore(state: unknown): void;
}

export function createDeviceClock(params: Pick<DeviceClockParams, 'modulusUs' | 'periodUs'>): DeviceClock {
  const p: DeviceClockParams = { ...DEVICE_CLOCK_DEFAULTS, ...params };
  const origin = { tickUs: Number.NaN, counter: Number.NaN };
  const state = { started: false, rawUs: 0, newestUs: 0, tickUs: 0 };
  const wraps = Number.isFinite(p.modulusUs);
  return {
    origin,
    get tickUs() {
      return state.tickUs;
    },
    take(rawUs) {
      if (!state.started) {
        state.started = true;
        state.rawUs = rawUs;
        origin.tickUs = rawUs;
        state.newestUs = state.tickUs = 0;
        return 0;
      }
      let stepUs = rawUs - state.rawUs;
      if (wraps) {
        stepUs -= p.modulusUs * Math.round(stepUs / p.modulusUs);
      }
      if (stepUs <= 0 && stepUs > -p.lateLimitUs) {
        state.tickUs = state.newestUs + stepUs;
        return SampleFlag.duplicate;
      }
      state.rawUs = rawUs;
      if (stepUs < 0 || stepUs > p.aheadLimitUs) {
        // The device began anew, or its clock was set: time goes on, the break is flagged.
        state.newestUs = state.tickUs = state.newestUs + p.periodUs;
        return SampleFlag.clockStep | SampleFlag.gap;
      }
      state.newestUs = state.tickUs = state.newestUs + stepUs;
      return stepUs > p.gapPeriods * p.periodUs ? SampleFlag.gap : 0;
    },
    save: () => ({ ...state, originUs: Number.isNaN(origin.tickUs) ? null : origin.tickUs }),
    restore(saved) {
      const from = saved as typeof state & { originUs: number | null };
      state.started = from.started;
      state.rawUs = from.rawUs;
      state.newestUs = from.newestUs;
      state.tickUs = from.tickUs;
      origin.tickUs = from.originUs ?? Number.NaN;
    },
  };
}
