/** The store on any SQL engine that Kysely speaks to: same schema, same queries, same contract suite. */
import { sql } from 'kysely';
import { KitError } from '../../contract/errors.ts';
import type { AuditEntry } from '../../ports/audit-store.ts';
import type { Records, Store } from '../../ports/store.ts';
import type { EngineTypes } from './engine-types.ts';
import { guarded } from './guarded.ts';
import { appliedMigrations, MIGRATIONS, migrate } from './migrations.ts';
import { createAccountTables } from './sql-accounts.ts';
import { createArchiveTables } from './sql-archive.ts';
import { createAuditTables } from './sql-audit.ts';
import { createChunkTable } from './sql-chunks.ts';
import type { Connection, Db } from './sql-common.ts';
import { createResultTables } from './sql-results.ts';
import { createSessionTables } from './sql-sessions.ts';
import { createSubjectTables } from './sql-subjects.ts';
import { createTransferTables } from './sql-transfers.ts';
import { createVisitReader } from './sql-visits.ts';
import { storeError } from './store-errors.ts';

/**
 * own: the one gateway of this database; it migrates and recovers. beside: for a command that looks at a database while
 * its gateway may be running; it takes no lock, changes no schema and calls nothing interrupted.
 */
export type Access = 'own' | 'beside';

/** An engine, opened: its connection, its column types, and what to do at the end. */
export interface OpenedEngine {
  readonly db: Db;
  readonly types: EngineTypes;
  /** Clears what the engine keeps of removed rows. */
  scrub(): Promise<void>;
  close(): Promise<void>;
}

function createRecords(db: Connection, erased: () => void): { records: Records; forget: () => void } {
  const chunks = createChunkTable(db);
  const records: Records = {
    ...createSessionTables(db, chunks),
    ...createSubjectTables(db, erased),
    ...createResultTables(db, chunks),
    ...createAccountTables(db),
    ...createAuditTables(db),
    ...createTransferTables(db),
    ...createVisitReader(db),
    ...createArchiveTables(db),
  };
  return { records: guarded(records), forget: () => chunks.forget() };
}

/** A gateway that died left its trials running and its sessions open; nobody will finish them now. */
async function recover(db: Db): Promise<void> {
  await db.updateTable('trial').set({ status: 'interrupted' }).where('status', '=', 'running').execute();
  await db
    .updateTable('session')
    .set({
      ended_at_ms: sql<number>`coalesce((select max(event.wall_ms) from event where event.session_id = session.id), session.started_at_ms)`,
    })
    .where('ended_at_ms', 'is', null)
    .execute();
}

/** Migrations that are missing; a database that is looked at beside its gateway is not changed. */
async function mustBePresent(db: Db): Promise<void> {
  const applied = await appliedMigrations(db);
  if (applied.length !== MIGRATIONS.length)
    throw new KitError('STORE_UNAVAILABLE', 'this database was made by another version; start the gateway once');
}

/**
 * @param openEngine opens the connection and takes the lock; rejects with a KitError of the STORE_ family.
 * @param wallMs wall clock, ms, for the marks of migrations.
 * @returns a Store; every method rejects with a KitError (STORE_FULL, STORE_LOCKED, STORE_CORRUPT, STORE_UNAVAILABLE,
 * NOT_FOUND, WRONG_STATE, INTERNAL).
 */
export function createSqlStore(
  openEngine: () => Promise<OpenedEngine>,
  wallMs: () => number,
  access: Access = 'own',
): Store {
  let engine: OpenedEngine | null = null;
  let scrubDue = false;
  const opened = (): OpenedEngine => {
    if (!engine) throw new KitError('STORE_UNAVAILABLE', 'the database is closed');
    return engine;
  };
  async function guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw storeError(cause);
    }
  }
  const erased = (): void => {
    scrubDue = true;
  };
  const own = createRecords(() => opened().db, erased);

  async function scrub(): Promise<void> {
    if (!scrubDue) return;
    scrubDue = false;
    await opened().scrub();
  }
  async function transaction<T>(work: (records: Records) => Promise<T>): Promise<T> {
    const outcome = await opened()
      .db.transaction()
      .execute((trx) => work(createRecords(() => trx, erased).records));
    own.forget();
    await scrub();
    return outcome;
  }

  return {
    ...own.records,
    eraseSubject: (id) =>
      guard(async () => {
        await own.records.eraseSubject(id);
        await scrub();
      }),
    open: () =>
      guard(async () => {
        const opening = await openEngine();
        try {
          if (access === 'own') {
            await migrate(opening.db, opening.types, wallMs());
            await recover(opening.db);
          } else await mustBePresent(opening.db);
        } catch (cause) {
          await opening.close();
          throw cause;
        }
        engine = opening;
      }),
    transaction: (work) => guard(() => transaction(work)),
    audited: (entry: AuditEntry, change) =>
      guard(() =>
        transaction(async (records) => {
          const outcome = await change(records);
          await records.appendAudit(entry);
          return outcome;
        }),
      ),
    close: () =>
      guard(async () => {
        const open = engine;
        engine = null;
        own.forget();
        await open?.close();
      }),
  };
}
