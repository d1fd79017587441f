/** One call to the gateway's HTTP API; whatever happens, the answer is a value. */
import { z } from 'zod';
import { type Problem, told } from '../i18n/index.ts';

export const BASE = './api/v1';

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) });
const unreachable = (): Problem => told({ code: 'OFFLINE', message: '', hint: '' });

export async function api<T>(
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  schema: z.ZodType<T>,
  body?: object,
): Promise<Answer<T>> {
  try {
    const response = await fetch(`${BASE}${path}`, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      ...(method === 'GET' || method === 'DELETE'
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    });
    const value: unknown = await response.json();
    if (!response.ok) {
      const error = errorSchema.safeParse(value);
      return { ok: false, problem: error.success ? told(error.data.error) : unreachable() };
    }
    const parsed = schema.safeParse(value);
    return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problem: unreachable() };
  } catch {
    return { ok: false, problem: unreachable() };
  }
}
