/** A bundle that came in: first looked at as a whole, then opened. Total: any bytes give content or a named refusal. */
import { createHash } from 'node:crypto';
import { KitError } from '../../contract/errors.ts';
import {
  BUNDLE_LIMIT_BYTES,
  BUNDLE_VERSION,
  type BundleHeader,
  bundleHeaderSchema,
  FRAME_BYTES,
  KEY_INFO,
  MAGIC,
  openFrame,
  PREAMBLE_BYTES,
  SIGNATURE_BYTES,
  signedBytes,
  TAG_BYTES,
} from './bundle-format.ts';
import { type KeptKey, sharedKey, signatureHolds } from './keys.ts';

const damaged = (what: string): KitError => new KitError('BUNDLE_DAMAGED', what);

/** The bytes, each time from their beginning. */
export type Reopen = () => AsyncIterable<Uint8Array>;

export interface CheckedBundle {
  readonly header: BundleHeader;
  /** SHA-256 of the whole, hex. */
  readonly bundleHash: string;
  readonly bytes: number;
  /** Bytes before the frames. */
  readonly headBytes: number;
}

function headerOf(start: Buffer): { header: BundleHeader; headBytes: number } | null {
  if (start.length < PREAMBLE_BYTES) return null;
  if (start.toString('latin1', 0, 8) !== MAGIC) throw damaged('it is not a bundle');
  const version = start.readUInt16BE(8);
  if (version !== BUNDLE_VERSION) throw damaged(`it is of version ${version}, which is not known here`);
  const headBytes = PREAMBLE_BYTES + start.readUInt16BE(10);
  if (start.length < headBytes) return null;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(start.subarray(PREAMBLE_BYTES, headBytes)));
  } catch {
    throw damaged('its header cannot be read');
  }
  const parsed = bundleHeaderSchema.safeParse(value);
  if (!parsed.success) throw damaged('its header is not as it should be');
  return { header: parsed.data, headBytes };
}

/**
 * Header and signature, by the key that the header names: whether that key is anybody's is the caller's to say.
 * @throws KitError BUNDLE_TOO_LARGE, BUNDLE_DAMAGED
 */
export async function checkBundle(open: Reopen, limitBytes = BUNDLE_LIMIT_BYTES): Promise<CheckedBundle> {
  const [whole, signed] = [createHash('sha256'), createHash('sha256')];
  let bytes = 0;
  let start: Buffer | null = Buffer.alloc(0);
  let found: ReturnType<typeof headerOf> = null;
  let tail: Buffer = Buffer.alloc(0);
  for await (const piece of open()) {
    bytes += piece.length;
    if (bytes > limitBytes) throw new KitError('BUNDLE_TOO_LARGE', `more than ${limitBytes} bytes`);
    whole.update(piece);
    if (start !== null) {
      start = Buffer.concat([start, piece]);
      found = headerOf(start);
      if (found) start = null;
    }
    // All but the last 64 bytes are signed.
    const all: Buffer = Buffer.concat([tail, piece]);
    const keep = Math.max(0, all.length - SIGNATURE_BYTES);
    signed.update(all.subarray(0, keep));
    tail = all.subarray(keep);
  }
  if (!found || bytes < found.headBytes + SIGNATURE_BYTES) throw damaged('it ends too early');
  if (!signatureHolds(found.header.sender, signedBytes(signed.digest()), tail))
    throw damaged('its signature is not right');
  return { ...found, bundleHash: whole.digest('hex'), bytes };
}

/** What was sealed, of a bundle that was checked. Yields only bytes that were proven. */
export async function* openBundle(
  open: Reopen,
  { header, headBytes, bytes }: CheckedBundle,
  key: KeptKey,
): AsyncIterable<Uint8Array> {
  const framesEnd = bytes - SIGNATURE_BYTES;
  let content: Uint8Array | null = null;
  let rest = Buffer.alloc(0);
  let at = 0;
  let frame = 0;
  for await (const piece of open()) {
    rest = Buffer.concat([rest, piece]);
    if (content === null) {
      if (rest.length < headBytes) continue;
      const salt = createHash('sha256').update(rest.subarray(0, headBytes)).digest();
      content = sharedKey(key, header.ephemeral, salt, KEY_INFO);
      rest = rest.subarray(headBytes);
      at = headBytes;
    }
    while (rest.length >= 4 && at < framesEnd) {
      const length = rest.readUInt32BE(0);
      if (length < TAG_BYTES || length > FRAME_BYTES + TAG_BYTES || at + 4 + length > framesEnd)
        throw damaged('a frame of an impossible size');
      if (rest.length < 4 + length) break;
      at += 4 + length;
      const plain = openFrame(content, frame, at === framesEnd, rest.subarray(4, 4 + length));
      if (plain === null) throw damaged(`frame ${frame} was not sealed for this clinic, or was changed`);
      frame++;
      rest = rest.subarray(4 + length);
      yield plain;
    }
  }
  if (frame === 0 || at !== framesEnd) throw damaged('it ends too early');
}
