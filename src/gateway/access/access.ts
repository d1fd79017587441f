/** The access rules as one use case: first start, signing in and out, accounts, settings, the audit. */
import { type AccessSettings, accessSettingsSchema } from '../../contract/access.ts';
import { KitError } from '../../contract/errors.ts';
import type { Account } from '../../ports/account-store.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { Timers } from '../../ports/timers.ts';
import type { Log } from '../log.ts';
import { createSerialQueue } from '../waiting.ts';
import type { Access, AccessRecords, Caller } from './access-types.ts';
import { createAccounts, isAdmin } from './accounts.ts';
import { createLogins, type EntryOf, isLocked, objectOf } from './logins.ts';
import { loginId, newCode, sameCode } from './secrets.ts';
import { createSignInGuard } from './sign-in-guard.ts';

export interface AccessDeps {
  readonly records: AccessRecords;
  readonly hasher: PasswordHasher;
  readonly timers: Timers;
  readonly wallMs: () => number;
  readonly log: Log;
  /** No login is asked for. */
  readonly open?: boolean;
  readonly demonstration?: boolean;
  /** A device at home: everybody at it is the patient of this code; '' before it was invited. */
  readonly homeOf?: () => string;
  /** A test is being run: no page is locked, no session ends by itself. */
  readonly busy: () => boolean;
}

const SETTINGS = 'access';
const DEFAULT_SETTINGS: AccessSettings = { lockAfterMinutes: 15 };
/** Idle sessions are looked for so often, ms. */
const SWEEP_MS = 5000;

const LOCAL: Caller = {
  handle: 'local',
  role: 'admin',
  subjectCode: null,
  accountId: null,
  loginId: null,
  locked: false,
};

