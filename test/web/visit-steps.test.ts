/** Which screen of a visit is due: a test that has just begun is not one that waits for a call. */
import { expect, it } from 'vitest';
import { visitStateSchema } from '../../src/contract/visit.ts';
import { createVisit } from '../../src/core/visit/visit.ts';
import { dueStep } from '../../web/logic/visit-steps.ts';

it('asks for a call when the hidden test has ended, not while its own state is still on its way', () => {
  const recording = {
    ...{ sessionId: 's', subjectCode: 'P-1', trialId: null, startedAtMs: 0 },
    ...{ acknowledgedS: 0, problem: null },
  };
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
        alignment: { phase: 'accepted', progress: 1, code: null, nodResidualDeg: null, turnResidualDeg: null },
        frt: null,
      },
      { contextSeen: true, sensorSeen: true, lyingDone: true },
    );
  expect(due(true)).toBe('call');
  expect(due(false)).toBe('test');
});
