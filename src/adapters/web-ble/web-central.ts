/**
 * The browser's own Bluetooth as the port's GattCentral. A browser shows a list of its own, and only in answer to a press;
 * so choosing is apart from searching: `choose` opens that list, and a search tells of what was chosen since the page was
 * opened. What a sensor advertises is not told to a page, so it is known by the services that it has.
 */
import { ERRORS, type ErrorCode, KitError } from '../../contract/errors.ts';
import type { DeviceDriver } from '../../devices/driver.ts';
import type { Advertisement, GattCentral, RadioStatus } from '../../ports/gatt.ts';
import type { Clock } from '../../ports/time.ts';
import type { Timers } from '../../ports/timers.ts';
import type { WebBluetooth, WebDevice, WebDeviceFilter } from './bluetooth-types.ts';
import { choosingFault } from './faults.ts';
import { webUuid } from './uuids.ts';
import { openWebLink, type WebLink } from './web-link.ts';

const CONNECT_DEADLINE_MS = 10_000;
/** A search tells of what it knows this often, ms: the port allows two a second. */
const TELL_EVERY_MS = 1000;
/** A sensor that was chosen and not taken into use is let go of after this time, ms. */
const KEEP_OPEN_MS = 30_000;

export interface WebCentral extends GattCentral {
  /** Asks the person which sensor it is, and looks at it. Must be called in answer to a press. Rejects with a KitError. */
  choose(): Promise<Advertisement>;
}

interface Known {
  readonly device: WebDevice;
  readonly advertisement: Advertisement;
  link: WebLink | null;
}

/** What the list shows: sensors by their service, and those that advertise none by the beginning of their name. */
function filtersOf(drivers: readonly DeviceDriver[]): WebDeviceFilter[] {
  const services = new Set(drivers.map((driver) => driver.serviceUuids[0]!));
  const prefixes = new Set(drivers.flatMap((driver) => driver.namePrefixes ?? []));
  return [
    ...[...services].map((uuid) => ({ services: [webUuid(uuid)] })),
    ...[...prefixes].map((namePrefix) => ({ namePrefix })),
  ];
}

export function createWebCentral(deps: {
  readonly bluetooth: WebBluetooth;
  readonly drivers: readonly DeviceDriver[];
  readonly clock: Clock;
  readonly timers: Timers;
}): WebCentral {
  const { bluetooth, drivers, clock, timers } = deps;
  const known = new Map<string, Known>();
  const inUse = new Map<string, WebLink>();
  const connecting = new Set<string>();
  const scans = new Set<() => void>();
  const listeners: ((status: RadioStatus) => void)[] = [];
  let status: RadioStatus = { status: 'starting' };

  function setStatus(next: RadioStatus): void {
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    status = next;
    for (const listener of [...listeners]) listener(next);
  }
  const unavailable = (code: ErrorCode): RadioStatus => ({
    status: 'unavailable',
    code,
    message: ERRORS[code].message,
    remedy: ERRORS[code].hint,
  });
  async function look(): Promise<void> {
    const available = await bluetooth.getAvailability().catch(() => false);
    setStatus(available ? { status: 'ready' } : unavailable('BLUETOOTH_NOT_READY'));
  }
  const onAvailability = (): void => void look();

  async function open(device: WebDevice, deadlineMs: number, onDiscovering?: () => void): Promise<WebLink> {
    // Two attempts at once on one device: the browser would end both.
    if (connecting.has(device.id)) throw new KitError('SENSOR_BUSY', device.name ?? device.id);
    connecting.add(device.id);
    try {
      return await openWebLink(device, { clock, timers }, deadlineMs, onDiscovering);
    } finally {
      connecting.delete(device.id);
    }
  }

  return {
    sourceId: 'radio',
    status: () => status,
    onStatus: (listener) => void listeners.push(listener),
    async start() {
      bluetooth.addEventListener('availabilitychanged', onAvailability);
      await look();
    },
    async choose() {
      const optionalServices = [...new Set(drivers.flatMap((driver) => driver.serviceUuids))].map(webUuid);
      const device = await bluetooth
        .requestDevice({ filters: filtersOf(drivers), optionalServices })
        .catch((cause: unknown) => {
          throw choosingFault(cause);
        });
      setStatus({ status: 'ready' });
      const earlier = known.get(device.id);
      if (earlier && (inUse.has(device.id) || earlier.link?.ended === false)) return earlier.advertisement;
      const link = await open(device, CONNECT_DEADLINE_MS);
      const { name } = link;
      const advertisement = { deviceId: device.id, name, serviceUuids: [...link.services], rssiDbm: null };
      if (!drivers.some((driver) => driver.matches(advertisement))) {
        await link.disconnect();
        throw new KitError('SENSOR_UNSUPPORTED', name);
      }
      const entry: Known = { device, advertisement, link };
      known.set(device.id, entry);
      timers.after(KEEP_OPEN_MS, () => {
        const unused = entry.link;
        entry.link = null;
        void unused?.disconnect();
      });
      return advertisement;
    },
    async scan(onFound) {
      let over = false;
      let cancel = (): void => {};
      const stop = (): void => {
        over = true;
        cancel();
        scans.delete(stop);
      };
      const tell = (): void => {
        if (over) return;
        for (const { advertisement } of known.values()) if (!inUse.has(advertisement.deviceId)) onFound(advertisement);
        cancel = timers.after(TELL_EVERY_MS, tell);
      };
      scans.add(stop);
      cancel = timers.after(0, tell);
      return async () => stop();
    },
    async connect(deviceId, deadlineMs = CONNECT_DEADLINE_MS, onStep = () => {}) {
      const entry = known.get(deviceId);
      if (!entry) throw new KitError('SENSOR_NOT_FOUND', deviceId);
      if (inUse.has(deviceId)) throw new KitError('SENSOR_BUSY', deviceId);
      onStep('connecting');
      const waiting = entry.link;
      entry.link = null;
      const link =
        waiting?.ended === false ? waiting : await open(entry.device, deadlineMs, () => onStep('discovering'));
      inUse.set(deviceId, link);
      link.onEnd(() => {
        if (inUse.get(deviceId) === link) inUse.delete(deviceId);
      });
      return link;
    },
    async stop() {
      bluetooth.removeEventListener('availabilitychanged', onAvailability);
      for (const stop of [...scans]) stop();
      const links = [...inUse.values(), ...[...known.values()].flatMap(({ link }) => link ?? [])];
      for (const link of links) await link.disconnect();
      known.clear();
    },
  };
}
