/** The driver of the Capture2Go IMU: who it is, what it is doing, its clock, start and stop. */
import { KitError } from '../contract/errors.ts';
import type { GattLink } from '../ports/gatt.ts';
import { createCapture2goDecoder } from './capture2go-decoder.ts';
import { createC2gFrameReader } from './capture2go-frames.ts';
import {
  C2G_RATES_HZ,
  C2G_SERVICE,
  C2gCharacteristic,
  C2gHeader,
  type C2gInfo,
  C2gRealTime,
  C2gState,
  type C2gStatus,
  decodeC2gInfo,
  decodeC2gStatus,
  encodeC2gFrame,
  encodeC2gLed,
  encodeC2gMode,
  encodeC2gRealTime,
  encodeC2gTime,
} from './capture2go-profile.ts';
import { describeBytes } from './describe.ts';
import type { DeviceDriver, DeviceFacts, StreamContent, StreamWish } from './driver.ts';
import { isSimulated, promptSubject } from './simulated.ts';

export const C2G_PARAMS = Object.freeze({
  /** The real-time channel's own rate, Hz, when no limit is asked for. */
  realTimeHz: 50,
  identifySeconds: 5,
  /** Frame and first byte of a notification, 3 bytes of ATT, and 37 or 19 bytes of payload. */
  realTimeFullMtu: 49,
  realTimeQuatMtu: 31,
});

export const CAPTURE2GO_FACTS: DeviceFacts = Object.freeze({
  ratesHz: [25, 50, 100, 200],
  contents: ['both', 'inertial', 'quaternion'] as const,
  // It filters at 200 Hz or more inside, without magnetometer, with rest detection, and sends 50 Hz in real time: thinned
  // out raw data lose inclination (0.68 deg at 200 Hz, 1.07 deg at 60 Hz on optical truth, npm run bench:raw-rate).
  // "inertial" asks for the buffered raw stream at 100 or 200 Hz instead, which our own filter takes.
  attitudeFrom: 'quaternion',
  time: 'clock',
  frame: 'world z up, heading arbitrary (6D, without magnetometer); worldFromSensor',
  battery: 'in its status frame, every second',
  identify: 'its light goes white for 5 s',
  mtu: '49 for quaternion with raw data; from 31 the quaternion alone; below, the buffered quaternion stream at 50 Hz',
  quirks: [
    'real-time samples come when the link has room for them: 50 Hz on average, not evenly',
    'the buffered streams lose nothing, and are late after bad reception',
    'frames of the buffered streams go on from one notification to the next',
    'its angular rate comes with its own bias estimate already taken off',
    'may be recording into its own memory when found: the kit then leaves it alone',
  ],
  unverified: [
    'no recording of a device was at hand: layouts and examples are the vendor’s own software',
    'how even real-time samples are on a real link',
    'that the light shows within a second of being asked',
  ],
  experimental: false,
});

interface Session {
  /** Told of every whole frame. */
  listeners: Set<(header: number, payload: Uint8Array) => void>;
  battery: number | null;
  realTime: boolean;
}
const sessions = new WeakMap<GattLink, Session>();

/** Sends a frame and waits for the frame that answers it. The caller's deadline ends a wait that nothing ends. */
function ask(link: GattLink, session: Session, frame: Uint8Array, answer: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const listener = (header: number, payload: Uint8Array): void => {
      if (header === answer) resolve(payload.slice());
      else if (header === C2gHeader.error)
        reject(new KitError('STREAM_REFUSED', `error ${payload[0]?.toString(16) ?? '?'}`));
      else return;
      session.listeners.delete(listener);
    };
    session.listeners.add(listener);
    link.write(C2gCharacteristic.rx, frame).catch((cause: unknown) => {
      session.listeners.delete(listener);
      reject(cause);
    });
  });
}

/** What is asked of the device for a wish on a link. */
interface Plan {
  readonly content: StreamContent;
  readonly rateHz: number;
  readonly realTime: number | null;
  readonly mode: Uint8Array;
}

function planFor(wish: StreamWish, mtu: number): Plan {
  const known = Number.isFinite(mtu) ? mtu : 23;
  if (wish.content === 'inertial') {
    // Eight samples a frame: the least to send for the most data.
    const code = [1, 2, 3].find((candidate) => C2G_RATES_HZ[candidate]! <= wish.rateHz) ?? 4;
    return {
      content: 'inertial',
      rateHz: C2G_RATES_HZ[code]!,
      realTime: null,
      mode: encodeC2gMode({ fullPacked: code, disableMag: true }),
    };
  }
  const rateHz = Math.max(1, Math.min(C2G_PARAMS.realTimeHz, Math.floor(wish.rateHz)));
  const full = wish.content === 'both' && known >= C2G_PARAMS.realTimeFullMtu;
  if (full) return { content: 'both', rateHz, realTime: C2gRealTime.full, mode: encodeC2gMode({}) };
  if (known >= C2G_PARAMS.realTimeQuatMtu)
    return { content: 'quaternion', rateHz, realTime: C2gRealTime.quat, mode: encodeC2gMode({}) };
  return { content: 'quaternion', rateHz: 50, realTime: null, mode: encodeC2gMode({ quatFixed: 3 }) };
}

