/**
 * The container of an archive: a tar file (POSIX ustar), which every system can open. No times, no owners: the same
 * records give the same bytes.
 */
import { KitError } from '../../../contract/errors.ts';

const BLOCK = 512;
const ASCII = new TextEncoder();

export interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;

/** Header and content of one file, padded to whole blocks. The name has at most 100 ASCII characters. */
export function* tarFile({ name, bytes }: TarEntry): Iterable<Uint8Array> {
  if (!/^[\x21-\x7e]{1,100}$/.test(name)) throw new RangeError(`a name that tar does not take: ${name}`);
  const header = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => header.set(ASCII.encode(text), at);
  put(0, name);
  put(100, octal(0o644, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(bytes.length, 11));
  put(136, octal(0, 11));
  put(148, ' '.repeat(8));
  put(156, '0');
  put(257, 'ustar\0');
  put(263, '00');
  put(
    148,
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
  );
  yield header;
  if (bytes.length > 0) yield bytes;
  const rest = bytes.length % BLOCK;
  if (rest > 0) yield new Uint8Array(BLOCK - rest);
}

/** Two empty blocks. */
export const tarEnd = (): Uint8Array => new Uint8Array(2 * BLOCK);

const damaged = (what: string): KitError => new KitError('ARCHIVE_DAMAGED', what);

/** One entry is in memory at a time; none of ours is larger. */
const LARGEST_ENTRY = 64 * 1024 * 1024;

/** Exactly `size` bytes at a time out of pieces of any size; null at the end of them, between two takes. */
function taker(pieces: AsyncIterable<Uint8Array>): (size: number) => Promise<Uint8Array | null> {
  const source = pieces[Symbol.asyncIterator]();
  let rest = new Uint8Array(0);
  return async (size) => {
    const parts: Uint8Array[] = [];
    let missing = size;
    while (missing > 0) {
      if (rest.length === 0) {
        const next = await source.next();
        if (next.done) {
          if (missing === size) return null;
          throw damaged('it ends too early');
        }
        rest = new Uint8Array(next.value);
        continue;
      }
      const part = rest.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      rest = rest.subarray(part.length);
    }
    const out = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };
}

/** Total: any bytes give entries or ARCHIVE_DAMAGED. */
export async function* readTar(pieces: AsyncIterable<Uint8Array>): AsyncIterable<TarEntry> {
  const take = taker(pieces);
  const text = (header: Uint8Array, at: number, size: number): string =>
    String.fromCharCode(...header.subarray(at, at + size)).split('\0')[0]!;
  for (;;) {
    const header = await take(BLOCK);
    if (header === null) throw damaged('its end is missing');
    if (header.every((byte) => byte === 0)) return;
    const stated = Number.parseInt(text(header, 148, 8).trim(), 8);
    const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
    if (stated !== sum) throw damaged('it is not a tar file, or its bytes were changed');
    const sizeText = text(header, 124, 12).trim();
    const size = /^[0-7]+$/.test(sizeText) ? Number.parseInt(sizeText, 8) : Number.NaN;
    if (!(size <= LARGEST_ENTRY)) throw damaged('an entry of an impossible size');
    const bytes = size === 0 ? new Uint8Array(0) : await take(size);
    if (bytes === null) throw damaged('it ends too early');
    if (size % BLOCK > 0 && (await take(BLOCK - (size % BLOCK))) === null) throw damaged('it ends too early');
    yield { name: text(header, 0, 100), bytes };
  }
}
