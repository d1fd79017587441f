/** The conformance run: passes what conforms, and names the clause that a defect breaks. In virtual time. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HEADBAND_FAULTS } from '../../src/adapters/sim/headband-faults.ts';
import { CLAUSES } from '../../src/devices/conformance/clauses.ts';
import { CLAUSE_OF_FAULT, conformanceOf, failedClauses } from '../support/conformance-bench.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';

const BENCH_ONLY = ['C6', 'C21', 'C22', 'C23', 'C27', 'C28', 'C29', 'C32'];

describe('a headband that conforms', () => {
  test.each([
    ['as it is', {}, 247],
    ['at MTU 23', {}, 23],
    ['with inertial data alone', { contents: ['inertial'] }, 247],
    ['with quaternions alone', { contents: ['quaternion'] }, 247],
    ['on a clock at its limit', { clockPpm: 50 }, 247],
  ] as const)('%s', async (_title, options, mtu) => {
    const results = await conformanceOf(simulatedHeadband(1, options).model, { mtu });
    expect(results.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    const open = results.filter(({ verdict }) => verdict === 'not-judged').map(({ clause }) => clause);
    // Without both contents the laws that join them have nothing to be judged on.
    const without = 'contents' in options ? ['C24', 'C26'] : [];
    expect(open.filter((clause) => !without.includes(clause))).toEqual(BENCH_ONLY);
  });

  test('that is worn by somebody else', async () => {
    for (let seed = 2; seed <= 6; seed++) {
      const results = await conformanceOf(simulatedHeadband(seed, { jitterMs: 10 }).model);
      expect({ seed, failed: results.filter(({ verdict }) => verdict === 'fail') }).toEqual({ seed, failed: [] });
    }
  });
});

describe('a defect is found by its clause', () => {
  test.each(HEADBAND_FAULTS)('%s', async (fault) => {
    for (const seed of [1, 2, 3]) {
      const results = await conformanceOf(simulatedHeadband(seed, { fault }).model);
      expect(failedClauses(results)).toContain(CLAUSE_OF_FAULT[fault]);
      expect(results.find(({ clause }) => clause === CLAUSE_OF_FAULT[fault])?.detail).toMatch(/\w/);
      // A defect of one thing does not spread over the list.
      expect(failedClauses(results).length).toBeLessThanOrEqual(fault === 'longer-than-mtu' ? 6 : 2);
    }
  });
});

test('every clause of the page is in the run', () => {
  const page = readFileSync(new URL('../../firmware-spec/conformance.md', import.meta.url), 'utf8');
  // Some stand a second time, in the table of what is not judged on the air.
  const named = new Set([...page.matchAll(/^\| (C\d+) \|/gm)].map((row) => row[1]));
  expect([...named]).toEqual(Object.keys(CLAUSES));
});
