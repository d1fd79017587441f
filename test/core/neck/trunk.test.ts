/** Two sensors on two bodies, moved independently: the neck between them, in spite of two headings that nobody knows. */
import { describe, expect, it } from 'vitest';
import { createAlignmentProcedure } from '../../../calibration/alignment.ts';
import { createTrunkAlignment } from '../../../calibration/trunk-alignment.ts';
import { quatOf } from '../../../src/core/frames.ts';
import { createTrunkPair, type TrunkPair } from '../../../src/core/neck/trunk.ts';
import { createPipeline } from '../../../src/core/pipeline-run.ts';
import { createSampleBlock } from '../../../src/core/sample.ts';
import {
  createNoise,
  type Mat,
  mul,
  rotX,
  rotY,
  rotZ,
  Script,
  type SensorSettings,
  senseBody,
  type TruthSample,
  worldFromHead,
} from '../../support/subject-motion.ts';

const DEG = 180 / Math.PI;
const RATE_HZ = 100;
/** The trunk is aligned first, then the head, then the neutral pose is told. */
const ALIGN_TRUNK_S = 14;
const ALIGN_HEAD_S = 28;

/** Still, bow, turn of the trunk; then the head's nod and turn on a still trunk; then what a test wants. */
function bodies(add: (trunk: Script, neck: Script) => void): { trunk: Script; neck: Script } {
  const trunk = new Script()
    .add({ stayS: 4 })
    .add({ flexion: 30, moveS: 1.5 })
    .add({ flexion: 0, moveS: 1.5, stayS: 1.5 });
  trunk.add({ axial: 35, moveS: 1.5 }).add({ axial: 0, moveS: 1.5, stayS: 1.5 });
  trunk.add({ stayS: ALIGN_HEAD_S - trunk.durationS });
  const neck = new Script().add({ stayS: ALIGN_TRUNK_S }).align();
  neck.add({ stayS: ALIGN_HEAD_S - neck.durationS });
  add(trunk, neck);
  return { trunk, neck };
}

interface Seen {
  readonly tS: number;
  readonly angles: readonly number[];
  readonly truth: readonly number[];
  readonly sigma: number;
}
interface Run {
  readonly seen: Seen[];
  readonly pair: TrunkPair;
}

