import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCromMachine } from '../../../src/core/protocol/crom.ts';
import { CROM_EVENTS, CROM_NOTICES, CROM_PROMPTS, CROM_WARNINGS } from '../../../src/core/protocol/crom-codes.ts';
import { CROM_DIRECTIONS, type CromMachine } from '../../../src/core/protocol/crom-types.ts';
import type { ExaminerEvent, MotionSample, ProtocolEvent } from '../../../src/core/protocol/step.ts';
import { mul, quatFromMat, rotX, rotY, rotZ } from '../../support/subject-motion.ts';

const RAD = Math.PI / 180;
const PHASES = ['idle', 'await-neutral', 'neutral', 'moving', 'hold', 'captured', 'returning', 'finished', 'stopped'];
const CODES: readonly string[] = [...CROM_PROMPTS, ...CROM_EVENTS, ...CROM_NOTICES];

function sampleOf(over: Partial<MotionSample> = {}): MotionSample {
  return {
    timeS: 0,
    worldFromHead: Float64Array.of(1, 0, 0, 0),
    headRateRadps: new Float64Array(3),
    headAccMps2: Float64Array.of(0, 0, 9.81),
    flags: 0,
    gapS: 0,
    headingSigmaRad: 0,
    tiltSigmaRad: 0.006,
    ...over,
  };
}

/** Everything that must hold of a machine at any time. */
function check(machine: CromMachine, events: readonly ProtocolEvent[], most: number): void {
  const { view } = machine;
  expect(PHASES).toContain(view.phase);
  expect(CROM_DIRECTIONS).toContain(view.direction);
  expect(CROM_PROMPTS).toContain(view.prompt);
  expect(view.repetitions.map((r) => r.number)).toEqual(view.repetitions.map((_, i) => i + 1));
  for (const direction of CROM_DIRECTIONS) {
    const done = view.repetitions.filter((r) => r.direction === direction && r.status !== 'rejected');
    expect(done.length).toBeLessThanOrEqual(most);
    for (const r of done) {
      expect(r.reason).toBeNull();
      expect(Number.isFinite(r.angleRad) && Number.isFinite(r.uncertainty!.sigmaRad)).toBe(true);
      expect(Math.abs(r.angleRad)).toBeCloseTo(
        Math.max(Math.abs(r.flexionRad), Math.abs(r.lateralRad), Math.abs(r.axialRad)),
        12,
      );
      if (Number.isFinite(r.closureRad)) expect(r.closureRad).toBeLessThanOrEqual(10 * RAD + 1e-9);
      expect(r.endReason).not.toBeNull();
    }
  }
  for (const r of view.repetitions) {
    expect(r.status === 'rejected').toBe(r.reason !== null);
    for (const w of r.warnings) expect(CROM_WARNINGS).toContain(w);
  }
  for (const e of events) expect(CODES).toContain(e.code);
}

/** A walk of the head through end ranges and back, with the gaps and nonsense of a bad day. */
const goal = (size: number) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constantFrom(size, -size) },
    { weight: 1, arbitrary: fc.integer({ min: -90, max: 90 }) },
  );
const stepOf = fc.record({
  flexion: goal(50),
  lateral: goal(35),
  axial: goal(65),
  moveS: fc.constantFrom(0.2, 1, 2),
  stayS: fc.constantFrom(0, 0.5, 1.2, 2),
  homeS: fc.constantFrom(0, 1.5, 1.5, 1.5),
  gapS: fc.constantFrom(0, 0, 0, 0, 0, 0, 0.12, 0.4, 2),
  spoil: fc.constantFrom('', '', '', '', '', '', 'nan', 'back', 'zero'),
  event: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom('', '', '', '', '', 'confirm', 'redo', 'confirm') },
    // Rarer: they end a side, or the walk.
    { weight: 3, arbitrary: fc.constantFrom('pain', 'headache') },
    { weight: 1, arbitrary: fc.constant('dizziness') },
  ),
});
type WalkStep = ReturnType<typeof stepOf.generate>['value'];

function* walk(steps: readonly WalkStep[]): Generator<MotionSample | ExaminerEvent> {
  const dt = 0.02;
  let t = 0;
  let at = [0, 0, 0];
  let pose = new Float64Array(4);
  function* moveTo(to: number[], s: WalkStep, stayS: number): Generator<MotionSample> {
    const n = Math.max(1, Math.round(s.moveS / dt));
    const from = at;
    for (let k = 1; k <= n + Math.round(stayS / dt); k++) {
      const u = Math.min(1, k / n);
      const shape = u * u * (3 - 2 * u);
      at = from.map((a, i) => a + shape * (to[i]! - a));
      pose = Float64Array.from(quatFromMat(mul(rotY(at[0]!), mul(rotX(at[1]!), rotZ(at[2]!)))));
      const speed = k > n ? 0 : (6 * u * (1 - u)) / (n * dt);
      t += dt;
      yield sampleOf({
        timeS: s.spoil === 'back' && k === 3 ? t - 5 : t,
        worldFromHead: s.spoil === 'zero' && k === 2 ? new Float64Array(4) : pose,
        headRateRadps: Float64Array.from(from, (a, i) => (to[i]! - a) * speed * RAD),
        gapS: k === 1 ? s.gapS : 0,
        headingSigmaRad: s.spoil === 'nan' && k === 4 ? Number.NaN : 0.001 * t,
      });
    }
  }
  for (const s of steps) {
    t += s.gapS;
    yield* moveTo([s.flexion, s.lateral, s.axial], s, s.stayS);
    if (s.event) yield { type: s.event as ExaminerEvent['type'] };
    if (s.homeS > 0) yield* moveTo([0, 0, 0], { ...s, gapS: 0, spoil: '' }, s.homeS);
  }
}

