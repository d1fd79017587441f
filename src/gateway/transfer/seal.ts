/** A visit into a bundle: encrypted to the clinic, signed by the sender. Streams; nothing of it is in memory as a whole. */
import { createHash } from 'node:crypto';
import type { ClinicCard } from '../../contract/transfer.ts';
import {
  BUNDLE_VERSION,
  type BundleHeader,
  FRAME_BYTES,
  KEY_INFO,
  MAGIC,
  PREAMBLE_BYTES,
  sealFrame,
  signedBytes,
} from './bundle-format.ts';
import { clinicIdOf, type KeptKey, newKey, sharedKey, signBytes } from './keys.ts';

export interface Sender {
  /** Ed25519. */
  readonly key: KeptKey;
  readonly invitation: string;
  readonly clinic: ClinicCard;
}

/** Pieces of at most FRAME_BYTES, and whether it is the last. */
async function* framesOf(plain: AsyncIterable<Uint8Array>): AsyncIterable<{ bytes: Uint8Array; last: boolean }> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const piece of plain) {
    waiting.push(Buffer.from(piece));
    size += piece.length;
    if (size <= FRAME_BYTES) continue;
    let all = Buffer.concat(waiting);
    for (; all.length > FRAME_BYTES; all = all.subarray(FRAME_BYTES))
      yield { bytes: all.subarray(0, FRAME_BYTES), last: false };
    waiting = [all];
    size = all.length;
  }
  yield { bytes: Buffer.concat(waiting), last: true };
}

export async function* sealBundle(
  { key, invitation, clinic }: Sender,
  madeAtMs: number,
  plain: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const ephemeral = newKey('X25519');
  const header: BundleHeader = {
    invitation,
    sender: key.publicKey,
    clinic: clinicIdOf(clinic),
    ephemeral: ephemeral.publicKey,
    madeAtMs,
  };
  const text = Buffer.from(JSON.stringify(header));
  const preamble = Buffer.alloc(PREAMBLE_BYTES);
  preamble.write(MAGIC, 'latin1');
  preamble.writeUInt16BE(BUNDLE_VERSION, 8);
  preamble.writeUInt16BE(text.length, 10);
  const head = Buffer.concat([preamble, text]);
  const content = sharedKey(ephemeral, clinic.sealingKey, createHash('sha256').update(head).digest(), KEY_INFO);
  const hash = createHash('sha256').update(head);
  yield head;
  let frame = 0;
  for await (const { bytes, last } of framesOf(plain)) {
    const sealed = sealFrame(content, frame++, last, bytes);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sealed.length);
    hash.update(length).update(sealed);
    yield length;
    yield sealed;
  }
  yield signBytes(key, signedBytes(hash.digest()));
}
