/** What leaves by the command line, as a file. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { KitError } from '../contract/errors.ts';
import { NAME_TAKEN } from './named-files.ts';

/** Under another name until it is whole, then at once under its own. Never over a file that is there. */
export async function writeWhole(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  if (existsSync(file))
    throw new KitError('BAD_FILE', `${file} is there already; nothing was written over it`, NAME_TAKEN);
  const part = `${file}.part`;
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(part, 'w', 0o600);
  } catch (cause) {
    throw new KitError('BAD_FILE', `${part} cannot be written`, { cause });
  }
  try {
    for await (const piece of bytes) await handle.write(piece);
    await handle.sync();
    await handle.close();
    renameSync(part, file);
  } catch (cause) {
    await handle.close().catch(() => {});
    rmSync(part, { force: true });
    throw (cause as { code?: unknown }).code === 'ENOSPC' ? new KitError('STORE_FULL', file, { cause }) : cause;
  }
}
