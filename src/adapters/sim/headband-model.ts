/**
 * The simulated headband: the device's side of firmware-spec over any MotionSource, without transport and without a clock
 * of its own. Deterministic in the times it is given; runs on the virtual radio, in process and offline.
 */
import { AttError } from '../../ports/gatt-server.ts';
import { createMotionPacket, encodeMotionPacket, samplesThatFit } from '../../wire/headband-packet.ts';
import {
  CommandResult,
  decodeCommand,
  encodeStatus,
  HeadbandCharacteristic,
  type HeadbandCommand,
  type MotionContent,
  maxSamplesPerPacket,
  Sig,
} from '../../wire/headband-profile.ts';
import { damageSample, type HeadbandFault, servicesUnder, serviceUnder } from './headband-faults.ts';
import { fixedValues, headbandServices } from './headband-gatt.ts';
import { createSourceSample } from './motion-source.ts';
import { emptyStats, type SensorModel, type SensorModelOptions } from './sensor-model.ts';
import { writePrompt } from './simulator-service.ts';
import { createRandom } from './subject/random.ts';

export interface HeadbandModelSettings {
  readonly name: string;
  readonly serial: string;
  readonly model: string;
  /** Seed of loss and jitter; the source has its own. */
  readonly seed: number;
  /** Share of packets that are made and never sent, 0..1. */
  readonly lossShare: number;
  /** Delivery is late by a random time up to this, ms; order is kept. */
  readonly jitterMs: number;
  /** The device clock runs fast by this much, ppm. */
  readonly clockPpm: number;
  /** Battery at the start, percent, and its fall while streaming, percent per hour. */
  readonly batteryPercent: number;
  readonly batteryPercentPerHour: number;
  /** False leaves out the simulator's mark and the prompt: for tests of a real headband's path only. */
  readonly simulated: boolean;
  /** What the device can send. */
  readonly contents: readonly MotionContent[];
  readonly fault: HeadbandFault | null;
}

export const HEADBAND_MODEL_DEFAULTS: HeadbandModelSettings = Object.freeze({
  name: 'Neck band (simulated)',
  serial: 'SIM-0001',
  model: 'Simulated headband',
  seed: 1,
  lossShare: 0,
  jitterMs: 0,
  // A usual crystal.
  clockPpm: 20,
  batteryPercent: 87,
  batteryPercentPerHour: 8,
  simulated: true,
  contents: ['quaternion', 'inertial', 'both'] as const,
  fault: null,
});

export interface HeadbandModelOptions extends SensorModelOptions, Partial<HeadbandModelSettings> {
  /** When the first of two bands on one body began to stream, host us: both then ask the body for the same time. */
  readonly began?: { startUs: number };
}

export interface HeadbandModel extends SensorModel {
  /** True when the source has no more samples (a recording at its end); the link stays, nothing more is sent. */
  readonly sourceOver: boolean;
}

interface Stream {
  readonly content: MotionContent;
  readonly rateHz: number;
  readonly samplesPerPacket: number;
  readonly startUs: number;
  /** Physical time between samples, us. */
  readonly periodUs: number;
  /** Next sample to make. */
  index: number;
  /** Where counter and tick begin. */
  readonly counterFrom: number;
  readonly tickFromUs: number;
}

