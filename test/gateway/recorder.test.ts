import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { type ErrorCode, KitError } from '../../src/contract/errors.ts';
import { createJournal, DEFAULT_JOURNAL, type Journal } from '../../src/gateway/journal.ts';
import { silentLog } from '../../src/gateway/log.ts';
import { createRecorder, type Recorder } from '../../src/gateway/recorder.ts';
import type { RawNotification } from '../../src/ports/sensor-source.ts';
import type { Store } from '../../src/ports/store.ts';
import type { HostTimeUs } from '../../src/ports/time.ts';
import { decodeChunk } from '../../src/wire/chunk.ts';
import { collect, DESCRIPTION } from '../contract/session-store.ts';
import { createVirtualTime, settle, type VirtualTime } from '../support/virtual-time.ts';

describe('the recorder', () => {
  let time: VirtualTime;
  let store: Store;
  let journal: Journal;
  let recorder: Recorder;
  let failing: ErrorCode | null;
  /** Stream whose chunks the store never takes. */
  let refused: string | null;
  /** Chunks in each commit. */
  let commits: number[];
  let ids: number;

  beforeEach(async () => {
    time = createVirtualTime();
    const memory = createMemoryStore();
    await memory.open();
    await memory.createSession({ id: 's', subjectCode: 'AB-1', startedAtMs: 0, softwareVersion: '1' });
    failing = null;
    refused = null;
    commits = [];
    ids = 0;
    store = {
      ...memory,
      appendChunks: async (chunks) => {
        await settle();
        if (failing) throw new KitError(failing);
        if (chunks.some(({ streamId }) => streamId === refused)) throw new KitError('INTERNAL');
        commits.push(chunks.length);
        await memory.appendChunks(chunks);
      },
    };
    create();
  });

  function create(maxWaitingBytes = DEFAULT_JOURNAL.maxWaitingBytes): void {
    journal = createJournal(
      { store, timers: time.timers, log: silentLog, onChange: () => {} },
      { ...DEFAULT_JOURNAL, maxWaitingBytes },
    );
    recorder = createRecorder({
      sessionId: 's',
      store,
      journal,
      clock: time.clock,
      timers: time.timers,
      log: silentLog,
      newId: () => `stream-${ids++}`,
      onAcknowledged: () => {},
    });
  }
  const openHead = () => recorder.openStream({ role: 'head', sourceId: 'radio', description: DESCRIPTION });
  const notification = (i: number): RawNotification => ({
    characteristic: 'c0',
    bytes: Uint8Array.of(i & 255, i >> 8, 7),
    arrivalUs: (1_000_000 + i * 10_000.25) as HostTimeUs,
  });
  async function stored(streamId: string): Promise<RawNotification[]> {
    const out: RawNotification[] = [];
    for (const chunk of await collect(store.readChunks(streamId))) {
      const decoded = decodeChunk(chunk.bytes);
      if (!decoded.ok) throw new Error(decoded.reason);
      out.push(...decoded.notifications);
    }
    return out;
  }

  it('keeps every notification bit for bit, in chunks of half a second or less', async () => {
    const stream = openHead();
    for (let i = 0; i < 1000; i++) {
      stream.append(notification(i));
      await time.advance(10);
    }
    stream.close();
    await time.advance(10);
    expect(await stored(stream.id)).toEqual(Array.from({ length: 1000 }, (_, i) => notification(i)));
    for (const chunk of await collect(store.readChunks(stream.id)))
      expect(chunk.lastArrivalUs - chunk.firstArrivalUs).toBeLessThanOrEqual(500_000);
    expect(recorder.acknowledgedS).toBeCloseTo(9.99, 1);
  });

  it('stores what it has when the stream falls silent', async () => {
    const stream = openHead();
    for (let i = 0; i < 7; i++) stream.append(notification(i));
    await time.advance(510);
    expect(await stored(stream.id)).toHaveLength(7);
  });

  it('acknowledges after the commit only', async () => {
    const stream = openHead();
    for (let i = 0; i < 60; i++) stream.append(notification(i));
    expect(recorder.acknowledgedS).toBe(0);
    await time.advance(1);
    expect(recorder.acknowledgedS).toBeGreaterThan(0.4);
    expect((await stored(stream.id)).length).toBeGreaterThanOrEqual(50);
  });

  it('holds everything through a full disk, says so, and stores it when there is room again', async () => {
    const stream = openHead();
    failing = 'STORE_FULL';
    for (let i = 0; i < 1000; i++) {
      stream.append(notification(i));
      await time.advance(10);
    }
    expect(journal.problem).toBe('STORE_FULL');
    expect(journal.waitingBytes).toBeGreaterThan(1000);
    expect(await stored(stream.id)).toHaveLength(0);
    await expect(journal.attempt(async () => {})).rejects.toMatchObject({ code: 'STORE_FULL' });
    failing = null;
    await time.advance(3000);
    stream.close();
    await journal.drain(1000);
    expect(journal.problem).toBeNull();
    expect(journal.waitingBytes).toBe(0);
    expect(await stored(stream.id)).toHaveLength(1000);
    expect(recorder.dropped).toBe(0);
  });

  it('has a limit in memory, loses whole chunks beyond it, counts them and marks the place', async () => {
    create(2000);
    const stream = openHead();
    failing = 'STORE_UNAVAILABLE';
    for (let i = 0; i < 2000; i++) {
      stream.append(notification(i));
      await time.advance(10);
      expect(journal.waitingBytes).toBeLessThanOrEqual(2000);
    }
    expect(recorder.dropped).toBeGreaterThan(500);
    failing = null;
    await time.advance(5000);
    for (let i = 2000; i < 2100; i++) {
      stream.append(notification(i));
      await time.advance(10);
    }
    stream.close();
    await time.advance(10);
    const kept = await stored(stream.id);
    expect(kept.length + recorder.dropped).toBe(2100);
    expect(kept.at(-1)).toEqual(notification(2099));
    const marks = (await store.listEvents('s')).filter((event) => event.type === 'recording-lost');
    expect(marks).toHaveLength(1);
    expect(marks[0]!.values).toEqual({ streamId: stream.id, notifications: recorder.dropped });
  });

  it('is not stopped for ever by a write that can never succeed', async () => {
    const stream = openHead();
    failing = 'INTERNAL';
    for (let i = 0; i < 60; i++) stream.append(notification(i));
    await time.advance(10);
    let done = false;
    void journal
      .keep(async () => {})
      .then(() => {
        done = true;
      });
    await time.advance(10);
    expect(done).toBe(true);
  });

  const openOther = () => recorder.openStream({ role: 'other', sourceId: 'radio', description: DESCRIPTION });

  it('commits the chunks of all streams together, each half second, whenever they began', async () => {
    const streams = [openHead(), ...Array.from({ length: 14 }, openOther)];
    for (let i = 0; i < 1000; i++) {
      streams.forEach((stream, n) => {
        if (i >= 7 * n) stream.append(notification(i));
      });
      await time.advance(10);
    }
    for (const stream of streams) stream.close();
    await time.advance(10);
    for (const [n, stream] of streams.entries())
      expect(await stored(stream.id)).toEqual(Array.from({ length: 1000 - 7 * n }, (_, i) => notification(i + 7 * n)));
    // 10 s in half seconds, and the ends.
    expect(commits.length).toBeLessThanOrEqual(22);
    expect(commits.filter((count) => count === 15).length).toBeGreaterThan(15);
  });

  it('loses none of the others when one stream is refused for good', async () => {
    const streams = [openHead(), openOther(), openOther()];
    refused = streams[1]!.id;
    for (let i = 0; i < 200; i++) {
      for (const stream of streams) stream.append(notification(i));
      await time.advance(10);
    }
    for (const stream of streams) stream.close();
    await time.advance(50);
    expect(await stored(streams[0]!.id)).toHaveLength(200);
    expect(await stored(streams[1]!.id)).toHaveLength(0);
    expect(await stored(streams[2]!.id)).toHaveLength(200);
    expect(recorder.acknowledgedS).toBeCloseTo(1.99, 1);
  });

  it('stores what gathered over a full disk in few commits, in order, with its marks between', async () => {
    const streams = [openHead(), openOther()];
    failing = 'STORE_FULL';
    for (let i = 0; i < 2000; i++) {
      for (const stream of streams) stream.append(notification(i));
      if (i === 1000) recorder.event('middle', {});
      await time.advance(10);
    }
    expect(commits).toEqual([]);
    failing = null;
    for (const stream of streams) stream.close();
    await time.advance(5000);
    await journal.drain(1000);
    for (const stream of streams)
      expect(await stored(stream.id)).toEqual(Array.from({ length: 2000 }, (_, i) => notification(i)));
    expect(Math.max(...commits)).toBeLessThanOrEqual(DEFAULT_JOURNAL.chunksPerCommit);
    expect(commits.length).toBeLessThan(8);
    expect((await store.listEvents('s')).map((event) => event.type)).toEqual(['middle']);
  });

  it('begins a new stream for every connection, each with numbers from 0', async () => {
    const first = openHead();
    for (let i = 0; i < 120; i++) first.append(notification(i));
    first.close();
    first.append(notification(999));
    const second = openHead();
    for (let i = 0; i < 30; i++) second.append(notification(i));
    second.close();
    await time.advance(10);
    expect(await stored(first.id)).toHaveLength(120);
    expect(await stored(second.id)).toHaveLength(30);
    expect((await store.listStreams('s')).map((item) => item.id)).toEqual([first.id, second.id]);
  });
});
