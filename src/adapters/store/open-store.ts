/** Which database: the PostgreSQL of DATABASE_URL, or SQLite in the data folder. */
import type { Store } from '../../ports/store.ts';
import { createPostgresStore } from './postgres-store.ts';
import type { Access } from './sql-store.ts';
import { createSqliteStore } from './sqlite-store.ts';

export interface StorePlace {
  readonly folder: string;
  /** Value of DATABASE_URL; undefined or empty: SQLite. */
  readonly databaseUrl: string | undefined;
}

export function createStore(place: StorePlace, access: Access = 'own'): Store {
  return place.databaseUrl
    ? createPostgresStore({ url: place.databaseUrl, access })
    : createSqliteStore({ folder: place.folder, access });
}
