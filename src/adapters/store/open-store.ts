/** Which database: the PostgreSQL of DATABASE_URL, or SQLite in the data folder. */
import type { Store } from '../../ports/store.ts';
import { migrate } from './migrations.ts';
import { openPostgres } from './postgres-store.ts';
import { type Access, createSqlStore, type OpenedEngine } from './sql-store.ts';
import { openSqliteFolder } from './sqlite-store.ts';
import { openSqliteThread } from './sqlite-thread.ts';

export interface StorePlace {
  readonly folder: string;
  /** Value of DATABASE_URL; undefined or empty: SQLite. */
  readonly databaseUrl: string | undefined;
}

const open = async (place: StorePlace, access: Access): Promise<OpenedEngine> =>
  place.databaseUrl ? openPostgres(place.databaseUrl, access) : openSqliteFolder({ folder: place.folder, access });

/** What a gateway writes to; SQLite is in a thread of its own there, and in this one for a command that only looks. */
export function createStore(place: StorePlace, access: Access = 'own'): Store {
  const threaded = access === 'own' && !place.databaseUrl;
  const opening = () => (threaded ? openSqliteThread({ folder: place.folder, access }) : open(place, access));
  return createSqlStore(opening, Date.now, access);
}

/** The engine itself, for what works on all of a database; the caller closes it. With 'own': locked, and up to date. */
export async function openDatabase(place: StorePlace, access: Access): Promise<OpenedEngine> {
  const engine = await open(place, access);
  try {
    if (access === 'own') await migrate(engine.db, engine.types, Date.now());
    return engine;
  } catch (cause) {
    await engine.close();
    throw cause;
  }
}
