/** The engines' errors in the words of the catalogue. */
import { type ErrorCode, KitError } from '../../contract/errors.ts';

/** What the operating system says of a server that cannot be reached. */
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)$/;

/** Of what can be wrong with a PostgreSQL server as a whole; null: it is something else. */
function serverErrorCode(code: string, message: string): ErrorCode | null {
  // invalid_catalog_name.
  if (code === '3D000') return 'DATABASE_MISSING';
  // invalid_authorization_specification, invalid_password, insufficient_privilege; and no password for one that asks.
  if (code.startsWith('28') || code === '42501' || /^SASL: .*password/.test(message)) return 'DATABASE_REFUSED';
  // connection_exception, too_many_connections, admin_shutdown and its kin; and what the client itself says.
  if (UNREACHABLE.test(code) || code.startsWith('08') || code.startsWith('57P') || code === '53300')
    return 'DATABASE_UNREACHABLE';
  return /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|The server does not support SSL)/.test(
    message,
  )
    ? 'DATABASE_UNREACHABLE'
    : null;
}

/** A KitError for whatever an engine threw; a KitError passes unchanged. */
export function storeError(cause: unknown): KitError {
  if (cause instanceof KitError) return cause;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === '53100')
    return new KitError('STORE_FULL', message, { cause });
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code === '55P03' || code === '40001')
    return new KitError('STORE_LOCKED', message, { cause });
  if (code === 'SQLITE_NOTADB') return new KitError('STORE_NOT_OURS', message, { cause });
  const server = serverErrorCode(code, message);
  if (server !== null) return new KitError(server, message, { cause });
  // PostgreSQL: data_corrupted, index_corrupted.
  if (code.startsWith('SQLITE_CORRUPT') || code === 'XX001' || code === 'XX002')
    return new KitError('STORE_CORRUPT', message, { cause });
  // A rule of the schema was broken: our fault, and no waiting heals it.
  if (code.startsWith('SQLITE_CONSTRAINT') || /^(22|23|42)[0-9A-Z]{3}$/.test(code) || code === 'P0001')
    return new KitError('INTERNAL', message, { cause });
  return new KitError('STORE_UNAVAILABLE', message, { cause });
}
