/** Tokens and codes: drawn from the system's randomness, kept as their hash only, compared in constant time. */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** Bytes of a session's token: 256 bits. */
const TOKEN_BYTES = 32;

/** Without 0 and O, 1 and I and L: it is read from a screen and typed. */
const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const CODE_LENGTH = 12;

export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** A token is random, so a plain hash suffices: there is nothing to guess. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A name for a session that neither opens it nor finds it. */
export const loginId = (hash: string): string => createHash('sha256').update(`id ${hash}`).digest('hex').slice(0, 16);

/** "ABCD-EFGH-JKMN": 59 bits. */
export function newCode(): string {
  const letters = Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]);
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-');
}

const bare = (code: string): string => code.toUpperCase().replace(/[^0-9A-Z]/g, '');

/** Dashes, spaces and small letters do not matter. */
export function sameCode(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(bare(text)).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
