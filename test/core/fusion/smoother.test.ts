import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAttitudeFilter } from '../../../src/core/fusion/attitude.ts';
import { applyClosure, headingGainRad } from '../../../src/core/fusion/closure.ts';
import {
  isGyroModel,
  joinGyroModels,
  priorFromPosterior,
  unknownGyroModel,
} from '../../../src/core/fusion/gyro-model.ts';
import { magneticHeading, turnedToNorth } from '../../../src/core/fusion/magnetic-field.ts';
import { relativeAngles, swingTwist } from '../../../src/core/fusion/relative-angles.ts';
import { findRests } from '../../../src/core/fusion/rest.ts';
import { type SmoothedTrial, type SmootherParams, smoothTrial } from '../../../src/core/fusion/smoother.ts';
import type { TrialRecord } from '../../../src/core/fusion/strapdown.ts';
import { errors, synthetic } from './support/synthetic.ts';

const DEG = Math.PI / 180;
const MATRIX = [0.004, -0.002, 0.001, 0.0015, -0.003, 0.002, -0.001, 0.0025, 0.005];
const BIAS = [0.3 * DEG, -0.2 * DEG, 0.4 * DEG];

function smooth(record: TrialRecord, overrides?: Partial<SmootherParams>): SmoothedTrial {
  const result = smoothTrial(record, overrides);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

function live(record: TrialRecord): Float64Array {
  const f = createAttitudeFilter();
  const out = new Float64Array(4 * record.timeS.length);
  for (let i = 0; i < record.timeS.length; i++) {
    const dt = i > 0 ? record.timeS[i]! - record.timeS[i - 1]! : 0.005;
    f.update(dt, record.gyrRadps.subarray(3 * i, 3 * i + 3), record.accMps2.subarray(3 * i, 3 * i + 3));
    out.set(f.worldFromSensor, 4 * i);
  }
  return out;
}

describe('smoother', () => {
  const trial = synthetic({ matrix: MATRIX, biasRadps: BIAS });
  const smoothed = smooth(trial.record);

  it('learns the matrix from gravity and takes most of the heading drift away', () => {
    const before = errors(trial.truth, live(trial.record), trial.motionFrom, trial.motionTo).heading;
    const after = errors(trial.truth, smoothed.worldFromSensor, trial.motionFrom, trial.motionTo);
    expect(before).toBeGreaterThan(2 * DEG);
    expect(after.heading).toBeLessThan(0.35 * before);
    expect(after.tilt).toBeLessThan(0.5 * DEG);
    // the scale factors, which alone cannot hide behind the accelerometer's frame
    for (const i of [0, 4, 8]) expect(Math.abs(smoothed.gyroModel.matrix[i]! - MATRIX[i]!)).toBeLessThan(0.0015);
  });

  it('finds both rests and the bias in them', () => {
    expect(smoothed.rests.length).toBe(2);
    for (let c = 0; c < 3; c++) expect(Math.abs(smoothed.biasRadps[c]! - BIAS[c]!)).toBeLessThan(0.01 * DEG);
    expect(findRests(trial.record.timeS, trial.record.gyrRadps, trial.record.accMps2)[0]!.durationS).toBeGreaterThan(2);
  });

  it('does better still with the matrix of an earlier session as prior, and says so', () => {
    const earlier = smooth(synthetic({ matrix: MATRIX, biasRadps: BIAS, motionS: 100, strayM: 0.03 }).record);
    const short = synthetic({ matrix: MATRIX, biasRadps: BIAS, motionS: 20, strayM: 0.15 });
    const alone = smooth(short.record);
    const informed = smooth(short.record, { gyroModel: priorFromPosterior(earlier.gyroModel) });
    const [a, b] = [alone, informed].map(
      (s) => errors(short.truth, s.worldFromSensor, short.motionFrom, short.motionTo).heading,
    );
    expect(b).toBeLessThan(a!);
    const sigma = (s: SmoothedTrial): number => s.headingCovariance(short.motionFrom, short.motionTo, short.motionTo);
    expect(sigma(informed)).toBeLessThan(sigma(alone));
  });

  it('states an uncertainty that holds the error and grows with the movement', () => {
    const angles = new Float64Array(3);
    const sigmas = new Float64Array(3);
    let inside = 0;
    let count = 0;
    for (let i = trial.motionFrom + 100; i < trial.motionTo; i += 200) {
      relativeAngles(smoothed, trial.motionFrom, i, angles, sigmas);
      const truth = new Float64Array(3);
      if (swingTwist(truth, relative(trial.truth, trial.motionFrom, i)) < 0.5) continue;
      for (let k = 0; k < 3; k++) {
        const e = angles[k]! - truth[k]!;
        if (Math.abs(e - 2 * Math.PI * Math.round(e / (2 * Math.PI))) < 2.5 * sigmas[k]!) inside++;
        count++;
      }
    }
    expect(count).toBeGreaterThan(60);
    expect(inside / count).toBeGreaterThan(0.9);
    const at = (i: number): number => smoothed.headingCovariance(trial.motionFrom, i, i);
    expect(at(trial.motionFrom)).toBeLessThan(1e-12);
    expect(at(trial.motionTo)).toBeGreaterThan(at(trial.motionFrom + 400));
  });

  it('gives the same numbers again, bit for bit', () => {
    expect([...smooth(trial.record).worldFromSensor]).toEqual([...smoothed.worldFromSensor]);
  });

  it('does not depend on when the clock was started, and bears a gap and lost samples', () => {
    const n = trial.record.timeS.length;
    const later = smooth({ ...trial.record, timeS: trial.record.timeS.map((t) => t + 1000) });
    let worst = 0;
    for (let i = 0; i < 4 * n; i++)
      worst = Math.max(worst, Math.abs(later.worldFromSensor[i]! - smoothed.worldFromSensor[i]!));
    expect(worst).toBeLessThan(1e-6);
    const holed = { ...trial.record, gyrRadps: trial.record.gyrRadps.slice() };
    for (let i = 0; i < n; i += 37) holed.gyrRadps[3 * i] = Number.NaN;
    for (let i = 4000; i < 4030; i++) holed.gyrRadps[3 * i + 1] = Number.NaN;
    const result = smooth(holed);
    expect(result.record.timeS.length).toBeLessThan(n);
    expect(result.worldFromSensor.every(Number.isFinite)).toBe(true);
    // the gap is in the uncertainty
    const gapAt = result.record.timeS.findIndex((t) => t > trial.record.timeS[4030]!);
    const grown = result.headingCovariance(gapAt - 20, gapAt + 20, gapAt + 20);
    expect(grown).toBeGreaterThan(4 * smoothed.headingCovariance(3990, 4040, 4040));
  });

  it('refuses by name what cannot be evaluated', () => {
    const { timeS, gyrRadps, accMps2 } = trial.record;
    const cut = (n: number): TrialRecord => ({
      timeS: timeS.slice(0, n),
      gyrRadps: gyrRadps.slice(0, 3 * n),
      accMps2: accMps2.slice(0, 3 * n),
    });
    const reason = (record: TrialRecord): string => {
      const result = smoothTrial(record);
      return result.ok ? 'none' : result.reason;
    };
    expect(reason(cut(0))).toBe('empty');
    expect(reason(cut(1))).toBe('one-sample');
    expect(reason(cut(50))).toBe('too-short');
    expect(reason({ ...cut(1000), accMps2: accMps2.slice(0, 30) })).toBe('lengths-differ');
    expect(reason({ ...cut(1000), timeS: timeS.slice(0, 1000).reverse() })).toBe('time-reversed');
    expect(reason({ ...cut(1000), timeS: new Float64Array(1000).fill(Number.NaN) })).toBe('time-not-finite');
    expect(reason({ ...cut(1000), gyrRadps: new Float64Array(3000).fill(Number.NaN) })).toBe('not-finite');
    expect(reason({ ...cut(1000), gyrRadps: new Float64Array(3000), accMps2: new Float64Array(3000).fill(5.6) })).toBe(
      'constant',
    );
    expect(reason({ ...cut(1000), accMps2: accMps2.slice(0, 3000).map((a) => a / 9.81) })).toBe('no-gravity');
    const jump = cut(1000);
    for (let i = 500; i < 1000; i++) jump.timeS[i] = jump.timeS[i]! + 2;
    expect(reason(jump)).toBe('gap');
  });

  it('gives finite numbers or a reason for any finite noise', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 400 }),
        fc.double({ min: 0.1, max: 300, noNaN: true }),
        fc.integer(),
        (n, size, seed) => {
          let state = seed | 1;
          const random = (): number => {
            state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 12345;
            return ((state >>> 0) / 2147483648 - 1) * size;
          };
          const result = smoothTrial({
            timeS: Float64Array.from({ length: n }, (_, i) => 0.01 * i),
            gyrRadps: Float64Array.from({ length: 3 * n }, random),
            accMps2: Float64Array.from({ length: 3 * n }, random),
          });
          if (result.ok) expect(result.value.worldFromSensor.every(Number.isFinite)).toBe(true);
          else expect(result.reason.length).toBeGreaterThan(2);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const relative = (q: Float64Array, a: number, b: number): number[] => {
  const [w, x, y, z] = [q[4 * a]!, -q[4 * a + 1]!, -q[4 * a + 2]!, -q[4 * a + 3]!];
  const [p, r, s, t] = [q[4 * b]!, q[4 * b + 1]!, q[4 * b + 2]!, q[4 * b + 3]!];
  const sign = w * p - x * r - y * s - z * t < 0 ? -1 : 1;
  return [
    w * p - x * r - y * s - z * t,
    w * r + x * p + y * t - z * s,
    w * s - x * t + y * p + z * r,
    w * t + x * s - y * r + z * p,
  ].map((v) => sign * v);
};

describe('closure', () => {
  // one turn about the vertical: gravity says nothing about its scale
  const trial = synthetic({ matrix: MATRIX, biasRadps: BIAS, motionS: 30, verticalOnly: true, strayM: 0.02 });
  const smoothed = smooth(trial.record);
  const asserted = headingGainRad(trial.truth, trial.motionFrom, trial.motionTo);

  it('takes the drift for what the pose asserts, as far as the pose is known', () => {
    const free = errors(trial.truth, smoothed.worldFromSensor, trial.motionFrom, trial.motionTo + 100).heading;
    const sharp = applyClosure(smoothed, {
      from: trial.motionFrom,
      to: trial.motionTo,
      headingRad: asserted,
      sigmaRad: 0.1 * DEG,
    });
    const loose = applyClosure(smoothed, {
      from: trial.motionFrom,
      to: trial.motionTo,
      headingRad: asserted,
      sigmaRad: 60 * DEG,
    });
    expect(Math.abs(headingGainRad(sharp.worldFromSensor, trial.motionFrom, trial.motionTo) - asserted)).toBeLessThan(
      Math.abs(sharp.misfitRad) * (1 - sharp.gain) + 1e-6,
    );
    expect(sharp.gain).toBeGreaterThan(0.5);
    expect(loose.gain).toBeLessThan(0.01);
    expect(
      Math.abs(errors(trial.truth, loose.worldFromSensor, trial.motionFrom, trial.motionTo).heading - free),
    ).toBeLessThan(0.1 * DEG);
    expect(sharp.headingSigmaRad(trial.motionTo)).toBeLessThan(0.11 * DEG);
    expect(sharp.headingSigmaRad(trial.motionTo)).toBeLessThan(loose.headingSigmaRad(trial.motionTo));
  });

  it('refuses samples out of order and a pose without uncertainty', () => {
    expect(() => applyClosure(smoothed, { from: 5, to: 5, headingRad: 0, sigmaRad: 1 })).toThrow(RangeError);
    expect(() => applyClosure(smoothed, { from: 5, to: 50, headingRad: 0, sigmaRad: 0 })).toThrow(RangeError);
  });
});

describe('gyro model', () => {
  it('joins what trials said: the prior once, more trials more certain, no trial the prior', () => {
    const prior = unknownGyroModel();
    expect(Array.from(joinGyroModels([], prior).matrix).every((v) => Math.abs(v) < 1e-15)).toBe(true);
    const model = smooth(synthetic({ matrix: MATRIX, motionS: 40 }).record).gyroModel;
    expect(isGyroModel(model)).toBe(true);
    const one = joinGyroModels([model], prior, 1e-6);
    for (let i = 0; i < 9; i++) expect(one.matrix[i]!).toBeCloseTo(model.matrix[i]!, 5);
    const two = joinGyroModels([model, model], prior);
    for (let i = 0; i < 9; i++) expect(two.covariance[10 * i]!).toBeLessThan(prior.covariance[10 * i]!);
    expect(two.covariance[0]!).toBeLessThan(joinGyroModels([model], prior).covariance[0]!);
  });

  it('does not take nonsense for a model', () => {
    const bad = { matrix: new Float64Array(9).fill(Number.NaN), covariance: new Float64Array(81) };
    expect(isGyroModel(bad)).toBe(false);
    expect(() => createAttitudeFilter({ gyroModel: bad })).toThrow(RangeError);
    expect(Array.from(joinGyroModels([bad]).matrix).every(Number.isFinite)).toBe(true);
  });
});

describe('magnetic heading of a trial', () => {
  it('finds north, and a magnet that moves with the sensor does not turn it', () => {
    for (const magOffsetUt of [
      [0, 0, 0],
      [25, -10, 40],
    ]) {
      const trial = synthetic({ magOffsetUt, matrix: MATRIX });
      const smoothed = smooth(trial.record);
      const found = magneticHeading(smoothed);
      if (!found.ok) throw new Error(found.reason);
      const turned = turnedToNorth(smoothed.worldFromSensor, found.value.headingRad);
      // the synthetic truth starts facing north
      expect(Math.abs(headingGainRad(Float64Array.of(1, 0, 0, 0, ...turned.subarray(0, 4)), 0, 1))).toBeLessThan(
        1 * DEG,
      );
    }
  });

  it('says why there is none', () => {
    const { record } = synthetic({ motionS: 5 });
    const without = magneticHeading(smooth({ ...record, magUt: null }));
    expect(without.ok ? '' : without.reason).toBe('no-magnetometer');
    const vertical = { ...record, magUt: record.accMps2.map((a) => -4 * a) };
    const none = magneticHeading(smooth(vertical));
    expect(none.ok ? '' : none.reason).toBe('no-horizontal-field');
  });
});
