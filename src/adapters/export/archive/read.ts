/** An archive back into rows: checked as a whole first, then read. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { KitError } from '../../../contract/errors.ts';
import { ARCHIVE_TABLES, type ArchiveRecord, type ArchiveStore } from '../../../ports/archive-store.ts';
import { readTar } from './tar.ts';
import { ARCHIVE_FORMAT, ARCHIVE_VERSION, rawName } from './write.ts';

const manifestSchema = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  version: z.number().int(),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});

const recordSchema = z.object({
  table: z.enum(ARCHIVE_TABLES),
  row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});

const damaged = (what: string): KitError => new KitError('ARCHIVE_DAMAGED', what);

function json(bytes: Uint8Array | string, what: string): unknown {
  try {
    return JSON.parse(typeof bytes === 'string' ? bytes : new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged(`${what} is not JSON`);
  }
}

export interface ArchiveCheck {
  readonly files: number;
  readonly bytes: number;
}

/** Every file is there, nothing else is, and every hash is right; else ARCHIVE_DAMAGED. */
export async function checkArchive(pieces: AsyncIterable<Uint8Array>): Promise<ArchiveCheck> {
  const found: { name: string; bytes: number; sha256: string }[] = [];
  let manifest: z.infer<typeof manifestSchema> | null = null;
  let bytes = 0;
  for await (const entry of readTar(pieces)) {
    if (manifest) throw damaged(`"${entry.name}" comes after the manifest`);
    if (entry.name === 'manifest.json') {
      const parsed = manifestSchema.safeParse(json(entry.bytes, 'the manifest'));
      if (!parsed.success) throw damaged('the manifest is not one of ours');
      manifest = parsed.data;
      if (manifest.version > ARCHIVE_VERSION)
        throw damaged(`it was made by a newer version of the kit (format ${manifest.version})`);
      continue;
    }
    const sha256 = createHash('sha256').update(entry.bytes).digest('hex');
    found.push({ name: entry.name, bytes: entry.bytes.length, sha256 });
    bytes += entry.bytes.length;
  }
  if (!manifest) throw damaged('the manifest is missing');
  if (found.length !== manifest.files.length) throw damaged('a file is missing, or there is one too many');
  for (const [index, file] of found.entries()) {
    const stated = manifest.files[index]!;
    if (stated.name !== file.name || stated.bytes !== file.bytes || stated.sha256 !== file.sha256)
      throw damaged(`"${file.name}" is not as the manifest says`);
  }
  return { files: found.length, bytes };
}

/** Of an archive that was checked. */
export async function* archiveRecords(pieces: AsyncIterable<Uint8Array>): AsyncIterable<ArchiveRecord> {
  let waiting: { name: string; record: Omit<ArchiveRecord, 'payload'> }[] = [];
  for await (const { name, bytes } of readTar(pieces)) {
    if (name.startsWith('raw/')) {
      const next = waiting.shift();
      if (next?.name !== name) throw damaged(`"${name}" has no row`);
      yield { ...next.record, payload: bytes };
      continue;
    }
    if (waiting.length > 0) throw damaged(`"${waiting[0]!.name}" is missing`);
    if (!name.startsWith('records/')) continue;
    const lines = new TextDecoder('utf-8').decode(bytes).split('\n');
    for (const line of lines) {
      if (line === '') continue;
      const parsed = recordSchema.safeParse(json(line, `a line of ${name}`));
      if (!parsed.success) throw damaged(`a line of ${name} is no row`);
      if (parsed.data.table === 'chunk') waiting.push({ name: rawName(parsed.data.row), record: parsed.data });
      else yield { ...parsed.data, payload: null };
    }
  }
  if (waiting.length > 0) throw damaged(`"${waiting[0]!.name}" is missing`);
  waiting = [];
}

/** Twice through the file: nothing is written before all of it was found right. `open` begins at its first byte each time. */
export async function importArchive(
  store: ArchiveStore,
  open: () => AsyncIterable<Uint8Array>,
): Promise<ArchiveCheck & { readonly rows: number; readonly subjectId: string }> {
  const check = await checkArchive(open());
  return { ...check, ...(await store.restoreRecords(archiveRecords(open()))) };
}
