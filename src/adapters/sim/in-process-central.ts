/** A GattCentral over simulated peripherals in the same process: no radio; real time, or a test's. */
import { KitError } from '../../contract/errors.ts';
import type { Advertisement, GattCentral, GattLink, RadioStatus, Uuid } from '../../ports/gatt.ts';
import type { GattServerModel } from '../../ports/gatt-server.ts';
import type { Clock, HostTimeUs } from '../../ports/time.ts';
import type { Timers } from '../../ports/timers.ts';

export interface SimulatedPeripheral {
  /** Stable identity, e.g. the serial. */
  readonly deviceId: string;
  readonly model: GattServerModel;
  /** ATT MTU that the link negotiates; 247 when left out. */
  readonly mtu?: number;
}

export interface InProcessCentral extends GattCentral {
  /** Ends a link as if the band had gone out of range (tests of reconnecting). False when there is none. */
  breakLink(deviceId: string, reason?: string): boolean;
  /** Takes a peripheral out of sight (no advertising, no connecting) or back. */
  setInSight(deviceId: string, inSight: boolean): void;
}

const hostTimers: Timers = {
  after(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};

const ADVERTISING_MS = 500;
/** A host that slept longer than this does not replay what it missed, ms: a radio would not either. */
const CATCH_UP_LIMIT_MS = 30_000;

export function createInProcessCentral(
  peripherals: readonly SimulatedPeripheral[],
  clock: Clock,
  timers: Timers = hostTimers,
): InProcessCentral {
  const links = new Map<string, { end(reason: string): void }>();
  const outOfSight = new Set<string>();
  const scans = new Set<() => void>();
  let running = false;
  const statusListeners: ((status: RadioStatus) => void)[] = [];
  const status = (): RadioStatus => ({ status: running ? 'ready' : 'starting' });
  const advertisementOf = ({ deviceId, model }: SimulatedPeripheral): Advertisement => ({
    deviceId,
    name: model.name,
    serviceUuids: model.advertisedServices,
    rssiDbm: null,
  });

  const open = ({ deviceId, model, mtu = 247 }: SimulatedPeripheral): GattLink => {
    const properties = new Map(
      model.services.flatMap((s) => s.characteristics.map((c) => [c.uuid, c.properties] as const)),
    );
    const handlers = new Map<Uuid, (bytes: Uint8Array, arrivalUs: HostTimeUs) => void>();
    const endListeners: ((reason: string) => void)[] = [];
    let ended: string | null = null;
    let cancel: (() => void) | null = null;

    const pump = (): void => {
      cancel?.();
      cancel = null;
      if (ended !== null) return;
      const nowUs = clock.nowUs();
      const dueUs = model.advance(nowUs, (characteristic, bytes) => {
        handlers.get(characteristic)?.(bytes.slice(), clock.nowUs());
      });
      // Due times come from the model's own schedule, so a late timer never shifts the following ones.
      if (ended !== null || cancel !== null || !Number.isFinite(dueUs)) return;
      cancel = timers.after(Math.max(0, (dueUs - clock.nowUs()) / 1000), () => wake(dueUs));
    };
    const wake = (dueUs: number): void => {
      if ((clock.nowUs() - dueUs) / 1000 > CATCH_UP_LIMIT_MS) {
        link.end('supervision timeout');
        return;
      }
      cancel = null;
      pump();
    };
    const link = {
      end(reason: string): void {
        if (ended !== null) return;
        ended = reason;
        cancel?.();
        links.delete(deviceId);
        handlers.clear();
        model.disconnected(clock.nowUs());
        for (const listener of endListeners.splice(0)) listener(reason);
      },
    };
    const check = (characteristic: Uuid, ...anyOf: string[]): void => {
      if (ended !== null) throw new KitError('LINK_LOST', ended);
      const found = properties.get(characteristic);
      if (!found?.some((p) => anyOf.includes(p)))
        throw new KitError('ATT_ERROR', `${characteristic} cannot ${anyOf[0]}`);
    };
    const attError = (code: number): KitError =>
      new KitError('ATT_ERROR', `ATT 0x${code.toString(16).padStart(2, '0')}`);

    links.set(deviceId, link);
    model.connected(mtu, clock.nowUs());
    return {
      deviceId,
      name: model.name,
      mtu,
      characteristics: new Set(properties.keys()),
      async read(characteristic) {
        check(characteristic, 'read');
        const value = model.read(characteristic);
        if (typeof value === 'number') throw attError(value);
        return value.slice();
      },
      async write(characteristic, bytes, options) {
        check(characteristic, options?.withoutResponse ? 'writeWithoutResponse' : 'write');
        const code = model.write(characteristic, bytes.slice(), clock.nowUs());
        // The writer's promise settles before anything that the write causes is delivered.
        setImmediate(pump);
        if (code !== 0) throw attError(code);
      },
      async subscribe(characteristic, onNotification) {
        check(characteristic, 'notify');
        handlers.set(characteristic, onNotification);
        model.subscriptionChanged(characteristic, true, clock.nowUs());
        pump();
      },
      async unsubscribe(characteristic) {
        check(characteristic, 'notify');
        pump();
        model.subscriptionChanged(characteristic, false, clock.nowUs());
        handlers.delete(characteristic);
      },
      rssiDbm: async () => null,
      disconnect: async () => link.end('disconnected by the host'),
      onEnd(listener) {
        if (ended === null) endListeners.push(listener);
        else listener(ended);
      },
    };
  };

  return {
    sourceId: 'simulator',
    status,
    onStatus: (listener) => void statusListeners.push(listener),
    async start() {
      running = true;
      for (const listener of statusListeners) listener(status());
    },
    async scan(onFound) {
      const report = (): void => {
        for (const peripheral of peripherals) {
          if (!links.has(peripheral.deviceId) && !outOfSight.has(peripheral.deviceId))
            onFound(advertisementOf(peripheral));
        }
      };
      const first = setImmediate(report);
      const timer = setInterval(report, ADVERTISING_MS);
      const stop = (): void => {
        clearImmediate(first);
        clearInterval(timer);
        scans.delete(stop);
      };
      scans.add(stop);
      return async () => stop();
    },
    async connect(deviceId, _deadlineMs, onStep) {
      onStep?.('connecting');
      const peripheral = peripherals.find((p) => p.deviceId === deviceId);
      if (!running || !peripheral || outOfSight.has(deviceId)) throw new KitError('SENSOR_NOT_FOUND', deviceId);
      if (links.has(deviceId)) throw new KitError('SENSOR_BUSY', deviceId);
      return open(peripheral);
    },
    async stop() {
      for (const stop of [...scans]) stop();
      for (const link of [...links.values()]) link.end('stopped');
      running = false;
    },
    breakLink(deviceId, reason = 'out of range') {
      const link = links.get(deviceId);
      link?.end(reason);
      return link !== undefined;
    },
    setInSight(deviceId, inSight) {
      if (inSight) outOfSight.delete(deviceId);
      else {
        outOfSight.add(deviceId);
        links.get(deviceId)?.end('out of range');
      }
    },
  };
}
