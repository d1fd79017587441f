import { whyNoVirtualRadio } from '../adapters/air/index.ts';
import { createRadioCentral } from '../adapters/ble/radio-central.ts';
import { type BroadRecording, readBroadFile } from '../adapters/replay/broad-file.ts';
import { resample } from '../adapters/replay/resample.ts';
import { KitError } from '../contract/errors.ts';
import { scoreAgainstOptics } from '../core/fusion/optical-score.ts';
import type { LiveSample } from '../core/pipeline.ts';
import { createPipeline } from '../core/pipeline-run.ts';
import type { Decoder } from '../devices/driver.ts';
import { DRIVERS, driverById } from '../devices/registry.ts';
import { createGattSource, DEFAULT_GATT_SOURCE } from '../gateway/gatt-source.ts';
import { createIngest } from '../gateway/ingest.ts';
import type { RawNotification, SensorSource, StreamDescription } from '../ports/sensor-source.ts';
import { createMotionPacket, decodeMotionPacket } from '../wire/headband-packet.ts';
import { type Command, integerFlag, textFlag } from './command.ts';
import { startSimulatedAir } from './simulated-air.ts';

const RATES_HZ = [25, 50, 100, 200];
/** No notification for so long after the first: the recording is over, ms. */
const SILENCE_MS = 2000;
const PROGRESS_EVERY_S = 10;
const SEARCH_MS = 10_000;

export interface ReplayResult {
  readonly recording: string;
  readonly rateHz: number;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly samplesLost: number;
  /** Live estimate against the optics, deg RMS over the movement. */
  readonly liveInclinationDeg: number;
  readonly liveStartZeroedHeadingDeg: number;
}

/** A recording with optical truth, as a headband on the virtual radio, through the gateway's own path. */
export const replay: Command = {
  name: 'replay',
  summary: 'play a recording of real IMU data as a headband on the virtual radio and score the live orientation',
  usage: [
    '--broad FILE.f32       a recording in the converted BROAD format, its manifest.json beside it',
    '--rate HZ              25, 50, 100 or 200 (default 100)',
    '--json                 the figures as JSON',
  ],
  options: { broad: { type: 'string' }, rate: { type: 'string' }, json: { type: 'boolean' } },
  async run(flags) {
    const file = textFlag(flags, 'broad');
    if (!file) throw new KitError('BAD_FLAG', '--broad FILE is missing');
    const rateHz = integerFlag(flags, 'rate', 100, 25, 200);
    if (!RATES_HZ.includes(rateHz)) throw new KitError('BAD_FLAG', `--rate takes one of ${RATES_HZ.join(', ')}`);
    const recording = await readBroadFile(file);
    const missing = whyNoVirtualRadio();
    if (missing) throw new KitError('VIRTUAL_RADIO_UNAVAILABLE', missing);
    const result = await playAndScore(file, recording, rateHz);
    process.stdout.write(flags['json'] ? `${JSON.stringify(result)}\n` : table(result));
    return 0;
  },
};

async function playAndScore(file: string, recording: BroadRecording, rateHz: number): Promise<ReplayResult> {
  const truth = resample(recording, rateHz);
  const estimate = new Float64Array(4 * truth.samples).fill(Number.NaN);
  const air = await startSimulatedAir([['--serial', 'REPLAY', '--broad', file]]);
  const central = createRadioCentral({ h4Address: air.centralAddress });
  const wish = { rateHz, content: 'inertial' } as const;
  const source = createGattSource({ central, drivers: DRIVERS }, { ...DEFAULT_GATT_SOURCE, wish });
  try {
    await source.start();
    const received = await receive(source, rateHz, truth.samples, estimate);
    const score = scoreAgainstOptics(
      { rateHz, rows: truth.samples, optics: truth.opticalWorldFromSensor, movement: truth.movement },
      estimate,
    );
    return {
      recording: recording.name,
      rateHz,
      packetsSent: (await air.devices[0]?.stats())?.packetsSent ?? Number.NaN,
      ...received,
      liveInclinationDeg: score.inclination,
      liveStartZeroedHeadingDeg: score.startZeroedHeading,
    };
  } finally {
    await source.stop();
    await air.stop();
  }
}

