/** Sign-ins that last: idle lock, idle and absolute end, and never in the middle of a running test. */
import type { Account, LoginSession } from '../../ports/account-store.ts';
import type { AuditEntry } from '../../ports/audit-store.ts';
import type { AccessRecords, Caller, SessionEnd, SignedIn } from './access-types.ts';
import { loginId, newToken, tokenHash } from './secrets.ts';

/** Ends by itself so long after the last sign of a person, ms: a working day. */
export const IDLE_END_MS = 8 * 3_600_000;
/** Ends by itself so long after signing in, ms. */
export const ABSOLUTE_END_MS = 24 * 3_600_000;
/** The last sign of a person is written at most so often, ms. */
const SEEN_EVERY_MS = 30_000;

export type EntryOf = (
  by: string | null,
  action: string,
  object?: string | null,
  values?: Record<string, unknown>,
) => AuditEntry;

export interface LoginsDeps {
  readonly records: AccessRecords;
  readonly nowMs: () => number;
  /** A test is being run: nobody is locked out of it. */
  readonly busy: () => boolean;
  readonly lockAfterMs: () => number;
  readonly entry: EntryOf;
}

export interface Logins {
  create(account: Account): Promise<SignedIn>;
  authenticate(token: string): Promise<Caller | null>;
  active(caller: Caller): Promise<void>;
  /** All that have not ended. */
  list(): Promise<LoginSession[]>;
  setLocked(caller: Caller, locked: boolean, why: string): Promise<void>;
  end(by: string | null, logins: readonly LoginSession[], why: string): Promise<void>;
  /** Locks and ends what has been idle for too long. */
  sweep(): Promise<void>;
  onEnd(listener: (loginId: string, why: SessionEnd) => void): () => void;
}

export const isLocked = (login: LoginSession): boolean => login.values['locked'] === true;
export const objectOf = (accountId: string): string => `account:${accountId}`;

export function createLogins(deps: LoginsDeps): Logins {
  const { records, nowMs, entry } = deps;
  const listeners = new Set<(loginId: string, why: SessionEnd) => void>();
  /** By token hash; later than what is written, for the sessions of this run. */
  const seen = new Map<string, number>();
  const hashOf = new Map<string, string>();
  let busyAtMs = Number.NEGATIVE_INFINITY;

  const tell = (login: LoginSession, why: SessionEnd): void => {
    for (const listener of listeners) listener(loginId(login.tokenHash), why);
  };
  const seenAtMs = (login: LoginSession): number =>
    Math.max(login.lastSeenMs, seen.get(login.tokenHash) ?? 0, busyAtMs);

  function noticeBusy(): boolean {
    const busy = deps.busy();
    if (busy) busyAtMs = nowMs();
    return busy;
  }
  const overdue = (login: LoginSession): boolean =>
    nowMs() - seenAtMs(login) > IDLE_END_MS || nowMs() > login.expiresAtMs;

  async function end(by: string | null, logins: readonly LoginSession[], why: string): Promise<void> {
    if (logins.length === 0) return;
    const { accountId } = logins[0]!;
    await records.audited(
      entry(by, `login.${why}`, objectOf(accountId), { sessions: logins.length }),
      async (change) => {
        for (const login of logins) await change.endLogin(login.tokenHash);
      },
    );
    for (const login of logins) {
      seen.delete(login.tokenHash);
      hashOf.delete(loginId(login.tokenHash));
      tell(login, 'signed-out');
    }
  }
  async function lock(login: LoginSession, locked: boolean, why: string): Promise<void> {
    const { tokenHash: hash, accountId, values } = login;
    await records.audited(
      entry(accountId, locked ? 'login.lock' : 'login.unlock', objectOf(accountId), { why }),
      (change) =>
        change.changeLogin(hash, { values: { ...values, locked }, ...(locked ? {} : { lastSeenMs: nowMs() }) }),
    );
    if (locked) tell(login, 'locked');
    else seen.set(hash, nowMs());
  }
  /** @returns as it is now, null when it has ended. */
  async function settle(login: LoginSession): Promise<LoginSession | null> {
    if (noticeBusy()) return login;
    if (overdue(login)) {
      await end(null, [login], 'expire');
      return null;
    }
    if (isLocked(login) || nowMs() - seenAtMs(login) <= deps.lockAfterMs()) return login;
    await lock(login, true, 'idle');
    return { ...login, values: { ...login.values, locked: true } };
  }
  async function callerOf(account: Account, login: LoginSession): Promise<Caller> {
    const subject = account.subjectId === null ? null : await records.findSubject({ id: account.subjectId });
    const id = loginId(login.tokenHash);
    hashOf.set(id, login.tokenHash);
    return {
      handle: account.handle,
      role: account.role,
      // An erased subject leaves nothing to see; null would be everything.
      subjectCode: account.role === 'home' ? (subject?.code ?? '') : null,
      accountId: account.id,
      loginId: id,
      locked: isLocked(login),
    };
  }
  const list = async (): Promise<LoginSession[]> =>
    (await Promise.all((await records.listAccounts()).map(({ id }) => records.listLogins(id)))).flat();

  return {
    list,
    end,
    async create(account) {
      const token = newToken();
      const now = nowMs();
      const login: LoginSession = {
        tokenHash: tokenHash(token),
        accountId: account.id,
        createdAtMs: now,
        lastSeenMs: now,
        expiresAtMs: now + ABSOLUTE_END_MS,
        values: { locked: false },
      };
      await records.audited(entry(account.id, 'login.create', objectOf(account.id)), (change) =>
        change.createLogin(login),
      );
      seen.set(login.tokenHash, now);
      return { token, caller: await callerOf(account, login) };
    },
    async authenticate(token) {
      const login = await records.findLogin(tokenHash(token));
      if (!login) return null;
      const account = await records.findAccount({ id: login.accountId });
      if (account?.state !== 'active') return null;
      const settled = await settle(login);
      return settled && callerOf(account, settled);
    },
    async active(caller) {
      const hash = caller.loginId === null ? undefined : hashOf.get(caller.loginId);
      if (hash === undefined || caller.locked) return;
      const now = nowMs();
      const before = seen.get(hash) ?? 0;
      seen.set(hash, now);
      if (now - before > SEEN_EVERY_MS) await records.changeLogin(hash, { lastSeenMs: now });
    },
    async setLocked(caller, locked, why) {
      const hash = caller.loginId === null ? undefined : hashOf.get(caller.loginId);
      const login = hash === undefined ? null : await records.findLogin(hash);
      if (login && isLocked(login) !== locked) await lock(login, locked, why);
    },
    async sweep() {
      noticeBusy();
      for (const login of await list()) await settle(login);
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
