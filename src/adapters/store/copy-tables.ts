/** Copies every row of one database into another, whatever their engines. */
import { sql } from 'kysely';
import { bytesOf } from './rows.ts';
import type { Db } from './sql-common.ts';
import type { OpenedEngine } from './sql-store.ts';
import { TABLES, type TableInfo } from './tables.ts';

type Row = Record<string, unknown>;

/** Rows in memory at once; chunks are some 10 kB each. */
const PAGE = 200;

/** All rows of one table in the order of its key, a page at a time. */
export async function* tablePages<R extends object = Row>(
  db: Db,
  { name, key }: Pick<TableInfo, 'name' | 'key'>,
): AsyncIterable<R[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let last: R | undefined;
  for (;;) {
    const place = last;
    const after = place
      ? sql`where (${columns}) > (${sql.join(key.map((column): unknown => Reflect.get(place, column)))})`
      : sql``;
    const { rows } = await sql<R>`select * from ${sql.table(name)} ${after} order by ${columns} limit ${PAGE}`.execute(
      db,
    );
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1);
  }
}

/** One engine's BLOB for another's parameter. */
const portable = (value: unknown): unknown =>
  value instanceof ArrayBuffer || value instanceof Uint8Array ? Buffer.from(bytesOf(value)) : value;

async function insert(db: Db, name: string, rows: readonly Row[]): Promise<void> {
  // libsql adds a key of its own to some rows.
  const columns = Object.keys(rows[0]!).filter((column) => column !== '_metadata');
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(rows.map((row) => sql`(${sql.join(columns.map((column) => portable(row[column])))})`));
  await sql`insert into ${sql.table(name)} (${names}) values ${values}`.execute(db);
}

/** Counters that PostgreSQL keeps apart from the rows. */
async function continueCounters({ db, types }: { db: Db; types: OpenedEngine['types'] }): Promise<void> {
  if (types.engine !== 'postgres') return;
  for (const name of ['event', 'gyro_model'])
    await sql`select setval(pg_get_serial_sequence(${name}, 'id'), coalesce((select max(id) from ${sql.table(name)}), 0) + 1, false)`.execute(
      db,
    );
}

/**
 * Within one snapshot of the source and one commit of the target, which has the same schema and no rows.
 * @returns rows of each table.
 */
export async function copyTables(source: OpenedEngine, target: OpenedEngine): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const snapshot = source.db.transaction();
  const reading = source.types.engine === 'postgres' ? snapshot.setIsolationLevel('repeatable read') : snapshot;
  await reading.execute((from) =>
    target.db.transaction().execute(async (into) => {
      await into.deleteFrom('audit_head').execute();
      for (const table of TABLES) {
        counts[table.name] = 0;
        for await (const rows of tablePages(from, table)) {
          await insert(into, table.name, rows);
          counts[table.name]! += rows.length;
        }
      }
      await continueCounters({ db: into, types: target.types });
    }),
  );
  return counts;
}
