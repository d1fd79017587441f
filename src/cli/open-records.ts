/** The records, opened by a command that is no gateway. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createStore } from '../adapters/store/open-store.ts';
import { databaseFile } from '../adapters/store/sqlite-store.ts';
import type { Store } from '../ports/store.ts';
import { type Flags, textFlag } from './command.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Beside a gateway that may be running; a folder without records yet is begun. `--data` names the folder. */
export async function openRecords(flags: Flags): Promise<Store> {
  const folder = resolve(textFlag(flags, 'data') ?? join(ROOT, 'data'));
  const databaseUrl = process.env['DATABASE_URL'];
  const exists = databaseUrl ? true : existsSync(databaseFile(folder));
  const store = createStore({ folder, databaseUrl }, exists ? 'beside' : 'own');
  await store.open();
  return store;
}
