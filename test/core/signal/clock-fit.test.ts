import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClockFit } from '../../../src/core/signal/clock-fit.ts';
import { createNoise } from '../../support/subject-motion.ts';

/** Arrivals of a radio: at least `least` us late, usually a few ms more, now and then a long stall. */
function arrivals(seed: number, seconds: number, driftPpm: number, leastUs = 4000) {
  const noise = createNoise(seed);
  const pairs: { tick: number; arrival: number; exact: number }[] = [];
  for (let tick = 0; tick < seconds * 1e6; tick += 40_000) {
    const exact = 1e9 + tick * (1 + driftPpm * 1e-6);
    const stall = noise.uniform() < 0.02 ? 150_000 * noise.uniform() : 0;
    pairs.push({ tick, exact, arrival: exact + leastUs + 15_000 * noise.uniform() ** 2 + stall });
  }
  return pairs;
}

describe('clock fit', () => {
  it('lies on the least delay within 1 ms after a minute, whatever the drift', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -200, max: 200, noNaN: true }), (seed, ppm) => {
        const fit = createClockFit();
        const pairs = arrivals(seed, 60, ppm);
        for (const p of pairs) fit.add(p.tick, p.arrival);
        const last = pairs.at(-1)!;
        expect(Math.abs(fit.hostUs(last.tick) - (last.exact + 4000))).toBeLessThan(1000);
        expect(Math.abs(fit.drift * 1e6 - ppm)).toBeLessThan(40);
      }),
      { numRuns: 40 },
    );
  });
  it('is never later than what has arrived', () => {
    const fit = createClockFit();
    for (const p of arrivals(7, 90, 120)) {
      fit.add(p.tick, p.arrival);
      expect(fit.hostUs(p.tick)).toBeLessThanOrEqual(p.arrival + 1);
    }
  });
  it('follows a device clock that starts anew', () => {
    const fit = createClockFit();
    for (const p of arrivals(3, 20, 0)) fit.add(p.tick, p.arrival);
    for (const p of arrivals(4, 5, 0)) fit.add(p.tick, p.arrival + 60e6);
    expect(fit.hostUs(4e6) - (1e9 + 64e6)).toBeLessThan(30_000);
    // and one that jumps ahead of its own ticks
    for (const p of arrivals(5, 8, 0)) fit.add(p.tick + 5e6, p.arrival + 80e6);
    expect(Math.abs(fit.hostUs(12e6) - (1e9 + 87e6))).toBeLessThan(30_000);
  });
  it('ignores pairs that are not numbers and knows nothing at first', () => {
    const fit = createClockFit();
    expect(fit.hostUs(0)).toBeNaN();
    fit.add(Number.NaN, 5);
    fit.add(5, Number.POSITIVE_INFINITY);
    expect(fit.hostUs(0)).toBeNaN();
    fit.add(10, 1010);
    expect(fit.hostUs(20)).toBe(1020);
  });
  it('saved, restored through JSON and continued, it is bit-equal', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(1400), (seed, cut) => {
        const pairs = arrivals(seed, 60, 50);
        const through = createClockFit();
        const first = createClockFit();
        for (const p of pairs.slice(0, cut)) first.add(p.tick, p.arrival);
        const second = createClockFit();
        second.restore(JSON.parse(JSON.stringify(first.save())));
        for (const [i, p] of pairs.entries()) {
          through.add(p.tick, p.arrival);
          if (i >= cut) second.add(p.tick, p.arrival);
        }
        expect(Object.is(second.hostUs(61e6), through.hostUs(61e6))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
