import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quatOf } from '../../src/core/frames.ts';
import type { LiveSample } from '../../src/core/pipeline.ts';
import { createPipeline } from '../../src/core/pipeline-run.ts';
import { createSampleBlock, type SampleBlock, SampleFlag } from '../../src/core/sample.ts';
import {
  mul,
  quatFromMat,
  rotX,
  rotY,
  rotZ,
  Script,
  sense,
  type TruthSample,
  toBlocks,
} from '../support/subject-motion.ts';

const DEG = 180 / Math.PI;
const config = { nominalRateHz: 100, useDeviceQuaternion: false };

interface Fed {
  readonly counter?: number;
  readonly tickUs?: number;
  readonly gyr?: readonly number[];
  readonly acc?: readonly number[];
  readonly quat?: readonly number[];
  readonly flags?: number;
}
function blockOf(samples: readonly Fed[]): SampleBlock {
  const block = createSampleBlock(Math.max(1, samples.length));
  block.count = samples.length;
  for (const [i, s] of samples.entries()) {
    block.counter[i] = s.counter ?? Number.NaN;
    block.tickUs[i] = s.tickUs ?? Number.NaN;
    block.gyrRadps.set(s.gyr ?? [0, 0, 0], 3 * i);
    block.accMps2.set(s.acc ?? [0, 0, 9.81], 3 * i);
    if (s.quat) block.quat.set(s.quat, 4 * i);
    block.flags[i] = s.flags ?? 0;
  }
  return block;
}
/** Feeds one sample after another, 10 ms apart on arrival, and gives what came out. */
function feed(samples: readonly Fed[], over: Partial<typeof config> = {}) {
  const pipeline = createPipeline({ ...config, ...over });
  const out: { timeS: number; gapS: number; flags: number }[] = [];
  for (const [i, s] of samples.entries()) {
    pipeline.push(blockOf([s]), 1e6 + 10_000 * i, ({ timeS, gapS, flags }) => out.push({ timeS, gapS, flags }));
  }
  return { pipeline, out };
}

