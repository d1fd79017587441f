import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logDimensionlessJerk, MINIMUM_JERK_LDLJ } from '../../../src/core/neck/log-dimensionless-jerk.ts';
import { SPARC_PARAMS, sparc } from '../../../src/core/neck/sparc.ts';
import { derivative, peakSpeed, zeroPhaseVelocity } from '../../../src/core/neck/velocity.ts';

/** Speed of a minimum-jerk movement: 30 D / T u^2 (1 - u)^2 (Flash and Hogan 1985). */
function minimumJerkSpeed(amplitude: number, durationS: number, rateHz: number): Float64Array {
  const n = Math.round(durationS * rateHz) + 1;
  return Float64Array.from({ length: n }, (_, i) => {
    const u = i / (n - 1);
    return ((30 * amplitude) / durationS) * u * u * (1 - u) * (1 - u);
  });
}
/** The same with `parts` movements one after another. */
function inParts(parts: number, durationS: number, rateHz: number): Float64Array {
  const one = minimumJerkSpeed(1 / parts, durationS / parts, rateHz);
  return Float64Array.from(Array.from({ length: parts }, () => [...one]).flat());
}
const amplitude = fc.double({ min: 0.01, max: 10, noNaN: true });
const duration = fc.double({ min: 0.6, max: 6, noNaN: true });

describe('log dimensionless jerk', () => {
  it('has the analytic value for a minimum-jerk movement, whatever its amplitude and duration', () => {
    // integral of jerk^2 = 720 D^2 / T^5, peak speed 15/8 D / T
    expect(MINIMUM_JERK_LDLJ).toBeCloseTo(-5.32203, 4);
    fc.assert(
      fc.property(amplitude, duration, (d, t) => {
        expect(logDimensionlessJerk(minimumJerkSpeed(d, t, 400), 400)).toBeCloseTo(MINIMUM_JERK_LDLJ, 1);
      }),
    );
    expect(logDimensionlessJerk(minimumJerkSpeed(1, 2, 2000), 2000)).toBeCloseTo(MINIMUM_JERK_LDLJ, 2);
  });
  it('does not change with amplitude at all', () => {
    fc.assert(
      fc.property(amplitude, (d) => {
        const one = logDimensionlessJerk(inParts(3, 2, 100), 100);
        expect(
          logDimensionlessJerk(
            inParts(3, 2, 100).map((v) => d * v),
            100,
          ),
        ).toBeCloseTo(one, 9);
      }),
    );
  });
  it('falls with every submovement', () => {
    const of = (parts: number): number => logDimensionlessJerk(inParts(parts, 4, 200), 200);
    for (let parts = 1; parts < 6; parts++) expect(of(parts + 1)).toBeLessThan(of(parts) - 0.5);
  });
  it('gives no number where there is none', () => {
    for (const speed of [[], [1, 2, 3], new Array(20).fill(0), new Array(20).fill(Number.NaN)]) {
      expect(logDimensionlessJerk(speed, 100)).toBeNaN();
    }
    expect(logDimensionlessJerk(minimumJerkSpeed(1, 1, 100), 0)).toBeNaN();
  });
});

/** SPARC from the transform by numerical quadrature on a fine grid of frequencies: written for this test alone. */
function sparcByQuadrature(durationS: number): number {
  const transform = (hz: number): number => {
    let re = 0;
    let im = 0;
    const steps = 4000;
    for (let i = 0; i < steps; i++) {
      const u = (i + 0.5) / steps;
      const v = (30 * u * u * (1 - u) * (1 - u)) / steps;
      re += v * Math.cos(2 * Math.PI * hz * durationS * u);
      im += v * Math.sin(2 * Math.PI * hz * durationS * u);
    }
    return Math.hypot(re, im);
  };
  const step = 0.002;
  const curve: number[] = [];
  for (let hz = 0; hz <= SPARC_PARAMS.maxHz; hz += step) curve.push(transform(hz));
  const last = curve.findLastIndex((a) => a >= SPARC_PARAMS.threshold);
  let arc = 0;
  for (let k = 1; k <= last; k++) arc += Math.hypot(1 / last, curve[k]! - curve[k - 1]!);
  return -arc;
}

describe('spectral arc length', () => {
  it('of a minimum-jerk movement is the arc of its transform', () => {
    // The steps of the frequency differ, so the cut-off does by half a step: 0.02 Hz of about 1.5 Hz.
    expect(Math.abs(sparc(minimumJerkSpeed(1, 1.5, 100), 100) - sparcByQuadrature(1.5))).toBeLessThan(0.01);
  });
  it('drops amplitude exactly and duration nearly', () => {
    const one = sparc(minimumJerkSpeed(1, 1, 100), 100);
    expect(one).toBeGreaterThan(-1.6);
    expect(one).toBeLessThan(-1.3);
    fc.assert(
      fc.property(amplitude, duration, (d, t) => {
        const speed = minimumJerkSpeed(1, t, 100);
        expect(
          sparc(
            speed.map((v) => d * v),
            100,
          ),
        ).toBeCloseTo(sparc(speed, 100), 9);
        expect(Math.abs(sparc(speed, 100) - one)).toBeLessThan(0.03);
      }),
    );
  });
  it('falls with pauses in the movement', () => {
    const of = (parts: number): number => sparc(inParts(parts, 4, 100), 100);
    for (const parts of [1, 2, 3]) expect(of(parts + 1)).toBeLessThan(of(parts) - 0.1);
  });
  it('gives no number where there is none', () => {
    for (const speed of [[], [1, 2, 3], new Array(20).fill(0), new Array(20).fill(Number.NaN)]) {
      expect(sparc(speed, 100)).toBeNaN();
    }
  });
});

describe('velocity', () => {
  it('of a straight line is its slope, of a parabola exact inside', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (k) => {
        const line = Float64Array.from({ length: 100 }, (_, i) => (k * i) / 100);
        for (const v of zeroPhaseVelocity(line, 100))
          expect(Math.abs(v - k)).toBeLessThanOrEqual(1e-4 * Math.abs(k) + 1e-12);
        const parabola = Float64Array.from({ length: 50 }, (_, i) => k * (i / 100) ** 2);
        expect(derivative(parabola, 100)[20]).toBeCloseTo(k * 0.4, 9);
      }),
    );
  });
  it('keeps the peak of a movement and its time, and takes jitter away', () => {
    const rateHz = 100;
    const angle = Float64Array.from({ length: 301 }, (_, i) => {
      const u = Math.max(0, Math.min(1, (i - 50) / 200));
      return 0.8 * u * u * u * (10 - 15 * u + 6 * u * u) + 0.001 * Math.sin(2 * Math.PI * 30 * (i / rateHz));
    });
    const velocity = zeroPhaseVelocity(angle, rateHz);
    expect(peakSpeed(velocity)).toBeCloseTo((15 / 8) * (0.8 / 2), 2);
    const at = velocity.indexOf(Math.max(...velocity));
    expect(Math.abs(at - 150)).toBeLessThanOrEqual(8);
    expect(peakSpeed([])).toBeNaN();
  });
});
