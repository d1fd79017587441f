import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkArchive, importArchive } from '../../../src/adapters/export/archive/read.ts';
import { tarEnd, tarFile } from '../../../src/adapters/export/archive/tar.ts';
import { subjectArchive } from '../../../src/adapters/export/archive/write.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import { createSqliteStore } from '../../../src/adapters/store/sqlite-store.ts';
import type { Store } from '../../../src/ports/store.ts';
import { collect } from '../../contract/session-store.ts';
import { bytesOf } from '../../support/export-visits.ts';
import { fillVisit } from '../../support/filled-store.ts';

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await collect(pieces));
}
async function archiveOf(store: Store, code: string): Promise<Buffer> {
  return whole(subjectArchive(store, (await store.findSubject({ code }))!.id));
}

async function fill(store: Store): Promise<void> {
  await fillVisit(store, 'AB-1', 150);
  await fillVisit(store, 'CD-2');
  const { id: subjectId } = (await store.findSubject({ code: 'AB-1' }))!;
  const episodeId = randomUUID();
  const about = { goal: 'ä "quote"', side: 'left', injuryDate: '2024-02-29', mechanism: null } as const;
  const span = { openedAtMs: 1, closedAtMs: null };
  await store.createEpisode({ id: episodeId, subjectId, ...span, ...about, payerReference: null, values: { n: [1] } });
  const [sessionId] = (await store.listSessions({ subjectId })).map(({ id }) => id);
  await store.changeSession(sessionId!, { episodeId });
  const given = { subjectId, episodeId, sessionId: sessionId!, wallMs: 7, missingReason: null };
  await store.saveScore({ id: randomUUID(), ...given, instrument: 'ndi/1', items: { a: 1 }, total: 12.5 });
}

