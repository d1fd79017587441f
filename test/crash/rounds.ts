/**
 * npm run -s test:crash -- --rounds N [--engine sqlite|postgres] [--seed S] [--json]
 *
 * Kills the recording process with SIGKILL at random moments, opens the database again, and counts what was acknowledged
 * and is not there. Ctrl-C ends it after the round that is going on, with the report of those done. On PostgreSQL every fifth round kills the server as well. Exit code 1 when anything is lost.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { StorePlace } from '../../src/adapters/store/open-store.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from '../support/postgres.ts';
import { crashRound } from './round.ts';

/** Rounds on one database, so that later ones meet the leftovers of earlier kills. */
const ROUNDS_A_DATABASE = 10;
/** Latest kill after the first acknowledgement, ms: some visits are over by then, most are not. */
const LATEST_KILL_MS = 6000;
const SERVER_DIES_EVERY = 5;

export interface CrashReport {
  readonly engine: 'sqlite' | 'postgres';
  /** Those that were done. */
  rounds: number;
  acknowledgedSecondsLost: number;
  completedRepetitionsLost: number;
  verifyFailures: number;
  acknowledgedSeconds: number;
  acknowledgedChunks: number;
  chunksLost: number;
  completedRepetitions: number;
  interruptedTrials: number;
  wrongTrials: number;
  serverKills: number;
}

/** mulberry32: moments that can be had again. */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export async function crashRounds(
  rounds: number,
  engine: CrashReport['engine'],
  seed: number,
  progress: (line: string) => void,
  enough: () => boolean = () => false,
): Promise<CrashReport> {
  const folder = mkdtempSync(join(tmpdir(), 'neck-crash-'));
  const server: TestPostgres | null = engine === 'postgres' ? await startPostgres({ fsync: true }) : null;
  const next = random(seed);
  const report: CrashReport = {
    engine,
    rounds: 0,
    acknowledgedSecondsLost: 0,
    completedRepetitionsLost: 0,
    verifyFailures: 0,
    acknowledgedSeconds: 0,
    acknowledgedChunks: 0,
    chunksLost: 0,
    completedRepetitions: 0,
    interruptedTrials: 0,
    wrongTrials: 0,
    serverKills: 0,
  };
  try {
    let place: StorePlace | null = null;
    for (let round = 0; round < rounds && !enough(); round++) {
      if (!place || round % ROUNDS_A_DATABASE === 0) {
        if (place) rmSync(place.folder, { recursive: true, force: true });
        place = { folder: join(folder, String(round)), databaseUrl: await server?.newDatabase() };
      }
      const serverDies = server !== null && round % SERVER_DIES_EVERY === SERVER_DIES_EVERY - 1;
      if (serverDies) report.serverKills++;
      const outcome = await crashRound(place, seed * 1000 + round, next() * LATEST_KILL_MS, async () => {
        if (serverDies) await server.crashAndRestart();
      });
      report.rounds++;
      report.acknowledgedSeconds += outcome.acknowledgedSeconds;
      report.acknowledgedSecondsLost += outcome.acknowledgedSecondsLost;
      report.acknowledgedChunks += outcome.acknowledgedChunks;
      report.chunksLost += outcome.chunksLost;
      report.completedRepetitions += outcome.completedRepetitions;
      report.completedRepetitionsLost += outcome.completedRepetitionsLost;
      report.interruptedTrials += outcome.interruptedTrials;
      report.wrongTrials += outcome.wrongTrials;
      if (!outcome.verification.ok) {
        report.verifyFailures++;
        progress(`round ${round}: ${JSON.stringify(outcome.verification.findings)}`);
      }
      if ((round + 1) % 10 === 0) progress(`${engine}: ${round + 1} of ${rounds} rounds`);
    }
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return report;
}

/** Nothing lost and nothing damaged. */
export const lostNothing = (r: CrashReport): boolean =>
  r.acknowledgedSecondsLost + r.completedRepetitionsLost + r.verifyFailures + r.chunksLost + r.wrongTrials === 0;

function fail(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(2);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      engine: { type: 'string', default: 'sqlite' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  const seed = Number(values.seed);
  const { engine } = values;
  if (!Number.isInteger(rounds) || rounds < 1) fail('BAD_FLAG: --rounds takes a whole number from 1');
  if (!Number.isInteger(seed)) fail('BAD_FLAG: --seed takes a whole number');
  if (engine !== 'sqlite' && engine !== 'postgres') fail('BAD_FLAG: --engine takes sqlite or postgres');
  const missing = engine === 'postgres' ? whyNoPostgres() : null;
  if (missing) fail(`STORE_UNAVAILABLE: ${missing}`);
  // What has been done by then is told.
  let interrupted = false;
  process.once('SIGINT', () => {
    interrupted = true;
  });
  const report = await crashRounds(
    rounds,
    engine,
    seed,
    (line) => process.stderr.write(`${line}\n`),
    () => interrupted,
  );
  const { engine: _engine, ...rest } = report;
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...rest, engine })}\n`
      : `${Object.entries(report)
          .map(([key, value]) => `${key.padEnd(26)}${value}\n`)
          .join('')}`,
  );
  process.exitCode = lostNothing(report) ? 0 : 1;
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url)
  await main().catch((cause: unknown) => fail(`BAD_FLAG: ${cause instanceof Error ? cause.message : String(cause)}`));
