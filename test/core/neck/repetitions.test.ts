import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureRepetition } from '../../../src/core/neck/measure-repetition.ts';
import { findRepetitions, meanPose, type PoseSeries, slowSpeed } from '../../../src/core/neck/repetitions.ts';
import { bridgeGaps, medianPeriodS } from '../../../src/core/signal/bridge-gaps.ts';
import { mul, quatFromMat, Script, type SensorSettings, sense, transpose } from '../../support/subject-motion.ts';

const DEG = 180 / Math.PI;

/** Poses and rates of a script as a perfect filter would give them. */
function seriesOf(script: Script, sensor: Partial<SensorSettings> = {}, drop: (i: number) => boolean = () => false) {
  const time: number[] = [];
  const pose: number[] = [];
  const rate: number[] = [];
  let i = 0;
  const mount = sensor.mount ?? [1, 0, 0, 0, 1, 0, 0, 0, 1];
  for (const s of sense(script, { tremorFromS: 0, ...sensor })) {
    if (drop(i++)) continue;
    time.push(s.tS);
    pose.push(...quatFromMat(mul(s.worldFromSensor, transpose(mount))));
    rate.push(...s.gyrRadps);
  }
  return {
    timeS: Float64Array.from(time),
    worldFromHead: Float64Array.from(pose),
    rateRadps: Float64Array.from(rate),
  } satisfies PoseSeries;
}
const turns = (angles: readonly number[], moveS = 2, holdS = 1.2) => {
  const script = new Script().add({ stayS: 2 });
  for (const axial of angles) {
    script.add({ axial, moveS, stayS: holdS }).add({ axial: 0, moveS, stayS: 1.5 });
  }
  return script;
};

describe('finding repetitions', () => {
  it('finds every one, in order, with neutral, movement, hold and return where they are', () => {
    const series = seriesOf(turns([60, -45, 20]), { tremorDeg: 0.03 });
    const found = findRepetitions(series);
    expect(found).toHaveLength(3);
    found.forEach((rep, k) => {
      const t = (i: number) => series.timeS[i]!;
      const begin = 2 + k * 6.7;
      // Neutral ends at the onset, the hold lies inside the true one, the way back ends at the return.
      expect(Math.abs(t(rep.movement.from) - begin)).toBeLessThan(0.5);
      expect(t(rep.hold.from)).toBeGreaterThan(begin + 1.7);
      expect(t(rep.hold.to - 1)).toBeLessThan(begin + 3.5);
      expect(t(rep.hold.to - 1) - t(rep.hold.from)).toBeGreaterThan(0.7);
      expect(t(rep.after.from)).toBeGreaterThan(begin + 4.9);
      expect(rep.neutral.to).toBeLessThanOrEqual(rep.movement.from);
      expect(rep.hold.to).toBeLessThanOrEqual(rep.back.from);
    });
  });
  it('measures any end range at any speed to a tenth of a degree, and time scaling changes no angle', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 12, max: 85 }),
        fc.boolean(),
        fc.double({ min: 1.2, max: 4, noNaN: true }),
        (size, left, moveS) => {
          const truth = left ? size : -size;
          const series = seriesOf(turns([truth], moveS), { tremorDeg: 0.02 });
          const [rep] = findRepetitions(series);
          const figures = measureRepetition(series, rep!, 'axial');
          expect(Math.abs(figures.angleRad * DEG - truth)).toBeLessThan(0.1);
          expect(figures.closureRad * DEG).toBeLessThan(0.2);
          // The mean pose of a slow movement still has some of its fading ends in it, which the median has not.
          expect(Math.abs(figures.conjunct.helicalRad * DEG - size)).toBeLessThan(0.25);
          // Peak speed of a minimum-jerk movement: 15/8 of its mean.
          const expected = ((15 / 8) * size) / moveS;
          expect(Math.abs(figures.peakVelocityRadps * DEG - expected)).toBeLessThan(0.06 * expected + 1);
          expect(figures.sparc).toBeGreaterThan(-1.6);
        },
      ),
      { numRuns: 40 },
    );
  });
  it('reads the same angle in any heading, any mounting of the rate axes and from the other end of the file', () => {
    fc.assert(
      fc.property(fc.double({ min: -180, max: 180, noNaN: true }), (headingDeg) => {
        const series = seriesOf(turns([50]), { headingDeg });
        expect(measureRepetition(series, findRepetitions(series)[0]!, 'axial').angleRad * DEG).toBeCloseTo(50, 1);
      }),
      { numRuns: 20 },
    );
  });
  it('takes the pose farthest out as hold: a pause on the way and a nod beside are none', () => {
    const script = new Script()
      .add({ stayS: 2 })
      .add({ axial: 30, moveS: 1.5, stayS: 1.2 })
      .add({ axial: 55, moveS: 1.5, stayS: 1 })
      .add({ axial: 20, moveS: 1.5, stayS: 1 })
      .add({ axial: 0, moveS: 1, stayS: 1.5 });
    const series = seriesOf(script);
    const found = findRepetitions(series);
    expect(found).toHaveLength(1);
    expect(measureRepetition(series, found[0]!, 'axial').angleRad * DEG).toBeCloseTo(55, 1);
  });
  it('does not take lying down, a movement without a hold or a creep for a repetition', () => {
    expect(findRepetitions(seriesOf(new Script().add({ stayS: 2 }).add({ recline: -90, moveS: 3, stayS: 4 })))).toEqual(
      [],
    );
    expect(findRepetitions(seriesOf(turns([50], 1, 0)))).toEqual([]);
    const creep = new Script().add({ stayS: 2 }).add({ axial: 20, moveS: 20, stayS: 0 }).add({ axial: 40, moveS: 20 });
    expect(findRepetitions(seriesOf(creep))).toEqual([]);
  });
  it('is not misled by the wobble of the band on the skin', () => {
    const series = seriesOf(turns([60, -60]), { wobbleDeg: 1.5 });
    const found = findRepetitions(series);
    expect(found).toHaveLength(2);
    for (const rep of found) {
      expect(Math.abs(Math.abs(measureRepetition(series, rep, 'axial').angleRad * DEG) - 60)).toBeLessThan(0.5);
    }
  });
  it('gives nothing for nothing', () => {
    for (const n of [0, 1, 2]) {
      const none = {
        timeS: new Float64Array(n),
        worldFromHead: new Float64Array(4 * n),
        rateRadps: new Float64Array(3 * n),
      };
      expect(findRepetitions(none)).toEqual([]);
      expect(slowSpeed(none, 1.5)).toHaveLength(n);
    }
    expect([...meanPose([], { from: 0, to: 0 })]).toEqual([1, 0, 0, 0]);
  });
});

