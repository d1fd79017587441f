import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBroadFile } from '../../../src/adapters/replay/broad-file.ts';
import { createBandTap } from '../../../src/core/signal/band-tap.ts';
import { lacksSharedData, sharedDataFolder } from '../../support/shared-data.ts';

const G = 9.81;
/**
 * One tap as a sensor tells of it, its own low pass included: a push of the band against the head, 35 ms long, and a
 * weaker rebound, m/s^2 along the nose.
 */
const pulse = (sinceS: number, sizeMps2: number): number => {
  if (sinceS < 0 || sinceS > 0.06) return 0;
  if (sinceS < 0.035) return sizeMps2 * Math.sin((Math.PI * sinceS) / 0.035);
  return -0.3 * sizeMps2 * Math.sin((Math.PI * (sinceS - 0.035)) / 0.025);
};

interface Scene {
  readonly tapsS: readonly number[];
  readonly rateHz?: number;
  readonly sizeMps2?: number;
  readonly lastsS?: number;
  readonly phase?: number;
  readonly headRadps?: number;
}
/** Times at which a pair was told. */
function told({ tapsS, rateHz = 100, sizeMps2 = 12, lastsS = 4, phase = 0, headRadps = 0 }: Scene): number[] {
  const tap = createBandTap();
  const found: number[] = [];
  for (let i = 0; i < lastsS * rateHz; i++) {
    const timeS = (i + phase) / rateHz;
    // A head that breathes and sways a little, supine.
    const sway = 0.15 * Math.sin(2 * Math.PI * 0.3 * timeS);
    const push = tapsS.reduce((sum, atS) => sum + pulse(timeS - atS, sizeMps2), 0);
    if (tap.update(timeS, [G + push, sway + 0.3 * push, 0.1], headRadps)) found.push(timeS);
  }
  return found;
}

describe('two taps on the band', () => {
  it('are found at every rate and phase of sampling, once, a moment after the second', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(60, 100, 200),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.18, max: 0.42, noNaN: true }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        (rateHz, phase, apartS, atS) => {
          const found = told({ tapsS: [atS, atS + apartS], rateHz, phase });
          expect(found.length).toBe(1);
          expect(found[0]! - atS - apartS).toBeGreaterThan(0);
          expect(found[0]! - atS - apartS).toBeLessThan(0.5);
        },
      ),
    );
  });
  it('a single one, three in a row, and two that are far apart mean nothing', () => {
    expect(told({ tapsS: [1] })).toEqual([]);
    expect(told({ tapsS: [1, 1.25, 1.5] })).toEqual([]);
    expect(told({ tapsS: [1, 2] })).toEqual([]);
    expect(told({ tapsS: [1, 1.2, 1.4, 1.6, 1.8, 2, 2.2] })).toEqual([]);
  });
  it('mean nothing while the head turns', () => {
    expect(told({ tapsS: [1, 1.3], headRadps: 1.5 })).toEqual([]);
  });
  it('continue from a save to the bit, whatever comes', () => {
    const sample = fc.tuple(
      fc.constantFrom(0.01, 0.02, 0.3, -1, Number.NaN),
      fc.double({ min: -40, max: 40, noNaN: true }),
      fc.double({ min: 0, max: 2, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 80 }), fc.nat(80), (samples, cut) => {
        const whole = createBandTap();
        let other = createBandTap();
        let timeS = 0;
        for (const [i, [dtS, x, rate]] of samples.entries()) {
          timeS += dtS;
          if (i === cut) {
            const saved = JSON.parse(JSON.stringify(other.save()));
            other = createBandTap();
            other.restore(saved);
          }
          expect(other.update(timeS, [x, 0, G], rate)).toBe(whole.update(timeS, [x, 0, G], rate));
          if (!Number.isFinite(timeS)) timeS = i;
        }
      }),
    );
  });
});

describe.skipIf(lacksSharedData('broad'))('real recordings of moving and resting sensors', () => {
  it('hold no pair of taps, but for the ones in which the sensor is tapped', async () => {
    const folder = sharedDataFolder('broad')!;
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.f32') && !name.includes('tapping'))) {
      const { accMps2, gyrRadps, rateHz, rows } = await readBroadFile(join(folder, file));
      const tap = createBandTap();
      let found = 0;
      for (let i = 0; i < rows; i++) {
        const at = 3 * i;
        const rate = Math.hypot(gyrRadps[at]!, gyrRadps[at + 1]!, gyrRadps[at + 2]!);
        if (tap.update(i / rateHz, accMps2.subarray(at, at + 3), rate)) found++;
      }
      expect(found, file).toBe(0);
    }
  }, 60_000);
});
