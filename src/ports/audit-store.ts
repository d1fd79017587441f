/** Who did what to which record, in one chain: a row that was changed, or is missing, breaks it. */
import type { Values } from './session-store.ts';

export interface AuditEntry {
  readonly wallMs: number;
  /** Null: the kit itself, or its command line. */
  readonly accountId: string | null;
  /** verb of the catalogue: session.create, export.csv, account.disable … An open list. */
  readonly action: string;
  /** Kind and id of what it was done to: "subject:ID"; null: none. Never a subject code. */
  readonly object: string | null;
  readonly values: Values;
}

export interface AuditRow extends AuditEntry {
  /** 1, 2, 3 … without holes. */
  readonly sequence: number;
  /** Of the row before; 64 zeros for the first. */
  readonly previousHash: string;
  /** SHA-256, hex, over the previous hash and the row. */
  readonly hash: string;
}

export interface AuditQuery {
  readonly limit: number;
  /** Only rows older than this one. */
  readonly before?: number;
  readonly accountId?: string;
  readonly action?: string;
  readonly object?: string;
}

export interface AuditStore {
  appendAudit(entry: AuditEntry): Promise<AuditRow>;
  /** Newest first. */
  listAudit(query: AuditQuery): Promise<AuditRow[]>;
  /** Oldest first, all of it. */
  auditRows(): AsyncIterable<AuditRow>;
  /** Sequence of the first row that does not fit the chain, or that is missing at its end; null: the chain holds. */
  checkAudit(): Promise<{ readonly rows: number; readonly brokenAt: number | null }>;
}
