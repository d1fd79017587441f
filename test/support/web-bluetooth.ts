/** A browser's Bluetooth over simulated peripherals, as far as the kit uses it; the person at the list is played, too. */
import type {
  WebBluetooth,
  WebCharacteristic,
  WebDevice,
  WebGattServer,
  WebService,
} from '../../src/adapters/web-ble/bluetooth-types.ts';
import { kitUuid, webUuid } from '../../src/adapters/web-ble/uuids.ts';
import type { GattServerModel } from '../../src/ports/gatt-server.ts';
import type { Clock } from '../../src/ports/time.ts';

/** What a browser throws: a name and words. */
export function domError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** EventTarget, with the listeners in reach. */
class Target {
  readonly #listeners = new Map<string, Set<(event: unknown) => void>>();
  addEventListener(type: string, listener: (event: unknown) => void): void {
    const set = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, set.add(listener));
  }
  removeEventListener(type: string, listener: (event: unknown) => void): void {
    this.#listeners.get(type)?.delete(listener);
  }
  emit(type: string): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) listener({ type, target: this });
  }
  count(type: string): number {
    return this.#listeners.get(type)?.size ?? 0;
  }
}

class FakeCharacteristic extends Target implements WebCharacteristic {
  value: DataView | null = null;
  notifying = false;
  readonly uuid: string;
  readonly properties: WebCharacteristic['properties'];
  readonly #device: FakeDevice;
  constructor(device: FakeDevice, uuid: string, properties: readonly string[]) {
    super();
    this.#device = device;
    this.uuid = uuid;
    this.properties = {
      read: properties.includes('read'),
      write: properties.includes('write'),
      writeWithoutResponse: properties.includes('writeWithoutResponse'),
      notify: properties.includes('notify'),
      indicate: false,
    };
  }
  tell(bytes: Uint8Array): void {
    // Somewhere in a larger buffer, as a browser may have it.
    const buffer = new Uint8Array(bytes.length + 7);
    buffer.set(bytes, 3);
    this.value = new DataView(buffer.buffer, 3, bytes.length);
    this.emit('characteristicvaluechanged');
  }
  async readValue(): Promise<DataView> {
    const answer = await this.#device.request(() => this.#device.model.read(kitUuid(this.uuid)));
    this.#device.beforeAnswer?.(this);
    this.tell(answer as Uint8Array);
    return this.value!;
  }
  async #write(bytes: Uint8Array): Promise<void> {
    await this.#device.request(() => {
      const code = this.#device.model.write(kitUuid(this.uuid), bytes.slice(), this.#device.clock.nowUs());
      return code === 0 ? new Uint8Array(0) : code;
    });
    setImmediate(() => this.#device.pump());
  }
  writeValueWithResponse = (bytes: Uint8Array): Promise<void> => this.#write(bytes);
  writeValueWithoutResponse = (bytes: Uint8Array): Promise<void> => this.#write(bytes);
  async stopNotifications(): Promise<unknown> {
    await this.#device.request(() => new Uint8Array(0));
    this.notifying = false;
    this.#device.model.subscriptionChanged(kitUuid(this.uuid), false, this.#device.clock.nowUs());
    return this;
  }
  async startNotifications(): Promise<unknown> {
    await this.#device.request(() => new Uint8Array(0));
    this.notifying = true;
    this.#device.model.subscriptionChanged(kitUuid(this.uuid), true, this.#device.clock.nowUs());
    this.#device.pump();
    return this;
  }
}

export class FakeDevice extends Target implements WebDevice {
  readonly id: string;
  readonly model: GattServerModel;
  readonly clock: Clock;
  inSight = true;
  /** Requests and connections are never answered. */
  deaf = false;
  beforeAnswer: ((characteristic: FakeCharacteristic) => void) | null = null;
  connections = 0;
  #busy = false;
  #timer: NodeJS.Timeout | null = null;
  #characteristics: FakeCharacteristic[] = [];
  readonly gatt: WebGattServer & { connected: boolean };
  constructor(id: string, model: GattServerModel, clock: Clock) {
    super();
    this.id = id;
    this.model = model;
    this.clock = clock;
    const server: FakeDevice['gatt'] = {
      connected: false,
      connect: async () => {
        this.connections++;
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (this.deaf) return new Promise<WebGattServer>(() => {});
        if (!this.inSight) throw domError('NetworkError', 'Bluetooth Device is no longer in range.');
        server.connected = true;
        this.model.connected(247, clock.nowUs());
        return server;
      },
      disconnect: () => this.drop(),
      getPrimaryServices: async () => this.#discover(),
    };
    this.gatt = server;
  }
  get name(): string {
    return this.model.name;
  }
  #discover(): WebService[] {
    this.#characteristics = [];
    return this.model.services.map((service) => {
      const own = service.characteristics.map((c) => new FakeCharacteristic(this, webUuid(c.uuid), c.properties));
      this.#characteristics.push(...own);
      return { uuid: webUuid(service.uuid), getCharacteristics: async () => own };
    });
  }
  /** As in Chromium: one at a time, none without a connection. */
  async request(work: () => Uint8Array | number): Promise<Uint8Array> {
    if (!this.gatt.connected) throw domError('NetworkError', 'GATT Server is disconnected.');
    if (this.#busy) throw domError('NetworkError', 'GATT operation already in progress.');
    this.#busy = true;
    try {
      await new Promise<void>((resolve) => {
        if (!this.deaf) setImmediate(resolve);
      });
      const answer = work();
      if (typeof answer === 'number') throw domError('NotSupportedError', `GATT Error: ${answer}`);
      return answer;
    } finally {
      this.#busy = false;
    }
  }
  pump(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.gatt.connected) return;
    const dueUs = this.model.advance(this.clock.nowUs(), (uuid, bytes) => {
      const to = this.#characteristics.find((c) => c.notifying && kitUuid(c.uuid) === uuid);
      if (to && !this.deaf) to.tell(bytes);
    });
    if (Number.isFinite(dueUs))
      this.#timer = setTimeout(() => this.pump(), Math.max(0, (dueUs - this.clock.nowUs()) / 1000));
  }
  /** The link ends, from whichever side. */
  drop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (!this.gatt.connected) return;
    this.gatt.connected = false;
    this.#busy = false;
    this.model.disconnected(this.clock.nowUs());
    this.emit('gattserverdisconnected');
  }
}

export interface FakeBluetooth extends WebBluetooth {
  available: boolean;
  /** What the person does at the list: a device, or what the browser throws. */
  person: () => FakeDevice;
  readonly asked: Parameters<WebBluetooth['requestDevice']>[0][];
  emit(type: string): void;
}

export function fakeBluetooth(person: () => FakeDevice): FakeBluetooth {
  const target = new Target();
  const bluetooth: FakeBluetooth = {
    available: true,
    person,
    asked: [],
    addEventListener: (type, listener) => target.addEventListener(type, listener),
    removeEventListener: (type, listener) => target.removeEventListener(type, listener),
    emit: (type) => target.emit(type),
    getAvailability: async () => bluetooth.available,
    async requestDevice(options) {
      bluetooth.asked.push(options);
      return bluetooth.person();
    },
  };
  return bluetooth;
}
