/** One connection in the radio process: GATT operations one at a time, each with a deadline, none outliving the link. */
import { KitError } from '../../contract/errors.ts';
import type { Uuid } from '../../ports/gatt.ts';
import { type HciTap, settleMtu, tapRefusals } from './noble-hci.ts';
import type { Noble, NobleCharacteristic, NobleHciInternals, NoblePeripheral } from './noble-types.ts';

export interface NobleLinkEvents {
  onData(characteristic: Uuid, bytes: Uint8Array, arrivalUs: number): void;
  onEnd(reason: string): void;
}

/** Time for the other side to confirm a goodbye, ms; then the link counts as ended anyway. */
const GOODBYE_MS = 1000;

const BY_GATEWAY = 'ended by the gateway';
/** @stoprocent/noble ends the links of a lost adapter itself, with this word for a reason: 'cleanup'. */
const BY_ADAPTER = 'the Bluetooth adapter went away';

/** Disconnect reasons that occur, in words (Core 5.3, Vol 1, Part F, 1.3). */
const REASONS: Record<number, string> = {
  8: 'out of range or switched off',
  19: 'the sensor ended the link',
  20: 'the sensor ran out of resources',
  21: 'the sensor switched itself off',
  22: 'ended by the gateway',
  61: 'radio interference',
  62: 'the link could not be established',
};

/** noble drops leading zeros of short UUIDs. */
export function normalUuid(uuid: string): Uuid {
  const plain = uuid.toLowerCase().replaceAll('-', '');
  return plain.length < 4 ? plain.padStart(4, '0') : plain;
}

export class NobleLink {
  readonly peripheral: NoblePeripheral;
  readonly #noble: Noble & NobleHciInternals;
  readonly #events: NobleLinkEvents;
  readonly #characteristics = new Map<Uuid, NobleCharacteristic>();
  readonly #tap: HciTap;
  readonly #onDisconnect: (reason?: unknown) => void;
  /** Every operation that waits for an answer. */
  readonly #waiting = new Set<(error: KitError) => void>();
  /** The one among them that an ATT error would answer. */
  #refusable: ((error: KitError) => void) | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #ended = false;
  #leaving = false;
  #mtu = 0;

