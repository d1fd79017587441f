import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadState, reviveState, saveState } from '../../src/core/state.ts';

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const leaf = fc.oneof(
  number,
  fc.boolean(),
  fc.string(),
  fc.constant(null),
  fc.array(number).map((a) => Float64Array.from(a)),
);
const name = fc.constantFrom('a', 'b', 'c', 'rest', 'sum');
const state = fc.letrec<{ value: unknown; state: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(leaf, { maxLength: 3 }), tie('state')),
  state: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).state;

it('a state comes back from JSON as it was, NaN, infinities and minus zero included', () => {
  fc.assert(
    fc.property(state, (s) => {
      expect(reviveState(JSON.parse(JSON.stringify(saveState(s))))).toStrictEqual(s);
    }),
  );
});
it('what is saved is a copy, and restoring writes into the arrays that others hold', () => {
  const live = {
    sum: Float64Array.of(1, 2),
    n: 1,
    list: [1],
    inner: { x: Number.NaN },
    nothing: null as number | null,
  };
  const saved = saveState(live);
  const held = live.sum;
  live.sum[0] = 9;
  live.n = 5;
  live.list.push(7);
  live.inner.x = 3;
  live.nothing = 4;
  loadState(live, saved);
  expect(held).toEqual(Float64Array.of(1, 2));
  expect(live).toEqual({ sum: held, n: 1, list: [1], inner: { x: Number.NaN }, nothing: null });
});
it('another shape is a programming error', () => {
  const live = { sum: new Float64Array(2), list: [1], inner: { x: 1 } };
  const good = saveState(live) as Record<string, unknown>;
  for (const bad of [
    null,
    3,
    [],
    {},
    { ...good, sum: { $f64: [1] } },
    { ...good, sum: 1 },
    { ...good, list: 1 },
    { ...good, inner: 1 },
  ]) {
    expect(() => loadState(live, bad)).toThrow(TypeError);
  }
  expect(() => saveState({ f: () => 1 })).toThrow(TypeError);
});
