/** The attribute table of a GATT server: handles, types and permissions, from the services of a model (Core 5.3, Vol 3, Part G). */
import type { Uuid } from '../../ports/gatt.ts';
import type { GattProperty, GattServerModel } from '../../ports/gatt-server.ts';

export const UUID_PRIMARY_SERVICE = '2800';
export const UUID_CHARACTERISTIC = '2803';
export const UUID_CLIENT_CONFIGURATION = '2902';

const PROPERTY_BIT: Record<GattProperty, number> = {
  read: 0x02,
  writeWithoutResponse: 0x04,
  write: 0x08,
  notify: 0x10,
};

export interface Attribute {
  readonly handle: number;
  readonly type: Uuid;
  /** Fixed value of a declaration; null where the value lives elsewhere. */
  readonly value: Uint8Array | null;
  /** Last handle of the group, for services. */
  endHandle: number;
  /** The characteristic this attribute belongs to: its value or its client configuration. */
  readonly characteristic: TableCharacteristic | null;
  readonly role: 'declaration' | 'value' | 'configuration';
}

export interface TableCharacteristic {
  readonly uuid: Uuid;
  readonly properties: readonly GattProperty[];
  readonly valueHandle: number;
  /** Constant value of a characteristic that the host serves itself; null: ask the model. */
  readonly constant: Uint8Array | null;
  subscribed: boolean;
}

export interface GattTable {
  /** Ordered by handle, handles from 1 without holes. */
  readonly attributes: readonly Attribute[];
  readonly byUuid: ReadonlyMap<Uuid, TableCharacteristic>;
}

/** Bytes of a UUID as ATT sends them, low byte first. */
export function uuidBytes(uuid: Uuid): Uint8Array {
  const bytes = new Uint8Array(uuid.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[bytes.length - 1 - i] = Number.parseInt(uuid.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** The reverse of uuidBytes. */
export function uuidText(bytes: Uint8Array): Uuid {
  let text = '';
  for (let i = bytes.length - 1; i >= 0; i--) text += bytes[i]!.toString(16).padStart(2, '0');
  return text;
}

interface PlannedService {
  readonly uuid: Uuid;
  readonly characteristics: readonly {
    readonly uuid: Uuid;
    readonly properties: readonly GattProperty[];
    readonly constant?: Uint8Array;
  }[];
}

/** Builds the table. The generic access service (device name, appearance 0 "unknown") is added when the model has none. */
export function buildGattTable(model: Pick<GattServerModel, 'name' | 'services'>): GattTable {
  const genericAccess: PlannedService = {
    uuid: '1800',
    characteristics: [
      { uuid: '2a00', properties: ['read'], constant: new TextEncoder().encode(model.name) },
      { uuid: '2a01', properties: ['read'], constant: Uint8Array.of(0, 0) },
    ],
  };
  const own = model.services.some((service) => service.uuid === '1800');
  const services: readonly PlannedService[] = own ? model.services : [genericAccess, ...model.services];
  const attributes: Attribute[] = [];
  const byUuid = new Map<Uuid, TableCharacteristic>();
  const add = (attribute: Omit<Attribute, 'handle' | 'endHandle'>): Attribute => {
    const handle = attributes.length + 1;
    const added: Attribute = { ...attribute, handle, endHandle: handle };
    attributes.push(added);
    return added;
  };

  for (const service of services) {
    const group = add({
      type: UUID_PRIMARY_SERVICE,
      value: uuidBytes(service.uuid),
      characteristic: null,
      role: 'declaration',
    });
    for (const planned of service.characteristics) {
      if (byUuid.has(planned.uuid)) throw new Error(`characteristic ${planned.uuid} appears twice in one model`);
      const valueHandle = attributes.length + 2;
      const characteristic: TableCharacteristic = {
        uuid: planned.uuid,
        properties: planned.properties,
        valueHandle,
        constant: planned.constant ?? null,
        subscribed: false,
      };
      byUuid.set(planned.uuid, characteristic);
      const bits = planned.properties.reduce((mask, property) => mask | PROPERTY_BIT[property], 0);
      add({
        type: UUID_CHARACTERISTIC,
        value: Uint8Array.of(bits, valueHandle & 0xff, valueHandle >> 8, ...uuidBytes(planned.uuid)),
        characteristic: null,
        role: 'declaration',
      });
      add({ type: planned.uuid, value: null, characteristic, role: 'value' });
      if (planned.properties.includes('notify')) {
        add({ type: UUID_CLIENT_CONFIGURATION, value: null, characteristic, role: 'configuration' });
      }
    }
    group.endHandle = attributes.length;
  }
  return { attributes, byUuid };
}
