/**
 * Time of a sample and what is missing before it, from the device's clock and counter. Device time drives the filters.
 * With a clock, its steps are the sample intervals and the counter tells how many are missing; without one, the counter
 * times the sample period does both; without either, samples are taken as evenly spaced, and only a long silence of
 * the radio can be noticed.
 *
 * Numbers come and go in slots of arrays: a double that crosses a function boundary would be allocated.
 */
import { createClockFit } from './signal/clock-fit.ts';
import { loadState, saveState } from './state.ts';

/** Steps back of the counter up to this many are late or repeated samples; further back it is a new counter. */
const LATE_SAMPLES = 64;
/** Steps ahead beyond this are a new counter or clock, not a silence, s. */
const LONGEST_GAP_S = 60;
/** After a new counter or clock nobody knows how much is missing; this much is said, enough to void a repetition, s. */
const UNKNOWN_GAP_S = 1;
/** The clock may differ from the counter by this share, or by this time, before its step is disbelieved. */
const CLOCK_SHARE = 0.5;
const CLOCK_SLACK_US = 20_000;
/** Without clock and counter: a silence of the radio beyond this is taken as loss, us. Shorter ones are usually bursts. */
const SILENCE_US = 300_000;
/** A sampling rate may differ this much from its nominal value where only the counter tells time, ppm. */
const PERIOD_PPM = 50_000;

/** Where the numbers of the last sample lie in `SampleClock.at`. */
export const ClockSlot = {
  /** Seconds on the device clock. */
  timeS: 0,
  /** Fitted host time of the sample, us; NaN before the first fit. */
  hostUs: 1,
  /** Interval from the sample before, missing time included, s. */
  dtS: 2,
  /** Missing samples before this one, and their time, s. */
  missing: 3,
  gapS: 4,
} as const;

const TIME = ClockSlot.timeS;
const HOST = ClockSlot.hostUs;
const DT = ClockSlot.dtS;
const MISSING = ClockSlot.missing;
const GAP = ClockSlot.gapS;
/** Slots that only this file knows: the sample before, running time, the silence of the radio, all in us. */
const LAST_TICK = 5;
const LAST_COUNTER = 6;
const PSEUDO = 7;
const TIME_US = 8;
const LAST_ARRIVAL = 9;
const SILENCE = 10;
/** Arguments between the functions of this file: the sample's tick and counter, its interval and missing time, us. */
const TICK = 11;
const COUNTER = 12;
const DT_US = 13;
const GAP_US = 14;
const SLOTS = 15;

export interface SampleClock {
  /** Numbers of the last sample that was taken, by `ClockSlot`; a duplicate leaves them as they were. */
  readonly at: Float64Array;
  /** The device's clock went another way than its counter at the last sample. */
  readonly clockStep: boolean;
  /** Classifies sample `i` of the columns: false for one seen before, else its numbers are in `at`. */
  step(tickUs: Float64Array, counter: Float64Array, i: number): boolean;
  /** Call once per notification, before its samples. */
  arrival(arrivalUs: number, samples: number): void;
  /** Call once per notification, after its samples. */
  arrived(arrivalUs: number): void;
  /** Present estimate of the sample period, s. */
  readonly periodS: number;
  save(): unknown;
  restore(state: unknown): void;
}

