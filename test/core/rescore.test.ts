import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RawTrial, rescoreTrial } from '../../src/core/rescore.ts';
import { cromLive, frtLive, frtSide } from '../../src/core/rescore-view.ts';
import { SampleFlag } from '../../src/core/sample.ts';
import { runCrom } from '../support/run-crom.ts';
import { runTrial } from '../support/run-trial.ts';
import { CONSUMER_SENSOR, mul, rotX, rotY, rotZ, Script } from '../support/subject-motion.ts';

const DEG = 180 / Math.PI;
const script = () => {
  const out = new Script().align().add({ stayS: 1.5 });
  const stay = { moveS: 1.6, stayS: 1.6 };
  for (const goal of [
    { flexion: 50 },
    { flexion: -55 },
    { lateral: 35 },
    { lateral: -32 },
    { axial: 70 },
    { axial: -66 },
  ]) {
    out.add({ ...goal, moveS: 1.6, stayS: 1.2 }).add({ flexion: 0, lateral: 0, axial: 0, ...stay });
  }
  return out;
};
const DIRECTIONS = [
  'flexion',
  'extension',
  'lateral-right',
  'lateral-left',
  'rotation-left',
  'rotation-right',
] as const;
const TRUTH = {
  flexion: 50,
  extension: -55,
  'lateral-right': 35,
  'lateral-left': -32,
  'rotation-left': 70,
  'rotation-right': -66,
};

const trial = (over: Parameters<typeof runCrom>[1] = {}) => {
  const run = runCrom(script(), {
    ...over,
    crom: { warmUps: 0, repetitions: 1, directions: DIRECTIONS },
    sensor: { ...CONSUMER_SENSOR, ...over.sensor },
  });
  const live = cromLive(run.crom.view.repetitions);
  return { ...run, live };
};
const rescored = (t: ReturnType<typeof trial>, raw: RawTrial = t.raw) => {
  const result = rescoreTrial(raw, t.alignment!, t.live);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
};

describe('of an FRT', () => {
  it('each side is the mean of what the protocol counted, with the matching uncertainty', () => {
    const script = new Script().align().lieDownAndFlex(50);
    for (let i = 0; i < 3; i++) script.frt(38).frt(-29, { lateral: 4 });
    const columns = { time: [] as number[], gyr: [] as number[], acc: [] as number[] };
    const { frt, alignment } = runTrial(script, {
      sensor: CONSUMER_SENSOR,
      frt: { practice: true, repetitionsPerSide: 2 },
      onSample: (sample, truth) => {
        columns.time.push(sample.timeS);
        columns.gyr.push(...truth.gyrRadps);
        columns.acc.push(...truth.accMps2);
      },
    });
    const raw: RawTrial = {
      timeS: Float64Array.from(columns.time),
      gyrRadps: Float64Array.from(columns.gyr),
      accMps2: Float64Array.from(columns.acc),
      flags: new Uint32Array(columns.time.length),
    };
    const records = frt.view.repetitions;
    const result = rescoreTrial(raw, alignment.result!, frtLive(records));
    if (!result.ok) throw new Error(result.reason);
    for (const [side, truth] of [
      ['left', 38],
      ['right', 29],
    ] as const) {
      const mean = frtSide(records, result.value.repetitions, side);
      expect(mean).toMatchObject({ count: 2, missing: 0 });
      expect(Math.abs(mean.meanRad * DEG - truth)).toBeLessThan(0.3);
      expect(mean.sigmaRad * DEG).toBeGreaterThan(0.02);
      expect(mean.sigmaRad * DEG).toBeLessThan(0.5);
    }
    expect(frtSide(records, [], 'left')).toMatchObject({ count: 0, missing: 2 });
  });
});

