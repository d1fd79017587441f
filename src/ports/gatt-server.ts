/** A simulated peripheral as data and pure steps, without transport: the same model runs on the virtual radio and in process. */
import type { Uuid } from './gatt.ts';

export type GattProperty = 'read' | 'write' | 'writeWithoutResponse' | 'notify';

export interface GattServerCharacteristic {
  readonly uuid: Uuid;
  readonly properties: readonly GattProperty[];
}

export interface GattServerService {
  readonly uuid: Uuid;
  readonly characteristics: readonly GattServerCharacteristic[];
}

/** ATT error codes used by models (Bluetooth Core 5.3, Vol 3, Part F, 3.4.1.1). 0 is success. */
export const AttError = {
  ok: 0x00,
  readNotPermitted: 0x02,
  writeNotPermitted: 0x03,
  invalidLength: 0x0d,
  /** Application errors start here. */
  application: 0x80,
} as const;

export interface GattServerModel {
  readonly name: string;
  /** UUIDs in the advertisement. */
  readonly advertisedServices: readonly Uuid[];
  readonly services: readonly GattServerService[];
  /** Value, or an ATT error code. */
  read(characteristic: Uuid): Uint8Array | number;
  /** 0, or an ATT error code. */
  write(characteristic: Uuid, bytes: Uint8Array, nowUs: number): number;
  subscriptionChanged(characteristic: Uuid, on: boolean, nowUs: number): void;
  connected(mtu: number, nowUs: number): void;
  mtuChanged(mtu: number): void;
  disconnected(nowUs: number): void;
  /** Emits every notification due by `nowUs`; returns the time when it wants to be called next (Infinity: not before an event). */
  advance(nowUs: number, notify: (characteristic: Uuid, bytes: Uint8Array) => void): number;
}
