import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createSourceSample } from '../../../src/adapters/sim/motion-source.ts';
import {
  angleOf,
  apply,
  axisRotation,
  flexLatAxial,
  rotationOf,
  times,
  toQuaternion,
  transpose,
  twistAboutZ,
} from '../../../src/adapters/sim/subject/rotation.ts';
import { SUBJECT_DEFAULTS } from '../../../src/adapters/sim/subject/settings.ts';
import { createSubject, type Subject } from '../../../src/adapters/sim/subject/subject.ts';
import type { SubjectPrompt } from '../../../src/ports/sensor-source.ts';

const DEG = Math.PI / 180;
const FRT_SCRIPT: readonly (readonly [number, SubjectPrompt])[] = [
  [0, 'sit-still'],
  [3, 'nod'],
  [14, 'turn-left'],
  [20, 'lie-down-and-flex'],
  [30, 'frt-left'],
  [40, 'frt-right'],
  [50, 'frt-left'],
  [60, 'frt-right'],
  [70, 'frt-left'],
  [80, 'frt-right'],
];
const perform = (subject: Subject, script = FRT_SCRIPT): void => {
  for (const [timeS, code] of script) subject.prompt(code, timeS);
};
const CLEAN = { gyroNoiseDegpsPerRootHz: 0, accNoiseMps2PerRootHz: 0, gyroBiasWalkDegps: 0 };

describe('what the sensor feels is what the head does', () => {
  test('integrating the exact rate in fine steps gives the true orientation, with wobble and creep', () => {
    const subject = createSubject(5, { wobbleDeg: 1.5, creepDeg: 0.5 });
    perform(subject);
    let m = subject.truth.worldFromSensor(0);
    const h = 0.0005;
    const steps = Math.round(40 / h);
    for (let i = 0; i < steps; i++) {
      // Midpoint rule on the rotation group: error of order h^2, independent of how the subject makes its rates.
      const [x, y, z] = subject.truth.exact((i + 0.5) * h).gyrRadps;
      m = times(m, rotationOf(x! * h, y! * h, z! * h));
    }
    const error = angleOf(times(transpose(subject.truth.worldFromSensor(40)), m));
    expect(error / DEG).toBeLessThan(0.001);
  });

  test('the force integrates to the movement of the band: lying down moves it by the true distance', () => {
    const subject = createSubject(6, { tremorDeg: 0, swayDeg: 0, wobbleDeg: 0 });
    subject.prompt('sit-still', 0);
    subject.prompt('lie-down-and-flex', 2);
    const h = 0.002;
    const velocity = [0, 0, 0];
    const position = [0, 0, 0];
    for (let t = 0; t < 12; t += h) {
      const { accMps2 } = subject.truth.exact(t + h / 2);
      const m = subject.truth.worldFromSensor(t + h / 2);
      for (let k = 0; k < 3; k++) {
        const a =
          m[3 * k]! * accMps2[0]! + m[3 * k + 1]! * accMps2[1]! + m[3 * k + 2]! * accMps2[2]! - (k === 2 ? 9.80665 : 0);
        position[k]! += velocity[k]! * h + (a * h * h) / 2;
        velocity[k]! += a * h;
      }
    }
    expect(Math.hypot(...velocity)).toBeLessThan(1e-3);
    // From head over hips to beside them: about half a metre down and half a metre back.
    expect(position[2]).toBeLessThan(-0.4);
    expect(Math.hypot(position[0]!, position[1]!)).toBeGreaterThan(0.3);
  });

  test('at rest: +g up, however the band sits', () => {
    for (let seed = 0; seed < 20; seed++) {
      const subject = createSubject(seed, { tremorDeg: 0, mountingDeg: 30 });
      const { accMps2 } = subject.truth.exact(1);
      const up = transpose(subject.truth.worldFromSensor(1)).filter((_, i) => i % 3 === 2);
      for (let k = 0; k < 3; k++) expect(Math.abs(accMps2[k]! - 9.80665 * up[k]!)).toBeLessThan(0.01);
      // The forehead mount points sensor y roughly up and sensor z out of the face.
      expect(up[1]).toBeGreaterThan(0.8);
    }
  });

  test('during a turn the lever arm is felt: centripetal force of the forehead', () => {
    const subject = createSubject(7, { tremorDeg: 0, swayDeg: 0, wobbleDeg: 0, neutralSpreadDeg: 0, couplingShare: 0 });
    subject.prompt('turn-left', 1);
    let peak = 0;
    let excess = 0;
    for (let t = 1; t < 3; t += 0.005) {
      const { gyrRadps, accMps2 } = subject.truth.exact(t);
      const rate = Math.hypot(...gyrRadps);
      // Where the turn is fastest the force along it is zero, so that what is left beside gravity is centripetal.
      const world = apply(subject.truth.worldFromSensor(t), accMps2);
      if (rate > peak) {
        peak = rate;
        excess = Math.hypot(world[0]!, world[1]!);
      }
    }
    expect(peak / DEG).toBeCloseTo(SUBJECT_DEFAULTS.alignmentPeakDegps, -1);
    expect(excess).toBeCloseTo(peak * peak * SUBJECT_DEFAULTS.leverForwardM, 2);
  });
});

