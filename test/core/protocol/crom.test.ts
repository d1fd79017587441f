import { describe, expect, it } from 'vitest';
import { fullCycles, halfCycles } from '../../../src/core/protocol/crom-cycles.ts';
import type { CromParams } from '../../../src/core/protocol/crom-params.ts';
import type { CromRepetitionRecord } from '../../../src/core/protocol/crom-types.ts';
import type { ExaminerEvent } from '../../../src/core/protocol/step.ts';
import { type CromOptions, runCrom } from '../../support/run-crom.ts';
import { CONSUMER_SENSOR, Script, type Step } from '../../support/subject-motion.ts';

const DEG = 180 / Math.PI;
const run = (script: Script, crom: Partial<CromParams>, options: CromOptions = {}) =>
  runCrom(script, { ...options, crom, sensor: { ...CONSUMER_SENSOR, ...options.sensor } });
const press = (atS: number, type: ExaminerEvent['type']) => ({ atS, event: { type } as ExaminerEvent });

const AIM: Record<string, Step> = {
  flexion: { flexion: 50 },
  extension: { flexion: -60 },
  'lateral-left': { lateral: -40 },
  'lateral-right': { lateral: 38 },
  'rotation-left': { axial: 70 },
  'rotation-right': { axial: -66 },
};
const BACK = { flexion: 0, lateral: 0, axial: 0 };
/** Out to an end range, hold, back. */
const move = (script: Script, to: Step, over: { moveS?: number; holdS?: number; restS?: number; back?: Step } = {}) =>
  script
    .add({ ...to, moveS: over.moveS ?? 1.6, stayS: over.holdS ?? 1.2 })
    .add({ ...BACK, ...over.back, moveS: over.moveS ?? 1.6, stayS: over.restS ?? 1.6 });
const seated = () => new Script().align().add({ stayS: 1.5 });
const say = (r: CromRepetitionRecord) => `${r.direction} ${r.status}${r.reason ? ` ${r.reason}` : ''}`;
const one: Partial<CromParams> = { warmUps: 0, repetitions: 1 };
const only = (direction: CromParams['directions'][number], over: Partial<CromParams> = {}): Partial<CromParams> => ({
  ...one,
  directions: [direction],
  ...over,
});

describe('a whole test', () => {
  it('six movements in order, warm-ups first, each within half a degree and the right way round', () => {
    const script = seated();
    for (const name of Object.keys(AIM)) for (let i = 0; i < 2; i++) move(script, AIM[name]!);
    const { crom, events } = run(script, { warmUps: 1, repetitions: 1 });
    expect(crom.view.phase).toBe('finished');
    expect(crom.view.repetitions.map(say)).toEqual(
      Object.keys(AIM).flatMap((name) => [`${name} warm-up`, `${name} counted`]),
    );
    for (const r of crom.view.repetitions) {
      const truth = Object.values(AIM[r.direction]!)[0] as number;
      expect(Math.abs(r.angleRad * DEG - truth)).toBeLessThan(0.6);
      expect(Math.abs(r.angleRad * DEG - truth)).toBeLessThan(1.96 * r.uncertainty!.sigmaRad * DEG);
      expect(r.helicalRad * DEG).toBeCloseTo(Math.abs(truth), 0);
      expect(r.warnings).toEqual([]);
      expect(r.closureRad * DEG).toBeLessThan(1);
      expect(r.holdS).toBeGreaterThanOrEqual(0.7);
      expect(r.endReason).toBe('hold');
    }
    expect(events.filter((e) => e.type === 'prompt').map((e) => e.code)).toContain('crom.rotation-right');
    expect(events.at(-1)).toMatchObject({ type: 'prompt', code: 'crom.finished' });
  });
  it('in rounds: one of each in turn', () => {
    const script = seated();
    for (let i = 0; i < 2; i++) for (const name of ['flexion', 'rotation-left']) move(script, AIM[name]!);
    const { crom } = run(script, {
      warmUps: 0,
      repetitions: 2,
      order: 'rounds',
      directions: ['flexion', 'rotation-left'],
    });
    expect(crom.view.repetitions.map((r) => r.direction)).toEqual([
      'flexion',
      'rotation-left',
      'flexion',
      'rotation-left',
    ]);
    expect(crom.view.phase).toBe('finished');
  });
  it('takes the neutral anew for every repetition, so that slumping between them is no range', () => {
    const script = seated();
    move(script, { flexion: 50 }, { back: { flexion: 4 } });
    move(script, { flexion: 50 });
    const { crom } = run(script, only('flexion', { repetitions: 2 }));
    const [first, second] = crom.view.repetitions;
    expect(first!.angleRad * DEG).toBeCloseTo(50, 0);
    expect(first!.closureRad * DEG).toBeCloseTo(4, 0);
    expect(second!.angleRad * DEG).toBeCloseTo(46, 0);
    expect(second!.fromFirstNeutralRad * DEG).toBeCloseTo(50, 0);
  });
});

