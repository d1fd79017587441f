/**
 * The archive of one subject: everything that is stored, raw bytes included, as one tar file.
 *
 *   README.txt                    what this is
 *   records/000001.ndjson ...     one row a line: {"table": "session", "row": {...}}; parents before children
 *   raw/<stream>/<sequence>.nrc   the raw bytes of the chunk rows that came last, in their order (docs/storage.md)
 *   manifest.json                 format, version, and SHA-256 and size of every file above
 */
import { createHash } from 'node:crypto';
import type { ArchiveRecord, ArchiveStore } from '../../../ports/archive-store.ts';
import { tarEnd, tarFile } from './tar.ts';

export const ARCHIVE_FORMAT = 'neck-rom-archive';
export const ARCHIVE_VERSION = 1;

export interface ArchiveManifest {
  readonly format: typeof ARCHIVE_FORMAT;
  readonly version: number;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

const README = `Archive of one subject of the neck range-of-motion kit.

records/   rows of the database, one JSON object a line, parents before children
raw/       what the sensors sent, as docs/storage.md of the kit describes it
manifest.json   SHA-256 of every file

Bring it into an empty store: npm run -s cli -- import FILE
`;

/** Rows of one records file; chunks of one, with their raw files behind it. */
const ROWS = 500;
const CHUNKS = 64;

export const rawName = (row: ArchiveRecord['row']): string =>
  `raw/${String(row['stream_id'])
    .replace(/[^A-Za-z0-9-]/g, '_')
    .slice(0, 60)}/${String(row['sequence']).padStart(8, '0')}.nrc`;

export async function* subjectArchive(
  store: Pick<ArchiveStore, 'subjectRecords'>,
  subjectId: string,
): AsyncIterable<Uint8Array> {
  const files: ArchiveManifest['files'][number][] = [];
  let lines: string[] = [];
  let raw: { name: string; bytes: Uint8Array }[] = [];
  let number = 0;
  function* file(name: string, bytes: Uint8Array): Iterable<Uint8Array> {
    files.push({ name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    yield* tarFile({ name, bytes });
  }
  function* flush(): Iterable<Uint8Array> {
    if (lines.length === 0) return;
    number++;
    yield* file(`records/${String(number).padStart(6, '0')}.ndjson`, Buffer.from(`${lines.join('\n')}\n`));
    for (const { name, bytes } of raw) yield* file(name, bytes);
    lines = [];
    raw = [];
  }
  yield* file('README.txt', Buffer.from(README));
  for await (const { table, row, payload } of store.subjectRecords(subjectId)) {
    // A records file holds chunks alone or none, so that their bytes follow it at once.
    if (payload !== null && lines.length > raw.length) yield* flush();
    lines.push(JSON.stringify({ table, row }));
    if (payload !== null) raw.push({ name: rawName(row), bytes: payload });
    if (lines.length >= ROWS || raw.length >= CHUNKS) yield* flush();
  }
  yield* flush();
  const manifest: ArchiveManifest = { format: ARCHIVE_FORMAT, version: ARCHIVE_VERSION, files };
  yield* tarFile({ name: 'manifest.json', bytes: Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`) });
  yield tarEnd();
}