describe('time, loss and repetition', () => {
  it('counts what the counter says is missing, flags it, and gives the missing time', () => {
    const { pipeline, out } = feed([0, 1, 2, 6, 7].map((k) => ({ counter: k, tickUs: k * 10_000 })));
    expect(pipeline.counts).toMatchObject({ received: 5, lost: 3, duplicates: 0 });
    expect(out[3]!.gapS).toBeCloseTo(0.03, 9);
    expect(out[3]!.flags & SampleFlag.gap).not.toBe(0);
    expect(out[4]!.flags & SampleFlag.gap).toBe(0);
    expect(out[3]!.timeS - out[2]!.timeS).toBeCloseTo(0.04, 9);
  });
  it('takes no sample twice, whether the counter, the clock or the decoder says so', () => {
    const byCounter = feed([0, 1, 1, 0, 2].map((k) => ({ counter: k, tickUs: k * 10_000 })));
    expect(byCounter.pipeline.counts).toMatchObject({ received: 3, duplicates: 2, lost: 0 });
    const byClock = feed([0, 1, 1, 2].map((k) => ({ tickUs: k * 10_000 })));
    expect(byClock.pipeline.counts).toMatchObject({ received: 3, duplicates: 1, lost: 0 });
    const byFlag = feed([{ counter: 0 }, { counter: 1, flags: SampleFlag.duplicate }, { counter: 2 }]);
    expect(byFlag.pipeline.counts).toMatchObject({ received: 2, duplicates: 1 });
  });
  it('finds loss by the clock alone', () => {
    const { pipeline, out } = feed([0, 1, 2, 5, 6].map((k) => ({ tickUs: k * 10_000 + (k % 2) * 900 })));
    expect(pipeline.counts.lost).toBe(2);
    expect(out[3]!.gapS).toBeCloseTo(0.02, 2);
  });
  it('with a counter and no clock, time is counter times period', () => {
    const { out } = feed([0, 1, 2, 5].map((k) => ({ counter: k })));
    expect(out.map((s) => s.timeS)).toEqual([0, 0.01, 0.02, 0.05]);
  });
  it('with neither, samples are evenly spaced and a long silence is a gap', () => {
    const pipeline = createPipeline(config);
    const times: number[] = [];
    const gaps: number[] = [];
    const push = (arrivalUs: number) =>
      pipeline.push(blockOf([{}, {}]), arrivalUs, (s) => {
        times.push(s.timeS);
        gaps.push(s.gapS);
      });
    push(0);
    push(35_000); // late, not lost
    push(40_000);
    push(1_060_000);
    expect(times.slice(0, 6)).toEqual([0, 0.01, 0.02, 0.03, 0.04, 0.05]);
    expect(gaps[6]).toBeCloseTo(1, 1);
    expect(pipeline.counts.lost).toBe(100);
  });
  it('learns the true period of a device that only counts', () => {
    const pipeline = createPipeline(config);
    let last = 0;
    for (let k = 0; k < 6000; k++) {
      // Really 98 Hz, arriving with up to 8 ms of delay.
      pipeline.push(blockOf([{ counter: k }]), 1e6 * (k / 98) + 8000 * ((k * 0.618) % 1), (s) => {
        last = s.timeS;
      });
    }
    const before = last;
    for (let k = 6000; k < 6980; k++) {
      pipeline.push(blockOf([{ counter: k }]), 1e6 * (k / 98) + 8000 * ((k * 0.618) % 1), (s) => {
        last = s.timeS;
      });
    }
    expect(last - before).toBeCloseTo(10, 1);
  });
  it('says that the clock stepped, and goes on by the counter', () => {
    const ticks = [0, 10_000, 20_000, 9_000_000, 9_010_000];
    const { out } = feed(ticks.map((tickUs, k) => ({ counter: k, tickUs })));
    expect(out[3]!.flags & SampleFlag.clockStep).not.toBe(0);
    expect(out[4]!.flags & SampleFlag.clockStep).toBe(0);
    expect(out.at(-1)!.timeS).toBeCloseTo(0.04, 9);
  });
  it('takes a new counter as a gap of unknown length, not as loss of millions', () => {
    const { pipeline, out } = feed([500, 501, 3, 4, 4_000_000, 4_000_001].map((counter) => ({ counter })));
    expect(pipeline.counts).toMatchObject({ received: 6, lost: 0, duplicates: 0 });
    expect(out[2]!.gapS).toBe(1);
    expect(out[4]!.gapS).toBe(1);
  });
  it('measures the rate over the last second', () => {
    const { pipeline } = feed(Array.from({ length: 300 }, (_, k) => ({ counter: k, tickUs: k * 8000 })));
    expect(pipeline.counts.rateHz).toBeCloseTo(125, 6);
    const half = feed(Array.from({ length: 300 }, (_, k) => ({ counter: 2 * k, tickUs: 20_000 * k })));
    expect(half.pipeline.counts.rateHz).toBeCloseTo(50, 6);
    expect(half.pipeline.counts.lost).toBe(299);
  });
  it('a sample without values is counted and becomes missing time of the next', () => {
    const nan = [Number.NaN, 0, 0];
    const { pipeline, out } = feed(
      [0, 1, 2, 3].map((counter) => (counter === 2 ? { counter, gyr: nan } : { counter })),
    );
    expect(pipeline.counts).toMatchObject({ received: 4, invalid: 1 });
    expect(out).toHaveLength(3);
    expect(out[2]!.gapS).toBeCloseTo(0.01, 9);
    expect(out[2]!.flags & SampleFlag.gap).not.toBe(0);
  });
});

/** Largest differences between the pipeline's angles and the truth against the first pose, deg. */
function follow(
  script: Script,
  options: { mount?: readonly number[]; content?: 'inertial' | 'quaternion'; heading?: number },
) {
  const mount = options.mount ?? rotX(0);
  const pipeline = createPipeline(config);
  const sensorFromHead = quatOf<'sensor', 'head'>(
    ...(quatFromMat([0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => mount[i]!)) as [number, number, number, number]),
  );
  const angles: { t: number; sample: number[]; truth: number[] }[] = [];
  let set = false;
  toBlocks(
    sense(script, { mount, headingDeg: options.heading ?? 0, gyroBiasDps: [0.2, -0.1, 0.3] }),
    (block, arrivalUs, truth: TruthSample) => {
      pipeline.push(block, arrivalUs, (s: LiveSample) => {
        if (!set && s.timeS > 3) {
          pipeline.setAlignment({ sensorFromHead, worldFromNeutral: quatOf(1, 0, 0, 0) });
          pipeline.captureNeutral();
          set = true;
        }
        if (!s.aligned || Number.isNaN(s.axialRad)) return;
        const p = script.at(truth.tS);
        angles.push({
          t: truth.tS,
          sample: [s.flexionRad, s.lateralRad, s.axialRad, s.headInclinationRad].map((v) => v * DEG),
          truth: [p.flexion, p.lateral, p.axial],
        });
      });
    },
    { perBlock: 1, content: options.content ?? 'inertial' },
  );
  return angles;
}
const movement = () =>
  new Script()
    .add({ stayS: 4 })
    .add({ flexion: 45, moveS: 1.5, stayS: 0.5 })
    .add({ flexion: 0, moveS: 1.5 })
    .add({ lateral: -35, axial: 10, moveS: 1.5 })
    .add({ lateral: 0, axial: 70, moveS: 2 })
    .add({ axial: -70, moveS: 2.5 })
    .add({ axial: 0, moveS: 2, stayS: 1 });