function drive(machine: CromMachine, item: MotionSample | ExaminerEvent, events: ProtocolEvent[], timeS: number): void {
  if ('type' in item) machine.apply(item, timeS, events);
  else machine.update(item, events);
}

describe('whatever is fed', () => {
  it('random movements, gaps, nonsense and events end in a defined state, and nothing is lost', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(stepOf, { minLength: 3, maxLength: 30 }), fc.boolean(), (steps, autoConfirm) => {
        const machine = createCromMachine({
          autoConfirm,
          warmUps: 1,
          repetitions: 1,
          order: steps.length % 2 ? 'rounds' : 'movements',
        });
        const events: ProtocolEvent[] = [];
        let before = 0;
        let timeS = 0;
        for (const item of walk(steps)) {
          if (!('type' in item)) timeS = item.timeS;
          drive(machine, item, events, timeS);
          expect(machine.view.repetitions.length).toBeGreaterThanOrEqual(before);
          before = machine.view.repetitions.length;
          seen.add(machine.view.phase);
        }
        check(machine, events, 2);
        machine.apply({ type: 'stop' }, timeS, events);
        expect(['stopped', 'finished']).toContain(machine.view.phase);
        check(machine, events, 2);
        const began = events.filter((e) => e.code === 'crom.movement-started').length;
        expect(machine.view.repetitions.length).toBeLessThanOrEqual(began);
        for (const r of machine.view.repetitions) seen.add(r.reason ?? r.status);
      }),
      { numRuns: 300, seed: 7 },
    );
    for (const phase of PHASES.slice(1, 7)) expect(seen).toContain(phase);
    for (const end of ['counted', 'warm-up', 'signal', 'short', 'closure', 'redone', 'extra'])
      expect(seen).toContain(end);
  }, 90_000);
  it('samples without any sense change nothing and throw nothing', () => {
    const any = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308));
    const list = (n: number) => fc.array(any, { minLength: n, maxLength: n });
    fc.assert(
      fc.property(fc.array(fc.tuple(any, list(4), list(3), list(3), any, any), { maxLength: 50 }), (rows) => {
        const machine = createCromMachine();
        const events: ProtocolEvent[] = [];
        for (const [timeS, q, w, a, gapS, sigma] of rows) {
          const columns = {
            worldFromHead: Float64Array.from(q),
            headRateRadps: Float64Array.from(w),
            headAccMps2: Float64Array.from(a),
          };
          machine.update(sampleOf({ ...columns, timeS, gapS, headingSigmaRad: sigma, tiltSigmaRad: sigma }), events);
        }
        check(machine, events, 5);
      }),
    );
  });
  it('every event is defined in every phase', () => {
    const types = ['confirm', 'redo', 'pain', 'stop'] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...types), { maxLength: 20 }), (list) => {
        const machine = createCromMachine();
        const events: ProtocolEvent[] = [];
        for (const type of list) machine.apply({ type }, 0, events);
        check(machine, events, 5);
        expect(machine.view.phase).toBe(list.includes('stop') ? 'stopped' : 'idle');
        expect(events.length).toBeGreaterThanOrEqual(list.length);
      }),
    );
  });
});

describe('save, restore, continue', () => {
  it('is bit-equal through JSON, cut anywhere, nonsense included', () => {
    fc.assert(
      fc.property(fc.array(stepOf, { minLength: 3, maxLength: 15 }), fc.nat(100), (steps, share) => {
        const items = [...walk(steps)];
        const cut = Math.floor((items.length * share) / 100);
        const settings = { warmUps: 0, repetitions: 1 };
        const through = createCromMachine(settings);
        const before = createCromMachine(settings);
        const after = createCromMachine(settings);
        const all: ProtocolEvent[] = [];
        const parts: ProtocolEvent[] = [];
        for (const item of items) drive(through, item, all, 1);
        for (const item of items.slice(0, cut)) drive(before, item, parts, 1);
        after.restore(JSON.parse(JSON.stringify(before.save())));
        for (const item of items.slice(cut)) drive(after, item, parts, 1);
        expect(after.save()).toEqual(through.save());
        expect(after.view.repetitions).toEqual(through.view.repetitions);
        expect(parts).toEqual(all);
      }),
      { numRuns: 50 },
    );
  });
  it('refuses what is not its state', () => {
    expect(() => createCromMachine().restore({ state: {}, motion: {}, still: {}, rep: {} })).toThrow(TypeError);
  });
});
