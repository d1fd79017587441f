/** What a browser keeps, without the browser: for tests of what lies above it. */
import type { BlobArea, SealedBlob, SealedBlobs, SealingKey } from '../../src/adapters/store/kept/sealed-blobs.ts';

export interface MemoryBlobs extends SealedBlobs {
  readonly areas: Readonly<Record<BlobArea, Map<string, SealedBlob>>>;
  key: SealingKey | null;
  /** Thrown by the next commits, as a browser would. */
  fault: Error | null;
}

export function createMemoryBlobs(): MemoryBlobs {
  const areas = { row: new Map<string, SealedBlob>(), raw: new Map<string, SealedBlob>() };
  const blobs: MemoryBlobs = {
    areas,
    key: null,
    fault: null,
    async open(make) {
      blobs.key ??= await make();
      return blobs.key;
    },
    all: async (area) => [...areas[area].values()],
    get: async (area, id) => areas[area].get(id) ?? null,
    async commit(changes) {
      if (blobs.fault) throw blobs.fault;
      for (const change of changes) {
        if ('put' in change) areas[change.area].set(change.put.id, change.put);
        else areas[change.area].delete(change.drop);
      }
    },
    async clear() {
      blobs.key = null;
      areas.row.clear();
      areas.raw.clear();
    },
    close: async () => {},
  };
  return blobs;
}
