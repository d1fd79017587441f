import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBiquadCascade } from '../../../src/core/signal/biquad.ts';
import { butterworthLowPass, groupDelaySamples } from '../../../src/core/signal/butterworth.ts';
import { createDisplayFilter, displayFilterDelayMs } from '../../../src/core/signal/display-filter.ts';
import { zeroPhase } from '../../../src/core/signal/zero-phase.ts';

/** scipy.signal.butter(4, 6, fs=100, output='sos') of SciPy 1.17: gain of all sections in the first. */
const SCIPY_A = [
  [-1.387619707632046, 0.4924228873204931],
  [-1.629935531054443, 0.7530401723348623],
];
const SCIPY_GAIN = 0.0008063598650371017;

describe('Butterworth design', () => {
  it('equals SciPy', () => {
    const sections = butterworthLowPass(4, 6, 100);
    const pairs = [
      [sections[3]!, sections[4]!],
      [sections[8]!, sections[9]!],
    ].sort((p, q) => q[0]! - p[0]!);
    for (let i = 0; i < 2; i++) {
      expect(pairs[i]![0]).toBeCloseTo(SCIPY_A[i]![0]!, 14);
      expect(pairs[i]![1]).toBeCloseTo(SCIPY_A[i]![1]!, 14);
    }
    expect(sections[0]! * sections[5]!).toBeCloseTo(SCIPY_GAIN, 15);
  });

  it('refuses what cannot be designed', () => {
    for (const [order, cutoff, rate] of [
      [3, 6, 100],
      [26, 6, 100],
      [0, 6, 100],
      [4, 50, 100],
      [4, 0, 100],
      [4, Number.NaN, 100],
      [4, 6, 0],
    ]) {
      expect(() => butterworthLowPass(order!, cutoff!, rate!)).toThrow(RangeError);
    }
  });
});

describe('biquad cascade', () => {
  it('starts in the steady state: a constant passes unchanged', () => {
    fc.assert(
      fc.property(fc.double({ min: -200, max: 200, noNaN: true }), (level) => {
        const f = createBiquadCascade(butterworthLowPass(4, 6, 100));
        for (let i = 0; i < 200; i++) expect(f.step(level)).toBeCloseTo(level, 9);
      }),
      { numRuns: 20 },
    );
  });

  it('is not poisoned by a value that is not finite', () => {
    const f = createBiquadCascade(butterworthLowPass(2, 6, 100));
    f.step(1);
    expect(f.step(Number.NaN)).toBeCloseTo(1, 12);
    expect(f.step(Number.POSITIVE_INFINITY)).toBeCloseTo(1, 12);
    expect(f.step(1)).toBeCloseTo(1, 12);
  });

  it('continues bit for bit', () => {
    const x = (i: number): number => Math.sin(i / 7) + 0.2 * Math.cos(i * 1.7);
    const all = createBiquadCascade(butterworthLowPass(4, 6, 100));
    const first = createBiquadCascade(butterworthLowPass(4, 6, 100));
    for (let i = 0; i < 100; i++) {
      all.step(x(i));
      first.step(x(i));
    }
    const second = createBiquadCascade(butterworthLowPass(4, 6, 100));
    second.restore(first.save());
    for (let i = 100; i < 300; i++) expect(second.step(x(i))).toBe(all.step(x(i)));
    expect(() => second.restore([1])).toThrow(RangeError);
  });
});

describe('zero phase', () => {
  it('equals scipy.signal.sosfiltfilt', () => {
    const x = Array.from({ length: 60 }, (_, i) => 40 * Math.sin(i * 0.13) + 0.05 * i * i - 10);
    const y = zeroPhase(butterworthLowPass(4, 6, 100), x);
    const want: [number, number][] = [
      [0, -10.083888461802667],
      [1, -4.675933808684914],
      [17, 36.54089667661648],
      [40, 34.59649067263317],
      [58, 196.3416045507362],
      [59, 205.4072343472063],
    ];
    for (const [i, value] of want) expect(y[i]).toBeCloseTo(value, 9);
  });

  it('keeps a constant and any length', () => {
    const sections = butterworthLowPass(4, 6, 100);
    for (const n of [0, 1, 2, 5, 100]) {
      const y = zeroPhase(sections, new Float64Array(n).fill(45));
      expect(y.length).toBe(n);
      for (const v of y) expect(v).toBeCloseTo(45, 10);
    }
  });
});

describe('display filter', () => {
  it('is late by what it says', () => {
    for (const rateHz of [50, 100, 200]) {
      const f = createDisplayFilter(rateHz);
      let out = 0;
      const n = 4 * rateHz;
      for (let i = 0; i <= n; i++) out = f.step((0.5 * i) / rateHz);
      const lagMs = 1000 * (n / rateHz - out / 0.5);
      expect(lagMs).toBeCloseTo(displayFilterDelayMs(rateHz), 3);
    }
    expect(displayFilterDelayMs(100)).toBeLessThan(45);
    expect(groupDelaySamples(butterworthLowPass(4, 6, 100))).toBeCloseTo(6.85, 1);
  });

  it('crosses the wrap without a swing', () => {
    const f = createDisplayFilter(100);
    for (let i = 0; i < 200; i++) {
      const angle = 3 + 0.01 * i;
      const y = f.step(angle > Math.PI ? angle - 2 * Math.PI : angle);
      const error = Math.abs(angle - y);
      expect(Math.min(error, Math.abs(error - 2 * Math.PI))).toBeLessThan(0.06);
    }
  });

  it('continues bit for bit and passes NaN on without remembering it', () => {
    const a = createDisplayFilter(100);
    for (let i = 0; i < 50; i++) a.step(3.1 + 0.01 * (i % 9) > Math.PI ? -3.1 : 3.1);
    const b = createDisplayFilter(100);
    b.restore(a.save());
    expect(a.step(Number.NaN)).toBeNaN();
    for (let i = 0; i < 50; i++) expect(b.step(-3.1 + 0.001 * i)).toBe(a.step(-3.1 + 0.001 * i));
  });
});
