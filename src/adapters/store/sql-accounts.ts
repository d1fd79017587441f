/** Accounts and their logins in SQL tables. */
import { KitError } from '../../contract/errors.ts';
import type { Account, AccountStore, LoginSession } from '../../ports/account-store.ts';
import { valuesOf } from './rows.ts';
import type { AccountTable, LoginTable } from './schema.ts';
import { atomically, type Connection, given, jsonOrUndefined, mustExist } from './sql-common.ts';

function accountOf(row: AccountTable): Account {
  return {
    id: row.id,
    handle: row.handle,
    role: row.role,
    passwordHash: row.password_hash,
    state: row.state,
    subjectId: row.subject_id,
    createdAtMs: row.created_at_ms,
    values: valuesOf(row.account_values),
  };
}

function loginOf(row: LoginTable): LoginSession {
  return {
    tokenHash: row.token_hash,
    accountId: row.account_id,
    createdAtMs: row.created_at_ms,
    lastSeenMs: row.last_seen_ms,
    expiresAtMs: row.expires_at_ms,
    values: valuesOf(row.login_values),
  };
}

export function createAccountTables(db: Connection): AccountStore {
  return {
    createAccount: (a) =>
      atomically(db(), async (trx) => {
        const taken = await trx.selectFrom('account').select('id').where('handle', '=', a.handle).executeTakeFirst();
        if (taken) throw new KitError('WRONG_STATE', 'there is an account with this name');
        await trx
          .insertInto('account')
          .values({
            id: a.id,
            handle: a.handle,
            role: a.role,
            password_hash: a.passwordHash,
            state: a.state,
            subject_id: a.subjectId,
            created_at_ms: a.createdAtMs,
            account_values: JSON.stringify(a.values),
          })
          .execute();
      }),
    async changeAccount(id, a) {
      const change = given({
        handle: a.handle,
        role: a.role,
        password_hash: a.passwordHash,
        state: a.state,
        subject_id: a.subjectId,
        account_values: jsonOrUndefined(a.values),
      });
      if (Object.keys(change).length === 0) return;
      mustExist(await db().updateTable('account').set(change).where('id', '=', id).executeTakeFirst(), `account ${id}`);
    },
    async findAccount(by) {
      const query = db().selectFrom('account').selectAll();
      const row = await ('id' in by
        ? query.where('id', '=', by.id)
        : query.where('handle', '=', by.handle)
      ).executeTakeFirst();
      return row ? accountOf(row) : null;
    },
    async listAccounts() {
      return (await db().selectFrom('account').selectAll().orderBy('handle').execute()).map(accountOf);
    },
    async createLogin(l) {
      await db()
        .insertInto('login_session')
        .values({
          token_hash: l.tokenHash,
          account_id: l.accountId,
          created_at_ms: l.createdAtMs,
          last_seen_ms: l.lastSeenMs,
          expires_at_ms: l.expiresAtMs,
          login_values: JSON.stringify(l.values),
        })
        .execute();
    },
    async findLogin(tokenHash) {
      const row = await db()
        .selectFrom('login_session')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      return row ? loginOf(row) : null;
    },
    async changeLogin(tokenHash, l) {
      const change = given({
        created_at_ms: l.createdAtMs,
        last_seen_ms: l.lastSeenMs,
        expires_at_ms: l.expiresAtMs,
        login_values: jsonOrUndefined(l.values),
      });
      if (Object.keys(change).length === 0) return;
      const done = await db()
        .updateTable('login_session')
        .set(change)
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      mustExist(done, 'login');
    },
    async listLogins(accountId) {
      const rows = await db()
        .selectFrom('login_session')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('created_at_ms')
        .execute();
      return rows.map(loginOf);
    },
    async endLogin(tokenHash) {
      await db().deleteFrom('login_session').where('token_hash', '=', tokenHash).execute();
    },
    async endLogins(accountId) {
      const done = await db().deleteFrom('login_session').where('account_id', '=', accountId).executeTakeFirst();
      return Number(done.numDeletedRows);
    },
    async dropExpiredLogins(wallMs) {
      const done = await db().deleteFrom('login_session').where('expires_at_ms', '<=', wallMs).executeTakeFirst();
      return Number(done.numDeletedRows);
    },
  };
}
