/** The keys of a device at home with what a browser has (WebCrypto): the same formats as the gateway's. */
import { KitError } from '../../contract/errors.ts';
import { type ClinicCard, signedSchema } from '../../contract/transfer.ts';
import { ANSWER_PREFIX } from '../../wire/bundle-layout.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;
export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export function base64url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
export const fromBase64url = (text: string): Bytes =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

export const sha256 = async (bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
export const sha256Hex = async (text: string): Promise<string> => hex(await sha256(utf8(text)));

/** Ed25519, as it is kept: raw public key and PKCS #8, base64url. */
export interface KeptSigningKey {
  readonly publicKey: string;
  readonly pkcs8: string;
}

export async function newSigningKey(): Promise<KeptSigningKey> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('publicKey' in pair)) throw new KitError('INTERNAL', 'a key of another kind');
  const [raw, pkcs8] = [
    await crypto.subtle.exportKey('raw', pair.publicKey),
    await crypto.subtle.exportKey('pkcs8', pair.privateKey),
  ];
  return { publicKey: base64url(new Uint8Array(raw)), pkcs8: base64url(new Uint8Array(pkcs8)) };
}

export async function signBytes({ pkcs8 }: KeptSigningKey, bytes: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('pkcs8', fromBase64url(pkcs8), 'Ed25519', false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes));
}

/** A key for one bundle: its public half, and what it shares with the clinic's, through HKDF-SHA-256. */
export async function newSharedKey(sealingKey: string) {
  const pair = await crypto.subtle.generateKey('X25519', false, ['deriveBits']);
  if (!('publicKey' in pair)) throw new KitError('INTERNAL', 'a key of another kind');
  const theirs = await crypto.subtle.importKey('raw', fromBase64url(sealingKey), 'X25519', false, []);
  const secret = await crypto.subtle.deriveBits({ name: 'X25519', public: theirs }, pair.privateKey, 256);
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  return {
    publicKey: base64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))),
    contentKey: (salt: Bytes, info: string) =>
      crypto.subtle.deriveKey(
        { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(info) },
        base,
        { name: 'AES-GCM', length: 256 },
        false,
        ['encrypt'],
      ),
  };
}

/** Of a clinic's card: SHA-256 over its fields, in this order, as JSON. */
export const fingerprintOf = ({ format, version, signingKey, sealingKey, authority }: ClinicCard): Promise<string> =>
  sha256Hex(JSON.stringify([format, version, signingKey, sealingKey, authority]));

/** Of a clinic's keys alone: whom a bundle is for. */
export const clinicIdOf = ({ signingKey, sealingKey }: ClinicCard): Promise<string> =>
  sha256Hex(JSON.stringify(['neck-clinic', signingKey, sealingKey]));

/** @throws KitError CLINIC_UNTRUSTED when it is not what that clinic signed for this purpose */
export async function readAnswer(publicKey: string, purpose: string, answer: unknown): Promise<unknown> {
  const parsed = signedSchema.safeParse(answer);
  if (!parsed.success) throw new KitError('CLINIC_UNTRUSTED', 'the answer is not signed');
  const { body, signature } = parsed.data;
  const key = await crypto.subtle.importKey('raw', fromBase64url(publicKey), 'Ed25519', false, ['verify']);
  const signed = utf8(`${ANSWER_PREFIX}${purpose}\n${body}`);
  if (!(await crypto.subtle.verify('Ed25519', key, fromBase64url(signature), signed)))
    throw new KitError('CLINIC_UNTRUSTED', 'the signature of the answer is not right');
  return JSON.parse(body) as unknown;
}
