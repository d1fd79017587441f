import { expect, it } from 'vitest';
import { createKeptStore } from '../../../src/adapters/store/kept/kept-store.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import type { ResultStore } from '../../../src/ports/result-store.ts';
import type { SessionStore } from '../../../src/ports/session-store.ts';
import { crc32 } from '../../../src/wire/crc32.ts';
import {
  chunkOf,
  collect,
  DESCRIPTION,
  REPETITION,
  RESULT,
  sessionStoreContract,
} from '../../contract/session-store.ts';
import { createMemoryBlobs } from '../../support/memory-blobs.ts';

sessionStoreContract('kept by a page', async () => {
  const blobs = createMemoryBlobs();
  return {
    store: createKeptStore(blobs),
    async reopen() {
      const next = createKeptStore(blobs);
      await next.open();
      return next;
    },
    dispose: async () => {},
  };
});

/** A small visit; the same calls for any store. */
async function visit(store: SessionStore & ResultStore) {
  await store.createSession({ id: 's', subjectCode: 'AB-1', startedAtMs: 10, softwareVersion: '1', setting: 'home' });
  await store.createStream({ id: 'st', sessionId: 's', role: 'head', sourceId: 'radio', description: DESCRIPTION });
  await store.appendEvent('s', { timeUs: 1.5, wallMs: 11, type: 'note', values: { word: 'secret-word' } });
  await store.saveCalibration({
    id: 'c',
    sessionId: 's',
    streamId: 'st',
    kind: 'alignment',
    wallMs: 12,
    values: { q: [1] },
  });
  await store.createTrial({
    id: 't',
    sessionId: 's',
    kind: 'crom',
    startedAtMs: 13,
    simulated: false,
    parameters: { method: 'm' },
    streamId: 'st',
  });
  for (let i = 0; i < 3; i++) await store.appendChunk(chunkOf('st', i, new TextEncoder().encode(`raw-secret-${i}`)));
  await store.putRepetition('t', 0, REPETITION);
  await store.finishTrial('t', 'finished', 20, RESULT);
  const raw = [{ streamId: 'st', chunks: 2 }];
  const result = {
    id: 'r',
    trialId: 't',
    wallMs: 21,
    coreVersion: '1',
    method: 'm',
    calibrationId: 'c',
    raw,
    values: { a: 1 },
  };
  await store.saveResult({ ...result, rawHash: await store.rawHash(raw), accepted: true });
  await store.saveResult({ ...result, id: 'r2', rawHash: null, accepted: true });
  await store.endSession('s', 30);
}

it('hands a visit over in the rows of the database, so that a clinic takes it as one of its own', async () => {
  const page = createKeptStore(createMemoryBlobs());
  await page.open();
  await visit(page);
  const sql = createMemoryStore();
  await sql.open();
  await visit(sql);
  const own = await collect(page.visitRecords('s'));
  const { subjectId } = (await sql.sessionDetail('s'))!;
  const theirs = (await collect(sql.subjectRecords(subjectId))).filter(({ table }) => table !== 'subject');
  const strip = ({ table, row, payload }: (typeof own)[number]) => ({
    table,
    row: { ...row, subject_id: null },
    payload,
  });
  expect(own.map(strip)).toEqual(theirs.map(strip));
  expect(await page.rawHash([{ streamId: 'st', chunks: 3 }])).toBe(await sql.rawHash([{ streamId: 'st', chunks: 3 }]));
  await expect(page.rawHash([{ streamId: 'st', chunks: 4 }])).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  expect(await page.listResults('t')).toEqual(await sql.listResults('t'));
  expect((await page.listResults('t')).map(({ accepted }) => accepted)).toEqual([false, true]);
});

it('has nothing readable on the disk, and a key that cannot be read out', async () => {
  const blobs = createMemoryBlobs();
  const page = createKeptStore(blobs);
  await page.open();
  await visit(page);
  await page.saveSetting('enrolment', { token: 'secret-token' }, 1);
  expect(await page.listSettings()).toEqual({ enrolment: { token: 'secret-token' } });
  expect(blobs.key!.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('raw', blobs.key!)).rejects.toThrow();
  const everything = [...blobs.areas.row.values(), ...blobs.areas.raw.values()]
    .map(({ id, bytes }) => id + Buffer.from(bytes).toString('latin1'))
    .join('\n');
  for (const word of ['AB-1', 'secret-word', 'raw-secret', 'secret-token', 'alignment', 'counted'])
    expect(everything).not.toContain(word);
  const ivs = [...blobs.areas.row.values(), ...blobs.areas.raw.values()].map(({ iv }) =>
    Buffer.from(iv).toString('hex'),
  );
  expect(new Set(ivs).size).toBe(ivs.length);
});

it('does not open a blob that was changed, or put in the place of another', async () => {
  const blobs = createMemoryBlobs();
  const page = createKeptStore(blobs);
  await page.open();
  await visit(page);
  const { raw } = blobs.areas;
  const [a, b] = ['chunk/st/0', 'chunk/st/1'].map((id) => raw.get(id)!);
  raw.set(a!.id, { ...b!, id: a!.id });
  await expect(collect(page.readChunks('st'))).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  raw.set(a!.id, { ...a!, bytes: a!.bytes.map((byte, i) => (i === 3 ? byte ^ 1 : byte)) });
  await expect(collect(page.readChunks('st'))).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  raw.set(a!.id, a!);
  expect(await collect(page.readChunks('st'))).toHaveLength(3);
  raw.delete(b!.id);
  await expect(collect(page.readChunks('st'))).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});

it('drops one visit with all that belongs to it, and keeps the others and what was learnt of the gyro', async () => {
  const blobs = createMemoryBlobs();
  const page = createKeptStore(blobs);
  await page.open();
  await visit(page);
  await page.saveGyroModel('SN-1', '{}', 1);
  await page.createSession({ id: 's2', subjectCode: 'AB-1', startedAtMs: 40, softwareVersion: '1' });
  await page.dropVisit('s');
  expect((await page.listSessions()).map(({ id }) => id)).toEqual(['s2']);
  expect([...blobs.areas.row.keys()].map((id) => id.split('/')[0]).sort()).toEqual([
    'gyro_model',
    'session',
    'subject',
  ]);
  expect(blobs.areas.raw.size).toBe(0);
  await expect(page.dropVisit('s')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('is as it was when a browser refuses a write, and says so in the words of the catalogue', async () => {
  const blobs = createMemoryBlobs();
  const page = createKeptStore(blobs);
  await page.open();
  await visit(page);
  const before = await page.sessionDetail('s');
  const chunk = { ...chunkOf('st', 3, Uint8Array.of(1)), crc32: crc32(Uint8Array.of(1)) };
  blobs.fault = Object.assign(new Error('no room'), { name: 'QuotaExceededError' });
  await expect(page.appendChunk(chunk)).rejects.toMatchObject({ code: 'STORE_FULL' });
  blobs.fault = new Error('gone');
  await expect(page.putRepetition('t', 1, REPETITION)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await page.sessionDetail('s')).toEqual(before);
  blobs.fault = null;
  await page.appendChunk(chunk);
  expect(await collect(page.readChunks('st'))).toHaveLength(4);
});
