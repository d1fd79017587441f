import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolMachine } from '../../../src/core/protocol/protocol.ts';
import { PROTOCOLS, protocolOf } from '../../../src/core/protocol/registry.ts';
import type { ExaminerEvent, MotionSample, ProtocolEvent } from '../../../src/core/protocol/step.ts';
import { mul, quatFromMat, rotX, rotY, rotZ } from '../../support/subject-motion.ts';

const RAD = Math.PI / 180;
type Item = MotionSample | ExaminerEvent;

function sampleOf(over: Partial<MotionSample>): MotionSample {
  return {
    timeS: 0,
    worldFromHead: Float64Array.of(1, 0, 0, 0),
    headRateRadps: new Float64Array(3),
    headAccMps2: Float64Array.of(0, 0, 9.81),
    flags: 0,
    gapS: 0,
    headingSigmaRad: 0.001,
    tiltSigmaRad: 0.006,
    ...over,
  };
}

const stepOf = fc.record({
  flexion: fc.integer({ min: -60, max: 60 }),
  lateral: fc.integer({ min: -40, max: 40 }),
  axial: fc.integer({ min: -80, max: 80 }),
  moveS: fc.constantFrom(0.1, 0.3, 1, 2),
  stayS: fc.constantFrom(0, 0.5, 1.2, 3),
  gapS: fc.constantFrom(0, 0, 0, 0, 0.15, 0.5, 3),
  spoil: fc.constantFrom('', '', '', '', 'nan', 'back', 'zero', 'infinite'),
  event: fc.constantFrom('', 'confirm', 'confirm', 'redo', 'pain', 'headache', 'dizziness', 'stop'),
});

function* walk(steps: readonly ReturnType<typeof stepOf.generate>['value'][]): Generator<Item> {
  const dt = 0.02;
  let t = 0;
  let at = [0, 0, 0];
  for (const s of steps) {
    const from = at;
    const to = [s.flexion, s.lateral, s.axial];
    const n = Math.max(1, Math.round(s.moveS / dt));
    t += s.gapS;
    for (let k = 1; k <= n + Math.round(s.stayS / dt); k++) {
      const u = Math.min(1, k / n);
      at = from.map((a, i) => a + u * u * (3 - 2 * u) * (to[i]! - a));
      const pose = Float64Array.from(quatFromMat(mul(rotY(at[0]!), mul(rotX(at[1]!), rotZ(at[2]!)))));
      const speed = k > n ? 0 : (6 * u * (1 - u)) / (n * dt);
      const rate = Float64Array.from([1, 0, 2], (axis) => (to[axis]! - from[axis]!) * speed * RAD);
      if (s.spoil === 'nan' && k === 2) rate[1] = Number.NaN;
      if (s.spoil === 'infinite' && k === 2) pose[2] = Number.POSITIVE_INFINITY;
      t += dt;
      yield sampleOf({
        timeS: s.spoil === 'back' && k === 3 ? t - 5 : t,
        worldFromHead: s.spoil === 'zero' && k === 2 ? new Float64Array(4) : pose,
        headRateRadps: rate,
        gapS: k === 1 ? s.gapS : 0,
      });
    }
    if (s.event) yield { type: s.event as ExaminerEvent['type'] };
  }
}

function drive(machine: ProtocolMachine, item: Item, events: ProtocolEvent[], clock: { timeS: number }): void {
  if ('type' in item) machine.apply(item, clock.timeS, events);
  else {
    clock.timeS = Math.max(clock.timeS, item.timeS);
    machine.update(item, events);
  }
}

const steps = fc.array(stepOf, { minLength: 1, maxLength: 12 });

describe('the registry', () => {
  it('finds a test by its id and nothing by another', () => {
    for (const protocol of PROTOCOLS) expect(protocolOf(protocol.id)).toBe(protocol);
    expect(protocolOf('constructor')).toBeNull();
    expect(new Set(PROTOCOLS.map((p) => p.id)).size).toBe(PROTOCOLS.length);
  });
  it('puts fast rotation last, and keeps what an examiner must do away from home', () => {
    expect(PROTOCOLS.at(-1)!.id).toBe('fast-rotation');
    for (const { id, evidence, atHome } of PROTOCOLS) {
      if (evidence === 'examiner-passive' || id === 'fast-rotation') expect(atHome).toBe(false);
    }
  });
});

describe.each(PROTOCOLS.map((protocol) => [protocol.id, protocol] as const))('%s', (_id, protocol) => {
  it('stays in its phases whatever is fed, and loses no repetition', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const machine = protocol.create();
        const events: ProtocolEvent[] = [];
        const clock = { timeS: 0 };
        let before = 0;
        for (const item of walk(list)) {
          drive(machine, item, events, clock);
          const { view } = machine;
          expect(protocol.phases).toContain(view.phase);
          expect(view.ended).toBe(view.phase === 'finished' || view.phase === 'stopped');
          expect(view.repetitions.length).toBeGreaterThanOrEqual(before);
          before = view.repetitions.length;
        }
        const { repetitions } = machine.view;
        expect(repetitions.map((r) => r.number)).toEqual(repetitions.map((_, i) => i + 1));
        for (const r of repetitions) {
          expect(r.status === 'rejected').toBe(r.reason !== null);
          // Another movement than the test asks for is recorded, and does not count.
          if (r.status !== 'rejected') expect(protocol.directions).toContain(r.direction);
          expect(protocol.primary in r.measures).toBe(true);
          if (protocol.primarySigma !== null) expect(protocol.primarySigma in r.measures).toBe(true);
          for (const value of Object.values(r.measures)) expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 40 },
    );
  });
  it('goes on bit for bit after a save in the middle', () => {
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), (list, where) => {
        const items = [...walk(list)];
        const cut = Math.floor(where * items.length);
        const whole = protocol.create();
        const first = protocol.create();
        const wholeEvents: ProtocolEvent[] = [];
        const partEvents: ProtocolEvent[] = [];
        const clock = { timeS: 0 };
        const other = { timeS: 0 };
        for (const item of items) drive(whole, item, wholeEvents, clock);
        for (const item of items.slice(0, cut)) drive(first, item, partEvents, other);
        const saved = JSON.parse(JSON.stringify(first.save())) as unknown;
        const second = protocol.create();
        second.restore(saved);
        for (const item of items.slice(cut)) drive(second, item, partEvents, other);
        expect(partEvents).toEqual(wholeEvents);
        expect(second.view.repetitions).toEqual(whole.view.repetitions);
        expect(JSON.stringify(second.save())).toBe(JSON.stringify(whole.save()));
      }),
      { numRuns: 25 },
    );
  });
  it.each(['stop', 'dizziness'] as const)('ends on %s in any phase, and stays ended', (ending) => {
    fc.assert(
      fc.property(steps, (list) => {
        const machine = protocol.create();
        const events: ProtocolEvent[] = [];
        const clock = { timeS: 0 };
        for (const item of walk(list)) drive(machine, item, events, clock);
        machine.apply({ type: ending }, clock.timeS, events);
        expect(machine.view.ended).toBe(true);
        const { phase } = machine.view;
        for (const type of ['confirm', 'pain', 'headache', 'dizziness', 'stop'] as const)
          machine.apply({ type }, clock.timeS, events);
        expect(machine.view.phase).toBe(phase);
      }),
      { numRuns: 20 },
    );
  });
});
