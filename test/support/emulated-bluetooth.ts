/**
 * The Bluetooth of a real Chromium, answered by a simulated peripheral: adapter, the browser's list, connection, services,
 * reads and writes through the DevTools protocol (domains BluetoothEmulation and DeviceAccess). That protocol cannot send
 * a notification, so its bytes come in by a bridge: as the event that Chromium would fire, on the characteristic that the
 * page has subscribed to.
 */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { kitUuid, webUuid } from '../../src/adapters/web-ble/uuids.ts';
import type { GattServerModel } from '../../src/ports/gatt-server.ts';
import type { Clock } from '../../src/ports/time.ts';

const ADDRESS = '0A:0B:0C:0D:0E:0F';
/** Client Characteristic Configuration: without it Chromium subscribes to nothing. */
const CCCD = webUuid('2902');

export interface EmulatedBluetooth {
  /** What the person does at the browser's list; 'choose' unless told otherwise. */
  person: 'choose' | 'cancel';
  /** Lists that the browser has opened. */
  readonly asked: number;
  readonly connections: number;
  /** Notifications delivered to the page. */
  readonly delivered: number;
  /** The link ends as if the band had gone out of range. */
  dropLink(): Promise<void>;
  /** Connections are refused, or accepted again. */
  inSight: boolean;
  /** Of a page: its list, and the bridge. */
  attach(page: Page): Promise<void>;
  /** The page is closed, and opened again: Chromium's emulated adapter goes with the page that used it. */
  reopen(url: string): Promise<void>;
  close(): Promise<void>;
}

/** Runs in the page before anything else: remembers what was subscribed to, and delivers. */
function bridge(): void {
  const subscribed = new Map<string, EventTarget>();
  const prototype: unknown = Reflect.get(
    Reflect.get(globalThis, 'BluetoothRemoteGATTCharacteristic') ?? {},
    'prototype',
  );
  if (typeof prototype !== 'object' || prototype === null) return;
  const original: unknown = Reflect.get(prototype, 'startNotifications');
  Reflect.set(prototype, 'startNotifications', function startNotifications(this: EventTarget & { uuid: string }) {
    subscribed.set(this.uuid, this);
    return typeof original === 'function' ? original.call(this) : undefined;
  });
  const log = { entries: [] as unknown[] };
  Reflect.set(globalThis, 'neckLog', log);
  Reflect.set(globalThis, 'neckDeliver', (uuid: string, packets: number[][]) => {
    const target = subscribed.get(uuid);
    if (!target) return;
    for (const packet of packets) {
      const value = new DataView(Uint8Array.from(packet).buffer);
      Object.defineProperty(target, 'value', { value, configurable: true });
      // The clock stands still while the packet is taken: what is logged is when it came, to the microsecond.
      const now = performance.now();
      Object.defineProperty(performance, 'now', { value: () => now, configurable: true });
      log.entries.push({ uuid, packet, atUs: Math.round(now * 1000) });
      target.dispatchEvent(new Event('characteristicvaluechanged'));
      Reflect.deleteProperty(performance, 'now');
      Reflect.deleteProperty(target, 'value');
    }
  });
}

