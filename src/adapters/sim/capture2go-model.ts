/** The simulated Capture2Go IMU: the device's side of its protocol over any MotionSource. */
import {
  C2G_FRAME_BYTES,
  C2G_RATES_HZ,
  C2G_SERVICE,
  C2gCharacteristic,
  C2gHeader,
  C2gRealTime,
  C2gState,
  encodeC2gFrame,
} from '../../devices/capture2go-profile.ts';
import { AttError, type GattServerService } from '../../ports/gatt-server.ts';
import { SIMULATOR_PROMPT } from '../../wire/simulator-service.ts';
import { createSampleStream, type StreamSample } from './sample-stream.ts';
import type { SensorModel, SensorModelOptions } from './sensor-model.ts';
import { SIMULATOR_GATT, writePrompt } from './simulator-service.ts';

const DEG = Math.PI / 180;
const STATUS_EVERY_US = 1_000_000;
const IDLE_PAYLOAD_BYTES = 20;

export interface Capture2goModelOptions extends SensorModelOptions {
  /** What it is doing when a host connects: 3 is recording into its own memory. */
  readonly state?: number;
}

export interface Capture2goModel extends SensorModel {
  readonly identifyUntilUs: number;
}

const { rx, tx } = C2gCharacteristic;
const SERVICE: GattServerService = {
  uuid: C2G_SERVICE,
  characteristics: [
    { uuid: rx, properties: ['write', 'writeWithoutResponse'] },
    { uuid: tx, properties: ['notify'] },
  ],
};

/** Index of the largest component, and the three others in 20 bits each, as the vendor packs them. */
export function packC2gQuat(q: ArrayLike<number>): bigint {
  let largest = 0;
  for (let i = 1; i < 4; i++) if (Math.abs(q[i]!) > Math.abs(q[largest]!)) largest = i;
  const sign = q[largest]! < 0 ? -1 : 1;
  let packed = BigInt(largest) << 60n;
  [3, 2, 1].forEach((offset, place) => {
    const value = sign * q[(largest + offset) % 4]!;
    const counts = Math.round(((value + Math.SQRT1_2) / Math.SQRT2) * 0xfffff);
    packed |= BigInt(Math.max(0, Math.min(0xfffff, counts))) << BigInt(20 * place);
  });
  return packed;
}

const counts = (value: number, scale: number): number => Math.max(-32768, Math.min(32767, Math.round(value / scale)));

