import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  angleBetweenRad,
  createGravityTracker,
  gravityTwistNoiseGain,
  gravityTwistRad,
  pureGravityTwistRad,
} from '../../../src/core/neck/gravity-twist.ts';
import { type Mat, mul, rotX, rotY, rotZ, Script, sense } from '../../support/subject-motion.ts';

const DEG = 180 / Math.PI;
const upIn = (m: Mat) => [m[6]!, m[7]!, m[8]!];
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('gravity and twist', () => {
  it('a pure twist is read exactly wherever the long axis leans', () => {
    fc.assert(
      fc.property(between(5, 90), between(-175, 175), between(-180, 180), (b, twist, heading) => {
        const start = mul(rotZ(heading), rotY(-b));
        const read = pureGravityTwistRad(upIn(start), upIn(mul(start, rotZ(twist)))) * DEG;
        expect(read).toBeCloseTo(twist, 6);
      }),
    );
  });
  it('the noise gain is 1 / sin b: the figures of the reference', () => {
    expect(gravityTwistNoiseGain(20 / DEG)).toBeCloseTo(2.9, 1);
    expect(gravityTwistNoiseGain(30 / DEG)).toBeCloseTo(2.0, 1);
    expect(gravityTwistNoiseGain(45 / DEG)).toBeCloseTo(1.4, 1);
    // and it is what a small error does
    const start = rotY(-30);
    const wrong = mul(rotX(0.1), mul(start, rotZ(0)));
    const error = pureGravityTwistRad(upIn(start), upIn(wrong)) * DEG;
    expect(Math.abs(error) / 0.1).toBeCloseTo(2, 1);
  });
  it('side lean fools the formula of pure twist by about nine degrees, and not the prediction', () => {
    const script = new Script({ recline: -90, flexion: 60, lateral: 0, axial: 0 }).add({ stayS: 0.5 });
    script.add({ axial: 44, lateral: 5, moveS: 3 });
    const tracker = createGravityTracker();
    let before: Mat | null = null;
    let start: readonly number[] = [];
    let end: readonly number[] = [];
    for (const s of sense(script)) {
      if (!before) {
        tracker.start(upIn(s.worldFromHead));
        start = upIn(s.worldFromHead);
      } else tracker.update(0.01, s.gyrRadps);
      before = s.worldFromHead;
      end = upIn(s.worldFromHead);
    }
    const pure = Math.abs(pureGravityTwistRad(start, end) * DEG);
    expect(Math.abs(pure - 44)).toBeGreaterThan(7);
    expect(angleBetweenRad(tracker.up, end) * DEG).toBeLessThan(0.1);
    expect(gravityTwistRad(44 / DEG, tracker.up, end) * DEG).toBeCloseTo(44, 0);
  });
  it('a gyro that reads 10 % too much is told by gravity', () => {
    const script = new Script({ recline: -90, flexion: 50, lateral: 0, axial: 0 }).add({
      axial: 40,
      moveS: 3,
      stayS: 0.5,
    });
    const tracker = createGravityTracker();
    let end: readonly number[] = [];
    let first = true;
    for (const s of sense(script)) {
      if (first) tracker.start(upIn(s.worldFromHead));
      else
        tracker.update(
          0.01,
          s.gyrRadps.map((w) => 1.1 * w),
        );
      first = false;
      end = upIn(s.worldFromHead);
    }
    // 4 degrees of twist, seen through sin 40.
    expect(angleBetweenRad(tracker.up, end) * DEG).toBeCloseTo(4 * Math.sin(40 / DEG), 1);
    expect(gravityTwistRad(44 / DEG, tracker.up, end) * DEG).toBeCloseTo(40, 0);
  });
  it('without a start it knows nothing, and says so', () => {
    const tracker = createGravityTracker();
    tracker.start([Number.NaN, Number.NaN, Number.NaN]);
    tracker.update(0.01, [1, 2, 3]);
    expect(Array.from(tracker.up)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(angleBetweenRad(tracker.up, [0, 0, 1])).toBeNaN();
  });
});
