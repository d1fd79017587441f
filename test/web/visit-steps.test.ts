/** Which screen of a visit is due: a test that has just begun is not one that waits for a call. */
import { describe, expect, it } from 'vitest';
import { visitStateSchema } from '../../src/contract/visit.ts';
import { createVisit } from '../../src/core/visit/visit.ts';
import { dueStep, stepDone } from '../../web/logic/visit-steps.ts';

const recording = {
  ...{ sessionId: 's', subjectCode: 'P-1', trialId: null, startedAtMs: 0 },
  ...{ acknowledgedS: 0, problem: null },
};

it('asks for a call when the hidden test has ended, not while its own state is still on its way', () => {
  const trial = {
    ...{ id: 't', protocol: 'frt', treatment: 'before', blinded: true, calls: {}, callsNeeded: ['left', 'right'] },
    ...{ revealedWithoutCall: false, familiar: null },
  };
  const due = (ended: boolean) =>
    dueStep(
      {
        visit: visitStateSchema.parse({
          ...createVisit(true),
          trials: [{ ...trial, ended }],
          sessionId: 's',
          forbidden: null,
          screen: { stop: [], precautions: [], open: [] },
          bandCheck: null,
          withheldTrialId: 't',
        }),
        recording,
        sensors: [],
        alignment: { phase: 'accepted' },
        frt: null,
      },
      { contextSeen: true, sensorSeen: true, lyingDone: true },
    );
  expect(due(true)).toBe('call');
  expect(due(false)).toBe('test');
});

const trialOf = (protocol: string, calls: Record<string, 'restricted' | 'unsure'> = {}) => ({
  ...{ id: 't', protocol, treatment: 'before' as const, blinded: false, calls, callsNeeded: [], ended: true },
  ...{ revealedWithoutCall: false, familiar: null },
});
const visitWith = (...trials: ReturnType<typeof trialOf>[]) =>
  visitStateSchema.parse({
    ...{ ...createVisit(true), headacheNow: 0, analgesic6h: false, trials, sessionId: 's', forbidden: null },
    ...{ screen: { stop: [], precautions: [], open: [] }, bandCheck: null, withheldTrialId: null },
  });

describe('lying down', () => {
  const due = (visit: ReturnType<typeof visitWith>) =>
    dueStep(
      {
        visit,
        recording,
        sensors: [{ role: 'head' }],
        alignment: { phase: 'accepted' },
        frt: null,
      },
      { contextSeen: true, sensorSeen: true, lyingDone: false },
    );

  it('is still to do after a seated test', () => {
    expect(due(visitWith(trialOf('crom')))).toBe('lying');
    expect(due(visitWith(trialOf('fast-rotation')))).toBe('lying');
  });
  it('was done before a Flexion-Rotation Test', () => expect(due(visitWith(trialOf('frt')))).toBe('test'));
});

describe('a step that lies behind', () => {
  const frt = (repetitions: number) => ({ trialId: 't', repetitions: Array.from({ length: repetitions }) });

  it('is no done test without a repetition, and no done call that nobody made', () => {
    const visit = visitWith(trialOf('frt'));
    expect(stepDone('test', 'result', { visit, frt: frt(0) })).toBe(false);
    expect(stepDone('test', 'result', { visit, frt: frt(2) })).toBe(true);
    expect(stepDone('call', 'result', { visit, frt: frt(2) })).toBe(false);
    const called = visitWith(trialOf('frt', { left: 'unsure' }));
    expect(stepDone('call', 'result', { visit: called, frt: frt(2) })).toBe(true);
    expect(stepDone('align', 'result', { visit, frt: frt(0) })).toBe(true);
    expect(stepDone('call', 'ended', { visit, frt: frt(2) })).toBe(false);
  });
});
