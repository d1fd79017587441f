import { expect, it } from 'vitest';
import { outcomeOf } from '../../../src/gateway/transfer/rescore-received.ts';

it('takes the last bits of a browser for the same number, and nothing beyond them', () => {
  const of = (before: unknown, after: unknown) =>
    outcomeOf({ outcome: 'different', changes: [{ path: 'result.mean', before, after }] });
  expect(of(49.50667420838745, 49.50667420838744)).toBe('equal');
  expect(of(1e-17, -1e-17)).toBe('equal');
  expect(of(49.5, 49.5000001)).toBe('different');
  expect(of('counted', 'marked')).toBe('different');
  expect(of(null, 1)).toBe('different');
  expect(outcomeOf({ outcome: 'changed', changes: [] })).toBe('changed');
});
