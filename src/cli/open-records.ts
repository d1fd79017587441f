/** The records, opened by a command that is no gateway. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createStore } from '../adapters/store/open-store.ts';
import { databaseFile } from '../adapters/store/sqlite-store.ts';
import type { Store } from '../ports/store.ts';
import { type Flags, textFlag } from './command.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Beside a gateway that may be running. `--data` names the folder; one without records is begun only by what puts
 * something in: to all else a mistyped name would look like a clinic that has no records.
 */
export async function openRecords(flags: Flags, { begin = false } = {}): Promise<Store> {
  const folder = resolve(textFlag(flags, 'data') ?? join(ROOT, 'data'));
  const databaseUrl = process.env['DATABASE_URL'];
  const isNew = !databaseUrl && !existsSync(databaseFile(folder));
  const store = createStore({ folder, databaseUrl }, begin && isNew ? 'own' : 'beside');
  await store.open();
  return store;
}
