/** The live low pass of a displayed angle. Its delay is stated, so that nobody takes a displayed angle for the measured one. */
import { createBiquadCascade } from './biquad.ts';
import { butterworthLowPass, groupDelaySamples } from './butterworth.ts';

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
  const cascade = createBiquadCascade(butterworthLowPass(params.order, usableCutoffHz(rateHz, params), rateHz));
  /** Last input and the number of whole turns that unwrapping has added. */
  const unwrap = new Float64Array(2).fill(Number.NaN);
  const TURN = 2 * Math.PI;

  return {
    step(angleRad) {
      if (angleRad - angleRad !== 0) return Number.NaN;
      const last = unwrap[0]!;
      if (last - last !== 0) unwrap[1] = 0;
      else unwrap[1] = unwrap[1]! - Math.round((angleRad - last) / TURN);
      unwrap[0] = angleRad;
      const y = cascade.step(angleRad + TURN * unwrap[1]!);
      return y - TURN * Math.ceil(y / TURN - 0.5);
    },
    reset() {
      cascade.reset();
      unwrap.fill(Number.NaN);
    },
    save() {
      const inner = cascade.save();
      const saved = new Float64Array(2 + inner.length);
      saved.set(unwrap);
      saved.set(inner, 2);
      return saved;
    },
    restore(state) {
      const all = Float64Array.from(state);
      cascade.restore(all.subarray(2));
      unwrap.set(all.subarray(0, 2));
    },
  };
}
