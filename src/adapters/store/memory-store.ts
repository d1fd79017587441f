/** The store without a disk: for tests, and to show the kit where nothing may be kept. The same tables and queries. */
import type { Store } from '../../ports/store.ts';
import { createSqlStore, type OpenedEngine } from './sql-store.ts';
import { findSqliteDriver, type SqliteDriver } from './sqlite-driver.ts';
import { sqliteEngine } from './sqlite-store.ts';

/** A Store that lasts as long as the process, over closing and opening. Same promises as on disk, apart from the disk. */
export function createMemoryStore(driver?: SqliteDriver): Store {
  let kept: OpenedEngine | null = null;
  return createSqlStore(async () => {
    if (!kept) {
      const connection = (driver ?? findSqliteDriver()).connect(':memory:');
      connection.exec('pragma foreign_keys = on');
      kept = sqliteEngine(connection, () => {});
    }
    const { db, types } = kept;
    return { db, types, scrub: async () => {}, close: async () => {} };
  }, Date.now);
}
