/** The simulated Movella DOT: the device's side of its GATT profile over any MotionSource. */
import {
  DOT_CONTROL_BYTES,
  DOT_PAYLOAD_BYTES,
  DOT_RATES_HZ,
  DotCharacteristic,
  DotService,
  DotVisit,
  decodeDotMeasure,
  decodeDotMessage,
  dotLayout,
  encodeDotMeasure,
  encodeDotMessage,
} from '../../devices/dot-profile.ts';
import { AttError, type GattServerService } from '../../ports/gatt-server.ts';
import { SIMULATOR_PROMPT } from '../../wire/simulator-service.ts';
import { createSampleStream, type StreamSample } from './sample-stream.ts';
import type { SensorModel, SensorModelOptions } from './sensor-model.ts';
import { SIMULATOR_GATT, writePrompt } from './simulator-service.ts';

const DEG = Math.PI / 180;
const GRAVITY_MPS2 = 9.80665;
/** An identify blink lasts about this long, us. */
const IDENTIFY_US = 8_000_000;

export interface DotModelOptions extends SensorModelOptions {
  /** Clock of the device when the model's stream starts, us: near 2^32 it wraps soon. */
  readonly bootUs?: number;
  /** Firmware older than 2.5 calls itself "Xsens DOT". */
  readonly oldName?: boolean;
}

export interface DotModel extends SensorModel {
  /** Sends the report of a pressed power button, as the device does before it goes. */
  powerOff(): void;
}

const SERVICES: readonly GattServerService[] = [
  {
    uuid: DotService.configuration,
    characteristics: [
      { uuid: DotCharacteristic.info, properties: ['read'] },
      { uuid: DotCharacteristic.control, properties: ['read', 'write'] },
      { uuid: DotCharacteristic.report, properties: ['notify'] },
    ],
  },
  {
    uuid: DotService.measurement,
    characteristics: [
      { uuid: DotCharacteristic.measure, properties: ['read', 'write'] },
      { uuid: DotCharacteristic.long, properties: ['notify'] },
      { uuid: DotCharacteristic.medium, properties: ['notify'] },
      { uuid: DotCharacteristic.short, properties: ['notify'] },
      { uuid: DotCharacteristic.orientationReset, properties: ['read', 'write'] },
      { uuid: DotCharacteristic.resetResult, properties: ['read'] },
    ],
  },
  { uuid: DotService.battery, characteristics: [{ uuid: DotCharacteristic.battery, properties: ['read', 'notify'] }] },
  {
    uuid: DotService.message,
    characteristics: [
      { uuid: DotCharacteristic.message, properties: ['write'] },
      { uuid: DotCharacteristic.acknowledge, properties: ['read'] },
      { uuid: DotCharacteristic.messageNotice, properties: ['notify'] },
    ],
  },
];

/** roll, pitch, yaw of Rz Ry Rx, deg. */
function eulerDeg([w, x, y, z]: readonly number[]): number[] {
  const [a, b, c, d] = [w!, x!, y!, z!];
  return [
    Math.atan2(2 * (a * b + c * d), 1 - 2 * (b * b + c * c)) / DEG,
    Math.asin(Math.max(-1, Math.min(1, 2 * (a * c - d * b)))) / DEG,
    Math.atan2(2 * (a * d + b * c), 1 - 2 * (c * c + d * d)) / DEG,
  ];
}

/** Acceleration in the world frame without gravity. */
function freeAcc([w, x, y, z]: readonly number[], [ax, ay, az]: readonly number[]): number[] {
  const [q0, q1, q2, q3, a, b, c] = [w!, x!, y!, z!, ax!, ay!, az!];
  return [
    (1 - 2 * (q2 * q2 + q3 * q3)) * a + 2 * (q1 * q2 - q0 * q3) * b + 2 * (q1 * q3 + q0 * q2) * c,
    2 * (q1 * q2 + q0 * q3) * a + (1 - 2 * (q1 * q1 + q3 * q3)) * b + 2 * (q2 * q3 - q0 * q1) * c,
    2 * (q1 * q3 - q0 * q2) * a + 2 * (q2 * q3 + q0 * q1) * b + (1 - 2 * (q1 * q1 + q2 * q2)) * c - GRAVITY_MPS2,
  ];
}

/** A payload of a mode as the device pads it; null for a mode that it does not have. */
export function encodeDotPayload(
  mode: number,
  timestampUs: number,
  sample: {
    readonly quat: ArrayLike<number>;
    readonly gyrRadps: ArrayLike<number>;
    readonly accMps2: ArrayLike<number>;
  },
): Uint8Array | null {
  const layout = dotLayout(mode);
  if (layout === null) return null;
  const bytes = new Uint8Array(DOT_PAYLOAD_BYTES[layout.characteristic]!);
  const view = new DataView(bytes.buffer);
  const put = (at: number, values: Iterable<number>): void => {
    if (at >= 0)
      for (const value of values) {
        view.setFloat32(at, value, true);
        at += 4;
      }
  };
  const quat = Array.from(sample.quat);
  const acc = Array.from(sample.accMps2);
  view.setUint32(0, Math.round(timestampUs) % 2 ** 32, true);
  put(layout.quat, quat);
  put(layout.euler, eulerDeg(quat));
  put(layout.freeAcc, freeAcc(quat, acc));
  put(layout.acc, acc);
  put(
    layout.gyr,
    Array.from(sample.gyrRadps, (rate) => rate / DEG),
  );
  return bytes;
}

