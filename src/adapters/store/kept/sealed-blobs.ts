/** What a browser keeps for a page, as the kit needs it: sealed blobs by id, and one key that never leaves the browser. */

/** 'row': small records, all read at the opening; 'raw': bytes of chunks, read when they are asked for. */
export type BlobArea = 'row' | 'raw';

export interface SealedBlob {
  /** Made of random ids and numbers alone: it says nothing of a person. */
  readonly id: string;
  /** Nonce of AES-GCM, 12 random bytes. */
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type BlobChange =
  | { readonly area: BlobArea; readonly put: SealedBlob }
  | { readonly area: BlobArea; readonly drop: string };

/** As the browser has it: usable, and not to be read. */
export type SealingKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** All reject with what the browser throws. */
export interface SealedBlobs {
  /** The key that is kept here; `make` is asked for one the first time. */
  open(make: () => Promise<SealingKey>): Promise<SealingKey>;
  all(area: BlobArea): Promise<SealedBlob[]>;
  get(area: BlobArea, id: string): Promise<SealedBlob | null>;
  /** All of them or none; resolves when they are on the disk. */
  commit(changes: readonly BlobChange[]): Promise<void>;
  /** Everything, the key included. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
