/** DATABASE_URL, read before anything is connected. */
import { KitError } from '../../contract/errors.ts';

/** What an address may say behind its question mark. */
const PARAMETERS = new Set(['host', 'port', 'ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'uselibpqcompat']);

/**
 * Host, port and name of the database: an address in words that hold no password. Read before anything is connected: the
 * client takes a bare word for a host and asks the network for it.
 * @throws KitError DATABASE_URL_INVALID, which never repeats the address
 */
export function placeOf(url: string): string {
  const bad = (why: string): KitError => new KitError('DATABASE_URL_INVALID', why);
  if (!/^postgres(ql)?:\/\//i.test(url)) throw bad('it does not begin with postgres://');
  // Without a host it means the socket of this computer, in the folder that the parameter "host" names.
  const socket = /^[a-z]+:\/\/([^/@]*@)?\//i.test(url);
  let parts: URL;
  try {
    parts = new URL(socket ? url.replace(/^([a-z]+:\/\/(?:[^/@]*@)?)\//i, '$1localhost/') : url);
    decodeURIComponent(`${parts.username}${parts.password}${parts.pathname}${parts.hostname}`);
  } catch {
    throw bad('it cannot be read; characters such as @ : / # in a password are written as %40 %3A %2F %23');
  }
  if (parts.hash !== '') throw bad('# in it is written as %23');
  const database = decodeURIComponent(parts.pathname.slice(1));
  if (database === '') throw bad('it names no database');
  if (database.includes('/')) throw bad('there is a second / in the name of the database');
  const strange = [...parts.searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (strange !== undefined) throw bad(`"${strange.slice(0, 30)}" is no parameter of it`);
  const host = parts.searchParams.get('host') ?? (socket ? 'this computer' : decodeURIComponent(parts.hostname));
  return `${host}${parts.port ? `:${parts.port}` : ''}, database ${database}`;
}
