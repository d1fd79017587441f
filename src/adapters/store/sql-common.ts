/** What the parts of the store share. */
import type { Kysely } from 'kysely';
import { KitError } from '../../contract/errors.ts';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;
/** The connection in use; throws STORE_UNAVAILABLE when the store is closed. */
export type Connection = () => Db;

/** In one commit; within a transaction, as a part of that. */
export function atomically<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

/** Throws NOT_FOUND when a change met no row. */
export function mustExist(result: { readonly numUpdatedRows: bigint } | undefined, what: string): void {
  if (!result || result.numUpdatedRows === 0n) throw new KitError('NOT_FOUND', what);
}

/** The columns that a partial change names. */
export function given<T extends object>(columns: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export const jsonOrUndefined = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);
