import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QuaternionRecord, removeHeadingDrift } from '../../../src/core/fusion/quaternion-drift.ts';
import { wrapPi } from '../../../src/core/math/angle.ts';
import { SampleFlag } from '../../../src/core/sample.ts';
import {
  createNoise,
  type Mat,
  mul,
  type Posture,
  quatFromMat,
  rotX,
  rotY,
  rotZ,
  Script,
  worldFromHead,
} from '../../support/subject-motion.ts';

const DEG = 180 / Math.PI;
const MOUNT = mul(rotY(15), rotX(-25));

/** Sixty seconds between two rests of four: lying, nodding and turning, and no stay anywhere between. */
const withoutStays = (): Script => {
  const script = new Script().add({ stayS: 4 });
  for (let i = 0; i < 6; i++) {
    script.add({ axial: 60, flexion: 25, moveS: 2.5 }).add({ axial: -50, lateral: 20, moveS: 2.5 });
    script.add({ flexion: -30, lateral: 0, axial: 10, moveS: 2.5 }).add({ flexion: 0, axial: 0, moveS: 2.5 });
  }
  return script.add({ stayS: 4 });
};
/** The same head, which also stays still for a second and a half now and then, turned and tilted. */
const withStays = (): Script => {
  const script = new Script().add({ stayS: 4 });
  for (let i = 0; i < 6; i++) {
    script.add({ axial: 60, flexion: 25, moveS: 3, stayS: 1.5 }).add({ axial: -50, lateral: 20, moveS: 3 });
    script.add({ flexion: 0, lateral: 0, axial: 0, moveS: 3, stayS: 1.5 });
  }
  return script.add({ stayS: 4 });
};

interface Device {
  readonly script: Script;
  /** Heading that the device adds, deg, at a time and a posture. */
  readonly errorDeg: (tS: number, posture: Posture) => number;
  readonly swayDeg?: number;
  readonly seed?: number;
  readonly keep?: (index: number) => boolean;
}

/** What a device would send, and the truth beside it. */
function record({ script, errorDeg, swayDeg = 0, seed = 1, keep = () => true }: Device) {
  const noise = createNoise(seed);
  const phases = [0, 1, 2].map(() => [6.3 * noise.uniform(), 0.5 + 1.5 * noise.uniform()] as const);
  const timeS: number[] = [];
  const quat: number[] = [];
  const truth: Mat[] = [];
  for (let i = 0; i <= script.durationS * 100; i++) {
    if (!keep(i)) continue;
    const t = i / 100;
    const posture = script.at(t);
    const [flexion, lateral, axial] = phases.map(([phase, hz]) => swayDeg * Math.sin(phase + 6.283 * hz * t));
    const swaying = {
      ...posture,
      flexion: posture.flexion + flexion!,
      lateral: posture.lateral + lateral!,
      axial: posture.axial + axial!,
    };
    const pose = mul(worldFromHead(swaying, 70), MOUNT);
    // 16-bit components, either sign of the same rotation
    const sign = noise.uniform() < 0.5 ? -1 : 1;
    const sent = quatFromMat(mul(rotZ(errorDeg(t, posture)), pose));
    quat.push(...sent.map((v) => (sign * Math.round(v * 32767)) / 32767));
    timeS.push(t);
    truth.push(pose);
  }
  const raw: QuaternionRecord = {
    timeS: Float64Array.from(timeS),
    worldFromSensor: Float64Array.from(quat),
    flags: new Uint32Array(timeS.length),
  };
  return { raw, truth };
}

const matOf = (q: Float64Array, i: number): Mat => {
  const [w, x, y, z] = q.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
};
/** Heading by which an estimate is off, deg: the world's z part of estimate times inverse of truth (both near each other). */
const headingOffDeg = (estimate: Mat, truth: Mat): number => {
  let s = 0;
  let c = 0;
  for (let k = 0; k < 3; k++) {
    s += estimate[3 + k]! * truth[k]! - estimate[k]! * truth[3 + k]!;
    c += estimate[k]! * truth[k]! + estimate[3 + k]! * truth[3 + k]!;
  }
  return Math.atan2(s, c) * DEG;
};
const solve = (raw: QuaternionRecord) => {
  const result = removeHeadingDrift(raw);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};
