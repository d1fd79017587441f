import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INSTRUMENTS, instrument } from '../../../src/core/outcome/instruments.ts';
import { scoreItems, scoreTotal } from '../../../src/core/outcome/score.ts';

const of = (id: string) => instrument(id)!;
const total = (id: string, value: number) => scoreTotal(of(id), value);
const items = (id: string, values: readonly (number | null)[]) => scoreItems(of(id), values);

describe('instruments', () => {
  it('have bands that cover the range once, in order, without holes', () => {
    for (const { bands, total: range } of INSTRUMENTS) {
      if (bands.length === 0) continue;
      expect(bands[0]!.min).toBe(range.min);
      expect(bands.at(-1)!.max).toBe(range.max);
      for (let i = 1; i < bands.length; i++) expect(bands[i]!.min).toBe(bands[i - 1]!.max + 1);
    }
  });
  it('are found by their id, and nothing else is', () => {
    for (const one of INSTRUMENTS) expect(instrument(one.id)).toBe(one);
    expect(instrument('NDI')).toBeNull();
  });
});

describe('neck disability index', () => {
  it('sums ten sections', () => {
    expect(items('ndi', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0])).toMatchObject({ ok: true, total: 0, share: 0, band: 'none' });
    expect(items('ndi', [5, 5, 5, 5, 5, 5, 5, 5, 5, 5])).toMatchObject({ total: 50, share: 1, band: 'complete' });
    expect(items('ndi', [1, 1, 1, 1, 1, 0, 0, 0, 0, 0])).toMatchObject({ total: 5, band: 'mild' });
  });
  it('lets the sum stand for 45 points when one section is missing', () => {
    expect(items('ndi', [5, 5, 5, 5, 5, 5, 5, 5, 5, null])).toMatchObject({ total: 50, missingItems: 1 });
    const nine = items('ndi', [null, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
    expect(nine.ok && nine.total).toBeCloseTo(20, 12);
    expect(nine.ok && nine.share).toBeCloseTo(18 / 45, 12);
  });
  it('gives no total with two missing, with a wrong number of sections or a value that no section has', () => {
    expect(items('ndi', [null, null, 2, 2, 2, 2, 2, 2, 2, 2])).toEqual({ ok: false, reason: 'too-many-missing' });
    expect(items('ndi', [2, 2, 2])).toEqual({ ok: false, reason: 'item-count' });
    expect(items('ndi', [2, 2, 2, 6, 2, 2, 2, 2, 2, 2])).toEqual({ ok: false, reason: 'item-range', item: 3 });
    expect(items('ndi', [2, 2, 2, 2.5, 2, 2, 2, 2, 2, 2])).toEqual({ ok: false, reason: 'item-whole', item: 3 });
    expect(items('ndi', [Number.NaN, 2, 2, 2, 2, 2, 2, 2, 2, 2])).toMatchObject({ ok: false, reason: 'item-range' });
  });
  it.each([
    [4, 'none'],
    [5, 'mild'],
    [14, 'mild'],
    [15, 'moderate'],
    [24, 'moderate'],
    [25, 'severe'],
    [34, 'severe'],
    [35, 'complete'],
  ])('calls %i of 50 %s', (value, band) => {
    expect(total('ndi', value)).toMatchObject({ ok: true, band });
  });
});

describe('totals', () => {
  it.each([
    [49, 'little'],
    [50, 'some'],
    [55, 'some'],
    [56, 'substantial'],
    [59, 'substantial'],
    [60, 'severe'],
    [36, 'little'],
    [78, 'severe'],
  ])('of HIT-6: %i is %s', (value, band) => {
    expect(total('hit6', value)).toMatchObject({ ok: true, band });
  });
  it('refuses HIT-6 totals that six items cannot give', () => {
    for (const value of [37, 39, 77]) expect(total('hit6', value)).toEqual({ ok: false, reason: 'total-unreachable' });
    for (const value of [35, 79, Number.NaN])
      expect(total('hit6', value)).toEqual({ ok: false, reason: 'total-range' });
    expect(items('hit6', [6, 6, 6, 6, 6, 6])).toEqual({ ok: false, reason: 'no-item-entry' });
  });
  it('accepts just the HIT-6 totals that a choice of six answers gives', () => {
    const answer = fc.constantFrom(6, 8, 10, 11, 13);
    fc.assert(
      fc.property(fc.tuple(answer, answer, answer, answer, answer, answer), (answers) => {
        expect(
          total(
            'hit6',
            answers.reduce((a, b) => a + b, 0),
          ).ok,
        ).toBe(true);
      }),
    );
  });
  it('take whole numbers only', () => {
    expect(total('nprs', 2.5)).toEqual({ ok: false, reason: 'total-whole' });
    expect(total('nprs', 0)).toMatchObject({ ok: true, total: 0, band: null });
    expect(total('nprs', 11)).toEqual({ ok: false, reason: 'total-range' });
    expect(total('nprs', -1)).toEqual({ ok: false, reason: 'total-range' });
  });
  it.each([
    [-7, 'worse-large'],
    [-4, 'worse-moderate'],
    [-1, 'worse-small'],
    [0, 'same'],
    [3, 'better-small'],
    [4, 'better-moderate'],
    [6, 'better-large'],
  ])('of the global rating: %i is %s', (value, band) => {
    expect(total('groc', value)).toMatchObject({ ok: true, band });
  });
});

describe('MIDAS', () => {
  it.each([
    [5, 'grade-1'],
    [6, 'grade-2'],
    [10, 'grade-2'],
    [11, 'grade-3'],
    [20, 'grade-3'],
    [21, 'grade-4'],
  ])('grades %i days as %s', (days, band) => {
    expect(items('midas', [days, 0, 0, 0, 0])).toMatchObject({ ok: true, total: days, band });
  });
  it('needs all five counts, each within three months', () => {
    expect(items('midas', [1, 2, null, 0, 0])).toEqual({ ok: false, reason: 'too-many-missing' });
    expect(items('midas', [93, 0, 0, 0, 0])).toEqual({ ok: false, reason: 'item-range', item: 0 });
    expect(items('midas', [92, 92, 92, 92, 92])).toMatchObject({ total: 460 });
  });
});

describe('patient-specific functional scale', () => {
  it('is the mean of the activities that were named', () => {
    expect(items('psfs', [4])).toMatchObject({ total: 4, share: 0.4 });
    expect(items('psfs', [0, 10, 5])).toMatchObject({ total: 5 });
    expect(items('psfs', [])).toEqual({ ok: false, reason: 'item-count' });
    expect(items('psfs', [1, 2, 3, 4, 5, 6])).toEqual({ ok: false, reason: 'item-count' });
    expect(items('psfs', [null])).toEqual({ ok: false, reason: 'too-many-missing' });
    expect(total('psfs', 5)).toEqual({ ok: false, reason: 'no-total-entry' });
  });
});

describe('any input', () => {
  it('gives a total inside the range or a named reason, never anything else', () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: -10, max: 100 }), fc.constant(null));
    fc.assert(
      fc.property(
        fc.constantFrom(...INSTRUMENTS),
        fc.array(value, { maxLength: 12 }),
        fc.double(),
        (one, list, sum) => {
          for (const result of [scoreItems(one, list), scoreTotal(one, sum)]) {
            if (!result.ok) {
              expect(result.reason).toMatch(/^[a-z-]+$/);
              continue;
            }
            expect(result.total).toBeGreaterThanOrEqual(one.total.min);
            expect(result.total).toBeLessThanOrEqual(one.total.max);
            expect(result.share).toBeGreaterThanOrEqual(0);
            expect(result.share).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});
