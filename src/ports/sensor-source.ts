/** Where raw notifications come from: a radio, the simulator, a recording. The pipeline does not know which. */
import type { ConnectStep, RadioStatus, Uuid } from './gatt.ts';
import type { HostTimeUs } from './time.ts';

/** What a decoder needs to know about the stream, stored beside the raw bytes so that they can be decoded again. */
export interface StreamDescription {
  readonly driverId: string;
  /** Identity that survives reconnects and hosts: the serial, never the radio address. */
  readonly sensorSerial: string;
  readonly name: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly hardware: string;
  /** True when a simulator made the data; marked wherever the data appears. */
  readonly simulated: boolean;
  readonly nominalRateHz: number;
  readonly mtu: number;
  /** Driver-specific, JSON-serialisable: packet content, ranges, modes. */
  readonly config: Readonly<Record<string, number | string | boolean>>;
}

export interface RawNotification {
  readonly characteristic: Uuid;
  readonly bytes: Uint8Array;
  readonly arrivalUs: HostTimeUs;
}

export interface SensorStream {
  readonly description: StreamDescription;
  /** 0..1, or null when not known. */
  battery(): number | null;
  rssiDbm(): number | null;
  /** Blink or buzz; rejects with a coded error where the device cannot. */
  identify(): Promise<void>;
  /** Tells a simulated subject what the examiner asked for; a real sensor ignores it. */
  prompt(code: SubjectPrompt): void;
  stop(): Promise<void>;
}

/** What the person wearing the band is asked to do. Byte values are in firmware-spec (simulator service). Append only. */
export const SUBJECT_PROMPTS = [
  'rest',
  'sit-still',
  'nod',
  'turn-left',
  'lie-down-and-flex',
  'frt-left',
  'frt-right',
  'frt-return',
  'sit-up',
  'crom',
  'look-around',
  'crom-flexion',
  'crom-extension',
  'crom-lateral-left',
  'crom-lateral-right',
  'crom-rotation-left',
  'crom-rotation-right',
  'fast-rotation',
  'tumble',
  'trunk-bow',
  'trunk-turn-left',
] as const;
export type SubjectPrompt = (typeof SUBJECT_PROMPTS)[number];

export interface FoundSensor {
  readonly sensorId: string;
  readonly name: string;
  readonly driverId: string | null;
  readonly simulated: boolean;
  readonly rssiDbm: number | null;
}

export interface StreamListener {
  onNotification(notification: RawNotification): void;
  /** How far opening has come; a source that takes no time says nothing. */
  onProgress?(step: ConnectStep | 'starting'): void;
  /** The stream is over: link lost, device gone, recording at its end. */
  onEnd(reason: string): void;
}

export interface SensorSource {
  /** 'radio', 'simulator' or 'replay'. */
  readonly sourceId: string;
  status(): RadioStatus;
  onStatus(listener: (status: RadioStatus) => void): void;
  start(): Promise<void>;
  discover(onFound: (sensor: FoundSensor) => void): Promise<() => Promise<void>>;
  /** Connects, identifies, starts streaming. Rejects with a KitError. */
  open(sensorId: string, listener: StreamListener): Promise<SensorStream>;
  stop(): Promise<void>;
}
