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
  | 'unknown-characteristic';

export interface Decoder {
  /** Fills `out` (count reset to 0 first). Total: any bytes give a status. Keeps clock and counter unwrapping state. */
  decode(characteristic: Uuid, bytes: Uint8Array, out: SampleBlock): DecodeStatus;
  /** JSON-serialisable; `restore` continues bit for bit. */
  save(): unknown;
  restore(state: unknown): void;
}

export interface StreamWish {
  readonly rateHz: number;
  /** 'inertial' (gyro + accelerometer), 'quaternion', or 'both'. */
  readonly content: 'inertial' | 'quaternion' | 'both';
}

export interface DeviceDriver {
  readonly id: string;
  readonly label: string;
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