export function createHeadbandModel(options: HeadbandModelOptions): HeadbandModel {
  const o = { ...HEADBAND_MODEL_DEFAULTS, ...options };
  const { source, contents, fault } = o;
  const radio = createRandom(o.seed, 'radio');
  const packet = createMotionPacket();
  const sample = createSourceSample();
  const stats = emptyStats();
  const values = fixedValues(o, contents);

  let mtu = 23;
  let stream: Stream | null = null;
  let over = false;
  let firstStartUs = Number.NaN;
  let streamedUs = 0;
  let identifyUntilUs = Number.NaN;
  let last = { command: 0, token: 0, result: 0 };
  const NO_PRESET = { counter: 0, tickUs: 0 };
  let preset = NO_PRESET;
  let statusChanged = false;
  let lastDueUs = 0;
  const subscribed = new Set<string>();
  /** Packets that wait for their delivery time, in order. */
  const waiting: { dueUs: number; count: number; bytes: Uint8Array }[] = [];

  const batteryPercent = (): number =>
    Math.max(0, Math.min(100, Math.round(o.batteryPercent - (o.batteryPercentPerHour * streamedUs) / 3.6e9)));
  const status = (): Uint8Array =>
    encodeStatus({
      state: stream === null ? 'idle' : 'streaming',
      content: stream?.content ?? null,
      rateHz: stream?.rateHz ?? null,
      samplesPerPacket: stream?.samplesPerPacket ?? 0,
      ...last,
      faults: 0,
      droppedSamples: 0,
    });
  const end = (): void => {
    if (stream !== null) streamedUs += stream.index * stream.periodUs;
    stream = null;
    waiting.length = 0;
  };

  const run = (command: HeadbandCommand, nowUs: number): number => {
    switch (command.type) {
      case 'start': {
        if (!contents.includes(command.content)) return CommandResult.contentNotSupported;
        const fit = samplesThatFit(command.content, mtu - 3);
        if (fit === 0) return CommandResult.doesNotFit;
        const wanted = command.samplesPerPacket === 0 ? (command.rateHz > 100 ? 2 : 1) : command.samplesPerPacket;
        end();
        if (Number.isNaN(firstStartUs)) {
          firstStartUs = Number.isFinite(o.began?.startUs) ? o.began!.startUs : nowUs;
          if (o.began) o.began.startUs = firstStartUs;
        }
        stream = {
          content: command.content,
          rateHz: command.rateHz,
          samplesPerPacket:
            fault === 'longer-than-mtu'
              ? Math.min(31, fit + 1)
              : Math.min(wanted, fit, maxSamplesPerPacket(command.rateHz)),
          startUs: nowUs,
          // A clock that runs fast reaches its sample times early.
          periodUs: 1e6 / command.rateHz / (1 + o.clockPpm * 1e-6),
          index: 0,
          counterFrom: preset.counter,
          tickFromUs: preset.tickUs,
        };
        preset = NO_PRESET;
        lastDueUs = nowUs;
        over = false;
        return CommandResult.ok;
      }
      case 'stop':
        if (fault === 'ignores-stop') return CommandResult.ok;
        end();
        return CommandResult.ok;
      case 'identify':
        identifyUntilUs = nowUs + command.seconds * 1e6;
        return CommandResult.ok;
      case 'sleep':
        return CommandResult.notSupported;
      case 'preset':
        preset = { counter: command.counter, tickUs: command.tickUs };
        return CommandResult.ok;
    }
  };

  /** Makes the packet whose samples are all due by `nowUs`; false when there is none yet or the source is over. */
  const makePacket = (active: Stream, nowUs: number): boolean => {
    const first = active.index;
    const fit = fault === 'longer-than-mtu' ? 31 : samplesThatFit(active.content, mtu - 3);
    const count = Math.max(1, Math.min(active.samplesPerPacket, fit));
    const readyUs = active.startUs + (first + count) * active.periodUs;
    if (readyUs > nowUs || over) return false;
    packet.content = active.content;
    packet.rateHz = active.rateHz;
    packet.count = count;
    const counter = active.counterFrom + first;
    packet.counter = fault === 'counter-does-not-wrap' ? Math.min(65535, counter) : counter % 65536;
    const tick = (first * (fault === 'clock-in-milliseconds' ? 1e3 : 1e6)) / active.rateHz;
    packet.tickUs = (active.tickFromUs + Math.round(tick)) % 2 ** 32;
    packet.saturated = false;
    for (let i = 0; i < count; i++) {
      const hostUs = active.startUs + (first + i + 1) * active.periodUs;
      if (!source.sample((hostUs - firstStartUs) * 1e-6, active.rateHz, sample)) {
        over = true;
        return false;
      }
      damageSample(fault, sample);
      packet.quat.set(sample.quat, 4 * i);
      packet.gyrRadps.set(sample.gyrRadps, 3 * i);
      packet.accMps2.set(sample.accMps2, 3 * i);
    }
    active.index += count;
    stats.samples += count;
    const away = source.linkLostAt?.((active.startUs + active.index * active.periodUs - firstStartUs) * 1e-6) === true;
    const lost = radio.next() < o.lossShare || away;
    const lateUs = o.jitterMs > 0 ? radio.between(0, o.jitterMs * 1000) : 0;
    if (lost) {
      stats.packetsLost++;
      stats.samplesLost += count;
    } else if (subscribed.has(HeadbandCharacteristic.motion)) {
      lastDueUs = Math.max(lastDueUs, readyUs + lateUs);
      waiting.push({ dueUs: lastDueUs, count, bytes: encodeMotionPacket(packet) });
      for (let i = 0; i < count; i++)
        o.onSampleSent?.((active.startUs + (first + i + 1) * active.periodUs - firstStartUs) * 1e-6);
    }
    return true;
  };

  return {
    name: o.name,
    serial: o.serial,
    source,
    stats,
    advertisedServices: [serviceUnder(fault)],
    services: servicesUnder(fault, headbandServices(o.simulated)),
    get streaming() {
      return stream !== null;
    },
    get sourceOver() {
      return over;
    },
    get identifyUntilUs() {
      return identifyUntilUs;
    },
    sourceTimeS: (hostUs) => (hostUs - firstStartUs) * 1e-6,
    read(characteristic) {
      if (characteristic === HeadbandCharacteristic.status) return status();
      if (characteristic === Sig.batteryLevel) return Uint8Array.of(batteryPercent());
      return values.get(characteristic) ?? AttError.readNotPermitted;
    },
    write(characteristic, bytes, nowUs) {
      if (characteristic === HeadbandCharacteristic.prompt && o.simulated) {
        return writePrompt(source, bytes, (nowUs - firstStartUs) * 1e-6);
      }
      if (characteristic !== HeadbandCharacteristic.control) return AttError.writeNotPermitted;
      if (bytes.length < 2 || bytes.length > 20) return AttError.invalidLength;
      const command = decodeCommand(bytes);
      const result = typeof command === 'number' ? command : run(command, nowUs);
      last = { command: bytes[0]!, token: bytes[1]!, result };
      statusChanged = true;
      return AttError.ok;
    },
    subscriptionChanged(characteristic, on, nowUs) {
      if (on) subscribed.add(characteristic);
      else subscribed.delete(characteristic);
      if (on && fault === 'starts-unasked' && characteristic === HeadbandCharacteristic.motion)
        run({ type: 'start', content: 'inertial', rateHz: 100, samplesPerPacket: 1 }, nowUs);
    },
    connected(newMtu) {
      mtu = newMtu;
      subscribed.clear();
      end();
      preset = NO_PRESET;
      last = { command: 0, token: 0, result: 0 };
    },
    mtuChanged(newMtu) {
      mtu = newMtu;
    },
    disconnected() {
      end();
      subscribed.clear();
      statusChanged = false;
    },
    advance(nowUs, notify) {
      if (statusChanged) {
        statusChanged = false;
        if (subscribed.has(HeadbandCharacteristic.status)) notify(HeadbandCharacteristic.status, status());
      }
      if (stream !== null) while (makePacket(stream, nowUs));
      while (waiting.length > 0 && waiting[0]!.dueUs <= nowUs) {
        const { bytes, count } = waiting.shift()!;
        stats.packetsSent++;
        stats.samplesSent += count;
        notify(HeadbandCharacteristic.motion, bytes);
      }
      if (stream === null) return Number.POSITIVE_INFINITY;
      const next: Stream = stream;
      const readyUs = over
        ? Number.POSITIVE_INFINITY
        : next.startUs + (next.index + next.samplesPerPacket) * next.periodUs;
      return Math.min(readyUs, waiting[0]?.dueUs ?? Number.POSITIVE_INFINITY);
    },
  };
}
