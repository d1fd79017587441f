import { describe, expect, it } from 'vitest';
import { whyNoPostgres } from '../support/postgres.ts';
import { crashRounds, lostNothing } from './rounds.ts';

const missing = whyNoPostgres();
if (missing) process.stderr.write(`skipped: kill -9 on PostgreSQL, ${missing}\n`);

/** A few; "npm run -s test:crash -- --rounds N" runs any number. */
const ROUNDS = 5;

describe('kill -9 of a gateway that records and saves', () => {
  for (const engine of ['sqlite', 'postgres'] as const) {
    it.skipIf(missing !== null && engine === 'postgres')(
      `${engine}: no acknowledged second and no completed repetition is lost, and verify is clean`,
      async () => {
        const report = await crashRounds(ROUNDS, engine, 7, () => {});
        expect(report).toMatchObject({ acknowledgedSecondsLost: 0, completedRepetitionsLost: 0, verifyFailures: 0 });
        expect(lostNothing(report)).toBe(true);
        expect(report.acknowledgedSeconds).toBeGreaterThan(1);
      },
      120_000,
    );
  }
});
