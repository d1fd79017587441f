/** Requests to the clinic that served this page; the browser trusts it, and nothing goes anywhere else. */
import { z } from 'zod';
import type { PageClinic } from '../../src/adapters/web-transfer/page-transfer.ts';
import { ERRORS, type ErrorCode, KitError } from '../../src/contract/errors.ts';
import { BUNDLE_TYPE } from '../../src/wire/bundle-layout.ts';

const BASE = './api/v1/transfer';
/** A clinic that says nothing for so long is not reached, ms. */
const SILENCE_MS = 30_000;
const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

async function ask(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  let value: unknown;
  try {
    response = await fetch(`${BASE}${path}`, {
      ...init,
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(SILENCE_MS),
    });
    value = await response.json();
  } catch (cause) {
    throw new KitError('CLINIC_UNREACHABLE', null, { cause });
  }
  if (response.ok) return value;
  const code = refusalSchema.safeParse(value).data?.error.code ?? '';
  // What is only a matter of time is tried again.
  if (Object.hasOwn(ERRORS, code) && response.status < 500 && response.status !== 429)
    throw new KitError(code as ErrorCode);
  throw new KitError('CLINIC_UNREACHABLE', `answer ${response.status}`);
}

const post = (path: string, body: BodyInit, headers: Record<string, string>): Promise<unknown> =>
  ask(path, { method: 'POST', body, headers });

export const pageClinic: PageClinic = {
  card: () => ask('/clinic', { method: 'GET' }),
  enrol: (body) => post('/enrol', JSON.stringify(body), { 'content-type': 'application/json' }),
  send: (invitation, bundle) =>
    post('/bundles', bundle, { 'content-type': BUNDLE_TYPE, 'x-neck-invitation': invitation }),
};
