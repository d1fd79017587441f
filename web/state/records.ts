/** Records over HTTP: the sessions and their files. */
import { z } from 'zod';
import { type Comparison, comparisonSchema } from '../../src/contract/comparison.ts';
import {
  type SessionDetail,
  type SessionSummary,
  sessionDetailSchema,
  sessionSummarySchema,
} from '../../src/contract/records.ts';
import { decodeReplay, type ReplayMeta } from '../../src/contract/replay.ts';
import { type ReportDocument, type ReportKind, reportDocumentSchema } from '../../src/contract/report.ts';
import { language, type Problem, told } from '../i18n/index.ts';

export const BASE = './api/v1';

export type Loaded<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly problem: Problem | null }
  | { readonly status: 'ready'; readonly value: T };

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });

export async function load<T>(path: string, schema: z.ZodType<T>): Promise<Loaded<T>> {
  try {
    const response = await fetch(`${BASE}${path}`, { cache: 'no-store' });
    const body: unknown = await response.json();
    if (!response.ok) {
      const error = errorSchema.safeParse(body);
      return { status: 'failed', problem: error.success ? told(error.data.error) : null };
    }
    const parsed = schema.safeParse(body);
    return parsed.success ? { status: 'ready', value: parsed.data } : { status: 'failed', problem: null };
  } catch {
    return { status: 'failed', problem: null };
  }
}

/** Sessions on a page of the list. */
export const SESSIONS_PAGE = 100;

/** A page of sessions, newest first; `after`: the last one of the page before. */
export const loadSessions = (after?: string): Promise<Loaded<SessionSummary[]>> =>
  load(
    `/sessions?limit=${SESSIONS_PAGE}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`,
    z.array(sessionSummarySchema),
  );

export const loadSession = (id: string): Promise<Loaded<SessionDetail>> =>
  load(`/sessions/${encodeURIComponent(id)}`, sessionDetailSchema);

export const loadComparisons = (id: string): Promise<Loaded<Comparison[]>> =>
  load(`/sessions/${encodeURIComponent(id)}/comparisons`, z.array(comparisonSchema));

const reportQuery = (referenceId: string): string =>
  `?${new URLSearchParams({ lang: language.value, reference: referenceId }).toString()}`;

export const loadReport = (id: string, kind: ReportKind, referenceId: string): Promise<Loaded<ReportDocument>> =>
  load(`/sessions/${encodeURIComponent(id)}/report/${kind}${reportQuery(referenceId)}`, reportDocumentSchema);

export const reportPdfUrl = (id: string, kind: ReportKind, referenceId: string): string =>
  `${BASE}/sessions/${encodeURIComponent(id)}/report/${kind}/pdf${reportQuery(referenceId)}`;

/** A stored test to be played again. */
export async function loadReplay(
  id: string,
  trialId: string,
): Promise<Loaded<{ readonly meta: ReplayMeta; readonly frames: Uint8Array }>> {
  try {
    const path = `${BASE}/sessions/${encodeURIComponent(id)}/trials/${encodeURIComponent(trialId)}/replay`;
    const response = await fetch(path, { cache: 'no-store' });
    if (!response.ok) {
      const error = errorSchema.safeParse(await response.json());
      return { status: 'failed', problem: error.success ? told(error.data.error) : null };
    }
    const value = decodeReplay(new Uint8Array(await response.arrayBuffer()));
    return value ? { status: 'ready', value } : { status: 'failed', problem: null };
  } catch {
    return { status: 'failed', problem: null };
  }
}

/** One row a repetition, of one session. */
export const csvUrl = (sessionId: string): string =>
  `${BASE}/sessions/${encodeURIComponent(sessionId)}/repetitions.csv`;

/** One row a repetition, of everything. */
export const csvAllUrl = `${BASE}/repetitions.csv`;
