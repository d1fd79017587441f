/** A link as the gateway holds it: calls go to the radio process, notifications and the end come from there. */
import type { GattLink, Uuid } from '../../ports/gatt.ts';
import type { HostTimeUs } from '../../ports/time.ts';
import type { ConnectResult, RadioCall } from './radio-messages.ts';

const DEADLINE_MS = 3000;

export type CallRadio = (call: RadioCall, deadlineMs: number) => Promise<unknown>;

export class RadioLink implements GattLink {
  readonly deviceId: string;
  readonly name: string;
  readonly mtu: number;
  readonly intervalMs: number | null;
  readonly characteristics: ReadonlySet<Uuid>;
  readonly #linkId: number;
  readonly #call: CallRadio;
  readonly #subscribers = new Map<Uuid, (bytes: Uint8Array, arrivalUs: HostTimeUs) => void>();
  #endListeners: ((reason: string) => void)[] = [];
  #endReason: string | null = null;

  constructor(deviceId: string, result: ConnectResult, call: CallRadio) {
    this.deviceId = deviceId;
    this.name = result.name;
    this.mtu = result.mtu;
    this.intervalMs = result.intervalMs;
    this.characteristics = new Set(result.characteristics);
    this.#linkId = result.linkId;
    this.#call = call;
  }

  get ended(): boolean {
    return this.#endReason !== null;
  }

  async read(characteristic: Uuid, deadlineMs: number = DEADLINE_MS): Promise<Uint8Array> {
    const bytes = (await this.#call({ op: 'read', linkId: this.#linkId, characteristic }, deadlineMs)) as Uint8Array;
    return Uint8Array.from(bytes);
  }

  async write(
    characteristic: Uuid,
    bytes: Uint8Array,
    options: { withoutResponse?: boolean; deadlineMs?: number } = {},
  ): Promise<void> {
    const withoutResponse = options.withoutResponse ?? false;
    const call: RadioCall = { op: 'write', linkId: this.#linkId, characteristic, bytes, withoutResponse };
    await this.#call(call, options.deadlineMs ?? DEADLINE_MS);
  }

  async subscribe(
    characteristic: Uuid,
    onNotification: (bytes: Uint8Array, arrivalUs: HostTimeUs) => void,
  ): Promise<void> {
    // Before the answer: the first notification may overtake it.
    this.#subscribers.set(characteristic, onNotification);
    await this.#call({ op: 'subscribe', linkId: this.#linkId, characteristic }, DEADLINE_MS);
  }

  async unsubscribe(characteristic: Uuid): Promise<void> {
    await this.#call({ op: 'unsubscribe', linkId: this.#linkId, characteristic }, DEADLINE_MS);
    // The answer has come behind the last notification, here as on the air.
    this.#subscribers.delete(characteristic);
  }

  async rssiDbm(): Promise<number | null> {
    return (await this.#call({ op: 'rssi', linkId: this.#linkId }, 1000)) as number | null;
  }

  async disconnect(): Promise<void> {
    if (this.ended) return;
    await this.#call({ op: 'disconnect', linkId: this.#linkId }, DEADLINE_MS).catch(() => {});
    this.end('ended by the gateway');
  }

  onEnd(listener: (reason: string) => void): void {
    if (this.#endReason !== null) listener(this.#endReason);
    else this.#endListeners.push(listener);
  }

  /** A notification from the radio process. */
  receive(characteristic: Uuid, bytes: Uint8Array, arrivalUs: number): void {
    if (this.ended) return;
    // A copy: the message's bytes are a view into the channel's buffer.
    this.#subscribers.get(characteristic)?.(new Uint8Array(bytes), arrivalUs as HostTimeUs);
  }

  /** The link is over; only the first reason counts. */
  end(reason: string): void {
    if (this.ended) return;
    this.#endReason = reason;
    this.#subscribers.clear();
    const listeners = this.#endListeners;
    this.#endListeners = [];
    for (const listener of listeners) listener(reason);
  }
}
