import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveSample } from '../../../src/core/pipeline.ts';
import { FRT_EVENTS, FRT_NOTICES, FRT_PROMPTS, FRT_WARNINGS } from '../../../src/core/protocol/codes.ts';
import { createFrtMachine } from '../../../src/core/protocol/frt.ts';
import type { FrtMachine } from '../../../src/core/protocol/frt-types.ts';
import type { ExaminerEvent, MotionSample, ProtocolEvent } from '../../../src/core/protocol/step.ts';
import { runTrial } from '../../support/run-trial.ts';
import { mul, quatFromMat, rotX, rotY, rotZ, Script } from '../../support/subject-motion.ts';

const RAD = Math.PI / 180;
const PHASES = ['idle', 'await-flexed', 'neutral', 'rotating', 'hold', 'captured', 'returning', 'finished', 'stopped'];
const CODES: readonly string[] = [...FRT_PROMPTS, ...FRT_EVENTS, ...FRT_NOTICES];

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
function check(machine: FrtMachine, events: readonly ProtocolEvent[]): void {
  const { view } = machine;
  expect(PHASES).toContain(view.phase);
  expect(['left', 'right']).toContain(view.side);
  expect(FRT_PROMPTS as readonly string[]).toContain(view.prompt);
  expect(view.repetitions.map((r) => r.number)).toEqual(view.repetitions.map((_, i) => i + 1));
  for (const side of ['left', 'right'] as const) {
    const done = view.repetitions.filter((r) => r.side === side && r.status !== 'rejected');
    expect(done.length).toBeLessThanOrEqual(4);
    expect(done.filter((r) => r.practice).length).toBeLessThanOrEqual(1);
    for (const r of done) {
      expect(r.reason).toBeNull();
      expect(Number.isFinite(r.twistRad) && Number.isFinite(r.sigmaRad)).toBe(true);
      expect(r.closureRad).toBeLessThanOrEqual(5 * RAD + 1e-9);
      expect(r.peakSpeedRadps).toBeLessThanOrEqual(45 * RAD + 1e-9);
      expect(r.twistRad < 0).toBe(r.side === 'right');
      expect(r.endReason).not.toBeNull();
    }
  }
  for (const r of view.repetitions) {
    expect(r.status === 'rejected').toBe(r.reason !== null);
    for (const w of r.warnings) expect(FRT_WARNINGS as readonly string[]).toContain(w);
  }
  for (const e of events) expect(CODES).toContain(e.code);
  // Every turn that began has its record, unless it is still going on or was only a sway.
  const ended = events.filter((e) => e.type === 'repetition-counted' || e.type === 'repetition-rejected');
  const records = view.repetitions.length;
  const redone = ended.filter((e) => e.code === 'frt.rejected-redone').length;
  expect(ended.length).toBeGreaterThanOrEqual(records);
  expect(ended.length).toBeLessThanOrEqual(records + redone);
}

/** A walk of the head in flexion, side lean and twist, with the gaps and nonsense of a bad day. */
const stepOf = fc.record({
  toTwist: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 0, 35, -35) },
    { weight: 1, arbitrary: fc.integer({ min: -90, max: 90 }) },
  ),
  toFlexion: fc.oneof(
    { weight: 5, arbitrary: fc.constant(50) },
    { weight: 1, arbitrary: fc.integer({ min: -20, max: 120 }) },
  ),
  moveS: fc.constantFrom(0.2, 1, 2, 3),
  stayS: fc.constantFrom(0, 0.5, 1.2, 2),
  gapS: fc.constantFrom(0, 0, 0, 0, 0, 0.12, 0.4, 2),
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
  let twist = 0;
  let flexion = 50;
  for (const s of steps) {
    const n = Math.max(1, Math.round(s.moveS / dt));
    const from = { twist, flexion };
    t += s.gapS;
    for (let k = 1; k <= n + Math.round(s.stayS / dt); k++) {
      const u = Math.min(1, k / n);
      const shape = u * u * (3 - 2 * u);
      twist = from.twist + shape * (s.toTwist - from.twist);
      flexion = from.flexion + shape * (s.toFlexion - from.flexion);
      const speed = k > n ? 0 : (6 * u * (1 - u)) / (n * dt);
      t += dt;
      const pose = mul(mul(rotY(-90 + flexion), rotX(0)), rotZ(twist));
      yield sampleOf({
        timeS: s.spoil === 'back' && k === 3 ? t - 5 : t,
        worldFromHead: s.spoil === 'zero' && k === 2 ? new Float64Array(4) : Float64Array.from(quatFromMat(pose)),
        headRateRadps: Float64Array.of(
          0,
          (s.toFlexion - from.flexion) * speed * RAD,
          s.spoil === 'nan' && k === 4 ? Number.NaN : (s.toTwist - from.twist) * speed * RAD,
        ),
        headAccMps2: Float64Array.of(pose[6]! * 9.81, pose[7]! * 9.81, pose[8]! * 9.81),
        gapS: k === 1 ? s.gapS : 0,
      });
    }
    if (s.event) yield { type: s.event as ExaminerEvent['type'] };
  }
}

