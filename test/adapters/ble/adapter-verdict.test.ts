import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAdapterVerdict } from '../../../src/adapters/ble/adapter-verdict.ts';

/** What is told when noble says the words of each turn in one breath. */
function told(turns: readonly (readonly string[])[]): string[] {
  const codes: string[] = [];
  let jobs: (() => void)[] = [];
  const verdict = createAdapterVerdict(
    (code) => codes.push(code),
    (job) => jobs.push(job),
  );
  for (const words of turns) {
    for (const word of words) verdict.said(word);
    for (const job of jobs) job();
    jobs = [];
  }
  return codes;
}

describe('an adapter that was never ready', () => {
  test('is one that cannot be used when noble says both "unsupported" and "off", whichever comes last', () => {
    const breath = ['unsupported', 'unsupported', 'unsupported', 'poweredOff'];
    expect(told([breath])).toEqual(['RADIO_NO_ADAPTER']);
    expect(told([[...breath].reverse()])).toEqual(['RADIO_NO_ADAPTER']);
    expect(told([breath, ['poweredOff'], ['unsupported']])).toEqual(['RADIO_NO_ADAPTER']);
  });

  test('is off when that is all there is, and told anew when more is said later', () => {
    expect(told([['poweredOff'], ['poweredOff']])).toEqual(['RADIO_OFF']);
    expect(told([['poweredOff'], ['unsupported']])).toEqual(['RADIO_OFF', 'RADIO_NO_ADAPTER']);
    expect(told([['unauthorized', 'poweredOff']])).toEqual(['RADIO_NOT_PERMITTED']);
  });

  test('gives the same verdict in any order', () => {
    const word = fc.constantFrom('poweredOff', 'unsupported', 'unauthorized', 'unknown', 'resetting');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(told([words])).toEqual(told([[...words].sort()]));
        expect(told([words])).toHaveLength(1);
        expect(told(words.map((one) => [one])).at(-1)).toBe(told([words])[0]);
      }),
    );
  });
});