function infoBytes(serial: string): Uint8Array {
  const bytes = new Uint8Array(34);
  // Address, firmware 3.0.0, build 2023-07-01 12:00:00, softdevice, serial (the digits of the given one), product.
  bytes.set([0xd4, 0x22, 0xcd, 0, 0, 1, 3, 0, 0, 0xe7, 0x07, 7, 1, 12, 0, 0, 0x02, 0x01, 0, 0]);
  new DataView(bytes.buffer).setBigUint64(20, 0xd422cd00_00000000n + BigInt(serial.replace(/\D/g, '') || '1'), true);
  bytes.set(new TextEncoder().encode('XS-T01'), 28);
  return bytes;
}

export function createDotModel(options: DotModelOptions): DotModel {
  const { source, serial = 'SIM-DOT-1', simulated = true, batteryPercent = 87, bootUs = 1_000_000 } = options;
  const name = options.name ?? `${options.oldName ? 'Xsens' : 'Movella'} DOT${simulated ? ' (simulated)' : ''}`;
  const stream = createSampleStream(options);
  const subscribed = new Set<string>();
  const control = new Uint8Array(DOT_CONTROL_BYTES);
  control.set([10, 0, 30, 0], 3);
  control[24] = 60;
  let acknowledge: Uint8Array = new Uint8Array(0);
  let mode = 0;
  let identifyUntilUs = Number.NaN;
  let report: Uint8Array | null = null;

  const makePackets = ([sample]: readonly StreamSample[]) => {
    const characteristic = dotLayout(mode)!.characteristic;
    const bytes = subscribed.has(characteristic) ? encodeDotPayload(mode, bootUs + sample!.deviceUs, sample!) : null;
    return bytes ? [{ characteristic, bytes }] : [];
  };
  const measure = (bytes: Uint8Array, nowUs: number): number => {
    const command = decodeDotMeasure(bytes);
    if (command === null) return AttError.invalidLength;
    if (!command.start) stream.stop();
    else if (dotLayout(command.mode) === null) return AttError.application;
    else stream.start(nowUs, { rateHz: control[24]!, samplesPerPacket: 1, make: makePackets });
    mode = command.mode;
    return AttError.ok;
  };
  const configure = (bytes: Uint8Array, nowUs: number): number => {
    if (bytes.length !== DOT_CONTROL_BYTES) return AttError.invalidLength;
    const visit = bytes[0]!;
    if ((visit & DotVisit.identify) !== 0 && bytes[1] === 1) identifyUntilUs = nowUs + IDENTIFY_US;
    if ((visit & DotVisit.outputRate) !== 0) {
      const rateHz = bytes[24]! | (bytes[25]! << 8);
      // Settings are refused while it measures.
      if (stream.running || !DOT_RATES_HZ.some((known) => known === rateHz)) return AttError.application;
      control.set(bytes.subarray(24, 26), 24);
    }
    return AttError.ok;
  };

  return {
    name,
    serial,
    source,
    stats: stream.stats,
    advertisedServices: [DotService.configuration],
    services: simulated ? [...SERVICES, SIMULATOR_GATT] : SERVICES,
    sourceTimeS: stream.sourceTimeS,
    get streaming() {
      return stream.running;
    },
    get identifyUntilUs() {
      return identifyUntilUs;
    },
    powerOff() {
      report = new Uint8Array(36);
      report[0] = 1;
    },
    read(characteristic) {
      if (characteristic === DotCharacteristic.info) return infoBytes(serial);
      if (characteristic === DotCharacteristic.control) return control;
      if (characteristic === DotCharacteristic.measure) return encodeDotMeasure(stream.running, mode);
      if (characteristic === DotCharacteristic.orientationReset) return Uint8Array.of(8, 0);
      if (characteristic === DotCharacteristic.resetResult) return Uint8Array.of(1);
      if (characteristic === DotCharacteristic.battery) return Uint8Array.of(batteryPercent, 0);
      if (characteristic === DotCharacteristic.acknowledge) return acknowledge;
      return AttError.readNotPermitted;
    },
    write(characteristic, bytes, nowUs) {
      if (characteristic === SIMULATOR_PROMPT && simulated)
        return writePrompt(source, bytes, stream.sourceTimeS(nowUs));
      if (characteristic === DotCharacteristic.measure) return measure(bytes, nowUs);
      if (characteristic === DotCharacteristic.control) return configure(bytes, nowUs);
      if (characteristic === DotCharacteristic.message) {
        // It is not synchronised with another, and says so.
        if (decodeDotMessage(bytes).ok) acknowledge = encodeDotMessage(2, [0x51, 9]);
        return AttError.ok;
      }
      return characteristic === DotCharacteristic.orientationReset ? AttError.ok : AttError.writeNotPermitted;
    },
    subscriptionChanged(characteristic, on) {
      if (on) subscribed.add(characteristic);
      else subscribed.delete(characteristic);
    },
    connected() {
      subscribed.clear();
    },
    mtuChanged() {},
    // It goes on measuring without a listener, as the real one does: the next host has to stop it first.
    disconnected() {
      subscribed.clear();
    },
    advance(nowUs, notify) {
      if (report && subscribed.has(DotCharacteristic.report)) {
        notify(DotCharacteristic.report, report);
        report = null;
      }
      return stream.advance(nowUs, notify);
    },
  };
}
