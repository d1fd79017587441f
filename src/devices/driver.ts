/** What a device driver is: a pure codec and a start and stop sequence over a GattLink. */
import type { SampleBlock } from '../core/sample.ts';
import type { Advertisement, GattLink, Uuid } from '../ports/gatt.ts';
import type { StreamDescription, SubjectPrompt } from '../ports/sensor-source.ts';

/** 'ok', or why the bytes gave nothing. A decoder never throws and never blocks. */
export type DecodeStatus =
  | 'ok'
  | 'not-motion'
  | 'too-short'
  | 'too-long'
  | 'bad-version'
  | 'bad-content'
  | 'bad-count'
  | 'bad-length'
  | 'bad-checksum'
  /** A frame, or a sample, goes on in the next notification. */
  | 'incomplete'
  /** The device runs, but was never told how: its outputs are all zero. */
  | 'not-configured'
  | 'unknown-characteristic';

/** What a device says of itself between its samples. */
export type DeviceNotice = 'power-off' | 'power-save' | 'button';

export interface Decoder {
  /** Fills `out` (count reset to 0 first). Total: any bytes give a status. Keeps clock and counter unwrapping state. */
  decode(characteristic: Uuid, bytes: Uint8Array, out: SampleBlock): DecodeStatus;
  /** Device time at `tickUs` 0 and device counter at `counter` 0, as the device sent them; NaN where not known. */
  readonly origin: { readonly tickUs: number; readonly counter: number };
  /** Charge that the bytes told last, 0..1; null when they told none. */
  readonly battery: number | null;
  /** What the last call of `decode` found beside motion; null for nothing. */
  readonly notice: DeviceNotice | null;
  /** JSON-serialisable; `restore` continues bit for bit. */
  save(): unknown;
  restore(state: unknown): void;
}

export interface StreamWish {
  readonly rateHz: number;
  /** 'inertial' (gyro + accelerometer), 'quaternion', or 'both'. */
  readonly content: 'inertial' | 'quaternion' | 'both';
}

export type StreamContent = StreamWish['content'];

/** What is known of a device before it is in the room; docs/devices.md prints it and a test compares the two. */
export interface DeviceFacts {
  /** Rates that the driver asks for, Hz, ascending. */
  readonly ratesHz: readonly number[];
  readonly contents: readonly StreamContent[];
  /** What measures better at the device's rates when everything is there: our filter over raw data, or its own quaternion. */
  readonly attitudeFrom: 'inertial' | 'quaternion';
  readonly time: 'clock' | 'counter' | 'clock and counter' | 'none';
  /** What its quaternion is relative to and how its axes lie. */
  readonly frame: string;
  /** Where the charge is read. */
  readonly battery: string;
  /** How it shows which one it is; null when it cannot. */
  readonly identify: string | null;
  /** Smallest ATT MTU for the default content, and what happens below. */
  readonly mtu: string;
  readonly quirks: readonly string[];
  /** Which of these facts still want a device in the hand. */
  readonly unverified: readonly string[];
  readonly experimental: boolean;
}

/** A payload layout that the bytes alone do not name. */
export interface DecodeMode {
  readonly mode: number;
  readonly label: string;
  readonly characteristic: Uuid;
}

export interface DeviceDriver {
  readonly id: string;
  readonly label: string;
  readonly facts: DeviceFacts;
  /** Services that Web Bluetooth must be told of to give access; the first is what a device of this kind is known by. */
  readonly serviceUuids: readonly Uuid[];
  /** How their names begin, where a device does not advertise its first service: for a browser's list of devices. */
  readonly namePrefixes?: readonly string[];
  /** Any of its UUIDs, where its characteristics are counted in other numbers than its services. */
  readonly characteristicOf?: Uuid;
  /** Empty where the bytes say what they are. */
  readonly modes: readonly DecodeMode[];
  /** A description that `createDecoder` takes, for bytes without a link; `mode` is one of `modes`, else the usual one. */
  describeForDecode(mode?: number): StreamDescription;
  matches(advertisement: Advertisement): boolean;
  /** Reads identity, configures, subscribes, starts. Motion notifications go to `onNotification` of the link's subscriber given here. */
  start(
    link: GattLink,
    wish: StreamWish,
    onNotification: (characteristic: Uuid, bytes: Uint8Array, arrivalUs: number) => void,
  ): Promise<StreamDescription>;
  stop(link: GattLink): Promise<void>;
  /** 0..1 or null; may poll the link. */
  readBattery(link: GattLink): Promise<number | null>;
  identify(link: GattLink): Promise<void>;
  prompt(link: GattLink, code: SubjectPrompt): Promise<void>;
  /** From the stored description alone, so that a recording can be decoded without the device. */
  createDecoder(description: StreamDescription): Decoder;
}