describe('the true angles', () => {
  test('FRT: 38 to the left, 29 to the right, lean and all, over 100 subjects', () => {
    const left: number[] = [];
    const right: number[] = [];
    for (let seed = 0; seed < 100; seed++) {
      const subject = createSubject(seed);
      perform(subject);
      const done = subject.truth.performed();
      expect(done.map((m) => m.direction)).toEqual(['left', 'right', 'left', 'right', 'left', 'right']);
      for (const { direction, endRangeRad } of done) (direction === 'left' ? left : right).push(endRangeRad / DEG);
    }
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(left)).toBeCloseTo(38, 0);
    expect(mean(right)).toBeCloseTo(-29, 0);
    expect(Math.max(...left.map((v) => Math.abs(v - 38)))).toBeLessThan(1.8);
    expect(Math.max(...right.map((v) => Math.abs(v + 29)))).toBeLessThan(1.8);
  });

  test('FRT stays under the speed that voids it, keeps its inclination, and comes back', () => {
    const still = { from: 1.2, to: 0.05 };
    for (let seed = 0; seed < 8; seed++) {
      const subject = createSubject(seed);
      perform(subject);
      for (const { startS, endRangeS, holdEndS, returnedS } of subject.truth.performed()) {
        const inclination = (t: number): number => Math.acos(subject.truth.worldFromHead(t)[8]!) / DEG;
        for (let t = startS; t < returnedS; t += 0.01) {
          const rate = Math.hypot(...subject.truth.exact(t).gyrRadps) / DEG;
          if (rate > 42) expect.fail(`${rate} deg/s`);
          if (Math.abs(inclination(t) - inclination(startS)) > 5) expect.fail('inclination lost');
        }
        for (let t = endRangeS + 0.1; t < holdEndS; t += 0.01) {
          if (Math.hypot(...subject.truth.exact(t).gyrRadps) / DEG > 4) expect.fail('no hold');
        }
        for (let t = startS - still.from; t < startS - still.to; t += 0.01) {
          if (Math.hypot(...subject.truth.exact(t).gyrRadps) / DEG > 4) expect.fail('no stillness before');
        }
        expect(Math.abs(subject.truth.frtTwistRad(returnedS, startS)) / DEG).toBeLessThan(3);
        // Elevation of the long axis: flexed, about 30 to 40 degrees off the horizontal.
        expect(Math.abs(90 - inclination(startS) - 35)).toBeLessThan(6);
      }
    }
  });

  test('CROM: six directions, each with its own sign and angle', () => {
    const subject = createSubject(3);
    subject.prompt('crom', 1);
    const got = Object.fromEntries(subject.truth.performed().map((m) => [m.direction, m.endRangeRad / DEG]));
    const wanted = {
      flexion: 50,
      extension: -60,
      'lateral-left': -40,
      'lateral-right': 38,
      'rotation-left': 70,
      'rotation-right': -66,
    };
    expect(Object.keys(got)).toEqual(Object.keys(wanted));
    for (const [direction, angle] of Object.entries(wanted)) expect(Math.abs(got[direction]! - angle)).toBeLessThan(3);
  });

  test('a turn to the left turns the face to the left, a nod lowers the chin', () => {
    const subject = createSubject(4);
    const face = (t: number): number[] => [0, 3, 6].map((i) => subject.truth.worldFromHead(t)[i]!);
    const before = face(0.5);
    subject.prompt('turn-left', 1);
    const turned = face(3);
    expect(before[0]! * turned[1]! - before[1]! * turned[0]!).toBeGreaterThan(0.5);
    subject.prompt('nod', 8);
    expect(face(9.3)[2]).toBeLessThan(-0.2);
  });
});

