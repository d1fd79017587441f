/** Who may come in, and who is in. Secrets are kept as hashes alone. */
import type { Values } from './session-store.ts';

export type Role = 'admin' | 'clinician' | 'reviewer' | 'home';

export interface Account {
  readonly id: string;
  /** What is typed to sign in; not a person's name. Unique. */
  readonly handle: string;
  readonly role: Role;
  /** argon2id, in its own text form. */
  readonly passwordHash: string;
  readonly state: 'active' | 'disabled';
  /** The one subject that a home account may see; null for the others. */
  readonly subjectId: string | null;
  readonly createdAtMs: number;
  /** JSON values: failed attempts, locked until, language … */
  readonly values: Values;
}

export interface LoginSession {
  /** SHA-256 of the token, hex; the token itself is nowhere. */
  readonly tokenHash: string;
  readonly accountId: string;
  readonly createdAtMs: number;
  readonly lastSeenMs: number;
  readonly expiresAtMs: number;
  readonly values: Values;
}

export interface AccountStore {
  /** Rejects with WRONG_STATE when the handle is taken. */
  createAccount(account: Account): Promise<void>;
  /** Replaces what is given, keeps the rest. Rejects with NOT_FOUND. */
  changeAccount(
    id: string,
    change: Partial<Pick<Account, 'handle' | 'role' | 'passwordHash' | 'state' | 'subjectId' | 'values'>>,
  ): Promise<void>;
  findAccount(by: { readonly id: string } | { readonly handle: string }): Promise<Account | null>;
  /** In the order of handles. */
  listAccounts(): Promise<Account[]>;
  createLogin(login: LoginSession): Promise<void>;
  findLogin(tokenHash: string): Promise<LoginSession | null>;
  changeLogin(tokenHash: string, change: Partial<Omit<LoginSession, 'tokenHash' | 'accountId'>>): Promise<void>;
  listLogins(accountId: string): Promise<LoginSession[]>;
  endLogin(tokenHash: string): Promise<void>;
  /** All of one account's; how many there were. */
  endLogins(accountId: string): Promise<number>;
  /** Those whose time was over at `wallMs`; how many there were. */
  dropExpiredLogins(wallMs: number): Promise<number>;
}