describe('of a device that sends only quaternions', () => {
  it('the heading drift seen in the rests is taken out, and what is left is inside what is stated', () => {
    const script = new Script().align().lieDownAndFlex(50).frt(38).frt(-29, { lateral: 4 }).add({ stayS: 4 });
    const time: number[] = [];
    const poses: number[] = [];
    const driftRadps = 0.3 / DEG;
    const { frt, alignment } = runTrial(script, {
      sensor: CONSUMER_SENSOR,
      content: 'quaternion',
      frt: { practice: false, repetitionsPerSide: 1 },
      onSample: (sample) => {
        time.push(sample.timeS);
        poses.push(...sample.worldFromSensor);
      },
    });
    const drifted = Float64Array.from(poses);
    time.forEach((timeS, i) => {
      const [c, s] = [Math.cos((driftRadps * timeS) / 2), Math.sin((driftRadps * timeS) / 2)];
      const [w, x, y, z] = poses.slice(4 * i, 4 * i + 4) as [number, number, number, number];
      drifted.set([c * w - s * z, c * x - s * y, c * y + s * x, c * z + s * w], 4 * i);
    });
    const n = time.length;
    const raw: RawTrial = {
      timeS: Float64Array.from(time),
      gyrRadps: new Float64Array(3 * n).fill(Number.NaN),
      accMps2: new Float64Array(3 * n).fill(Number.NaN),
      flags: new Uint32Array(n),
      worldFromSensor: drifted,
    };
    const result = rescoreTrial(raw, alignment.result!, frtLive(frt.view.repetitions));
    if (!result.ok) throw new Error(result.reason);
    expect(result.value.gyroModel).toBeNull();
    expect(result.value.repetitions).toHaveLength(2);
    result.value.repetitions.forEach((r, i) => {
      const error = Math.abs(r.angleRad * DEG - [38, -29][i]!);
      expect(r.reason).toBeNull();
      // Left in, the drift of some five seconds would be 1.5 degrees about the vertical.
      expect(error).toBeLessThan(0.4);
      expect(error).toBeLessThan(1.96 * r.uncertainty!.sigmaRad * DEG);
      expect(r.uncertainty!.sigmaRad * DEG).toBeLessThan(1.2);
    });
    const unusable = rescoreTrial({ ...raw, worldFromSensor: new Float64Array(4 * n) }, alignment.result!, []);
    expect(unusable).toMatchObject({ ok: false, reason: 'not-finite' });
  });
});