describe('where the middle is', () => {
  const sides = (first: Step, rest: Step) =>
    move(move(seated(), { axial: 60 }, { back: first, restS: 3.5 }), { axial: 60 }, { back: rest, restS: 3.5 });
  const moved = (script: Script) =>
    run(script, only('rotation-left', { repetitions: 2 })).crom.view.repetitions.map((r) =>
      r.warnings.includes('neutral-moved'),
    );
  it('a slump that stays and a trunk that has turned are marked', () => {
    expect(moved(sides({ flexion: 7 }, { flexion: 7 }))).toEqual([false, true]);
    expect(moved(sides({ axial: 9 }, { axial: 9 }))).toEqual([false, true]);
  });
  it('free repositioning is not', () => {
    expect(moved(sides({ flexion: 2, axial: 2, lateral: -2 }, { flexion: -2 }))).toEqual([false, false]);
  });
});

describe('conjunct motion and cycles', () => {
  it('reports all three angles at the end range, and marks a large conjunct', () => {
    const { crom } = run(move(seated(), { axial: 60, lateral: -12, flexion: 5 }), only('rotation-left'));
    const [r] = crom.view.repetitions;
    expect(r!.axialRad * DEG).toBeCloseTo(60, 0);
    expect(r!.lateralRad * DEG).toBeCloseTo(-12, 0);
    expect(r!.flexionRad * DEG).toBeCloseTo(5, 0);
    expect(r!.warnings).toEqual([]);
    const large = run(move(seated(), { axial: 30, lateral: -20 }), only('rotation-left')).crom.view.repetitions[0];
    expect(large!.warnings).toEqual(['conjunct']);
  });
  it('adds half cycles to full ones, in which the neutral drops out', () => {
    const script = seated();
    for (let i = 0; i < 2; i++) {
      move(script, { flexion: 50 }, { back: { flexion: 3 } });
      move(script, { flexion: -60 });
    }
    const { crom } = run(script, { ...one, repetitions: 2, order: 'rounds', directions: ['flexion', 'extension'] });
    const half = halfCycles(crom.view.repetitions);
    expect(half.flexion!.count).toBe(2);
    expect(half.flexion!.meanRad * DEG).toBeCloseTo(50, 0);
    // From a neutral that had slumped by three degrees.
    expect(half.extension!.meanRad * DEG).toBeCloseTo(63, 0);
    expect(half.extension!.bestRad).toBeGreaterThanOrEqual(half.extension!.meanRad);
    expect(half['rotation-left']).toBeNull();
    const full = fullCycles(crom.view.repetitions);
    expect(full.flexionExtension!.count).toBe(2);
    expect(full.flexionExtension!.meanRad * DEG).toBeCloseTo(110, 0);
    expect(full.rotation).toBeNull();
  });
});

describe('what is void, marked or refused', () => {
  it('another movement than the one asked for is taken as what it is', () => {
    const script = move(move(seated(), { lateral: 38 }), { lateral: -40 });
    const { crom } = run(script, { ...one, directions: ['lateral-left', 'lateral-right'] });
    expect(crom.view.repetitions.map(say)).toEqual(['lateral-right counted', 'lateral-left counted']);
    expect(crom.view.repetitions[0]!.warnings).toEqual(['other-direction']);
    expect(crom.view.repetitions[1]!.warnings).toEqual([]);
  });
  it('a movement that is not in the plan, or one too many, does not count', () => {
    const script = move(move(seated(), { axial: 60 }), { flexion: 40 });
    const { crom } = run(script, only('flexion'));
    expect(crom.view.repetitions.map(say)).toEqual(['rotation-left rejected extra', 'flexion counted']);
  });
  it('no hold, no angle', () => {
    const { crom } = run(move(seated(), { flexion: 50 }, { holdS: 0 }), only('flexion'));
    expect(crom.view.repetitions.map(say)).toEqual(['flexion rejected short']);
    expect(crom.view.repetitions[0]!.angleRad).toBeNaN();
  });
  it('a return that ends far from the start is void', () => {
    const { crom } = run(move(seated(), { flexion: 50 }, { back: { flexion: 12 }, restS: 2.5 }), only('flexion'));
    expect(crom.view.repetitions.map(say)).toEqual(['flexion rejected closure']);
  });
  it('a hole in the signal voids the repetition and no other', () => {
    const from = Math.round((seated().durationS + 0.8) * 100);
    const script = move(move(seated(), { flexion: 50 }), { flexion: 50 });
    const { crom } = run(script, only('flexion'), { drop: (i) => i >= from && i < from + 40 });
    expect(crom.view.repetitions.map(say)).toEqual(['flexion rejected signal', 'flexion counted']);
  });
  it('straight through neutral to the other side: both count, the first without a stop', () => {
    const script = seated()
      .add({ flexion: 50, moveS: 1.6, stayS: 1.2 })
      .add({ flexion: -60, moveS: 3, stayS: 1.2 })
      .add({ flexion: 0, moveS: 1.6, stayS: 1.6 });
    const { crom } = run(script, { ...one, directions: ['flexion', 'extension'] });
    expect(crom.view.repetitions.map(say)).toEqual(['flexion counted', 'extension counted']);
    expect(crom.view.repetitions[0]!.warnings).toEqual(['no-stop']);
    expect(crom.view.repetitions[0]!.closureRad).toBeNaN();
    expect(crom.view.repetitions[1]!.angleRad * DEG).toBeCloseTo(-60, 0);
  });
  it('a pause on the way is not the end range', () => {
    const script = seated()
      .add({ flexion: 25, moveS: 1, stayS: 1.2 })
      .add({ flexion: 50, moveS: 1, stayS: 1.2 })
      .add({ flexion: 0, moveS: 1.6, stayS: 1.6 });
    const { crom } = run(script, only('flexion'));
    expect(crom.view.repetitions).toHaveLength(1);
    expect(crom.view.repetitions[0]!.angleRad * DEG).toBeCloseTo(50, 0);
  });
  it('below ten degrees only when confirmed', () => {
    const script = () => move(seated(), { lateral: 7 }, { holdS: 2.5 });
    const at = seated().durationS + 1.6 + 1.5;
    expect(run(script(), only('lateral-right')).crom.view.repetitions).toEqual([]);
    const { crom, events } = run(script(), only('lateral-right'), { examiner: [press(at, 'confirm')] });
    expect(crom.view.repetitions.map(say)).toEqual(['lateral-right counted']);
    expect(crom.view.repetitions[0]!.endReason).toBe('confirmed');
    expect(events.map((e) => e.code)).toContain('crom.confirm-small');
  });
  it('wobble of the band on the skin voids nothing', () => {
    const { crom } = run(move(seated(), { axial: 60 }), only('rotation-left'), { sensor: { wobbleDeg: 1.5 } });
    expect(crom.view.repetitions.map(say)).toEqual(['rotation-left counted']);
    expect(Math.abs(crom.view.repetitions[0]!.angleRad * DEG - 60)).toBeLessThan(1);
  });
});

