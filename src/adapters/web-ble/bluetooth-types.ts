/**
 * The part of Web Bluetooth that the kit uses (https://webbluetoothcg.github.io/web-bluetooth/), as a browser has it under
 * `navigator.bluetooth`. Said here because no library of types that is installed has it, and so that a test can be one.
 */

export interface WebEventTarget {
  addEventListener(type: string, listener: (event: unknown) => void): void;
  removeEventListener(type: string, listener: (event: unknown) => void): void;
}

export interface WebCharacteristic extends WebEventTarget {
  /** 128 bits, small letters, with dashes. */
  readonly uuid: string;
  readonly properties: {
    readonly read: boolean;
    readonly write: boolean;
    readonly writeWithoutResponse: boolean;
    readonly notify: boolean;
    readonly indicate: boolean;
  };
  /** What came last, by notification or by reading; the event `characteristicvaluechanged` says that it did. */
  readonly value?: DataView | null;
  readValue(): Promise<DataView>;
  writeValueWithResponse(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  writeValueWithoutResponse(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  startNotifications(): Promise<unknown>;
  stopNotifications(): Promise<unknown>;
}

export interface WebService {
  readonly uuid: string;
  getCharacteristics(): Promise<readonly WebCharacteristic[]>;
}

export interface WebGattServer {
  readonly connected: boolean;
  connect(): Promise<WebGattServer>;
  disconnect(): void;
  getPrimaryServices(): Promise<readonly WebService[]>;
}

/** Event `gattserverdisconnected`. */
export interface WebDevice extends WebEventTarget {
  /** Of this device for this origin; it says nothing of the radio address. */
  readonly id: string;
  readonly name?: string | undefined;
  readonly gatt?: WebGattServer | undefined;
}

export interface WebDeviceFilter {
  readonly services?: string[];
  readonly namePrefix?: string;
}

/** Event `availabilitychanged`. */
export interface WebBluetooth extends WebEventTarget {
  getAvailability(): Promise<boolean>;
  /** Opens the browser's list of devices; only in answer to a press of the person. */
  requestDevice(options: { filters: WebDeviceFilter[]; optionalServices: string[] }): Promise<WebDevice>;
}
