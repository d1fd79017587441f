/** The engines' errors in the words of the catalogue. */
import { KitError } from '../../contract/errors.ts';

/** A KitError for whatever an engine threw; a KitError passes unchanged. */
export function storeError(cause: unknown): KitError {
  if (cause instanceof KitError) return cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return new KitError('STORE_FULL', message, { cause });
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new KitError('STORE_LOCKED', message, { cause });
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new KitError('STORE_CORRUPT', message, { cause });
  // A rule of the schema was broken: our fault, and no waiting heals it.
  if (code.startsWith('SQLITE_CONSTRAINT')) return new KitError('INTERNAL', message, { cause });
  return new KitError('STORE_UNAVAILABLE', message, { cause });
}
