/**
 * Save, restore, continue: every stateful piece goes on as if nothing had happened, bit for bit, through JSON.
 *
 * The small pieces are driven here. The whole ones (filters, pipeline, protocols, alignments) have the same property in
 * their own tests; the last test below finds every piece that can be saved and asks where it is shown.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDeviceAttitude } from '../../src/core/device-attitude.ts';
import { createGravityTracker } from '../../src/core/neck/gravity-twist.ts';
import { createAngleHold } from '../../src/core/protocol/angle-hold.ts';
import { createHeadingGain } from '../../src/core/protocol/heading-gain.ts';
import { createHold } from '../../src/core/protocol/hold.ts';
import { createMotion, type Motion } from '../../src/core/protocol/motion.ts';
import { createPhaseTalk } from '../../src/core/protocol/phase-talk.ts';
import { createRest } from '../../src/core/protocol/rest.ts';
import { createStillPose } from '../../src/core/protocol/still-pose.ts';
import { createSampleClock } from '../../src/core/sample-clock.ts';
import { createRateMeter } from '../../src/core/signal/rate-meter.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Saveable {
  save(): unknown;
  restore(state: never): void;
}

/** One piece: how to make it, how it takes sample i, what it shows afterwards. */
interface Case<T extends Saveable> {
  make(): T;
  feed(piece: T, i: number): void;
  show(piece: T): unknown;
}

/** A rate in rad/s and a quaternion that turn, rest and jump, from the index alone. */
const rate = (i: number): Float64Array =>
  i % 60 < 15
    ? new Float64Array(3)
    : Float64Array.of(0.3 * Math.sin(i / 7), 0.8 * Math.cos(i / 11), 0.2 * Math.sin(i / 3));
const quat = (i: number): Float64Array => {
  const half = 0.4 * Math.sin(i / 40);
  return Float64Array.of(Math.cos(half), 0, 0.6 * Math.sin(half), 0.8 * Math.sin(half));
};
const gravity = (i: number): Float64Array => Float64Array.of(0.2 * Math.sin(i / 5), 0.1, 9.8);
const motionParams = { stillTauS: 0.25, speedTauS: 0.05 };
const dtS = (i: number): number => 0.01 + (i % 29 === 0 ? 0.2 : 0) + 0.001 * (i % 3);
/** Steps that a motion would report. */
const steps = (i: number): Motion => ({
  ...createMotion(motionParams),
  dtS: dtS(i),
  gapS: i % 29 === 0 ? 0.19 : 0,
  stillRadps: i % 60 < 40 ? 0.001 : 0.5,
  speedRadps: i % 60 < 40 ? 0.001 : 0.5,
});
const times = new Float64Array(2);

/** Each case keeps the type of its piece to itself. */
function piece<T extends Saveable>(c: Case<T>): Case<Saveable> {
  const own = new WeakMap<Saveable, T>();
  const of = (saveable: Saveable): T => own.get(saveable)!;
  return {
    make() {
      const made = c.make();
      own.set(made, made);
      return made;
    },
    feed: (saveable, i) => c.feed(of(saveable), i),
    show: (saveable) => c.show(of(saveable)),
  };
}

const PIECES: Readonly<Record<string, Case<Saveable>>> = {
  createGravityTracker: piece({
    make: createGravityTracker,
    feed(tracker, i) {
      if (i % 50 === 0) tracker.start(gravity(i));
      tracker.update(dtS(i), rate(i));
    },
    show: (tracker) => [...tracker.up],
  }),
  createMotion: piece({
    make: () => createMotion(motionParams),
    feed(motion, i) {
      motion.update({
        timeS: 0.013 * i + (i > 40 ? 1 : 0),
        gapS: i % 29 === 0 ? 0.2 : 0,
        worldFromHead: quat(i),
        headRateRadps: rate(i),
        headAccMps2: gravity(i),
        flags: 0,
        headingSigmaRad: 0.01,
        tiltSigmaRad: 0.01,
      });
    },
    show: (motion) => [motion.dtS, motion.gapS, motion.stillRadps, motion.speedRadps],
  }),
  createAngleHold: piece({
    make: createAngleHold,
    feed(hold, i) {
      if (i % 70 === 69) hold.clear();
      hold.add(dtS(i), rate(i));
    },
    show: (hold) => [hold.durationS, hold.samples, hold.medianRad(1), hold.jitterRad(2)],
  }),
  createHold: piece({
    make: createHold,
    feed(hold, i) {
      if (i % 70 === 69) hold.clear();
      hold.add({ dtS: dtS(i) }, { twist: 3.1 + 0.2 * Math.sin(i) }, gravity(i), gravity(i + 1));
    },
    show: (hold) => [hold.durationS, hold.samples, hold.medianRad(), hold.jitterRad(), ...hold.accSum, ...hold.upSum],
  }),
  createHeadingGain: piece({
    make: createHeadingGain,
    feed(gain, i) {
      const sample = { headingSigmaRad: 0.001 * (i % 37), biasSigmaRadps: 0.0005 };
      if (i % 45 === 0) gain.mark(sample);
      gain.update({ dtS: dtS(i) }, sample);
    },
    show: (gain) => gain.sigmaRad,
  }),
  createStillPose: piece({
    make: () => createStillPose({ windowS: 0.3, stillRateRadps: 0.05, spreadRad: 0.2, gapS: 0.1 }),
    feed(still, i) {
      if (i % 90 === 89) still.reset();
      still.update(quat(i), gravity(i), steps(i));
    },
    show: (still) => [still.kept, still.progress, still.driftRad, ...still.pose, ...still.acc],
  }),
  createRest: piece({
    make() {
      const still = { kept: true, driftRad: 0 };
      return Object.assign(createRest(still, 1, 0.01), { still });
    },
    feed(rest, i) {
      rest.still.kept = i % 23 !== 0;
      rest.still.driftRad = i % 31 === 0 ? 0.02 : 0;
      if (i % 47 === 0) rest.begin();
      rest.update(i % 3 === 0);
    },
    show: (rest) => rest.forS,
  }),
  createPhaseTalk: piece({
    make: () => createPhaseTalk<'one' | 'two' | 'three'>('one'),
    feed(talk, i) {
      talk.begin([], { timeS: i });
      talk.ask((['one', 'two', 'three'] as const)[i % 3]!);
    },
    show: (talk) => talk.prompt,
  }),
  createRateMeter: piece({
    make: createRateMeter,
    feed(meter, i) {
      times[0] = 0.004 * i + (i > 60 ? 0.3 : 0);
      meter.add(times, 0);
    },
    show: (meter) => meter.rateHz[0],
  }),
  createSampleClock: piece({
    make: () => createSampleClock(100),
    feed(clock, i) {
      clock.arrival(1e4 * i + 300 * Math.sin(i), 1);
      const counter = (i + (i > 50 ? 4 : 0)) % 65536;
      clock.step(Float64Array.of(1e4 * counter), Float64Array.of(counter), 0);
      clock.arrived(1e4 * i + 300 * Math.sin(i));
    },
    show: (clock) => [...clock.at, clock.clockStep, clock.periodS],
  }),
  createDeviceAttitude: piece({
    make: () => createDeviceAttitude(),
    feed(device, i) {
      times[0] = dtS(i);
      times[1] = i % 29 === 0 ? 0.2 : 0;
      device.updateAt(times, 0, 1, quat(i), 0);
    },
    show: (device) => [...device.worldFromSensor, ...device.rateRadps, ...device.sigmas, device.atRest],
  }),
};

