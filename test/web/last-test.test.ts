/** The result page shows the newest test, and of no test what another one came to. */
import { describe, expect, it } from 'vitest';
import type { FrtState } from '../../src/contract/state.ts';
import { lastTest, resultPage } from '../../web/logic/last-test.ts';

const RESULT = { differenceDeg: null } as unknown as NonNullable<FrtState['result']>;
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
    expect(resultPage(first, '1')).toBe('result');
  });

  it('is the same object while nothing changes', () => {
    expect(lastTest(first, { frt: first!.frt, recording: recording('1') }, true)).toBe(first);
    expect(lastTest(first, { frt: first!.frt, recording: null }, false)).toBe(first);
  });

  it('is the one that came to nothing, not the one before it', () => {
    const second = lastTest(first, { frt: frt('b', 'finished'), recording: recording('1') }, true);
    expect(second?.frt.trialId).toBe('b');
    expect(resultPage(second, '1')).toBe('nothing-counted');
  });

  it('is running, or waits for a call', () => {
    expect(resultPage(lastTest(first, { frt: frt('b', 'hold'), recording: recording('1') }, true), '1')).toBe(
      'running',
    );
    const hidden = frt('b', 'finished', null, true);
    expect(resultPage(lastTest(first, { frt: hidden, recording: recording('1') }, true), '1')).toBe('withheld');
    expect(resultPage(null, '1')).toBe('none');
  });

  it('is not shown in another visit, of the same person neither', () => {
    expect(resultPage(first, '2')).toBe('earlier');
    expect(resultPage(first, null)).toBe('result');
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