export function createAccess(deps: AccessDeps): Access {
  const local = (): Caller => (deps.homeOf ? { ...LOCAL, role: 'home', subjectCode: deps.homeOf() } : LOCAL);
  const { records, hasher, wallMs, log, open = false } = deps;
  const inTurn = createSerialQueue();
  const guard = createSignInGuard(wallMs);
  let settings = DEFAULT_SETTINGS;
  let firstStartCode: string | null = null;
  let cancelSweep = (): void => {};

  const entry: EntryOf = (by, action, object = null, values = {}) => ({
    wallMs: wallMs(),
    accountId: by,
    action,
    object,
    values,
  });
  const accounts = createAccounts({ records, hasher, nowMs: wallMs, entry });
  const logins = createLogins({
    records,
    nowMs: wallMs,
    busy: deps.busy,
    lockAfterMs: () => settings.lockAfterMinutes * 60_000,
    entry,
  });
  const note = async (...row: Parameters<EntryOf>): Promise<void> => {
    await records.appendAudit(entry(...row));
  };

  function sweepLater(): void {
    cancelSweep = deps.timers.after(SWEEP_MS, () => {
      logins
        .sweep()
        .catch((cause: unknown) => log.error({ cause: String(cause) }, 'idle sessions could not be looked for'))
        .finally(sweepLater);
    });
  }
  const endOthers = async (by: string | null, accountId: string, keep: string | null): Promise<void> =>
    logins.end(
      by,
      (await records.listLogins(accountId)).filter((login) => loginId(login.tokenHash) !== keep),
      'end',
    );

  /** The hash that a password for an unknown name is checked against, so that its answer takes as long. */
  let decoy: Promise<string> | null = null;
  async function checkSignIn(handle: string, password: string): Promise<Account | null> {
    const account = await records.findAccount({ handle });
    decoy ??= hasher.hash(newCode());
    const right = await hasher.verify(account?.passwordHash ?? (await decoy), password);
    if (right && account?.state === 'active') return account;
    // An unknown name may be a password typed into the wrong field: it is not written down.
    const object = account ? objectOf(account.id) : null;
    await note(null, 'login.refuse', object, { notHeard: guard.takeRefused() });
    return null;
  }
  async function checkOwnPassword(caller: Caller, password: string, address: string): Promise<Account> {
    if (caller.accountId === null) throw new KitError('WRONG_STATE', 'nobody is signed in');
    const account = await accounts.byId(caller.accountId);
    const right = await guard.attempt(account.handle, address, async () => {
      if (await hasher.verify(account.passwordHash, password)) return account;
      await note(account.id, 'password.refuse', objectOf(account.id));
      return null;
    });
    if (!right) throw new KitError('SIGN_IN_REFUSED');
    return right;
  }

  return {
    open,
    get firstStartCode() {
      return firstStartCode;
    },
    async start() {
      const kept = accessSettingsSchema.safeParse(await records.setting(SETTINGS));
      if (kept.success) settings = kept.data;
      if (!open && (await records.listAccounts()).length === 0) firstStartCode = newCode();
      sweepLater();
    },
    stop: () => cancelSweep(),
    hasAdministrator: async () => (await records.listAccounts()).some(isAdmin),
    authenticate: async (token) => (open ? local() : token === null ? null : logins.authenticate(token)),
    async view(caller) {
      const out = firstStartCode !== null ? 'first-start' : 'signed-out';
      const inside = caller?.locked ? 'locked' : 'signed-in';
      return {
        status: open ? 'open' : caller === null ? out : inside,
        demonstration: deps.demonstration ?? false,
        handle: caller?.handle ?? null,
        role: caller?.role ?? null,
        subjectCode: caller?.subjectCode ?? null,
        lockAfterMinutes: settings.lockAfterMinutes,
      };
    },
    active: (caller) => logins.active(caller),
    onSessionEnd: (listener) => logins.onEnd(listener),

    firstStart: (code, handle, password, address) =>
      inTurn(async () => {
        const expected = firstStartCode;
        if (expected === null) throw new KitError('FIRST_START_DONE');
        const right = await guard.attempt('first start', address, async () => (sameCode(code, expected) ? true : null));
        if (!right) {
          await note(null, 'first-start.refuse');
          throw new KitError('FIRST_START_CODE');
        }
        const account = await accounts.add(null, { handle, password, role: 'admin', subjectCode: null });
        firstStartCode = null;
        return logins.create(account);
      }),
    async signIn(handle, password, address) {
      const account = await guard.attempt(handle, address, () => checkSignIn(handle, password));
      if (!account) throw new KitError('SIGN_IN_REFUSED');
      return logins.create(account);
    },
    async signOut(caller) {
      const own = (await logins.list()).filter((login) => loginId(login.tokenHash) === caller.loginId);
      await logins.end(caller.accountId, own, 'sign-out');
    },
    async lock(caller) {
      if (deps.busy()) throw new KitError('WRONG_STATE', 'a test is running');
      await logins.setLocked(caller, true, 'asked');
    },
    async unlock(caller, password, address) {
      await checkOwnPassword(caller, password, address);
      await logins.setLocked(caller, false, 'password');
    },
    async changePassword(caller, present, next, address) {
      const account = await checkOwnPassword(caller, present, address);
      await accounts.setPassword(caller.accountId, account, next);
      await endOthers(caller.accountId, account.id, caller.loginId);
    },

    accounts: () => accounts.list(),
    addAccount: (by, fresh) =>
      inTurn(async () => {
        const added = await accounts.add(by, fresh);
        // Made at the console before the first page was opened: the code has nothing left to start.
        firstStartCode = null;
        return accounts.view(added);
      }),
    changeAccount: (by, id, change) =>
      inTurn(async () => {
        await accounts.change(by, id, change);
        // Whatever was changed, the sessions opened under the old terms are over.
        await endOthers(by, id, null);
        return accounts.view(await accounts.byId(id));
      }),
    async logins(caller) {
      const all = await records.listAccounts();
      return (await logins.list()).map((login) => ({
        id: loginId(login.tokenHash),
        handle: all.find((account) => account.id === login.accountId)?.handle ?? '',
        createdAtMs: login.createdAtMs,
        lastSeenAtMs: login.lastSeenMs,
        locked: isLocked(login),
        own: loginId(login.tokenHash) === caller.loginId,
      }));
    },
    async endLogin(by, id) {
      const found = (await logins.list()).filter((login) => loginId(login.tokenHash) === id);
      if (found.length === 0) throw new KitError('NOT_FOUND');
      await logins.end(by, found, 'end');
    },
    settings: () => settings,
    async changeSettings(by, next) {
      await records.audited(entry(by, 'setting.change', `setting:${SETTINGS}`, { ...next }), (change) =>
        change.saveSetting(SETTINGS, next, wallMs()),
      );
      settings = next;
      return next;
    },
    note,
    async audit(before, limit) {
      const handles = new Map((await records.listAccounts()).map(({ id, handle }) => [id, handle]));
      const rows = await records.listAudit({ limit, ...(before === null ? {} : { before }) });
      return rows.map((row) => ({ ...row, handle: (row.accountId && handles.get(row.accountId)) ?? null }));
    },
    checkAudit: () => records.checkAudit(),
  };
}
