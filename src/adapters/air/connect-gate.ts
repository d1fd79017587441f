/**
 * A connection request, held until its target can be heard. btvirt fails at once on a target that does not advertise and
 * refuses to cancel; a real controller tries until it is told to stop.
 */
import { addressText, commandCompletePacket, eventPacket, HciCommand, HciEvent, HciStatus, LeMeta } from './hci.ts';

export interface ConnectGateEnds {
  toHost(packet: Uint8Array): void;
  /** True when a device at that radio address advertises within earshot. */
  audible(bluetoothAddress: string): boolean;
  /** Passes the request on; resolves with the controller's status. */
  connect(parameters: Uint8Array): Promise<number>;
}

export class ConnectGate {
  readonly #ends: ConnectGateEnds;
  /** Requests are taken and nothing is ever said of them again: a controller that hangs. */
  deaf = false;
  #held: Uint8Array | null = null;

  constructor(ends: ConnectGateEnds) {
    this.#ends = ends;
  }

  /** LE Create Connection of the host. */
  request(packet: Uint8Array): void {
    this.#held = packet;
    const opcode = HciCommand.leCreateConnection;
    this.#ends.toHost(eventPacket(HciEvent.commandStatus, [HciStatus.success, 1, opcode & 0xff, opcode >> 8]));
    this.tryNow();
  }

  /** LE Create Connection Cancel of the host. */
  cancel(): void {
    if (this.deaf) return;
    const held = this.#held !== null;
    this.#held = null;
    const status = held ? HciStatus.success : HciStatus.commandDisallowed;
    this.#ends.toHost(commandCompletePacket(HciCommand.leCreateConnectionCancel, [status]));
    if (held) this.#failed(HciStatus.unknownConnection);
  }

  /** The target may have become audible. */
  tryNow(): void {
    const packet = this.#held;
    // The peer's address stands behind interval, window, filter policy and address type.
    if (!packet || this.deaf || !this.#ends.audible(addressText(packet, 10))) return;
    this.#held = null;
    this.#ends.connect(packet.subarray(4)).then(
      (status) => {
        if (status !== HciStatus.success) this.#failed(status);
      },
      () => {},
    );
  }

  drop(): void {
    this.#held = null;
  }

  #failed(status: number): void {
    const parameters = new Array<number>(19).fill(0);
    parameters[0] = LeMeta.connectionComplete;
    parameters[1] = status;
    this.#ends.toHost(eventPacket(HciEvent.leMeta, parameters));
  }
}
