/** The part of @abandonware/noble 1.9.2-26 that is used, as it is rather than as its typings say. */
import type { EventEmitter } from 'node:events';

export interface NobleAdvertisement {
  readonly localName?: string;
  readonly serviceUuids?: readonly string[];
}

export interface NobleCharacteristic extends EventEmitter {
  readonly uuid: string;
  readonly properties: readonly string[];
  read(callback: (error: unknown, data: Buffer) => void): void;
  write(data: Buffer, withoutResponse: boolean, callback: (error: unknown) => void): void;
  subscribe(callback: (error: unknown) => void): void;
  unsubscribe(callback: (error: unknown) => void): void;
}

/** In units of the HCI command: intervals 1.25 ms, latency in intervals, timeout 10 ms. Not in the typings. */
export interface NobleConnectOptions {
  readonly minInterval: number;
  readonly maxInterval: number;
  readonly latency: number;
  readonly timeout: number;
}

export interface NoblePeripheral extends EventEmitter {
  readonly id: string;
  readonly advertisement: NobleAdvertisement;
  readonly rssi: number;
  /** Null until the exchange is over; what the server offered, even where more than was asked. */
  readonly mtu: number | null;
  state: string;
  connect(options: NobleConnectOptions, callback: (error: unknown) => void): void;
  cancelConnect(): void;
  disconnect(): void;
  updateRssi(callback: (error: unknown, rssi: number) => void): void;
  discoverAllServicesAndCharacteristics(
    callback: (error: unknown, services: unknown, characteristics: readonly NobleCharacteristic[]) => void,
  ): void;
}

export interface Noble extends EventEmitter {
  startScanning(serviceUuids: readonly string[], allowDuplicates: boolean, callback?: (error?: unknown) => void): void;
  stopScanning(): void;
}

/** Inside the HCI binding (Linux, H4). Private to noble, so every use must bear its absence. */
export interface NobleHciInternals {
  readonly _bindings?: {
    readonly _hci?: EventEmitter;
    readonly _handles?: Record<string, number | undefined>;
    readonly _gatts?: Record<string, { _mtu?: number } | undefined>;
  };
}
