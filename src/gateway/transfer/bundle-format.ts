/**
 * The bytes of a bundle (docs/transfer.md). Big-endian.
 *
 *   8      "NECKBNDL"
 *   u16    version, 1
 *   u16    length of the header
 *   JSON   header: who sends, to which clinic, the key of this bundle alone
 *   frames u32 length, then that many bytes of AES-256-GCM with its 16-byte tag behind them
 *   64     Ed25519 over "neck-bundle/1\n" and the SHA-256 of everything before
 *
 * Frame n is sealed under the nonce 0^7 | u32 n | u8 last (1 for the last frame, else 0), so that none can be left out,
 * repeated, moved or cut off. The key is used for this bundle alone; its salt is the SHA-256 of everything before the
 * frames, so that the header is bound to it.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { z } from 'zod';
import { publicKeySchema, sha256Schema } from '../../contract/transfer.ts';
import { SIGNED_PREFIX } from '../../wire/bundle-layout.ts';

export { BUNDLE_TYPE, BUNDLE_VERSION, FRAME_BYTES, KEY_INFO, MAGIC, PREAMBLE_BYTES } from '../../wire/bundle-layout.ts';

export const TAG_BYTES = 16;
export const SIGNATURE_BYTES = 64;
/** A visit at home comes to about 1 MB; nothing larger than this is one, bytes. */
export const BUNDLE_LIMIT_BYTES = 64 * 1024 * 1024;

export const bundleHeaderSchema = z.strictObject({
  /** Id of the invitation with which the sender was enrolled. */
  invitation: sha256Schema,
  /** Ed25519 key of the sender. */
  sender: publicKeySchema,
  /** Whom it is for: SHA-256 of the clinic's two keys. */
  clinic: sha256Schema,
  /** X25519 key of this bundle alone. */
  ephemeral: publicKeySchema,
  madeAtMs: z.number(),
});
export type BundleHeader = z.infer<typeof bundleHeaderSchema>;

function nonce(frame: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(frame, 7);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

export function sealFrame(key: Uint8Array, frame: number, last: boolean, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(frame, last));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Null when it is not this frame of this bundle. */
export function openFrame(key: Uint8Array, frame: number, last: boolean, sealed: Uint8Array): Buffer | null {
  if (sealed.length < TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(frame, last));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

export const signedBytes = (digest: Uint8Array): Buffer => Buffer.concat([Buffer.from(SIGNED_PREFIX), digest]);
