/** Forward-backward filtering without delay, for reports: the ends are extended by odd reflection. */
import { steadyState, stepSections } from './biquad.ts';
import { SECTION_LENGTH, type Sections } from './butterworth.ts';

/**
 * Filters forward and backward; zero phase, squared magnitude (-6.02 dB at the design cut-off).
 * Each end is extended by point reflection about its last value (as scipy.signal.sosfiltfilt does), and each pass
 * starts in the steady state, so a constant or a ramp comes out as it went in.
 *
 * @param sections second-order sections
 * @param x any number of finite samples; fewer than two are copied
 * @param padSamples length of the extension; by default 3 * (2 * sections + 1), at most x.length - 1
 */
export function zeroPhase(sections: Sections, x: ArrayLike<number>, padSamples?: number): Float64Array {
  const n = x.length;
  const out = Float64Array.from(x);
  if (n < 2) return out;
  const wanted = padSamples ?? 3 * ((2 * sections.length) / SECTION_LENGTH + 1);
  const pad = Math.max(0, Math.min(wanted, n - 1));
  const work = new Float64Array(n + 2 * pad);
  for (let i = 0; i < pad; i++) {
    work[i] = 2 * x[0]! - x[pad - i]!;
    work[pad + n + i] = 2 * x[n - 1]! - x[n - 2 - i]!;
  }
  work.set(out, pad);
  const state = new Float64Array((2 * sections.length) / SECTION_LENGTH);
  steadyState(state, sections, work[0]!);
  for (let i = 0; i < work.length; i++) work[i] = stepSections(state, sections, work[i]!);
  steadyState(state, sections, work[work.length - 1]!);
  for (let i = work.length - 1; i >= 0; i--) work[i] = stepSections(state, sections, work[i]!);
  out.set(work.subarray(pad, pad + n));
  return out;
}