function run(
  scripts: { trunk: Script; neck: Script },
  options: {
    neutralAtS?: readonly number[];
    trunkMount?: Mat;
    headMount?: Mat;
    trunkHeadingDeg?: number;
    headSensor?: Partial<SensorSettings>;
    trunkSensor?: Partial<SensorSettings>;
    /** A head gyro that reads too much, as a factor. */
    headScale?: number;
    /** How much later the trunk's samples are taken, s. */
    trunkDelayS?: number;
    dropTrunk?: (tS: number) => boolean;
  } = {},
): Run {
  const { trunk, neck } = scripts;
  const delayS = options.trunkDelayS ?? 0.004;
  const trunkPose = (headingDeg: number) => (t: number) => worldFromHead(trunk.at(t), headingDeg);
  const neckPose = (t: number): Mat => {
    const p = neck.at(t);
    return mul(mul(rotY(p.flexion), rotX(p.lateral)), rotZ(p.axial));
  };
  const durationS = Math.max(trunk.durationS, neck.durationS);
  const noise = { rateHz: RATE_HZ, gyroNoiseDps: 0.05, accNoise: 0.02 } as const;
  const heads = senseBody((t) => mul(trunkPose(0)(t), neckPose(t)), durationS, {
    ...noise,
    mount: options.headMount ?? mul(rotY(15), rotX(-25)),
    gyroBiasDps: [0.3, -0.2, 0.4],
    seed: 3,
    ...options.headSensor,
  });
  // The trunk's sensor measures in a world of another heading, a little later.
  const trunks = senseBody((t) => trunkPose(options.trunkHeadingDeg ?? 130)(t + delayS), durationS, {
    ...noise,
    mount: options.trunkMount ?? mul(rotZ(170), mul(rotY(-70), rotX(10))),
    gyroBiasDps: [-0.4, 0.1, -0.3],
    seed: 4,
    ...options.trunkSensor,
  });
  const pipelines = [0, 1].map(() => createPipeline({ nominalRateHz: RATE_HZ, useDeviceQuaternion: false }));
  const [headLine, trunkLine] = pipelines as [(typeof pipelines)[0], (typeof pipelines)[0]];
  const headAlignment = createAlignmentProcedure();
  const trunkAlignment = createTrunkAlignment();
  const made: TrunkPair[] = [];
  const neutrals = [...(options.neutralAtS ?? [ALIGN_HEAD_S - 0.5])];
  const seen: Seen[] = [];
  const block = createSampleBlock(1);
  block.count = 1;
  const fill = (sample: TruthSample, atS: number): void => {
    block.tickUs[0] = Math.round(atS * 1e6);
    block.gyrRadps.set(sample.gyrRadps);
    block.accMps2.set(sample.accMps2);
  };
  trunkAlignment.start();
  for (;;) {
    const head = heads.next();
    const body = trunks.next();
    if (head.done || body.done) break;
    const { tS } = head.value;
    fill(head.value, tS);
    for (let i = 0; i < 3; i++) block.gyrRadps[i] = (options.headScale ?? 1) * block.gyrRadps[i]!;
    headLine.push(block, tS * 1e6, (sample) => {
      if (tS >= ALIGN_TRUNK_S && !sample.aligned) {
        if (headAlignment.phase === 'none') headAlignment.start();
        headAlignment.update(sample);
        if (headAlignment.result) headLine.setAlignment(headAlignment.result);
      }
      const pair = made[0];
      if (pair?.updateHead(sample)) {
        const p = neck.at(tS);
        const angles = [...pair.anglesRad].map((v) => v * DEG);
        seen.push({ tS, angles, truth: [p.flexion, p.lateral, p.axial], sigma: pair.headingSigmaRad * DEG });
      }
    });
    if (options.dropTrunk?.(tS)) continue;
    fill(body.value, tS + delayS);
    trunkLine.push(block, (tS + delayS) * 1e6, (sample) => {
      if (!trunkAlignment.result) trunkAlignment.update(sample);
      else if (made.length === 0) made.push(createTrunkPair(trunkAlignment.result.trunkSensorFromTrunk));
      made[0]?.updateTrunk(sample);
    });
    if (neutrals.length > 0 && tS >= neutrals[0]!) {
      neutrals.shift();
      expect(made[0]?.captureNeutral()).toBe(true);
    }
  }
  expect(trunkAlignment.code).toBe('align.accepted');
  expect(headAlignment.code).toBe('align.accepted');
  return { seen, pair: made[0]! };
}

const worstOf = (seen: readonly Seen[], axis: number): number =>
  Math.max(...seen.map((s) => Math.abs(s.angles[axis]! - s.truth[axis]!)));

/** Neck and trunk move against each other. */
const everything = (trunk: Script, neck: Script): void => {
  trunk.add({ axial: 25, moveS: 2 }).add({ flexion: 20, lateral: -10, moveS: 2 });
  trunk.add({ axial: -20, flexion: 5, lateral: 0, moveS: 3 }).add({ axial: 0, flexion: 0, moveS: 2, stayS: 1 });
  neck.add({ axial: -45, moveS: 2 }).add({ flexion: 40, axial: 20, moveS: 2 });
  neck.add({ flexion: -20, lateral: 25, axial: 0, moveS: 3 }).add({ flexion: 0, lateral: 0, moveS: 2, stayS: 1 });
};

