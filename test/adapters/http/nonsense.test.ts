/** Nonsense for every route: one coded error that names the field, with a remedy, and the server goes on. */
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repetitionsExport } from '../../../src/adapters/export/index.ts';
import { createHttpServer, type HttpServer } from '../../../src/adapters/http/server.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import { createExporter } from '../../../src/cli/exporter.ts';
import { outcomeParts } from '../../../src/cli/outcome-parts.ts';
import type { ErrorCode } from '../../../src/contract/errors.ts';
import { partsOf, ROUTE_KEYS, type RouteKey, ruleOf } from '../../../src/contract/routes.ts';
import { createKit } from '../../../src/gateway/kit.ts';
import type { HostTimeUs } from '../../../src/ports/time.ts';
import { fillVisit } from '../../support/filled-store.ts';
import { createOpenAccess } from '../../support/memory-access.ts';

const clock = { nowUs: () => Math.round(performance.now() * 1000) as HostTimeUs, wallMs: () => Date.now() };

interface Refusal {
  readonly status: number;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string };
}

/** Route with its address filled in, body if any, code, and a word of what is said. */
const ROWS: readonly [RouteKey, string, unknown, ErrorCode, RegExp][] = [
  ['GET /api/v1/sessions', '?limit=0', undefined, 'BAD_REQUEST', /limit/],
  ['GET /api/v1/sessions', '?limit=-1', undefined, 'BAD_REQUEST', /limit: a whole number/],
  ['GET /api/v1/sessions', '?limit=', undefined, 'BAD_REQUEST', /limit/],
  ['GET /api/v1/sessions', '?limit=1e2', undefined, 'BAD_REQUEST', /limit/],
  ['GET /api/v1/sessions', '?limit=1&limit=2', undefined, 'BAD_REQUEST', /limit/],
  ['GET /api/v1/sessions', '?after=nobody', undefined, 'NOT_FOUND', /./],
  ['GET /api/v1/sessions', '?page=2', undefined, 'BAD_REQUEST', /page/],
  ['GET /api/v1/sessions/:id', '/nobody', undefined, 'NOT_FOUND', /./],
  ['GET /api/v1/sessions/:id', '/..%2f..%2fetc', undefined, 'NOT_FOUND', /./],
  ['GET /api/v1/sessions/:id', '/%ff', undefined, 'BAD_REQUEST', /./],
  ['GET /api/v1/sessions/:id/repetitions.csv', '/nobody/repetitions.csv', undefined, 'NOT_FOUND', /./],
  ['GET /api/v1/exports/:format', '/pdf?everything=true', undefined, 'NOT_FOUND', /csv/],
  ['GET /api/v1/exports/:format', '/csv', undefined, 'NOTHING_SELECTED', /./],
  ['GET /api/v1/exports/:format', '/csv?everything=yes', undefined, 'BAD_REQUEST', /everything/],
  ['GET /api/v1/exports/:format', '/csv?everything=true&subject=AB-1', undefined, 'BAD_REQUEST', /not both/],
  ['GET /api/v1/exports/:format', '/csv?subject=ZZ-9', undefined, 'NOT_FOUND', /./],
  ['GET /api/v1/exports/:format', '/csv?session=nobody', undefined, 'NOT_FOUND', /./],
  ['GET /api/v1/exports/:format', '/csv?from=2000&to=1000', undefined, 'BAD_REQUEST', /from/],
  ['GET /api/v1/exports/:format', '/csv?from=2000&to=2000', undefined, 'BAD_REQUEST', /from/],
  ['GET /api/v1/exports/:format', '/csv?from=yesterday', undefined, 'BAD_REQUEST', /from/],
  ['GET /api/v1/exports/:format', '/csv?from=', undefined, 'BAD_REQUEST', /from/],
  ['GET /api/v1/exports/:format', '/csv?everything=true&kinds=dance', undefined, 'BAD_REQUEST', /dance/],
  ['GET /api/v1/exports/:format', '/csv?everything=true&kinds=', undefined, 'BAD_REQUEST', /kinds/],
  ['GET /api/v1/exports/:format', '/csv?everything=true&colour=red', undefined, 'BAD_REQUEST', /colour/],
  ['GET /api/v1/exports/:format', '/mcap?everything=true', undefined, 'BAD_REQUEST', /one session/],
  ['GET /api/v1/exports/:format', '/archive?everything=true', undefined, 'BAD_REQUEST', /whole subject/],
  ['GET /api/v1/exports/:format/summary', '/pdf/summary?everything=true', undefined, 'NOT_FOUND', /csv/],
  ['GET /api/v1/exports/:format/summary', '/csv/summary?from=2&to=1', undefined, 'BAD_REQUEST', /from/],
  ['GET /api/v1/exports/:format/summary', '/csv/summary?everything=true&kinds=x', undefined, 'BAD_REQUEST', /kinds/],
  ['GET /api/v1/audit', '?limit=0', undefined, 'BAD_REQUEST', /limit/],
  ['GET /api/v1/audit', '?before=x', undefined, 'BAD_REQUEST', /before/],
  ['GET /api/v1/audit', '?after=1', undefined, 'BAD_REQUEST', /after/],
  ['POST /api/v1/access/first-start', '', { code: 1 }, 'BAD_REQUEST', /code/],
  ['POST /api/v1/access/sign-in', '', {}, 'BAD_REQUEST', /handle/],
  ['POST /api/v1/access/sign-in', '', [], 'BAD_REQUEST', /./],
  ['POST /api/v1/access/sign-in', '', { handle: 'ada', password: 'x', remember: true }, 'BAD_REQUEST', /remember/],
  ['POST /api/v1/access/unlock', '', { password: '' }, 'BAD_REQUEST', /password/],
  ['POST /api/v1/access/password', '', { present: 'x' }, 'BAD_REQUEST', /next/],
  [
    'POST /api/v1/accounts',
    '',
    { handle: 'A!', password: 'a long enough one', role: 'admin' },
    'BAD_REQUEST',
    /handle/,
  ],
  ['POST /api/v1/accounts', '', { handle: 'ada', password: 'short', role: 'admin' }, 'BAD_REQUEST', /password/],
  ['POST /api/v1/accounts', '', { handle: 'ada', password: 'a long enough one', role: 'king' }, 'BAD_REQUEST', /role/],
  ['PATCH /api/v1/accounts/:id', '/nobody', { disabled: true }, 'NOT_FOUND', /./],
  ['PATCH /api/v1/accounts/:id', '/nobody', { disabled: 'yes' }, 'BAD_REQUEST', /disabled/],
  ['PATCH /api/v1/accounts/:id', '/nobody', { name: 'x' }, 'BAD_REQUEST', /name/],
  ['DELETE /api/v1/logins/:id', '/nobody', undefined, 'NOT_FOUND', /./],
  ['PUT /api/v1/access/settings', '', { lockAfterMinutes: 0 }, 'BAD_REQUEST', /lockAfterMinutes/],
  ['PUT /api/v1/access/settings', '', { lockAfterMinutes: '5' }, 'BAD_REQUEST', /lockAfterMinutes/],
  ['GET /api/v1/subjects', '?look=angry', undefined, 'BAD_REQUEST', /look/],
  ['GET /api/v1/subjects', '?limit=0', undefined, 'BAD_REQUEST', /limit/],
  ['GET /api/v1/subjects.csv', '?look=', undefined, 'BAD_REQUEST', /look/],
  ['GET /api/v1/subjects/:code', '/nobody', undefined, 'NOT_FOUND', /./],
  ['POST /api/v1/subjects/:code/episodes', '/AB-1/episodes', { side: 'top' }, 'BAD_REQUEST', /side/],
  ['POST /api/v1/subjects/:code/episodes', '/AB-1/episodes', { injuryDate: '2026-02-30' }, 'BAD_REQUEST', /injuryDate/],
  ['POST /api/v1/subjects/:code/episodes', '/AB-1/episodes', { openedAtMs: 9e14 }, 'BAD_REQUEST', /to come/],
  ['PATCH /api/v1/subjects/:code/episodes/:id', '/AB-1/episodes/nobody', { side: 'left' }, 'NOT_FOUND', /./],
  ['PATCH /api/v1/subjects/:code/episodes/:id', '/AB-1/episodes/x', { goalReached: 11 }, 'BAD_REQUEST', /goalReached/],
  [
    'PUT /api/v1/subjects/:code/plan',
    '/AB-1/plan',
    { sessions: [4], weeks: [6], exercises: [] },
    'WRONG_STATE',
    /open episode/,
  ],
  ['POST /api/v1/subjects/:code/reviews', '/nobody/reviews', {}, 'NOT_FOUND', /./],
  [
    'POST /api/v1/subjects/:code/scores',
    '/AB-1/scores',
    { instrument: 'hit6', total: 37 },
    'SCORE_REFUSED',
    /no answers/,
  ],
  ['POST /api/v1/subjects/:code/scores', '/AB-1/scores', { instrument: 'iq', total: 37 }, 'BAD_REQUEST', /instrument/],
  ['POST /api/v1/subjects/:code/diary', '/AB-1/diary', { day: 'today', headache: true }, 'BAD_REQUEST', /day/],
  [
    'POST /api/v1/subjects/:code/adherence',
    '/AB-1/adherence',
    { day: '2026-01-01', done: ['x'] },
    'BAD_REQUEST',
    /done/,
  ],
  ['POST /api/v1/subjects/:code/findings', '/AB-1/findings', { kind: 'diagnosis' }, 'BAD_REQUEST', /kind/],
  [
    'POST /api/v1/subjects/:code/ccft',
    '/AB-1/ccft',
    { stages: [{ pressureMmHg: 30, holds: 1, clean: true }] },
    'SCORE_REFUSED',
    /order/,
  ],
  ['DELETE /api/v1/subjects/:code/entries/:id', '/AB-1/entries/nobody', undefined, 'NOT_FOUND', /./],
  ['POST /api/v1/subjects/:code/looked', '/nobody/looked', {}, 'NOT_FOUND', /./],
  ['PUT /api/v1/retest-plan', '', { sessions: [], weeks: [0] }, 'BAD_REQUEST', /weeks/],
];

