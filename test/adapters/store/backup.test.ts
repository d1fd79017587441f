import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backupTo, restoreFrom } from '../../../src/adapters/store/backup.ts';
import { tablePages } from '../../../src/adapters/store/copy-tables.ts';
import { createStore, openDatabase, type StorePlace } from '../../../src/adapters/store/open-store.ts';
import type { OpenedEngine } from '../../../src/adapters/store/sql-store.ts';
import { findSqliteDriver } from '../../../src/adapters/store/sqlite-driver.ts';
import { TABLES } from '../../../src/adapters/store/tables.ts';
import { verifyDatabase } from '../../../src/adapters/store/verify.ts';
import type { Store } from '../../../src/ports/store.ts';
import { fillStore, fillVisit, realChunk } from '../../support/filled-store.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from '../../support/postgres.ts';

const missing = whyNoPostgres();
if (missing) process.stderr.write(`skipped: backup of PostgreSQL, ${missing}\n`);

/** Every row of every table, BLOBs as hex. */
async function contents(engine: OpenedEngine): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const rows: unknown[] = [];
    for await (const page of tablePages(engine.db, table)) {
      for (const row of page)
        rows.push(
          Object.fromEntries(
            Object.entries(row).map(([key, value]) => [
              key,
              value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
            ]),
          ),
        );
    }
    all[table.name] = rows;
  }
  return all;
}

let folder: string;
let server: TestPostgres | null = null;
beforeAll(async () => {
  if (!missing) server = await startPostgres({ fsync: false });
}, 60_000);
afterAll(() => server?.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neck-backup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let places = 0;
async function newPlace(engine: 'sqlite' | 'postgres'): Promise<StorePlace> {
  return {
    folder: join(folder, `data-${places++}`),
    databaseUrl: engine === 'postgres' ? await server!.newDatabase() : undefined,
  };
}
async function filled(place: StorePlace): Promise<Store> {
  const store = createStore(place);
  await store.open();
  await fillStore(store);
  return store;
}
async function using<T>(
  place: StorePlace,
  access: 'own' | 'beside',
  work: (e: OpenedEngine) => Promise<T>,
): Promise<T> {
  const engine = await openDatabase(place, access);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

for (const [from, to] of [
  ['sqlite', 'sqlite'],
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
  ['postgres', 'postgres'],
] as const) {
  describe.skipIf(missing !== null && (from === 'postgres' || to === 'postgres'))(
    `backup of ${from} into ${to}`,
    () => {
      it('takes everything while the gateway writes, in one file, and gives it back row for row', async () => {
        const source = await newPlace(from);
        const store = await filled(source);
        const { streamId } = await fillVisit(store, 'EF-3', 1);
        const file = join(folder, 'all.backup');
        const before = await using(source, 'beside', contents);
        let running = true;
        const writing = (async () => {
          for (let i = 1; running; i++) await store.appendChunk(realChunk(streamId, i));
        })();
        const found = await using(source, 'beside', (engine) => backupTo(engine, file, 1));
        running = false;
        await writing;
        expect(found).toMatchObject({ ok: true, sessions: 3, findings: [] });
        expect(readdirSync(folder).filter((name) => name.startsWith('all.backup'))).toEqual(['all.backup']);
        await store.close();

        const target = await newPlace(to);
        const restored = await using(target, 'own', (engine) => restoreFrom(file, engine, 2));
        expect(restored).toMatchObject({ ok: true, sessions: 3, auditRows: 2, findings: [] });
        const after = await using(target, 'beside', contents);
        const chunksOf = (all: Record<string, unknown[]>) => all['chunk']!.length;
        expect(chunksOf(after)).toBeGreaterThanOrEqual(chunksOf(before));
        expect({ ...after, chunk: [] }).toEqual({ ...before, chunk: [] });
        // And it goes on from there: counters and the audit chain continue.
        const again = createStore(target);
        await again.open();
        await fillVisit(again, 'GH-4');
        await again.saveGyroModel('SN-2', '{}', 1);
        await again.appendAudit({ wallMs: 1, accountId: null, action: 'x', object: null, values: {} });
        expect(await again.checkAudit()).toEqual({ rows: 3, brokenAt: null });
        await again.close();
      }, 60_000);
    },
  );
}

describe('restore', () => {
  it('refuses a place with records, what is not a backup, and a damaged backup; the place stays empty', async () => {
    const source = await newPlace('sqlite');
    const store = await filled(source);
    await store.close();
    const file = join(folder, 'b');
    await using(source, 'beside', (engine) => backupTo(engine, file, 1));
    await expect(using(source, 'own', (e) => restoreFrom(file, e, 1))).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(using(source, 'beside', (e) => backupTo(e, file, 1))).rejects.toMatchObject({ code: 'BAD_FILE' });
    const target = await newPlace('sqlite');
    const text = join(folder, 'text');
    writeFileSync(text, 'no database at all, but long enough');
    for (const bad of [text, join(folder, 'none')])
      await expect(using(target, 'own', (e) => restoreFrom(bad, e, 1))).rejects.toMatchObject({ code: 'BAD_FILE' });
    const damaged = join(folder, 'damaged');
    copyFileSync(file, damaged);
    const connection = findSqliteDriver().connect(damaged);
    connection.exec('update chunk set payload = zeroblob(10) where sequence = 2');
    connection.close();
    await expect(using(target, 'own', (e) => restoreFrom(damaged, e, 1))).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      detail: expect.stringContaining('chunk 2'),
    });
    const left = await using(target, 'beside', contents);
    expect(Object.entries(left).filter(([name, rows]) => name !== 'audit_head' && rows.length > 0)).toEqual([]);
  });

  it('leaves no file behind when the copy fails', async () => {
    const source = await newPlace('sqlite');
    const store = await filled(source);
    await store.close();
    const file = join(folder, 'no-such-folder', 'b');
    await expect(using(source, 'beside', (e) => backupTo(e, file, 1))).rejects.toMatchObject({ code: 'BAD_FILE' });
    expect(existsSync(file)).toBe(false);
  });
});

