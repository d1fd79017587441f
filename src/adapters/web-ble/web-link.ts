/** One connection of the browser: requests one at a time, each with a deadline, none outliving the link. */
import { KitError } from '../../contract/errors.ts';
import type { GattLink, Uuid } from '../../ports/gatt.ts';
import type { Clock, HostTimeUs } from '../../ports/time.ts';
import type { Timers } from '../../ports/timers.ts';
import type { WebCharacteristic, WebDevice, WebGattServer } from './bluetooth-types.ts';
import { linkFault } from './faults.ts';
import { kitUuid } from './uuids.ts';

const REQUEST_DEADLINE_MS = 3000;
/**
 * ATT MTU that the systems under Chromium ask for by themselves, at least; the browser does not say what came of it. A
 * device that knows its link refuses what does not fit, and its driver goes on to what does.
 */
const USUAL_MTU = 185;

type Receive = (bytes: Uint8Array, arrivalUs: HostTimeUs) => void;

export interface WebLink extends GattLink {
  /** Of the services that the page may use. */
  readonly services: ReadonlySet<Uuid>;
  readonly ended: boolean;
  end(reason: string): void;
}

/** A copy: the view may lie anywhere in a buffer that the browser goes on using. */
const bytesOf = (view: DataView): Uint8Array =>
  new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength).slice();

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Connects and reads what is there. Rejects with a KitError within the deadline; nothing stays connected then. */
export async function openWebLink(
  device: WebDevice,
  deps: { readonly clock: Clock; readonly timers: Timers },
  deadlineMs: number,
  onDiscovering: () => void = () => {},
): Promise<WebLink> {
  const { clock, timers } = deps;
  const gatt = device.gatt;
  if (!gatt) throw new KitError('SENSOR_UNSUPPORTED', 'it offers nothing to connect to');
  const characteristics = new Map<Uuid, WebCharacteristic>();
  const services = new Set<Uuid>();
  const endListeners: ((reason: string) => void)[] = [];
  /** Every request that waits for an answer. */
  const waiting = new Set<(error: KitError) => void>();
  const listening = new Map<Uuid, (event: unknown) => void>();
  /** Values that came while the same characteristic was being read: one of them is the answer to the reading. */
  const held = new Map<Uuid, { readonly bytes: Uint8Array; readonly arrivalUs: HostTimeUs }[]>();
  const receivers = new Map<Uuid, Receive>();
  let endReason: string | null = null;
  let leaving = false;
  let tail: Promise<unknown> = Promise.resolve();

  function end(reason: string): void {
    if (endReason !== null) return;
    endReason = reason;
    device.removeEventListener('gattserverdisconnected', onDisconnected);
    for (const [uuid, listener] of listening)
      characteristics.get(uuid)?.removeEventListener('characteristicvaluechanged', listener);
    receivers.clear();
    for (const reject of waiting) reject(new KitError('LINK_LOST', reason));
    waiting.clear();
    for (const listener of endListeners.splice(0)) listener(reason);
  }
  const onDisconnected = (): void => end(leaving ? 'ended by this page' : 'out of range or switched off');

  /** Rejects at the deadline or with the link, whatever becomes of the request itself. */
  function bounded<T>(request: () => Promise<T>, limitMs: number, whatFor: string): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (endReason !== null) {
        reject(new KitError('LINK_LOST', endReason));
        return;
      }
      const settle = (): void => {
        cancel();
        waiting.delete(give);
      };
      const give = (error: KitError): void => {
        settle();
        reject(error);
      };
      waiting.add(give);
      const cancel = timers.after(limitMs, () => give(new KitError('LINK_TIMEOUT', whatFor)));
      request().then(
        (value) => {
          settle();
          resolve(value);
        },
        (cause: unknown) => give(linkFault(cause, whatFor)),
      );
    });
  }
  /** One at a time: a browser refuses a second request while the first is under way. */
  function inTurn<T>(request: () => Promise<T>, limitMs: number, whatFor: string): Promise<T> {
    const result = tail.then(() => bounded(request, limitMs, whatFor));
    tail = result.catch(() => undefined);
    return result;
  }
  function find(uuid: Uuid, may: (properties: WebCharacteristic['properties']) => boolean, what: string) {
    if (endReason !== null) throw new KitError('LINK_LOST', endReason);
    const found = characteristics.get(uuid);
    if (!found || !may(found.properties)) throw new KitError('ATT_ERROR', `${uuid} cannot ${what}`);
    return found;
  }

  async function discover(server: WebGattServer): Promise<void> {
    for (const service of await server.getPrimaryServices()) {
      services.add(kitUuid(service.uuid));
      for (const characteristic of await service.getCharacteristics()) {
        const uuid = kitUuid(characteristic.uuid);
        if (!characteristics.has(uuid)) characteristics.set(uuid, characteristic);
      }
    }
  }

  device.addEventListener('gattserverdisconnected', onDisconnected);
  const startedUs = clock.nowUs();
  try {
    const server = await bounded(() => gatt.connect(), deadlineMs, 'connecting');
    onDiscovering();
    const leftMs = Math.max(1, deadlineMs - (clock.nowUs() - startedUs) / 1000);
    await bounded(() => discover(server), leftMs, 'reading what the sensor offers');
  } catch (cause) {
    leaving = true;
    end('it could not be connected');
    // Also ends an attempt that is still under way in the browser.
    gatt.disconnect();
    throw cause;
  }

  return {
    deviceId: device.id,
    name: device.name ?? '',
    mtu: USUAL_MTU,
    characteristics: new Set(characteristics.keys()),
    services,
    get ended() {
      return endReason !== null;
    },
    end,
    async read(uuid, limitMs = REQUEST_DEADLINE_MS) {
      const characteristic = find(uuid, (p) => p.read, 'be read');
      const read = async (): Promise<Uint8Array> => {
        const listened = listening.has(uuid);
        if (listened) held.set(uuid, []);
        try {
          const answer = bytesOf(await characteristic.readValue());
          const came = held.get(uuid) ?? [];
          // The answer is told as an event, too; it is no notification.
          const own = came.findLastIndex((value) => same(value.bytes, answer));
          if (own >= 0) came.splice(own, 1);
          return answer;
        } finally {
          const came = held.get(uuid) ?? [];
          held.delete(uuid);
          for (const { bytes, arrivalUs } of came) receivers.get(uuid)?.(bytes, arrivalUs);
        }
      };
      return inTurn(read, limitMs, `read of ${uuid}`);
    },
    async write(uuid, bytes, options = {}) {
      const { withoutResponse = false, deadlineMs: limitMs = REQUEST_DEADLINE_MS } = options;
      const characteristic = find(uuid, (p) => (withoutResponse ? p.writeWithoutResponse : p.write), 'be written');
      const copy = Uint8Array.from(bytes);
      const write = (): Promise<void> =>
        withoutResponse ? characteristic.writeValueWithoutResponse(copy) : characteristic.writeValueWithResponse(copy);
      return inTurn(write, limitMs, `write to ${uuid}`);
    },
    async subscribe(uuid, onNotification) {
      const characteristic = find(uuid, (p) => p.notify || p.indicate, 'notify');
      receivers.set(uuid, onNotification);
      if (!listening.has(uuid)) {
        const listener = (): void => {
          const arrivalUs = clock.nowUs();
          const { value } = characteristic;
          if (endReason !== null || !value) return;
          const bytes = bytesOf(value);
          const hold = held.get(uuid);
          if (hold) hold.push({ bytes, arrivalUs });
          else receivers.get(uuid)?.(bytes, arrivalUs);
        };
        listening.set(uuid, listener);
        characteristic.addEventListener('characteristicvaluechanged', listener);
      }
      await inTurn(() => characteristic.startNotifications(), REQUEST_DEADLINE_MS, `subscription to ${uuid}`);
    },
    async unsubscribe(uuid) {
      const characteristic = find(uuid, (p) => p.notify || p.indicate, 'notify');
      await inTurn(() => characteristic.stopNotifications(), REQUEST_DEADLINE_MS, `end of the subscription to ${uuid}`);
      const listener = listening.get(uuid);
      if (listener) characteristic.removeEventListener('characteristicvaluechanged', listener);
      listening.delete(uuid);
      receivers.delete(uuid);
    },
    rssiDbm: async () => null,
    async disconnect() {
      leaving = true;
      gatt.disconnect();
      end('ended by this page');
    },
    onEnd(listener) {
      if (endReason === null) endListeners.push(listener);
      else listener(endReason);
    },
  };
}
