/**
 * Bytes made once and given once: hashed and counted while they are made, so that an audit row can say what leaves before
 * the first byte does. Small ones wait in memory, larger ones in a file of the system's temporary folder that nobody else
 * can read and that has no name any longer where the system allows it.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KitError } from '../../contract/errors.ts';

/** What waits in memory, at most, bytes. */
export const SPOOL_MEMORY_BYTES = 4 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

export interface Spooled {
  readonly bytes: number;
  readonly sha256: string;
  /** Once, to its end or until it is returned; then nothing is left. */
  readonly pieces: AsyncIterableIterator<Uint8Array>;
}

interface Spill {
  readonly file: FileHandle;
  close(): Promise<void>;
}

async function openSpill(): Promise<Spill> {
  const folder = await mkdtemp(join(tmpdir(), 'neck-export-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const file = await open(join(folder, 'bytes'), 'wx+', 0o600);
    // Where an open file cannot be removed it goes when it is closed.
    await remove().catch(() => {});
    const close = async (): Promise<void> => {
      await file.close().catch(() => {});
      await remove().catch(() => {});
    };
    return { file, close };
  } catch (cause) {
    await remove().catch(() => {});
    throw cause;
  }
}

function giving(kept: readonly Uint8Array[], spill: Spill | null): AsyncIterableIterator<Uint8Array> {
  const waiting = [...kept];
  let at = 0;
  let over = false;
  const end = async (): Promise<IteratorResult<Uint8Array>> => {
    if (!over) await spill?.close();
    over = true;
    waiting.length = 0;
    return { done: true, value: undefined };
  };
  return {
    async next() {
      if (over) return end();
      const piece = waiting.shift();
      if (piece) return { done: false, value: piece };
      if (!spill) return end();
      const { bytesRead, buffer } = await spill.file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, at);
      at += bytesRead;
      return bytesRead === 0 ? end() : { done: false, value: buffer.subarray(0, bytesRead) };
    },
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** @throws KitError STORE_FULL when the temporary folder has no room; what the pieces throw */
export async function spool(pieces: AsyncIterable<Uint8Array>, memoryBytes = SPOOL_MEMORY_BYTES): Promise<Spooled> {
  const hash = createHash('sha256');
  const kept: Uint8Array[] = [];
  let bytes = 0;
  let spill: Spill | null = null;
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
      if (spill === null && bytes <= memoryBytes) kept.push(piece);
      else {
        spill ??= await openSpill();
        await spill.file.writeFile(piece);
      }
    }
  } catch (cause) {
    await spill?.close();
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw new KitError('STORE_FULL', tmpdir());
    throw cause;
  }
  return { bytes, sha256: hash.digest('hex'), pieces: giving(kept, spill) };
}