describe('angles', () => {
  it('follow the truth within half a degree, from a crooked band in any heading, from either kind of stream', () => {
    const mount = mul(rotZ(25), mul(rotY(-20), rotX(160)));
    for (const content of ['inertial', 'quaternion'] as const) {
      const angles = follow(movement(), { mount, content, heading: 77 });
      expect(angles.length).toBeGreaterThan(1300);
      let worst = 0;
      for (const a of angles) for (let i = 0; i < 3; i++) worst = Math.max(worst, Math.abs(a.sample[i]! - a.truth[i]!));
      expect(worst).toBeLessThan(0.5);
    }
  });
  it('turning the band by any rotation, alignment turned with it, changes no angle by more than 0.5 degrees', () => {
    const script = movement();
    const plain = follow(script, {});
    const any = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const turned = follow(script, { mount: mul(rotZ(a), mul(rotY(b), rotX(c))) });
        let worst = 0;
        for (const [k, p] of plain.entries()) {
          for (let i = 0; i < 4; i++) worst = Math.max(worst, Math.abs(p.sample[i]! - turned[k]!.sample[i]!));
        }
        expect(worst).toBeLessThan(0.5);
      }),
      {
        numRuns: 8,
        examples: [
          [180, 0, 0],
          [0, 90, 0],
          [0, 0, 180],
          [90, 90, 90],
        ],
      },
    );
  });
  it('go through half a turn without a jump of the displayed angle other than the wrap itself', () => {
    const script = new Script().add({ stayS: 4 }).add({ axial: 300, moveS: 6, stayS: 1 });
    const pipeline = createPipeline(config);
    let last = Number.NaN;
    let jumps = 0;
    let end = 0;
    toBlocks(sense(script), (block, arrivalUs) => {
      pipeline.push(block, arrivalUs, (s) => {
        if (!s.aligned && s.timeS > 3) {
          pipeline.setAlignment({ sensorFromHead: quatOf(1, 0, 0, 0), worldFromNeutral: quatOf(1, 0, 0, 0) });
          pipeline.captureNeutral();
        }
        const step = s.displayAxialRad - last;
        if (Math.abs(step) > 0.1) {
          jumps++;
          expect(Math.abs(step)).toBeGreaterThan(6);
        }
        last = end = s.displayAxialRad;
      });
    });
    expect(jumps).toBe(1);
    expect(end * DEG).toBeCloseTo(-60, 0);
  });
  it('are not known before an alignment and after it is taken away', () => {
    const { pipeline } = feed([{ counter: 0 }, { counter: 1 }]);
    expect(pipeline.latest.axialRad).toBeNaN();
    expect(pipeline.latest.aligned).toBe(false);
    pipeline.setAlignment({ sensorFromHead: quatOf(1, 0, 0, 0), worldFromNeutral: quatOf(1, 0, 0, 0) });
    expect(pipeline.latest.axialRad).toBeCloseTo(0, 6);
    pipeline.setAlignment(null);
    expect(pipeline.latest.axialRad).toBeNaN();
  });
});

describe('a device quaternion', () => {
  const q = (deg: number) => [Math.cos(deg / 2 / DEG), 0, 0, Math.sin(deg / 2 / DEG)];
  it('gives the rate over device time, whatever its sign', () => {
    const { pipeline } = feed(
      Array.from({ length: 50 }, (_, k) => ({
        tickUs: 20_000 * k,
        quat: q(0.4 * k).map((v) => (k % 2 ? -v : v)),
        gyr: [Number.NaN, Number.NaN, Number.NaN],
      })),
      { nominalRateHz: 50 },
    );
    expect(pipeline.latest.sensorRateRadps[2]! * DEG).toBeCloseTo(20, 6);
    expect(pipeline.latest.worldFromSensor[0]).toBeCloseTo(-q(19.6)[0]!, 9);
  });
  it('is taken when asked for although there is inertial data, and refused when it is no rotation', () => {
    const samples = [0, 1, 2].map((counter) => ({ counter, quat: q(30) }));
    expect(feed(samples, { useDeviceQuaternion: true }).pipeline.latest.worldFromSensor[3]).toBeCloseTo(q(30)[3]!, 9);
    expect(Math.abs(feed(samples).pipeline.latest.worldFromSensor[3]!)).toBeLessThan(1e-6);
    const bad = feed(
      [
        { counter: 0, quat: q(30) },
        { counter: 1, quat: [3, 0, 0, 0] },
      ],
      { useDeviceQuaternion: true },
    );
    expect(bad.pipeline.counts.invalid).toBe(1);
  });
  it('heading uncertainty grows with turning and starts anew at rest', () => {
    const turn = (k: number) => ({ tickUs: 10_000 * k, quat: q(Math.min(k, 100)), gyr: [Number.NaN, 0, 0] });
    const { pipeline } = feed(Array.from({ length: 100 }, (_, k) => turn(k)));
    // 100 degrees at half a percent, and a little for the time.
    expect(pipeline.latest.headingSigmaRad * DEG).toBeGreaterThan(0.45);
    expect(pipeline.latest.headingSigmaRad * DEG).toBeLessThan(0.7);
    const rested = feed(Array.from({ length: 300 }, (_, k) => turn(k)));
    expect(rested.pipeline.latest.atRest).toBe(true);
    expect(rested.pipeline.latest.headingSigmaRad).toBe(0);
  });
});

