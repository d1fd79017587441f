/**
 * What a person carries home: a link (as a QR picture) or an address and a short code. Both hold a one-time token and the
 * fingerprint of the clinic's card, the code a shortened one.
 *
 *   link  https://clinic.example:8321/#invitation=TOKEN.FINGERPRINT     12 characters, 64 hex digits
 *   code  TTTT-TTTT-TTTT-FFFF-FFFF-FFFF                                60 bits of token, 60 bits of fingerprint
 *
 * Characters: Crockford's base 32, which has no I, L, O and U.
 */
import { KitError } from '../../contract/errors.ts';

export const INVITATION_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const TOKEN_CHARACTERS = 12;
const MARK = '#invitation=';

export interface ReadInvitation {
  /** Scheme, host and port, without a slash at the end. */
  readonly clinicUrl: string;
  readonly token: string;
  /** True of the card of the clinic that made it. */
  fits(fingerprint: string): boolean;
}

/** The first 60 bits of a fingerprint in hex. */
function short(fingerprint: string): string {
  let bits = BigInt(`0x${fingerprint.slice(0, 15)}`);
  let text = '';
  for (let i = 0; i < TOKEN_CHARACTERS; i++) {
    text = INVITATION_ALPHABET[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return text;
}

export const invitationLink = (clinicUrl: string, token: string, fingerprint: string): string =>
  `${clinicUrl}/${MARK}${token}.${fingerprint}`;

export const invitationCode = (token: string, fingerprint: string): string =>
  `${token}${short(fingerprint)}`.replace(/(.{4})(?=.)/g, '$1-');

/** As people type it: small letters, an O for a zero, an I or an L for a one, spaces. */
const plain = (text: string): string =>
  text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');

/**
 * Only TLS goes over a network; without it only this computer is reached.
 * @throws KitError INVITATION_INVALID
 */
export function clinicAddress(text: string): string {
  const trimmed = text.trim();
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  } catch {
    throw new KitError('INVITATION_INVALID', 'the address of the clinic');
  }
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))
    throw new KitError('INVITATION_INVALID', 'the address of the clinic has to begin with https://');
  if (url.username || url.password) throw new KitError('INVITATION_INVALID', 'the address of the clinic');
  return url.origin;
}

/**
 * @param text the link, or the code
 * @param address of the clinic, with a code
 * @throws KitError INVITATION_INVALID
 */
export function readInvitation(text: string, address = ''): ReadInvitation {
  const at = text.indexOf(MARK);
  if (at >= 0) {
    const [, token = '', fingerprint = ''] =
      /^([0-9A-HJKMNP-TV-Z]{12})\.([0-9a-f]{64})$/.exec(text.slice(at + MARK.length).trim()) ?? [];
    if (!token) throw new KitError('INVITATION_INVALID', 'the link is not whole');
    return { clinicUrl: clinicAddress(text.slice(0, at)), token, fits: (other) => other === fingerprint };
  }
  const code = plain(text);
  if (!/^[0-9A-HJKMNP-TV-Z]{24}$/.test(code)) throw new KitError('INVITATION_INVALID', 'the code has 24 characters');
  if (address.trim() === '') throw new KitError('INVITATION_INVALID', 'a code needs the address of the clinic');
  const token = code.slice(0, TOKEN_CHARACTERS);
  return {
    clinicUrl: clinicAddress(address),
    token,
    fits: (other) => short(other) === code.slice(TOKEN_CHARACTERS),
  };
}
