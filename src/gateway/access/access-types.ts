/** What the server and the command line see of the access rules. */
import type {
  AccessSettings,
  AccessView,
  AccountChange,
  AccountView,
  AuditRow,
  LoginView,
  NewAccount,
  Role,
} from '../../contract/access.ts';
import type { Store } from '../../ports/store.ts';

/** What the access rules keep; every change of theirs goes through `audited`. */
export type AccessRecords = Pick<
  Store,
  | 'audited'
  | 'appendAudit'
  | 'checkAudit'
  | 'findAccount'
  | 'findLogin'
  | 'findSubject'
  | 'listAccounts'
  | 'listAudit'
  | 'listLogins'
  | 'changeLogin'
  | 'setting'
>;

/** Who asks. */
export interface Caller {
  readonly handle: string;
  readonly role: Role;
  /** The one subject of a home account; null: all subjects. */
  readonly subjectCode: string | null;
  readonly accountId: string | null;
  /** Names the session without giving anything of its token away; null where no login is asked for. */
  readonly loginId: string | null;
  readonly locked: boolean;
}

export interface SignedIn {
  /** For the cookie; it is kept nowhere else. */
  readonly token: string;
  readonly caller: Caller;
}

/** Why a session no longer counts as before: its sockets are closed at once. */
export type SessionEnd = 'signed-out' | 'locked';

export interface Access {
  /** True when no login is asked for: a demonstration, or a start that says so. */
  readonly open: boolean;
  /** Loads settings, makes the code of the first start if there is no account, begins watching for idle sessions. */
  start(): Promise<void>;
  stop(): void;
  /** The one-time code of the first start; null when there is nothing to start. */
  readonly firstStartCode: string | null;
  hasAdministrator(): Promise<boolean>;
  /** Null for no token, a wrong one, an ended or expired session, a disabled account. */
  authenticate(token: string | null): Promise<Caller | null>;
  view(caller: Caller | null): Promise<AccessView>;
  /** A person is at the page. */
  active(caller: Caller): Promise<void>;
  onSessionEnd(listener: (loginId: string, why: SessionEnd) => void): () => void;

  firstStart(code: string, handle: string, password: string, address: string): Promise<SignedIn>;
  signIn(handle: string, password: string, address: string): Promise<SignedIn>;
  signOut(caller: Caller): Promise<void>;
  lock(caller: Caller): Promise<void>;
  unlock(caller: Caller, password: string, address: string): Promise<void>;
  changePassword(caller: Caller, present: string, next: string, address: string): Promise<void>;

  accounts(): Promise<AccountView[]>;
  /** `by` is an account's id; null: the command line, or nobody signed in. */
  addAccount(by: string | null, account: NewAccount): Promise<AccountView>;
  changeAccount(by: string | null, id: string, change: AccountChange): Promise<AccountView>;
  logins(caller: Caller): Promise<LoginView[]>;
  endLogin(by: string | null, id: string): Promise<void>;
  settings(): AccessSettings;
  changeSettings(by: string | null, settings: AccessSettings): Promise<AccessSettings>;
  /** For what is no account matter: an export, a refusal. */
  note(by: string | null, action: string, object: string | null, values: Record<string, unknown>): Promise<void>;
  audit(before: number | null, limit: number): Promise<AuditRow[]>;
  checkAudit(): Promise<{ readonly rows: number; readonly brokenAt: number | null }>;
}
