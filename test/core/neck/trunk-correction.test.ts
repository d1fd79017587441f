import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityQuat, type Quat } from '../../../src/core/frames.ts';
import { conjugate, fromRotationVector, multiply, rotationAngleRad } from '../../../src/core/math/quat.ts';
import { relativePose } from '../../../src/core/neck/pose.ts';
import { createTrunkCorrection } from '../../../src/core/neck/trunk-correction.ts';
import { createTrunkFollower, type TrunkSample } from '../../../src/core/neck/trunk-follow.ts';

type Rotation = readonly [number, number, number];
function turned([x, y, z]: Rotation): Quat<'world', 'head'> {
  return fromRotationVector(identityQuat<'world', 'head'>(), x, y, z);
}
const product = (...parts: Float64Array[]): Quat<'world', 'head'> => {
  const out = identityQuat<'world', 'head'>();
  for (const part of parts) multiply(out, out as Quat<'world', 'head'> & Quat<'world', 'world'>, part as typeof out);
  return out;
};
const sampleOf = (pose: Float64Array, changes: Partial<TrunkSample> = {}): TrunkSample => ({
  known: true,
  epoch: 0,
  worldFromTrunk: pose as Quat<'trunkWorld', 'trunk'>,
  headingSigmaRad: 0.001,
  tiltSigmaRad: 0.005,
  biasSigmaRadps: 0.0002,
  ...changes,
});
const step = { dtS: 0.01 };
const angle = fc.double({ min: -0.5, max: 0.5, noNaN: true });
const small = fc.tuple(angle, angle, angle);
const heading = fc.double({ min: -3, max: 3, noNaN: true });
/** The same back pitch and neutral of head and trunk, so that their left axes lie level and face alike. */
const pitch = fc.double({ min: -1.5, max: 0.3, noNaN: true });

describe('the trunk taken out of the head', () => {
  it('leaves what the neck did, whatever the trunk did, in any heading of the second world', () => {
    fc.assert(
      fc.property(pitch, pitch, heading, small, small, (back, flexed, world, trunkTurn, neckTurn) => {
        const turn = turned([0, 0, world]);
        const trunk0 = turned([0, back, 0]);
        const neck0 = turned([0, flexed, 0]);
        const trunk1 = product(trunk0, turned(trunkTurn));
        const neck1 = product(neck0, turned(neckTurn));
        const correction = createTrunkCorrection(0.03);
        correction.see(sampleOf(product(turn, trunk0)), step);
        correction.start(product(trunk0, neck0));
        correction.see(sampleOf(product(turn, trunk1)), step);
        const seen = identityQuat<'world', 'head'>();
        correction.write(seen, product(trunk1, neck1));
        const startFromSeen = relativePose(identityQuat<'head', 'head'>(), product(trunk0, neck0), seen);
        const startFromNeck = product(conjugate(identityQuat<'head', 'world'>(), neck0), neck1);
        const left = product(conjugate(identityQuat<'head', 'world'>(), startFromNeck), startFromSeen);
        expect(rotationAngleRad(left)).toBeLessThan(1e-7);
        expect(correction.movedRad).toBeCloseTo(Math.hypot(...trunkTurn), 7);
        expect(correction.startFlexionRad).toBeCloseTo(flexed, 7);
      }),
    );
  });

  it('is nothing with one sensor, and ends where the trunk is lost or its heading is another', () => {
    const pose = turned([0.1, 0.2, 0.3]);
    const alone = createTrunkCorrection(null);
    alone.see(sampleOf(turned([0, 0, 0.4])), step);
    alone.start(pose);
    const out = identityQuat<'world', 'head'>();
    alone.write(out, pose);
    expect([...out]).toEqual([...pose]);
    expect(alone.has).toBe(false);
    for (const lost of [{ known: false }, { epoch: 1 }]) {
      const two = createTrunkCorrection(0.03);
      two.see(sampleOf(turned([0, 0, 0.4])), step);
      two.start(turned([0, 0.2, 0]));
      expect(two.see(sampleOf(turned([0, 0, 0.4])), step)).toBe(false);
      expect(two.has).toBe(true);
      expect(two.see(sampleOf(turned([0, 0, 0.4]), lost), step)).toBe(true);
      expect(two.has).toBe(false);
    }
  });

  it('goes on from a save as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), (cut) => {
        const feed = (one: ReturnType<typeof createTrunkCorrection>, i: number): number[] => {
          one.see(sampleOf(turned([0.01 * i, 0.02 * i, 0.1]), { headingSigmaRad: 0.001 * i }), step);
          if (i === 0) one.start(turned([0, 0.3, 0.1]));
          const out = identityQuat<'world', 'head'>();
          one.write(out, turned([0, 0.3, 0.01 * i]));
          return [...out, one.headingSigmaRad, one.tiltSigmaRad, one.movedRad, one.otherSigmaRad(one.movedRad)];
        };
        const whole = createTrunkCorrection(0.03);
        for (let i = 0; i < cut; i++) feed(whole, i);
        const copy = createTrunkCorrection(0.03);
        copy.restore(JSON.parse(JSON.stringify(whole.save())));
        for (let i = cut; i < cut + 20; i++) expect(feed(copy, i)).toStrictEqual(feed(whole, i));
      }),
    );
  });
});

describe('the trunk at a sample of the head', () => {
  const pose = (hostUs: number, arrivalUs: number, gapS = 0) => ({
    hostUs,
    arrivalUs,
    gapS,
    worldFromSensor: identityQuat<'world', 'sensor'>(),
    sensorRateRadps: Float64Array.of(0, 0, 1),
    headingSigmaRad: 0,
    tiltSigmaRad: 0,
    biasSigmaRadps: 0,
  });

  it('does not depend on which of two notifications that came together was handed over first', () => {
    const seen = [true, false].map((trunkFirst) => {
      const follower = createTrunkFollower();
      follower.push(pose(0, 5_000));
      if (trunkFirst) follower.push(pose(90_000, 99_000));
      const sample = follower.follow({ hostUs: 95_000, arrivalUs: 100_000 });
      if (!trunkFirst) follower.push(pose(90_000, 99_000));
      return [sample.known, ...sample.worldFromTrunk];
    });
    expect(seen[0]).toEqual(seen[1]);
    // Carried on by its rate to the head's time: 1 rad/s for 95 ms.
    expect(2 * Math.asin(seen[0]![4] as number)).toBeCloseTo(0.095, 6);
  });

  it('is not known when it is old, and of another heading after a long gap', () => {
    const follower = createTrunkFollower();
    follower.push(pose(0, 0));
    expect(follower.follow({ hostUs: 200_000, arrivalUs: 200_000 }).known).toBe(true);
    expect(follower.follow({ hostUs: 400_000, arrivalUs: 400_000 }).known).toBe(false);
    const { epoch } = follower.sample;
    follower.push(pose(2_000_000, 2_000_000, 2));
    expect(follower.follow({ hostUs: 2_050_000, arrivalUs: 2_050_000 })).toMatchObject({
      known: true,
      epoch: epoch + 1,
    });
  });
});
