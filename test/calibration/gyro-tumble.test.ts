import { describe, expect, it } from 'vitest';
import { createGyroTumble, type GyroTumble } from '../../calibration/gyro-tumble.ts';
import { SampleFlag } from '../../src/core/sample.ts';
import { createNoise } from '../support/subject-motion.ts';

type Sample = Parameters<GyroTumble['update']>[0];
const RATE_HZ = 100;
const BIAS = [0.006, -0.004, 0.003];

/** Body rate at a time of the tumble, rad/s: each axis forth and back, now one leading, now another. */
function trueRate(t: number, axes: readonly number[]): number[] {
  const lead = (k: number) => 0.35 + 0.65 * Math.max(0, Math.cos((2 * Math.PI * t) / 18 - (k * 2 * Math.PI) / 3));
  return [0, 1, 2].map((k) => axes[k]! * 3.4 * lead(k) * Math.sin((2 * Math.PI * t) / (3.1 + 0.7 * k) + k));
}

/** A unit whose gyro reads (1 + scale) of the true rate, with bias and noise: still, tumbled for a minute, still. */
function* unit(options: { seed: number; scale: readonly number[]; axes?: readonly number[]; endStill?: boolean }) {
  const { normal } = createNoise(options.seed);
  const axes = options.axes ?? [1, 1, 1];
  let q = [1, 0, 0, 0];
  const tumbleS = options.endStill === false ? 200 : 60;
  for (let i = 0; i < (tumbleS + 8) * RATE_HZ; i++) {
    const t = i / RATE_HZ;
    const moving = t > 4 && t < 4 + tumbleS;
    // The rate over the step before this sample, as an integrating gyro gives it.
    const w = moving ? trueRate(t - 4, axes) : [0, 0, 0];
    const angle = Math.hypot(...w) / RATE_HZ;
    const s = angle > 0 ? Math.sin(angle / 2) / (angle * RATE_HZ) : 0;
    const d = [Math.cos(angle / 2), w[0]! * s, w[1]! * s, w[2]! * s];
    const [a, b, c, e] = q as [number, number, number, number];
    q = [
      a * d[0]! - b * d[1]! - c * d[2]! - e * d[3]!,
      a * d[1]! + b * d[0]! + c * d[3]! - e * d[2]!,
      a * d[2]! - b * d[3]! + c * d[0]! + e * d[1]!,
      a * d[3]! + b * d[2]! - c * d[1]! + e * d[0]!,
    ];
    const [qw, x, y, z] = q as [number, number, number, number];
    const up = [2 * (x * z - qw * y), 2 * (y * z + qw * x), 1 - 2 * (x * x + y * y)];
    const sample: Sample = {
      timeS: t,
      flags: 0,
      atRest: !moving,
      biasRadps: Float64Array.from([0.001, 0, 0]),
      sensorRateRadps: Float64Array.from(w, (v, k) => {
        const raw = (1 + options.scale[k]!) * v + BIAS[k]! + 0.0012 * normal();
        return raw - (k === 0 ? 0.001 : 0);
      }),
      sensorAccMps2: Float64Array.from(up, (v) => 9.81 * v + 0.02 * normal()),
    };
    yield sample;
  }
}

function run(samples: Iterable<Sample>, tumble = createGyroTumble()): GyroTumble {
  tumble.start();
  for (const sample of samples) tumble.update(sample);
  return tumble;
}

describe('the guided tumble', () => {
  it.each([1, 2, 3])('finds a scale error of 0.5 % on every axis within its stated uncertainty, seed %i', (seed) => {
    const scale = [0.005, -0.005, 0.005];
    const tumble = run(unit({ seed, scale }));
    expect([tumble.phase, tumble.reason]).toEqual(['accepted', null]);
    const { matrix, covariance } = tumble.result!;
    for (let i = 0; i < 9; i++) {
      const truth = i % 4 === 0 ? 1 / (1 + scale[i / 4]!) - 1 : 0;
      const sigma = Math.sqrt(covariance[10 * i]!);
      expect(sigma).toBeLessThan(0.0015);
      expect(Math.abs(matrix[i]! - truth)).toBeLessThan(3 * sigma);
    }
  });

  it.each([0, 1, 2])('asks for axis %i when it was not turned', (axis) => {
    const axes = [1, 1, 1].map((v, k) => (k === axis ? 0.01 : v));
    const tumble = run(unit({ seed: 4, scale: [0, 0, 0], axes, endStill: false }));
    expect([tumble.phase, tumble.reason]).toEqual(['rejected', `too-little-${'xyz'[axis]}`]);
    expect(tumble.coverage.map((share) => share === 1)).toEqual([0, 1, 2].map((k) => k !== axis));
    expect(tumble.result).toBeNull();
  });

  it('refuses without a rest at the end, when saturated, and over a hole', () => {
    expect(run(unit({ seed: 5, scale: [0, 0, 0], endStill: false })).reason).toBe('no-rest');
    const all = [...unit({ seed: 5, scale: [0, 0, 0] })];
    const saturated = all.map((s, i) => (i === 2000 ? { ...s, flags: SampleFlag.gyroSaturated } : s));
    expect(run(saturated).reason).toBe('saturated');
    expect(run(all.filter((_, i) => i < 2000 || i > 2150)).reason).toBe('gap');
  });

  it('continues from a saved state, bit for bit', () => {
    const all = [...unit({ seed: 6, scale: [0.004, 0, -0.004] })];
    const whole = run(all);
    const first = run(all.slice(0, 3000));
    const second = createGyroTumble();
    second.restore(JSON.parse(JSON.stringify(first.save())));
    for (const sample of all.slice(3000)) second.update(sample);
    expect(whole.phase).toBe('accepted');
    expect(second.result).toEqual(whole.result);
  });
});
