/**
 * The links of one virtual device, and their two numbers. btvirt 5.66 numbers links per controller from 42 up, tells the
 * peripheral the central's number, looks up the peripheral's data under its own, and passes it on under the sender's:
 * with two links on one central they mix. So a peripheral's number is mapped both ways here, and the central's number
 * travels through btvirt in a two-byte trailer behind the data.
 */
import { DelayLine } from './delay-line.ts';
import { type ConnectionComplete, putU16, u16 } from './hci.ts';

/** btvirt gives the first link of a controller this number. */
const FIRST_HANDLE = 42;
/** ACL flags "start of a packet": passes btvirt unchanged, where 0 would be rewritten. */
const ACL_START = 0b10;

export interface Link<Peer> {
  /** The number the host knows. */
  readonly told: number;
  /** The number btvirt wants from this side. */
  readonly real: number;
  /** True when this side is the central. */
  readonly central: boolean;
  readonly supervisionMs: number;
  readonly peer: Peer | null;
  /** Data from the peer on its way to the host. */
  readonly line: DelayLine;
  /** Packets that went out beside the host's own, so that their credits are none of its own. */
  uncredited: number;
}

export class LinkTable<Peer> {
  readonly #links = new Map<number, Link<Peer>>();

  add(complete: ConnectionComplete, peer: Peer | null, deliver: (packet: Uint8Array) => void): Link<Peer> {
    const central = complete.role === 0;
    let real = complete.handle;
    if (!central) {
      const taken = new Set(this.all().map((link) => link.real));
      for (real = FIRST_HANDLE; taken.has(real); ) real++;
    }
    const link: Link<Peer> = {
      told: complete.handle,
      real,
      central,
      supervisionMs: complete.supervisionMs,
      peer,
      line: new DelayLine(deliver),
      uncredited: 0,
    };
    this.#links.set(link.told, link);
    return link;
  }

  forget(link: Link<Peer>): void {
    link.line.clear();
    this.#links.delete(link.told);
  }

  all(): Link<Peer>[] {
    return [...this.#links.values()];
  }

  byTold(handle: number): Link<Peer> | undefined {
    return this.#links.get(handle);
  }

  byReal(handle: number): Link<Peer> | undefined {
    return this.all().find((link) => link.real === handle) ?? this.#links.get(handle);
  }

  /** Zero when there are no links. */
  longestSupervisionMs(): number {
    return Math.max(0, ...this.all().map((link) => link.supervisionMs));
  }

  /** Rewrites a handle in an event of the controller to the number the host knows. */
  tellHandle(packet: Uint8Array, offset: number): void {
    const link = this.byReal(u16(packet, offset));
    if (link) putU16(packet, offset, link.told);
  }

  /** ACL data of the host, in the form that gets through btvirt. */
  wrap(packet: Uint8Array, link: Link<Peer>): Uint8Array {
    if (link.central) return packet;
    const carrier = new Uint8Array(packet.length + 2);
    carrier.set(packet, 0);
    const flags = u16(packet, 1) >> 12 || ACL_START;
    putU16(carrier, 1, link.real | (flags << 12));
    putU16(carrier, 3, u16(packet, 3) + 2);
    putU16(carrier, packet.length, link.told);
    return carrier;
  }

  /** ACL data from btvirt with its link; null when the link is over. */
  unwrap(packet: Uint8Array): { readonly link: Link<Peer>; readonly packet: Uint8Array } | null {
    const field = u16(packet, 1);
    if (!this.all().some((link) => link.central)) {
      const link = this.#links.get(field & 0x0fff);
      return link ? { link, packet } : null;
    }
    const link = this.#links.get(u16(packet, packet.length - 2));
    if (!link || packet.length < 7) return null;
    const inner = packet.subarray(0, packet.length - 2);
    putU16(inner, 1, link.told | (field & 0xf000));
    putU16(inner, 3, u16(packet, 3) - 2);
    return { link, packet: inner };
  }
}