/** Worst heading error against the first sample, deg. */
function worstDeg(q: Float64Array, truth: readonly Mat[]): number {
  const first = headingOffDeg(matOf(q, 0), truth[0]!);
  return Math.max(...truth.map((pose, i) => Math.abs(headingOffDeg(matOf(q, i), pose) - first)));
}

describe('heading drift of a device that sends only quaternions', () => {
  it.each([
    ['constant', (t: number) => 0.1 * t],
    ['growing to 0.1 deg/s', (t: number) => (0.1 * t * t) / (2 * 68)],
    ['changing from 0.1 to -0.1 deg/s', (t: number) => 0.1 * t - (0.2 * t * t) / (2 * 68)],
  ])('%s: gone when a rest stands at either end', (_, errorDeg) => {
    const { raw, truth } = record({ script: withoutStays(), errorDeg });
    expect(worstDeg(raw.worldFromSensor, truth)).toBeGreaterThan(1.5);
    const value = solve(raw);
    expect(value.rests).toHaveLength(2);
    expect(worstDeg(value.worldFromSensor, truth)).toBeLessThan(0.2);
    for (const { from, to, rateRadps, sigmaRadps } of value.rests) {
      const [a, b] = [raw.timeS[from]!, raw.timeS[to - 1]!];
      const rate = (errorDeg(b) - errorDeg(a)) / (b - a);
      expect(Math.abs(rateRadps * DEG - rate)).toBeLessThan(2 * sigmaRadps * DEG);
      expect(sigmaRadps * DEG).toBeLessThan(0.02);
    }
  });
  it('leaves inclination as it was, and says what it took out', () => {
    const { raw } = record({ script: withStays(), errorDeg: (t) => 0.1 * t });
    const value = solve(raw);
    for (let i = 0; i < value.timeS.length; i += 50) {
      const before = matOf(raw.worldFromSensor, i);
      const after = matOf(value.worldFromSensor, i);
      for (const k of [6, 7, 8]) expect(Math.abs(after[k]! - before[k]!)).toBeLessThan(1e-4);
      const taken = headingOffDeg(before, after) / DEG;
      expect(Math.abs(wrapPi(taken - value.driftRad[i]!))).toBeLessThan(1e-4);
    }
  });
  it('finds rests wherever the head is turned and tilted, and none where it moves', () => {
    const script = withStays();
    const { rests, timeS } = solve(record({ script, errorDeg: (t) => -0.05 * t }).raw);
    // Twelve on the way and one at either end; the last on the way goes on into the end.
    expect(rests).toHaveLength(13);
    for (const { from, to, durationS } of rests) {
      expect(durationS).toBeGreaterThanOrEqual(0.4);
      // Movement fades in: what is left of it in a rest is below what the scatter allows for.
      const [a, b] = [script.at(timeS[from]!), script.at(timeS[to - 1]!)];
      expect(Math.abs(a.axial - b.axial)).toBeLessThan(0.02);
    }
  });
  it('the interval covers, from any sample to any other, and is no huge one', () => {
    let inside = 0;
    let points = 0;
    let squareDeg = 0;
    let halfDeg = 0;
    for (let seed = 1; seed <= 24; seed++) {
      const noise = createNoise(1000 + seed);
      const scale = 0.004 * noise.normal();
      // A drift rate that wanders by a tenth of a degree per second in 100 s, as a consumer gyro's bias does.
      let rateDps = 0.15 * noise.normal();
      const walkDeg = [0];
      for (let k = 0; k < 820; k++) {
        walkDeg.push(walkDeg[k]! + 0.1 * rateDps);
        rateDps += 0.01 * Math.sqrt(0.1) * noise.normal();
      }
      const drift = (t: number) => {
        const k = Math.floor(10 * t);
        return walkDeg[k]! + (10 * t - k) * (walkDeg[k + 1]! - walkDeg[k]!);
      };
      const script = seed % 2 === 0 ? withStays() : withoutStays();
      const errorDeg = (t: number, p: Posture) => drift(t) + scale * p.axial;
      const { raw, truth } = record({ script, errorDeg, swayDeg: 0.05, seed });
      const value = solve(raw);
      const off = truth.map((pose, i) => headingOffDeg(matOf(value.worldFromSensor, i), pose));
      for (let k = 0; k < 60; k++) {
        const a = Math.floor(noise.uniform() * off.length);
        const b = Math.floor(noise.uniform() * off.length);
        const sigma = value.headingSigmaRad(a, b) * DEG;
        expect(value.headingSigmaRad(b, a)).toBe(value.headingSigmaRad(a, b));
        points++;
        if (Math.abs(off[b]! - off[a]!) <= 1.96 * sigma) inside++;
        squareDeg += (off[b]! - off[a]!) ** 2;
        halfDeg += 1.96 * sigma;
      }
    }
    expect(inside / points).toBeGreaterThan(0.93);
    expect(halfDeg / points).toBeLessThan(2.2 * Math.sqrt(squareDeg / points));
  });
  it('without a rest nothing is taken out, and the uncertainty says so', () => {
    const script = new Script();
    for (let i = 0; i < 5; i++) script.add({ axial: 60, moveS: 1 }).add({ axial: -60, flexion: 10 * i, moveS: 1 });
    const { raw } = record({ script, errorDeg: (t) => 0.1 * t, keep: (i) => i > 30 && i < 960 });
    const value = solve(raw);
    expect(value.rests).toHaveLength(0);
    expect(value.driftRad.every((x) => x === 0)).toBe(true);
    expect(value.headingSigmaRad(0, value.timeS.length - 1) * DEG).toBeGreaterThan(2);
  });
  it('a creeping head is no device that drifts: what shows in tilt is doubted in heading', () => {
    const creep = new Script().add({ flexion: 0.8, axial: 0.8, moveS: 4 });
    const still = new Script().add({ stayS: 4 });
    const doubt = (script: Script) => solve(record({ script, errorDeg: () => 0, swayDeg: 0.001 }).raw).rests[0]!;
    expect(doubt(creep).sigmaRadps).toBeGreaterThan(5 * doubt(still).sigmaRadps);
    expect(Math.abs(doubt(creep).rateRadps)).toBeLessThan(2 * doubt(creep).sigmaRadps);
  });
});

