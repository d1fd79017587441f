import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareStructure } from '../../web/logic/share-structure.ts';

describe('sharing of unchanged parts', () => {
  it('gives the very object back when nothing changed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = structuredClone(value);
        expect(Object.is(shareStructure(value, copy), value)).toBe(true);
      }),
    );
  });

  it('has always the content of the new value, and leaves the old one alone', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        const kept = structuredClone(before);
        expect(shareStructure(before, after)).toEqual(after);
        expect(before).toEqual(kept);
      }),
    );
  });

  it('keeps what did not change beside what did', () => {
    const before = { sensors: [{ id: 'a', rateHz: 100 }], alignment: { phase: 'none' } };
    const after = { sensors: [{ id: 'a', rateHz: 99 }], alignment: { phase: 'none' } };
    const merged = shareStructure(before, after);
    expect(merged.alignment).toBe(before.alignment);
    expect(merged.sensors).not.toBe(before.sensors);
    expect(merged.sensors[0]!.rateHz).toBe(99);
  });
});
