/** The messages of one session, each source in its own order of time. */
import { KitError } from '../../../contract/errors.ts';
import { createSampleBlock, type SampleBlock } from '../../../core/sample.ts';
import { DEG_PER_RAD } from '../../../core/units.ts';
import { DRIVERS, driverById } from '../../../devices/registry.ts';
import { DEFAULT_PARTS } from '../../../gateway/kit-parts.ts';
import { rescoreSession } from '../../../gateway/rescore.ts';
import type { SessionStore, StoredEvent, StoredStream } from '../../../ports/session-store.ts';
import { decodeChunk } from '../../../wire/chunk.ts';
import { LiveFlag, type LiveFrame } from '../../../wire/live-frame.ts';
import type { McapSchemaName } from './schemas.ts';

export interface TimedMessage {
  /** Host's monotonic clock, us. */
  readonly timeUs: number;
  readonly topic: string;
  readonly schema: McapSchemaName;
  readonly json: string;
}

/** JSON has no NaN: what is not known is null. */
const known = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value;

function imu(block: SampleBlock, n: number): string {
  const vector = (of: Float64Array) => ({ x: known(of[3 * n]), y: known(of[3 * n + 1]), z: known(of[3 * n + 2]) });
  const [w, x, y, z] = block.quat.subarray(4 * n, 4 * n + 4);
  return JSON.stringify({
    tick_us: known(block.tickUs[n]),
    counter: known(block.counter[n]),
    orientation: { w: known(w), x: known(x), y: known(y), z: known(z) },
    angular_velocity_radps: vector(block.gyrRadps),
    linear_acceleration_mps2: vector(block.accMps2),
    flags: block.flags[n],
  });
}

/** Every notification as it came, and every sample that the driver finds in it; unknown drivers give the bytes alone. */
export async function* streamMessages(
  store: Pick<SessionStore, 'readChunks'>,
  stream: StoredStream,
  topic: string,
): AsyncIterable<TimedMessage> {
  const decoder = driverById(stream.description.driverId)?.createDecoder(stream.description) ?? null;
  const block = createSampleBlock();
  for await (const chunk of store.readChunks(stream.id)) {
    const decoded = decodeChunk(chunk.bytes);
    if (!decoded.ok) throw new KitError('STORE_CORRUPT', `stream ${stream.id}, chunk ${chunk.sequence}`);
    for (const { characteristic, bytes, arrivalUs } of decoded.notifications) {
      const data = Buffer.from(bytes).toString('base64');
      const json = JSON.stringify({ characteristic, data, arrival_us: arrivalUs });
      yield { timeUs: arrivalUs, topic: `${topic}/raw`, schema: 'neck.Raw', json };
      if (decoder?.decode(characteristic, bytes, block) !== 'ok') continue;
      for (let n = 0; n < block.count; n++)
        yield { timeUs: arrivalUs, topic: `${topic}/imu`, schema: 'neck.Imu', json: imu(block, n) };
    }
  }
}

const ANGLES = 8;
const FIRST_FRAMES = 4096;

/**
 * The angles as they were shown, computed again from the raw bytes. Ten minutes at 100 Hz are 4 MB while the file is made.
 */
export async function* angleMessages(store: SessionStore, sessionId: string): AsyncIterable<TimedMessage> {
  let table = new Float64Array(ANGLES * FIRST_FRAMES);
  let count = 0;
  let simulated = false;
  const keep = (frame: LiveFrame): void => {
    if (ANGLES * (count + 1) > table.length) {
      const larger = new Float64Array(2 * table.length);
      larger.set(table);
      table = larger;
    }
    const { arrivalUs, flexionRad, lateralRad, axialRad, twistRad, twistSigmaRad, headInclinationRad, rateRadps } =
      frame;
    table.set(
      [arrivalUs, flexionRad, lateralRad, axialRad, twistRad, twistSigmaRad, headInclinationRad, rateRadps],
      ANGLES * count++,
    );
    simulated = (frame.flags & LiveFlag.simulated) !== 0;
  };
  const heads = (await store.listStreams(sessionId)).filter(({ role }) => role === 'head');
  // Bytes of a device that this version does not know are still told, angles from them are not.
  if (heads.some(({ description }) => !driverById(description.driverId))) return;
  await rescoreSession({ store, drivers: DRIVERS, parts: DEFAULT_PARTS }, sessionId, keep);
  for (let n = 0; n < count; n++) {
    const at = (index: number): number | null => known(table[ANGLES * n + index]! * DEG_PER_RAD);
    const json = JSON.stringify({
      flexion_deg: at(1),
      right_lateral_deg: at(2),
      left_rotation_deg: at(3),
      frt_left_twist_deg: at(4),
      frt_twist_standard_uncertainty_deg: at(5),
      head_inclination_deg: at(6),
      speed_degps: at(7),
      simulated,
    });
    yield { timeUs: table[ANGLES * n]!, topic: '/angles', schema: 'neck.Angles', json };
  }
}

export async function* eventMessages(events: readonly StoredEvent[]): AsyncIterable<TimedMessage> {
  for (const { timeUs, type, values } of [...events].sort((a, b) => a.timeUs - b.timeUs))
    yield { timeUs, topic: '/events', schema: 'neck.Event', json: JSON.stringify({ type, values }) };
}

/** All sources as one, by time; of equal times the earlier source first. */
export async function* merged(sources: readonly AsyncIterable<TimedMessage>[]): AsyncIterable<TimedMessage> {
  const heads = await Promise.all(
    sources.map(async (source) => {
      const iterator = source[Symbol.asyncIterator]();
      return { iterator, next: await iterator.next() };
    }),
  );
  for (;;) {
    let first: (typeof heads)[number] | null = null;
    for (const head of heads)
      if (!head.next.done && (first === null || head.next.value.timeUs < first.next.value.timeUs)) first = head;
    if (first === null) return;
    yield first.next.value;
    first.next = await first.iterator.next();
  }
}
