/** The live low pass of a displayed angle. Its delay is stated, so that nobody takes a displayed angle for the measured one. */
import { steadyState } from './biquad.ts';
import { butterworthLowPass, groupDelaySamples, SECTION_LENGTH } from './butterworth.ts';

export interface DisplayFilterParams {
  /** Cut-off, Hz. 6 Hz keeps voluntary head movement (energy below 5 Hz) and takes tremor and band flutter away. */
  readonly cutoffHz: number;
  /** Poles. Two: about 38 ms late at 6 Hz; four would be 69 ms. */
  readonly order: number;
}

export const DISPLAY_FILTER_PARAMS: DisplayFilterParams = Object.freeze({ cutoffHz: 6, order: 2 });

export interface DisplayFilter {
  /** One angle in, rad; wrapping at +-pi is unwrapped first, the output is wrapped to (-pi, pi]. NaN passes as NaN. */
  step(angleRad: number): number;
  /** The same from `angles[i]` to `out[i]`: the hot path, where a number that is passed or returned would be allocated. */
  stepAt(out: Float64Array, angles: Float64Array, i: number): void;
  reset(): void;
  save(): Float64Array;
  restore(state: ArrayLike<number>): void;
}

/** The cut-off that is used at a rate: the wanted one, but never above 0.4 of the rate. */
function usableCutoffHz(rateHz: number, params: DisplayFilterParams): number {
  return Math.min(params.cutoffHz, 0.4 * rateHz);
}

/** How late a slow movement is shown, ms: the group delay at zero frequency. */
export function displayFilterDelayMs(rateHz: number, params: DisplayFilterParams = DISPLAY_FILTER_PARAMS): number {
  const sections = butterworthLowPass(params.order, usableCutoffHz(rateHz, params), rateHz);
  return (1000 * groupDelaySamples(sections)) / rateHz;
}

/** One filter for one displayed angle at a nominal sample rate. */
export function createDisplayFilter(
  rateHz: number,
  params: DisplayFilterParams = DISPLAY_FILTER_PARAMS,
): DisplayFilter {
  const sections = butterworthLowPass(params.order, usableCutoffHz(rateHz, params), rateHz);
  const TURN = 2 * Math.PI;
  /** Last input, number of whole turns that unwrapping has added, whether it runs, last output; then the delays. */
  const LAST = 0;
  const TURNS = 1;
  const STARTED = 2;
  const OUTPUT = 3;
  const DELAYS = 4;
  const state = new Float64Array(DELAYS + (2 * sections.length) / SECTION_LENGTH);
  const delays = state.subarray(DELAYS);
  const one = new Float64Array(1);
  state[LAST] = state[TURNS] = Number.NaN;

  function stepAt(out: Float64Array, angles: Float64Array, at: number): void {
    const angle = angles[at]!;
    if (angle - angle !== 0) {
      out[at] = Number.NaN;
      return;
    }
    const last = state[LAST]!;
    state[TURNS] = last - last !== 0 ? 0 : state[TURNS]! - Math.round((angle - last) / TURN);
    state[LAST] = angle;
    const x = angle + TURN * state[TURNS]!;
    if (x - x === 0) {
      if (state[STARTED] === 0) steadyState(delays, sections, x);
      state[STARTED] = 1;
      // The cascade of ./biquad.ts, written out.
      let value = x;
      for (let i = 0, k = 0; i < sections.length; i += SECTION_LENGTH, k += 2) {
        const y = sections[i]! * value + delays[k]!;
        delays[k] = sections[i + 1]! * value - sections[i + 3]! * y + delays[k + 1]!;
        delays[k + 1] = sections[i + 2]! * value - sections[i + 4]! * y;
        value = y;
      }
      state[OUTPUT] = value;
    }
    const y = state[OUTPUT]!;
    out[at] = y - TURN * Math.ceil(y / TURN - 0.5);
  }

  return {
    step(angleRad) {
      one[0] = angleRad;
      stepAt(one, one, 0);
      return one[0]!;
    },
    stepAt,
    reset() {
      state.fill(0);
      state[LAST] = state[TURNS] = Number.NaN;
    },
    save: () => state.slice(),
    restore(saved) {
      if (saved.length !== state.length) throw new RangeError('the saved state belongs to another filter');
      state.set(saved);
    },
  };
}