describe('answers to prompts', () => {
  test('the hold lasts until "return", and at most two seconds', () => {
    const subject = createSubject(8);
    perform(subject, FRT_SCRIPT.slice(0, 4));
    subject.prompt('frt-left', 30);
    const planned = subject.truth.performed()[0]!;
    expect(planned.holdEndS - planned.endRangeS).toBeCloseTo(2, 6);
    subject.prompt('frt-return', planned.endRangeS + 0.8);
    const shortened = subject.truth.performed()[0]!;
    expect(shortened.holdEndS - shortened.endRangeS).toBeGreaterThan(1);
    expect(shortened.holdEndS - shortened.endRangeS).toBeLessThan(1.5);
    expect(Math.abs(subject.truth.frtTwistRad(shortened.returnedS + 0.1, shortened.startS)) / DEG).toBeLessThan(3);
    expect(subject.truth.posture).toBe('supine');
  });

  test('the same side again: nothing while it is under way, once more when the hold is over', () => {
    const subject = createSubject(9);
    perform(subject, FRT_SCRIPT.slice(0, 4));
    subject.prompt('frt-left', 30);
    const first = subject.truth.performed()[0]!;
    subject.prompt('frt-left', first.startS + 1);
    expect(subject.truth.performed()).toEqual([first]);
    subject.prompt('frt-left', first.holdEndS + 0.3);
    expect(subject.truth.performed().length).toBe(2);
  });

  test('called off before the end range: no repetition, and no jump', () => {
    const subject = createSubject(10);
    perform(subject, FRT_SCRIPT.slice(0, 4));
    subject.prompt('frt-right', 30);
    const { startS, endRangeS } = subject.truth.performed()[0]!;
    subject.prompt('rest', startS + 0.2);
    expect(subject.truth.performed()).toEqual([]);
    for (let t = startS - 1; t < endRangeS + 5; t += 0.01) {
      const { gyrRadps, accMps2 } = subject.truth.exact(t);
      if (Math.hypot(...gyrRadps) / DEG > 45 || Math.abs(Math.hypot(...accMps2) - 9.80665) > 1)
        expect.fail(`jump at ${t}`);
    }
  });

  test('an FRT asked of a sitting subject lies down first; sitting up ends in neutral', () => {
    const subject = createSubject(11);
    subject.prompt('frt-left', 1);
    expect(subject.truth.performed().length).toBe(1);
    expect(subject.truth.posture).toBe('supine');
    subject.prompt('sit-up', 40);
    expect(subject.truth.posture).toBe('sitting');
    expect(Math.acos(subject.truth.worldFromHead(60)[8]!) / DEG).toBeLessThan(4);
  });

  test('any prompt at any moment: never a jump', () => {
    const codes: SubjectPrompt[] = [
      'nod',
      'frt-left',
      'look-around',
      'frt-return',
      'crom',
      'sit-up',
      'frt-right',
      'turn-left',
    ];
    const out = createSourceSample();
    for (let seed = 0; seed < 8; seed++) {
      const subject = createSubject(seed, { ...CLEAN, gyroBiasDegps: 0 });
      let next = 0;
      for (let i = 0; i < 4000; i++) {
        const t = i / 100;
        if (t >= next) {
          subject.prompt(codes[(i * 7 + seed) % codes.length]!, t);
          next = t + 0.2 + ((i * 13 + seed * 5) % 30) / 10;
        }
        subject.sample(t, 100, out);
        const rate = Math.hypot(...out.gyrRadps) / DEG;
        const force = Math.hypot(...out.accMps2);
        if (!(rate < 160 && force > 5 && force < 15))
          expect.fail(`seed ${seed} at ${t}: ${rate} deg/s, ${force} m/s^2`);
      }
    }
  });
});