describe('the head against the trunk', () => {
  it('takes the trunk out of the movement, however its sensor sits and whatever its heading is', () => {
    for (const [trunkMount, trunkHeadingDeg] of [
      [mul(rotZ(170), mul(rotY(-70), rotX(10))), 130],
      [rotX(0), -90],
      [mul(rotX(80), rotZ(45)), 179],
    ] as const) {
      const { seen } = run(bodies(everything), { trunkMount, trunkHeadingDeg });
      expect(seen.length).toBeGreaterThan(900);
      for (let axis = 0; axis < 3; axis++) expect(worstOf(seen, axis), `axis ${axis}`).toBeLessThan(0.5);
    }
  });

  it('a head that rides on a turning trunk does not rotate', () => {
    const rides = (trunk: Script, neck: Script): void => {
      trunk.add({ axial: 60, moveS: 3, stayS: 1 }).add({ axial: -60, moveS: 4, stayS: 1 });
      neck.add({ stayS: 9 });
    };
    const { seen } = run(bodies(rides));
    for (let axis = 0; axis < 3; axis++) expect(worstOf(seen, axis)).toBeLessThan(0.5);
  });

  it('the two headings drift apart, the stated uncertainty covers it, and a neutral pose takes it back', () => {
    const twoTurns = (trunk: Script, neck: Script): void => {
      trunk.add({ axial: 720, moveS: 24, stayS: 3 });
      neck.add({ axial: 30, moveS: 6 }).add({ axial: -30, moveS: 12 }).add({ axial: 0, moveS: 6, stayS: 3 });
    };
    const scripts = bodies(twoTurns);
    const endS = scripts.neck.durationS;
    // The head's gyro reads half a percent too much, the trunk's does not: 3.6 degrees in two turns.
    const { seen } = run(scripts, { headScale: 1.005, neutralAtS: [ALIGN_HEAD_S - 0.5, endS - 0.5] });
    const before = seen.filter((s) => s.tS < endS - 0.6);
    const drifted = before.at(-1)!;
    expect(Math.abs(drifted.angles[2]! - drifted.truth[2]!)).toBeGreaterThan(2);
    for (const s of before) expect(Math.abs(s.angles[2]! - s.truth[2]!)).toBeLessThan(2 * s.sigma + 1);
    expect(drifted.sigma).toBeLessThan(5);
    // Gravity holds the other two.
    expect(worstOf(before, 0)).toBeLessThan(0.5);
    expect(worstOf(before, 1)).toBeLessThan(0.5);
    const after = seen.filter((s) => s.tS > endS - 0.45);
    expect(after.length).toBeGreaterThan(20);
    for (const s of after) {
      expect(s.sigma).toBeLessThan(0.1);
      expect(Math.abs(s.angles[2]!)).toBeLessThan(0.3);
    }
  });

  it('knows nothing before a neutral pose, without the trunk, and after a heading was lost', () => {
    const still = (trunk: Script, neck: Script): void => {
      trunk.add({ stayS: 8 });
      neck.add({ stayS: 8 });
    };
    const never = run(bodies(still), { neutralAtS: [] });
    expect(never.seen).toHaveLength(0);
    expect(never.pair.anglesRad.every(Number.isNaN)).toBe(true);
    expect(never.pair.headingSigmaRad).toBeNaN();
    const away = run(bodies(still), { dropTrunk: (tS) => tS > 30 && tS < 33 });
    const times = away.seen.map((s) => s.tS);
    expect(times.some((t) => t > 29.9 && t < 30.2)).toBe(true);
    // Stale after a quarter of a second; three seconds later the trunk's heading is not the one that was tied.
    expect(times.filter((t) => t > 30.3)).toHaveLength(0);
  });

  it('saved, restored through JSON and continued, it is bit-equal', () => {
    const noise = createNoise(9);
    const mount = quatOf<'trunkSensor', 'trunk'>(0.8, 0.2, -0.5, 0.1);
    const random = (length: number): Float64Array => Float64Array.from({ length }, () => noise.normal());
    const sampleAt = (k: number) => ({
      hostUs: 1e4 * k + 3000 * noise.uniform(),
      gapS: 0,
      worldFromSensor: quatOf<'world', 'sensor'>(2, ...(random(3) as unknown as [number, number, number])),
      worldFromHead: quatOf(2, ...(random(3) as unknown as [number, number, number])),
      sensorRateRadps: random(3),
      headingSigmaRad: 0.001 * noise.uniform(),
      tiltSigmaRad: 0.005,
      biasSigmaRadps: 0.0005,
    });
    for (const cut of [0, 1, 7, 30]) {
      const through = createTrunkPair(mount);
      let other = createTrunkPair(mount);
      for (let k = 0; k < 60; k++) {
        if (k === cut) {
          const saved = JSON.parse(JSON.stringify(other.save()));
          other = createTrunkPair(mount);
          other.restore(saved);
        }
        const [body, head] = [sampleAt(k), sampleAt(k)];
        for (const pair of [through, other]) {
          pair.updateTrunk(body);
          pair.updateHead(head);
          if (k % 20 === 5) expect(pair.captureNeutral()).toBe(true);
        }
        expect(other.anglesRad).toEqual(through.anglesRad);
        expect(other.trunkFromHead).toEqual(through.trunkFromHead);
        expect(other.headingSigmaRad).toBe(through.headingSigmaRad);
      }
      expect(through.anglesRad.every(Number.isFinite)).toBe(true);
    }
  });
});
