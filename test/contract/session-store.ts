/** What every session store promises. Called by the tests of each adapter. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RepetitionRecord, recordOfFrt } from '../../src/contract/records.ts';
import type { FrtRepetition, FrtState } from '../../src/contract/state.ts';
import type { StreamDescription } from '../../src/ports/sensor-source.ts';
import type { RawChunk, RepetitionRow, SessionStore } from '../../src/ports/session-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { crc32 } from '../../src/wire/crc32.ts';

export const DESCRIPTION: StreamDescription = {
  driverId: 'test',
  sensorSerial: 'SN-1',
  name: 'Band',
  manufacturer: 'maker',
  model: 'M1',
  firmware: '1.2.3',
  hardware: 'A',
  simulated: false,
  nominalRateHz: 100,
  mtu: 185,
  config: { content: 'both', range: 16, quick: true },
};

export const FRT_REPETITION: FrtRepetition = {
  number: 1,
  side: 'left',
  practice: false,
  status: 'counted',
  reason: null,
  warnings: ['closure'],
  angleDeg: 38.25,
  sigmaDeg: 0.7,
  gravityAngleDeg: null,
  closureDeg: -1.5,
  peakSpeedDegps: 31.25,
  startInclinationDeg: 61,
  holdS: 0.75,
  endReason: 'hold',
  startedAtMs: 1_700_000_000_123,
};

/** The same as it is stored. */
export const REPETITION: RepetitionRecord = recordOfFrt(FRT_REPETITION);

export const RESULT: NonNullable<FrtState['result']> = {
  left: { count: 3, meanDeg: 38.1, bestDeg: 39, spreadDeg: 1.2, sigmaDeg: 0.5 },
  right: { count: 3, meanDeg: 29.2, bestDeg: 30, spreadDeg: 0.9, sigmaDeg: 0.5 },
  differenceDeg: 8.9,
  reference: { id: 'hall-2010b', valueDeg: 32, label: 'Hall 2010b', source: 'doi' },
};