function drive(machine: FrtMachine, item: MotionSample | ExaminerEvent, events: ProtocolEvent[], timeS: number): void {
  if ('type' in item) machine.apply(item, timeS, events);
  else machine.update(item, events);
}

describe('whatever is fed', () => {
  it('random turns, gaps, nonsense and events end in a defined state, and nothing is lost', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(stepOf, { minLength: 3, maxLength: 40 }),
        fc.boolean(),
        fc.boolean(),
        (steps, practice, autoConfirm) => {
          const machine = createFrtMachine({ practice, autoConfirm, repetitionsPerSide: steps.length % 2 ? 1 : 3 });
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
          check(machine, events);
          machine.apply({ type: 'stop' }, timeS, events);
          expect(['stopped', 'finished']).toContain(machine.view.phase);
          check(machine, events);
          for (const r of machine.view.repetitions) seen.add(r.reason ?? r.status);
        },
      ),
      { numRuns: 250, seed: 5 },
    );
    // The walk reaches every phase, and repetitions that count as well as every way in which they do not.
    for (const phase of PHASES.slice(1, 7)) expect(seen).toContain(phase);
    for (const end of ['counted', 'practice', 'fast', 'flexion', 'closure', 'signal', 'redone', 'short']) {
      expect(seen).toContain(end);
    }
  });
  it('samples without any sense change nothing and throw nothing', () => {
    const any = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308));
    const list = (n: number) => fc.array(any, { minLength: n, maxLength: n });
    fc.assert(
      fc.property(fc.array(fc.tuple(any, list(4), list(3), list(3), any, any), { maxLength: 50 }), (rows) => {
        const machine = createFrtMachine();
        const events: ProtocolEvent[] = [];
        for (const [timeS, q, w, a, gapS, sigma] of rows) {
          machine.update(
            sampleOf({
              timeS,
              worldFromHead: Float64Array.from(q),
              headRateRadps: Float64Array.from(w),
              headAccMps2: Float64Array.from(a),
              gapS,
              headingSigmaRad: sigma,
              tiltSigmaRad: sigma,
            }),
            events,
          );
        }
        check(machine, events);
      }),
    );
  });
  it('every event is defined in every phase', () => {
    const types = ['confirm', 'redo', 'pain', 'headache', 'dizziness', 'stop'] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...types), { maxLength: 20 }), (list) => {
        const machine = createFrtMachine();
        const events: ProtocolEvent[] = [];
        for (const type of list) machine.apply({ type }, 0, events);
        check(machine, events);
        expect(machine.view.phase).toBe(list.includes('stop') || list.includes('dizziness') ? 'stopped' : 'idle');
        // Each was told of, once at least.
        expect(events.length).toBeGreaterThanOrEqual(list.length);
      }),
    );
  });
});

describe('save, restore, continue', () => {
  it('is bit-equal through JSON, cut anywhere, nonsense included', () => {
    fc.assert(
      fc.property(fc.array(stepOf, { minLength: 3, maxLength: 25 }), fc.nat(100), (steps, share) => {
        const items = [...walk(steps)];
        const cut = Math.floor((items.length * share) / 100);
        const through = createFrtMachine();
        const before = createFrtMachine();
        const after = createFrtMachine();
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
      { numRuns: 60 },
    );
  });
  it('refuses what is not its state', () => {
    expect(() => createFrtMachine().restore({ state: {}, motion: {}, still: {}, starts: {}, rep: {} })).toThrow(
      TypeError,
    );
  });
});

describe('a turned band', () => {
  it('and any heading change no FRT angle by more than 0.5 degrees, with the alignment done anew', () => {
    const angle = fc.double({ min: -180, max: 180, noNaN: true });
    const script = new Script().align().lieDownAndFlex(55).frt(36).frt(-31);
    fc.assert(
      fc.property(angle, angle, angle, angle, (a, b, c, headingDeg) => {
        const mount = mul(rotZ(a), mul(rotY(b), rotX(c)));
        const seen: LiveSample[] = [];
        const { frt } = runTrial(script, {
          frt: { practice: false, repetitionsPerSide: 1 },
          sensor: { mount, headingDeg },
          onSample: (s) => {
            if (seen.length === 0) seen.push(s);
          },
        });
        expect(frt.view.phase).toBe('finished');
        const [left, right] = frt.view.repetitions;
        expect(Math.abs(left!.twistRad / RAD - 36)).toBeLessThan(0.25);
        expect(Math.abs(right!.twistRad / RAD + 31)).toBeLessThan(0.25);
      }),
      {
        numRuns: 10,
        examples: [
          [180, 0, 0, 180],
          [0, 90, 0, -180],
          [0, 0, 180, 90],
        ],
      },
    );
  });
});
