import { McapIndexedReader, McapStreamReader } from '@mcap/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { sessionMcap } from '../../../src/adapters/export/mcap/mcap.ts';
import { merged } from '../../../src/adapters/export/mcap/messages.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import { createSampleBlock } from '../../../src/core/sample.ts';
import { headbandDriver } from '../../../src/devices/headband.ts';
import type { RawNotification, StreamDescription } from '../../../src/ports/sensor-source.ts';
import { createChunkWriter } from '../../../src/wire/chunk.ts';
import { collect } from '../../contract/session-store.ts';
import { runOfflineVisit } from '../../support/offline-visit.ts';

const START_MS = Date.UTC(2026, 2, 1, 8);
const notifications: RawNotification[] = [];
let samples = 0;
let file: Buffer;

beforeAll(async () => {
  let description: StreamDescription | null = null;
  await runOfflineVisit({
    seed: 5,
    lossShare: 0.02,
    onNotification(notification, of) {
      description = of;
      notifications.push({ ...notification, bytes: notification.bytes.slice() });
    },
  });
  const store = createMemoryStore();
  await store.open();
  await store.createSession({ id: 's', subjectCode: 'AB-1', startedAtMs: START_MS, softwareVersion: '1' });
  await store.createStream({
    id: 'st',
    sessionId: 's',
    role: 'head',
    sourceId: 'simulator',
    description: description!,
  });
  const writer = createChunkWriter();
  const decoder = headbandDriver.createDecoder(description!);
  const block = createSampleBlock();
  let sequence = 0;
  for (const [index, notification] of notifications.entries()) {
    if (decoder.decode(notification.characteristic, notification.bytes, block) === 'ok') samples += block.count;
    writer.append(notification);
    if (writer.count < 100 && index < notifications.length - 1) continue;
    await store.appendChunk({ streamId: 'st', sequence: sequence++, ...writer.finish()! });
  }
  const timeUs = notifications[10]!.arrivalUs;
  const wallMs = START_MS + 500;
  await store.appendEvent('s', { timeUs, wallMs, type: 'note', values: { text: 'pain', n: 3 } });
  file = Buffer.concat(await collect(sessionMcap(store, 's')));
  await store.close();
}, 60_000);

interface Read {
  readonly topic: string;
  readonly logTime: bigint;
  readonly data: Record<string, unknown>;
}

async function read(): Promise<{ messages: Read[]; reader: McapIndexedReader }> {
  const readable = {
    size: async () => BigInt(file.length),
    read: async (offset: bigint, size: bigint) => file.subarray(Number(offset), Number(offset + size)),
  };
  const reader = await McapIndexedReader.Initialize({ readable });
  const messages: Read[] = [];
  for await (const { channelId, logTime, data } of reader.readMessages({ validateCrcs: true })) {
    const parsed = JSON.parse(Buffer.from(data).toString()) as Record<string, unknown>;
    messages.push({ topic: reader.channelsById.get(channelId)!.topic, logTime, data: parsed });
  }
  return { messages, reader };
}

describe('the raw recording', () => {
  it('is read by the library of the format with every notification and every sample', async () => {
    const { messages, reader } = await read();
    const of = (topic: string) => messages.filter((message) => message.topic === topic);
    expect(samples).toBeGreaterThan(5000);
    expect(of('/head/imu')).toHaveLength(samples);
    expect(of('/head/raw').map(({ data }) => data['data'])).toEqual(
      notifications.map(({ bytes }) => Buffer.from(bytes).toString('base64')),
    );
    expect(of('/head/raw').map(({ data }) => data['arrival_us'])).toEqual(
      notifications.map(({ arrivalUs }) => arrivalUs),
    );
    expect(of('/angles').length).toBeGreaterThan(0.9 * samples);
    expect(of('/events').map(({ data }) => data)).toEqual([{ type: 'note', values: { text: 'pain', n: 3 } }]);
    expect(of('/events')[0]!.logTime).toBe(BigInt(START_MS + 500) * 1_000_000n);
    expect(reader.statistics!.messageCount).toBe(BigInt(messages.length));
    for (const { schemaId } of reader.channelsById.values()) {
      const schema = reader.schemasById.get(schemaId)!;
      expect(schema.encoding).toBe('jsonschema');
      expect(JSON.parse(Buffer.from(schema.data).toString())).toMatchObject({ type: 'object' });
    }
  });

  it('is in the order of time, says that a simulator made it, and can be read as a stream', async () => {
    const { messages, reader } = await read();
    for (const [index, { logTime }] of messages.entries())
      if (index > 0) expect(logTime >= messages[index - 1]!.logTime).toBe(true);
    for (const { metadata } of reader.channelsById.values()) expect(metadata.get('simulated')).toBe('true');
    for await (const { metadata } of reader.readMetadata()) expect(metadata.get('simulated')).toBe('true');
    const stream = new McapStreamReader();
    stream.append(file);
    let count = 0;
    for (let record = stream.nextRecord(); record; record = stream.nextRecord()) if (record.type === 'Message') count++;
    expect(count).toBe(messages.length);
    expect(stream.done()).toBe(true);
  });
});

it('brings sources together by time', async () => {
  const source = async function* (topic: string, ...times: number[]) {
    for (const timeUs of times) yield { timeUs, topic, schema: 'neck.Event' as const, json: '' };
  };
  const all = await collect(merged([source('a', 1, 4, 4), source('b'), source('c', 0, 4, 9)]));
  expect(all.map(({ topic, timeUs }) => `${topic}${timeUs}`)).toEqual(['c0', 'a1', 'a4', 'a4', 'c4', 'c9']);
});
