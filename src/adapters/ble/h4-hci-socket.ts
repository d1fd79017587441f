/**
 * Stands in for the native `@abandonware/bluetooth-hci-socket` inside noble and speaks H4 over a stream instead: to the
 * virtual radio, or to a controller behind a socket. What noble relies on, and therefore holds here:
 *
 * - one HCI packet per 'data' event, H4 type byte included;
 * - every packet in a macrotask of its own. noble's sending is asynchronous; a Disconnection Complete that arrives in
 *   the same turn as an ATT packet makes it use a link that is gone, and the process ends;
 * - isDevUp() true from the first moment (writes wait in the stream until it is open), or noble says 'poweredOff' and
 *   loses a second.
 *
 * It does not reconnect: when the stream ends, noble says 'poweredOff', and the radio process is replaced.
 */
import { EventEmitter } from 'node:events';
import net from 'node:net';
import { H4Framer, parseH4Address } from '../../wire/h4.ts';

export class H4HciSocket extends EventEmitter {
  /** Where every instance connects; noble makes its own and cannot be told. */
  static address: string | null = null;

  #stream: net.Socket | null = null;
  #up = false;
  #started = false;
  #control = false;
  #received: Uint8Array[] = [];
  #delivering = false;

  bindRaw(deviceId?: number): number {
    this.#open();
    return deviceId ?? 0;
  }

  bindUser(deviceId?: number): number {
    return this.bindRaw(deviceId);
  }

  /** The kernel's management channel: nothing behind it here. */
  bindControl(): number {
    this.#control = true;
    return 0;
  }

  isDevUp(): boolean {
    return this.#up;
  }

  getDeviceList(): {
    devId: number;
    devUp: boolean;
    idVendor: null;
    idProduct: null;
    busNumber: null;
    deviceAddress: null;
  }[] {
    const none = { idVendor: null, idProduct: null, busNumber: null, deviceAddress: null };
    return [{ devId: 0, devUp: true, ...none }];
  }

  start(): void {
    this.#started = true;
    this.#deliver();
  }

  stop(): void {
    this.#started = false;
  }

  /** The kernel's event filter; a controller of our own has nothing to hide. */
  setFilter(): void {}

  write(packet: Uint8Array): void {
    if (this.#control) return;
    // Whole packets in one write: btvirt mishandles headers that arrive split.
    if (this.#stream) this.#stream.write(packet);
    else this.emit('error', Object.assign(new Error('Network is down'), { code: 'ENETDOWN' }));
  }

  #open(): void {
    const address = H4HciSocket.address ? parseH4Address(H4HciSocket.address) : null;
    if (!address) throw Object.assign(new Error('ENODEV, No such device'), { code: 'ENODEV' });
    const stream = address.kind === 'unix' ? net.connect(address.path) : net.connect(address.port, address.host);
    const framer = new H4Framer();
    this.#stream = stream;
    this.#up = true;
    stream.setNoDelay(true);
    stream.on('data', (chunk: Buffer) => {
      const framed = framer.push(chunk, (packet) => {
        this.#received.push(packet);
        this.#deliver();
      });
      if (!framed) stream.destroy();
    });
    stream.on('error', () => stream.destroy());
    stream.on('close', () => {
      this.#up = false;
      this.#stream = null;
    });
  }

  #deliver(): void {
    if (!this.#started || this.#delivering || this.#received.length === 0) return;
    this.#delivering = true;
    setImmediate(() => {
      this.#delivering = false;
      const packet = this.#received.shift();
      try {
        // noble reads it with Buffer methods.
        if (packet) this.emit('data', Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength));
      } finally {
        this.#deliver();
      }
    });
  }
}