describe('bridging', () => {
  const wave = (t: number, k: number): number => 0.6 * Math.sin(2 * Math.PI * 4 * t + k);
  const record = (keep: (i: number) => boolean) => {
    const time: number[] = [];
    const gyr: number[] = [];
    for (let i = 0; i < 400; i++) {
      if (!keep(i)) continue;
      time.push(i / 100);
      gyr.push(wave(i / 100, 0), wave(i / 100, 1), wave(i / 100, 2));
    }
    return { timeS: Float64Array.from(time), gyr: Float64Array.from(gyr), acc: new Float64Array(gyr.length) };
  };
  it('follows a wobble of 4 Hz over one and two missing samples far better than a straight line', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 380 }), fc.constantFrom(1, 2), (at, missing) => {
        const { timeS, gyr, acc } = record((i) => i < at || i >= at + missing);
        const out = bridgeGaps(timeS, gyr, acc);
        expect(out.timeS).toHaveLength(400);
        expect(medianPeriodS(timeS)).toBeCloseTo(0.01, 9);
        for (let i = at; i < at + missing; i++) {
          expect(out.source[i]).toBe(-1);
          expect(out.timeS[i]).toBeCloseTo(i / 100, 9);
          for (let k = 0; k < 3; k++) expect(Math.abs(out.gyrRadps[3 * i + k]! - wave(i / 100, k))).toBeLessThan(0.01);
        }
        // The stated deviation covers the error of the integral.
        let worst = 0;
        for (let k = 0; k < 3; k++) {
          let error = 0;
          for (let i = at; i < at + missing; i++) error += 0.01 * (out.gyrRadps[3 * i + k]! - wave(i / 100, k));
          worst = Math.max(worst, Math.abs(error));
        }
        expect(worst).toBeLessThan(3 * Math.sqrt(out.variance[399]!) + 1e-5);
      }),
    );
  });
  it('changes nothing without holes, and leaves long ones open', () => {
    const whole = record(() => true);
    expect(bridgeGaps(whole.timeS, whole.gyr, whole.acc).gyrRadps).toEqual(whole.gyr);
    const long = record((i) => i < 100 || i >= 130);
    expect(bridgeGaps(long.timeS, long.gyr, long.acc).timeS).toEqual(long.timeS);
  });
});
