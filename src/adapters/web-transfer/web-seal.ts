/** One visit as a bundle (docs/transfer.md), sealed with what a browser has. A visit is a megabyte or two: it is held whole. */
import type { ClinicCard } from '../../contract/transfer.ts';
import type { ArchiveRecord } from '../../ports/archive-store.ts';
import {
  BUNDLE_VERSION,
  FRAME_BYTES,
  KEY_INFO,
  MAGIC,
  PIECE,
  PREAMBLE_BYTES,
  SIGNED_PREFIX,
} from '../../wire/bundle-layout.ts';
import { clinicIdOf, type KeptSigningKey, newSharedKey, sha256, signBytes, utf8 } from './web-keys.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export function joined(parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function piece(kind: number, bytes: Uint8Array): Bytes {
  const head = new DataView(new ArrayBuffer(5));
  head.setUint8(0, kind);
  head.setUint32(1, bytes.length);
  return joined([new Uint8Array(head.buffer), bytes]);
}

/** The inside: whose visit, its rows with their raw bytes behind them, and how many rows there were. */
async function insideOf(
  head: { readonly subjectCode: string; readonly sessionId: string },
  records: AsyncIterable<ArchiveRecord>,
): Promise<Bytes> {
  const { subjectCode, sessionId } = head;
  const parts: Uint8Array[] = [piece(PIECE.head, utf8(JSON.stringify({ subjectCode, sessionId })))];
  let rows = 0;
  for await (const { table, row, payload } of records) {
    rows++;
    parts.push(piece(PIECE.row, utf8(JSON.stringify({ table, row }))));
    if (payload !== null) parts.push(piece(PIECE.raw, payload));
  }
  parts.push(piece(PIECE.end, utf8(JSON.stringify({ rows }))));
  return joined(parts);
}

function nonce(frame: number, last: boolean): Bytes {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setUint32(7, frame);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

export async function sealVisit(
  sender: { readonly key: KeptSigningKey; readonly invitation: string; readonly clinic: ClinicCard },
  madeAtMs: number,
  head: { readonly subjectCode: string; readonly sessionId: string },
  records: AsyncIterable<ArchiveRecord>,
): Promise<Bytes> {
  const { key, invitation, clinic } = sender;
  const inside = await insideOf(head, records);
  const shared = await newSharedKey(clinic.sealingKey);
  const header = utf8(
    JSON.stringify({
      invitation,
      sender: key.publicKey,
      clinic: await clinicIdOf(clinic),
      ephemeral: shared.publicKey,
      madeAtMs,
    }),
  );
  const preamble = new DataView(new ArrayBuffer(PREAMBLE_BYTES));
  new Uint8Array(preamble.buffer).set(utf8(MAGIC));
  preamble.setUint16(8, BUNDLE_VERSION);
  preamble.setUint16(10, header.length);
  const start = joined([new Uint8Array(preamble.buffer), header]);
  const content = await shared.contentKey(await sha256(start), KEY_INFO);
  const parts: Uint8Array[] = [start];
  const frames = Math.max(1, Math.ceil(inside.length / FRAME_BYTES));
  for (let frame = 0; frame < frames; frame++) {
    const plain = inside.slice(frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES);
    const iv = nonce(frame, frame === frames - 1);
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, content, plain));
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, sealed.length);
    parts.push(new Uint8Array(length.buffer), sealed);
  }
  const all = joined(parts);
  const signature = await signBytes(key, joined([utf8(SIGNED_PREFIX), await sha256(all)]));
  return joined([all, signature]);
}
