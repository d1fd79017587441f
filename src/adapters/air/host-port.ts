/** The socket where a host process finds its controller: one host at a time, and a socket file that comes and goes like a plug. */
import { rmSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { H4Framer } from '../../wire/h4.ts';

/** A new host waits this long for the last one to go. */
const TAKEOVER_MS = 500;

export interface HostPortEvents {
  /** A host has come; nothing it sent is looked at before this resolves. Rejects: it is turned away. */
  onHost(): Promise<void>;
  onPacket(packet: Uint8Array): void;
  onGone(): void;
}

export class HostPort {
  readonly socketPath: string;
  readonly #events: HostPortEvents;
  #server: net.Server | null = null;
  #host: net.Socket | null = null;

  constructor(socketPath: string, events: HostPortEvents) {
    this.socketPath = socketPath;
    this.#events = events;
  }

  get taken(): boolean {
    return this.#host !== null;
  }

  async plug(): Promise<void> {
    if (this.#server) return;
    rmSync(this.socketPath, { force: true });
    const server = net.createServer((socket) => {
      this.#attach(socket).catch(() => socket.destroy());
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.socketPath, resolve);
    });
  }

  unplug(): void {
    this.#server?.close();
    this.#server = null;
    rmSync(this.socketPath, { force: true });
    this.#host?.destroy();
  }

  send(packet: Uint8Array): void {
    if (this.#host && !this.#host.destroyed) this.#host.write(packet);
  }

  async #attach(socket: net.Socket): Promise<void> {
    socket.pause();
    socket.on('error', () => socket.destroy());
    // The end of a killed host may be seen only after its successor has come.
    for (let waitedMs = 0; this.#host && waitedMs < TAKEOVER_MS; waitedMs += 10) await sleep(10);
    if (this.#host || socket.destroyed) {
      socket.destroy();
      return;
    }
    this.#host = socket;
    socket.on('close', () => {
      this.#host = null;
      this.#events.onGone();
    });
    await this.#events.onHost();
    const framer = new H4Framer();
    socket.on('data', (chunk: Buffer) => {
      if (!framer.push(chunk, (packet) => this.#events.onPacket(packet))) socket.destroy();
    });
    socket.resume();
  }
}
