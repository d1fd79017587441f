/** Bundles as files of one folder, for their owner's eyes. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KitError } from '../../contract/errors.ts';
import type { BundleFiles } from '../../ports/bundle-files.ts';

export function createBundleFiles(folder: string): BundleFiles {
  const fileOf = (id: string): string => join(folder, `${id.replace(/[^0-9A-Za-z-]/g, '_').slice(0, 80)}.nrb`);
  return {
    has: (id) => Promise.resolve(existsSync(fileOf(id))),
    async write(id, bytes, limitBytes = Number.POSITIVE_INFINITY) {
      const file = fileOf(id);
      const part = `${file}.part`;
      let size = 0;
      const hash = createHash('sha256');
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const handle = await open(part, 'w', 0o600);
        try {
          for await (const piece of bytes) {
            size += piece.length;
            if (size > limitBytes) throw new KitError('BUNDLE_TOO_LARGE', `more than ${limitBytes} bytes`);
            hash.update(piece);
            await handle.writeFile(piece);
          }
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(part, file);
      } catch (cause) {
        await rm(part, { force: true });
        if ((cause as { code?: unknown }).code === 'ENOSPC') throw new KitError('STORE_FULL', null, { cause });
        throw cause;
      }
      return { sha256: hash.digest('hex'), bytes: size };
    },
    read: (id) => createReadStream(fileOf(id)),
    remove: (id) => rm(fileOf(id), { force: true }),
  };
}
