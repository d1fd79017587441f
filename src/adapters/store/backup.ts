/** Everything in one file, taken while the gateway runs, and back into either engine. The file is an SQLite database. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sql } from 'kysely';
import { KitError } from '../../contract/errors.ts';
import { copyTables } from './copy-tables.ts';
import { migrate } from './migrations.ts';
import type { OpenedEngine } from './sql-store.ts';
import { findSqliteDriver } from './sqlite-driver.ts';
import { openSqliteFile } from './sqlite-store.ts';
import { storeError } from './store-errors.ts';
import { type Verification, verifyDatabase } from './verify.ts';

/** First bytes of every SQLite file. */
const MAGIC = 'SQLite format 3\0';

const sideFiles = (file: string): string[] => ['', '-wal', '-shm', '-journal'].map((end) => file + end);

/** On the disk when it returns, the name of the file too. */
function syncFile(file: string): void {
  for (const path of [file, dirname(file)]) {
    const handle = openSync(path, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }
}

/**
 * Copies a snapshot of `source` into `file`, checks the copy, and only then gives it its name.
 * @throws KitError BAD_FILE when the file exists, STORE_CORRUPT when the copy does not verify.
 */
export async function backupTo(source: OpenedEngine, file: string, wallMs: number): Promise<Verification> {
  const target = resolve(file);
  if (existsSync(target))
    throw new KitError('BAD_FILE', `${file} is there already; a backup replaces no file`, {
      hint: 'Choose another file name, or move the file that is there away.',
    });
  if (!existsSync(dirname(target))) throw new KitError('BAD_FILE', `the folder ${dirname(target)} does not exist`);
  const part = `${target}.part`;
  for (const path of sideFiles(part)) rmSync(path, { force: true });
  try {
    const copy = openSqliteFile(part, findSqliteDriver());
    let verification: Verification;
    try {
      // Nothing of it is promised before the end, and then all of it is synced.
      await sql`pragma synchronous = off`.execute(copy.db);
      await migrate(copy.db, copy.types, wallMs);
      await copyTables(source, copy);
      verification = await verifyDatabase(copy);
      await sql`pragma journal_mode = delete`.execute(copy.db);
    } finally {
      await copy.close();
    }
    syncFile(part);
    renameSync(part, target);
    syncFile(target);
    return verification;
  } catch (cause) {
    for (const path of sideFiles(part)) rmSync(path, { force: true });
    throw storeError(cause);
  }
}

function mustBeBackup(file: string): void {
  if (!existsSync(file)) throw new KitError('BAD_FILE', `${file} does not exist`);
  const head = Buffer.alloc(MAGIC.length);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, head, 0, head.length, 0);
  } finally {
    closeSync(handle);
  }
  if (head.toString('latin1') !== MAGIC) throw new KitError('BAD_FILE', `${file} is not a backup of this kit`);
}

/**
 * Fills an empty database from a backup, all of it or nothing. A backup of an earlier version is brought up to date on
 * the way; the file itself is not changed.
 * @throws KitError BAD_FILE, STORE_CORRUPT, WRONG_STATE when the target holds records.
 */
export async function restoreFrom(file: string, target: OpenedEngine, wallMs: number): Promise<Verification> {
  mustBeBackup(file);
  for (const table of ['subject', 'account', 'audit', 'gyro_model'] as const) {
    const row = await target.db.selectFrom(table).select(sql<number>`1`.as('one')).limit(1).executeTakeFirst();
    if (row)
      throw new KitError('WRONG_STATE', 'there are records here already; restore into an empty place', {
        hint: 'Name a new or an empty place: a folder with --data, or a database in DATABASE_URL.',
      });
  }
  const folder = mkdtempSync(join(tmpdir(), 'neck-restore-'));
  try {
    const copy = join(folder, 'backup.sqlite');
    copyFileSync(file, copy);
    const source = openSqliteFile(copy, findSqliteDriver());
    try {
      const { rows } = await sql<{ n: number }>`
        select count(*) as n from sqlite_master where type = 'table' and name in ('migration', 'session', 'chunk')`.execute(
        source.db,
      );
      if (Number(rows[0]?.n) !== 3) throw new KitError('BAD_FILE', `${file} is not a backup of this kit`);
      await migrate(source.db, source.types, wallMs);
      const found = await verifyDatabase(source);
      if (!found.ok) throw new KitError('STORE_CORRUPT', found.findings[0]?.message ?? file);
      await target.db.deleteFrom('setting').execute();
      await copyTables(source, target);
    } finally {
      await source.close();
    }
    return await verifyDatabase(target);
  } catch (cause) {
    throw storeError(cause);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
