import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrtRepetition, FrtState } from '../../src/contract/state.ts';
import { type Cue, cueLengthS, cuesOf, SCORES } from '../../web/logic/cues.ts';

type Phase = FrtState['phase'];
const repetition = (change: Partial<FrtRepetition> = {}): FrtRepetition => ({
  number: 1,
  side: 'left',
  practice: false,
  status: 'counted',
  reason: null,
  warnings: [],
  angleDeg: 38,
  sigmaDeg: 1,
  gravityAngleDeg: null,
  closureDeg: 1,
  peakSpeedDegps: 20,
  startInclinationDeg: 40,
  holdS: 0.8,
  endReason: 'hold',
  startedAtMs: 0,
  ...change,
});
const test = (phase: Phase, ...repetitions: FrtRepetition[]) => ({ phase, repetitions });

describe('a repetition that counts', () => {
  it('is heard from start to end, each step with its own sound', () => {
    const heard: Cue[] = [];
    const steps = [
      test('await-flexed'),
      test('neutral'),
      test('rotating'),
      test('hold'),
      test('captured'),
      test('returning'),
      test('await-flexed', repetition()),
      test('finished', repetition(), repetition()),
    ];
    let before: (typeof steps)[number] | null = null;
    for (const now of steps) {
      heard.push(...cuesOf(before, now));
      before = now;
    }
    expect(heard).toEqual(['armed', 'start-taken', 'turn', 'hold', 'end-range', 'back', 'back', 'done']);
  });
});

describe('what else is heard', () => {
  const rejected = repetition({ status: 'rejected', reason: 'fast' });
  it('is a buzz for one that does not count, and for one that is taken back', () => {
    expect(cuesOf(test('rotating'), test('returning', rejected))).toEqual(['rejected']);
    expect(cuesOf(test('await-flexed', repetition()), test('await-flexed', rejected))).toEqual(['rejected']);
  });
  it('is a low note for pain and the familiar headache', () => {
    for (const warning of ['pain', 'headache'])
      expect(cuesOf(test('captured'), test('await-flexed', repetition({ warnings: [warning] })))[0]).toBe('symptom');
  });
  it('is a stop', () => {
    expect(cuesOf(test('hold'), test('stopped', rejected))).toEqual(['rejected', 'stopped']);
  });
  it('is nothing when the page comes back in the middle, or when the test is put away', () => {
    expect(cuesOf(null, test('hold', repetition()))).toEqual([]);
    expect(cuesOf(null, test('finished', repetition()))).toEqual([]);
    expect(cuesOf(test('finished'), null)).toEqual([]);
  });
  it('is nothing while nothing changes', () => {
    const phases: Phase[] = [
      'idle',
      'await-flexed',
      'neutral',
      'rotating',
      'hold',
      'captured',
      'returning',
      'finished',
      'stopped',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...phases), fc.nat(4), (phase, n) => {
        const state = test(phase, ...Array.from({ length: n }, () => repetition()));
        expect(cuesOf(state, { ...state })).toEqual([]);
      }),
    );
  });
});

describe('the sounds', () => {
  it('are short, never louder than the volume, and all different', () => {
    const cues = Object.keys(SCORES) as Cue[];
    for (const cue of cues) {
      expect(cueLengthS(cue)).toBeLessThanOrEqual(0.7);
      for (const { atS } of SCORES[cue]) {
        const together = SCORES[cue].filter((other) => other.atS <= atS && atS < other.atS + other.lastsS);
        expect(together.reduce((sum, one) => sum + one.gain, 0)).toBeLessThanOrEqual(1.5);
      }
    }
    expect(new Set(cues.map((cue) => JSON.stringify(SCORES[cue]))).size).toBe(cues.length);
  });
  it('rise for the start and fall for the return', () => {
    const tune = (cue: Cue) => SCORES[cue].map(({ hz }) => hz);
    expect(tune('start-taken')[1]!).toBeGreaterThan(tune('start-taken')[0]!);
    expect(tune('back')[1]!).toBeLessThan(tune('back')[0]!);
    expect(SCORES['end-range'].every(({ atS }) => atS === 0)).toBe(true);
  });
});
