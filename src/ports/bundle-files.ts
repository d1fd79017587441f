/** Bundles on the disk: those that wait for the clinic, and those that just came in. */
export interface BundleFiles {
  has(id: string): Promise<boolean>;
  /** Whole or not at all. Rejects with BUNDLE_TOO_LARGE beyond the limit; then nothing is left of it. */
  write(
    id: string,
    bytes: AsyncIterable<Uint8Array>,
    limitBytes?: number,
  ): Promise<{ readonly sha256: string; readonly bytes: number }>;
  read(id: string): AsyncIterable<Uint8Array>;
  remove(id: string): Promise<void>;
}
