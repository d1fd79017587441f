/**
 * Butterworth low-pass coefficients. The one file that imports fili: it designs, our own biquads run (fili's runtime
 * has no steady-state start and its forward-backward filter is wrong at both ends).
 */
import Fili from 'fili';

/** Second-order sections, five numbers each: b0, b1, b2, a1, a2 (a0 = 1). */
export type Sections = Float64Array;

export const SECTION_LENGTH = 5;

/**
 * Designs a Butterworth low pass by the bilinear transform, -3.01 dB at the cut-off.
 *
 * @param order number of poles, even, 2..24 (fili counts biquads; it would turn more than 12 into 12 in silence)
 * @param cutoffHz above 0 and below half the rate
 * @param rateHz sample rate
 * @returns order / 2 sections
 * @throws RangeError on an order or a frequency that cannot be designed (fili answers those with NaN)
 */
export function butterworthLowPass(order: number, cutoffHz: number, rateHz: number): Sections {
  if (!Number.isInteger(order) || order < 2 || order > 24 || order % 2 !== 0) {
    throw new RangeError(`order must be an even integer in 2..24, got ${order}`);
  }
  if (!(rateHz > 0) || !Number.isFinite(rateHz)) throw new RangeError(`rateHz must be positive, got ${rateHz}`);
  if (!(cutoffHz > 0) || !(cutoffHz < rateHz / 2)) {
    throw new RangeError(`cutoffHz must lie between 0 and rateHz / 2, got ${cutoffHz} at ${rateHz} Hz`);
  }
  const design = new Fili.CalcCascades().lowpass({
    order: order / 2,
    characteristic: 'butterworth',
    Fs: rateHz,
    Fc: cutoffHz,
    preGain: false,
  });
  const sections = new Float64Array(SECTION_LENGTH * design.length);
  design.forEach((section, index) => {
    const { b, a, k } = section;
    sections.set([b[0]! * k, b[1]! * k, b[2]! * k, a[0]!, a[1]!], SECTION_LENGTH * index);
  });
  if (!sections.every(Number.isFinite)) throw new RangeError(`no filter of order ${order} at ${cutoffHz} Hz exists`);
  return sections;
}

/**
 * Group delay of a cascade at zero frequency, in samples: for a slow signal the filter is this late.
 * For one section: d(phase)/d(omega) at 0 = (b1 + 2 b2) / (b0 + b1 + b2) - (a1 + 2 a2) / (1 + a1 + a2).
 */
export function groupDelaySamples(sections: Sections): number {
  let delay = 0;
  for (let i = 0; i < sections.length; i += SECTION_LENGTH) {
    const b0 = sections[i]!;
    const b1 = sections[i + 1]!;
    const b2 = sections[i + 2]!;
    const a1 = sections[i + 3]!;
    const a2 = sections[i + 4]!;
    delay += (b1 + 2 * b2) / (b0 + b1 + b2) - (a1 + 2 * a2) / (1 + a1 + a2);
  }
  return delay;
}
