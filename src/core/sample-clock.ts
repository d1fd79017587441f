/**
 * Time of a sample and what is missing before it, from the device's clock and counter. Device time drives the filters.
 * With a clock, its steps are the sample intervals and the counter tells how many are missing; without one, the counter
 * times the sample period does both; without either, samples are taken as evenly spaced, and only a long silence of
 * the radio can be noticed.
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

/** 0 take it, 1 seen before. */
export type Arrival = 'new' | 'duplicate';

export interface SampleClock {
  /** Classifies the next sample and sets the fields below; for a duplicate they stay as they were. */
  step(tickUs: number, counter: number): Arrival;
  /** Call once per notification, before its samples. */
  arrival(arrivalUs: number, samples: number): void;
  /** Call once per notification, after its samples. */
  arrived(arrivalUs: number): void;
  /** Seconds on the device clock. */
  readonly timeS: number;
  /** Fitted host time of the sample, us; NaN before the first fit. */
  readonly hostUs: number;
  /** Interval from the sample before, missing time included, s. */
  readonly dtS: number;
  /** Missing samples before this one, and their time, s. */
  readonly missing: number;
  readonly gapS: number;
  readonly clockStep: boolean;
  readonly periodS: number;
  save(): unknown;
  restore(state: unknown): void;
}

export function createSampleClock(nominalRateHz: number): SampleClock {
  const nominalUs = 1e6 / (nominalRateHz > 0 && Number.isFinite(nominalRateHz) ? nominalRateHz : 100);
  const fit = createClockFit();
  // The fit of a pseudo clock (counter times nominal period) finds the true period as its drift.
  const pseudoFit = createClockFit({ maxDriftPpm: PERIOD_PPM });
  const state = {
    started: false,
    lastTickUs: Number.NaN,
    lastCounter: Number.NaN,
    pseudoUs: 0,
    timeUs: 0,
    hasTick: false,
    lastArrivalUs: Number.NaN,
    silenceUs: 0,
    dtS: nominalUs * 1e-6,
    missing: 0,
    gapS: 0,
    clockStep: false,
  };
  const periodUs = (): number => (state.hasTick ? nominalUs : nominalUs * (1 + pseudoFit.drift));

  const accept = (dtUs: number, missing: number, gapUs: number, clockStep: boolean): void => {
    state.dtS = dtUs / 1e6;
    state.missing = missing;
    state.gapS = gapUs / 1e6;
    state.clockStep = clockStep;
    state.timeUs += dtUs;
    state.pseudoUs += (missing + 1) * nominalUs;
  };
  const resync = (): void => accept(UNKNOWN_GAP_S * 1e6 + periodUs(), 0, UNKNOWN_GAP_S * 1e6, true);

  const stepByCounter = (tickUs: number, counter: number): Arrival => {
    const ahead = counter - state.lastCounter;
    if (ahead <= 0 && ahead > -LATE_SAMPLES) return 'duplicate';
    const expectedUs = ahead * periodUs();
    if (ahead < 0 || expectedUs > LONGEST_GAP_S * 1e6) {
      resync();
      return 'new';
    }
    const tickDtUs = tickUs - state.lastTickUs;
    const believable =
      tickDtUs > 0 && Math.abs(tickDtUs - expectedUs) <= Math.max(CLOCK_SHARE * expectedUs, CLOCK_SLACK_US);
    const dtUs = believable ? tickDtUs : expectedUs;
    const missing = ahead - 1;
    accept(dtUs, missing, missing * (dtUs / ahead), Number.isFinite(tickDtUs) && !believable);
    return 'new';
  };
  const stepByTick = (tickUs: number): Arrival => {
    const dtUs = tickUs - state.lastTickUs;
    if (dtUs === 0) return 'duplicate';
    if (!(dtUs > 0) || dtUs > LONGEST_GAP_S * 1e6) {
      if (dtUs < 0 && dtUs > -LATE_SAMPLES * nominalUs) return 'duplicate';
      resync();
      return 'new';
    }
    const missing = Math.max(0, Math.round(dtUs / nominalUs) - 1);
    accept(dtUs, missing, missing * (dtUs / (missing + 1)), false);
    return 'new';
  };

  return {
    get timeS() {
      return state.timeUs / 1e6;
    },
    get hostUs() {
      return state.hasTick ? fit.hostUs(state.lastTickUs) : pseudoFit.hostUs(state.pseudoUs);
    },
    get dtS() {
      return state.dtS;
    },
    get missing() {
      return state.missing;
    },
    get gapS() {
      return state.gapS;
    },
    get clockStep() {
      return state.clockStep;
    },
    get periodS() {
      return periodUs() * 1e-6;
    },
    arrival(arrivalUs, samples) {
      const silentUs = arrivalUs - state.lastArrivalUs - samples * nominalUs;
      state.silenceUs = silentUs > SILENCE_US ? silentUs : 0;
    },
    arrived(arrivalUs) {
      state.lastArrivalUs = arrivalUs;
      state.silenceUs = 0;
      if (state.hasTick) fit.add(state.lastTickUs, arrivalUs);
      else if (state.started) pseudoFit.add(state.pseudoUs, arrivalUs);
    },
    step(tickUs, counter) {
      const hasTick = Number.isFinite(tickUs);
      const hasCounter = Number.isFinite(counter);
      let arrival: Arrival = 'new';
      if (!state.started) {
        state.started = true;
        state.timeUs = hasTick ? tickUs : 0;
        state.dtS = nominalUs * 1e-6;
      } else if (hasCounter && Number.isFinite(state.lastCounter)) {
        arrival = stepByCounter(hasTick && state.hasTick ? tickUs : Number.NaN, counter);
      } else if (hasTick && state.hasTick) {
        arrival = stepByTick(tickUs);
      } else {
        const missing = Math.min(Math.round(state.silenceUs / periodUs()), (LONGEST_GAP_S * 1e6) / nominalUs);
        const gapUs = missing * periodUs();
        state.silenceUs = 0;
        accept(gapUs + periodUs(), missing, gapUs, false);
      }
      if (arrival === 'duplicate') return arrival;
      state.hasTick = hasTick;
      if (hasTick) state.lastTickUs = tickUs;
      if (hasCounter) state.lastCounter = counter;
      return arrival;
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
