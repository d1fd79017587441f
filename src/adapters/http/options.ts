/** What the server is made of. */

import type { OverviewRow } from '../../contract/outcome.ts';
import type { Access } from '../../gateway/access/access-types.ts';
import type { Kit } from '../../gateway/kit.ts';
import type { Log } from '../../gateway/log.ts';
import type { Outcome } from '../../gateway/outcome/outcome.ts';
import type { Replay } from '../../gateway/replay-trial.ts';
import type { Exporter } from '../../ports/exporter.ts';
import type { Reporter } from '../../ports/reporter.ts';
import type { SessionStore } from '../../ports/session-store.ts';
import type { SubjectStore } from '../../ports/subject-store.ts';
import type { TransferOptions } from './transfer-routes.ts';

export interface TlsFiles {
  /** PEM: the server's certificate, and those between it and the authority. */
  readonly cert: string;
  readonly key: string;
  /** Host names and addresses that the certificate is for. */
  readonly names: readonly string[];
}

export interface HttpServerOptions {
  readonly kit: Kit;
  readonly store: SessionStore & SubjectStore;
  readonly access: Access;
  /** Folder of the built page; without it the root says what to do. */
  readonly webRoot: string;
  /** A loopback address; any other only with `tls`, a login and an administrator. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls?: TlsFiles | null;
  /** Repetitions of one session, or of all (null), as CSV in pieces; its audit row is there before the first of them. */
  readonly csv: (sessionId: string | null, accountId: string | null) => Promise<AsyncIterable<Uint8Array>>;
  /** The other exports; without one they answer NOT_FOUND. */
  readonly exporter?: Exporter;
  /** From home to the clinic; without it those routes answer NOT_FOUND. */
  readonly transfer?: TransferOptions;
  /** The outcome over time; without it its routes answer NOT_FOUND. */
  readonly outcome?: Outcome;
  /** The overview's rows as CSV; their audit row is there already. */
  readonly overviewCsv?: (rows: Iterable<OverviewRow>) => AsyncIterable<Uint8Array>;
  /** Without one no report is given: NOT_FOUND. */
  readonly reporter?: Reporter;
  /** A stored test to be played again, by session and trial; without it: NOT_FOUND. */
  readonly replays?: (sessionId: string, trialId: string) => Promise<Replay>;
  /** Further origins whose pages may connect, for a development server. */
  readonly allowedOrigins?: readonly string[];
  readonly log?: Log;
}
