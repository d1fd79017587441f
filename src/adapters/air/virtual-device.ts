/**
 * One device in the virtual air: a host process on one side, a btvirt controller on the other, and between them what
 * btvirt 5.66 lacks.
 *
 * - Handles. btvirt numbers links per controller from 42 up, tells the peripheral the central's number, looks up the
 *   peripheral's data under its own, and passes it on under the sender's. With two links on one central they mix. Here
 *   the peripheral's number is mapped both ways, and the central's number travels in a two-byte trailer.
 * - Supervision timeout. A host that dies leaves its links standing; they are ended with 0x08 after the agreed time.
 * - Advertising is reported once only, without a signal strength: see Advertiser in adverts.ts.
 * - Connecting to somebody who does not advertise fails at once, and cancelling is refused. A real controller waits
 *   until cancelled; so does this one.
 * - Read RSSI is never answered.
 */
import { rmSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { H4Framer, H4Type } from '../../wire/h4.ts';
import { Advertiser } from './adverts.ts';
import { Controller } from './controller.ts';
import { DelayLine } from './delay-line.ts';
import {
  ACL_CONTINUES,
  addressText,
  COMMANDS_WITH_HANDLE,
  commandCompletePacket,
  disconnectionPacket,
  eventPacket,
  HciCommand,
  HciEvent,
  HciStatus,
  LeMeta,
  putU16,
  readConnectionComplete,
  u16,
} from './hci.ts';

/** btvirt gives its first link this number. */
const FIRST_HANDLE = 42;
/** A new host waits this long for the last one to go. */
const TAKEOVER_MS = 500;
const ATT_CHANNEL = 0x0004;
const ATT_NOTIFICATION = 0x1b;

/** What may go wrong on the way from this device into the air. May be changed at any time. */
export interface LinkImpairments {
  /** Added latency, ms; order is kept. */
  delayMs: number;
  /** Share of notifications, 0..1, that vanish as if the device's queue were full (the radio itself retransmits). */
  dropShare: number;
  /** Nothing gets out and nothing is acknowledged: out of range. */
  black: boolean;
}

export interface LinkCounters {
  notificationsPassed: number;
  notificationsDropped: number;
}

/** What a device needs to know of the air around it. */
export interface Air {
  deviceAt(bluetoothAddress: string): VirtualDevice | null;
  /** Uniform in 0..1, from the radio's seed. */
  random(): number;
}

interface Link {
  /** The number the host knows. */
  readonly told: number;
  /** The number btvirt wants from this side. */
  readonly real: number;
  readonly central: boolean;
  readonly supervisionMs: number;
  readonly peer: VirtualDevice | null;
  readonly line: DelayLine;
}

export class VirtualDevice {
  readonly name: string;
  readonly advertiser = new Advertiser();
  readonly link: LinkImpairments = { delayMs: 0, dropShare: 0, black: false };
  readonly counters: LinkCounters = { notificationsPassed: 0, notificationsDropped: 0 };
  /** Signal strength at which others hear this device, dBm. */
  rssiDbm = -50;
  /** Radio address, `00:aa:01:…`; kept for the life of the radio, through restarts of the host process. */
  bluetoothAddress = '';

  readonly #air: Air;
  readonly #socketPath: string;
  readonly #links = new Map<number, Link>();
  #controller: Controller | null = null;
  #server: net.Server | null = null;
  #host: net.Socket | null = null;
  #goneTimer: NodeJS.Timeout | null = null;
  #heldConnect: Uint8Array | null = null;
  #droppingPacket = false;
  #scanParameters: { readonly on: boolean; readonly filterDuplicates: boolean } = { on: false, filterDuplicates: true };

  constructor(air: Air, name: string, socketPath: string) {
    this.#air = air;
    this.name = name;
    this.#socketPath = socketPath;
  }

  /** Where the host process connects, `unix:/…`. */
  get address(): string {
    return `unix:${this.#socketPath}`;
  }

  get hasHost(): boolean {
    return this.#host !== null;
  }

  /** True when others can hear it advertise now. */
  get audible(): boolean {
    return this.#host !== null && this.advertiser.on && !this.link.black;
  }

  async open(btvirtSocket: string): Promise<void> {
    this.#controller = await Controller.open(
      btvirtSocket,
      (packet) => this.#fromController(packet),
      () => this.#controllerGone(),
    );
    this.bluetoothAddress = addressText(await this.#controller.command(HciCommand.readBdAddr), 1);
    await this.plug();
  }

  /** The adapter as its host machine sees it: present. */
  async plug(): Promise<void> {
    if (this.#server) return;
    rmSync(this.#socketPath, { force: true });
    const server = net.createServer((socket) => {
      this.#attach(socket).catch(() => socket.destroy());
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#socketPath, resolve);
    });
  }

  /** The adapter as its host machine sees it: gone. */
  unplug(): void {
    this.#server?.close();
    this.#server = null;
    rmSync(this.#socketPath, { force: true });
    this.#host?.destroy();
  }

  /** Out of range for as long as the supervision timeout: both ends then see the link end with 0x08. */
  async loseLinks(): Promise<void> {
    this.link.black = true;
    await new Promise((resolve) => setTimeout(resolve, this.#longestSupervisionMs()));
    await this.#endAll(HciStatus.connectionTimeout);
    this.link.black = false;
  }

  close(): void {
    if (this.#goneTimer) clearTimeout(this.#goneTimer);
    this.unplug();
    for (const link of this.#links.values()) link.line.clear();
    this.#controller?.close();
  }

  /** Called by the radio at every advertising interval. */
  tick(others: Iterable<VirtualDevice>): void {
    this.#tryHeldConnect();
    if (!this.#scanParameters.on || this.#scanParameters.filterDuplicates || !this.#host) return;
    for (const other of others) {
      if (other === this || !other.audible) continue;
      for (const report of other.advertiser.reports(other.bluetoothAddress, other.rssiDbm)) this.#toHost(report);
    }
  }

  // ---- host side

  async #attach(socket: net.Socket): Promise<void> {
    socket.pause();
    socket.on('error', () => socket.destroy());
    // The end of a killed host may be seen only after its successor has come. One host at a time.
    for (let waitedMs = 0; this.#host && waitedMs < TAKEOVER_MS; waitedMs += 10) await sleep(10);
    if (this.#host || !this.#controller) {
      socket.destroy();
      return;
    }
    this.#host = socket;
    socket.on('close', () => this.#hostGone(socket));
    if (this.#goneTimer) clearTimeout(this.#goneTimer);
    // A device that restarts inside its own supervision timeout: its old links are over, and it starts from power-on.
    await this.#endAll(HciStatus.connectionTimeout);
    await this.#controller.command(HciCommand.reset);
    this.advertiser.reset();
    const framer = new H4Framer();
    socket.on('data', (chunk: Buffer) => {
      if (!framer.push(chunk, (packet) => this.#fromHost(packet))) socket.destroy();
    });
    socket.resume();
  }

  #hostGone(socket: net.Socket): void {
    if (this.#host !== socket) return;
    this.#host = null;
    this.#heldConnect = null;
    this.advertiser.on = false;
    this.#scanParameters = { on: false, filterDuplicates: true };
    if (!this.#controller) return;
    this.#controller.command(HciCommand.leSetAdvertiseEnable, [0]).catch(() => {});
    this.#controller.command(HciCommand.leSetScanEnable, [0, 0]).catch(() => {});
    this.#goneTimer = setTimeout(() => {
      this.#endAll(HciStatus.connectionTimeout).catch(() => {});
    }, this.#longestSupervisionMs());
  }

  #fromHost(packet: Uint8Array): void {
    if (!this.#controller) return;
    if (packet[0] === H4Type.command) this.#commandFromHost(packet);
    else if (packet[0] === H4Type.acl) this.#dataFromHost(packet);
    else this.#controller.sendForHost(packet);
  }

  #commandFromHost(packet: Uint8Array): void {
    const opcode = u16(packet, 1);
    if (COMMANDS_WITH_HANDLE.has(opcode)) {
      const link = this.#links.get(u16(packet, 4) & 0x0fff);
      if (opcode === HciCommand.readRssi) {
        const told = u16(packet, 4);
        const status = link ? HciStatus.success : HciStatus.unknownConnection;
        const rssi = (link?.peer?.rssiDbm ?? 127) & 0xff;
        this.#toHost(commandCompletePacket(opcode, [status, told & 0xff, told >> 8, rssi]));
        return;
      }
      if (link) putU16(packet, 4, link.real);
    }
    if (opcode === HciCommand.leCreateConnection) {
      this.#heldConnect = packet;
      this.#toHost(eventPacket(HciEvent.commandStatus, [0, 1, opcode & 0xff, opcode >> 8]));
      this.#tryHeldConnect();
      return;
    }
    if (opcode === HciCommand.leCreateConnectionCancel) {
      this.#cancelConnect();
      return;
    }
    if (opcode === HciCommand.leSetScanEnable) {
      this.#scanParameters = { on: packet[4] === 1, filterDuplicates: packet[5] === 1 };
    }
    this.advertiser.observe(opcode, packet.subarray(4));
    this.#controller?.sendForHost(packet);
  }

  #tryHeldConnect(): void {
    const packet = this.#heldConnect;
    if (!packet || !this.#controller || this.link.black) return;
    if (!this.#air.deviceAt(addressText(packet, 10))?.audible) return;
    this.#heldConnect = null;
    // The host has had its Command Status already; what follows is the Connection Complete event.
    this.#controller.command(HciCommand.leCreateConnection, packet.subarray(4)).then(
      (returned) => {
        if (returned[0]) this.#connectFailed(returned[0]);
      },
      () => {},
    );
  }

  #connectFailed(status: number): void {
    const parameters = new Array<number>(19).fill(0);
    parameters[0] = LeMeta.connectionComplete;
    parameters[1] = status;
    this.#toHost(eventPacket(HciEvent.leMeta, parameters));
  }

  #cancelConnect(): void {
    const opcode = HciCommand.leCreateConnectionCancel;
    const held = this.#heldConnect;
    this.#heldConnect = null;
    this.#toHost(commandCompletePacket(opcode, [held ? HciStatus.success : HciStatus.commandDisallowed]));
    if (held) this.#connectFailed(HciStatus.unknownConnection);
  }

  #dataFromHost(packet: Uint8Array): void {
    const field = u16(packet, 1);
    const flags = field >> 12;
    const link = this.#links.get(field & 0x0fff);
    // Like a controller: data for a link that is over vanishes, and gives no credit. Out of range likewise.
    if (!link || this.link.black) return;
    if ((flags & 0b11) !== ACL_CONTINUES) {
      const notification = u16(packet, 7) === ATT_CHANNEL && packet[9] === ATT_NOTIFICATION;
      this.#droppingPacket = notification && this.link.dropShare > 0 && this.#air.random() < this.link.dropShare;
      if (this.#droppingPacket) this.counters.notificationsDropped++;
      else if (notification) this.counters.notificationsPassed++;
    }
    if (this.#droppingPacket) {
      this.#toHost(eventPacket(HciEvent.numberOfCompletedPackets, [1, link.told & 0xff, link.told >> 8, 1, 0]));
      return;
    }
    if (link.central) {
      this.#controller?.sendForHost(packet);
      return;
    }
    const carrier = new Uint8Array(packet.length + 2);
    carrier.set(packet, 0);
    // Flags 0 would be rewritten on the way; 2 ("start") passes unchanged.
    putU16(carrier, 1, link.real | ((flags || 0b10) << 12));
    putU16(carrier, 3, u16(packet, 3) + 2);
    putU16(carrier, packet.length, link.told);
    this.#controller?.sendForHost(carrier);
  }

  #toHost(packet: Uint8Array): void {
    if (this.#host && !this.#host.destroyed) this.#host.write(packet);
  }

  // ---- controller side

  #fromController(packet: Uint8Array): void {
    if (packet[0] === H4Type.acl) this.#dataFromController(packet);
    else if (packet[0] !== H4Type.event || this.#eventFromController(packet)) this.#toHost(packet);
  }

  /** Rewrites handles in place; false when the host must not see the event. */
  #eventFromController(packet: Uint8Array): boolean {
    const event = packet[1];
    if (event === HciEvent.commandComplete && u16(packet, 4) === HciCommand.leSetAdvertiseEnable) {
      this.advertiser.enabledByController(packet[6] === 0);
    } else if (event === HciEvent.disconnectionComplete) {
      const link = this.#byReal(u16(packet, 4));
      // A failed one answers our own disconnect of a link that was over already.
      if (packet[3] !== 0 || !link) return false;
      this.#forget(link);
      putU16(packet, 4, link.told);
    } else if (event === HciEvent.numberOfCompletedPackets) {
      for (let i = 0; i < packet[3]!; i++) this.#tellHandle(packet, 4 + 4 * i);
    } else if (event === HciEvent.encryptionChange || event === HciEvent.encryptionKeyRefresh) {
      this.#tellHandle(packet, 4);
    } else if (event === HciEvent.leMeta && packet[3] === LeMeta.longTermKeyRequest) {
      this.#tellHandle(packet, 4);
    } else if (event === HciEvent.leMeta && packet[3] === LeMeta.advertisingReport) {
      const advertiser = this.#air.deviceAt(addressText(packet, 7));
      if (advertiser?.link.black) return false;
      packet[packet.length - 1] = (advertiser?.rssiDbm ?? 127) & 0xff;
    } else {
      this.#noteConnection(packet);
    }
    return true;
  }

  #tellHandle(packet: Uint8Array, offset: number): void {
    const link = this.#byReal(u16(packet, offset));
    if (link) putU16(packet, offset, link.told);
  }

  #noteConnection(packet: Uint8Array): void {
    const complete = readConnectionComplete(packet);
    if (complete?.status !== 0) return;
    const central = complete.role === 0;
    let real = complete.handle;
    if (!central) {
      const taken = new Set([...this.#links.values()].map((link) => link.real));
      for (real = FIRST_HANDLE; taken.has(real); ) real++;
      this.advertiser.on = false;
    }
    const told = complete.handle;
    this.#links.set(told, {
      told,
      real,
      central,
      supervisionMs: complete.supervisionMs,
      peer: this.#air.deviceAt(complete.peerAddress),
      line: new DelayLine((delayed) => this.#toHost(delayed)),
    });
  }

  #dataFromController(packet: Uint8Array): void {
    const field = u16(packet, 1);
    let link = this.#links.get(field & 0x0fff);
    const fromPeripheral = [...this.#links.values()].some((candidate) => candidate.central);
    let inner = packet;
    if (fromPeripheral) {
      link = this.#links.get(u16(packet, packet.length - 2));
      if (!link) return;
      inner = packet.subarray(0, packet.length - 2);
      putU16(inner, 1, link.told | (field & 0xf000));
      putU16(inner, 3, u16(packet, 3) - 2);
    }
    if (link) link.line.push(inner, link.peer?.link.delayMs ?? 0);
  }

  #byReal(handle: number): Link | undefined {
    for (const link of this.#links.values()) if (link.real === handle) return link;
    return this.#links.get(handle);
  }

  #forget(link: Link): void {
    link.line.clear();
    this.#links.delete(link.told);
  }

  /** Ends every link as the link layer would. */
  async #endAll(reason: number): Promise<void> {
    for (const link of [...this.#links.values()]) {
      this.#forget(link);
      const parameters = [link.real & 0xff, link.real >> 8, reason];
      await this.#controller?.command(HciCommand.disconnect, parameters).catch(() => {});
      this.#toHost(disconnectionPacket(link.told, reason));
    }
  }

  #longestSupervisionMs(): number {
    return Math.max(0, ...[...this.#links.values()].map((link) => link.supervisionMs));
  }

  #controllerGone(): void {
    this.#controller = null;
    if (this.#goneTimer) clearTimeout(this.#goneTimer);
    for (const link of [...this.#links.values()]) this.#forget(link);
    this.unplug();
  }
}
