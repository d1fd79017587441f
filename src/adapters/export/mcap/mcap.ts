/** The raw recording of one session as an MCAP file, to be opened in Foxglove, Lichtblick or any other reader of it. */
import { type IWritable, McapWriter } from '@mcap/core';
import { KitError } from '../../../contract/errors.ts';
import type { SessionStore } from '../../../ports/session-store.ts';
import { angleMessages, eventMessages, merged, streamMessages } from './messages.ts';
import { MCAP_SCHEMAS, type McapSchemaName } from './schemas.ts';

const CHUNK_BYTES = 256 * 1024;

/** Collects what the writer writes until it is fetched. */
function collector(): IWritable & { take(): Uint8Array[] } {
  let pieces: Uint8Array[] = [];
  let position = 0n;
  return {
    async write(bytes) {
      // The writer uses its buffers again.
      pieces.push(bytes.slice());
      position += BigInt(bytes.length);
    },
    position: () => position,
    take() {
      const taken = pieces;
      pieces = [];
      return taken;
    },
  };
}

/** Wall time minus monotonic time, us: by a mark that has both, else by the start of the session. */
function offsetUs(events: readonly { timeUs: number; wallMs: number }[], startedAtMs: number, firstUs: number): number {
  const [mark] = events;
  return mark ? Math.round(mark.wallMs * 1000 - mark.timeUs) : Math.round(startedAtMs * 1000 - firstUs);
}

/** Rejects with NOT_FOUND, STORE_CORRUPT or SENSOR_UNSUPPORTED. */
export async function* sessionMcap(store: SessionStore, sessionId: string): AsyncIterable<Uint8Array> {
  const session = await store.sessionDetail(sessionId);
  if (!session) throw new KitError('NOT_FOUND', `session ${sessionId}`);
  const events = await store.listEvents(sessionId);
  const streams = await store.listStreams(sessionId);
  const roles = new Map<string, number>();
  const topics = streams.map(({ role }) => {
    const number = (roles.get(role) ?? 0) + 1;
    roles.set(role, number);
    return number === 1 ? `/${role}` : `/${role}-${number}`;
  });

  const sink = collector();
  const writer = new McapWriter({ writable: sink, chunkSize: CHUNK_BYTES });
  await writer.start({ profile: '', library: 'neck-rom-kit' });
  const schemaIds = new Map<McapSchemaName, number>();
  for (const [name, schema] of Object.entries(MCAP_SCHEMAS)) {
    const data = Buffer.from(JSON.stringify(schema));
    schemaIds.set(name as McapSchemaName, await writer.registerSchema({ name, encoding: 'jsonschema', data }));
  }
  await writer.addMetadata({
    name: 'session',
    metadata: new Map([
      ['session_id', sessionId],
      ['subject_code', session.subjectCode],
      ['simulated', String(session.simulated)],
      ...streams.map(({ description }, n) => [topics[n]!, JSON.stringify(description)] as const),
    ]),
  });

  const channels = new Map<string, { id: number; sequence: number }>();
  let offset: number | null = null;
  const sources = [
    ...streams.map((stream, n) => streamMessages(store, stream, topics[n]!)),
    eventMessages(events),
    angleMessages(store, sessionId),
  ];
  for await (const { timeUs, topic, schema, json } of merged(sources)) {
    offset ??= offsetUs(events, session.startedAtMs, timeUs);
    let channel = channels.get(topic);
    if (!channel) {
      const about = { schemaId: schemaIds.get(schema)!, topic, messageEncoding: 'json' };
      const metadata = new Map([['simulated', String(session.simulated)]]);
      channel = { id: await writer.registerChannel({ ...about, metadata }), sequence: 0 };
      channels.set(topic, channel);
    }
    // Times before 1970 do not exist in the format.
    const logTime = BigInt(Math.max(0, Math.round(timeUs + offset))) * 1000n;
    const times = { logTime, publishTime: logTime };
    await writer.addMessage({ channelId: channel.id, sequence: channel.sequence++, ...times, data: Buffer.from(json) });
    yield* sink.take();
  }
  await writer.end();
  yield* sink.take();
}
