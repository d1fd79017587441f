/** Bytes for a decoder's fuzzing: what the simulated device sends, changed behind a checksum that still holds. */
import { encodeDotPayload } from '../../src/adapters/sim/dot-model.ts';
import { startOfflineRun } from '../../src/adapters/sim/offline-run.ts';
import { SIMULATED_SENSORS } from '../../src/adapters/sim/sensors.ts';
import { createRandom } from '../../src/adapters/sim/subject/random.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import { KitError } from '../../src/contract/errors.ts';
import { createSampleBlock, SampleFlag } from '../../src/core/sample.ts';
import { C2G_FRAME_BYTES, C2G_START, encodeC2gFrame } from '../../src/devices/capture2go-profile.ts';
import type { DeviceDriver } from '../../src/devices/driver.ts';
import type { StreamDescription } from '../../src/ports/sensor-source.ts';
import { faultOf } from './device-columns.ts';

export interface FuzzStream {
  readonly description: StreamDescription;
  readonly packets: readonly { readonly characteristic: string; readonly bytes: Uint8Array }[];
}

/** Makes the checksums of changed bytes right again, in place; families without a checksum need none. */
const RESEAL: Readonly<Record<string, (bytes: Uint8Array) => void>> = {
  capture2go(bytes) {
    let at = bytes[0] === C2G_START ? 0 : 1;
    while (at + C2G_FRAME_BYTES <= bytes.length && bytes[at] === C2G_START) {
      const end = at + C2G_FRAME_BYTES + bytes[at + 5]!;
      if (end > bytes.length) return;
      bytes.set(encodeC2gFrame(bytes[at + 6]! | (bytes[at + 7]! << 8), bytes.slice(at + C2G_FRAME_BYTES, end)), at);
      at = end;
    }
  },
};

/** Payloads that the driver itself never asks for, by mode. */
const BY_MODE: Readonly<Record<string, (mode: number, n: number) => Uint8Array | null>> = {
  'movella-dot': (mode, n) =>
    encodeDotPayload(mode, n * 16_667, { quat: [0.5, 0.5, 0.5, 0.5], gyrRadps: [0.1, 0.2, 0.3], accMps2: [1, 2, 9] }),
};

const SECONDS = 1.3;
const MTUS = [247, 60, 23];

/** Every stream that the driver starts on the simulated device, and one for each of its decode modes. */
export async function fuzzStreams(driver: DeviceDriver): Promise<FuzzStream[]> {
  const streams: FuzzStream[] = [];
  const create = SIMULATED_SENSORS[driver.id];
  for (const content of create ? driver.facts.contents : [])
    for (const mtu of MTUS) {
      const model = create!({ source: createSubject(3) });
      const run = await startOfflineRun({ model, driver, mtu, wish: { rateHz: 100, content } }).catch((cause) => {
        // Some devices cannot be read at the smallest MTU, and say so.
        if (cause instanceof KitError && cause.code === 'SENSOR_UNSUPPORTED') return null;
        throw cause;
      });
      if (!run) continue;
      const packets: { characteristic: string; bytes: Uint8Array }[] = [];
      run.advanceTo(run.nowUs + SECONDS * 1e6, ({ characteristic, bytes }) => packets.push({ characteristic, bytes }));
      if (packets.length > 0) streams.push({ description: run.description, packets });
    }
  for (const { mode, characteristic } of driver.modes) {
    const make = BY_MODE[driver.id];
    const packets = Array.from({ length: make ? 50 : 0 }, (_, n) => make?.(mode, n) ?? null)
      .filter((bytes) => bytes !== null)
      .map((bytes) => ({ characteristic, bytes }));
    if (packets.length > 0) streams.push({ description: driver.describeForDecode(mode), packets });
  }
  return streams;
}

export interface FuzzResult {
  readonly device: string;
  readonly packets: number;
  /** Packets that were valid ones changed behind a right checksum. */
  readonly mutated: number;
  readonly untouched: number;
  readonly garbage: number;
  readonly statuses: Record<string, number>;
  readonly samples: number;
  readonly samplesFlaggedInvalid: number;
  /** What broke a rule, at most ten of them; empty when all is well. */
  readonly faults: string[];
}

/** Half of the packets and more are mutated valid ones; the rest is untouched, cut, lengthened or noise. */
export async function fuzzDriver(driver: DeviceDriver, packets: number, seed: number): Promise<FuzzResult> {
  const streams = await fuzzStreams(driver);
  const random = createRandom(seed, `fuzz ${driver.id}`);
  const integer = (below: number): number => Math.floor(random.next() * below);
  const reseal = RESEAL[driver.id] ?? (() => {});
  const block = createSampleBlock();
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let mutated = 0;
  let untouched = 0;
  let garbage = 0;
  let samples = 0;
  let samplesFlaggedInvalid = 0;
  let decoder = driver.createDecoder(streams[0]!.description);
  let stream = streams[0]!;
  for (let n = 0; n < packets; n++) {
    if (n % 500 === 0) {
      stream = streams[integer(streams.length)]!;
      decoder = driver.createDecoder(stream.description);
    }
    const valid = stream.packets[n % stream.packets.length]!;
    let { characteristic } = valid;
    let bytes: Uint8Array = valid.bytes.slice();
    const kind = random.next();
    if (kind < 0.65) {
      mutated++;
      const changes = 1 + integer(4);
      for (let i = 0; i < changes && bytes.length > 0; i++)
        bytes[integer(bytes.length)] = random.next() < 0.3 ? [0, 0xff, 0x80, 0x7f][integer(4)]! : integer(256);
      reseal(bytes);
    } else if (kind < 0.8) untouched++;
    else {
      garbage++;
      if (kind < 0.86) bytes = bytes.subarray(0, integer(bytes.length + 1));
      else if (kind < 0.92) bytes = Uint8Array.from([...bytes, ...noise(1 + integer(40))]);
      else bytes = noise(integer(300));
      if (kind > 0.98) characteristic = stream.packets[integer(stream.packets.length)]!.characteristic;
    }
    try {
      const status = decoder.decode(characteristic, bytes, block);
      statuses[status] = (statuses[status] ?? 0) + 1;
      samples += block.count;
      for (let i = 0; i < block.count; i++) if (block.flags[i]! & SampleFlag.invalid) samplesFlaggedInvalid++;
      const fault =
        faultOf(block) ?? ((status === 'ok') === block.count > 0 ? null : `${status}, ${block.count} samples`);
      if (fault && faults.length < 10) faults.push(`packet ${n}: ${fault}`);
    } catch (error) {
      if (faults.length < 10) faults.push(`packet ${n}: threw ${String(error)}`);
    }
  }
  return { device: driver.id, packets, mutated, untouched, garbage, statuses, samples, samplesFlaggedInvalid, faults };

  function noise(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => integer(256));
  }
}
