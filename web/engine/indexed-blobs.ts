/** Sealed blobs in IndexedDB, and their key beside them: the browser uses it and hands it to nobody, this page included. */
import type { BlobArea, SealedBlob, SealedBlobs, SealingKey } from '../../src/adapters/store/kept/sealed-blobs.ts';

const VERSION = 1;
const KEYS = 'key';
const KEY_ID = 'seal';

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when everything of it is on the disk. */
function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error ?? new Error('the browser broke it off'));
  });
}

async function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    for (const area of ['row', 'raw'] satisfies BlobArea[]) request.result.createObjectStore(area, { keyPath: 'id' });
    request.result.createObjectStore(KEYS);
  };
  return answered(request);
}

export function createIndexedBlobs(name: string): SealedBlobs {
  let database: IDBDatabase | null = null;
  const opened = (): IDBDatabase => {
    if (!database) throw new Error('the store of the page is closed');
    return database;
  };
  const write = (areas: string[]): IDBTransaction =>
    // 'strict': not before the disk has it, so that a battery that falls out costs nothing that was acknowledged.
    opened().transaction(areas, 'readwrite', { durability: 'strict' });

  return {
    async open(make) {
      database ??= await openDatabase(name);
      const kept: SealingKey | undefined = await answered(opened().transaction(KEYS).objectStore(KEYS).get(KEY_ID));
      if (kept) return kept;
      const key = await make();
      const transaction = write([KEYS]);
      // Of two pages that begin at once, the first one's key is the key.
      transaction.objectStore(KEYS).add(key, KEY_ID);
      await completed(transaction);
      return key;
    },
    all: (area) => answered<SealedBlob[]>(opened().transaction(area).objectStore(area).getAll()),
    async get(area, id) {
      const found: SealedBlob | undefined = await answered(opened().transaction(area).objectStore(area).get(id));
      return found ?? null;
    },
    async commit(changes) {
      const transaction = write(['row', 'raw']);
      for (const change of changes) {
        const store = transaction.objectStore(change.area);
        if ('put' in change) store.put(change.put);
        else store.delete(change.drop);
      }
      await completed(transaction);
    },
    async clear() {
      const transaction = write(['row', 'raw', KEYS]);
      for (const area of ['row', 'raw', KEYS]) transaction.objectStore(area).clear();
      await completed(transaction);
    },
    async close() {
      database?.close();
      database = null;
    },
  };
}