describe('holes of a quaternion record', () => {
  const errorDeg = (t: number) => 0.1 * t;
  it('up to a second are flagged and bridged, and what lies across is less certain the longer they are', () => {
    const sigma = [0, 0.3, 0.9].map((holeS) => {
      const keep = (i: number) => i <= 3000 || i > 3000 + 100 * holeS;
      const { raw, truth } = record({ script: withoutStays(), errorDeg, keep });
      const value = solve(raw);
      expect([...value.flags].filter((f) => (f & SampleFlag.gap) !== 0)).toHaveLength(holeS > 0 ? 1 : 0);
      if (holeS > 0) expect(value.flags[3001]! & SampleFlag.gap).toBe(SampleFlag.gap);
      expect(worstDeg(value.worldFromSensor, truth)).toBeLessThan(0.2);
      return value.headingSigmaRad(0, value.timeS.length - 1);
    });
    expect(sigma[1]).toBeGreaterThan(sigma[0]!);
    expect(sigma[2]).toBeGreaterThan(sigma[1]!);
  });
  it('samples that are no rotation are holes too, and duplicates are passed over', () => {
    const { raw, truth } = record({ script: withStays(), errorDeg });
    raw.worldFromSensor.fill(Number.NaN, 4 * 700, 4 * 720);
    raw.worldFromSensor.fill(0, 4 * 900, 4 * 903);
    raw.worldFromSensor[4 * 1000] = 1e300;
    const flags = Uint32Array.from(raw.flags);
    flags[1100] = SampleFlag.duplicate;
    raw.timeS[1100] = raw.timeS[1099]!;
    const value = solve({ ...raw, flags });
    expect(value.timeS).toHaveLength(raw.timeS.length - 25);
    expect(value.worldFromSensor.every(Number.isFinite)).toBe(true);
    const kept = [...value.source].map((i) => truth[i]!);
    expect(worstDeg(value.worldFromSensor, kept)).toBeLessThan(0.2);
  });
});

