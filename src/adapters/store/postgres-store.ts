/** The store on a PostgreSQL server, for a clinic that runs one: DATABASE_URL. One gateway a database. */
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { KitError } from '../../contract/errors.ts';
import type { Store } from '../../ports/store.ts';
import { POSTGRES_TYPES } from './engine-types.ts';
import { placeOf } from './postgres-address.ts';
import type { Schema } from './schema.ts';
import { type Access, createSqlStore, type OpenedEngine } from './sql-store.ts';
import { storeError } from './store-errors.ts';

export interface PostgresStoreOptions {
  /** postgres://user@host:port/database */
  readonly url: string;
  readonly wallMs?: () => number;
  readonly access?: Access;
}

/** Of the advisory lock that one gateway holds: "neck" in ASCII. */
const LOCK_KEY = 0x6e65636b;
/** A gateway that was killed is noticed by the server within this time, ms. */
const LOCK_WAIT_MS = 3000;
const LOCK_RETRY_MS = 100;
const CONNECT_MS = 5000;
/** Type id of int8. The client gives it as text; ours are counts and times that a double holds exactly. */
const INT8_OID = 20;

const parsers = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? (value: string) => Number(value)
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** What every connection of ours is set to before it is used, the gateway's lock included. */
async function prepare(client: pg.PoolClient, place: string, access: Access): Promise<void> {
  // The server may be set up otherwise: a commit is on its disk when it returns.
  await client.query('set synchronous_commit = on');
  if (access === 'beside') return;
  for (let waitedMs = 0; ; waitedMs += LOCK_RETRY_MS) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK_KEY]);
    if (rows[0]?.got) return;
    if (waitedMs >= LOCK_WAIT_MS) throw new KitError('STORE_LOCKED', place);
    await pause(LOCK_RETRY_MS);
  }
}

/** Opens the database; rejects with a KitError. Used by the store, and by what copies whole databases. */
export async function openPostgres(url: string, access: Access): Promise<OpenedEngine> {
  const place = placeOf(url);
  // One connection: it holds the gateway's lock, so whoever writes has the lock, after a broken connection too.
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: CONNECT_MS, types: parsers });
  // A connection that breaks while it is idle: the next query opens another one, or says that it cannot.
  pool.on('error', () => {});
  const ready = new WeakSet<pg.PoolClient>();
  async function connect(): Promise<pg.PoolClient> {
    const client = await pool.connect();
    if (ready.has(client)) return client;
    try {
      // One that breaks while it is used: the query in flight is refused, and that is enough.
      client.on('error', () => {});
      await prepare(client, place, access);
      ready.add(client);
      return client;
    } catch (cause) {
      client.release(true);
      throw cause;
    }
  }
  const dialect = new PostgresDialect({ pool: { connect, end: () => pool.end() } });
  const db = new Kysely<Schema>({ dialect });
  try {
    // Connects, and takes the lock, now.
    await db.executeQuery(CompiledQuery.raw('select 1'));
  } catch (cause) {
    await db.destroy().catch(() => undefined);
    const error = storeError(cause);
    // A socket or a file of a certificate that is not there, for one: the place that was meant is DATABASE_URL's.
    if (error.code === 'STORE_UNAVAILABLE') throw new KitError('DATABASE_UNREACHABLE', `${place}: ${error.detail}`);
    throw error.code.startsWith('DATABASE_') ? new KitError(error.code, place, { cause }) : error;
  }
  return {
    db,
    types: POSTGRES_TYPES,
    scrub: async () => {
      await db.executeQuery(CompiledQuery.raw('vacuum'));
    },
    close: () => db.destroy(),
  };
}

/** A Store in a PostgreSQL database. Opening rejects with STORE_LOCKED, or with DATABASE_ and what is wrong. */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  return createSqlStore(
    () => openPostgres(options.url, options.access ?? 'own'),
    options.wallMs ?? Date.now,
    options.access,
  );
}
