/** All that is kept, in one place. Each part is a port of its own; who needs one part asks for that. */
import type { AccountStore } from './account-store.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { AuditEntry, AuditStore } from './audit-store.ts';
import type { ResultStore } from './result-store.ts';
import type { ScoreStore } from './score-store.ts';
import type { SessionStore } from './session-store.ts';
import type { SettingStore } from './setting-store.ts';
import type { SubjectStore } from './subject-store.ts';
import type { TransferStore } from './transfer-store.ts';
import type { VisitStore } from './visit-store.ts';

/** Every promise resolves after the commit and rejects with a KitError (STORE_*, NOT_FOUND, WRONG_STATE, INTERNAL). */
export interface Records
  extends SessionStore,
    SubjectStore,
    ResultStore,
    ScoreStore,
    AccountStore,
    AuditStore,
    TransferStore,
    SettingStore,
    VisitStore,
    ArchiveStore {}

export interface Store extends Records {
  /** Opens, migrates, marks trials left running by a dead gateway as interrupted. */
  open(): Promise<void>;
  /**
   * All of `work`, or nothing of it, in one commit. `work` uses the records it is given and waits for nothing else: the
   * store itself is busy until it is done.
   */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** The change and its audit row in one commit: neither is there without the other. */
  audited<T>(entry: AuditEntry, change: (records: Records) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
