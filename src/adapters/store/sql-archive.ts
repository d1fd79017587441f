/** One subject's rows out of SQL tables, and back. */
import type { Kysely } from 'kysely';
import { KitError } from '../../contract/errors.ts';
import {
  ARCHIVE_TABLES,
  type ArchiveRecord,
  type ArchiveStore,
  type ArchiveTable,
  type VisitPlace,
} from '../../ports/archive-store.ts';
import { crc32 } from '../../wire/crc32.ts';
import { ARCHIVE_COLUMNS, rowFault } from './archive-columns.ts';
import { bytesOf } from './rows.ts';
import { atomically, type Connection, type Db } from './sql-common.ts';

type Row = Record<string, string | number | null>;
type AnyTable = Record<string, Record<string, unknown>>;

/** Column that is filled with ids of the table named: how a row belongs to the subject. */
const BELONGS: Readonly<Record<ArchiveTable, readonly [column: string, parent: ArchiveTable] | null>> = {
  subject: null,
  episode: ['subject_id', 'subject'],
  session: ['subject_id', 'subject'],
  stream: ['session_id', 'session'],
  calibration: ['session_id', 'session'],
  event: ['session_id', 'session'],
  trial: ['session_id', 'session'],
  repetition: ['trial_id', 'trial'],
  result: ['trial_id', 'trial'],
  score: ['subject_id', 'subject'],
  chunk: ['stream_id', 'stream'],
};

const ORDER: Readonly<Record<ArchiveTable, readonly string[]>> = {
  subject: ['id'],
  episode: ['opened_at_ms', 'id'],
  session: ['started_at_ms', 'id'],
  stream: ['position', 'id'],
  calibration: ['wall_ms', 'id'],
  event: ['id'],
  trial: ['started_at_ms', 'id'],
  repetition: ['position'],
  result: ['position', 'id'],
  score: ['wall_ms', 'id'],
  chunk: ['sequence'],
};

/** Chunks handed over at once, so that the single connection is never held by a slow consumer. */
const CHUNK_PAGE = 64;

/** The tables by their names as text; columns come from our own lists, never from a file. */
const plain = (db: Db): Kysely<AnyTable> => db.withTables<AnyTable>();

function rowOf(table: ArchiveTable, values: Readonly<Record<string, unknown>>): Row {
  const row: Row = {};
  for (const [name, type] of Object.entries(ARCHIVE_COLUMNS[table])) {
    const value = values[name] ?? null;
    // An engine may hand whole numbers over as text or bigint.
    row[name] = value === null ? null : type.startsWith('number') ? Number(value) : String(value);
  }
  return row;
}

async function rowsOf(db: Db, table: ArchiveTable, column: string, id: string): Promise<Row[]> {
  let query = plain(db).selectFrom(table).selectAll().where(column, '=', id);
  for (const name of ORDER[table]) query = query.orderBy(name);
  return (await query.execute()).map((values) => rowOf(table, values));
}

async function* chunksOf(db: Db, streamId: string): AsyncIterable<ArchiveRecord> {
  for (let next = 0; ; ) {
    const rows = await db
      .selectFrom('chunk')
      .selectAll()
      .where('stream_id', '=', streamId)
      .where('sequence', '>=', next)
      .orderBy('sequence')
      .limit(CHUNK_PAGE)
      .execute();
    for (const { payload, ...row } of rows) {
      const bytes = bytesOf(payload);
      if (crc32(bytes) !== Number(row.crc32))
        throw new KitError('STORE_CORRUPT', `stream ${streamId}, chunk ${row.sequence}`);
      yield { table: 'chunk', row: rowOf('chunk', row), payload: bytes };
    }
    if (rows.length < CHUNK_PAGE) return;
    next = rows.at(-1)!.sequence + 1;
  }
}

/** The row named and all that belongs to it; `within` says of each table what its rows belong to. */
async function* recordsOf(
  db: Connection,
  root: { readonly table: ArchiveTable; readonly id: string },
  within: typeof BELONGS,
): AsyncIterable<ArchiveRecord> {
  const ids: Record<string, string[]> = {};
  for (const table of ARCHIVE_TABLES) {
    const isRoot = table === root.table;
    const belongs = isRoot ? null : within[table];
    const parents = isRoot ? [root.id] : belongs ? (ids[belongs[1]] ?? []) : [];
    ids[table] = [];
    for (const parent of parents) {
      if (table === 'chunk') {
        yield* chunksOf(db(), parent);
        continue;
      }
      for (const row of await rowsOf(db(), table, belongs ? belongs[0] : 'id', parent)) {
        if (typeof row['id'] === 'string') ids[table].push(row['id']);
        yield { table, row, payload: null };
      }
    }
    if (isRoot && ids[table].length === 0) throw new KitError('NOT_FOUND', `${root.table} ${root.id}`);
  }
}

/** Of one visit: its scores are those taken at it, and nothing of the subject or the episode comes along. */
const WITHIN_VISIT: typeof BELONGS = { ...BELONGS, episode: null, session: null, score: ['session_id', 'session'] };

