import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { radFromDeg } from '../../src/core/units.ts';
import { createLiveFrame, LiveFlag } from '../../src/wire/live-frame.ts';
import { drawnPose } from '../../web/live/head-pose.ts';
import { createLiveRing, type LiveRing, pushLive } from '../../web/live/ring.ts';
import { columnsOf, createStripSeries, fillStripSeries } from '../../web/live/strip-points.ts';

const frame = createLiveFrame();

function push(ring: LiveRing, timeS: number, turnDeg: number, gap = false): void {
  frame.timeS = timeS;
  frame.displayAxialRad = radFromDeg(turnDeg);
  frame.axialSigmaRad = radFromDeg(1);
  frame.flags = gap ? LiveFlag.gap : 0;
  pushLive(ring, frame, LiveFlag.gap);
}

describe('the ring of live frames', () => {
  it('keeps the newest frames', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 200 }), (capacity, n) => {
        const ring = createLiveRing(capacity);
        for (let i = 0; i < n; i++) push(ring, i * 0.01, i % 90);
        expect(ring.count).toBe(n);
        for (let back = 0; back < Math.min(n, capacity); back++) {
          expect(ring.timeS[(ring.count - 1 - back) % capacity]).toBe((n - 1 - back) * 0.01);
        }
      }),
    );
  });

  it('starts anew when time runs backwards', () => {
    const ring = createLiveRing(10);
    push(ring, 5, 1);
    push(ring, 0.01, 2);
    expect(ring.count).toBe(1);
  });
});

describe('the points of the strip chart', () => {
  const filled = (points: readonly { y: number }[]) => points.filter((point) => Number.isFinite(point.y)).length;

  it('puts the newest sample at the right end with its band', () => {
    const ring = createLiveRing(2000);
    for (let i = 0; i <= 1200; i++) push(ring, i / 100, i === 1200 ? 30 : 10);
    const series = createStripSeries(361, 12);
    fillStripSeries(series, ring, ring.turnRad, ring.turnSigmaRad, 12, 12);
    expect(series.angle.at(-1)!.x).toBe(0);
    expect(series.angle.at(-1)!.y).toBeCloseTo(30, 4);
    expect(series.high.at(-1)!.y - series.low.at(-1)!.y).toBeCloseTo(2 * 1.96, 4);
    expect(filled(series.angle)).toBe(361);
  });

  it("shows a test's twist with its own uncertainty, and nothing of it outside a repetition", () => {
    const ring = createLiveRing(2000);
    for (let i = 0; i <= 1200; i++) {
      frame.twistRad = i < 600 ? Number.NaN : radFromDeg(-25);
      frame.twistSigmaRad = i < 600 ? Number.NaN : radFromDeg(0.25);
      push(ring, i / 100, 40);
    }
    const series = createStripSeries(361, 12);
    for (const what of ['twist', 'twist-amount'] as const) {
      const [column, sigma] = columnsOf(ring, what);
      fillStripSeries(series, ring, column, sigma, 12, 12);
      expect(series.angle.at(-1)!.y).toBeCloseTo(-25, 4);
      expect(series.high.at(-1)!.y - series.low.at(-1)!.y).toBeCloseTo(2 * 1.96 * 0.25, 4);
      expect(filled(series.angle.filter((point) => point.x < -6.1))).toBe(0);
    }
  });

  it('leaves a hole where samples are missing, and invents nothing in it', () => {
    const ring = createLiveRing(2000);
    for (let i = 0; i <= 1200; i++) if (i < 600 || i > 700) push(ring, i / 100, 10, i === 701);
    const series = createStripSeries(361, 12);
    fillStripSeries(series, ring, ring.turnRad, null, 12, 12);
    const inHole = series.angle.filter((point) => point.x > -5.9 && point.x < -5.1);
    expect(inHole.length).toBeGreaterThan(20);
    expect(filled(inHole)).toBe(0);
    expect(filled(series.low)).toBe(0);
  });

  it('joins samples that come nearly as seldom as there are bins', () => {
    const ring = createLiveRing(2000);
    for (let i = 0; i <= 12 * 26; i++) push(ring, i / 26, 10);
    const series = createStripSeries(361, 12);
    fillStripSeries(series, ring, ring.turnRad, null, 12, 12);
    expect(filled(series.angle)).toBe(361);
  });

  it('shows nothing of a stream that ended before the window', () => {
    const ring = createLiveRing(100);
    for (let i = 0; i < 50; i++) push(ring, i / 100, 10);
    const series = createStripSeries(361, 12);
    fillStripSeries(series, ring, ring.turnRad, null, 100, 12);
    expect(filled(series.angle)).toBe(0);
  });
});

describe('the drawn pose', () => {
  const pose = new Float64Array(4);
  const rotate = (q: Float64Array, v: readonly [number, number, number]): readonly number[] => {
    const [w, x, y, z] = q as unknown as [number, number, number, number];
    const t = [2 * (y * v[2] - z * v[1]), 2 * (z * v[0] - x * v[2]), 2 * (x * v[1] - y * v[0])] as const;
    return [
      v[0] + w * t[0] + y * t[2] - z * t[1],
      v[1] + w * t[1] + z * t[0] - x * t[2],
      v[2] + w * t[2] + x * t[1] - y * t[0],
    ];
  };
  const posed = (flexion: number, lateral: number, axial: number) => {
    const live = createLiveFrame();
    live.flexionRad = radFromDeg(flexion);
    live.lateralRad = radFromDeg(lateral);
    live.axialRad = radFromDeg(axial);
    expect(drawnPose(pose, live)).toBe(true);
    return pose;
  };

  it('turns the nose (x) to the left (+y) for a left rotation and down (-z) for flexion', () => {
    expect(rotate(posed(0, 0, 40), [1, 0, 0])[1]).toBeCloseTo(Math.sin(radFromDeg(40)), 12);
    expect(rotate(posed(30, 0, 0), [1, 0, 0])[2]).toBeCloseTo(-Math.sin(radFromDeg(30)), 12);
  });

  it('brings the crown (z) to the right (-y) for right side bend', () => {
    expect(rotate(posed(0, 20, 0), [0, 0, 1])[1]).toBeCloseTo(-Math.sin(radFromDeg(20)), 12);
  });

  it('is the sequence flexion, lateral, axial, and of length 1', () => {
    const deg = fc.double({ min: -80, max: 80, noNaN: true });
    fc.assert(
      fc.property(deg, deg, deg, (flexion, lateral, axial) => {
        const q = posed(flexion, lateral, axial);
        expect(Math.hypot(...q)).toBeCloseTo(1, 12);
        // Column by column of Ry(f) Rx(l) Rz(a): the crown does not depend on the axial angle.
        const crown = rotate(q, [0, 0, 1]);
        const f = radFromDeg(flexion);
        const l = radFromDeg(lateral);
        expect(crown[0]).toBeCloseTo(Math.sin(f) * Math.cos(l), 10);
        expect(crown[1]).toBeCloseTo(-Math.sin(l), 10);
        expect(crown[2]).toBeCloseTo(Math.cos(f) * Math.cos(l), 10);
      }),
    );
  });

  it('is upright before the alignment, whatever way the sensor lies', () => {
    const live = createLiveFrame();
    live.orientation.set([0, 1, 0, 0]);
    expect(drawnPose(pose, live)).toBe(false);
    expect([...pose]).toEqual([1, 0, 0, 0]);
  });
});
