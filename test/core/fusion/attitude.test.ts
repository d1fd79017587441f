import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAttitudeFilter } from '../../../src/core/fusion/attitude.ts';

const DEG = Math.PI / 180;
const LEVEL = [0, 0, 9.81];

const isFiniteAttitude = (f: ReturnType<typeof createAttitudeFilter>): boolean =>
  [
    ...f.worldFromSensor,
    ...f.worldFromSensor9d,
    ...f.biasRadps,
    f.tiltSigmaRad,
    f.headingSigmaRad,
    f.biasSigmaRadps,
  ].every(Number.isFinite) && Math.abs(Math.hypot(...f.worldFromSensor) - 1) < 1e-9;

/** Inclination of the sensor's z axis from the vertical, rad. */
function tiltRad(q: Float64Array): number {
  return 2 * Math.atan2(Math.hypot(q[1]!, q[2]!), Math.hypot(q[0]!, q[3]!));
}

const sumOfCosines = (count: number, slow: number): number =>
  Array.from({ length: count }, (_, i) => Math.cos(i / slow)).reduce((sum, one) => sum + one, 0);

const headingRad = (q: Float64Array): number => 2 * Math.atan2(q[3]!, q[0]!);

describe('attitude, real time', () => {
  it('stays level from an exactly level start, where npm ahrs Madgwick turns NaN for ever', () => {
    const f = createAttitudeFilter();
    for (let i = 0; i < 1000; i++) f.update(0.01, [0, 0, 0], LEVEL);
    expect([...f.worldFromSensor]).toEqual([1, 0, 0, 0]);
    expect(f.atRest).toBe(true);
  });

  it('levels a start upside down', () => {
    const f = createAttitudeFilter();
    for (let i = 0; i < 500; i++) f.update(0.01, [0, 0, 0], [0, 0, -9.81]);
    expect(tiltRad(f.worldFromSensor)).toBeCloseTo(Math.PI, 9);
  });

  it('uses the accelerometer when one component is exactly 0, where npm ahrs Mahony ignores it', () => {
    const f = createAttitudeFilter();
    for (let i = 0; i < 600; i++) f.update(0.01, [0, 0, 0], [0, 9.81 * Math.sin(0.3), 9.81 * Math.cos(0.3)]);
    expect(tiltRad(f.worldFromSensor)).toBeCloseTo(0.3, 6);
  });

  it('starts with the bias of the table: a turn right after the start is as true as the check, and its uncertainty says so', () => {
    const bias = [0.6 * DEG, -0.4 * DEG, 0.8 * DEG] as const;
    const sigma = 0.01 * DEG;
    const turn = (f: ReturnType<typeof createAttitudeFilter>): number => {
      // Never at rest, so nothing of it can be found on the way.
      for (let i = 0; i < 1000; i++) {
        const w = 40 * Math.cos(i / 50) * DEG;
        f.update(0.01, [bias[0], bias[1], bias[2] + w], LEVEL);
      }
      return Math.abs(headingRad(f.worldFromSensor) - 40 * DEG * 0.01 * sumOfCosines(1000, 50));
    };
    const told = createAttitudeFilter({ biasRadps: bias, biasSigmaRadps: sigma });
    const untold = createAttitudeFilter();
    expect(told.biasSigmaRadps).toBeCloseTo(sigma, 9);
    expect(turn(told)).toBeLessThan(10 * 3 * sigma);
    expect(turn(untold)).toBeGreaterThan(5 * DEG);
    expect(told.headingSigmaRad).toBeLessThan(untold.headingSigmaRad);
    // What is known wears off: the bias walks, and a long silence leaves it as little known as without a check.
    expect(told.biasSigmaRadps).toBeGreaterThan(sigma);
    told.gap(1e5);
    told.update(0.01, [0, 0, 0], LEVEL);
    expect(told.biasSigmaRadps).toBeGreaterThan(0.4 * DEG);
  });

  it('integrates a turn about the vertical exactly, positive to the left', () => {
    const f = createAttitudeFilter();
    for (let i = 0; i < 300; i++) f.update(0.01, [0, 0, 0], LEVEL);
    for (let i = 0; i < 100; i++) f.update(0.01, [0, 0, 40 * DEG], LEVEL);
    expect(headingRad(f.worldFromSensor) / DEG).toBeCloseTo(40, 1);
  });

  it('finds the bias in rest and knows how well', () => {
    const f = createAttitudeFilter();
    const bias = [0.4 * DEG, -0.3 * DEG, 0.5 * DEG];
    const sigmaAtStart = f.biasSigmaRadps;
    for (let i = 0; i < 1000; i++) f.update(0.01, bias, LEVEL);
    for (let i = 0; i < 3; i++) expect(f.biasRadps[i]! / DEG).toBeCloseTo(bias[i]! / DEG, 2);
    expect(f.biasSigmaRadps).toBeLessThan(0.1 * sigmaAtStart);
  });

  it('does not care how time is cut: irregular steps give the same turn', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.002, max: 0.03, noNaN: true }), { minLength: 200, maxLength: 400 }),
        (steps) => {
          const f = createAttitudeFilter();
          let total = 0;
          for (let i = 0; i < 200; i++) f.update(0.01, [0, 0, 0], LEVEL);
          for (const dt of steps) {
            f.update(dt, [0, 0, 0.2], LEVEL);
            total += 0.2 * dt;
          }
          expect(Math.abs(headingRad(f.worldFromSensor) - total)).toBeLessThan(0.5 * DEG);
          expect(tiltRad(f.worldFromSensor)).toBeLessThan(0.01 * DEG);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('stays finite for ever, whatever comes', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(
        0,
        -0,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.MAX_VALUE,
        -Number.MAX_VALUE,
        Number.MIN_VALUE,
      ),
      fc.double({ min: -20, max: 20 }),
    );
    const vector = fc.tuple(value, value, value);
    const sample = fc.record({
      dt: fc.oneof(value, fc.constant(0.01)),
      g: vector,
      a: fc.option(vector),
      m: fc.option(vector),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 300 }), (samples) => {
        const f = createAttitudeFilter({ use9d: true });
        for (const { dt, g, a, m } of samples) f.update(dt, g, a, m);
        expect(isFiniteAttitude(f)).toBe(true);
        for (let i = 0; i < 3000; i++) f.update(0.01, [0, 0, 0], LEVEL, [0, 20, -40]);
        // and it finds back to the truth
        expect(tiltRad(f.worldFromSensor)).toBeLessThan(1 * DEG);
      }),
      { numRuns: 60 },
    );
  });

  it('continues bit for bit after save and restore', () => {
    const movement = (i: number): [number[], number[], number[]] => [
      [Math.sin(i / 40), 0.5 * Math.cos(i / 55), 0.3 * Math.sin(i / 31)],
      [Math.sin(i / 60), 1, 9.6],
      [20 * Math.cos(i / 70), 15, -40],
    ];
    const all = createAttitudeFilter({ use9d: true });
    const first = createAttitudeFilter({ use9d: true });
    for (let i = 0; i < 777; i++) {
      all.update(0.007 + 0.001 * (i % 3), ...movement(i));
      first.update(0.007 + 0.001 * (i % 3), ...movement(i));
    }
    const second = createAttitudeFilter({ use9d: true });
    second.restore(first.save());
    for (let i = 777; i < 2000; i++) {
      if (i === 900) {
        all.gap(0.2);
        second.gap(0.2);
      }
      all.update(0.007 + 0.001 * (i % 3), ...movement(i));
      second.update(0.007 + 0.001 * (i % 3), ...movement(i));
    }
    expect([...second.save()]).toEqual([...all.save()]);
    expect(() => second.restore(new Float64Array(3))).toThrow(RangeError);
  });

  it('bridges a gap in a steady turn and says that it is less sure', () => {
    const f = createAttitudeFilter();
    for (let i = 0; i < 300; i++) f.update(0.01, [0, 0, 0], LEVEL);
    for (let i = 0; i < 50; i++) f.update(0.01, [0, 0, 0.5], LEVEL);
    const before = f.headingSigmaRad;
    f.gap(0.3);
    f.update(0.01, [0, 0, 0.5], LEVEL);
    expect(headingRad(f.worldFromSensor)).toBeCloseTo(0.5 * (0.5 + 0.3 + 0.01), 3);
    const after = f.headingSigmaRad;
    expect(after).toBeGreaterThan(before + 1 * DEG);
    f.gap(2);
    f.update(0.01, [0, 0, 0.5], LEVEL);
    expect(f.headingSigmaRad).toBeGreaterThan(1.5);
  });

  it('takes a long step and a run of NaN for a gap', () => {
    const long = createAttitudeFilter();
    const nan = createAttitudeFilter();
    for (const f of [long, nan]) {
      for (let i = 0; i < 300; i++) f.update(0.01, [0, 0, 0], LEVEL);
      for (let i = 0; i < 50; i++) f.update(0.01, [0, 0, 0.5], LEVEL);
    }
    long.update(0.41, [0, 0, 0.5], LEVEL);
    for (let i = 0; i < 40; i++) nan.update(0.01, [0, Number.NaN, 0.5], LEVEL);
    nan.update(0.01, [0, 0, 0.5], LEVEL);
    expect(nan.invalidCount).toBe(40);
    expect(headingRad(long.worldFromSensor)).toBeCloseTo(0.5 * 0.91, 3);
    expect(headingRad(nan.worldFromSensor)).toBeCloseTo(0.5 * 0.91, 3);
  });

  it('flags saturation', () => {
    const f = createAttitudeFilter({ gyrLimitRadps: 35 });
    f.update(0.01, [0, 0, 36], LEVEL);
    expect(f.saturatedCount).toBe(1);
    expect(f.rateRadps[2]).toBeCloseTo(35, 6);
  });

  it('keeps the heading uncertainty of a movement through the hold that ends it, and starts anew when that is left', () => {
    const f = createAttitudeFilter();
    for (let i = 0; i < 600; i++) f.update(0.01, [0, 0, 0], LEVEL);
    for (let i = 0; i < 100; i++) f.update(0.01, [0, 0, 0.7], LEVEL);
    for (let i = 0; i < 300; i++) f.update(0.01, [0, 0, 0], LEVEL);
    expect(f.atRest).toBe(true);
    const held = f.headingSigmaRad;
    // 0.3 % of 40 degrees at the least
    expect(held).toBeGreaterThan(0.003 * 40 * DEG);
    expect(held).toBeLessThan(1 * DEG);
    for (let i = 0; i < 20; i++) f.update(0.01, [0, 0, -0.7], LEVEL);
    expect(f.headingSigmaRad).toBeLessThan(held);
  });
});
