/** The embedded store: SQLite in `<folder>/neck.sqlite`, one gateway per folder. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import { KitError } from '../../contract/errors.ts';
import type { Store } from '../../ports/store.ts';
import { SQLITE_TYPES } from './engine-types.ts';
import type { Schema } from './schema.ts';
import { type Access, createSqlStore, type OpenedEngine } from './sql-store.ts';
import { findSqliteDriver, type SqliteConnection, type SqliteDriver } from './sqlite-driver.ts';
import { storeError } from './store-errors.ts';

export interface SqliteStoreOptions {
  /** Made when it is missing. */
  readonly folder: string;
  /** Found when not given. */
  readonly driver?: SqliteDriver;
  readonly wallMs?: () => number;
  readonly access?: Access;
}

/**
 * One process per data folder: an exclusive transaction on a file of its own, held for life. The operating system
 * drops it when the process ends, however it ends, so nothing is left to clean up after a kill; and it is not on the
 * database itself, so a copy of that can be read meanwhile.
 */
function takeLock(driver: SqliteDriver, folder: string): SqliteConnection {
  const lock = driver.connect(join(folder, 'neck.lock'));
  try {
    lock.exec('pragma busy_timeout = 0');
    lock.exec('begin exclusive');
    return lock;
  } catch (cause) {
    lock.close();
    const error = storeError(cause);
    throw error.code === 'STORE_LOCKED' ? new KitError('STORE_LOCKED', folder, { cause }) : error;
  }
}

/** Step by step: Node's own recursive mkdir never returns below a folder that refuses entries, /proc for one. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  mkdirSync(folder);
}

/** What every connection of ours is set to. */
function configure(connection: SqliteConnection): void {
  connection.exec('pragma journal_mode = wal');
  // FULL: a commit is on the disk when it returns; NORMAL loses acknowledged chunks in a power cut.
  connection.exec('pragma synchronous = full');
  connection.exec('pragma foreign_keys = on');
  connection.exec('pragma busy_timeout = 2000');
  // What was erased is overwritten, not only unlinked.
  connection.exec('pragma secure_delete = on');
}

/** An engine around an open connection; `release` is called after it was closed. */
export function sqliteEngine(connection: SqliteConnection, release: () => void): OpenedEngine {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
  return {
    db,
    types: SQLITE_TYPES,
    scrub: async () => {
      connection.exec('pragma wal_checkpoint(truncate)');
    },
    close: async () => {
      await db.destroy();
      // Kysely closes only what it has used.
      if ((connection as { open?: boolean }).open) connection.close();
      release();
    },
  };
}

interface Connected {
  readonly connection: SqliteConnection;
  /** Call after the connection was closed. */
  readonly release: () => void;
}

function connectSqliteFile(file: string, driver: SqliteDriver, release: () => void): Connected {
  let connection: SqliteConnection | null = null;
  try {
    connection = driver.connect(file);
    configure(connection);
    return { connection, release };
  } catch (cause) {
    connection?.close();
    release();
    throw storeError(cause);
  }
}

/** Opens one SQLite file, making it when it is missing; throws a KitError. */
export function openSqliteFile(file: string, driver: SqliteDriver, release = (): void => {}): OpenedEngine {
  return sqliteEngine(connectSqliteFile(file, driver, release).connection, release);
}

export const databaseFile = (folder: string): string => join(folder, 'neck.sqlite');

/** A connection to the database of a data folder; throws a KitError. */
export function connectSqliteFolder(options: SqliteStoreOptions): Connected {
  const driver = options.driver ?? findSqliteDriver();
  if (options.access === 'beside') {
    if (!existsSync(databaseFile(options.folder)))
      throw new KitError('STORE_UNAVAILABLE', `no records in ${options.folder}`, {
        hint: 'Start the kit once with "npm start", or name the folder of the records with --data.',
      });
    return connectSqliteFile(databaseFile(options.folder), driver, () => {});
  }
  try {
    makeFolder(options.folder);
  } catch (cause) {
    throw new KitError('STORE_UNAVAILABLE', options.folder, { cause });
  }
  const lock = takeLock(driver, options.folder);
  return connectSqliteFile(databaseFile(options.folder), driver, () => lock.close());
}

/** The database of a data folder; throws a KitError. */
export function openSqliteFolder(options: SqliteStoreOptions): OpenedEngine {
  const { connection, release } = connectSqliteFolder(options);
  return sqliteEngine(connection, release);
}

/** A Store in `<folder>/neck.sqlite` (WAL, synchronous=FULL). Opening rejects with STORE_LOCKED or STORE_UNAVAILABLE. */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  return createSqlStore(async () => openSqliteFolder(options), options.wallMs ?? Date.now, options.access);
}