describe('what a person says', () => {
  const t = seated().durationS;
  it('confirms every neutral when nothing is automatic', () => {
    const script = move(seated(), { flexion: 50 });
    expect(run(script, only('flexion', { autoConfirm: false })).crom.view.phase).toBe('await-neutral');
    const { crom } = run(script, only('flexion', { autoConfirm: false }), { examiner: [press(t - 0.2, 'confirm')] });
    expect(crom.view.repetitions.map(say)).toEqual(['flexion counted']);
  });
  it('pain is the end range, and marked', () => {
    const { crom } = run(move(seated(), { flexion: 50 }), only('flexion'), { examiner: [press(t + 0.8, 'pain')] });
    expect(crom.view.repetitions[0]).toMatchObject({ endReason: 'pain', status: 'counted' });
    expect(crom.view.repetitions[0]!.warnings).toContain('pain');
    expect(crom.view.repetitions[0]!.angleRad * DEG).toBeLessThan(40);
  });
  it('pain before a movement is kept and marks the movement that comes; on the way back from a void one it marks that', () => {
    const twice = only('flexion', { repetitions: 2 });
    const script = () => move(move(seated(), { flexion: 50 }), { flexion: 50 });
    const before = run(script(), twice, { examiner: [press(t - 0.3, 'pain')] }).crom.view.repetitions;
    expect(before.map((r) => r.warnings.includes('pain'))).toEqual([true, false]);
    expect(before[0]!.endReason).toBe('hold');
    const script3 = move(script(), { flexion: 50 });
    const between = run(script3, twice, { examiner: [press(t + 2, 'redo'), press(t + 2.2, 'pain')] }).crom.view
      .repetitions;
    expect(between.map((r) => [r.status, r.warnings.includes('pain')])).toEqual([
      ['rejected', true],
      ['counted', false],
      ['counted', false],
    ]);
  });
  it('redo takes the running or the last repetition back, also after the end', () => {
    const script = move(move(seated(), { flexion: 50 }), { flexion: 50 });
    const during = run(script, only('flexion'), { examiner: [press(t + 2, 'redo')] }).crom;
    expect(during.view.repetitions.map(say)).toEqual(['flexion rejected redone', 'flexion counted']);
    const after = run(script, only('flexion'), { examiner: [press(t + 5.4, 'redo')] }).crom;
    expect(after.view.repetitions.map(say)).toEqual(['flexion rejected redone', 'flexion counted']);
  });
  it('stop ends it in the middle of a movement, and the movement has its record', () => {
    const { crom } = run(move(seated(), { flexion: 50 }), only('flexion'), { examiner: [press(t + 1, 'stop')] });
    expect(crom.view.phase).toBe('stopped');
    expect(crom.view.repetitions.map((r) => r.endReason)).toEqual(['stopped']);
  });
});
