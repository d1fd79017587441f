/** The audit in a SQL table: one chain of hashes, and its end kept apart so that a missing end is seen. */
import { createHash } from 'node:crypto';
import type { AuditEntry, AuditRow, AuditStore } from '../../ports/audit-store.ts';
import { valuesOf } from './rows.ts';
import type { AuditTable } from './schema.ts';
import { atomically, type Connection, type Db } from './sql-common.ts';

const PAGE = 500;
/** previousHash of the first row. */
const NO_HASH = '0'.repeat(64);

/** SHA-256 over the JSON list of all columns before the hash, in the order of the table, the previous hash included. */
export function auditHash(row: Omit<AuditTable, 'hash'>): string {
  const { sequence, wall_ms, account_id, action, object, audit_values, previous_hash } = row;
  const fields = [Number(sequence), wall_ms, account_id, action, object, audit_values, previous_hash];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

function auditOf(row: AuditTable): AuditRow {
  return {
    sequence: Number(row.sequence),
    wallMs: row.wall_ms,
    accountId: row.account_id,
    action: row.action,
    object: row.object,
    values: valuesOf(row.audit_values),
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

async function append(db: Db, entry: AuditEntry): Promise<AuditRow> {
  // The change of the head comes first: it lets one writer in at a time.
  await db
    .updateTable('audit_head')
    .set((eb) => ({ sequence: eb('sequence', '+', 1) }))
    .where('id', '=', 1)
    .execute();
  const head = await db.selectFrom('audit_head').selectAll().where('id', '=', 1).executeTakeFirstOrThrow();
  const row = {
    sequence: Number(head.sequence),
    wall_ms: entry.wallMs,
    account_id: entry.accountId,
    action: entry.action,
    object: entry.object,
    audit_values: JSON.stringify(entry.values),
    previous_hash: head.hash,
  };
  const hash = auditHash(row);
  await db
    .insertInto('audit')
    .values({ ...row, hash })
    .execute();
  await db.updateTable('audit_head').set({ hash }).where('id', '=', 1).execute();
  return auditOf({ ...row, hash });
}

async function* pages(db: Db): AsyncIterable<AuditTable[]> {
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(PAGE)
      .execute();
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    after = Number(rows.at(-1)!.sequence);
  }
}

/** Also for a database that is read without a store around it. */
export async function checkAuditChain(db: Db): Promise<{ rows: number; brokenAt: number | null }> {
  let rows = 0;
  let previous = NO_HASH;
  for await (const page of pages(db)) {
    for (const row of page) {
      const expected = rows + 1;
      if (Number(row.sequence) !== expected || row.previous_hash !== previous || row.hash !== auditHash(row))
        return { rows, brokenAt: expected };
      previous = row.hash;
      rows++;
    }
  }
  const head = await db.selectFrom('audit_head').selectAll().where('id', '=', 1).executeTakeFirst();
  const whole = head !== undefined && Number(head.sequence) === rows && head.hash === previous;
  return { rows, brokenAt: whole ? null : rows + 1 };
}

export function createAuditTables(db: Connection): AuditStore {
  return {
    appendAudit: (entry) => atomically(db(), (trx) => append(trx, entry)),
    async listAudit({ limit, before, accountId, action, object }) {
      let query = db().selectFrom('audit').selectAll().orderBy('sequence', 'desc').limit(limit);
      if (before !== undefined) query = query.where('sequence', '<', before);
      if (accountId !== undefined) query = query.where('account_id', '=', accountId);
      if (action !== undefined) query = query.where('action', '=', action);
      if (object !== undefined) query = query.where('object', '=', object);
      return (await query.execute()).map(auditOf);
    },
    async *auditRows() {
      for await (const page of pages(db())) yield* page.map(auditOf);
    },
    checkAudit: async () => checkAuditChain(db()),
  };
}