describe('a quaternion record that gives nothing', () => {
  const good = () =>
    record({ script: new Script().add({ stayS: 1 }).add({ axial: 30, moveS: 2 }), errorDeg: () => 0 }).raw;
  const reasonOf = (over: Partial<QuaternionRecord>) => {
    const result = removeHeadingDrift({ ...good(), ...over });
    return result.ok ? null : result.reason;
  };
  const first = (n: number): QuaternionRecord => {
    const { timeS, worldFromSensor, flags } = good();
    return {
      timeS: timeS.slice(0, n),
      worldFromSensor: worldFromSensor.slice(0, 4 * n),
      flags: Array.from(flags).slice(0, n),
    };
  };
  it('names the reason', () => {
    const { timeS, worldFromSensor } = good();
    expect(reasonOf({})).toBeNull();
    expect(reasonOf(first(0))).toBe('empty');
    expect(reasonOf(first(1))).toBe('one-sample');
    expect(reasonOf(first(50))).toBe('too-short');
    expect(reasonOf({ timeS: timeS.slice(1) })).toBe('lengths-differ');
    expect(reasonOf({ timeS: timeS.map(() => 3) })).toBe('time-constant');
    expect(reasonOf({ timeS: timeS.slice().reverse() })).toBe('time-reversed');
    expect(reasonOf({ timeS: timeS.map((t, i) => (i === 9 ? Number.NaN : t)) })).toBe('time-not-finite');
    expect(reasonOf({ worldFromSensor: worldFromSensor.map(() => Number.NaN) })).toBe('not-finite');
    expect(reasonOf({ worldFromSensor: worldFromSensor.map((_, i) => (i % 4 === 0 ? 1 : 0)) })).toBe('constant');
    expect(reasonOf({ timeS: timeS.map((t, i) => (i > 100 ? t + 1.5 : t)) })).toBe('gap');
  });
  it('any finite input gives finite numbers or a reason', () => {
    const component = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1, -1, 1e-200));
    const sample = fc.record({
      q: fc.oneof(
        fc.tuple(component, component, component, component),
        fc.constantFrom([1, 0, 0, 0], [0, 0, 0, -1], [0.6, 0, 0.8, 0]),
      ),
      dtS: fc.constantFrom(1e-12, 1e-5, 0.01, 0.1, 0.4, 0.9),
      flag: fc.constantFrom(0, 0, 0, SampleFlag.duplicate, SampleFlag.gap),
    });
    let solved = 0;
    fc.assert(
      fc.property(fc.array(sample, { minLength: 2, maxLength: 60 }), fc.boolean(), (samples, healthy) => {
        let t = 0;
        const timeS = Float64Array.from(samples, ({ dtS }) => (t += dtS));
        const unit = [Math.SQRT1_2, Math.SQRT1_2, 0, 0];
        const quats = samples.map(({ q }) => (healthy && !(Math.abs(Math.hypot(...q) - 1) < 0.1) ? unit : q));
        const result = removeHeadingDrift({
          timeS,
          worldFromSensor: Float64Array.from(quats.flat()),
          flags: samples.map(({ flag }) => flag),
        });
        if (!result.ok) return;
        solved++;
        const { worldFromSensor, driftRad, rests, headingSigmaRad } = result.value;
        const m = driftRad.length;
        for (const list of [worldFromSensor, driftRad]) expect(list.every(Number.isFinite)).toBe(true);
        for (const rest of rests)
          expect(Number.isFinite(rest.rateRadps) && Number.isFinite(rest.sigmaRadps)).toBe(true);
        for (let i = 0; i < m; i++) {
          expect(Math.hypot(...worldFromSensor.subarray(4 * i, 4 * i + 4))).toBeCloseTo(1, 9);
          expect(headingSigmaRad(0, i)).toBeGreaterThanOrEqual(0);
          expect(headingSigmaRad(i, m - 1)).toBeLessThan(1e3);
        }
        expect(headingSigmaRad(0, m)).toBeNaN();
      }),
      { numRuns: 200 },
    );
    expect(solved).toBeGreaterThan(30);
  });
});