export function chunkOf(streamId: string, sequence: number, bytes: Uint8Array): RawChunk {
  return {
    streamId,
    sequence,
    firstArrivalUs: 1e6 * sequence + 0.125,
    lastArrivalUs: 1e6 * sequence + 490_000.5,
    notifications: 50,
    bytes,
    crc32: crc32(bytes),
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

export interface StoreUnderTest<S = Store> {
  readonly store: S;
  /** The same records through a new adapter, as after a restart; the old one may have been closed or not. */
  reopen(): Promise<S>;
  dispose(): Promise<void>;
}

export type OpenedSessions = SessionStore & Pick<Store, 'open' | 'close'>;

export function sessionStoreContract(name: string, create: () => Promise<StoreUnderTest<OpenedSessions>>): void {
  describe(`session store: ${name}`, () => {
    let under: StoreUnderTest<OpenedSessions>;
    let store: OpenedSessions;
    beforeEach(async () => {
      under = await create();
      store = under.store;
      await store.open();
    });
    afterEach(() => under.dispose());

    async function session(subjectCode = 'AB-1', startedAtMs = 1000): Promise<string> {
      const id = randomUUID();
      await store.createSession({ id, subjectCode, startedAtMs, softwareVersion: '0.1.0' });
      return id;
    }
    async function stream(sessionId: string, role: 'head' | 'trunk' = 'head', simulated = false): Promise<string> {
      const id = randomUUID();
      await store.createStream({
        id,
        sessionId,
        role,
        sourceId: 'radio',
        description: { ...DESCRIPTION, simulated },
      });
      return id;
    }
    async function trial(sessionId: string, streamId: string | null = null, startedAtMs = 2000): Promise<string> {
      const id = randomUUID();
      await store.createTrial({
        id,
        sessionId,
        kind: 'frt',
        startedAtMs,
        simulated: false,
        parameters: { method: 'm/1', n: 3 },
        streamId,
      });
      return id;
    }

    it('keeps a session, its trial and every field of a repetition', async () => {
      const s = await session();
      const t = await trial(s, await stream(s));
      const second: RepetitionRecord = {
        ...REPETITION,
        number: 2,
        direction: 'lateral-right',
        practice: true,
        status: 'rejected',
        reason: 'fast',
        warnings: [],
        angleDeg: null,
        sigmaDeg: null,
        endReason: null,
        values: { gravityAngleDeg: 37.5, deep: { list: [1, null] } },
      };
      await store.appendRepetition(t, REPETITION);
      await store.appendRepetition(t, second);
      await store.finishTrial(t, 'finished', 9000, RESULT);
      await store.endSession(s, 9500);
      const detail = await store.sessionDetail(s);
      expect(detail).toEqual({
        id: s,
        subjectId: expect.any(String),
        subjectCode: 'AB-1',
        episodeId: null,
        setting: 'clinic',
        startedAtMs: 1000,
        endedAtMs: 9500,
        simulated: false,
        trials: 1,
        frtLeftDeg: 38.1,
        frtRightDeg: 29.2,
        recordedS: 0,
        // Opened without one: a visit's steps are kept with their own session.
        visit: null,
        trialList: [
          {
            id: t,
            kind: 'frt',
            startedAtMs: 2000,
            endedAtMs: 9000,
            status: 'finished',
            simulated: false,
            parameters: { method: 'm/1', n: 3 },
            examinerCall: null,
            blinded: false,
            repetitions: [REPETITION, second],
            result: RESULT,
          },
        ],
      });
    });

    it('lists sessions newest first, with the angles of the last finished test only', async () => {
      const older = await session('OLD', 1000);
      const newer = await session('NEW', 2000);
      const empty = await session('EMPTY', 1500);
      const first = await trial(older, null, 1100);
      const second = await trial(older, null, 1200);
      const third = await trial(older, null, 1300);
      await store.finishTrial(first, 'finished', 1150, { ...RESULT, left: { ...RESULT.left, meanDeg: 1 } });
      await store.finishTrial(second, 'finished', 1250, { ...RESULT, left: { ...RESULT.left, meanDeg: 2 } });
      await store.finishTrial(third, 'stopped', 1350, null);
      const list = await store.listSessions();
      expect(list.map((item) => item.id)).toEqual([newer, empty, older]);
      expect(list[2]).toMatchObject({ trials: 3, frtLeftDeg: 2, frtRightDeg: 29.2, endedAtMs: null });
      expect(list[0]).toMatchObject({ trials: 0, frtLeftDeg: null, frtRightDeg: null });
    });

    it('marks a session as simulated when any of its streams is', async () => {
      const s = await session();
      await stream(s, 'head', false);
      await stream(s, 'trunk', true);
      expect((await store.listSessions())[0]!.simulated).toBe(true);
    });

    it('gives chunks back byte for byte, in order, over a restart', async () => {
      const s = await session();
      const a = await stream(s);
      const b = await stream(s, 'trunk');
      const bytes = Array.from({ length: 45 }, (_, i) =>
        Uint8Array.from({ length: (i * 37) % 300 }, (_, j) => i * j + 255 * (j % 3)),
      );
      for (let i = 0; i < bytes.length; i++) {
        await store.appendChunk(chunkOf(a, i, bytes[i]!));
        if (i % 2 === 0) await store.appendChunk(chunkOf(b, i / 2, bytes[i]!));
      }
      store = await under.reopen();
      const chunks = await collect(store.readChunks(a));
      expect(chunks.map((chunk) => Buffer.from(chunk.bytes).toString('hex'))).toEqual(
        bytes.map((chunk) => Buffer.from(chunk).toString('hex')),
      );
      expect(chunks[7]).toEqual({ ...chunkOf(a, 7, bytes[7]!), bytes: expect.any(Uint8Array) });
      const streams = await store.listStreams(s);
      expect(streams.map((item) => [item.id, item.role, item.chunks])).toEqual([
        [a, 'head', 45],
        [b, 'trunk', 23],
      ]);
      expect(streams[0]!.description).toEqual({ ...DESCRIPTION, simulated: false });
      // The head stream alone counts as time recorded.
      expect((await store.listSessions())[0]!.recordedS).toBeCloseTo(44.49, 2);
      // The next number continues after a restart.
      await store.appendChunk(chunkOf(a, 45, bytes[1]!));
      expect(await collect(store.readChunks(a))).toHaveLength(46);
    });

    it('owns what it was given: later changes of the bytes do not reach the record', async () => {
      const streamId = await stream(await session());
      const bytes = Uint8Array.of(1, 2, 3);
      await store.appendChunk(chunkOf(streamId, 0, bytes));
      bytes.fill(9);
      expect([...(await collect(store.readChunks(streamId)))[0]!.bytes]).toEqual([1, 2, 3]);
    });

    it('takes the retry of a chunk as done, refuses other bytes under its number, and a hole', async () => {
      const streamId = await stream(await session());
      await store.appendChunk(chunkOf(streamId, 0, Uint8Array.of(1)));
      await store.appendChunk(chunkOf(streamId, 0, Uint8Array.of(1)));
      expect(await collect(store.readChunks(streamId))).toHaveLength(1);
      await expect(store.appendChunk(chunkOf(streamId, 0, Uint8Array.of(2)))).rejects.toMatchObject({
        code: 'INTERNAL',
      });
      await expect(store.appendChunk(chunkOf(streamId, 2, Uint8Array.of(2)))).rejects.toMatchObject({
        code: 'INTERNAL',
      });
    });

    it('takes the chunks of several streams in one commit, or none of them', async () => {
      const s = await session();
      const [a, b] = [await stream(s), await stream(s)];
      const chunk = (of: string, sequence: number) => chunkOf(of, sequence, Uint8Array.of(sequence));
      const kept = async (of: string) => (await collect(store.readChunks(of))).map(({ sequence }) => sequence);
      await store.appendChunks([]);
      await store.appendChunks([chunk(a, 0), chunk(b, 0), chunk(a, 1)]);
      expect([await kept(a), await kept(b)]).toEqual([[0, 1], [0]]);
      // The hole is at the end: what stood before it is not there either, and may come again.
      await expect(store.appendChunks([chunk(a, 2), chunk(b, 1), chunk(b, 3)])).rejects.toMatchObject({
        code: 'INTERNAL',
      });
      expect([await kept(a), await kept(b)]).toEqual([[0, 1], [0]]);
      await store.appendChunks([chunk(a, 2), chunk(b, 1), chunk(b, 2)]);
      // A retry after a lost acknowledgement: some are there already.
      await store.appendChunks([chunk(a, 2), chunk(b, 2), chunk(b, 3)]);
      store = await under.reopen();
      expect([await kept(a), await kept(b)]).toEqual([
        [0, 1, 2],
        [0, 1, 2, 3],
      ]);
    });

    it('names the chunk whose checksum fails', async () => {
      const streamId = await stream(await session());
      await store.appendChunk(chunkOf(streamId, 0, Uint8Array.of(1)));
      await store.appendChunk({ ...chunkOf(streamId, 1, Uint8Array.of(2)), crc32: 12345 });
      await expect(collect(store.readChunks(streamId))).rejects.toMatchObject({
        code: 'STORE_CORRUPT',
        detail: expect.stringContaining('chunk 1'),
      });
    });

    it('calls a trial that nobody finished interrupted, and keeps its repetitions', async () => {
      const s = await session();
      const t = await trial(s);
      await store.appendRepetition(t, REPETITION);
      await store.appendEvent(s, { timeUs: 5, wallMs: 4321, type: 'note', values: {} });
      store = await under.reopen();
      const detail = await store.sessionDetail(s);
      expect(detail!.trialList[0]).toMatchObject({ status: 'interrupted', endedAtMs: null, repetitions: [REPETITION] });
      expect(detail!.endedAtMs).toBe(4321);
    });

    it('puts a repetition at its place, again and changed', async () => {
      const s = await session();
      const t = await trial(s);
      await store.putRepetition(t, 0, REPETITION);
      await store.putRepetition(t, 1, { ...REPETITION, number: 2 });
      await store.putRepetition(t, 0, REPETITION);
      await store.putRepetition(t, 1, { ...REPETITION, number: 2, status: 'rejected', reason: 'redone' });
      expect((await store.sessionDetail(s))!.trialList[0]!.repetitions).toEqual([
        REPETITION,
        { ...REPETITION, number: 2, status: 'rejected', reason: 'redone' },
      ]);
    });

    it('keeps events in order with their values', async () => {
      const s = await session();
      await store.appendEvent(s, { timeUs: 2.5, wallMs: 20, type: 'b', values: { list: [1, 2], deep: { a: null } } });
      await store.appendEvent(s, { timeUs: 1.5, wallMs: 10, type: 'a', values: {} });
      expect(await store.listEvents(s)).toEqual([
        { timeUs: 2.5, wallMs: 20, type: 'b', values: { list: [1, 2], deep: { a: null } } },
        { timeUs: 1.5, wallMs: 10, type: 'a', values: {} },
      ]);
      const streamId = await stream(s);
      await store.saveCalibration({
        id: 'c',
        sessionId: s,
        streamId,
        kind: 'alignment',
        wallMs: 1,
        values: { q: [1] },
      });
    });

    it('keeps the latest gyro model of each unit, and over a reopening', async () => {
      expect(await store.latestGyroModel('A')).toBeNull();
      await store.saveGyroModel('A', '{"n":1}', 1000);
      await store.saveGyroModel('B', '{"n":2}', 2000);
      await store.saveGyroModel('A', '{"n":3}', 500);
      expect(await store.latestGyroModel('A')).toBe('{"n":3}');
      expect(await store.latestGyroModel('B')).toBe('{"n":2}');
      await store.close();
      await expect(store.latestGyroModel('A')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await store.open();
      expect(await store.latestGyroModel('A')).toBe('{"n":3}');
    });

    it('replaces the method of a trial at its end, and only when told to', async () => {
      const s = await session();
      const t = await trial(s);
      await store.appendRepetition(t, REPETITION);
      const parameters = async () => (await collect(store.repetitionRows(s)))[0]!.parameters;
      const before = await parameters();
      await store.finishTrial(t, 'finished', 5, null);
      expect(await parameters()).toEqual(before);
      await store.finishTrial(t, 'finished', 5, null, 'other/2');
      expect(await parameters()).toEqual({ ...before, method: 'other/2' });
    });

    it('hands out repetition rows with all that they need to stand alone', async () => {
      const s = await session('AB-1', 1000);
      const other = await session('CD-2', 500);
      const streamId = await stream(s, 'head', true);
      const t = await trial(s, streamId);
      const u = await trial(other);
      await store.appendRepetition(t, REPETITION);
      await store.appendRepetition(t, { ...REPETITION, number: 2 });
      await store.appendRepetition(u, REPETITION);
      const all: RepetitionRow[] = await collect(store.repetitionRows(null));
      expect(all.map((row) => [row.subjectCode, row.repetition.number])).toEqual([
        ['CD-2', 1],
        ['AB-1', 1],
        ['AB-1', 2],
      ]);
      const own = await collect(store.repetitionRows(s));
      expect(own).toHaveLength(2);
      expect(own[0]).toEqual({
        sessionId: s,
        subjectCode: 'AB-1',
        softwareVersion: '0.1.0',
        trialId: t,
        kind: 'frt',
        trialStatus: 'running',
        simulated: false,
        parameters: { method: 'm/1', n: 3 },
        stream: { id: streamId, sourceId: 'radio', description: { ...DESCRIPTION, simulated: true } },
        repetition: REPETITION,
      });
      expect(all[0]!.stream).toBeNull();
    });

    it('says what does not exist, and what is closed', async () => {
      expect(await store.sessionDetail('nothing')).toBeNull();
      await expect(store.endSession('nothing', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store.finishTrial('nothing', 'stopped', 1, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(store.appendChunk(chunkOf('nothing', 0, Uint8Array.of(1)))).rejects.toMatchObject({
        name: 'KitError',
      });
      await store.close();
      await expect(store.listSessions()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });
  });
}
