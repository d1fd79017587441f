/** The host end of an H4 stream: commands with their answers, and reconnection when the controller goes and returns. */
import net from 'node:net';
import { KitError } from '../../contract/errors.ts';
import { type H4Address, H4Framer, parseH4Address } from '../../wire/h4.ts';
import { commandPacket, HciEvent, u16 } from './hci.ts';

/** Between two attempts to reach a controller that went away, ms. */
const REOPEN_MS = 250;
/** A controller on the same machine answers within milliseconds; far longer only when it is gone. */
const COMMAND_DEADLINE_MS = 5000;

export interface H4HostEvents {
  /** Every packet but answers to commands. */
  onPacket(packet: Uint8Array): void;
  /** The stream is open: prepare the controller. */
  onUp(): Promise<void>;
  onDown(): void;
}

interface Pending {
  readonly opcode: number;
  readonly resolve: (returned: Uint8Array) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class H4Host {
  readonly #address: H4Address;
  readonly #events: H4HostEvents;
  #socket: net.Socket | null = null;
  #pending: Pending[] = [];
  #reopen: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(address: string, events: H4HostEvents) {
    const parsed = parseH4Address(address);
    if (!parsed) throw new KitError('BAD_FLAG', `"${address}" is no H4 address: unix:/path or tcp:host:port`);
    this.#address = parsed;
    this.#events = events;
  }

  /** Resolves when the controller is prepared; rejects when there is none. Later losses are mended without a word. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.#open(resolve, reject));
  }

  write(packet: Uint8Array): void {
    this.#socket?.write(packet);
  }

  /** Resolves with the return parameters of Command Complete, or the status byte of Command Status. */
  command(opcode: number, parameters: Uint8Array | readonly number[] = []): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (!this.#socket) {
        reject(new Error('no controller'));
        return;
      }
      const timer = setTimeout(() => {
        this.#pending = this.#pending.filter((entry) => entry.timer !== timer);
        reject(new Error(`the controller did not answer command 0x${opcode.toString(16)}`));
      }, COMMAND_DEADLINE_MS);
      this.#pending.push({ opcode, resolve, reject, timer });
      this.#socket.write(commandPacket(opcode, parameters));
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#reopen) clearTimeout(this.#reopen);
    const socket = this.#socket;
    if (!socket) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.destroySoon();
    });
  }

  #open(up: () => void, failed: (error: Error) => void): void {
    const address = this.#address;
    const socket = address.kind === 'unix' ? net.connect(address.path) : net.connect(address.port, address.host);
    const framer = new H4Framer();
    let reason: Error = new Error('the controller closed the stream');
    socket.setNoDelay(true);
    socket.on('connect', () => {
      this.#socket = socket;
      this.#events.onUp().then(up, (error: Error) => {
        reason = error;
        socket.destroy();
      });
    });
    socket.on('data', (chunk: Buffer) => {
      if (!framer.push(chunk, (packet) => this.#receive(packet))) socket.destroy();
    });
    socket.on('error', (error) => {
      reason = error;
    });
    socket.on('close', () => {
      failed(reason);
      this.#socket = null;
      const pending = this.#pending;
      this.#pending = [];
      for (const entry of pending) {
        clearTimeout(entry.timer);
        entry.reject(reason);
      }
      if (this.#stopped) return;
      this.#events.onDown();
      this.#reopen = setTimeout(() => this.#open(up, failed), REOPEN_MS);
    });
  }

  #receive(packet: Uint8Array): void {
    const complete = packet[0] === 0x04 && packet[1] === HciEvent.commandComplete;
    if (complete || (packet[0] === 0x04 && packet[1] === HciEvent.commandStatus)) {
      const opcode = u16(packet, complete ? 4 : 5);
      const index = this.#pending.findIndex((entry) => entry.opcode === opcode);
      if (index < 0) return;
      const [entry] = this.#pending.splice(index, 1);
      clearTimeout(entry!.timer);
      entry!.resolve(complete ? packet.subarray(6) : packet.subarray(3, 4));
      return;
    }
    this.#events.onPacket(packet);
  }
}