const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 1e-300),
  fc.integer({ min: -100, max: 100_000 }),
);
const anySample = fc.record({
  counter: anyNumber,
  tickUs: anyNumber,
  gyr: fc.array(anyNumber, { minLength: 3, maxLength: 3 }),
  acc: fc.array(anyNumber, { minLength: 3, maxLength: 3 }),
  quat: fc.array(anyNumber, { minLength: 4, maxLength: 4 }),
  flags: fc.nat(255),
});

describe('whatever comes', () => {
  it('never throws, and what it gives out is finite and a rotation', () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 60 }), fc.boolean(), (samples, useDeviceQuaternion) => {
        const pipeline = createPipeline({ nominalRateHz: 100, useDeviceQuaternion });
        pipeline.setAlignment({ sensorFromHead: quatOf(1, 2, 3, 4), worldFromNeutral: quatOf(1, 0, 0, 0) });
        for (const [i, s] of samples.entries()) {
          pipeline.push(blockOf([s]), i * 10_000, (live) => {
            const q = live.worldFromHead;
            expect(Math.hypot(q[0]!, q[1]!, q[2]!, q[3]!)).toBeCloseTo(1, 6);
            expect(Number.isFinite(live.flexionRad + live.axialRad + live.timeS + live.gapS)).toBe(true);
            expect(Number.isFinite(live.headRateRadps[0]! + live.headRateRadps[1]! + live.headRateRadps[2]!)).toBe(
              true,
            );
          });
        }
        const { received, duplicates } = pipeline.counts;
        expect(received + duplicates).toBe(samples.length);
      }),
      { numRuns: 300 },
    );
  });
  it('a block without samples and a rate that is none are harmless', () => {
    const pipeline = createPipeline({ nominalRateHz: 0, useDeviceQuaternion: false });
    pipeline.push(blockOf([]), 5, () => expect.unreachable());
    pipeline.push(blockOf([{ counter: 1 }]), 5, () => {});
    expect(pipeline.counts.received).toBe(1);
  });
});

describe('save, restore, continue', () => {
  it('is bit-equal, through JSON, cut anywhere', () => {
    const script = movement();
    for (const content of ['inertial', 'quaternion'] as const) {
      const truths = [...sense(script, { gyroBiasDps: [0.5, 0, 0], gyroNoiseDps: 0.1, accNoise: 0.05 })];
      for (const cut of [0, 1, 250, 700, 1111]) {
        const through = createPipeline(config);
        const before = createPipeline(config);
        const after = createPipeline(config);
        let n = 0;
        const align = {
          sensorFromHead: quatOf<'sensor', 'head'>(9, 1, 2, 3),
          worldFromNeutral: quatOf<'world', 'neutral'>(1, 0, 0, 0.2),
        };
        if (cut === 0) after.restore(JSON.parse(JSON.stringify(before.save())));
        toBlocks(
          truths,
          (block, arrivalUs) => {
            for (const p of n < cut ? [through, before] : [through, after]) {
              if (n === 600) p.setAlignment(align);
              p.push(block, arrivalUs, () => {});
            }
            n++;
            if (n === cut) after.restore(JSON.parse(JSON.stringify(before.save())));
            if (n > cut) expect(after.latest).toEqual(through.latest);
          },
          { perBlock: 1, content, drop: (i) => i % 37 === 5 },
        );
        expect(after.save()).toEqual(through.save());
        expect(after.counts).toEqual(through.counts);
      }
    }
  });
  it('refuses the state of something else', () => {
    const pipeline = createPipeline(config);
    expect(() => pipeline.restore({ clock: { clock: {}, fit: {}, pseudoFit: {} } })).toThrow(TypeError);
  });
});
