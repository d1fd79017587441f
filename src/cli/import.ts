import { createReadStream } from 'node:fs';
import { importArchive } from '../adapters/export/archive/read.ts';
import type { Command } from './command.ts';
import { existingFile } from './named-files.ts';
import { openRecords } from './open-records.ts';
import { STORE_OPTIONS, STORE_USAGE } from './store-place.ts';

/** A subject's archive into this store. */
export const importCommand: Command = {
  name: 'import',
  summary: 'bring the archive of a subject into the records',
  usage: ['FILE                   made by "export archive"; it is checked as a whole first', ...STORE_USAGE],
  words: ['FILE'],
  options: STORE_OPTIONS,
  async run(flags, [file = '']) {
    existingFile(file);
    const store = await openRecords(flags, { begin: true });
    try {
      const done = await store.transaction(async (records) => {
        const { subjectId, ...counts } = await importArchive(records, () => createReadStream(file));
        const object = `subject:${subjectId}`;
        const at = { wallMs: Date.now(), accountId: null };
        await records.appendAudit({ ...at, action: 'import.archive', object, values: counts });
        return counts;
      });
      const { files, rows, bytes } = done;
      process.stdout.write(
        flags['json'] ? `${JSON.stringify(done)}\n` : `${rows} rows, ${files} files, ${bytes} bytes\n`,
      );
      return 0;
    } finally {
      await store.close();
    }
  },
};
