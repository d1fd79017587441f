/** The folder of real recordings beside the repository, or null. Tests that need it say so once and skip. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');

export function sharedDataFolder(part: 'broad' | 'packets'): string | null {
  const path = join(folder, part);
  return existsSync(path) ? path : null;
}

/** For `describe.skipIf`: true, after one clear line, where the data is not there. */
export function lacksSharedData(part: 'broad' | 'packets'): boolean {
  if (sharedDataFolder(part)) return false;
  process.stderr.write(`skipped: the folder ../shared/data/${part} is not here\n`);
  return true;
}
