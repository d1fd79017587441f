/** Endurance, sustained posture and fast rotation on scripted motion with known truth. */
import { describe, expect, it } from 'vitest';
import { endurance } from '../../../src/core/protocol/endurance.ts';
import { fastRotation } from '../../../src/core/protocol/fast-rotation.ts';
import type { ProtocolMachine } from '../../../src/core/protocol/protocol.ts';
import type { ExaminerEvent, MotionSample, ProtocolEvent } from '../../../src/core/protocol/step.ts';
import { sustainedPosture } from '../../../src/core/protocol/sustained-posture.ts';

const RAD = Math.PI / 180;
const DT = 0.01;

/** A head that turns about one axis by a given angle of time; events at given times. */
function run(
  machine: ProtocolMachine,
  untilS: number,
  axis: 1 | 2 | 3,
  angleDeg: (t: number) => number,
  presses: readonly (readonly [number, ExaminerEvent['type']])[] = [],
  missing: (t: number) => boolean = () => false,
): ProtocolEvent[] {
  const events: ProtocolEvent[] = [];
  const waiting = [...presses];
  let lastS = 0;
  for (let i = 0; i <= untilS / DT; i++) {
    const timeS = i * DT;
    while (waiting.length > 0 && waiting[0]![0] <= timeS) machine.apply({ type: waiting.shift()![1] }, timeS, events);
    if (missing(timeS)) continue;
    const half = (angleDeg(timeS) * RAD) / 2;
    const q = Float64Array.of(Math.cos(half), 0, 0, 0);
    q[axis] = Math.sin(half);
    const rate = new Float64Array(3);
    rate[axis - 1] = ((angleDeg(timeS) - angleDeg(timeS - DT)) / DT) * RAD;
    const sample: MotionSample = {
      timeS,
      worldFromHead: q,
      headRateRadps: rate,
      headAccMps2: Float64Array.of(0, 0, 9.81),
      flags: 0,
      gapS: timeS - lastS > 1.5 * DT ? timeS - lastS - DT : 0,
      headingSigmaRad: 0,
      tiltSigmaRad: 0.006,
    };
    lastS = timeS;
    machine.update(sample, events);
  }
  return events;
}

describe('deep neck flexor endurance', () => {
  it('times two trials between the examiner’s presses', () => {
    const machine = endurance.create();
    run(machine, 60, 2, () => -30, [
      [2, 'confirm'],
      [24.5, 'confirm'],
      [30, 'confirm'],
      [48, 'pain'],
    ]);
    const [one, two] = machine.view.repetitions;
    expect(machine.view.phase).toBe('finished');
    expect(one!.measures['holdS']).toBeCloseTo(22.5, 1);
    expect(one).toMatchObject({ status: 'counted', endReason: 'examiner', warnings: [] });
    expect(two!.measures['holdS']).toBeCloseTo(18, 1);
    expect(two).toMatchObject({ endReason: 'pain' });
  });
  it('marks when the nod was lost and leaves the stop to the examiner', () => {
    const machine = endurance.create();
    // Chin thrust at 12 s: seven degrees within one second.
    const events = run(machine, 25, 2, (t) => -30 + 7 * Math.min(1, Math.max(0, t - 12)), [
      [2, 'confirm'],
      [20, 'confirm'],
    ]);
    const [one] = machine.view.repetitions;
    expect(one!.warnings).toContain('nod-lost');
    expect(one!.measures['nodLostAtS']).toBeGreaterThan(10);
    expect(one!.measures['nodLostAtS']).toBeLessThan(11.1);
    expect(one!.measures['holdS']).toBeCloseTo(18, 1);
    expect(events.map((e) => e.code)).toContain('endurance.nod-lost');
  });
  it('does not call a tremor or a short excursion a lost nod', () => {
    const machine = endurance.create();
    run(machine, 25, 2, (t) => -30 + 2 * Math.sin(50 * t) + (t > 10 && t < 10.3 ? 6 : 0), [
      [2, 'confirm'],
      [20, 'confirm'],
    ]);
    expect(machine.view.repetitions[0]!.warnings).toEqual([]);
  });
  it('does not count a slip of the key', () => {
    const machine = endurance.create();
    run(machine, 5, 2, () => -30, [
      [2, 'confirm'],
      [2.3, 'confirm'],
    ]);
    expect(machine.view.repetitions[0]).toMatchObject({ status: 'rejected', reason: 'short' });
    expect(machine.view.phase).toBe('ready');
  });
});

describe('fast rotation', () => {
  // +-60 deg about the long axis at 0.6 Hz: peak 60 * 2 pi 0.6 = 226 deg/s.
  const sweep = (t: number): number => (t < 2 ? 0 : 60 * Math.sin(2 * Math.PI * 0.6 * (t - 2)));
  it('finds every sweep with its side and peak', () => {
    const machine = fastRotation.create();
    run(machine, 20, 3, sweep);
    const { repetitions, phase } = machine.view;
    expect(phase).toBe('finished');
    for (const side of ['left', 'right'] as const) {
      const mine = repetitions.filter((r) => r.direction === side);
      expect(mine.map((r) => r.status).slice(0, 4)).toEqual(['practice', 'counted', 'counted', 'counted']);
      for (const r of mine.slice(1)) {
        expect(r.measures['peakSpeedRadps']! / RAD).toBeGreaterThan(222);
        expect(r.measures['peakSpeedRadps']! / RAD).toBeLessThan(227);
        expect(r.measures['sweptRad']! / RAD).toBeGreaterThan(110);
      }
    }
  });
  it('does not start before the head was still', () => {
    const machine = fastRotation.create();
    run(machine, 10, 3, (t) => 60 * Math.sin(2 * Math.PI * 0.6 * t));
    expect(machine.view.repetitions).toEqual([]);
    expect(machine.view.prompt).toBe('fast.neutral');
  });
  it('gives no peak for a sweep with missing data in it', () => {
    const machine = fastRotation.create();
    run(machine, 20, 3, sweep, [], (t) => t > 5 && t < 5.3);
    expect(machine.view.repetitions.some((r) => r.reason === 'signal')).toBe(true);
    expect(machine.view.repetitions.filter((r) => r.status === 'counted').length).toBeGreaterThanOrEqual(6);
  });
});

describe('sustained posture', () => {
  it('times the beginning of the symptom, the stay and the easing', () => {
    const machine = sustainedPosture.create();
    run(machine, 90, 3, (t) => (t < 5 ? 0 : t < 60 ? 45 + 0.05 * (t - 5) : 0), [
      [10, 'confirm'],
      [40, 'pain'],
      [58, 'confirm'],
      [75, 'confirm'],
    ]);
    const [one] = machine.view.repetitions;
    expect(machine.view.phase).toBe('finished');
    expect(one!.measures['onsetS']).toBeCloseTo(30, 1);
    expect(one!.measures['holdS']).toBeCloseTo(48, 1);
    expect(one!.measures['easedS']).toBeCloseTo(17, 1);
    expect(one!.measures['onsetStrayRad']! / RAD).toBeCloseTo(1.5, 1);
    expect(one!.endReason).toBe('eased');
  });
  it('without a symptom says how long it was kept, and no time of onset', () => {
    const machine = sustainedPosture.create();
    run(machine, 140, 3, () => 45, [[5, 'confirm']]);
    const [one] = machine.view.repetitions;
    expect(one!.measures['holdS']).toBeCloseTo(120, 1);
    expect(one!.measures['onsetS']).toBeNaN();
    expect(one!.measures['easedS']).toBeNaN();
    expect(one!.status).toBe('counted');
  });
});
