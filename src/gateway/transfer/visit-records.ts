/**
 * The inside of a bundle: one visit, row by row, raw bytes included.
 *
 *   u8 kind, u32 length, bytes      0 JSON: whose visit     1 JSON: a row     2 raw bytes of the chunk row just before
 *                                   3 JSON: how many rows there were; the end
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { subjectCodeSchema } from '../../contract/commands.ts';
import { KitError } from '../../contract/errors.ts';
import { ARCHIVE_TABLES, type ArchiveRecord } from '../../ports/archive-store.ts';

const HEAD = 0;
const ROW = 1;
const RAW = 2;
const END = 3;
/** Of one piece, bytes. */
const LARGEST = 8 * 1024 * 1024;

const headSchema = z.strictObject({ subjectCode: subjectCodeSchema, sessionId: z.string().min(1).max(100) });
export type VisitHead = z.infer<typeof headSchema>;
const rowSchema = z.strictObject({
  table: z.enum(ARCHIVE_TABLES),
  row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
const endSchema = z.strictObject({ rows: z.number().int() });

const damaged = (what: string): KitError => new KitError('BUNDLE_DAMAGED', what);

function piece(kind: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head[0] = kind;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

export async function* writeVisit(head: VisitHead, records: AsyncIterable<ArchiveRecord>): AsyncIterable<Uint8Array> {
  let rows = 0;
  yield piece(HEAD, Buffer.from(JSON.stringify(head)));
  for await (const { table, row, payload } of records) {
    rows++;
    yield piece(ROW, Buffer.from(JSON.stringify({ table, row })));
    if (payload !== null) yield piece(RAW, payload);
  }
  yield piece(END, Buffer.from(JSON.stringify({ rows })));
}

async function* pieces(bytes: AsyncIterable<Uint8Array>): AsyncIterable<{ kind: number; bytes: Buffer }> {
  let rest = Buffer.alloc(0);
  let wanted = 5;
  for await (const more of bytes) {
    rest = rest.length === 0 ? Buffer.from(more) : Buffer.concat([rest, more]);
    while (rest.length >= wanted) {
      const length = rest.readUInt32BE(1);
      if (length > LARGEST) throw damaged('a piece of an impossible size');
      wanted = 5 + length;
      if (rest.length < wanted) break;
      yield { kind: rest[0]!, bytes: rest.subarray(5, wanted) };
      rest = rest.subarray(wanted);
      wanted = 5;
    }
  }
  if (rest.length > 0) throw damaged('it ends too early');
}

function json<S extends z.ZodType>(schema: S, bytes: Uint8Array, what: string): z.infer<S> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged(`${what} is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw damaged(`${what} is not as it should be`);
  return parsed.data;
}

export interface ReadVisit {
  readonly head: VisitHead;
  readonly records: AsyncIterable<ArchiveRecord>;
  /** SHA-256 of the rows and raw bytes; the same visit sent anew has the same. Known when `records` is through. */
  contentHash(): string;
}

/** Total: any bytes give rows or BUNDLE_DAMAGED. */
export async function readVisit(bytes: AsyncIterable<Uint8Array>): Promise<ReadVisit> {
  const source = pieces(bytes)[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done || first.value.kind !== HEAD) throw damaged('its beginning is missing');
  const head = json(headSchema, first.value.bytes, 'its beginning');
  const hash = createHash('sha256');

  async function* records(): AsyncIterable<ArchiveRecord> {
    let rows = 0;
    let chunk: Omit<ArchiveRecord, 'payload'> | null = null;
    for (;;) {
      const next = await source.next();
      if (next.done) throw damaged('its end is missing');
      const { kind, bytes: content } = next.value;
      if ((kind === RAW) !== (chunk !== null)) throw damaged('raw bytes and their row do not belong together');
      if (kind === END) {
        if (json(endSchema, content, 'its end').rows !== rows) throw damaged('a row is missing, or one too many');
        if (!(await source.next()).done) throw damaged('something comes after its end');
        return;
      }
      if (kind !== ROW && kind !== RAW) throw damaged('a piece of an unknown kind');
      hash.update(Buffer.from([kind])).update(content);
      if (chunk !== null) {
        yield { ...chunk, payload: Uint8Array.from(content) };
        chunk = null;
        continue;
      }
      const record = json(rowSchema, content, 'a row');
      rows++;
      if (record.table === 'chunk') chunk = record;
      else yield { ...record, payload: null };
    }
  }
  return { head, records: records(), contentHash: () => hash.copy().digest('hex') };
}
