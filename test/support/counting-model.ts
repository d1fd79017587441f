/**
 * The simplest stream that can be counted: packets with a counter and the time of sending, at a given rate from the
 * first subscription on. With characteristics that misbehave on purpose.
 */
import type { GattServerModel } from '../../src/ports/gatt-server.ts';

const BASE = 'a0e7000100004c0f9e5c3a7b6d2f18';
export const SERVICE = `${BASE}00`;
/** Notify: u32 counter, f64 time of sending (us), then filler that repeats the counter's low byte. */
export const STREAM = `${BASE}01`;
/** Read, write, write without response: gives back what was written last. */
export const ECHO = `${BASE}02`;
/** Read: LONG_BYTES bytes, 0, 1, 2 … */
export const LONG = `${BASE}03`;
/** Read, write and subscription are refused with REFUSAL. */
export const REFUSING = `${BASE}04`;
/** Write: whatever is written stops the stream. */
export const STOP = `${BASE}05`;
/** The standard battery level, read: 87 %. */
export const BATTERY = '2a19';

export const LONG_BYTES = 400;
export const REFUSAL = 0x81;
export const HEADER_BYTES = 12;

export interface CountingOptions {
  readonly name: string;
  readonly rateHz: number;
  /** Bytes of a notification; less when the MTU is small. */
  readonly bytes: number;
}

export function createCountingModel({ name, rateHz, bytes }: CountingOptions): GattServerModel {
  let mtu = 23;
  let counter = 0;
  let echo: Uint8Array = new Uint8Array(0);
  /** Time of packet `counter`, or null when nobody listens. */
  let epochUs: number | null = null;
  let first = 0;
  return {
    name,
    advertisedServices: [SERVICE],
    services: [
      {
        uuid: SERVICE,
        characteristics: [
          { uuid: STREAM, properties: ['notify'] },
          { uuid: ECHO, properties: ['read', 'write', 'writeWithoutResponse'] },
          { uuid: LONG, properties: ['read'] },
          { uuid: STOP, properties: ['write'] },
          { uuid: REFUSING, properties: ['read', 'write', 'notify'] },
        ],
      },
      { uuid: '180f', characteristics: [{ uuid: BATTERY, properties: ['read', 'notify'] }] },
    ],
    read(characteristic) {
      if (characteristic === ECHO) return echo;
      if (characteristic === LONG) return Uint8Array.from({ length: LONG_BYTES }, (_, i) => i & 0xff);
      if (characteristic === BATTERY) return Uint8Array.of(87);
      return REFUSAL;
    },
    write(characteristic, written) {
      if (characteristic === STOP) epochUs = null;
      if (characteristic === STOP) return 0;
      if (characteristic !== ECHO) return REFUSAL;
      echo = written;
      return 0;
    },
    subscriptionChanged(characteristic, on, nowUs) {
      if (characteristic !== STREAM) return;
      epochUs = on ? nowUs : null;
      first = counter;
    },
    connected(at) {
      mtu = at;
    },
    mtuChanged(to) {
      mtu = to;
    },
    disconnected() {
      epochUs = null;
    },
    advance(nowUs, notify) {
      if (epochUs === null) return Number.POSITIVE_INFINITY;
      const dueUs = () => epochUs! + ((counter - first) * 1e6) / rateHz;
      while (dueUs() <= nowUs) {
        const packet = new Uint8Array(Math.max(HEADER_BYTES, Math.min(bytes, mtu - 3))).fill(counter & 0xff);
        const view = new DataView(packet.buffer);
        view.setUint32(0, counter++, true);
        view.setFloat64(4, nowUs, true);
        notify(STREAM, packet);
      }
      return dueUs();
    },
  };
}

export interface CountedPacket {
  readonly counter: number;
  readonly sentUs: number;
  /** The filler is what was sent. */
  readonly intact: boolean;
}

export function readCountedPacket(packet: Uint8Array): CountedPacket {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const counter = view.getUint32(0, true);
  return {
    counter,
    sentUs: view.getFloat64(4, true),
    intact: packet.subarray(HEADER_BYTES).every((byte) => byte === (counter & 0xff)),
  };
}
