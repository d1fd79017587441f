/**
 * SQLite in a thread of its own: a commit that waits for the disk holds up no sample and no dashboard. Same file, same
 * settings, same statements in the same order as `sqlite-store.ts`; only where they run differs. An answer comes after
 * the statement has returned, so what counts as committed is on the disk as before.
 */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { type ErrorCode, KitError } from '../../contract/errors.ts';
import { SQLITE_TYPES } from './engine-types.ts';
import type { Schema } from './schema.ts';
import { createSqlStore, type OpenedEngine } from './sql-store.ts';
import { openSqliteFolder, type SqliteStoreOptions } from './sqlite-store.ts';
import type { ThreadFault, ThreadPlace, ThreadReply, ThreadRequest, ThreadRows } from './sqlite-thread-messages.ts';

/** The compiled thread; beside this file wherever this file runs compiled. */
const ENTRY = new URL('./sqlite-thread-entry.js', import.meta.url);

type Ask = { readonly [O in ThreadRequest['op']]: Omit<Extract<ThreadRequest, { op: O }>, 'id'> }[ThreadRequest['op']];

interface Waiting {
  readonly resolve: (rows: ThreadRows) => void;
  readonly reject: (cause: unknown) => void;
}

const errorOf = ({ kit, code, message, detail }: ThreadFault): Error =>
  kit ? new KitError(code as ErrorCode, detail) : Object.assign(new Error(message), { code });

/** Requests to the thread and their answers. The process stays for as long as one waits, and no longer. */
function startThread(entry: URL, place: ThreadPlace) {
  const worker = new Worker(entry, { workerData: place });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let over: Error | null = null;

  function settle(id: number): Waiting | undefined {
    const one = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return one;
  }
  function expect(id: number): Promise<ThreadRows> {
    return new Promise((resolve, reject) => {
      if (over) {
        reject(over);
        return;
      }
      waiting.set(id, { resolve, reject });
      worker.ref();
    });
  }
  function end(cause: Error): void {
    over ??= cause;
    for (const [id, { reject }] of [...waiting]) {
      waiting.delete(id);
      reject(over);
    }
  }
  worker.on('message', (reply: ThreadReply) => {
    const one = settle(reply.id);
    if (reply.ok) one?.resolve(reply.result);
    else one?.reject(errorOf(reply.fault));
  });
  worker.on('error', end);
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      end(new Error('the thread of the database has ended'));
      resolve();
    });
  });
  const opened = expect(0);
  return {
    opened,
    /** Waits for its end, and keeps the process for it. */
    ended(): Promise<void> {
      worker.ref();
      return ended;
    },
    ask(request: Ask): Promise<ThreadRows> {
      const id = ++lastId;
      const answer = expect(id);
      if (!over) worker.postMessage({ ...request, id });
      return answer;
    },
  };
}

type Thread = ReturnType<typeof startThread>;

function createConnection(thread: Thread): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, changes, lastId } = await thread.ask({ op: 'query', sql, parameters });
      if (changes === null) return { rows: rows as R[] };
      return { rows: [], numAffectedRows: BigInt(changes), ...(lastId === null ? {} : { insertId: lastId }) };
    },
    // biome-ignore lint/correctness/useYield: what Kysely asks of a driver; nothing here reads row by row.
    async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
      throw new Error('rows are read in pages');
    },
  };
}

/** One connection, one at a time: a transaction keeps the others waiting. */
function createDriver(thread: Thread): Driver {
  const connection = createConnection(thread);
  const run = async (on: DatabaseConnection, sql: string): Promise<void> => {
    await on.executeQuery(CompiledQuery.raw(sql));
  };
  let tail: Promise<void> = Promise.resolve();
  let release = (): void => {};
  return {
    init: async () => {},
    async acquireConnection() {
      const before = tail;
      let mine = (): void => {};
      tail = new Promise((resolve) => {
        mine = resolve;
      });
      await before;
      release = mine;
      return connection;
    },
    beginTransaction: (on) => run(on, 'begin'),
    commitTransaction: (on) => run(on, 'commit'),
    rollbackTransaction: (on) => run(on, 'rollback'),
    releaseConnection: async () => release(),
    destroy: async () => {},
  };
}

/**
 * The database of a data folder; rejects with a KitError.
 * @param entry the compiled thread; where there is none, the database is opened in this thread
 */
export async function openSqliteThread(
  options: Pick<SqliteStoreOptions, 'folder' | 'access'> & { readonly driver?: ThreadPlace['driver'] },
  entry: URL = ENTRY,
): Promise<OpenedEngine> {
  const { folder, access = 'own', driver = null } = options;
  if (!existsSync(entry)) return openSqliteFolder({ folder, access });
  const thread = startThread(entry, { folder, access, driver });
  try {
    await thread.opened;
  } catch (cause) {
    await thread.ended();
    throw cause;
  }
  const db = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => createDriver(thread),
      createIntrospector: (on) => new SqliteIntrospector(on),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  return {
    db,
    types: SQLITE_TYPES,
    scrub: async () => {
      await thread.ask({ op: 'exec', sql: 'pragma wal_checkpoint(truncate)' });
    },
    close: async () => {
      await db.destroy();
      await thread.ask({ op: 'close' });
      await thread.ended();
    },
  };
}

/** As `createSqliteStore`, with the database in a thread of its own. */
export const createSqliteThreadStore = (options: Parameters<typeof openSqliteThread>[0], entry?: URL) =>
  createSqlStore(() => openSqliteThread(options, entry), Date.now, options.access);
