/** A radio that loses a little all the time must not keep the filter from seeing that the sensor lies still. */
import { describe, expect, it } from 'vitest';
import { createDeviceAttitude } from '../../../src/core/device-attitude.ts';
import { createAttitudeFilter } from '../../../src/core/fusion/attitude.ts';
import { createNoise } from '../../support/subject-motion.ts';

const DEG = Math.PI / 180;
const LEVEL = [0, 0, 9.81];
const DT_S = 0.01;

/** Ten seconds of rest at 100 Hz, `missing` samples before sample k lost. */
function rest(missing: (k: number) => number) {
  const f = createAttitudeFilter();
  const noise = createNoise(2);
  const bias = [0.4, -0.3, 0.5];
  let firstRestS = Number.NaN;
  let k = 0;
  for (; k < 1000; k++) {
    const lost = missing(k);
    k += lost;
    f.gap(lost * DT_S);
    f.update(
      DT_S,
      bias.map((b) => (b + 0.05 * noise.normal()) * DEG),
      LEVEL,
    );
    if (f.atRest && Number.isNaN(firstRestS)) firstRestS = k * DT_S;
  }
  return { f, firstRestS };
}

const whole = rest(() => 0);

describe('rest, seen through a lossy radio', () => {
  it.each([
    ['5 % of the samples at random', () => (createLoss() < 0.05 ? 1 : 0)],
    ['40 ms every 0.4 s', (k: number) => (k % 40 < 1 && k > 0 ? 4 : 0)],
    ['100 ms every second', (k: number) => (k % 100 < 1 && k > 0 ? 10 : 0)],
  ])('%s: rest is reached and the bias found almost as well', (_, missing) => {
    const { f, firstRestS } = rest(missing);
    expect(f.atRest).toBe(true);
    expect(firstRestS).toBeLessThan(whole.firstRestS + 0.5);
    expect(f.biasSigmaRadps).toBeLessThan(1.2 * whole.f.biasSigmaRadps);
    for (let i = 0; i < 3; i++) expect(f.biasRadps[i]! / DEG).toBeCloseTo([0.4, -0.3, 0.5][i]!, 1);
    // What a head at rest does in a tenth of a second is not a turn.
    expect(f.headingSigmaRad).toBeLessThan(whole.f.headingSigmaRad + 0.05 * DEG);
  });

  it('a device that sends only its quaternion is seen to rest over the same gaps', () => {
    const device = createDeviceAttitude();
    const times = new Float64Array(2);
    const still = Float64Array.of(1, 0, 0, 0);
    for (let k = 0; k < 200; k++) {
      times[0] = k % 20 === 0 ? 0.05 : DT_S;
      times[1] = k % 20 === 0 ? 0.04 : 0;
      device.updateAt(times, 0, 1, still, 0);
    }
    expect(device.atRest).toBe(true);
    times[0] = 0.21;
    times[1] = 0.2;
    device.updateAt(times, 0, 1, still, 0);
    expect(device.atRest).toBe(false);
  });

  it('a gap of 0.2 s still ends a rest: nobody saw whether the head stayed', () => {
    const { f, firstRestS } = rest((k) => (k === 500 ? 20 : 0));
    expect(firstRestS).toBeLessThan(2);
    const again = createAttitudeFilter();
    for (let k = 0; k < 400; k++) again.update(DT_S, [0, 0, 0], LEVEL);
    again.gap(0.2);
    again.update(DT_S, [0, 0, 0], LEVEL);
    expect(again.atRest).toBe(false);
    expect(f.atRest).toBe(true);
  });

  it('a movement hidden in a short gap ends the rest by what is seen after it', () => {
    const f = createAttitudeFilter();
    for (let k = 0; k < 400; k++) f.update(DT_S, [0, 0, 0], LEVEL);
    expect(f.atRest).toBe(true);
    f.gap(0.05);
    for (let k = 0; k < 5; k++) f.update(DT_S, [0, 0, 30 * DEG], LEVEL);
    expect(f.atRest).toBe(false);
  });
});

const loss = createNoise(6);
function createLoss(): number {
  return loss.uniform();
}
