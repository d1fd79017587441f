import { expect, it } from 'vitest';
import { judgeChange } from '../../../src/core/neck/change.ts';
import { DETECTABLE_CHANGES, detectableChange } from '../../../src/core/reference/detectable-change.ts';
import { radFromDeg } from '../../../src/core/units.ts';

it('every test has one row, and only what was read is called verified', () => {
  const tests = DETECTABLE_CHANGES.map((row) => row.test);
  expect(new Set(tests).size).toBe(tests.length);
  for (const row of DETECTABLE_CHANGES) {
    expect(row.verified).toBe(row.read === 'abstract');
    if (row.verified) expect(row.url).toMatch(/^https:/);
    expect(detectableChange(row.test)).toBe(row);
  }
});

it('where no change is known to be detectable, none is called', () => {
  const limit = detectableChange('frt-home').valueDeg ?? Number.NaN;
  const verdict = judgeChange(
    { angleRad: 0.5, sigmaRad: 0.001 },
    { angleRad: 1.2, sigmaRad: 0.001 },
    radFromDeg(limit),
  );
  expect(verdict.verdict).toBe('unclear');
});
