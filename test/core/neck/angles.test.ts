import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Quat, quatOf } from '../../../src/core/frames.ts';
import { conjugate, multiply } from '../../../src/core/math/quat.ts';
import {
  AXIAL,
  cromAngles,
  FLEXION,
  inclinationRad,
  LATERAL,
  swingRad,
  twistRad,
} from '../../../src/core/neck/angles.ts';
import { type Mat, mul, quatFromMat, rotX, rotY, rotZ, transpose } from '../../support/subject-motion.ts';

const DEG = 180 / Math.PI;
const quat = (m: Mat) => quatOf<'neutral', 'head'>(...quatFromMat(m));
const crom = (m: Mat) => Array.from(cromAngles(new Float64Array(3), quat(m)), (rad) => rad * DEG);

describe('one pose in five conventions (true twist 40 degrees at F degrees of flexion)', () => {
  // F, flexion-lateral-axial 3rd angle, axial-lateral-flexion 1st angle, aerospace yaw, twist against flexed, against neutral.
  const table: readonly (readonly number[])[] = [
    [0, 40, 40, 40, 40, 40],
    [30, 40, 36.0, 44.1, 40, 40],
    [45, 40, 30.7, 49.9, 40, 40],
    [60, 40, 22.8, 59.2, 40, 40],
    [75, 40, 12.3, 72.9, 40, 40],
  ];
  it.each(table)('F = %d', (flexion, third, first, yaw, againstFlexed, againstNeutral) => {
    const start = rotY(flexion!);
    const pose = mul(start, rotZ(40));
    expect(crom(pose)[AXIAL]).toBeCloseTo(third!, 9);
    expect(crom(pose)[FLEXION]).toBeCloseTo(flexion!, 9);
    expect(crom(pose)[LATERAL]).toBeCloseTo(0, 9);
    expect(twistRad(quat(mul(transpose(start), pose))) * DEG).toBeCloseTo(againstFlexed!, 9);
    expect(twistRad(quat(pose)) * DEG).toBeCloseTo(againstNeutral!, 9);
    // The conventions that mislead, so that nobody takes one of them for ours: they read what the table says.
    expect(Math.atan2(-pose[1]!, pose[4]!) * DEG).toBeCloseTo(first!, 1);
    expect(Math.atan2(pose[3]!, pose[0]!) * DEG).toBeCloseTo(yaw!, 1);
  });
  it('eight degrees of lateral flexion at F = 60 spoil the twist against neutral only', () => {
    const start = mul(rotY(60), rotX(8));
    const pose = mul(start, rotZ(40));
    expect(twistRad(quat(pose)) * DEG).toBeCloseTo(35.4, 1);
    expect(twistRad(quat(mul(transpose(start), pose))) * DEG).toBeCloseTo(40, 9);
  });
});

describe('signs', () => {
  it('chin down, right ear to right shoulder, face to the left are positive', () => {
    // Where nose (x) and crown (z) go: x forward, y left, z up.
    expect(rotY(20)[6]).toBeLessThan(0); // nose down
    expect(crom(rotY(20))[FLEXION]).toBeCloseTo(20, 9);
    expect(rotX(20)[5]).toBeLessThan(0); // crown to the right
    expect(crom(rotX(20))[LATERAL]).toBeCloseTo(20, 9);
    expect(rotZ(20)[3]).toBeGreaterThan(0); // nose to the left
    expect(crom(rotZ(20))[AXIAL]).toBeCloseTo(20, 9);
  });
});

const deg = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const anyQuat = fc
  .tuple(deg(1), deg(1), deg(1), deg(1))
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((q) => quatOf<'world', 'neutral'>(q[0], q[1], q[2], q[3]));

describe('laws', () => {
  it('composes and takes apart again', () => {
    fc.assert(
      fc.property(deg(179), deg(88), deg(179), (flexion, lateral, axial) => {
        const [l, f, a] = [LATERAL, FLEXION, AXIAL].map(
          (i) => crom(mul(mul(rotY(flexion), rotX(lateral)), rotZ(axial)))[i],
        );
        const same = (x: number, y: number) => Math.abs(((x - y + 540) % 360) - 180) < 1e-5;
        expect(same(l!, lateral) && same(f!, flexion) && same(a!, axial)).toBe(true);
      }),
    );
  });
  it('at 90 degrees of lateral flexion the angles are finite and rebuild the pose', () => {
    for (const side of [90, -90]) {
      const pose = mul(mul(rotY(25), rotX(side)), rotZ(10));
      const [flexion, lateral, axial] = crom(pose);
      const again = mul(mul(rotY(flexion!), rotX(lateral!)), rotZ(axial!));
      for (let i = 0; i < 9; i++) expect(again[i]).toBeCloseTo(pose[i]!, 6);
    }
  });
  it('the world does not matter: turning neutral and head together changes no angle', () => {
    fc.assert(
      fc.property(anyQuat, anyQuat, anyQuat, (turn, neutral, head) => {
        const relative = (t: Quat<'world', 'neutral'>) => {
          const n = multiply(new Float64Array(4) as Quat<'world', 'neutral'>, t as never, neutral as never);
          const h = multiply(new Float64Array(4) as Quat<'world', 'head'>, t as never, head as never);
          const inverse = conjugate(new Float64Array(4) as Quat<'neutral', 'world'>, n);
          return multiply(new Float64Array(4) as Quat<'neutral', 'head'>, inverse, h);
        };
        const plain = relative(quatOf(1, 0, 0, 0));
        const turned = relative(turn);
        // Near the half turn the sign of the twist is free; compare the rotation's own numbers there.
        expect(
          Math.abs(Math.sin((twistRad(plain) - twistRad(turned)) / 2)) * Math.cos(swingRad(plain) / 2),
        ).toBeLessThan(1e-9);
        expect(swingRad(turned)).toBeCloseTo(swingRad(plain), 9);
      }),
    );
  });
  it('twist wraps to (-180, 180]', () => {
    fc.assert(
      fc.property(deg(1000), (angle) => {
        const q = quatOf<'flexed', 'head'>(Math.cos(angle / 2 / DEG), 0, 0, Math.sin(angle / 2 / DEG));
        const t = twistRad(q) * DEG;
        expect(t).toBeGreaterThan(-180.000001);
        expect(t).toBeLessThanOrEqual(180);
        expect(Math.abs(((((t - angle) % 360) + 540) % 360) - 180)).toBeLessThan(1e-6);
        const negative = quatOf<'flexed', 'head'>(-q[0]!, -q[1]!, -q[2]!, -q[3]!);
        expect(Math.sin((twistRad(negative) - twistRad(q)) / 2)).toBeCloseTo(0, 9);
      }),
    );
  });
  it('the twist of a rotation that is all swing is zero, and the inclination is what was leaned', () => {
    fc.assert(
      fc.property(deg(180), fc.double({ min: 0.1, max: 170, noNaN: true }), (about, lean) => {
        const m = mul(mul(rotZ(about), rotY(lean)), rotZ(-about));
        expect(twistRad(quat(m))).toBeCloseTo(0, 9);
        expect(swingRad(quat(m)) * DEG).toBeCloseTo(lean, 6);
        expect(inclinationRad(quat(m)) * DEG).toBeCloseTo(lean, 6);
      }),
    );
  });
  it('a turned-over axis gives a number', () => {
    expect(twistRad(quatOf<'flexed', 'head'>(0, 1, 0, 0))).toBe(0);
  });
});
