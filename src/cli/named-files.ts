/** Files that were named on the command line, looked at before any work is done. */
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { KitError } from '../contract/errors.ts';

/** What to do where a file would be written over. */
export const NAME_TAKEN = { hint: 'Choose another file name, or move the file that is there away.' } as const;

/** A file that is there and is no folder; else BAD_FILE. */
export function existingFile(file: string): string {
  if (!existsSync(file)) throw new KitError('BAD_FILE', `${file} does not exist`);
  if (!statSync(file).isFile()) throw new KitError('BAD_FILE', `${file} is not a file`);
  return file;
}

/** A name that is free, in a folder that is there; else BAD_FILE. */
export function newFile(file: string): string {
  if (existsSync(file)) throw new KitError('BAD_FILE', `${file} is there already`, NAME_TAKEN);
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new KitError('BAD_FILE', `the folder ${folder} does not exist`);
  if (!statSync(folder).isDirectory()) throw new KitError('BAD_FILE', `${folder} is not a folder`);
  return file;
}
