/** The result page shows the newest test, and of no test what another one came to. */
import { describe, expect, it } from 'vitest';
import type { FrtState } from '../../src/contract/state.ts';
import { lastTest, resultPage } from '../../web/logic/last-test.ts';

const NO_SIDE = { count: 0, meanDeg: null, bestDeg: null, spreadDeg: null, sigmaDeg: null };
const RESULT: FrtState['result'] = {
  left: { count: 1, meanDeg: 38, bestDeg: 38, spreadDeg: null, sigmaDeg: 0.5 },
  right: NO_SIDE,
  differenceDeg: null,
  reference: { id: 'hall-2010b', valueDeg: 32, label: 'Hall 2010b', source: 'doi' },
};
const frt = (
  trialId: string,
  phase: FrtState['phase'],
  result: FrtState['result'] = null,
  withheld = false,
): FrtState => ({
  ...{ trialId, phase, result, withheld, side: 'left', repetitionsPerSide: 3, prompt: '', autoConfirm: true },
  repetitions: [],
});
const recording = (sessionId: string) => ({
  ...{ sessionId, subjectCode: `CODE-${sessionId}`, trialId: null, startedAtMs: 0, acknowledgedS: 0, problem: null },
});

describe('the test on the result page', () => {
  const first = lastTest(null, { frt: frt('a', 'finished', RESULT), recording: recording('1') }, true);

  it('stays when it was put away', () => {
    expect(lastTest(first, { frt: null, recording: recording('1') }, false)).toBe(first);
    expect(resultPage(first, '1')).toEqual({ shown: first });
  });

  it('is the same object while nothing changes', () => {
    expect(lastTest(first, { frt: first!.frt, recording: recording('1') }, true)).toBe(first);
    expect(lastTest(first, { frt: first!.frt, recording: null }, false)).toBe(first);
  });

  it('is the one that came to nothing, not the one before it', () => {
    const second = lastTest(first, { frt: frt('b', 'finished'), recording: recording('1') }, true);
    expect(second?.frt.trialId).toBe('b');
    expect(resultPage(second, '1')).toEqual({ shown: second });
    expect(second?.frt.result).toBeNull();
  });

  it('is running, or waits for a call', () => {
    const running = lastTest(first, { frt: frt('b', 'hold'), recording: recording('1') }, true);
    expect(resultPage(running, '1')).toEqual({ shown: null, why: 'running' });
    const hidden = lastTest(first, { frt: frt('b', 'finished', null, true), recording: recording('1') }, true);
    expect(resultPage(hidden, '1')).toEqual({ shown: null, why: 'withheld' });
    expect(resultPage(null, '1')).toEqual({ shown: null, why: 'none' });
  });

  it('is not shown in another visit, of the same person neither', () => {
    expect(resultPage(first, '2')).toEqual({ shown: null, why: 'earlier' });
    expect(resultPage(first, null)).toEqual({ shown: first });
  });

  it('keeps its own session and subject when they are over or others have begun', () => {
    const over = lastTest(first, { frt: frt('a', 'finished', RESULT), recording: null }, false);
    expect(over).toMatchObject({ sessionId: '1', subjectCode: 'CODE-1', simulated: true });
    const other = lastTest(first, { frt: frt('a', 'finished', RESULT), recording: recording('2') }, false);
    expect(other).toMatchObject({ sessionId: '1', subjectCode: 'CODE-1' });
    const late = lastTest(first, { frt: frt('b', 'stopped'), recording: null }, false);
    expect(late).toMatchObject({ sessionId: null, subjectCode: null, simulated: false });
  });
});
