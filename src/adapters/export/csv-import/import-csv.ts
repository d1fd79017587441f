/**
 * The CSV tables into an empty store. What they hold comes back to the letter: before anything is kept, the tables are
 * made again from what was taken in, and compared cell by cell with the files. What they do not hold (raw data, marks,
 * answers of questionnaires) cannot come back: visits that came this way are marked as imported.
 */
import { createHash, randomUUID } from 'node:crypto';
import { KitError } from '../../../contract/errors.ts';
import type { ArchiveRecord } from '../../../ports/archive-store.ts';
import type { Records } from '../../../ports/store.ts';
import type { ColumnMap } from '../tables/column-map.ts';
import { REPETITIONS_ID } from '../tables/repetitions.ts';
import { VISITS_ID } from '../tables/visits.ts';
import { sameTable } from './compare.ts';
import { type CsvFile, type ReadTable, readTable, type TableRow } from './read-table.ts';
import { record } from './repetition-rows.ts';
import { type SubjectRecords, type VisitRows, visitRecords } from './visit-rows.ts';

export interface CsvImport {
  readonly subjects: number;
  readonly visits: number;
  readonly repetitions: number;
  readonly files: readonly { readonly schema: string; readonly rows: number; readonly sha256: string }[];
}

const wrong = (file: string, row: TableRow, what: string): KitError =>
  new KitError('INVALID_DATA_FILE', `${file}, row ${row.number}: ${what}`);

function visitsOf(visits: ReadTable | undefined, repetitions: ReadTable | undefined): VisitRows[] {
  const all = new Map<string, VisitRows>();
  const add = (row: TableRow, visit: TableRow | null): VisitRows => {
    const [sessionId, subjectCode] = [row.must('session_id'), row.must('subject_code')];
    const one = { sessionId, subjectCode, visit, repetitions: [] };
    all.set(sessionId, one);
    return one;
  };
  for (const row of visits?.rows ?? []) add(row, row);
  for (const row of repetitions?.rows ?? []) {
    const { name } = repetitions!.file;
    const known = all.get(row.must('session_id'));
    if (!known && visits) throw wrong(name, row, 'this visit is not in the table of visits');
    if (known && known.subjectCode !== row.must('subject_code'))
      throw wrong(name, row, 'another subject has this visit');
    if (row.text('trial_status') === 'running')
      throw wrong(name, row, 'this test was going on; export it once it has ended');
    (known ?? add(row, null)).repetitions.push(row);
  }
  return [...all.values()];
}

function* inOrder(subject: ArchiveRecord, episodes: readonly ArchiveRecord[], parts: readonly SubjectRecords[]) {
  yield subject;
  yield* episodes;
  for (const name of ['sessions', 'parents', 'trials', 'repetitions', 'scores'] as const)
    for (const part of parts) yield* part[name];
}

async function* later<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items;
}

interface SubjectParts {
  readonly id: string;
  readonly parts: SubjectRecords[];
  readonly episodes: Map<string, ArchiveRecord>;
}

/** Rows of every subject, in the order of their first visit. */
function recordsOf(all: readonly VisitRows[]): Iterable<ArchiveRecord>[] {
  const subjects = new Map<string, SubjectParts>();
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  for (const rows of all) {
    const subject: SubjectParts = subjects.get(rows.subjectCode) ?? {
      id: randomUUID(),
      parts: [],
      episodes: new Map(),
    };
    subjects.set(rows.subjectCode, subject);
    const part = visitRecords(rows, subject.id, notBeforeMs);
    const { row } = part.sessions[0]!;
    notBeforeMs = Number(row['started_at_ms']) + 1;
    subject.parts.push(part);
    const episode = row['episode_id'];
    if (typeof episode === 'string' && !subject.episodes.has(episode)) {
      const unknown = { goal: null, side: null, injury_date: null, mechanism: null, payer_reference: null };
      const at = { opened_at_ms: row['started_at_ms']!, closed_at_ms: null };
      const values = { id: episode, subject_id: subject.id, ...at, ...unknown, episode_values: '{}' };
      subject.episodes.set(episode, record('episode', values));
    }
  }
  return [...subjects].map(([code, { id, parts, episodes }]) => {
    const values = { id, code, created_at_ms: parts[0]!.sessions[0]!.row['started_at_ms']! };
    const subject = record('subject', { ...values, retain_until_ms: null, subject_values: '{}' });
    return inOrder(subject, [...episodes.values()], parts);
  });
}

async function hashOf({ open }: CsvFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of open()) hash.update(piece);
  return hash.digest('hex');
}

/** What to do where tables would come among records. */
export const NOT_EMPTY = { hint: 'Name a new or an empty folder with --data.' } as const;

/**
 * One file of either table, or one of each. Everything or nothing: `records` are those of a transaction.
 * @throws KitError WRONG_STATE when the store is not empty; INVALID_DATA_FILE, BAD_COLUMN_MAP, BAD_FILE
 */
export async function importCsv(
  records: Records,
  files: readonly CsvFile[],
  maps: readonly ColumnMap[] = [],
): Promise<CsvImport> {
  if ((await records.listSubjects({ limit: 1 })).length > 0)
    throw new KitError(
      'WRONG_STATE',
      'there are records here already; tables are taken into an empty place',
      NOT_EMPTY,
    );
  const tables: ReadTable[] = [];
  for (const file of files) tables.push(await readTable(file, maps));
  const of = (id: string): ReadTable | undefined => {
    const [first, second] = tables.filter(({ table }) => table.id === id);
    if (second) throw new KitError('BAD_FILE', `${first!.file.name} and ${second.file.name} are the same table`);
    return first;
  };
  const [visits, repetitions] = [of(VISITS_ID), of(REPETITIONS_ID)];
  const all = visitsOf(visits, repetitions);
  const subjects = recordsOf(all);
  for (const subject of subjects) await records.restoreRecords(later(subject));
  for (const table of tables) await sameTable(records, table);
  const told = tables.map(async ({ table, rows, file }) => ({
    ...{ schema: table.id, rows: rows.length },
    sha256: await hashOf(file),
  }));
  return {
    subjects: subjects.length,
    visits: all.length,
    repetitions: repetitions?.rows.length ?? 0,
    files: await Promise.all(told),
  };
}
