/** Key pairs of a clinic and of a device at home. Public keys travel as 32 raw bytes, base64url. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { KitError } from '../../contract/errors.ts';
import { type ClinicCard, type Signed, signedSchema } from '../../contract/transfer.ts';
import { ANSWER_PREFIX } from '../../wire/bundle-layout.ts';

export type Curve = 'Ed25519' | 'X25519';

/** A key pair as it is kept: PKCS #8 PEM and the raw public key. */
export interface KeptKey {
  readonly privatePem: string;
  readonly publicKey: string;
}

export function publicText(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (typeof x !== 'string') throw new KitError('INTERNAL', 'a key of another kind');
  return x;
}

export const publicKeyOf = (curve: Curve, text: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: curve, x: text }, format: 'jwk' });

export function newKey(curve: Curve): KeptKey {
  const { privateKey } = curve === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicText(privateKey),
  };
}

export const signBytes = (key: KeptKey, bytes: Uint8Array): Buffer =>
  sign(null, bytes, createPrivateKey(key.privatePem));

/** False for a signature of another length and for a key that is none, too. */
export function signatureHolds(publicKey: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, bytes, publicKeyOf('Ed25519', publicKey), signature);
  } catch {
    return false;
  }
}

/**
 * The secret that two X25519 keys share, through HKDF-SHA-256.
 * @throws KitError BUNDLE_DAMAGED for a public key that leads to no secret
 */
export function sharedKey(own: KeptKey, others: string, salt: Uint8Array, info: string): Buffer {
  try {
    const privateKey = createPrivateKey(own.privatePem);
    const secret = diffieHellman({ privateKey, publicKey: publicKeyOf('X25519', others) });
    return Buffer.from(hkdfSync('sha256', secret, salt, info, 32));
  } catch (cause) {
    throw new KitError('BUNDLE_DAMAGED', 'its key is none', { cause });
  }
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Of a clinic's card: SHA-256 over its fields, in this order, as JSON. */
export const fingerprintOf = ({ format, version, signingKey, sealingKey, authority }: ClinicCard): string =>
  sha256(JSON.stringify([format, version, signingKey, sealingKey, authority]));

/** Of a clinic's keys alone: whom a bundle is for, whichever certificate the clinic has by then. */
export const clinicIdOf = ({ signingKey, sealingKey }: Pick<ClinicCard, 'signingKey' | 'sealingKey'>): string =>
  sha256(JSON.stringify(['neck-clinic', signingKey, sealingKey]));

/** Nothing that is signed for one purpose holds for another. */
const context = (purpose: string, body: string): Buffer => Buffer.from(`${ANSWER_PREFIX}${purpose}\n${body}`);

export function signAnswer(key: KeptKey, purpose: string, value: unknown): Signed {
  const body = JSON.stringify(value);
  return { body, signature: signBytes(key, context(purpose, body)).toString('base64url') };
}

/** @throws KitError CLINIC_UNTRUSTED when it is not what that clinic signed for this purpose */
export function readAnswer(publicKey: string, purpose: string, answer: unknown): unknown {
  const parsed = signedSchema.safeParse(answer);
  if (!parsed.success) throw new KitError('CLINIC_UNTRUSTED', 'the answer is not signed');
  const { body, signature } = parsed.data;
  if (!signatureHolds(publicKey, context(purpose, body), Buffer.from(signature, 'base64url')))
    throw new KitError('CLINIC_UNTRUSTED', 'the signature of the answer is not right');
  return JSON.parse(body) as unknown;
}