export function createSampleClock(nominalRateHz: number): SampleClock {
  const nominalUs = 1e6 / (nominalRateHz > 0 && Number.isFinite(nominalRateHz) ? nominalRateHz : 100);
  const fit = createClockFit();
  // The fit of a pseudo clock (counter times nominal period) finds the true period as its drift.
  const pseudoFit = createClockFit({ maxDriftPpm: PERIOD_PPM });
  const v = new Float64Array(SLOTS).fill(Number.NaN);
  v[TIME] = v[MISSING] = v[GAP] = v[PSEUDO] = v[TIME_US] = v[SILENCE] = 0;
  v[DT] = nominalUs * 1e-6;
  const state = { v, started: false, hasTick: false, clockStep: false };
  const periodUs = (): number => (state.hasTick ? nominalUs : nominalUs * (1 + pseudoFit.line.drift));

  /** Takes the sample with the interval, missing samples and missing time that are in their slots. */
  const accept = (clockStep: boolean): void => {
    v[DT] = v[DT_US]! / 1e6;
    v[GAP] = v[GAP_US]! / 1e6;
    v[TIME_US] = v[TIME_US]! + v[DT_US]!;
    v[PSEUDO] = v[PSEUDO]! + (v[MISSING]! + 1) * nominalUs;
    state.clockStep = clockStep;
  };
  const resync = (): void => {
    v[DT_US] = UNKNOWN_GAP_S * 1e6 + periodUs();
    v[MISSING] = 0;
    v[GAP_US] = UNKNOWN_GAP_S * 1e6;
    accept(true);
  };

  /** False for a duplicate. */
  const stepByCounter = (tickCounts: boolean): boolean => {
    const ahead = v[COUNTER]! - v[LAST_COUNTER]!;
    if (ahead <= 0 && ahead > -LATE_SAMPLES) return false;
    const expectedUs = ahead * periodUs();
    if (ahead < 0 || expectedUs > LONGEST_GAP_S * 1e6) {
      resync();
      return true;
    }
    const tickDtUs = tickCounts ? v[TICK]! - v[LAST_TICK]! : Number.NaN;
    const believable =
      tickDtUs > 0 && Math.abs(tickDtUs - expectedUs) <= Math.max(CLOCK_SHARE * expectedUs, CLOCK_SLACK_US);
    const dtUs = believable ? tickDtUs : expectedUs;
    const missing = ahead - 1;
    v[DT_US] = dtUs;
    v[MISSING] = missing;
    v[GAP_US] = missing * (dtUs / ahead);
    accept(Number.isFinite(tickDtUs) && !believable);
    return true;
  };
  const stepByTick = (): boolean => {
    const dtUs = v[TICK]! - v[LAST_TICK]!;
    if (dtUs === 0) return false;
    if (!(dtUs > 0) || dtUs > LONGEST_GAP_S * 1e6) {
      if (dtUs < 0 && dtUs > -LATE_SAMPLES * nominalUs) return false;
      resync();
      return true;
    }
    const missing = Math.max(0, Math.round(dtUs / nominalUs) - 1);
    v[DT_US] = dtUs;
    v[MISSING] = missing;
    v[GAP_US] = missing * (dtUs / (missing + 1));
    accept(false);
    return true;
  };
  /** Neither clock nor counter: only a long silence of the radio tells of loss. */
  const stepBlind = (): void => {
    const missing = Math.min(Math.round(v[SILENCE]! / periodUs()), (LONGEST_GAP_S * 1e6) / nominalUs);
    v[SILENCE] = 0;
    v[MISSING] = missing;
    v[GAP_US] = missing * periodUs();
    v[DT_US] = v[GAP_US]! + periodUs();
    accept(false);
  };
  /** Writes the times of the sample just taken. */
  const tell = (): void => {
    const line = state.hasTick ? fit.line : pseudoFit.line;
    const deviceUs = state.hasTick ? v[LAST_TICK]! : v[PSEUDO]!;
    v[TIME] = v[TIME_US]! / 1e6;
    v[HOST] = deviceUs + (line.offsetUs + line.drift * (deviceUs - line.originUs));
  };

  return {
    at: v,
    get clockStep() {
      return state.clockStep;
    },
    get periodS() {
      return periodUs() * 1e-6;
    },
    arrival(arrivalUs, samples) {
      const silentUs = arrivalUs - v[LAST_ARRIVAL]! - samples * nominalUs;
      v[SILENCE] = silentUs > SILENCE_US ? silentUs : 0;
    },
    arrived(arrivalUs) {
      v[LAST_ARRIVAL] = arrivalUs;
      v[SILENCE] = 0;
      if (state.hasTick) fit.add(v[LAST_TICK]!, arrivalUs);
      else if (state.started) pseudoFit.add(v[PSEUDO]!, arrivalUs);
    },
    step(tickUs, counter, i) {
      v[TICK] = tickUs[i]!;
      v[COUNTER] = counter[i]!;
      const hasTick = Number.isFinite(v[TICK]!);
      const hasCounter = Number.isFinite(v[COUNTER]!);
      if (!state.started) {
        state.started = true;
        v[TIME_US] = hasTick ? v[TICK]! : 0;
        v[DT] = nominalUs * 1e-6;
      } else if (hasCounter && Number.isFinite(v[LAST_COUNTER]!)) {
        if (!stepByCounter(hasTick && state.hasTick)) return false;
      } else if (hasTick && state.hasTick) {
        if (!stepByTick()) return false;
      } else stepBlind();
      state.hasTick = hasTick;
      if (hasTick) v[LAST_TICK] = v[TICK]!;
      if (hasCounter) v[LAST_COUNTER] = v[COUNTER]!;
      tell();
      return true;
    },
    save: () => ({ clock: saveState(state), fit: fit.save(), pseudoFit: pseudoFit.save() }),
    restore(saved) {
      const from = saved as { clock: unknown; fit: unknown; pseudoFit: unknown };
      loadState(state, from.clock);
      fit.restore(from.fit);
      pseudoFit.restore(from.pseudoFit);
    },
  };
}
