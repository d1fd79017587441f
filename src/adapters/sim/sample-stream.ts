/**
 * The sampling half of a simulated sensor: takes samples from the source on the device's own clock, lets the family's
 * codec make packets of them, loses and delays what it is told to. Deterministic in the times it is given.
 */
import type { Uuid } from '../../ports/gatt.ts';
import { createSourceSample, type MotionSource, type SourceSample } from './motion-source.ts';
import { emptyStats, type SensorModelOptions, type SensorStats } from './sensor-model.ts';
import { createRandom } from './subject/random.ts';

export interface StreamSample extends SourceSample {
  /** From 0 at the start of the stream. */
  index: number;
  /** The device's clock: nominal time since the start of the stream, us. */
  deviceUs: number;
}

export interface SimPacket {
  readonly characteristic: Uuid;
  readonly bytes: Uint8Array;
}

export interface StreamShape {
  readonly rateHz: number;
  readonly samplesPerPacket: number;
  /** Samples of one packet (reused objects) to what goes on the air; [] when nobody listens. */
  readonly make: (samples: readonly StreamSample[]) => readonly SimPacket[];
}

export interface SampleStream {
  readonly stats: SensorStats;
  readonly running: boolean;
  /** True when the source has no more samples. */
  readonly over: boolean;
  /** Device time of a host time, us since the start of this stream; NaN when none runs. */
  deviceUs(hostUs: number): number;
  sourceTimeS(hostUs: number): number;
  start(nowUs: number, shape: StreamShape): void;
  stop(): void;
  /** As in GattServerModel. */
  advance(nowUs: number, notify: (characteristic: Uuid, bytes: Uint8Array) => void): number;
}

interface Running extends StreamShape {
  readonly startUs: number;
  /** Physical time between samples, us. */
  readonly periodUs: number;
  /** Next sample to make. */
  index: number;
}

export function createSampleStream(options: SensorModelOptions): SampleStream {
  const source: MotionSource = options.source;
  const { seed = 1, lossShare = 0, jitterMs = 0, clockPpm = 20, onSampleSent = () => {} } = options;
  const radio = createRandom(seed, 'radio');
  const stats = emptyStats();
  const samples: (StreamSample & { timeS: number })[] = [];
  const waiting: { dueUs: number; count: number; packets: readonly SimPacket[] }[] = [];
  let running: Running | null = null;
  let over = false;
  let firstStartUs = Number.NaN;
  let lastDueUs = 0;

  const readyUs = (stream: Running): number =>
    over ? Number.POSITIVE_INFINITY : stream.startUs + (stream.index + stream.samplesPerPacket) * stream.periodUs;

  /** Makes the packet whose samples are all due by `nowUs`; false when there is none yet or the source is over. */
  const makePacket = (stream: Running, nowUs: number): boolean => {
    const ready = readyUs(stream);
    if (ready > nowUs) return false;
    const count = stream.samplesPerPacket;
    while (samples.length < count) samples.push({ ...createSourceSample(), index: 0, deviceUs: 0, timeS: 0 });
    for (let i = 0; i < count; i++) {
      const sample = samples[i]!;
      const n = stream.index + i + 1;
      sample.timeS = (stream.startUs + n * stream.periodUs - firstStartUs) * 1e-6;
      sample.index = stream.index + i;
      sample.deviceUs = (n * 1e6) / stream.rateHz;
      if (!source.sample(sample.timeS, stream.rateHz, sample)) {
        over = true;
        return false;
      }
    }
    stream.index += count;
    stats.samples += count;
    const packets = stream.make(samples.slice(0, count));
    const lost = radio.next() < lossShare;
    const lateUs = jitterMs > 0 ? radio.between(0, jitterMs * 1000) : 0;
    if (packets.length === 0) return true;
    if (lost) {
      stats.packetsLost += packets.length;
      stats.samplesLost += count;
      return true;
    }
    lastDueUs = Math.max(lastDueUs, ready + lateUs);
    waiting.push({ dueUs: lastDueUs, count, packets });
    for (let i = 0; i < count; i++) onSampleSent(samples[i]!.timeS);
    return true;
  };

  return {
    stats,
    get running() {
      return running !== null;
    },
    get over() {
      return over;
    },
    deviceUs: (hostUs) =>
      running ? ((hostUs - running.startUs) / running.periodUs) * (1e6 / running.rateHz) : Number.NaN,
    sourceTimeS: (hostUs) => (hostUs - firstStartUs) * 1e-6,
    start(nowUs, shape) {
      if (Number.isNaN(firstStartUs)) firstStartUs = nowUs;
      waiting.length = 0;
      over = false;
      lastDueUs = nowUs;
      // A clock that runs fast reaches its sample times early.
      running = { ...shape, startUs: nowUs, periodUs: 1e6 / shape.rateHz / (1 + clockPpm * 1e-6), index: 0 };
    },
    stop() {
      running = null;
      waiting.length = 0;
    },
    advance(nowUs, notify) {
      if (running === null) return Number.POSITIVE_INFINITY;
      const stream: Running = running;
      while (makePacket(stream, nowUs));
      while (waiting.length > 0 && waiting[0]!.dueUs <= nowUs) {
        const { packets, count } = waiting.shift()!;
        stats.packetsSent += packets.length;
        stats.samplesSent += count;
        for (const { characteristic, bytes } of packets) notify(characteristic, bytes);
      }
      return Math.min(readyUs(stream), waiting[0]?.dueUs ?? Number.POSITIVE_INFINITY);
    },
  };
}
