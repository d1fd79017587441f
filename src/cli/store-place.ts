/** Where the records are: what every command about them takes. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StorePlace } from '../adapters/store/open-store.ts';
import { type Command, type Flags, textFlag } from './command.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export const STORE_OPTIONS: Command['options'] = { data: { type: 'string' }, json: { type: 'boolean' } };

export const STORE_USAGE: readonly string[] = [
  '--data FOLDER          where records are kept (default: data/ in this folder); DATABASE_URL: a PostgreSQL instead',
  '--json                 as JSON',
];

export const storePlace = (flags: Flags): StorePlace => ({
  folder: resolve(textFlag(flags, 'data') ?? join(ROOT, 'data')),
  databaseUrl: process.env['DATABASE_URL'],
});