async function readIdentity(link: GattLink, session: Session): Promise<{ info: C2gInfo; status: C2gStatus }> {
  const answer = await ask(link, session, encodeC2gFrame(C2gHeader.getDeviceInfo), C2gHeader.deviceInfo);
  const info = decodeC2gInfo(answer);
  if (!info) throw new KitError('SENSOR_UNSUPPORTED', 'device information is too short');
  const status = decodeC2gStatus(await ask(link, session, encodeC2gFrame(C2gHeader.getStatus), C2gHeader.status));
  if (!status) throw new KitError('STREAM_REFUSED', 'its status cannot be read');
  if (status.state === C2gState.recording)
    throw new KitError('STREAM_REFUSED', 'it is recording into its own memory; end that first');
  return { info, status };
}

export const capture2goDriver: DeviceDriver = {
  id: 'capture2go',
  label: 'Capture2Go IMU',
  facts: CAPTURE2GO_FACTS,
  serviceUuids: [C2G_SERVICE],
  modes: [
    { mode: 6, label: 'orientation without magnetometer', characteristic: C2gCharacteristic.tx },
    { mode: 9, label: 'orientation with magnetometer', characteristic: C2gCharacteristic.tx },
  ],
  describeForDecode: (mode = 6) => describeBytes(capture2goDriver.id, C2G_PARAMS.realTimeHz, { axes: mode }),

  matches: (advertisement) => advertisement.serviceUuids.includes(C2G_SERVICE),

  async start(link, wish, onNotification) {
    const { rx, tx } = C2gCharacteristic;
    if (!link.characteristics.has(rx) || !link.characteristics.has(tx))
      throw new KitError('SENSOR_UNSUPPORTED', `characteristic ${link.characteristics.has(rx) ? tx : rx} is missing`);
    const session: Session = { listeners: new Set(), battery: null, realTime: false };
    sessions.set(link, session);
    const frames = createC2gFrameReader();
    let lastUs = 0;
    await link.subscribe(tx, (bytes, arrivalUs) => {
      lastUs = arrivalUs;
      frames.read(bytes, (header, payload) => {
        if (header === C2gHeader.status) session.battery = decodeC2gStatus(payload)?.battery ?? session.battery;
        for (const listener of [...session.listeners]) listener(header, payload);
      });
      onNotification(tx, bytes, arrivalUs);
    });
    const { info, status } = await readIdentity(link, session);
    if (status.state !== C2gState.idle)
      await ask(link, session, encodeC2gFrame(C2gHeader.stopAndClear), C2gHeader.stoppedAndCleared);
    const plan = planFor(wish, link.mtu);
    // The host's own clock, so that the times of two sensors lie beside each other.
    await ask(link, session, encodeC2gTime(BigInt(Math.round(lastUs)) * 1000n), C2gHeader.absoluteTime);
    await ask(link, session, plan.mode, C2gHeader.measurementMode);
    if (plan.realTime === null)
      await ask(link, session, encodeC2gFrame(C2gHeader.startStreaming), C2gHeader.startedStreaming);
    else await ask(link, session, encodeC2gRealTime(plan.realTime, plan.rateHz), C2gHeader.realTimeMode);
    session.realTime = plan.realTime !== null;
    return {
      driverId: capture2goDriver.id,
      sensorSerial: info.serial || link.deviceId,
      name: link.name,
      manufacturer: 'SensorStim Neurotechnology',
      model: 'Capture2Go IMU',
      firmware: info.firmware,
      hardware: info.hardware,
      simulated: isSimulated(link),
      nominalRateHz: plan.rateHz,
      mtu: Number.isFinite(link.mtu) ? link.mtu : 23,
      config: {
        content: plan.content,
        channel: session.realTime ? 'real-time' : 'buffered',
        axes: 6,
        protocol: info.protocol,
        attitudeFrom: plan.content === 'both' ? CAPTURE2GO_FACTS.attitudeFrom : plan.content,
      },
    };
  },

  async stop(link) {
    const realTime = sessions.get(link)?.realTime ?? false;
    await link.write(C2gCharacteristic.rx, encodeC2gFrame(realTime ? C2gHeader.stopRealTime : C2gHeader.stopAndClear));
    sessions.delete(link);
  },

  readBattery: async (link) => sessions.get(link)?.battery ?? null,
  identify: (link) => link.write(C2gCharacteristic.rx, encodeC2gLed(C2G_PARAMS.identifySeconds)),
  prompt: promptSubject,
  createDecoder: createCapture2goDecoder,
};