/** Rows may only belong to rows that came before them in the same archive. */
function checkRecord(
  { table, row, payload }: ArchiveRecord,
  seen: Readonly<Record<string, Set<string>>>,
  within: typeof BELONGS,
): void {
  const fault = rowFault(table, row);
  if (fault) throw new KitError('ARCHIVE_DAMAGED', fault);
  const belongs = within[table];
  if (belongs && !seen[belongs[1]]?.has(String(row[belongs[0]])))
    throw new KitError('ARCHIVE_DAMAGED', `a row of ${table} belongs to nothing in the archive`);
  if ((table === 'chunk') !== (payload !== null)) throw new KitError('ARCHIVE_DAMAGED', 'raw bytes without their row');
  if (payload && crc32(payload) !== row['crc32'])
    throw new KitError('ARCHIVE_DAMAGED', `raw bytes of stream ${row['stream_id']}, chunk ${row['sequence']}`);
}

async function mustBeNew(
  db: Db,
  table: ArchiveTable,
  id: string | number | null | undefined,
  seen: Readonly<Record<string, Set<string>>>,
): Promise<void> {
  if (typeof id !== 'string') return;
  const taken = await plain(db).selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
  if (taken) throw new KitError('WRONG_STATE', `this ${table} is in the store already`);
  seen[table]?.add(id);
}

/** What a row of a visit says of whose it is gives way to what the clinic knows. */
function placed({ table, row }: ArchiveRecord, { subjectId, subjectCode, episodeId }: VisitPlace): Row {
  if (table === 'session')
    return {
      ...row,
      subject_id: subjectId,
      subject_code: subjectCode,
      episode_id: episodeId,
      setting: 'home',
      examiner_id: null,
    };
  return table === 'score' ? { ...row, subject_id: subjectId, episode_id: episodeId } : { ...row };
}

async function addHomeVisit(
  db: Db,
  records: AsyncIterable<ArchiveRecord>,
  place: VisitPlace,
): Promise<{ rows: number; sessionId: string }> {
  const seen: Record<string, Set<string>> = Object.fromEntries(ARCHIVE_TABLES.map((table) => [table, new Set()]));
  let rows = 0;
  let sessionId: string | null = null;
  for await (const record of records) {
    checkRecord(record, seen, WITHIN_VISIT);
    const { table, payload } = record;
    if (table === 'subject' || table === 'episode' || (table === 'session') !== (sessionId === null))
      throw new KitError('ARCHIVE_DAMAGED', `a row of ${table} has no place in a visit`);
    const row = placed(record, place);
    const stream = row['stream_id'] ?? null;
    if (stream !== null && table !== 'stream' && !seen['stream']?.has(String(stream)))
      throw new KitError('ARCHIVE_DAMAGED', `a row of ${table} names a stream that is not in it`);
    await mustBeNew(db, table, row['id'], seen);
    if (table === 'session') sessionId = String(row['id']);
    await plain(db)
      .insertInto(table)
      .values(payload ? { ...row, payload } : row)
      .execute();
    rows++;
  }
  if (sessionId === null) throw new KitError('ARCHIVE_DAMAGED', 'no visit in it');
  return { rows, sessionId };
}

async function restore(db: Db, records: AsyncIterable<ArchiveRecord>): Promise<{ rows: number; subjectId: string }> {
  const seen: Record<string, Set<string>> = Object.fromEntries(ARCHIVE_TABLES.map((table) => [table, new Set()]));
  let rows = 0;
  let subjectId: string | null = null;
  let code: string | number | null = null;
  for await (const record of records) {
    checkRecord(record, seen, BELONGS);
    const { table, row, payload } = record;
    const id = row['id'];
    await mustBeNew(db, table, id, seen);
    if (table === 'subject') {
      if (subjectId !== null) throw new KitError('ARCHIVE_DAMAGED', 'two subjects in one archive');
      const same = await db.selectFrom('subject').select('id').where('code', '=', String(row['code'])).execute();
      if (same.length > 0) throw new KitError('WRONG_STATE', 'there is a subject with this code');
      subjectId = String(id);
      code = row['code'] ?? null;
    }
    if (table === 'session' && row['subject_code'] !== code)
      throw new KitError('ARCHIVE_DAMAGED', 'a session under another code');
    await plain(db)
      .insertInto(table)
      .values(payload ? { ...row, payload } : row)
      .execute();
    rows++;
  }
  if (subjectId === null) throw new KitError('ARCHIVE_DAMAGED', 'no subject in it');
  return { rows, subjectId };
}

export function createArchiveTables(db: Connection): ArchiveStore {
  return {
    subjectRecords: (subjectId) => recordsOf(db, { table: 'subject', id: subjectId }, BELONGS),
    visitRecords: (sessionId) => recordsOf(db, { table: 'session', id: sessionId }, WITHIN_VISIT),
    addHomeVisit: (records, place) => atomically(db(), (trx) => addHomeVisit(trx, records, place)),
    restoreRecords: (records) => atomically(db(), (trx) => restore(trx, records)),
  };
}
