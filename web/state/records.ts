/** Records over HTTP: the sessions and their files. */
import { z } from 'zod';
import {
  type SessionDetail,
  type SessionSummary,
  sessionDetailSchema,
  sessionSummarySchema,
} from '../../src/contract/records.ts';
import { type Problem, told } from '../i18n/index.ts';

const BASE = './api/v1';

export type Loaded<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly problem: Problem | null }
  | { readonly status: 'ready'; readonly value: T };

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });

async function load<T>(path: string, schema: z.ZodType<T>): Promise<Loaded<T>> {
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

export const loadSessions = (): Promise<Loaded<SessionSummary[]>> => load('/sessions', z.array(sessionSummarySchema));

export const loadSession = (id: string): Promise<Loaded<SessionDetail>> =>
  load(`/sessions/${encodeURIComponent(id)}`, sessionDetailSchema);

/** One row a repetition, of one session. */
export const csvUrl = (sessionId: string): string =>
  `${BASE}/sessions/${encodeURIComponent(sessionId)}/repetitions.csv`;

/** One row a repetition, of everything. */
export const csvAllUrl = `${BASE}/repetitions.csv`;