describe('the sensor chip', () => {
  test('bias, noise and their sizes', () => {
    const subject = createSubject(12, { tremorDeg: 0, swayDeg: 0, wobbleDeg: 0, gyroBiasWalkDegps: 0 });
    const out = createSourceSample();
    const n = 5000;
    const sum = [0, 0, 0];
    const squares = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      subject.sample(i / 100, 100, out);
      for (let k = 0; k < 3; k++) {
        sum[k]! += out.gyrRadps[k]! / n;
        squares[k]! += out.gyrRadps[k]! ** 2 / n;
      }
    }
    expect(Math.hypot(...sum) / DEG).toBeCloseTo(0.3, 2);
    for (let k = 0; k < 3; k++) expect(sum[k]! - subject.truth.gyroBiasRadps[k]!).toBeCloseTo(0, 4);
    const sigmaDegps = Math.sqrt(squares[0]! - sum[0]! ** 2) / DEG;
    expect(sigmaDegps).toBeCloseTo(0.007 * Math.sqrt(50), 2);
  });

  test('the quaternion of the device is the true one but for its small errors, heading drift included', () => {
    const subject = createSubject(13);
    const out = createSourceSample();
    for (const t of [0, 20, 60]) {
      subject.sample(t, 100, out);
      const truth = toQuaternion(subject.truth.worldFromSensor(t), new Float64Array(4));
      const dot = Math.abs(out.quat.reduce((a, q, i) => a + q * truth[i]!, 0));
      expect((2 * Math.acos(Math.min(1, dot))) / DEG).toBeLessThan(0.4 + 0.021 * t);
    }
  });

  test('same seed, same samples, bit for bit; another seed, another neck', () => {
    const record = (seed: number): number[] => {
      const subject = createSubject(seed);
      const out = createSourceSample();
      const all: number[] = [];
      for (let i = 0; i < 3000; i++) {
        if (i === 200) subject.prompt('look-around', i / 100);
        if (i === 2000) subject.prompt('frt-left', i / 100);
        subject.sample(i / 100, 100, out);
        all.push(...out.gyrRadps, ...out.accMps2, ...out.quat);
      }
      return all;
    };
    const first = record(42);
    expect(record(42)).toEqual(first);
    expect(record(43)).not.toEqual(first);
  });

  test('a setting that does not exist or is no number is refused', () => {
    expect(() => createSubject(1, { frtLeftDeg: Number.NaN })).toThrow(RangeError);
    expect(() => createSubject(1, { nonsense: 3 } as never)).toThrow(RangeError);
    expect(() => createSubject(1, { frtPeakDegps: 0 })).toThrow(RangeError);
    expect(() => createSubject(1, { frtHoldS: -1 })).toThrow(RangeError);
  });
});

test("the simulator's own rotation arithmetic", () => {
  // 40 deg twist at 60 deg of flexion is 40 about the long axis, and 22.8 or 59.2 in other conventions (Euler yaw).
  const flexed = axisRotation('y', 60 * DEG);
  const head = times(flexed, axisRotation('z', 40 * DEG));
  expect(twistAboutZ(times(transpose(flexed), head)) / DEG).toBeCloseTo(40, 10);
  expect(flexLatAxial(head).axialRad / DEG).toBeCloseTo(40, 10);
  expect(flexLatAxial(times(axisRotation('y', 0.3), times(axisRotation('x', -0.2), axisRotation('z', 0.9))))).toEqual({
    flexionRad: expect.closeTo(0.3, 12),
    lateralRad: expect.closeTo(-0.2, 12),
    axialRad: expect.closeTo(0.9, 12),
  });
  for (const [x, y, z] of [
    [3.1, 0.1, 0],
    [0, -3.1, 0.2],
    [0.1, 0, 3.13],
    [0.5, -0.4, 0.3],
  ] as const) {
    const q = toQuaternion(rotationOf(x, y, z), new Float64Array(4));
    const angle = Math.hypot(x, y, z);
    const expected = [Math.cos(angle / 2), ...[x, y, z].map((v) => (v / angle) * Math.sin(angle / 2))];
    const sign = Math.sign(q.reduce((a, v, i) => a + v * expected[i]!, 0));
    for (let i = 0; i < 4; i++) expect(sign * q[i]!).toBeCloseTo(expected[i]!, 12);
  }
});

test('every setting is explained in docs/simulator.md', () => {
  const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
  for (const name of Object.keys(SUBJECT_DEFAULTS)) expect(page).toContain(`\`${name}\``);
});
