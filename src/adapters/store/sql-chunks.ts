/** The raw chunks in a SQL table: numbered without holes, checked when they are read. */
import { KitError } from '../../contract/errors.ts';
import type { RawChunk } from '../../ports/session-store.ts';
import { crc32 } from '../../wire/crc32.ts';
import { bytesOf, chunkOf } from './rows.ts';
import { atomically, type Connection, type Db } from './sql-common.ts';

/** Chunks read at once: about ten seconds of one sensor. */
const CHUNK_PAGE = 20;

export interface ChunkTable {
  /** In order, in one commit. */
  append(chunks: readonly RawChunk[]): Promise<void>;
  /** In order, the first `count` of them; rejects with STORE_CORRUPT at the first that is missing or damaged. */
  read(streamId: string, count?: number): AsyncIterable<RawChunk>;
  /** Drops what is known of the table, for another connection. */
  forget(): void;
}

export function createChunkTable(db: Connection): ChunkTable {
  /** Next chunk number of each stream that was written to since opening. */
  const nextSequence = new Map<string, number>();

  async function expectedSequence(on: Db, streamId: string): Promise<number> {
    const known = nextSequence.get(streamId);
    if (known !== undefined) return known;
    const row = await on
      .selectFrom('chunk')
      .select((eb) => eb.fn.max('sequence').as('last'))
      .where('stream_id', '=', streamId)
      .executeTakeFirst();
    return row?.last === null || row?.last === undefined ? 0 : Number(row.last) + 1;
  }

  async function insert(on: Db, chunk: RawChunk): Promise<void> {
    const expected = await expectedSequence(on, chunk.streamId);
    if (chunk.sequence > expected)
      throw new KitError('INTERNAL', `chunk ${chunk.sequence} of stream ${chunk.streamId} where ${expected} is next`);
    if (chunk.sequence < expected) {
      // A retry after a commit whose acknowledgement was lost: the same bytes are already there.
      const stored = await on
        .selectFrom('chunk')
        .select(['crc32', 'notifications'])
        .where('stream_id', '=', chunk.streamId)
        .where('sequence', '=', chunk.sequence)
        .executeTakeFirst();
      if (stored && Number(stored.crc32) === chunk.crc32 && stored.notifications === chunk.notifications) return;
      throw new KitError('INTERNAL', `chunk ${chunk.sequence} of stream ${chunk.streamId} exists with other bytes`);
    }
    nextSequence.delete(chunk.streamId);
    await on
      .insertInto('chunk')
      .values({
        stream_id: chunk.streamId,
        sequence: chunk.sequence,
        first_arrival_us: chunk.firstArrivalUs,
        last_arrival_us: chunk.lastArrivalUs,
        notifications: chunk.notifications,
        crc32: chunk.crc32,
        payload: chunk.bytes,
      })
      .execute();
    nextSequence.set(chunk.streamId, chunk.sequence + 1);
  }

  async function append(chunks: readonly RawChunk[]): Promise<void> {
    const [first] = chunks;
    if (!first) return;
    // A single statement is a commit of its own.
    if (chunks.length === 1) return insert(db(), first);
    try {
      await atomically(db(), async (trx) => {
        for (const chunk of chunks) await insert(trx, chunk);
      });
    } catch (cause) {
      // None of them is there: what was counted on the way is looked up anew.
      for (const { streamId } of chunks) nextSequence.delete(streamId);
      throw cause;
    }
  }

  async function* read(streamId: string, count = Number.MAX_SAFE_INTEGER): AsyncIterable<RawChunk> {
    let next = 0;
    while (next < count) {
      const size = Math.min(CHUNK_PAGE, count - next);
      const page = await db()
        .selectFrom('chunk')
        .selectAll()
        .where('stream_id', '=', streamId)
        .where('sequence', '>=', next)
        .orderBy('sequence')
        .limit(size)
        .execute();
      for (const row of page) {
        const bytes = bytesOf(row.payload);
        const crc = Number(row.crc32);
        if (row.sequence !== next) throw new KitError('STORE_CORRUPT', `stream ${streamId}, chunk ${next} is missing`);
        if (crc32(bytes) !== crc) throw new KitError('STORE_CORRUPT', `stream ${streamId}, chunk ${row.sequence}`);
        yield chunkOf(row, bytes);
        next++;
      }
      if (page.length < size) return;
    }
  }

  return { append, read, forget: () => nextSequence.clear() };
}
