/** Rows in memory, each of them sealed on the disk: AES-256-GCM under a key that cannot be read out, bound to its own id. */
import { KitError } from '../../../contract/errors.ts';
import type { BlobArea, BlobChange, SealedBlob, SealedBlobs, SealingKey } from './sealed-blobs.ts';

const ALGORITHM = { name: 'AES-GCM', length: 256 } as const;
const IV_BYTES = 12;

export type Row = Record<string, unknown>;

export interface KeptRow {
  readonly table: string;
  readonly key: string;
  readonly row: Row;
}

export interface VaultChange {
  readonly table: string;
  readonly key: string;
  /** Null: removed. */
  readonly row: Row | null;
  /** Bytes that lie beside the row; left out: as they were, or none. */
  readonly raw?: Uint8Array;
}

export interface Vault {
  /** Every row, in the order of its first being put. Rejects with STORE_UNAVAILABLE or STORE_CORRUPT. */
  open(): Promise<KeptRow[]>;
  /** All or none; resolves when it is on the disk. Rejects with STORE_FULL or STORE_UNAVAILABLE. */
  commit(changes: readonly VaultChange[]): Promise<void>;
  /** Bytes beside a row. Rejects with STORE_CORRUPT when they are missing or changed. */
  raw(table: string, key: string): Promise<Uint8Array>;
  /** Forgets everything, the key included: what is still on a disk anywhere cannot be read any more. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

function storeFault(cause: unknown): KitError {
  if (cause instanceof KitError) return cause;
  const name = typeof cause === 'object' && cause !== null && 'name' in cause ? String(cause.name) : '';
  const text = typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : '';
  const detail = `${name} ${text}`.trim().slice(0, 160);
  return new KitError(name === 'QuotaExceededError' ? 'STORE_FULL' : 'STORE_UNAVAILABLE', detail, { cause });
}

export function createVault(blobs: SealedBlobs): Vault {
  let key: SealingKey | null = null;
  /** Place of each row in the order; kept with it. */
  const places = new Map<string, number>();
  let nextPlace = 0;

  const idOf = (table: string, rowKey: string): string => `${table}/${rowKey}`;
  /** A blob under another id, or in the other area, does not open. */
  const boundTo = (area: BlobArea, id: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${area}:${id}`);
  const opened = (): SealingKey => {
    if (!key) throw new KitError('STORE_UNAVAILABLE', 'what is kept here is closed');
    return key;
  };

  async function seal(area: BlobArea, id: string, plain: Uint8Array): Promise<SealedBlob> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const additionalData = boundTo(area, id);
    const bytes = await crypto.subtle.encrypt({ ...ALGORITHM, iv, additionalData }, opened(), Uint8Array.from(plain));
    return { id, iv, bytes: new Uint8Array(bytes) };
  }
  async function unseal(area: BlobArea, { id, iv, bytes }: SealedBlob): Promise<Uint8Array> {
    const additionalData = boundTo(area, id);
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ ...ALGORITHM, iv, additionalData }, opened(), bytes));
    } catch (cause) {
      throw new KitError('STORE_CORRUPT', id, { cause });
    }
  }
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw storeFault(cause);
    }
  }

  return {
    open: () =>
      guarded(async () => {
        key = await blobs.open(() => crypto.subtle.generateKey(ALGORITHM, false, ['encrypt', 'decrypt']));
        const all = await Promise.all(
          (await blobs.all('row')).map(async (blob) => {
            const plain = JSON.parse(new TextDecoder().decode(await unseal('row', blob))) as { at: number; row: Row };
            return { id: blob.id, ...plain };
          }),
        );
        all.sort((a, b) => a.at - b.at);
        places.clear();
        for (const { id, at } of all) places.set(id, at);
        nextPlace = (all.at(-1)?.at ?? -1) + 1;
        return all.map(({ id, row }) => {
          const slash = id.indexOf('/');
          return { table: id.slice(0, slash), key: id.slice(slash + 1), row };
        });
      }),
    commit: (changes) =>
      guarded(async () => {
        const sealed = changes.map(async ({ table, key: rowKey, row, raw }): Promise<BlobChange[]> => {
          const id = idOf(table, rowKey);
          if (row === null)
            return [
              { area: 'row', drop: id },
              { area: 'raw', drop: id },
            ];
          const at = places.get(id) ?? nextPlace++;
          places.set(id, at);
          const plain = new TextEncoder().encode(JSON.stringify({ at, row }));
          const put: BlobChange[] = [{ area: 'row', put: await seal('row', id, plain) }];
          if (raw) put.push({ area: 'raw', put: await seal('raw', id, raw) });
          return put;
        });
        await blobs.commit((await Promise.all(sealed)).flat());
      }),
    raw: (table, rowKey) =>
      guarded(async () => {
        const id = idOf(table, rowKey);
        const blob = await blobs.get('raw', id);
        if (!blob) throw new KitError('STORE_CORRUPT', `${id} is missing`);
        return unseal('raw', blob);
      }),
    clear: () =>
      guarded(async () => {
        key = null;
        await blobs.clear();
      }),
    close: () =>
      guarded(async () => {
        key = null;
        await blobs.close();
      }),
  };
}
