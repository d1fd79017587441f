/**
 * Requests to one clinic. Nothing else in the kit opens a connection, and this only where a device was enrolled, or is
 * being enrolled, with that clinic's invitation.
 */
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { type RequestOptions, request as tlsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { ERRORS, type ErrorCode, KitError } from '../../contract/errors.ts';
import { BUNDLE_TYPE } from '../../gateway/transfer/bundle-format.ts';
import type { ClinicAddress, ClinicLink } from '../../ports/clinic-link.ts';

/** A clinic that says nothing for so long is not reached, ms. */
const SILENCE_MS = 30_000;
const LARGEST_ANSWER = 128 * 1024;

const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const TLS_FAULTS = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO/;

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LARGEST_ANSWER) throw new KitError('CLINIC_UNTRUSTED', 'the answer is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function answered(status: number, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new KitError('CLINIC_UNREACHABLE', `what answers there is no gateway (${status})`);
  }
  if (status === 200) return value;
  const refusal = refusalSchema.safeParse(value);
  const code = refusal.data?.error.code ?? '';
  // Said by the other side, so in our own words; what is only a matter of time is tried again.
  if (Object.hasOwn(ERRORS, code) && status < 500 && status !== 429)
    throw new KitError(code as ErrorCode, 'the clinic');
  throw new KitError('CLINIC_UNREACHABLE', `answer ${status}`);
}

async function ask(
  url: string,
  path: string,
  options: RequestOptions,
  body: AsyncIterable<Uint8Array> | Buffer | null,
): Promise<unknown> {
  const target = new URL(path, `${url}/`);
  const request = (target.protocol === 'https:' ? tlsRequest : plainRequest)(target, {
    ...options,
    agent: false,
    timeout: SILENCE_MS,
  });
  request.on('timeout', () => request.destroy(new Error('no answer in time')));
  try {
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    answer.catch(() => undefined);
    if (body === null) request.end();
    else if (Buffer.isBuffer(body)) request.end(body);
    // An answer that comes before the end, a refusal, ends the sending: it is the answer that counts.
    else pipeline(Readable.from(body), request).catch(() => undefined);
    const got = await answer;
    return answered(got.statusCode ?? 0, await textOf(got));
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    const code = String((cause as { code?: unknown }).code ?? '');
    if (TLS_FAULTS.test(code)) throw new KitError('CLINIC_UNTRUSTED', code, { cause });
    throw new KitError('CLINIC_UNREACHABLE', code || null, { cause });
  } finally {
    request.destroy();
  }
}

const trusting = ({ authority }: ClinicAddress): RequestOptions => (authority === null ? {} : { ca: authority });

export const clinicLink: ClinicLink = {
  card: (url) => ask(url, '/api/v1/transfer/clinic', { method: 'GET', rejectUnauthorized: false }, null),
  enrol(clinic, body) {
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
    return ask(clinic.url, '/api/v1/transfer/enrol', { ...trusting(clinic), method: 'POST', headers }, bytes);
  },
  send(clinic, { invitation, bytes, open }) {
    const headers = { 'content-type': BUNDLE_TYPE, 'content-length': bytes, 'x-neck-invitation': invitation };
    return ask(clinic.url, '/api/v1/transfer/bundles', { ...trusting(clinic), method: 'POST', headers }, open());
  },
};