/** Streams to the end of the recording through the gateway's ingest; writes every live orientation to its row of `estimate`. */
async function receive(
  source: SensorSource,
  rateHz: number,
  rows: number,
  estimate: Float64Array,
): Promise<{ packetsReceived: number; samplesLost: number }> {
  const packet = createMotionPacket();
  let packetsReceived = 0;
  let firstRow = -1;
  const ingest = createIngest({
    createPipeline,
    createDecoder: decoderOf,
    onSample(sample: LiveSample) {
      const row = firstRow + Math.round((sample.tickUs * rateHz) / 1e6);
      if (row >= 0 && row < rows) estimate.set(sample.worldFromSensor, 4 * row);
    },
  });
  const sensorId = await firstSensor(source);
  let early: RawNotification[] | null = [];
  let lastAtMs = Number.NaN;
  let linkEnd: string | null = null;
  const accept = (notification: RawNotification): void => {
    // The counter starts at 0 with the stream, so the first packet tells which row of the recording it holds.
    if (firstRow < 0) {
      if (decodeMotionPacket(notification.bytes, packet) !== 'ok') return;
      firstRow = packet.counter;
    }
    packetsReceived++;
    lastAtMs = performance.now();
    ingest.push(notification);
  };
  const stream = await source.open(sensorId, {
    onNotification(notification) {
      if (early) early.push({ ...notification });
      else accept(notification);
    },
    onEnd(reason) {
      linkEnd = reason;
    },
  });
  ingest.begin(stream.description);
  for (const notification of early) accept(notification);
  early = null;

  let reportedS = 0;
  while (!linkEnd && !(performance.now() - lastAtMs > SILENCE_MS)) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const atS = packetsReceived / rateHz;
    if (atS - reportedS >= PROGRESS_EVERY_S) {
      reportedS = atS;
      process.stderr.write(`${Math.round(atS)} of ${Math.round(rows / rateHz)} s\n`);
    }
  }
  if (linkEnd) throw new KitError('LINK_LOST', linkEnd);
  const samplesLost = ingest.pipeline?.counts.lost ?? 0;
  await stream.stop();
  return { packetsReceived, samplesLost };
}

function decoderOf(description: StreamDescription): Decoder {
  const driver = driverById(description.driverId);
  if (!driver) throw new KitError('SENSOR_UNSUPPORTED', description.driverId);
  return driver.createDecoder(description);
}

async function firstSensor(source: SensorSource): Promise<string> {
  let stop: (() => Promise<void>) | null = null;
  try {
    return await new Promise<string>((resolve, reject) => {
      setTimeout(() => reject(new KitError('SENSOR_NOT_FOUND')), SEARCH_MS).unref();
      source
        .discover((sensor) => resolve(sensor.sensorId))
        .then((stopSearch) => {
          stop = stopSearch;
        }, reject);
    });
  } finally {
    await (stop as (() => Promise<void>) | null)?.();
  }
}

function table(result: ReplayResult): string {
  const { packetsSent, packetsReceived } = result;
  return [
    `recording                       ${result.recording} at ${result.rateHz} Hz over the virtual radio`,
    `packets sent, received, lost    ${packetsSent}, ${packetsReceived}, ${packetsSent - packetsReceived}`,
    `samples missed by the counter   ${result.samplesLost}`,
    `live inclination error          ${result.liveInclinationDeg.toFixed(3)} deg RMS over the movement`,
    `live start-zeroed heading error ${result.liveStartZeroedHeadingDeg.toFixed(3)} deg RMS over the movement`,
    '',
  ].join('\n');
}
