import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { importArchive } from '../adapters/export/archive/read.ts';
import { importCsv, NOT_EMPTY } from '../adapters/export/csv-import/import-csv.ts';
import { createMemoryStore } from '../adapters/store/memory-store.ts';
import { KitError } from '../contract/errors.ts';
import type { Records, Store } from '../ports/store.ts';
import type { Command, Flags } from './command.ts';
import { counted } from './counted.ts';
import { mapFlags } from './export-flags.ts';
import { existingFile } from './named-files.ts';
import { openRecords } from './open-records.ts';
import { STORE_OPTIONS, STORE_USAGE } from './store-place.ts';

/** Of the header of a tar file. */
const TAR_MAGIC_AT = 257;

/** A table of ours begins with the name of a column; an archive says "ustar" in its header. */
async function isArchive(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    const head = buffer.subarray(0, bytesRead);
    return head.toString('latin1', TAR_MAGIC_AT, TAR_MAGIC_AT + 5) === 'ustar' || !head.includes(',');
  } finally {
    await handle.close();
  }
}

interface Taken {
  readonly counts: Readonly<Record<string, unknown>>;
  readonly words: string;
}

async function takeArchive(records: Records, file: string): Promise<Taken> {
  const { subjectId, ...counts } = await importArchive(records, () => createReadStream(file));
  const at = { wallMs: Date.now(), accountId: null };
  await records.appendAudit({ ...at, action: 'import.archive', object: `subject:${subjectId}`, values: counts });
  const words = [counted(counts.rows, 'row'), counted(counts.files, 'file'), counted(counts.bytes, 'byte')].join(', ');
  return { counts, words };
}

async function takeTables(records: Records, files: readonly string[], flags: Flags): Promise<Taken> {
  const named = files.map((name) => ({ name, open: () => createReadStream(name) }));
  const counts = await importCsv(records, named, mapFlags(flags));
  const at = { wallMs: Date.now(), accountId: null, object: null };
  await records.appendAudit({ ...at, action: 'import.csv', values: { ...counts } });
  const { subjects, visits, repetitions } = counts;
  const what = [counted(subjects, 'subject'), counted(visits, 'visit'), counted(repetitions, 'repetition')];
  const words = `${what.join(', ')}; results only, no raw data`;
  return { counts: { ...counts }, words };
}

/** What is there, for a dry run: nothing when there is no store yet. */
async function openPresent(flags: Flags): Promise<Store | null> {
  return openRecords(flags).catch((cause: unknown) => {
    if (cause instanceof KitError && cause.code === 'STORE_UNAVAILABLE') return null;
    throw cause;
  });
}

/** A dry run takes it into a store that lasts as long as the command, after asking the real one whether it may. */
async function dryRun(flags: Flags, work: (records: Records) => Promise<Taken>, empty: boolean): Promise<Taken> {
  const present = await openPresent(flags);
  const somebody = present ? (await present.listSubjects({ limit: 1 })).length > 0 : false;
  await present?.close();
  if (empty && somebody) throw new KitError('WRONG_STATE', 'there are records here already', NOT_EMPTY);
  const memory = createMemoryStore();
  await memory.open();
  return memory.transaction(work);
}

/** A subject's archive, or the tables of many, into this store. */
export const importCommand: Command = {
  name: 'import',
  summary: 'bring the archive of a subject, or CSV tables, into the records',
  usage: [
    'FILE                   made by "export archive"; or by "export csv", by "export visits", or one of each, into an',
    '                       empty place. All of it is checked first, and all of it is taken or nothing',
    '--map FILE             the column map that a table was made with; may be given once for each',
    '--dry-run              tell what would be taken, and keep nothing',
    'CSV tables hold results and no raw data: what comes from them is marked as imported and cannot be recomputed.',
    ...STORE_USAGE,
  ],
  words: ['FILE'],
  optionalWords: ['FILE'],
  options: { ...STORE_OPTIONS, map: { type: 'string', multiple: true }, 'dry-run': { type: 'boolean' } },
  async run(flags, files) {
    for (const file of files) existingFile(file);
    const archives = await Promise.all(files.map(isArchive));
    if (files.length > 1 && archives.includes(true))
      throw new KitError('BAD_FILE', `${files[archives.indexOf(true)]} is no CSV table; an archive is taken by itself`);
    const archive = archives.includes(true);
    const work = (records: Records): Promise<Taken> =>
      archive ? takeArchive(records, files[0]!) : takeTables(records, files, flags);
    const dry = Boolean(flags['dry-run']);
    const { counts, words } = dry ? await dryRun(flags, work, !archive) : await intoRecords(flags, work);
    const text = dry ? `Would be taken: ${words}\n` : `${words}\n`;
    process.stdout.write(flags['json'] ? `${JSON.stringify({ ...counts, imported: !dry })}\n` : text);
    return 0;
  },
};

async function intoRecords(flags: Flags, work: (records: Records) => Promise<Taken>): Promise<Taken> {
  const store = await openRecords(flags, { begin: true });
  try {
    return await store.transaction(work);
  } finally {
    await store.close();
  }
}
