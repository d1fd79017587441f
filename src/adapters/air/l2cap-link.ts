/** One LE link of a peripheral: L2CAP packets cut into what the controller takes, sent as it gives credit, and put together. */
import { H4Type } from '../../wire/h4.ts';
import { ACL_CONTINUES, putU16, u16 } from './hci.ts';

export class L2capLink {
  readonly handle: number;
  readonly #fragmentBytes: number;
  readonly #maxCredits: number;
  readonly #write: (packet: Uint8Array) => void;
  readonly #onData: (channel: number, data: Uint8Array) => void;
  #credits: number;
  /** Each entry one L2CAP packet with its header; `#sentBytes` of the first are out already. */
  #queue: Uint8Array[] = [];
  #sentBytes = 0;
  #incoming: Uint8Array | null = null;
  #incomingBytes = 0;

  constructor(
    handle: number,
    fragmentBytes: number,
    credits: number,
    write: (packet: Uint8Array) => void,
    onData: (channel: number, data: Uint8Array) => void,
  ) {
    this.handle = handle;
    this.#fragmentBytes = fragmentBytes;
    this.#maxCredits = credits;
    this.#credits = credits;
    this.#write = write;
    this.#onData = onData;
  }

  /** L2CAP packets that wait for credit. */
  get queued(): number {
    return this.#queue.length;
  }

  send(channel: number, data: Uint8Array): void {
    const packet = new Uint8Array(4 + data.length);
    putU16(packet, 0, data.length);
    putU16(packet, 2, channel);
    packet.set(data, 4);
    this.#queue.push(packet);
    this.#flush();
  }

  /** The controller has sent `count` packets of this link. */
  completed(count: number): void {
    this.#credits = Math.min(this.#maxCredits, this.#credits + count);
    this.#flush();
  }

  /** An ACL packet of this link, H4 type byte included. */
  receive(packet: Uint8Array): void {
    const data = packet.subarray(5);
    if (((u16(packet, 1) >> 12) & 0b11) === ACL_CONTINUES) {
      if (!this.#incoming || this.#incomingBytes + data.length > this.#incoming.length) {
        this.#incoming = null;
        return;
      }
      this.#incoming.set(data, this.#incomingBytes);
      this.#incomingBytes += data.length;
    } else {
      if (data.length < 4 || data.length > 4 + u16(data, 0)) return;
      this.#incoming = new Uint8Array(4 + u16(data, 0));
      this.#incoming.set(data, 0);
      this.#incomingBytes = data.length;
    }
    if (this.#incomingBytes < this.#incoming.length) return;
    const whole = this.#incoming;
    this.#incoming = null;
    this.#onData(u16(whole, 2), whole.subarray(4));
  }

  #flush(): void {
    while (this.#credits > 0) {
      const packet = this.#queue[0];
      if (!packet) return;
      const part = packet.subarray(this.#sentBytes, this.#sentBytes + this.#fragmentBytes);
      const out = new Uint8Array(5 + part.length);
      out[0] = H4Type.acl;
      putU16(out, 1, this.handle | ((this.#sentBytes > 0 ? ACL_CONTINUES : 0) << 12));
      putU16(out, 3, part.length);
      out.set(part, 5);
      this.#sentBytes += part.length;
      if (this.#sentBytes >= packet.length) {
        this.#queue.shift();
        this.#sentBytes = 0;
      }
      this.#credits--;
      this.#write(out);
    }
  }
}
