/** The simulated Nordic Thingy:52: quaternion and raw data as notifications of their own. */
import { ThingyCharacteristic, ThingyService } from '../../devices/thingy52-decoder.ts';
import { AttError, type GattServerService } from '../../ports/gatt-server.ts';
import { SIMULATOR_PROMPT } from '../../wire/simulator-service.ts';
import { createSampleStream, type StreamSample } from './sample-stream.ts';
import type { SensorModel, SensorModelOptions } from './sensor-model.ts';
import { SIMULATOR_GATT, writePrompt } from './simulator-service.ts';

const DEG = Math.PI / 180;
const { motionConfiguration, quaternion, raw, euler, button, batteryLevel } = ThingyCharacteristic;
const SERVICES: readonly GattServerService[] = [
  { uuid: ThingyService.userInterface, characteristics: [{ uuid: button, properties: ['notify'] }] },
  {
    uuid: ThingyService.motion,
    characteristics: [
      { uuid: motionConfiguration, properties: ['read', 'write'] },
      { uuid: quaternion, properties: ['notify'] },
      { uuid: raw, properties: ['notify'] },
      { uuid: euler, properties: ['notify'] },
    ],
  },
  { uuid: ThingyService.battery, characteristics: [{ uuid: batteryLevel, properties: ['read', 'notify'] }] },
];
const MOTION: readonly string[] = [quaternion, raw];

const int16 = (value: number): number => Math.max(-32768, Math.min(32767, Math.round(value)));

export function createThingy52Model(options: SensorModelOptions): SensorModel {
  const { source, serial = 'SIM-THINGY-1', simulated = true, batteryPercent = 87 } = options;
  const stream = createSampleStream(options);
  const subscribed = new Set<string>();
  // Step counter, compensation of temperature and magnetometer every 500 ms, 200 Hz, wake on motion.
  let configuration = Uint8Array.of(244, 1, 244, 1, 244, 1, 200, 0, 1);

  const make = ([sample]: readonly StreamSample[]) => {
    const packets: { characteristic: string; bytes: Uint8Array }[] = [];
    const { quat, gyrRadps, accMps2 } = sample!;
    if (subscribed.has(raw)) {
      const view = new DataView(new ArrayBuffer(18));
      for (let k = 0; k < 3; k++) {
        view.setInt16(2 * k, int16((accMps2[k]! / 9.80665) * 1024), true);
        view.setInt16(6 + 2 * k, int16((gyrRadps[k]! / DEG) * 32), true);
      }
      packets.push({ characteristic: raw, bytes: new Uint8Array(view.buffer) });
    }
    if (subscribed.has(quaternion)) {
      const view = new DataView(new ArrayBuffer(16));
      for (let k = 0; k < 4; k++) view.setInt32(4 * k, Math.round(Math.max(-1, Math.min(1, quat[k]!)) * 2 ** 30), true);
      packets.push({ characteristic: quaternion, bytes: new Uint8Array(view.buffer) });
    }
    return packets;
  };

  return {
    name: options.name ?? `Thingy${simulated ? ' (simulated)' : ''}`,
    serial,
    source,
    stats: stream.stats,
    advertisedServices: [ThingyService.configuration],
    services: simulated ? [...SERVICES, SIMULATOR_GATT] : SERVICES,
    sourceTimeS: stream.sourceTimeS,
    identifyUntilUs: Number.NaN,
    get streaming() {
      return stream.running;
    },
    read(characteristic) {
      if (characteristic === motionConfiguration) return configuration;
      return characteristic === batteryLevel ? Uint8Array.of(batteryPercent) : AttError.readNotPermitted;
    },
    write(characteristic, bytes, nowUs) {
      if (characteristic === SIMULATOR_PROMPT && simulated)
        return writePrompt(source, bytes, stream.sourceTimeS(nowUs));
      if (characteristic !== motionConfiguration) return AttError.writeNotPermitted;
      if (bytes.length !== configuration.length) return AttError.invalidLength;
      configuration = Uint8Array.from(bytes);
      return AttError.ok;
    },
    subscriptionChanged(characteristic, on, nowUs) {
      if (on) subscribed.add(characteristic);
      else subscribed.delete(characteristic);
      const wanted = MOTION.some((uuid) => subscribed.has(uuid));
      // Set to 200 Hz, the real one reaches 50 to 70.
      const rateHz = Math.min(60, configuration[6]! | (configuration[7]! << 8));
      if (wanted && !stream.running) stream.start(nowUs, { rateHz, samplesPerPacket: 1, make });
      if (!wanted) stream.stop();
    },
    connected() {
      subscribed.clear();
    },
    mtuChanged() {},
    disconnected() {
      subscribed.clear();
      stream.stop();
    },
    advance: stream.advance,
  };
}