it.each(Object.entries(PIECES))('%s goes on after a restore as if nothing had happened', (_, c) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 120 }), (cut) => {
      const whole = c.make();
      for (let i = 0; i < cut; i++) c.feed(whole, i);
      const copy = c.make();
      // somewhere else entirely before it is restored: nothing of that may remain
      for (let i = 200; i < 230; i++) c.feed(copy, i);
      copy.restore(JSON.parse(JSON.stringify(whole.save())) as never);
      for (let i = cut; i < cut + 120; i++) {
        expect(c.show(copy)).toStrictEqual(c.show(whole));
        c.feed(whole, i);
        c.feed(copy, i);
      }
      expect(copy.save()).toStrictEqual(whole.save());
    }),
    { numRuns: 25 },
  );
});

/** Pieces shown elsewhere: by the test that restores the whole of which they are a part, or which they hand on. */
const SHOWN_IN: Readonly<Record<string, string>> = {
  createBiquadCascade: 'test/core/signal/filters.test.ts',
  createDisplayFilter: 'test/core/signal/filters.test.ts',
  createClockFit: 'test/core/signal/clock-fit.test.ts',
  createGravityGuard: 'test/core/protocol/gravity-guard.test.ts',
  createTrunkCorrection: 'test/core/neck/trunk-correction.test.ts',
  createBandTap: 'test/core/signal/band-tap.test.ts',
  createBandCheck: 'test/core/visit/band-check.test.ts',
  createAttitudeFilter: 'test/core/fusion/attitude.test.ts',
  createPipeline: 'test/core/pipeline.test.ts',
  createFrtMachine: 'test/core/protocol/frt-total.test.ts',
  createFrtStart: 'test/core/protocol/frt-total.test.ts',
  createFrtRepetition: 'test/core/protocol/frt-total.test.ts',
  createFrtTransitions: 'test/core/protocol/frt-total.test.ts',
  createCromMachine: 'test/core/protocol/crom-total.test.ts',
  createCromRepetition: 'test/core/protocol/crom-total.test.ts',
  createCromTransitions: 'test/core/protocol/crom-total.test.ts',
  createAlignmentProcedure: 'test/calibration/alignment.test.ts',
  createGyroTumble: 'test/calibration/gyro-tumble.test.ts',
  createTrunkAlignment: 'test/calibration/alignment.test.ts',
};

it('every piece that can be saved is shown to go on, here or where it is named', () => {
  const files = ['src/core', 'calibration'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(ROOT, folder, name)),
  );
  const found: string[] = [];
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    if (!/^\s+(save\b|restore\b)/m.test(text)) continue;
    // a sample's place holds no state of its own
    for (const match of text.matchAll(/^export function (create(?!LiveSample)\w+)/gm)) found.push(match[1]!);
  }
  expect(found.length).toBeGreaterThan(15);
  const missing = found.filter((name) => PIECES[name] === undefined && SHOWN_IN[name] === undefined);
  expect(missing).toEqual([]);
  for (const [name, file] of Object.entries(SHOWN_IN)) {
    expect(found, name).toContain(name);
    expect(readFileSync(join(ROOT, file), 'utf8'), file).toMatch(/restore/);
  }
});