export function createCapture2goModel(options: Capture2goModelOptions): Capture2goModel {
  const { source, serial = 'SIM001', simulated = true, batteryPercent = 87 } = options;
  const stream = createSampleStream(options);
  let state = options.state ?? C2gState.idle;
  let mtu = 23;
  let subscribed = false;
  let identifyUntilUs = Number.NaN;
  let mode = new Uint8Array(30);
  /** Device clock: nanoseconds at host time 0. */
  let offsetNs = 0n;
  let nextStatusUs = Number.POSITIVE_INFINITY;
  let startedNs = 0n;
  /** The send buffer: what is not real-time. */
  let buffer: number[] = [];

  const clockNs = (hostUs: number): bigint => offsetNs + BigInt(Math.round(hostUs)) * 1000n;
  const send = (header: number, payload?: Uint8Array): void => void buffer.push(...encodeC2gFrame(header, payload));
  const payloadLimit = (): number => Math.max(IDLE_PAYLOAD_BYTES, mtu - 3);

  /** Notifications that carry the buffer, behind the real-time frame when there is one. */
  const notifications = (realTime: Uint8Array | null): Uint8Array[] => {
    const out: Uint8Array[] = [];
    let head = realTime ? [0xfe, ...realTime] : [0xff];
    while (buffer.length > 0 || head.length > 1) {
      const room = payloadLimit() - head.length;
      out.push(Uint8Array.from([...head, ...buffer.slice(0, room)]));
      buffer = buffer.slice(room);
      head = [0xff];
    }
    return out;
  };

  const status = (hostUs: number): Uint8Array => {
    const payload = new Uint8Array(19);
    new DataView(payload.buffer).setBigInt64(0, clockNs(hostUs), true);
    payload.set([state, 2], 8);
    payload.set([batteryPercent, 99], 17);
    return payload;
  };
  const info = (): Uint8Array => {
    const payload = new Uint8Array(47);
    payload[0] = 1;
    const put = (at: number, length: number, text: string): void =>
      payload.set(new TextEncoder().encode(text.slice(0, length)), at);
    // Six characters: the end of the given serial tells sensors apart.
    put(2, 6, serial.replace(/[^\w]/g, '').slice(-6));
    put(8, 8, 'sim');
    put(16, 8, 'sim');
    put(24, 12, '1.0.0-sim');
    put(36, 11, '2026-01-01');
    return payload;
  };

  const sampleTimeNs = (sample: StreamSample): bigint => startedNs + BigInt(Math.round(sample.deviceUs)) * 1000n;
  const singlePayload = (sample: StreamSample, full: boolean): Uint8Array => {
    const payload = new Uint8Array(full ? 37 : 19);
    const view = new DataView(payload.buffer);
    view.setBigInt64(0, sampleTimeNs(sample), true);
    if (full)
      for (let k = 0; k < 3; k++) {
        view.setInt16(8 + 2 * k, counts(sample.gyrRadps[k]!, (2000 * DEG) / 32768), true);
        view.setInt16(14 + 2 * k, counts(sample.accMps2[k]!, (16 * 9.81) / 32768), true);
      }
    view.setBigUint64(full ? 26 : 8, packC2gQuat(sample.quat), true);
    return payload;
  };
  const packedPayload = (samples: readonly StreamSample[]): Uint8Array => {
    const payload = new Uint8Array(115);
    const view = new DataView(payload.buffer);
    view.setBigInt64(0, sampleTimeNs(samples[0]!), true);
    samples.forEach((sample, i) => {
      for (let k = 0; k < 3; k++) {
        view.setInt16(8 + 6 * i + 2 * k, counts(sample.gyrRadps[k]!, (2000 * DEG) / 32768), true);
        view.setInt16(56 + 6 * i + 2 * k, counts(sample.accMps2[k]!, (16 * 9.81) / 32768), true);
      }
    });
    view.setBigUint64(104, packC2gQuat(samples[0]!.quat), true);
    return payload;
  };

  const onAir = (realTime: Uint8Array | null) =>
    subscribed ? notifications(realTime).map((bytes) => ({ characteristic: tx, bytes })) : [];

  const startRealTime = (full: boolean, rateHz: number, nowUs: number): void => {
    startedNs = clockNs(nowUs);
    const header = full ? 0x0247 : 0x0287;
    stream.start(nowUs, {
      rateHz,
      samplesPerPacket: 1,
      make: ([sample]) => {
        const frame = encodeC2gFrame(header, singlePayload(sample!, full));
        // A frame longer than the link is not sent: real-time frames are whole.
        return onAir(frame.length + 1 <= payloadLimit() ? frame : null);
      },
    });
  };
  const startBuffered = (nowUs: number): void => {
    startedNs = clockNs(nowUs);
    const packed = mode[10]!;
    const code = packed || mode[12]!;
    const rateHz = C2G_RATES_HZ[code] ?? 0;
    if (rateHz === 0) return;
    stream.start(nowUs, {
      rateHz,
      samplesPerPacket: packed ? 8 : 1,
      make: (samples) => {
        if (packed) send(0x0230 | code, packedPayload(samples));
        else send(0x0280 | code, singlePayload(samples[0]!, false));
        return onAir(null);
      },
    });
  };

  /** Does what the frame says; header and payload of the answer. */
  const run = (header: number, payload: Uint8Array, nowUs: number): readonly [number, Uint8Array?] => {
    switch (header) {
      case C2gHeader.getDeviceInfo:
        return [C2gHeader.deviceInfo, info()];
      case C2gHeader.getStatus:
        return [C2gHeader.status, status(nowUs)];
      case C2gHeader.setMeasurementMode:
        mode = payload.slice();
        nextStatusUs = mode[14] ? nowUs + STATUS_EVERY_US : Number.POSITIVE_INFINITY;
        return [C2gHeader.measurementMode, payload];
      case C2gHeader.setAbsoluteTime:
        offsetNs =
          new DataView(payload.buffer, payload.byteOffset).getBigInt64(0, true) - BigInt(Math.round(nowUs)) * 1000n;
        return [C2gHeader.absoluteTime, payload];
      case C2gHeader.startRealTime:
        if (state === C2gState.recording) return [C2gHeader.error, Uint8Array.of(0xfb, 0x60, 0x01)];
        startRealTime(payload[0] === C2gRealTime.full, payload[1] || 50, nowUs);
        state = C2gState.streaming;
        return [C2gHeader.realTimeMode, payload];
      case C2gHeader.startStreaming:
        startBuffered(nowUs);
        state = C2gState.streaming;
        return [C2gHeader.startedStreaming];
      case C2gHeader.stopRealTime:
      case C2gHeader.stopStreaming:
      case C2gHeader.stopAndClear:
        stream.stop();
        state = C2gState.idle;
        buffer = [];
        return [header + 1];
      case C2gHeader.setLedMode:
        identifyUntilUs = nowUs + 5e6;
        return [C2gHeader.ledMode, payload];
      default:
        return [C2gHeader.error, Uint8Array.of(0xfd, header & 0xff, header >> 8)];
    }
  };

  return {
    name: options.name ?? `IMU_${serial.replace(/[^\w]/g, '').slice(-6)}${simulated ? ' (simulated)' : ''}`,
    serial,
    source,
    stats: stream.stats,
    advertisedServices: [C2G_SERVICE],
    services: simulated ? [SERVICE, SIMULATOR_GATT] : [SERVICE],
    sourceTimeS: stream.sourceTimeS,
    get streaming() {
      return stream.running;
    },
    get identifyUntilUs() {
      return identifyUntilUs;
    },
    read: () => AttError.readNotPermitted,
    write(characteristic, bytes, nowUs) {
      if (characteristic === SIMULATOR_PROMPT && simulated)
        return writePrompt(source, bytes, stream.sourceTimeS(nowUs));
      if (characteristic !== rx) return AttError.writeNotPermitted;
      if (bytes.length < C2G_FRAME_BYTES || bytes.length !== C2G_FRAME_BYTES + bytes[5]!) return AttError.invalidLength;
      const header = bytes[6]! | (bytes[7]! << 8);
      const payload = bytes.subarray(C2G_FRAME_BYTES);
      // A frame with a wrong checksum is answered by an error, as any that it cannot read.
      if (encodeC2gFrame(header, payload).some((byte, i) => byte !== bytes[i]))
        send(C2gHeader.error, Uint8Array.of(0xfc, 0, 0));
      else send(...run(header, payload, nowUs));
      return AttError.ok;
    },
    subscriptionChanged(characteristic, on) {
      if (characteristic === tx) subscribed = on;
    },
    connected(newMtu) {
      mtu = newMtu;
      subscribed = false;
      buffer = [];
    },
    mtuChanged(newMtu) {
      mtu = newMtu;
    },
    // It goes on streaming into its buffer; the next host has to stop it first.
    disconnected() {
      subscribed = false;
      buffer = [];
    },
    advance(nowUs, notify) {
      if (nowUs >= nextStatusUs) {
        nextStatusUs += STATUS_EVERY_US;
        send(C2gHeader.status, status(nowUs));
      }
      const dueUs = stream.advance(nowUs, notify);
      if (!subscribed) buffer = [];
      // Answers and status; while it streams they ride behind the samples.
      for (const bytes of notifications(null)) notify(tx, bytes);
      return Math.min(dueUs, nextStatusUs);
    },
  };
}