describe('nonsense over HTTP', () => {
  let server: HttpServer;
  let url: string;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const store = createMemoryStore();
    await store.open();
    await fillVisit(store, 'AB-1');
    const kit = createKit({ sources: [], store, clock, version: '9.9.9', drivers: [] });
    server = createHttpServer({
      ...{ kit, store, webRoot: tmpdir(), host: '127.0.0.1', port: 0, access: await createOpenAccess() },
      csv: repetitionsExport(store, Date.now),
      exporter: createExporter(store, Date.now),
      ...outcomeParts(store),
    });
    ({ url } = await server.listen());
    await kit.start();
    stop = async () => {
      await server.close();
      await kit.stop();
      await store.close();
    };
  });
  afterAll(() => stop());

  const live: RouteKey = 'GET /api/v1/live';
  async function ask(key: RouteKey, path: string, body?: unknown): Promise<Refusal> {
    const answer = await fetch(new URL(path, url), {
      method: partsOf(key).method,
      ...(body === undefined
        ? {}
        : {
            headers: { 'content-type': 'application/json' },
            body: typeof body === 'string' ? body : JSON.stringify(body),
          }),
    });
    return { status: answer.status, ...((await answer.json()) as Pick<Refusal, 'error'>) };
  }
  function expectHelpful({ status, error }: Refusal): void {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(error.message).toMatch(/^[A-Z]/);
    expect(error.message).not.toMatch(/\n|at .*:\d+:\d+|undefined|SQLITE|\/src\//);
    expect(error.hint).toMatch(/\.$/);
  }
  const base = (key: RouteKey): string => partsOf(key).path.split('/:')[0]!;

  it.each(ROWS)('%s%s %j: %s', async (key, rest, body, code, words) => {
    const refusal = await ask(key, `${base(key)}${rest}`, body);
    expect(refusal.error.code, refusal.error.message).toBe(code);
    expect(refusal.error.message).toMatch(words);
    expectHelpful(refusal);
  });

  it.each(ROUTE_KEYS.filter((key) => key !== live))('%s: a parameter that it does not have', async (key) => {
    const body = partsOf(key).method === 'GET' || partsOf(key).method === 'DELETE' ? undefined : {};
    const refusal = await ask(key, `${partsOf(key).path.replace(/:\w+/, 'csv')}?nonsense=1`, body);
    expect(['BAD_REQUEST', 'NOT_FOUND', 'WRONG_STATE']).toContain(refusal.error.code);
    expectHelpful(refusal);
  });

  const bodies = ROUTE_KEYS.filter((key) => ruleOf(key).body !== undefined);
  it.each(bodies)('%s: no JSON, no object, far too much, an unknown field', async (key) => {
    const path = partsOf(key).path.replace(/:\w+/, 'nobody');
    for (const body of ['{', '"text"', '[1]', 'null', JSON.stringify({ text: 'x'.repeat(20_000) }), '{"nonsense":1}']) {
      const refusal = await ask(key, path, body);
      expect(refusal.error.code, body.slice(0, 20)).toBe('BAD_REQUEST');
      expectHelpful(refusal);
    }
  });

  it('an address that is none of ours, whatever the method', async () => {
    for (const [key, path] of [
      ['GET /api/v1/status', '/api/v1/nothing'],
      ['GET /api/v1/status', '/api/v9/status'],
      ['DELETE /api/v1/logins/:id', '/api/v1/nothing'],
    ] as const) {
      const refusal = await ask(key, path);
      expect(refusal.status).toBe(404);
      expect(refusal.error.code).toBe('NOT_FOUND');
      expectHelpful(refusal);
    }
    expect((await fetch(new URL('/api/v1/status', url))).status).toBe(200);
  });

  it.each([
    ['DELETE', '/api/v1/sessions', 'GET'],
    ['DELETE', '/api/v1/status', 'GET'],
    ['PUT', '/api/v1/sessions/some-id?x=1', 'GET'],
    ['GET', '/api/v1/access/sign-in', 'POST'],
  ])('the method %s, which %s does not have', async (method, path, allowed) => {
    const answer = await fetch(new URL(path, url), { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allowed);
    const { error } = (await answer.json()) as Pick<Refusal, 'error'>;
    expect(error.code).toBe('BAD_REQUEST');
    expect(error.message).toContain(`does not take ${method}, but ${allowed}`);
    expectHelpful({ status: answer.status, error });
  });

  it('a body over the limit', async () => {
    const refusal = await ask('POST /api/v1/access/sign-in', '/api/v1/access/sign-in', { text: 'x'.repeat(20_000) });
    expect(refusal.status).toBe(413);
    expect(refusal.error.code).toBe('BAD_REQUEST');
    expectHelpful(refusal);
  });

  it.each([
    ['headers over 16 kB', `GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(17_000)}\r\n\r\n`, 431, /16 kB/],
    ['a line that is no request', 'nonsense\r\n\r\n', 400, /HTTP/],
    ['a method that does not exist', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400, /HTTP/],
  ])('%s: refused on the bare socket, with a code', async (_what, bytes, status, words) => {
    const { port, hostname } = new URL(url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.on('data', (data) => {
        text += data.toString();
      });
      socket.on('error', reject).on('close', () => resolve(text));
    });
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
    const { error } = JSON.parse(body) as Pick<Refusal, 'error'>;
    expect(error.code).toBe('BAD_REQUEST');
    expect(error.message).toMatch(words);
    expectHelpful({ status, error });
    expect((await fetch(new URL('/api/v1/status', url))).status).toBe(200);
  });
});
