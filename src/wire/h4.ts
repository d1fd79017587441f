/**
 * H4: how HCI packets travel over a byte stream (Bluetooth Core 5.3, Vol 4, Part A, section 2). One type byte, then the
 * packet with its own length field. Used by the radio process, the virtual radio and the simulated peripherals.
 */

/** Packet types, the first byte on the wire. */
export const H4Type = { command: 0x01, acl: 0x02, sco: 0x03, event: 0x04, iso: 0x05 } as const;

/**
 * Length in bytes of the packet that starts at `offset`, type byte included.
 * @returns 0 when more bytes are needed to know, -1 when the byte there starts no HCI packet.
 */
export function h4PacketLength(bytes: Uint8Array, offset = 0): number {
  const available = bytes.length - offset;
  if (available < 1) return 0;
  switch (bytes[offset]) {
    case H4Type.command:
    case H4Type.sco:
      return available < 4 ? 0 : 4 + bytes[offset + 3]!;
    case H4Type.acl:
      return available < 5 ? 0 : 5 + (bytes[offset + 3]! | (bytes[offset + 4]! << 8));
    case H4Type.event:
      return available < 3 ? 0 : 3 + bytes[offset + 2]!;
    case H4Type.iso:
      return available < 5 ? 0 : 5 + ((bytes[offset + 3]! | (bytes[offset + 4]! << 8)) & 0x3fff);
    default:
      return -1;
  }
}

/** Cuts a byte stream into HCI packets. Total: any bytes give packets or `false`, never an exception. */
export class H4Framer {
  #rest: Uint8Array = new Uint8Array(0);
  #lost = false;

  /**
   * Hands every complete packet to `onPacket`, each in memory of its own.
   * @returns false once the framing is lost: a stream that slipped cannot be trusted again and must be closed.
   */
  push(chunk: Uint8Array, onPacket: (packet: Uint8Array) => void): boolean {
    if (this.#lost) return false;
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest, 0);
      bytes.set(chunk, this.#rest.length);
    }
    let offset = 0;
    for (;;) {
      const length = h4PacketLength(bytes, offset);
      if (length < 0) {
        this.#lost = true;
        this.#rest = new Uint8Array(0);
        return false;
      }
      if (length === 0 || bytes.length - offset < length) break;
      // A copy, because receivers keep slices and the chunk belongs to the stream.
      onPacket(Uint8Array.prototype.slice.call(bytes, offset, offset + length));
      offset += length;
    }
    this.#rest = Uint8Array.prototype.slice.call(bytes, offset);
    return true;
  }
}

export type H4Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** Reads `unix:/path`, `/path` or `tcp:host:port`; null when it is none of these. */
export function parseH4Address(text: string): H4Address | null {
  if (text.startsWith('tcp:')) {
    const match = /^tcp:(.+):(\d{1,5})$/.exec(text);
    const port = Number(match?.[2]);
    return match && port >= 1 && port <= 65535 ? { kind: 'tcp', host: match[1]!, port } : null;
  }
  const path = text.startsWith('unix:') ? text.slice(5) : text;
  return path.startsWith('/') ? { kind: 'unix', path } : null;
}
