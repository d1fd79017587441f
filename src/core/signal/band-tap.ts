/**
 * Two taps of a finger on the headband, from its raw accelerometer. A tap is a pulse that is over at once, on a head
 * that hardly turns; two of them in a short time, with quiet before, between and after, are meant. Whatever comes in a
 * longer row (a shaken head, a step, a band that is put on) is not.
 */
import { loadState, saveState } from '../state.ts';
import { radFromDeg } from '../units.ts';

export interface BandTapParams {
  /** Acceleration off its own slow mean at which a pulse begins, m/s^2: a soft tap on a band gives 5 and more. */
  readonly pulseMps2: number;
  /** Below this it is quiet, m/s^2. */
  readonly quietMps2: number;
  /** A pulse is over after this, s: what lasts longer is a movement. */
  readonly pulseS: number;
  /** Between the beginnings of the two, s. */
  readonly apartMinS: number;
  readonly apartMaxS: number;
  /** Quiet before the first and after the second, s. */
  readonly aroundS: number;
  /** Quiet between the two, s: a pulse that rings is one. */
  readonly betweenS: number;
  /** A pulse rises within this, s: two samples at 60 Hz. */
  readonly footS: number;
  /** The head turns no faster than this through it all, rad/s. */
  readonly turnRadps: number;
  /** Time constant of the slow mean, s. */
  readonly meanTauS: number;
  /** A hole in the samples of this length ends what was begun, s. */
  readonly gapS: number;
}

export const BAND_TAP: BandTapParams = Object.freeze({
  pulseMps2: 4,
  quietMps2: 1,
  pulseS: 0.12,
  apartMinS: 0.12,
  apartMaxS: 0.5,
  aroundS: 0.4,
  betweenS: 0.04,
  footS: 0.035,
  turnRadps: radFromDeg(30),
  meanTauS: 0.15,
  gapS: 0.1,
});

export interface BandTap {
  /**
   * True on the sample that completes the quiet after the second tap.
   * @param accMps2 specific force, sensor frame, unfiltered
   * @param rateRadps magnitude of the angular rate
   */
  update(timeS: number, accMps2: ArrayLike<number>, rateRadps: number): boolean;
  save(): unknown;
  restore(state: unknown): void;
}

export function createBandTap(overrides: Partial<BandTapParams> = {}): BandTap {
  const params: BandTapParams = Object.freeze({ ...BAND_TAP, ...overrides });
  const nan = Number.NaN;
  const state = {
    timeS: nan,
    mean: new Float64Array(3),
    /** Quiet since, s; NaN in a pulse. */
    quietFromS: nan,
    /** No longer quiet since, and no pulse yet, s: the foot of a pulse, or a bump; NaN: quiet. */
    uneasyFromS: nan,
    /** Begin of the pulse that is on; NaN between pulses. */
    pulseFromS: nan,
    /** Begin of the first and second pulse of a pair; NaN: not there yet. */
    firstS: nan,
    secondS: nan,
  };
  const forget = (timeS: number): void => {
    state.pulseFromS = state.uneasyFromS = state.firstS = state.secondS = nan;
    state.quietFromS = timeS;
  };

  /** A pulse begins: the first of a pair, the second, one that still rings, or one too many. */
  const begin = (timeS: number): void => {
    const quietS = (Number.isNaN(state.uneasyFromS) ? timeS : state.uneasyFromS) - state.quietFromS;
    state.uneasyFromS = nan;
    state.pulseFromS = timeS;
    if (Number.isNaN(state.firstS)) {
      if (quietS >= params.aroundS) state.firstS = timeS;
      return;
    }
    const second = !Number.isNaN(state.secondS);
    if (timeS - (second ? state.secondS : state.firstS) < params.apartMinS) return;
    if (!second && quietS >= params.betweenS) state.secondS = timeS;
    else state.firstS = state.secondS = nan;
  };

  return {
    update(timeS, acc, rateRadps) {
      const dtS = timeS - state.timeS;
      const usable = Number.isFinite(timeS + acc[0]! + acc[1]! + acc[2]! + rateRadps);
      if (!usable || dtS <= 0) return false;
      state.timeS = timeS;
      if (!(dtS <= params.gapS)) {
        for (let i = 0; i < 3; i++) state.mean[i] = acc[i]!;
        forget(timeS);
        return false;
      }
      let off2 = 0;
      for (let i = 0; i < 3; i++) off2 += (acc[i]! - state.mean[i]!) ** 2;
      const off = Math.sqrt(off2);
      // A pulse does not pull its own mean along.
      const share = off < params.quietMps2 ? dtS / (params.meanTauS + dtS) : (0.2 * dtS) / (params.meanTauS + dtS);
      for (let i = 0; i < 3; i++) state.mean[i] = state.mean[i]! + share * (acc[i]! - state.mean[i]!);
      if (rateRadps > params.turnRadps) {
        forget(timeS);
        return false;
      }
      const inPulse = !Number.isNaN(state.pulseFromS);
      if (inPulse) {
        if (timeS - state.pulseFromS > params.pulseS && off >= params.quietMps2) forget(timeS);
        else if (off < params.quietMps2) {
          state.pulseFromS = nan;
          state.quietFromS = timeS;
        }
        return false;
      }
      if (off >= params.pulseMps2) {
        begin(timeS);
        return false;
      }
      if (off >= params.quietMps2) {
        if (Number.isNaN(state.uneasyFromS)) state.uneasyFromS = timeS;
        // Too long for the foot of a pulse: not the quiet that is asked for around a pair.
        if (timeS - state.uneasyFromS > params.footS) state.quietFromS = timeS;
      } else if (!Number.isNaN(state.uneasyFromS)) {
        state.uneasyFromS = nan;
        state.quietFromS = timeS;
      }
      if (!Number.isNaN(state.secondS) && timeS - state.quietFromS >= params.aroundS) {
        forget(timeS);
        return true;
      }
      if (Number.isNaN(state.secondS) && timeS - state.firstS > params.apartMaxS) state.firstS = nan;
      return false;
    },
    save: () => saveState(state),
    restore: (saved) => loadState(state, saved),
  };
}
