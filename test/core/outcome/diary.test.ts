import { describe, expect, it } from 'vitest';
import { type DiaryDay, summariseDiary } from '../../../src/core/outcome/diary.ts';

const entry = (day: number, change: Partial<DiaryDay> = {}): DiaryDay => ({
  day,
  headache: false,
  hours: null,
  peak: null,
  side: null,
  medication: false,
  ...change,
});
const days = (n: number, make: (i: number) => Partial<DiaryDay> = () => ({})) =>
  Array.from({ length: n }, (_, i) => entry(100 + i, make(i)));

describe('the diary', () => {
  it('counts 28 days that end with the last one', () => {
    const list = [entry(99, { headache: true }), ...days(28, (i) => ({ headache: i < 7, medication: i < 3 }))];
    expect(summariseDiary(list, 127)).toMatchObject({
      daysKnown: 28,
      headacheDays: 7,
      headacheDaysPer28: 7,
      medicationDaysPer28: 3,
    });
  });
  it('scales what is known and says nothing when a quarter of the days is missing', () => {
    expect(
      summariseDiary(
        days(21, (i) => ({ headache: i < 6 })),
        127,
      ),
    ).toMatchObject({ headacheDaysPer28: 8 });
    expect(
      summariseDiary(
        days(20, (i) => ({ headache: i < 6 })),
        127,
      ),
    ).toMatchObject({
      headacheDays: 6,
      headacheDaysPer28: null,
      medicationDaysPer28: null,
    });
    expect(summariseDiary([], 127)).toMatchObject({
      daysKnown: 0,
      headacheDaysPer28: null,
      meanHours: null,
      side: null,
    });
  });
  it('lets the later of two entries for a day stand', () => {
    expect(summariseDiary([entry(120, { headache: true }), entry(120)], 127).headacheDays).toBe(0);
  });
  it('takes hours and peaks of days with headache only', () => {
    const list = [
      entry(120, { headache: true, hours: 4, peak: 7 }),
      entry(121, { headache: true, hours: null, peak: 5 }),
      entry(122, { headache: true, hours: 2 }),
      entry(123, { hours: 0, peak: 0 }),
    ];
    expect(summariseDiary(list, 127)).toMatchObject({ meanHours: 3, worstPeak: 7 });
  });
  it.each([
    [['left', 'left'], 'left'],
    [['left', 'right'], 'alternating'],
    [['both', 'left'], 'both'],
    [['both', 'alternating'], 'alternating'],
  ] as const)('calls %j %s', (sides, word) => {
    const list = sides.map((side, i) => entry(120 + i, { headache: true, side }));
    expect(summariseDiary(list, 127).side).toBe(word);
  });
});
