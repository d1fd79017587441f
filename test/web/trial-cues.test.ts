import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RepetitionRecord } from '../../src/contract/repetition-record.ts';
import type { TrialState } from '../../src/contract/trial.ts';
import type { Cue } from '../../web/logic/cues.ts';
import { trialCuesOf } from '../../web/logic/trial-cues.ts';

type Test = Pick<TrialState, 'phase' | 'prompt' | 'repetitions'>;
type One = Pick<RepetitionRecord, 'status' | 'warnings'>;
const counted: One = { status: 'counted', warnings: [] };
const state = (prompt: string, phase: string, ...repetitions: One[]): Test => ({
  prompt,
  phase,
  repetitions: repetitions as TrialState['repetitions'],
});

function heard(steps: readonly Test[]): Cue[] {
  let before: Test | null = null;
  return steps.flatMap((now) => {
    const cues = trialCuesOf(before, now);
    before = now;
    return cues;
  });
}

describe('what is heard of a test', () => {
  it('of range of motion: start, turn, hold, end range and return', () => {
    expect(
      heard([
        state('crom.neutral', 'await-neutral'),
        state('crom.flexion', 'neutral'),
        state('crom.flexion', 'moving'),
        state('crom.hold', 'hold'),
        state('crom.return', 'captured'),
        state('crom.return', 'returning'),
        state('crom.extension', 'neutral', counted),
        state('crom.finished', 'finished', counted, counted),
      ]),
    ).toEqual(['armed', 'start-taken', 'turn', 'hold', 'end-range', 'back', 'back', 'done']);
  });

  it('of endurance: the clock starts and stops, and the lost nod is told', () => {
    expect(
      heard([
        state('endurance.ready', 'ready'),
        state('endurance.hold', 'holding'),
        state('endurance.nod-lost', 'holding'),
        state('endurance.ready', 'ready', counted),
        state('endurance.hold', 'holding', counted),
        state('endurance.finished', 'finished', counted, counted),
      ]),
    ).toEqual(['armed', 'clock-start', 'attention', 'clock-stop', 'clock-start', 'clock-stop', 'done']);
  });

  it('of sustained posture: clock, symptom, clock, done', () => {
    expect(
      heard([
        state('sustained.ready', 'ready'),
        state('sustained.hold', 'holding'),
        state('sustained.symptom', 'symptom'),
        state('sustained.easing', 'easing'),
        state('sustained.finished', 'finished', counted),
      ]),
    ).toEqual(['armed', 'clock-start', 'symptom', 'clock-stop', 'done']);
  });

  it('of fast rotation: start, go, done', () => {
    expect(
      heard([
        state('fast.neutral', 'await-neutral'),
        state('fast.go', 'ready'),
        state('fast.go', 'sweeping'),
        state('fast.finished', 'finished', counted),
      ]),
    ).toEqual(['armed', 'start-taken', 'turn', 'back', 'done']);
  });

  it('of what does not count, of pain and of a stop', () => {
    const rejected: One = { status: 'rejected', warnings: [] };
    expect(trialCuesOf(state('crom.hold', 'hold'), state('crom.return-void', 'returning', rejected))).toEqual([
      'rejected',
    ]);
    expect(trialCuesOf(state('crom.hold', 'hold', counted), state('crom.hold', 'hold', rejected))).toEqual([
      'rejected',
    ]);
    const painful: One = { status: 'counted', warnings: ['pain'] };
    expect(trialCuesOf(state('crom.hold', 'hold'), state('crom.return', 'returning', painful))[0]).toBe('symptom');
    expect(trialCuesOf(state('crom.hold', 'hold'), state('crom.stopped', 'stopped'))).toEqual(['stopped']);
  });

  it('is nothing of a page that comes back in the middle, and nothing while nothing changes', () => {
    expect(trialCuesOf(null, state('crom.hold', 'hold', counted))).toEqual([]);
    expect(trialCuesOf(state('crom.hold', 'hold'), null)).toEqual([]);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(4), (prompt, phase, n) => {
        const same = state(prompt, phase, ...Array.from({ length: n }, () => counted));
        expect(trialCuesOf(same, { ...same })).toEqual([]);
      }),
    );
  });
});
