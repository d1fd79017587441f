/** Finds an SQLite that works here: better-sqlite3, or libsql where its native part could not be built. */
import { createRequire } from 'node:module';
import type { SqliteDatabase } from 'kysely';
import { KitError } from '../../contract/errors.ts';

/** What both packages have in common, as far as it is used here. */
export interface SqliteConnection extends SqliteDatabase {
  exec(source: string): unknown;
}

export interface SqliteDriver {
  readonly name: 'better-sqlite3' | 'libsql';
  connect(file: string): SqliteConnection;
}

type Constructor = new (file: string) => SqliteConnection;

const require = createRequire(import.meta.url);

function load(name: SqliteDriver['name']): SqliteDriver {
  const Database = require(name) as Constructor;
  // better-sqlite3 loads its native part with the first connection, not with the package.
  const probe = new Database(':memory:');
  probe.close();
  return { name, connect: (file) => new Database(file) };
}

/**
 * @param names tried in order; the first that loads is taken.
 * @throws KitError STORE_UNAVAILABLE when none does, naming what was tried.
 */
export function findSqliteDriver(names: readonly SqliteDriver['name'][] = ['better-sqlite3', 'libsql']): SqliteDriver {
  const failures: string[] = [];
  let last: unknown;
  for (const name of names) {
    try {
      return load(name);
    } catch (cause) {
      last = cause;
      failures.push(`${name}: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)}`);
    }
  }
  throw new KitError(
    'STORE_UNAVAILABLE',
    `no SQLite works here: ${failures.join('; ')}; delete node_modules and run "npm start" again`,
    { cause: last },
  );
}
