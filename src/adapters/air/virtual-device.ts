/**
 * One device in the virtual air: a host process on one side, a btvirt controller on the other, and between them what
 * btvirt 5.66 lacks: link numbers that hold (link-table.ts), repeated advertising with a signal strength (adverts.ts),
 * connecting that waits (connect-gate.ts), supervision timeouts, Read RSSI, and impairments for tests.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { H4Type } from '../../wire/h4.ts';
import { Advertiser } from './adverts.ts';
import { ConnectGate } from './connect-gate.ts';
import { Controller } from './controller.ts';
import {
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
import { HostPort } from './host-port.ts';
import { Impairer, type LinkCounters, type LinkImpairments } from './impairments.ts';
import { LinkTable } from './link-table.ts';

const NOT_SCANNING = { on: false, filterDuplicates: true };

/** What a device needs to know of the air around it. */
export interface Air {
  deviceAt(bluetoothAddress: string): VirtualDevice | null;
  /** Uniform in 0..1, from the radio's seed. */
  random(): number;
}

export class VirtualDevice {
  readonly name: string;
  readonly advertiser = new Advertiser();
  readonly #impairer: Impairer;
  /** Signal strength at which others hear this device, dBm. */
  rssiDbm = -50;
  /** Radio address, `00:aa:01:…`; kept for the life of the radio, through restarts of the host process. */
  bluetoothAddress = '';

  readonly #air: Air;
  readonly #host: HostPort;
  readonly #links = new LinkTable<VirtualDevice>();
  readonly #gate: ConnectGate;
  #controller: Controller | null = null;
  #goneTimer: NodeJS.Timeout | null = null;
  #scan = NOT_SCANNING;