describe('after the trial', () => {
  it('every repetition is found again and measured, nearer to the truth than it says it may be off', () => {
    const t = trial();
    const value = rescored(t);
    expect(value.repetitions).toHaveLength(6);
    value.repetitions.forEach((r, i) => {
      const truth = TRUTH[t.crom.view.repetitions[i]!.direction];
      expect(r.reason).toBeNull();
      expect(Math.abs(r.angleRad * DEG - truth)).toBeLessThan(0.4);
      expect(Math.abs(r.angleRad * DEG - truth)).toBeLessThan(2.6 * r.uncertainty!.sigmaRad * DEG);
      expect(r.uncertainty!.sigmaRad * DEG).toBeLessThan(1);
      expect(r.uncertainty!.terms[r.uncertainty!.dominant]).toBe(Math.max(...Object.values(r.uncertainty!.terms)));
      expect(r.figures!.closureRad * DEG).toBeLessThan(0.5);
      expect(r.figures!.movementS).toBeGreaterThan(1);
      expect(r.figures!.movementS).toBeLessThan(1.7);
      expect([...r.timesS]).toEqual([...r.timesS].sort((a, b) => a - b));
      expect(r.saturated).toBe(false);
    });
  });
  it('one sample in twenty missing changes no angle by more than a fifth of a degree', () => {
    const whole = trial();
    const kept = (i: number): boolean => (i * 7919) % 20 === 3;
    const holes = trial({ drop: kept });
    const a = rescored(whole).repetitions;
    const b = rescored(holes);
    expect(b.bridged).toBeGreaterThan(200);
    b.repetitions.forEach((r, i) => {
      expect(Math.abs(r.angleRad - a[i]!.angleRad) * DEG).toBeLessThan(0.2);
    });
  });
  it('turning the band by any rotation changes no angle by more than half a degree', () => {
    const angle = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(angle, angle, angle, angle, (a, b, c, headingDeg) => {
        const t = trial({ sensor: { mount: mul(rotZ(a), mul(rotY(b), rotX(c))), headingDeg } });
        rescored(t).repetitions.forEach((r, i) => {
          expect(Math.abs(r.angleRad * DEG - TRUTH[t.crom.view.repetitions[i]!.direction])).toBeLessThan(0.5);
        });
      }),
      { numRuns: 6 },
    );
  });
  it('says which repetition it cannot find, which turned the other way and which is far off, and gives no number', () => {
    const t = trial();
    const [first, second, third] = t.live;
    const wrong = [
      { ...first!, startedAtS: 0.5 },
      { ...second!, angleRad: -second!.angleRad },
      { ...third!, angleRad: third!.angleRad + 0.2 },
    ];
    const result = rescoreTrial(t.raw, t.alignment!, wrong);
    if (!result.ok) throw new Error(result.reason);
    expect(result.value.repetitions.map((r) => r.reason)).toEqual(['not-found', 'side-differs', 'differs']);
    for (const r of result.value.repetitions) expect(r.angleRad).toBeNaN();
  });
  it('marks a repetition with a saturated sample, and only that', () => {
    const t = trial();
    const flags = Uint32Array.from(t.raw.flags);
    const at = t.raw.timeS.findIndex((time) => time > t.live[1]!.startedAtS + 0.3);
    flags[at] = SampleFlag.gyroSaturated;
    expect(rescored(t, { ...t.raw, flags }).repetitions.map((r) => r.saturated)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
  it('a record that cannot give a number gives the named reason', () => {
    const t = trial();
    const { timeS, gyrRadps, accMps2, flags } = t.raw;
    const of = (over: Partial<RawTrial>) => rescoreTrial({ ...t.raw, ...over }, t.alignment!, t.live);
    const first = (n: number): RawTrial => ({
      timeS: timeS.slice(0, n),
      gyrRadps: gyrRadps.slice(0, 3 * n),
      accMps2: accMps2.slice(0, 3 * n),
      flags,
    });
    expect(of(first(0))).toMatchObject({ ok: false, reason: 'empty' });
    expect(of(first(1))).toMatchObject({ ok: false, reason: 'one-sample' });
    expect(of({ timeS: timeS.slice().reverse() })).toMatchObject({ ok: false, reason: 'time-reversed' });
    expect(of({ gyrRadps: gyrRadps.map(() => Number.NaN) })).toMatchObject({ ok: false, reason: 'not-finite' });
    const constant = { gyrRadps: gyrRadps.map((_, i) => (i % 3) * 0.1), accMps2: accMps2.map((_, i) => (i % 3) * 5) };
    expect(of(constant)).toMatchObject({ ok: false, reason: 'constant' });
  });
  it('a hole of minutes between two repetitions costs neither of them', () => {
    const t = trial();
    const whole = rescored(t).repetitions;
    // Cut in the still neutral after the second repetition.
    const cutS = whole[2]!.timesS[0]! + 0.1;
    const timeS = t.raw.timeS.map((time) => (time > cutS ? time + 120 : time));
    const live = t.live.map((r) => (r.startedAtS > cutS ? { ...r, startedAtS: r.startedAtS + 120 } : r));
    const result = rescoreTrial({ ...t.raw, timeS }, t.alignment!, live);
    if (!result.ok) throw new Error(result.reason);
    result.value.repetitions.forEach((r, i) => {
      expect(r.reason).toBeNull();
      expect(Math.abs(r.angleRad - whole[i]!.angleRad) * DEG).toBeLessThan(0.3);
    });
  });
});
