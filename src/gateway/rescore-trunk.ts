/**
 * The streams of a second sensor while a session is recomputed: they are gone through beside the head's, each
 * notification where it came, so that every sample of the head meets the trunk that it met then.
 */
import type { TrunkAlignmentResult } from '../../calibration/trunk-alignment.ts';
import { KitError } from '../contract/errors.ts';
import type { RawNotification } from '../ports/sensor-source.ts';
import type { SessionStore, StoredEvent } from '../ports/session-store.ts';
import { decodeChunk } from '../wire/chunk.ts';
import { createIngest, type IngestDeps, type IngestState } from './ingest.ts';
import { createTrunkSide, type TrunkSide } from './trunk-side.ts';

export interface RescoreTrunk {
  readonly side: TrunkSide;
  /** Goes on to what had arrived by this time, us. */
  upTo(arrivalUs: number): Promise<void>;
  /** The visit was left and gone on with. */
  clear(): void;
}

const MARKS: ReadonlySet<string> = new Set(['trunk-alignment', 'trunk-alignment-in-force', 'trunk-loose']);

function mountOf(values: Record<string, unknown>): TrunkAlignmentResult {
  const q = Float64Array.from(values['trunkSensorFromTrunk'] as number[]);
  return {
    trunkSensorFromTrunk: q as TrunkAlignmentResult['trunkSensorFromTrunk'],
    sigmaRad: values['sigmaRad'] as number,
  };
}

export function createRescoreTrunk(
  store: SessionStore,
  deps: Pick<IngestDeps, 'createPipeline' | 'createDecoder'>,
  streams: Awaited<ReturnType<SessionStore['listStreams']>>,
  events: readonly StoredEvent[],
): RescoreTrunk {
  const side = createTrunkSide();
  const ingest = createIngest({ ...deps, onSample: (sample) => side.onSample(sample) });
  let marks: StoredEvent[] = [];

  function applyUpTo(index: number): void {
    while (marks[0] && Number(marks[0].values['afterSample'] ?? -1) <= index) {
      const { type, values } = marks.shift()!;
      if (type === 'trunk-loose') side.setMount(null);
      else side.setMount(mountOf(values));
    }
  }
  async function* notifications(): AsyncGenerator<RawNotification> {
    for (const stream of streams) {
      const own = events.filter((event) => event.values['streamId'] === stream.id);
      marks = own.filter((event) => MARKS.has(event.type));
      const another = ingest.description?.sensorSerial !== stream.description.sensorSerial;
      if (another) side.clear();
      ingest.begin(stream.description);
      const state = own.find((event) => event.type === 'stream')?.values['state'];
      if (state) ingest.restore(state as IngestState);
      for await (const chunk of store.readChunks(stream.id)) {
        const decoded = decodeChunk(chunk.bytes);
        if (!decoded.ok) throw new KitError('STORE_CORRUPT', `stream ${stream.id}, chunk ${chunk.sequence}`);
        for (const notification of decoded.notifications) {
          applyUpTo(ingest.pipeline!.latest.index);
          yield notification;
        }
      }
      applyUpTo(Number.MAX_SAFE_INTEGER);
    }
  }
  const source = notifications();
  let next: RawNotification | null = null;
  let over = streams.length === 0;

  return {
    side,
    async upTo(arrivalUs) {
      while (!over) {
        if (!next) {
          const step = await source.next();
          if (step.done) {
            over = true;
            return;
          }
          next = step.value;
        }
        if (next.arrivalUs > arrivalUs) return;
        ingest.push(next);
        next = null;
        applyUpTo(ingest.pipeline!.latest.index);
      }
    },
    clear: () => side.clear(),
  };
}