for (const engineName of ['sqlite', 'postgres'] as const) {
  describe.skipIf(missing !== null && engineName === 'postgres')(`verify on ${engineName}`, () => {
    async function damagedBy(statements: readonly string[]) {
      const place = await newPlace(engineName);
      const store = await filled(place);
      await store.close();
      return using(place, 'beside', async (engine) => {
        expect((await verifyDatabase(engine)).findings).toEqual([]);
        for (const statement of statements) await sql.raw(statement).execute(engine.db);
        return verifyDatabase(engine);
      });
    }
    const messages = async (...statements: string[]) =>
      (await damagedBy(statements)).findings.map((finding) => `${finding.check}: ${finding.message}`).join('\n');
    const blob = engineName === 'sqlite' ? "x'0102'" : "'\\x0102'::bytea";

    it('names a changed chunk, and the result that was made of it', async () => {
      const found = await messages(`update chunk set payload = ${blob} where sequence = 3`);
      expect(found).toMatch(/chunks: stream \S+: chunk 3 does not match its checksum/);
      expect(found).toMatch(/results: result \S+: the raw bytes are not those it was made of/);
    });
    it('names a missing chunk', async () => {
      expect(await messages('delete from chunk where sequence = 2')).toMatch(/chunk 2 is missing/);
    });
    it('names a changed, a missing and a cut-off audit row', async () => {
      const free =
        engineName === 'sqlite'
          ? ['drop trigger audit_no_update', 'drop trigger audit_no_delete']
          : ['drop trigger audit_no_change on audit'];
      expect(await messages(...free, "update audit set action = 'y' where sequence = 1")).toBe(
        'audit: the audit chain is broken at row 1',
      );
      expect(await messages(...free, 'delete from audit where sequence = 1')).toMatch(/row 1$/);
      expect(await messages(...free, 'delete from audit where sequence = 2')).toMatch(/row 2$/);
    });
    it('cannot be made to find less: the engine itself refuses to change the audit', async () => {
      await expect(damagedBy(["update audit set action = 'y'"])).rejects.toThrow(/append-only/);
      await expect(damagedBy(['delete from audit'])).rejects.toThrow(/append-only/);
    });
  });
}