/** Tries until it succeeds. */
async function untilTaken(action: () => Promise<unknown>, over: () => boolean): Promise<void> {
  for (let tries = 0; tries < 150 && !over(); tries++) {
    try {
      await action();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

export async function emulateBluetooth(
  browser: Browser,
  model: GattServerModel,
  clock: Clock,
  state: 'powered-on' | 'powered-off' | 'absent' = 'powered-on',
): Promise<EmulatedBluetooth> {
  const radio = await browser.newBrowserCDPSession();
  const uuidOf = new Map<string, string>();
  const serviceIds: string[] = [];
  let page: Page | null = null;
  let list: CDPSession | null = null;
  let timer: NodeJS.Timeout | null = null;
  let connected = false;
  let closed = false;
  const tell = { asked: 0, connections: 0, delivered: 0 };
  const waiting: [uuid: string, packet: number[]][] = [];
  let delivering = false;
  /** The adapter, and the headband in its sight. */
  async function switchOn(): Promise<void> {
    await radio.send('BluetoothEmulation.enable', { state, leSupported: true });
    if (state !== 'powered-on') return;
    await radio.send('BluetoothEmulation.simulatePreconnectedPeripheral', {
      address: ADDRESS,
      name: model.name,
      manufacturerData: [],
      knownServiceUuids: model.services.map(({ uuid }) => webUuid(uuid)),
    });
  }
  await switchOn();

  /** A device that was disconnected has lost them in Chromium's emulation: they are made for every connection. */
  async function addServices(): Promise<void> {
    for (const serviceId of serviceIds.splice(0))
      await radio.send('BluetoothEmulation.removeService', { serviceId }).catch(() => undefined);
    uuidOf.clear();
    for (const service of model.services) {
      const { serviceId } = await radio.send('BluetoothEmulation.addService', {
        address: ADDRESS,
        serviceUuid: webUuid(service.uuid),
      });
      serviceIds.push(serviceId);
      for (const { uuid, properties } of service.characteristics) {
        const { characteristicId } = await radio.send('BluetoothEmulation.addCharacteristic', {
          serviceId,
          characteristicUuid: webUuid(uuid),
          properties: {
            read: properties.includes('read'),
            write: properties.includes('write'),
            writeWithoutResponse: properties.includes('writeWithoutResponse'),
            notify: properties.includes('notify'),
          },
        });
        uuidOf.set(characteristicId, webUuid(uuid));
        if (properties.includes('notify'))
          await radio.send('BluetoothEmulation.addDescriptor', { characteristicId, descriptorUuid: CCCD });
      }
    }
  }

  /** One message at a time with all that waits: a busy machine makes them larger, not later and later. */
  async function deliver(): Promise<void> {
    delivering = true;
    while (waiting.length > 0 && page && !closed) {
      const packets = waiting.splice(0);
      await page
        .evaluate((all) => {
          const take: unknown = Reflect.get(globalThis, 'neckDeliver');
          if (typeof take === 'function') for (const [uuid, packet] of all) take(uuid, [packet]);
        }, packets)
        .catch(() => undefined);
    }
    delivering = false;
  }
  function pump(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (!connected || closed) return;
    const nextUs = model.advance(clock.nowUs(), (uuid, bytes) => {
      tell.delivered++;
      waiting.push([webUuid(uuid), [...bytes]]);
    });
    if (!delivering) void deliver();
    if (Number.isFinite(nextUs)) timer = setTimeout(pump, Math.max(1, (nextUs - clock.nowUs()) / 1000));
  }
  function lose(): void {
    if (!connected) return;
    connected = false;
    if (timer) clearTimeout(timer);
    model.disconnected(clock.nowUs());
  }

  const emulated: EmulatedBluetooth = {
    person: 'choose',
    inSight: true,
    get asked() {
      return tell.asked;
    },
    get connections() {
      return tell.connections;
    },
    get delivered() {
      return tell.delivered;
    },
    async dropLink() {
      lose();
      await radio.send('BluetoothEmulation.simulateGATTDisconnection', { address: ADDRESS });
    },
    async attach(next) {
      lose();
      page = next;
      await next.addInitScript(bridge);
      list = await next.context().newCDPSession(next);
      await list.send('DeviceAccess.enable');
      const open = list;
      const answered = new Set<string>();
      const told = new Set<string>();
      list.on('DeviceAccess.deviceRequestPrompted', ({ id, devices }) => {
        const [device] = devices;
        const { person } = emulated;
        if (!told.has(id)) tell.asked++;
        told.add(id);
        if (answered.has(id) || (person === 'choose' && !device)) return;
        answered.add(id);
        const answer = (): Promise<unknown> =>
          person === 'cancel'
            ? open.send('DeviceAccess.cancelPrompt', { id })
            : open.send('DeviceAccess.selectPrompt', { id, deviceId: device!.id });
        // A list that is not ready for an answer yet is not told of again unless another device comes in sight.
        void untilTaken(answer, () => closed);
      });
    },
    async reopen(url) {
      lose();
      await page?.goto('about:blank');
      serviceIds.length = 0;
      await radio.send('BluetoothEmulation.disable');
      await switchOn();
      await page?.goto(url);
    },
    async close() {
      closed = true;
      lose();
      waiting.length = 0;
    },
  };

  async function gattOperation(address: string, type: 'connection' | 'discovery'): Promise<void> {
    const code = type === 'connection' && !emulated.inSight ? 0x3e : 0;
    if (type === 'connection' && code === 0) {
      lose();
      await addServices();
      connected = true;
      tell.connections++;
      model.connected(247, clock.nowUs());
    }
    await radio.send('BluetoothEmulation.simulateGATTOperationResponse', { address, type, code });
  }
  radio.on('BluetoothEmulation.gattOperationReceived', ({ address, type }) => {
    gattOperation(address, type).catch(() => undefined);
  });
  radio.on('BluetoothEmulation.characteristicOperationReceived', ({ characteristicId, type, data }) => {
    const uuid = kitUuid(uuidOf.get(characteristicId) ?? '');
    let code = 0;
    let answer: string | null = null;
    if (type === 'read') {
      const value = model.read(uuid);
      if (typeof value === 'number') code = value;
      else answer = Buffer.from(value).toString('base64');
    } else if (type === 'write')
      code = model.write(uuid, new Uint8Array(Buffer.from(data ?? '', 'base64')), clock.nowUs());
    else model.subscriptionChanged(uuid, type === 'subscribe-to-notifications', clock.nowUs());
    radio
      .send('BluetoothEmulation.simulateCharacteristicOperationResponse', {
        characteristicId,
        type,
        code,
        ...(answer === null ? {} : { data: answer }),
      })
      .then(pump, () => undefined);
  });

  return emulated;
}