  constructor(air: Air, name: string, socketPath: string) {
    this.#air = air;
    this.name = name;
    this.#impairer = new Impairer(() => air.random());
    this.#host = new HostPort(socketPath, {
      onHost: () => this.#hostCame(),
      onPacket: (packet) => this.#fromHost(packet),
      onGone: () => this.#hostGone(),
    });
    this.#gate = new ConnectGate({
      toHost: (packet) => this.#host.send(packet),
      audible: (address) => !this.link.black && air.deviceAt(address)?.audible === true,
      connect: async (parameters) => {
        const returned = await this.#controller?.command(HciCommand.leCreateConnection, parameters);
        return returned?.[0] ?? HciStatus.unknownConnection;
      },
    });
  }

  /** What goes wrong on its way; may be changed at any time. */
  get link(): LinkImpairments {
    return this.#impairer.impairments;
  }

  get counters(): LinkCounters {
    return this.#impairer.counters;
  }

  /** False: as a central, its connection requests are taken and never answered, nor is their cancelling. */
  set answersConnect(answers: boolean) {
    this.#gate.deaf = !answers;
  }

  /** Where the host process connects, `unix:/…`. */
  get address(): string {
    return `unix:${this.#host.socketPath}`;
  }

  /** True when others can hear it advertise now. */
  get audible(): boolean {
    return this.#host.taken && this.advertiser.on && !this.link.black;
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
  plug(): Promise<void> {
    return this.#host.plug();
  }

  /** The adapter as its host machine sees it: gone. */
  unplug(): void {
    this.#host.unplug();
  }

  /** Out of range for as long as the supervision timeout: both ends then see the link end with 0x08. */
  async loseLinks(): Promise<void> {
    this.link.black = true;
    await sleep(this.#links.longestSupervisionMs());
    await this.#endAll(HciStatus.connectionTimeout);
    this.link.black = false;
  }

  close(): void {
    if (this.#goneTimer) clearTimeout(this.#goneTimer);
    this.unplug();
    for (const link of this.#links.all()) this.#links.forget(link);
    this.#controller?.close();
  }

  /** Called by the radio at every advertising interval. */
  tick(others: Iterable<VirtualDevice>): void {
    this.#gate.tryNow();
    if (!this.#scan.on || this.#scan.filterDuplicates) return;
    for (const other of others) {
      if (other === this || !other.audible) continue;
      for (const report of other.advertiser.reports(other.bluetoothAddress, other.rssiDbm)) this.#host.send(report);
    }
  }

  // ---- host side

  async #hostCame(): Promise<void> {
    if (!this.#controller) throw new Error('the controller is gone');
    if (this.#goneTimer) clearTimeout(this.#goneTimer);
    // A device that restarts inside its own supervision timeout: its old links are over, and it starts from power-on.
    await this.#endAll(HciStatus.connectionTimeout);
    await this.#controller.command(HciCommand.reset);
    this.advertiser.reset();
  }

  #hostGone(): void {
    this.#gate.drop();
    this.advertiser.on = false;
    this.#scan = NOT_SCANNING;
    if (!this.#controller) return;
    this.#controller.command(HciCommand.leSetAdvertiseEnable, [0]).catch(() => {});
    this.#controller.command(HciCommand.leSetScanEnable, [0, 0]).catch(() => {});
    // btvirt would leave the links of a dead host standing for ever.
    this.#goneTimer = setTimeout(() => {
      this.#endAll(HciStatus.connectionTimeout).catch(() => {});
    }, this.#links.longestSupervisionMs());
  }

  #fromHost(packet: Uint8Array): void {
    if (packet[0] === H4Type.command) this.#commandFromHost(packet);
    else if (packet[0] === H4Type.acl) this.#dataFromHost(packet);
    else this.#controller?.sendForHost(packet);
  }

  #commandFromHost(packet: Uint8Array): void {
    const opcode = u16(packet, 1);
    if (opcode === HciCommand.leCreateConnection) {
      this.#gate.request(packet);
    } else if (opcode === HciCommand.leCreateConnectionCancel) {
      this.#gate.cancel();
    } else if (opcode === HciCommand.readRssi) {
      const told = u16(packet, 4);
      const link = this.#links.byTold(told & 0x0fff);
      const status = link ? HciStatus.success : HciStatus.unknownConnection;
      const rssi = (link?.peer?.rssiDbm ?? 127) & 0xff;
      this.#host.send(commandCompletePacket(opcode, [status, told & 0xff, told >> 8, rssi]));
    } else {
      const link = COMMANDS_WITH_HANDLE.has(opcode) ? this.#links.byTold(u16(packet, 4) & 0x0fff) : undefined;
      if (link) putU16(packet, 4, link.real);
      if (opcode === HciCommand.leSetScanEnable) {
        this.#scan = { on: packet[4] === 1, filterDuplicates: packet[5] === 1 };
      }
      this.advertiser.observe(opcode, packet.subarray(4));
      this.#controller?.sendForHost(packet);
    }
  }

  #dataFromHost(packet: Uint8Array): void {
    const link = this.#links.byTold(u16(packet, 1) & 0x0fff);
    // Like a controller: data for a link that is over vanishes, and gives no credit. Out of range likewise.
    if (!link || this.link.black) return;
    switch (this.#impairer.fateOf(packet)) {
      case 'drop':
        // The host gets its credit back: for it the packet is sent.
        this.#host.send(eventPacket(HciEvent.numberOfCompletedPackets, [1, link.told & 0xff, link.told >> 8, 1, 0]));
        return;
      case 'cut':
        this.#endAll(HciStatus.connectionTimeout).catch(() => {});
        return;
      case 'twice':
        link.uncredited++;
        this.#controller?.sendForHost(this.#links.wrap(packet.slice(), link));
    }
    this.#controller?.sendForHost(this.#links.wrap(packet, link));
  }

  // ---- controller side

  #fromController(packet: Uint8Array): void {
    if (packet[0] === H4Type.acl) {
      const data = this.#links.unwrap(packet);
      data?.link.line.push(data.packet, data.link.peer?.link.delayMs ?? 0);
    } else if (packet[0] !== H4Type.event || this.#eventFromController(packet)) {
      this.#host.send(packet);
    }
  }

  /** Rewrites handles and signal strengths in place; false when the host must not see the event. */
  #eventFromController(packet: Uint8Array): boolean {
    const event = packet[1];
    if (event === HciEvent.commandComplete && u16(packet, 4) === HciCommand.leSetAdvertiseEnable) {
      this.advertiser.enabledByController(packet[6] === HciStatus.success);
    } else if (event === HciEvent.disconnectionComplete) {
      const link = this.#links.byReal(u16(packet, 4));
      // A failed one answers our own disconnect of a link that was over already.
      if (packet[3] !== HciStatus.success || !link) return false;
      this.#links.forget(link);
      putU16(packet, 4, link.told);
    } else if (event === HciEvent.numberOfCompletedPackets) {
      return this.#credits(packet);
    } else if (event === HciEvent.encryptionChange || event === HciEvent.encryptionKeyRefresh) {
      this.#links.tellHandle(packet, 4);
    } else if (event === HciEvent.leMeta && packet[3] === LeMeta.longTermKeyRequest) {
      this.#links.tellHandle(packet, 4);
    } else if (event === HciEvent.leMeta && packet[3] === LeMeta.advertisingReport) {
      const advertiser = this.#air.deviceAt(addressText(packet, 7));
      if (advertiser?.link.black) return false;
      packet[packet.length - 1] = (advertiser?.rssiDbm ?? 127) & 0xff;
    } else {
      this.#noteConnection(packet);
    }
    return true;
  }

  /** Credits for what the host itself sent; those for the second ones of doubled packets are kept back. */
  #credits(packet: Uint8Array): boolean {
    let left = 0;
    for (let i = 0; i < packet[3]!; i++) {
      const at = 4 + 4 * i;
      const link = this.#links.byReal(u16(packet, at));
      this.#links.tellHandle(packet, at);
      const kept = Math.min(link?.uncredited ?? 0, u16(packet, at + 2));
      if (link) link.uncredited -= kept;
      putU16(packet, at + 2, u16(packet, at + 2) - kept);
      left += u16(packet, at + 2);
    }
    return left > 0;
  }

  #noteConnection(packet: Uint8Array): void {
    const complete = readConnectionComplete(packet);
    if (complete?.status !== HciStatus.success) return;
    const peer = this.#air.deviceAt(complete.peerAddress);
    const link = this.#links.add(complete, peer, (delayed) => this.#host.send(delayed));
    // A controller stops advertising by itself when somebody connects.
    if (!link.central) this.advertiser.on = false;
  }

  /** Ends every link as the link layer would. */
  async #endAll(reason: number): Promise<void> {
    for (const link of this.#links.all()) {
      this.#links.forget(link);
      const parameters = [link.real & 0xff, link.real >> 8, reason];
      await this.#controller?.command(HciCommand.disconnect, parameters).catch(() => {});
      this.#host.send(disconnectionPacket(link.told, reason));
    }
  }

  #controllerGone(): void {
    this.#controller = null;
    if (this.#goneTimer) clearTimeout(this.#goneTimer);
    for (const link of this.#links.all()) this.#links.forget(link);
    this.unplug();
  }
}
