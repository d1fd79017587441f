/** The engines' errors in the words of the catalogue. */
import { KitError } from '../../contract/errors.ts';

/** A KitError for whatever an engine threw; a KitError passes unchanged. */
export function storeError(cause: unknown): KitError {
  if (cause instanceof KitError) return cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === '53100')
    return new KitError('STORE_FULL', message, { cause });
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code === '55P03' || code === '40001')
    return new KitError('STORE_LOCKED', message, { cause });
  // PostgreSQL: data_corrupted, index_corrupted.
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code === 'XX001' || code === 'XX002')
    return new KitError('STORE_CORRUPT', message, { cause });
  // A rule of the schema was broken: our fault, and no waiting heals it.
  if (code.startsWith('SQLITE_CONSTRAINT') || /^(22|23|42)[0-9A-Z]{3}$/.test(code) || code === 'P0001')
    return new KitError('INTERNAL', message, { cause });
  return new KitError('STORE_UNAVAILABLE', message, { cause });
}