  /** The peripheral must be connected. */
  constructor(noble: Noble, peripheral: NoblePeripheral, events: NobleLinkEvents) {
    this.#noble = noble;
    this.peripheral = peripheral;
    this.#events = events;
    this.#tap = tapRefusals(this.#noble, peripheral, ({ request, code }) => {
      const detail = `request 0x${request.toString(16)}, error 0x${code.toString(16).padStart(2, '0')}`;
      this.#refusable?.(new KitError('ATT_ERROR', detail));
    });
    this.#onDisconnect = (reason) => {
      const inWords = reason === 'cleanup' ? BY_ADAPTER : typeof reason === 'number' ? REASONS[reason] : undefined;
      this.end(this.#leaving ? BY_GATEWAY : (inWords ?? `link lost (${String(reason)})`));
    };
    peripheral.on('disconnect', this.#onDisconnect);
  }

  get mtu(): number {
    return this.#mtu;
  }

  get characteristics(): Uuid[] {
    return [...this.#characteristics.keys()];
  }

  /** Finds all services and characteristics; the MTU is known when it resolves. */
  async discover(deadlineMs: number): Promise<void> {
    const found = await this.#run<readonly NobleCharacteristic[]>(deadlineMs, 'discovery', false, (resolve, reject) => {
      this.peripheral.discoverAllServicesAndCharacteristics((error, _services, characteristics) => {
        if (error) reject(new KitError('ATT_ERROR', String(error)));
        else resolve(characteristics);
      });
    });
    for (const characteristic of found) {
      const uuid = normalUuid(characteristic.uuid);
      if (!this.#characteristics.has(uuid)) this.#characteristics.set(uuid, characteristic);
    }
    this.#mtu = settleMtu(this.#noble, this.peripheral);
  }

  async read(uuid: Uuid, deadlineMs: number): Promise<Uint8Array> {
    const characteristic = this.#find(uuid, ['read']);
    const data = await this.#run<Buffer>(deadlineMs, `read of ${uuid}`, true, (resolve) =>
      characteristic.read((_error, value) => resolve(value)),
    );
    return new Uint8Array(data);
  }

  write(uuid: Uuid, bytes: Uint8Array, withoutResponse: boolean, deadlineMs: number): Promise<void> {
    const characteristic = this.#find(uuid, [withoutResponse ? 'writeWithoutResponse' : 'write']);
    return this.#run<void>(deadlineMs, `write to ${uuid}`, true, (resolve) =>
      characteristic.write(Buffer.from(bytes), withoutResponse, () => resolve()),
    );
  }

  subscribe(uuid: Uuid, deadlineMs: number): Promise<void> {
    const characteristic = this.#find(uuid, ['notify', 'indicate']);
    characteristic.removeAllListeners('data');
    characteristic.on('data', (data: Buffer, isNotification: boolean) => {
      const arrivalUs = Number(process.hrtime.bigint() / 1000n);
      if (isNotification && !this.#ended) this.#events.onData(uuid, data, arrivalUs);
    });
    return this.#run<void>(deadlineMs, `subscription to ${uuid}`, true, (resolve) =>
      characteristic.subscribe(() => resolve()),
    );
  }

  async unsubscribe(uuid: Uuid, deadlineMs: number): Promise<void> {
    const characteristic = this.#find(uuid, ['notify', 'indicate']);
    await this.#run<void>(deadlineMs, `end of the subscription to ${uuid}`, true, (resolve) =>
      characteristic.unsubscribe(() => resolve()),
    );
    characteristic.removeAllListeners('data');
  }

  /** dBm, or null where the adapter does not say. */
  async rssi(deadlineMs: number): Promise<number | null> {
    // Not an ATT request, so it needs no turn; adapters that never answer are common.
    const rssi = await this.#raced<number | null>(deadlineMs, 'signal strength', (resolve) =>
      this.peripheral.updateRssi((_error, value) => resolve(value)),
    ).catch(() => null);
    return rssi === 127 ? null : rssi;
  }

  async disconnect(): Promise<void> {
    if (this.#ended) return;
    const ended = new Promise<void>((resolve) => {
      this.peripheral.once('disconnect', () => resolve());
      setTimeout(resolve, GOODBYE_MS);
    });
    this.#leaving = true;
    this.peripheral.disconnect();
    await ended;
    this.end(BY_GATEWAY);
  }

  /** The link is over, for whatever cause. Everything that waits on it fails now. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.peripheral.removeListener('disconnect', this.#onDisconnect);
    // noble keeps the peripheral object for the next link; nothing of this one may stay on it.
    for (const event of ['rssiUpdate', 'servicesDiscover']) this.peripheral.removeAllListeners(event);
    for (const characteristic of this.#characteristics.values()) characteristic.removeAllListeners();
    this.#tap.close();
    for (const fail of [...this.#waiting]) fail(new KitError('LINK_LOST', reason));
    this.#events.onEnd(reason);
  }

  #find(uuid: Uuid, anyOf: readonly string[]): NobleCharacteristic {
    const characteristic = this.#characteristics.get(uuid);
    if (!characteristic) throw new KitError('ATT_ERROR', `the sensor has no characteristic ${uuid}`);
    if (!anyOf.some((property) => characteristic.properties.includes(property))) {
      throw new KitError('ATT_ERROR', `characteristic ${uuid} does not allow ${anyOf[0]}`);
    }
    return characteristic;
  }

  /** Waits its turn, then races the operation against its deadline, a refusal and the end of the link. */
  #run<T>(
    deadlineMs: number,
    what: string,
    refusable: boolean,
    operate: (resolve: (value: T) => void, reject: (error: KitError) => void) => void,
  ): Promise<T> {
    const dueMs = performance.now() + deadlineMs;
    const turn = this.#tail.then(() => {
      const leftMs = dueMs - performance.now();
      if (leftMs <= 0) throw new KitError('LINK_TIMEOUT', `${what} never got its turn`);
      return this.#raced<T>(leftMs, what, (resolve, reject) => {
        if (refusable) this.#refusable = reject;
        operate(resolve, reject);
      });
    });
    this.#tail = turn.catch((error: unknown) => {
      // An ATT request without an answer blocks all later ones, and the specification gives the link up for it
      // (Vol 3, Part F, 3.3.3). Where refusals are not seen, the silence may be one, and the link is fine.
      const silent = error instanceof KitError && error.code === 'LINK_TIMEOUT';
      if (silent && this.#tap.seesRefusals && !this.#ended) {
        this.peripheral.disconnect();
        this.end(`no answer: ${what}`);
      }
    });
    return turn;
  }

  #raced<T>(
    deadlineMs: number,
    what: string,
    operate: (resolve: (value: T) => void, reject: (error: KitError) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended) {
        reject(new KitError('LINK_LOST'));
        return;
      }
      const timer = setTimeout(() => fail(new KitError('LINK_TIMEOUT', what)), deadlineMs);
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(fail);
        if (this.#refusable === fail) this.#refusable = null;
      };
      const fail = (error: KitError) => {
        settle();
        reject(error);
      };
      this.#waiting.add(fail);
      try {
        operate((value) => {
          settle();
          resolve(value);
        }, fail);
      } catch (error) {
        fail(new KitError('LINK_LOST', String((error as Error).message), { cause: error }));
      }
    });
  }
}
