/** One btvirt controller as seen from the virtual radio: packets both ways, and commands of our own that the host never sees. */
import { once } from 'node:events';
import net from 'node:net';
import { H4Framer } from '../../wire/h4.ts';
import { commandPacket, HciEvent, u16 } from './hci.ts';

interface Pending {
  readonly opcode: number;
  /** Null for a command of the host, whose answer goes to the host. */
  readonly settle: ((returned: Uint8Array) => void) | null;
  readonly fail: ((error: Error) => void) | null;
}

export class Controller {
  readonly #socket: net.Socket;
  readonly #onPacket: (packet: Uint8Array) => void;
  /** In the order of sending: btvirt answers commands of one opcode in that order. */
  #pending: Pending[] = [];

  private constructor(socket: net.Socket, onPacket: (packet: Uint8Array) => void, onClose: () => void) {
    this.#socket = socket;
    this.#onPacket = onPacket;
    const framer = new H4Framer();
    socket.on('data', (chunk: Buffer) => {
      if (!framer.push(chunk, (packet) => this.#receive(packet))) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      const pending = this.#pending;
      this.#pending = [];
      for (const command of pending) command.fail?.(new Error('the controller is gone'));
      onClose();
    });
  }

  static async open(
    socketPath: string,
    onPacket: (packet: Uint8Array) => void,
    onClose: () => void,
  ): Promise<Controller> {
    const socket = net.connect(socketPath);
    await once(socket, 'connect');
    return new Controller(socket, onPacket, onClose);
  }

  /** A packet of the host, on its way out. Every packet in one write: btvirt mishandles headers that arrive split. */
  sendForHost(packet: Uint8Array): void {
    if (packet[0] === 0x01) this.#pending.push({ opcode: u16(packet, 1), settle: null, fail: null });
    this.#socket.write(packet);
  }

  /** A command of our own; resolves with the return parameters (or the one status byte of a Command Status). */
  command(opcode: number, parameters: Uint8Array | readonly number[] = []): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ opcode, settle: resolve, fail: reject });
      this.#socket.write(commandPacket(opcode, parameters));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(packet: Uint8Array): void {
    const complete = packet[0] === 0x04 && packet[1] === HciEvent.commandComplete;
    if (complete || (packet[0] === 0x04 && packet[1] === HciEvent.commandStatus)) {
      const opcode = u16(packet, complete ? 4 : 5);
      const index = this.#pending.findIndex((command) => command.opcode === opcode);
      const command = index < 0 ? undefined : this.#pending.splice(index, 1)[0];
      if (command?.settle) {
        command.settle(complete ? packet.subarray(6) : packet.subarray(3, 4));
        return;
      }
    }
    this.#onPacket(packet);
  }
}
