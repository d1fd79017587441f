import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityQuat, type Quat } from '../../../src/core/frames.ts';
import { fromRotationVector, multiply } from '../../../src/core/math/quat.ts';
import { judgeChange } from '../../../src/core/neck/change.ts';
import { type AngleMeasure, conjunctAngles, helicalAngleRad, measureRad } from '../../../src/core/neck/conjunct.ts';
import { relativePose } from '../../../src/core/neck/pose.ts';
import {
  ANGLE_TERMS,
  type AngleErrors,
  angleSensitivity,
  angleUncertainty,
  COVERAGE_95,
  combineTerms,
  meanAngle,
} from '../../../src/core/neck/uncertainty.ts';
import { createNoise, mul, quatFromMat, rotX, rotY, rotZ } from '../../support/subject-motion.ts';

const RAD = Math.PI / 180;
type Pose = Quat<'world', 'head'>;
const pose = (flexion: number, lateral: number, axial: number, recline = 0, heading = 0): Pose =>
  Float64Array.from(
    quatFromMat(mul(mul(rotZ(heading), rotY(recline)), mul(rotY(flexion), mul(rotX(lateral), rotZ(axial))))),
  ) as Pose;
const turn = (x: number, y: number, z: number): Quat<'world', 'world'> =>
  fromRotationVector(identityQuat<'world', 'world'>(), x, y, z);
const none: AngleErrors = {
  headingSigmaRad: 0,
  tiltSigmaRad: 0,
  alignmentSigmaRad: 0,
  holdSigmaRad: 0,
  bandSigmaRad: 0,
  gapSigmaRad: 0,
  device: 0,
};
const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const measures = fc.constantFrom<AngleMeasure>('twist', 'flexion', 'lateral', 'axial');

