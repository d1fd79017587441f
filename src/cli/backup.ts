import { backupTo, restoreFrom } from '../adapters/store/backup.ts';
import { createStore, openDatabase } from '../adapters/store/open-store.ts';
import type { Command } from './command.ts';
import { existingFile, newFile } from './named-files.ts';
import { STORE_OPTIONS, STORE_USAGE, storePlace } from './store-place.ts';
import { verificationText } from './verify.ts';

/** Everything into one file, while the gateway runs or not. */
export const backup: Command = {
  name: 'backup',
  summary: 'copy all records into one file, while the gateway runs; the copy is checked before it gets its name',
  usage: ['FILE                   a new file; it restores into SQLite and into PostgreSQL', ...STORE_USAGE],
  options: STORE_OPTIONS,
  words: ['FILE'],
  async run(flags, [file = '']) {
    newFile(file);
    const place = storePlace(flags);
    // All of it leaves the place where it is guarded: that belongs into the audit, and into the copy.
    const store = createStore(place, 'beside');
    await store.open();
    const at = { wallMs: Date.now(), accountId: null, object: null };
    await store.appendAudit({ ...at, action: 'export.backup', values: {} });
    await store.close();
    const engine = await openDatabase(place, 'beside');
    try {
      const found = await backupTo(engine, file, Date.now());
      process.stdout.write(flags['json'] ? `${JSON.stringify(found)}\n` : `${file}: ${verificationText(found)}`);
      return found.ok ? 0 : 1;
    } finally {
      await engine.close();
    }
  },
};

/** The way back, into an empty place. */
export const restore: Command = {
  name: 'restore',
  summary: 'fill an empty database from a backup',
  usage: ['FILE                   made by "backup", on either engine', ...STORE_USAGE],
  options: STORE_OPTIONS,
  words: ['FILE'],
  async run(flags, [file = '']) {
    existingFile(file);
    const engine = await openDatabase(storePlace(flags), 'own');
    try {
      const found = await restoreFrom(file, engine, Date.now());
      process.stdout.write(flags['json'] ? `${JSON.stringify(found)}\n` : verificationText(found));
      return found.ok ? 0 : 1;
    } finally {
      await engine.close();
    }
  },
};
