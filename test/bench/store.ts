/**
 * Lists, trends and exports over a long history: npm run -s bench:store -- [--json] [--sessions 100,1000,10000]
 * [--engine sqlite|postgres]
 *
 * Sessions of six tests with six repetitions each, ten sessions a subject, each on a database of its own. Raw data is
 * shortened to a dozen chunks a session: none of these reads it. Times in ms; memory is what a step adds, MB.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { auditedExport } from '../../src/adapters/export/index.ts';
import { createStore, openDatabase, type StorePlace } from '../../src/adapters/store/open-store.ts';
import { createOutcome } from '../../src/gateway/outcome/outcome.ts';
import type { Store } from '../../src/ports/store.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from '../support/postgres.ts';
import { fillHistory, SESSIONS_A_SUBJECT, sessionIdOf, subjectIdOf, TESTS } from './support/history.ts';

interface Timing {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

interface Step {
  readonly engine: 'sqlite' | 'postgres';
  readonly sessions: number;
  readonly tests: number;
  readonly firstPage: Timing;
  /** A page of 100 from the middle of the history. */
  readonly middlePage: Timing;
  readonly detail: Timing;
  readonly trend: Timing;
  readonly subjects: Timing;
  /** The clinic's overview of everybody, ten sessions each: every trend worked out anew. */
  readonly overviewMs: number;
  readonly overviewSubjects: number;
  readonly exportMs: number;
  readonly exportRows: number;
  readonly exportMb: number;
  /** Most that the heap and its buffers grew while the export was written away. */
  readonly exportPeakMb: number;
}

const TRIES = 15;
const PAGE = 100;

async function timed(work: () => Promise<unknown>): Promise<Timing> {
  const times: number[] = [];
  await work();
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => Number(times[Math.ceil(share * times.length) - 1]!.toFixed(2));
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

const usedMb = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
};

async function exported(store: Store): Promise<Pick<Step, 'exportMs' | 'exportRows' | 'exportMb' | 'exportPeakMb'>> {
  global.gc?.();
  const before = usedMb();
  let peak = before;
  let bytes = 0;
  let rows = 0;
  let taken = 0;
  const start = performance.now();
  let collectingMs = 0;
  // As the server hands it out: counted, hashed and written into the audit first, then made again and given.
  const by = { accountId: null, wallMs: Date.now() };
  const { summary, bytes: pieces } = await auditedExport(store, 'csv', { everything: true }, by);
  rows = summary.rows;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (taken++ % 100 === 0) {
      // What is really held, not what waits to be collected.
      const collecting = performance.now();
      global.gc?.();
      collectingMs += performance.now() - collecting;
      peak = Math.max(peak, usedMb());
    }
  }
  return {
    exportMs: Math.round(performance.now() - start - collectingMs),
    exportRows: rows,
    exportMb: Number((bytes / 2 ** 20).toFixed(2)),
    exportPeakMb: Number((peak - before).toFixed(1)),
  };
}

async function overview(store: Store): Promise<Pick<Step, 'overviewMs' | 'overviewSubjects'>> {
  const outcome = createOutcome({ store, wallMs: Date.now, newId: randomUUID, turn: () => setImmediate() });
  const start = performance.now();
  const { rows } = await outcome.overview();
  return { overviewMs: Math.round(performance.now() - start), overviewSubjects: rows.length };
}

async function measure(engine: Step['engine'], sessions: number, place: StorePlace): Promise<Step> {
  const database = await openDatabase(place, 'own');
  await fillHistory(database.db, sessions);
  await database.close();
  const store = createStore(place);
  await store.open();
  try {
    const middle = sessionIdOf(Math.floor(sessions / 2));
    const { startedAtMs } = (await store.sessionDetail(middle))!;
    const subject = subjectIdOf(Math.floor(sessions / SESSIONS_A_SUBJECT / 2));
    return {
      engine,
      sessions,
      tests: sessions * TESTS,
      firstPage: await timed(() => store.listSessions({ limit: PAGE })),
      middlePage: await timed(() => store.listSessions({ limit: PAGE, after: { startedAtMs, id: middle } })),
      detail: await timed(() => store.sessionDetail(middle)),
      trend: await timed(() => store.trend(subject, 'frt')),
      subjects: await timed(() => store.listSubjects({ limit: PAGE })),
      ...(await overview(store)),
      ...(await exported(store)),
    };
  } finally {
    await store.close();
  }
}

export async function benchStore(
  counts: readonly number[],
  engines: readonly Step['engine'][],
  progress: (line: string) => void,
): Promise<Step[]> {
  const folder = mkdtempSync(join(tmpdir(), 'neck-bench-'));
  let server: TestPostgres | null = null;
  const steps: Step[] = [];
  try {
    if (engines.includes('postgres')) server = await startPostgres({ fsync: true });
    for (const engine of engines) {
      for (const sessions of counts) {
        const databaseUrl = engine === 'postgres' ? await server!.newDatabase() : undefined;
        const place = { folder: join(folder, `${engine}-${sessions}`), databaseUrl };
        const step = await measure(engine, sessions, place);
        steps.push(step);
        progress(line(step));
        rmSync(place.folder, { recursive: true, force: true });
      }
    }
    return steps;
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const cell = (value: string | number, width = 9): string => String(value).padStart(width);
const HEADING = `engine    sessions  page p50  middle p50  detail p50  trend p50  subjects p50  overview ms    of  export ms     rows  peak MB`;
const line = (s: Step): string =>
  `${s.engine.padEnd(8)}${cell(s.sessions, 10)}${cell(s.firstPage.p50Ms, 10)}${cell(s.middlePage.p50Ms, 12)}${cell(s.detail.p50Ms, 12)}${cell(s.trend.p50Ms, 11)}${cell(s.subjects.p50Ms, 14)}${cell(s.overviewMs, 13)}${cell(s.overviewSubjects, 6)}${cell(s.exportMs, 9)}${cell(s.exportRows)}${cell(s.exportPeakMb)}`;

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { sessions: { type: 'string' }, engine: { type: 'string' }, json: { type: 'boolean' } },
  });
  const counts = (values.sessions ?? '100,1000,10000').split(',').map(Number);
  if (counts.some((count) => !Number.isInteger(count) || count < 20 || count > 100_000))
    fail('BAD_FLAG: --sessions takes whole numbers from 20 to 100000, with commas between them');
  const { engine } = values;
  if (engine !== undefined && engine !== 'sqlite' && engine !== 'postgres')
    fail('BAD_FLAG: --engine takes sqlite or postgres');
  const missing = whyNoPostgres();
  if (missing) {
    if (engine === 'postgres') fail(`STORE_UNAVAILABLE: ${missing}`);
    process.stderr.write(`without PostgreSQL: ${missing}\n`);
  }
  const engines: Step['engine'][] = engine ? [engine] : missing ? ['sqlite'] : ['sqlite', 'postgres'];
  process.stderr.write(`${HEADING}\n`);
  const steps = await benchStore(counts, engines, (text) => process.stderr.write(`${text}\n`));
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ testsASession: TESTS, steps })}\n`
      : `${HEADING}\n${steps.map(line).join('\n')}\n`,
  );
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url)
  await main().catch((cause: unknown) => fail(`INTERNAL: ${cause instanceof Error ? cause.message : String(cause)}`));
