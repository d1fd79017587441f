import { describe, expect, it } from 'vitest';
import { instrument } from '../../../src/core/outcome/instruments.ts';
import { DEFAULT_RETEST_PLAN, offerInstrument, reviewDue } from '../../../src/core/outcome/schedule.ts';

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 0, 5);

describe('a questionnaire', () => {
  it('is offered at once when it was never answered', () => {
    expect(offerInstrument(instrument('midas')!, null, T0)).toEqual({ offered: true, fromMs: null });
  });
  it.each([
    ['hit6', 28],
    ['midas', 91],
    ['headache-days-28', 28],
  ])('%s is offered again after its %i days, not a millisecond before', (id, days) => {
    const one = instrument(id)!;
    expect(offerInstrument(one, T0, T0 + days * DAY - 1)).toEqual({ offered: false, fromMs: T0 + days * DAY });
    expect(offerInstrument(one, T0, T0 + days * DAY)).toEqual({ offered: true, fromMs: null });
  });
  it('about the present moment is offered whenever', () => {
    expect(offerInstrument(instrument('nprs')!, T0, T0 + 1).offered).toBe(true);
  });
});

describe('a review', () => {
  const visits = (n: number) => Array.from({ length: n }, (_, i) => T0 + i * 3 * DAY);
  it('falls due at the fourth visit', () => {
    expect(reviewDue(DEFAULT_RETEST_PLAN, T0, visits(3), [], T0 + 8 * DAY).due).toBe(false);
    expect(reviewDue(DEFAULT_RETEST_PLAN, T0, visits(4), [], T0 + 9 * DAY)).toEqual({
      due: true,
      cause: { kind: 'session', number: 4 },
      nextMs: T0 + 42 * DAY,
    });
  });
  it('is answered by a review and falls due again at six and twelve weeks', () => {
    const after = T0 + 9 * DAY + 1;
    expect(reviewDue(DEFAULT_RETEST_PLAN, T0, visits(4), [after], T0 + 41 * DAY)).toMatchObject({ due: false });
    expect(reviewDue(DEFAULT_RETEST_PLAN, T0, visits(4), [after], T0 + 42 * DAY)).toEqual({
      due: true,
      cause: { kind: 'week', number: 6 },
      nextMs: T0 + 84 * DAY,
    });
    const second = T0 + 43 * DAY;
    expect(reviewDue(DEFAULT_RETEST_PLAN, T0, visits(4), [after, second], T0 + 85 * DAY)).toEqual({
      due: true,
      cause: { kind: 'week', number: 12 },
      nextMs: null,
    });
  });
  it('does not care in which order visits are given', () => {
    const turned = [...visits(4)].reverse();
    expect(reviewDue(DEFAULT_RETEST_PLAN, T0, turned, [], T0 + 9 * DAY).due).toBe(true);
  });
});