describe('the archive of a subject', () => {
  let store: Store;
  let empty: Store;
  beforeEach(async () => {
    [store, empty] = [createMemoryStore(), createMemoryStore()];
    await store.open();
    await empty.open();
    await fill(store);
  });
  afterEach(async () => {
    await store.close();
    await empty.close();
  });

  it('goes into an empty store and comes out of it as the same bytes', async () => {
    const archive = await archiveOf(store, 'AB-1');
    const done = await importArchive(empty, () => bytesOf(archive, 1000));
    expect(done.subjectId).toBe((await store.findSubject({ code: 'AB-1' }))!.id);
    expect(await archiveOf(empty, 'AB-1')).toEqual(archive);
    expect(await collect(empty.visitRows({}))).toEqual(await collect(store.visitRows({ subjectCode: 'AB-1' })));
    const [session] = await empty.listSessions();
    const [stream] = await empty.listStreams(session!.id);
    expect(await collect(empty.readChunks(stream!.id))).toEqual(await collect(store.readChunks(stream!.id)));
    expect(await empty.listEvents(session!.id)).toEqual(await store.listEvents(session!.id));
    expect(await empty.listCalibrations(session!.id)).toEqual(await store.listCalibrations(session!.id));
    const [trial] = (await empty.sessionDetail(session!.id))!.trialList;
    expect(await empty.listResults(trial!.id)).toEqual(await store.listResults(trial!.id));
  });

  it('holds nothing of anybody else', async () => {
    const text = (await archiveOf(store, 'AB-1')).toString('latin1');
    expect(text).not.toContain('CD-2');
    const [other] = await store.listSessions({ subjectId: (await store.findSubject({ code: 'CD-2' }))!.id });
    expect(text).not.toContain(other!.id);
  });

  it('opens with the tar of the system', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neck-tar-'));
    try {
      writeFileSync(join(folder, 'a.tar'), await archiveOf(store, 'AB-1'));
      execFileSync('tar', ['xf', 'a.tar'], { cwd: folder });
      const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
        files: { name: string; sha256: string }[];
      };
      expect(manifest.files.filter(({ name }) => name.startsWith('raw/'))).toHaveLength(150);
      for (const { name, sha256 } of manifest.files)
        expect(
          createHash('sha256')
            .update(readFileSync(join(folder, name)))
            .digest('hex'),
        ).toBe(sha256);
      expect(readdirSync(folder).sort()).toEqual(['README.txt', 'a.tar', 'manifest.json', 'raw', 'records']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is refused with any byte changed or cut off, and nothing of it is taken', async () => {
    const archive = await archiveOf(store, 'CD-2');
    const used = archive.length - tarEnd().length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: used - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(archive);
        changed[at] = changed[at]! ^ change;
        // Padding behind a file belongs to nothing: the file itself is as it was.
        const outcome = await importArchive(empty, () => bytesOf(changed)).catch((error: Error) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'ARCHIVE_DAMAGED' });
        else {
          expect(await archiveOf(empty, 'CD-2')).toEqual(archive);
          await empty.eraseSubject(outcome.subjectId);
        }
        expect(await empty.listSubjects()).toEqual([]);
      }),
      { numRuns: 60 },
    );
    for (const length of [0, 100, 5000, used, archive.length - 513])
      await expect(importArchive(empty, () => bytesOf(archive.subarray(0, length)))).rejects.toMatchObject({
        code: 'ARCHIVE_DAMAGED',
      });
    expect(await empty.listSubjects()).toEqual([]);
  });

  it('is refused where the subject is already', async () => {
    const archive = await archiveOf(store, 'AB-1');
    const before = await collect(store.visitRows({}));
    await expect(importArchive(store, () => bytesOf(archive))).rejects.toMatchObject({ code: 'WRONG_STATE' });
    expect(await collect(store.visitRows({}))).toEqual(before);
  });

  it('lets no row in that is not one of ours, with hashes right all the same', async () => {
    const row = { id: 's', code: 'X', created_at_ms: 1, retain_until_ms: null, subject_values: '{}' };
    const rows = (...records: unknown[]) => records.map((record) => JSON.stringify(record)).join('\n');
    const event = { session_id: 'x', time_us: 1, wall_ms: 1, type: 'a', event_values: '{}' };
    for (const text of [
      rows({ table: 'account', row: {} }),
      rows({ table: 'subject', row: { ...row, password_hash: 'x' } }),
      rows({ table: 'subject', row: { ...row, subject_values: '{' } }),
      rows({ table: 'subject', row: { ...row, created_at_ms: 'now' } }),
      rows({ table: 'subject', row }, { table: 'event', row: event }),
      rows({ table: 'subject', row }, { table: 'subject', row: { ...row, id: 't', code: 'Y' } }),
      'not json',
      '',
    ]) {
      const bytes = Buffer.from(text);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const files = [{ name: 'records/000001.ndjson', bytes: bytes.length, sha256 }];
      const manifest = Buffer.from(JSON.stringify({ format: 'neck-rom-archive', version: 1, files }));
      const archive = Buffer.concat([
        ...tarFile({ name: 'records/000001.ndjson', bytes }),
        ...tarFile({ name: 'manifest.json', bytes: manifest }),
        tarEnd(),
      ]);
      expect((await checkArchive(bytesOf(archive))).files).toBe(1);
      await expect(
        importArchive(empty, () => bytesOf(archive)),
        text,
      ).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED' });
      expect(await empty.listSubjects()).toEqual([]);
    }
  });
});

describe('the erasure of a subject', () => {
  it('leaves no byte of it in any file of the database, and the audit whole', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neck-erase-'));
    const store = createSqliteStore({ folder });
    try {
      await store.open();
      await fillVisit(store, 'GONE-4711', 40);
      await fillVisit(store, 'STAY-0815', 2);
      const { id } = (await store.findSubject({ code: 'GONE-4711' }))!;
      const rows = await collect(store.subjectRecords(id));
      const payloads = rows.flatMap(({ payload }) => (payload ? [Buffer.from(payload)] : []));
      const stays = (await archiveOf(store, 'STAY-0815')).toString('latin1');
      const entry = { wallMs: 1, accountId: null, action: 'subject.erase', object: `subject:${id}`, values: {} };
      await store.audited(entry, (records) => records.eraseSubject(id));
      const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
      const left = (text: string | Buffer): boolean => files.some((file) => file.includes(text));
      expect(left('STAY-0815')).toBe(true);
      expect(left('GONE-4711')).toBe(false);
      const ids = rows.map(({ row }) => row['id']).filter((value) => typeof value === 'string');
      for (const one of ids) if (one !== id) expect(left(one), one).toBe(false);
      for (const payload of payloads)
        if (!stays.includes(payload.toString('latin1'))) expect(left(payload)).toBe(false);
      expect(await store.checkAudit()).toEqual({ rows: 1, brokenAt: null });
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
