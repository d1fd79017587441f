import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OverviewRow } from '../../src/contract/outcome.ts';
import { dayText, msOfDay } from '../../web/logic/outcome-words.ts';
import { overviewRows } from '../../web/logic/overview-rows.ts';
import { formatRoute, parseRoute, SUBJECT_TABS } from '../../web/logic/route.ts';

const row = (subjectCode: string, change: Partial<OverviewRow> = {}): OverviewRow => ({
  ...{ subjectCode, simulated: false, episodeOpen: true, side: null, visits: 1, homeVisits: 0, lastVisitMs: 0 },
  ...{
    review: { due: false, cause: null, nextMs: null },
    sentSince: 0,
    lastSentMs: null,
    look: [],
    prompts: [],
    changes: [],
  },
  ...change,
});
const codes = (...args: Parameters<typeof overviewRows>): string =>
  overviewRows(...args)
    .map(({ subjectCode }) => subjectCode)
    .join(' ');

describe('the overview', () => {
  const due = { due: true, cause: null, nextMs: null };
  const later = (nextMs: number) => ({ due: false, cause: null, nextMs });
  const rows = [
    row('A-1', { review: later(500), lastVisitMs: 10 }),
    row('B-2', { review: due, look: ['review-due'], lastVisitMs: 30 }),
    row('C-3', { look: ['sent', 'quiet'], lastVisitMs: 20 }),
    row('D-4', { review: later(100), lastVisitMs: null }),
  ];
  it('puts first who needs the most looking at, or is due, or was here last', () => {
    expect(codes(rows, 'all', 'look')).toBe('C-3 B-2 D-4 A-1');
    expect(codes(rows, 'all', 'due')).toBe('B-2 D-4 A-1 C-3');
    expect(codes(rows, 'all', 'visit')).toBe('B-2 C-3 A-1 D-4');
    expect(codes(rows.toReversed(), 'all', 'code')).toBe('A-1 B-2 C-3 D-4');
  });
  it('shows those of one reason, or of any', () => {
    expect(codes(rows, 'any', 'code')).toBe('B-2 C-3');
    expect(codes(rows, 'sent', 'code')).toBe('C-3');
    expect(codes(rows, 'refused', 'code')).toBe('');
  });
});

describe('addresses and days', () => {
  it('come back as they were', () => {
    for (const tab of SUBJECT_TABS) {
      const route = { view: 'subject', code: 'AB-1', tab } as const;
      expect(parseRoute(formatRoute(route))).toEqual(route);
    }
    expect(parseRoute('#/subjects')).toEqual({ view: 'subjects' });
    expect(parseRoute('#/subjects/AB-1/nonsense')).toEqual({ view: 'subject', code: 'AB-1', tab: 'outcome' });
    expect(parseRoute('#/subjects/%3Cscript%3E')).toEqual({ view: 'subjects' });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (days) => {
        const day = dayText(days * 86_400_000);
        expect(dayText(msOfDay(day))).toBe(day);
      }),
    );
  });
});