describe('conjunct motion', () => {
  it('reads the three angles back, with the whole rotation never smaller than any twist in it', () => {
    fc.assert(
      fc.property(angle(70), angle(60), angle(80), (f, l, a) => {
        const q = pose(f, l, a);
        const all = conjunctAngles(q);
        expect(all.flexionRad / RAD).toBeCloseTo(f, 6);
        expect(all.lateralRad / RAD).toBeCloseTo(l, 6);
        expect(all.axialRad / RAD).toBeCloseTo(a, 6);
        expect(all.helicalRad).toBeGreaterThanOrEqual(Math.abs(all.twistRad) - 1e-9);
        expect(all.helicalRad).toBeGreaterThanOrEqual(all.swingRad - 1e-9);
        // cos(h/2) = cos(twist/2) cos(swing/2): the decomposition loses nothing.
        expect(Math.cos(all.helicalRad / 2)).toBeCloseTo(Math.cos(all.twistRad / 2) * Math.cos(all.swingRad / 2), 9);
      }),
    );
  });
  it('a pure movement has a helical angle of its own size and no conjunct', () => {
    fc.assert(
      fc.property(angle(80), (a) => {
        const q = pose(0, 0, a);
        expect(helicalAngleRad(q) / RAD).toBeCloseTo(Math.abs(a), 6);
        expect(Math.abs(conjunctAngles(q).flexionRad)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('sensitivity', () => {
  it('upright, an axial rotation answers to heading one to one and to tilt hardly; lying flat the other way round', () => {
    const upright = angleSensitivity('axial', pose(0, 0, 0), pose(0, 0, 60));
    expect(upright.world[2]).toBeCloseTo(1, 6);
    expect(Math.hypot(upright.world[0]!, upright.world[1]!)).toBeLessThan(1e-6);
    const supine = angleSensitivity('twist', pose(0, 0, 0, -90), pose(0, 0, 40, -90));
    expect(Math.abs(supine.world[2]!)).toBeLessThan(1e-6);
    expect(Math.hypot(supine.world[0]!, supine.world[1]!)).toBeCloseTo(1, 6);
  });
  it('predicts what small errors of pose and alignment do to the angle', () => {
    fc.assert(
      fc.property(
        measures,
        fc.tuple(angle(50), angle(35), angle(70), angle(180)),
        fc.array(angle(0.004), { minLength: 6, maxLength: 6 }),
        (measure, [f, l, a, heading], e) => {
          const start = pose(5, -3, 2, -20, heading);
          const end = pose(f, l, a, -20, heading);
          const s = angleSensitivity(measure, start, end);
          const crooked = fromRotationVector(identityQuat<'head', 'head'>(), e[3]!, e[4]!, e[5]!);
          const wrongEnd = multiply(identityQuat<'world', 'head'>(), turn(e[0]!, e[1]!, e[2]!), end);
          const rel = relativePose(
            identityQuat<'head', 'head'>(),
            multiply(identityQuat<'world', 'head'>(), start, crooked),
            multiply(identityQuat<'world', 'head'>(), wrongEnd, crooked),
          );
          const truth = relativePose(identityQuat<'head', 'head'>(), start, end);
          const change = measureRad(measure, rel) - measureRad(measure, truth);
          let predicted = 0;
          for (let i = 0; i < 3; i++) predicted += s.world[i]! * e[i]! + s.head[i]! * e[3 + i]!;
          // What is left is of second order: (0.01 rad)^2 times what the joint sequence amplifies.
          expect(Math.abs(change - predicted)).toBeLessThan(4e-4);
        },
      ),
    );
  });
});

describe('uncertainty of an angle', () => {
  it('is the scatter of angles with errors drawn as stated', () => {
    const noise = createNoise(3);
    const start = pose(45, 0, 0, -90);
    const end = pose(43, 4, 35, -90);
    const errors = { ...none, headingSigmaRad: 0.01, tiltSigmaRad: 0.006, holdSigmaRad: 0.002 };
    const truth = measureRad('twist', relativePose(identityQuat<'head', 'head'>(), start, end));
    let square = 0;
    const n = 4000;
    for (let i = 0; i < n; i++) {
      const e = turn(0.006 * noise.normal(), 0.006 * noise.normal(), 0.01 * noise.normal());
      const wrong = multiply(identityQuat<'world', 'head'>(), e, end);
      const measured = measureRad('twist', relativePose(identityQuat<'head', 'head'>(), start, wrong));
      square += (measured + 0.002 * noise.normal() - truth) ** 2 / n;
    }
    const { sigmaRad } = angleUncertainty('twist', start, end, errors);
    expect(Math.sqrt(square) / sigmaRad).toBeGreaterThan(0.95);
    expect(Math.sqrt(square) / sigmaRad).toBeLessThan(1.05);
  });
  it('names the largest term, and sums squares', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }), (values) => {
        const [tilt, heading, alignment, hold, device, band, gaps] = values as [
          number,
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        const terms = { tilt, heading, alignment, hold, device, band, gaps };
        expect(Object.keys(terms)).toEqual(ANGLE_TERMS);
        const all = combineTerms(terms);
        expect(all.sigmaRad).toBeCloseTo(Math.hypot(...values), 12);
        expect(terms[all.dominant]).toBe(Math.max(...values));
      }),
    );
    expect(
      combineTerms({ tilt: Number.NaN, heading: 0, alignment: 0, hold: 0, device: 0, band: 0, gaps: 0 }).sigmaRad,
    ).toBeNaN();
  });
  it('a scale error is a share of the angle, by number or by the covariance of the turn', () => {
    const start = pose(0, 0, 0);
    const end = pose(0, 0, 60);
    expect(angleUncertainty('axial', start, end, { ...none, device: 0.003 }).sigmaRad).toBeCloseTo(0.003 * 60 * RAD, 9);
    const z = (0.003 * 60 * RAD) ** 2;
    const covariance = [0, 0, 0, 0, 0, 0, 0, 0, z];
    expect(angleUncertainty('axial', start, end, { ...none, device: covariance }).terms.device).toBeCloseTo(
      0.003 * 60 * RAD,
      6,
    );
  });
});

describe('repeated trials', () => {
  const one = (angleRad: number, alignment: number, hold: number) => ({
    angleRad,
    uncertainty: combineTerms({ tilt: 0, heading: 0, alignment, hold, device: 0, band: 0, gaps: 0 }),
  });
  it('averages what is random and keeps what is common', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.double({ min: 0.001, max: 0.05, noNaN: true }), (n, s) => {
        const list = Array.from({ length: n }, () => one(0.7, 0.02, s));
        const mean = meanAngle(list);
        expect(mean.meanRad).toBeCloseTo(0.7, 12);
        expect(mean.sigmaRad).toBeCloseTo(Math.hypot(0.02, s / Math.sqrt(n)), 9);
      }),
    );
  });
  it("takes the person's scatter when it is larger", () => {
    const mean = meanAngle([one(0.6, 0, 0.001), one(0.7, 0, 0.001), one(0.8, 0, 0.001)]);
    expect(mean.repeatabilityRad).toBeCloseTo(0.1, 9);
    expect(mean.sigmaRad).toBeCloseTo(0.1 / Math.sqrt(3), 6);
    expect(meanAngle([]).meanRad).toBeNaN();
    expect(meanAngle([one(0.6, 0, 0.001)]).repeatabilityRad).toBeNaN();
  });
});

describe('change', () => {
  const mdc = 7 * RAD;
  const at = (deg: number, sigmaDeg = 0.5) => ({ angleRad: deg * RAD, sigmaRad: sigmaDeg * RAD });
  it('needs more than the minimal detectable change and more than our own uncertainty', () => {
    expect(judgeChange(at(30), at(38), mdc).verdict).toBe('changed');
    expect(judgeChange(at(30), at(36), mdc).verdict).toBe('unclear');
    expect(judgeChange(at(30), at(33), mdc).verdict).toBe('not changed');
    expect(judgeChange(at(30, 4), at(38, 4), mdc).verdict).toBe('unclear');
    expect(judgeChange(at(30), { angleRad: 1, sigmaRad: Number.NaN }, mdc).verdict).toBe('unclear');
  });
  it('says the same of the way there and back, and never both', () => {
    const input = fc.record({
      angleRad: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
      sigmaRad: fc.double({ min: 0, max: 0.1, noNaN: true }),
    });
    fc.assert(
      fc.property(input, input, fc.double({ min: 0.001, max: 0.3, noNaN: true }), (a, b, limit) => {
        const there = judgeChange(a, b, limit);
        const back = judgeChange(b, a, limit);
        expect(back.verdict).toBe(there.verdict);
        expect(back.changeRad).toBeCloseTo(-there.changeRad, 12);
        if (there.verdict === 'changed') expect(Math.abs(there.changeRad)).toBeGreaterThan(limit);
        if (there.verdict === 'not changed') {
          expect(Math.abs(there.changeRad) + COVERAGE_95 * there.sigmaRad).toBeLessThanOrEqual(limit + 1e-12);
        }
      }),
    );
  });
});
