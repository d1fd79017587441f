/**
 * Spectral arc length of a movement (SPARC): S. Balasubramanian, A. Melendez-Calderon, E. Burdet, "A robust and sensitive
 * metric for quantifying movement smoothness", IEEE Trans Biomed Eng 59 (2012) 2126; in the adaptive form of the same
 * authors with A. Roby-Brami, J NeuroEng Rehab 12 (2015) 112:
 *
 *   SPARC = - integral from 0 to w_c of sqrt( (1 / w_c)^2 + (dA / dw)^2 ) dw,   A(w) = |V(w)| / |V(0)|
 *
 * with V the Fourier spectrum of the speed and w_c = min(w_max, the frequency beyond which A stays below the threshold).
 * Nearer to zero is smoother; amplitude drops out, and so does duration as long as w_c stays below w_max.
 */

export interface SparcParams {
  /** Largest frequency that is looked at, Hz (10 Hz in the paper: 20 pi rad/s). */
  readonly maxHz: number;
  /** Share of A below which the spectrum is left out. */
  readonly threshold: number;
  /** The speed is padded with zeros to 2^(ceil(log2 n) + padding) samples: sets the frequency step. */
  readonly padding: number;
}

/** The values of the 2015 paper. */
export const SPARC_PARAMS: SparcParams = Object.freeze({ maxHz: 10, threshold: 0.05, padding: 4 });

const MIN_SAMPLES = 8;

/** |V| at a frequency (cycles a sample), by the Chebyshev recurrence of sine and cosine. */
function magnitude(values: ArrayLike<number>, cycles: number): number {
  const c = Math.cos(2 * Math.PI * cycles);
  const s = Math.sin(2 * Math.PI * cycles);
  let re = 0;
  let im = 0;
  let x = 1;
  let y = 0;
  for (let i = 0; i < values.length; i++) {
    re += values[i]! * x;
    im += values[i]! * y;
    const next = x * c - y * s;
    y = x * s + y * c;
    x = next;
  }
  return Math.sqrt(re * re + im * im);
}

/**
 * @param speedRadps speed of one movement, evenly sampled (any unit: it cancels)
 * @returns SPARC, negative; NaN for too few samples, no movement or anything not finite
 */
export function sparc(speedRadps: ArrayLike<number>, rateHz: number, params: SparcParams = SPARC_PARAMS): number {
  const n = speedRadps.length;
  if (n < MIN_SAMPLES || !(rateHz > 0)) return Number.NaN;
  const length = 2 ** (Math.ceil(Math.log2(n)) + params.padding);
  const zero = magnitude(speedRadps, 0);
  if (!(zero > 0) || !Number.isFinite(zero)) return Number.NaN;
  const bins = Math.floor((Math.min(params.maxHz, rateHz / 2) * length) / rateHz) + 1;
  const spectrum = new Float64Array(bins);
  let last = 0;
  for (let k = 0; k < bins; k++) {
    spectrum[k] = magnitude(speedRadps, k / length) / zero;
    if (spectrum[k]! >= params.threshold) last = k;
  }
  if (last === 0) return Number.NaN;
  let arc = 0;
  for (let k = 1; k <= last; k++) arc += Math.hypot(1 / last, spectrum[k]! - spectrum[k - 1]!);
  return -arc;
}
