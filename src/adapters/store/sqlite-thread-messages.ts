/** What the gateway's thread and the one that holds SQLite say to each other. Structured clone. */
import type { Access } from './sql-store.ts';
import type { SqliteDriver } from './sqlite-driver.ts';

/** Given to the thread at its start. */
export interface ThreadPlace {
  readonly folder: string;
  readonly access: Access;
  /** Null: found there. */
  readonly driver: SqliteDriver['name'] | null;
}

export type ThreadRequest =
  | { readonly id: number; readonly op: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly op: 'exec'; readonly sql: string }
  | { readonly id: number; readonly op: 'close' };

/** An error as it crosses: its code would be lost otherwise. */
export interface ThreadFault {
  /** Of a KitError, whose code is in `code`. */
  readonly kit: boolean;
  readonly code: string;
  readonly message: string;
  readonly detail: string | null;
}

export interface ThreadRows {
  readonly rows: readonly unknown[];
  /** Null for a statement that gives rows. */
  readonly changes: number | null;
  readonly lastId: bigint | null;
}

/** One for each request, in their order; id 0 is for the opening. After the commit, when the request was one. */
export type ThreadReply =
  | { readonly id: number; readonly ok: true; readonly result: ThreadRows }
  | { readonly id: number; readonly ok: false; readonly fault: ThreadFault };
