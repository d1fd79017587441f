/** The one-time token of an invitation; how it is written down is in invitation-text.ts. */
import { randomBytes } from 'node:crypto';
import { INVITATION_ALPHABET, TOKEN_CHARACTERS } from './invitation-text.ts';
import { sha256 } from './keys.ts';

export const newToken = (): string =>
  [...randomBytes(TOKEN_CHARACTERS)].map((byte) => INVITATION_ALPHABET[byte % 32]).join('');

/** Under which it is kept. */
export const invitationId = (token: string): string => sha256(`neck-invitation/1\n${token}`);
