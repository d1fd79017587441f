/** Accounts: adding, changing, disabling; always one administrator left, every change with its audit row. */
import { randomUUID } from 'node:crypto';
import type { AccountChange, AccountView, NewAccount } from '../../contract/access.ts';
import { KitError } from '../../contract/errors.ts';
import type { Account } from '../../ports/account-store.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { Records } from '../../ports/store.ts';
import type { AccessRecords } from './access-types.ts';
import { type EntryOf, objectOf } from './logins.ts';
import { checkPassword } from './password-rule.ts';

export const isAdmin = (account: Pick<Account, 'role' | 'state'>): boolean =>
  account.role === 'admin' && account.state === 'active';

export interface Accounts {
  list(): Promise<AccountView[]>;
  byId(id: string): Promise<Account>;
  add(by: string | null, account: NewAccount): Promise<Account>;
  change(by: string | null, id: string, change: AccountChange): Promise<void>;
  setPassword(by: string | null, account: Account, password: string): Promise<void>;
  view(account: Account): Promise<AccountView>;
}

/** The subject of a code; made when it is new, as a first visit would make it. */
async function subjectIdOf(records: Records, code: string | null, nowMs: number): Promise<string | null> {
  if (code === null) return null;
  const known = await records.findSubject({ code });
  if (known) return known.id;
  const id = randomUUID();
  await records.createSubject({ id, code, createdAtMs: nowMs, retainUntilMs: null, values: {} });
  return id;
}

export function createAccounts(deps: {
  readonly records: AccessRecords;
  readonly hasher: PasswordHasher;
  readonly nowMs: () => number;
  readonly entry: EntryOf;
}): Accounts {
  const { records, hasher, nowMs, entry } = deps;

  async function view({ id, handle, role, subjectId, state, createdAtMs }: Account): Promise<AccountView> {
    const subject = subjectId === null ? null : await records.findSubject({ id: subjectId });
    return { id, handle, role, subjectCode: subject?.code ?? null, disabled: state === 'disabled', createdAtMs };
  }
  async function byId(id: string): Promise<Account> {
    const account = await records.findAccount({ id });
    if (!account) throw new KitError('NOT_FOUND');
    return account;
  }
  return {
    byId,
    view,
    list: async () => Promise.all((await records.listAccounts()).map(view)),
    async add(by, { handle, password, role, subjectCode }) {
      checkPassword(password, handle);
      if (await records.findAccount({ handle })) throw new KitError('ACCOUNT_EXISTS', handle);
      const passwordHash = await hasher.hash(password);
      const id = randomUUID();
      return records.audited(entry(by, 'account.create', objectOf(id), { handle, role }), async (change) => {
        const createdAtMs = nowMs();
        const subjectId = await subjectIdOf(change, subjectCode, createdAtMs);
        const account: Account = {
          id,
          handle,
          role,
          passwordHash,
          state: 'active',
          subjectId,
          createdAtMs,
          values: {},
        };
        await change.createAccount(account);
        return account;
      });
    },
    async change(by, id, { role, subjectCode = null, disabled, password }) {
      const before = await byId(id);
      const next = {
        ...(role === undefined ? {} : { role }),
        ...(disabled === undefined ? {} : { state: disabled ? ('disabled' as const) : ('active' as const) }),
      };
      if (isAdmin(before) && !isAdmin({ ...before, ...next })) {
        const others = (await records.listAccounts()).filter((account) => account.id !== id && isAdmin(account));
        if (others.length === 0) throw new KitError('LAST_ADMINISTRATOR');
      }
      if (password !== undefined) checkPassword(password, before.handle);
      const secret = password === undefined ? {} : { passwordHash: await hasher.hash(password) };
      const told = { ...next, ...(password === undefined ? {} : { password: 'reset' }) };
      await records.audited(entry(by, 'account.change', objectOf(id), told), async (change) => {
        const subject = role === undefined ? {} : { subjectId: await subjectIdOf(change, subjectCode, nowMs()) };
        await change.changeAccount(id, { ...next, ...subject, ...secret });
      });
    },
    async setPassword(by, account, password) {
      checkPassword(password, account.handle);
      const passwordHash = await hasher.hash(password);
      await records.audited(entry(by, 'account.password', objectOf(account.id)), (change) =>
        change.changeAccount(account.id, { passwordHash }),
      );
    },
  };
}
