/** Invitations, received bundles and settings in SQL tables. */
import type { SettingStore } from '../../ports/setting-store.ts';
import type { Invitation, ReceivedBundle, TransferStore } from '../../ports/transfer-store.ts';
import { valuesOf } from './rows.ts';
import type { BundleTable, InvitationTable } from './schema.ts';
import { type Connection, given, jsonOrUndefined, mustExist } from './sql-common.ts';

function invitationOf(row: InvitationTable): Invitation {
  return {
    tokenHash: row.token_hash,
    subjectId: row.subject_id,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    usedAtMs: row.used_at_ms,
    values: valuesOf(row.invitation_values),
  };
}

function bundleOf(row: BundleTable): ReceivedBundle {
  return {
    bundleHash: row.bundle_hash,
    subjectId: row.subject_id,
    receivedAtMs: row.received_at_ms,
    status: row.status,
    values: valuesOf(row.bundle_values),
  };
}

export function createTransferTables(db: Connection): TransferStore & SettingStore {
  return {
    async createInvitation(i) {
      await db()
        .insertInto('invitation')
        .values({
          token_hash: i.tokenHash,
          subject_id: i.subjectId,
          created_by: i.createdBy,
          created_at_ms: i.createdAtMs,
          expires_at_ms: i.expiresAtMs,
          used_at_ms: i.usedAtMs,
          invitation_values: JSON.stringify(i.values),
        })
        .execute();
    },
    async findInvitation(tokenHash) {
      const row = await db()
        .selectFrom('invitation')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      return row ? invitationOf(row) : null;
    },
    async useInvitation(tokenHash, usedAtMs) {
      const done = await db()
        .updateTable('invitation')
        .set({ used_at_ms: usedAtMs })
        .where('token_hash', '=', tokenHash)
        .where('used_at_ms', 'is', null)
        .executeTakeFirst();
      return done.numUpdatedRows > 0n;
    },
    async changeInvitation(tokenHash, { expiresAtMs, values }) {
      const change = given({ expires_at_ms: expiresAtMs, invitation_values: jsonOrUndefined(values) });
      if (Object.keys(change).length === 0) return;
      const done = await db()
        .updateTable('invitation')
        .set(change)
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      mustExist(done, 'invitation');
    },
    async listInvitations(subjectId) {
      const rows = await db()
        .selectFrom('invitation')
        .selectAll()
        .where('subject_id', '=', subjectId)
        .orderBy('created_at_ms')
        .execute();
      return rows.map(invitationOf);
    },
    async saveBundle(b) {
      const done = await db()
        .insertInto('received_bundle')
        .values({
          bundle_hash: b.bundleHash,
          subject_id: b.subjectId,
          received_at_ms: b.receivedAtMs,
          status: b.status,
          bundle_values: JSON.stringify(b.values),
        })
        .onConflict((conflict) => conflict.column('bundle_hash').doNothing())
        .executeTakeFirst();
      return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
    },
    async changeBundle(bundleHash, values) {
      const done = await db()
        .updateTable('received_bundle')
        .set({ bundle_values: JSON.stringify(values) })
        .where('bundle_hash', '=', bundleHash)
        .executeTakeFirst();
      mustExist(done, 'bundle');
    },
    async findBundle(bundleHash) {
      const row = await db()
        .selectFrom('received_bundle')
        .selectAll()
        .where('bundle_hash', '=', bundleHash)
        .executeTakeFirst();
      return row ? bundleOf(row) : null;
    },
    async listBundles({ subjectId, limit } = {}) {
      let query = db()
        .selectFrom('received_bundle')
        .selectAll()
        .orderBy('received_at_ms', 'desc')
        .orderBy('bundle_hash');
      if (subjectId !== undefined) query = query.where('subject_id', '=', subjectId);
      if (limit !== undefined) query = query.limit(limit);
      return (await query.execute()).map(bundleOf);
    },
    async setting(key) {
      const row = await db().selectFrom('setting').select('setting_value').where('name', '=', key).executeTakeFirst();
      return row === undefined ? undefined : (JSON.parse(row.setting_value) as unknown);
    },
    async saveSetting(key, value, wallMs) {
      const columns = { setting_value: JSON.stringify(value), wall_ms: wallMs };
      await db()
        .insertInto('setting')
        .values({ name: key, ...columns })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
        .execute();
    },
    async listSettings() {
      const rows = await db().selectFrom('setting').selectAll().orderBy('name').execute();
      return Object.fromEntries(rows.map((row) => [row.name, JSON.parse(row.setting_value) as unknown]));
    },
  };
}
