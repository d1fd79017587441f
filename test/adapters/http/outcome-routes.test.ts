/** The routes of the outcome over time, on a server without a login, and what a home account may see of them. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupCsv } from '../../../src/adapters/export/tables/group.ts';
import { validateCsv } from '../../../src/adapters/export/validate/validate.ts';
import { createHttpServer, type HttpServer } from '../../../src/adapters/http/server.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import { overviewSchema, subjectOutcomeSchema } from '../../../src/contract/outcome.ts';
import type { Access, Caller } from '../../../src/gateway/access/access-types.ts';
import { createKit } from '../../../src/gateway/kit.ts';
import { createOutcome } from '../../../src/gateway/outcome/outcome.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { HostTimeUs } from '../../../src/ports/time.ts';
import { createOpenAccess } from '../../support/memory-access.ts';
import { cromResult, frtResult, putVisit } from '../../support/outcome-visits.ts';
import { type Answer, ask } from '../../support/signed-in.ts';

const clock = { nowUs: () => Math.round(performance.now() * 1000) as HostTimeUs, wallMs: () => Date.now() };
const HOME: Caller = { handle: 'h', role: 'home', subjectCode: 'AB-1', accountId: 'a9', loginId: null, locked: false };

describe('the routes of the outcome', () => {
  let server: HttpServer;
  let store: Store;
  let url: string;
  let caller: Caller | null = null;

  beforeAll(async () => {
    const open = await createOpenAccess();
    const access: Access = {
      ...open,
      authenticate: async (token) => caller ?? open.authenticate(token),
      active: async () => {},
    };
    store = createMemoryStore();
    await store.open();
    const start = Date.now() - 8 * 86_400_000;
    await putVisit(store, 'AB-1', start, { frt: frtResult(28, 40), headacheNow: 0 });
    await putVisit(store, 'AB-1', start + 7 * 86_400_000, { frt: frtResult(45, 40), headacheNow: 3 });
    await putVisit(store, 'CD-2', start, { setting: 'home', crom: cromResult(60, 60) });
    const kit = createKit({ sources: [], store, clock, version: '9.9.9', drivers: [] });
    server = createHttpServer({
      ...{ kit, store, access, webRoot: tmpdir(), host: '127.0.0.1', port: 0 },
      csv: async () => (async function* () {})(),
      outcome: createOutcome({ store, wallMs: clock.wallMs, newId: randomUUID, turn: async () => {} }),
      overviewCsv: groupCsv,
    });
    ({ url } = await server.listen());
  });
  afterAll(() => server.close());

  const get = (path: string): Promise<Answer> => ask(url, `/api/v1${path}`);
  const send = (method: string, path: string, body: unknown = {}): Promise<Answer> =>
    ask(url, `/api/v1${path}`, { method, ...(method === 'DELETE' ? {} : { body }) });
  const json = (answer: Answer): unknown => JSON.parse(answer.body);

  it('give the overview, filtered, and one person, as the contract says', async () => {
    const { rows } = overviewSchema.parse(json(await get('/subjects')));
    expect(rows.map(({ subjectCode }) => subjectCode)).toEqual(['AB-1', 'CD-2']);
    const sent = overviewSchema.parse(json(await get('/subjects?look=sent')));
    expect(sent.rows.map(({ subjectCode }) => subjectCode)).toEqual(['CD-2']);
    expect((await get('/subjects?look=nonsense')).code).toBe('BAD_REQUEST');
    const first = overviewSchema.parse(json(await get('/subjects?limit=1')));
    expect(first).toMatchObject({ looked: 1, subjects: 2, next: 'AB-1' });
    const second = overviewSchema.parse(json(await get(`/subjects?limit=1&after=${first.next}`)));
    expect(second).toMatchObject({ looked: 2, next: null, rows: [{ subjectCode: 'CD-2' }] });
    const one = subjectOutcomeSchema.parse(json(await get('/subjects/AB-1')));
    expect(one.series.find(({ measure }) => measure === 'frt-left')!.verdict).toMatchObject({ verdict: 'unclear' });
    expect((await get('/subjects/ZZ-9')).status).toBe(404);
  });

  it('keep everything that can be typed in, and refuse what is not of the form', async () => {
    const at = '/subjects/AB-1';
    const episode = json(await send('POST', `${at}/episodes`, { goal: '=1+1', side: 'left', mechanism: 'fall' })) as {
      id: string;
    };
    const kept: [string, string, unknown][] = [
      ['PATCH', `/episodes/${episode.id}`, { goalReached: 3 }],
      ['PUT', '/plan', { sessions: [4], weeks: [6, 12], exercises: ['chin nod'] }],
      ['POST', '/reviews', { note: 'went on' }],
      ['POST', '/scores', { instrument: 'ndi', items: [1, 1, 1, 1, 1, 1, 1, 1, 1, null] }],
      [
        'POST',
        '/diary',
        { day: '2026-01-05', headache: true, hours: 3, peak: 6, side: 'alternating', medication: true },
      ],
      ['POST', '/adherence', { day: '2026-01-05', done: ['chin nod'] }],
      [
        'POST',
        '/findings',
        { kind: 'diagnostic-block', day: '2026-01-05', target: 'c2-3-joint', side: 'left', reliefPercent: 80 },
      ],
      ['POST', '/ccft', { stages: [{ pressureMmHg: 22, holds: 10, clean: true, nodDeg: 4.2 }] }],
      ['POST', '/looked', {}],
    ];
    for (const [method, path, body] of kept)
      expect(await send(method, at + path, body), path).toMatchObject({ status: 200 });
    const refused: [string, string, unknown][] = [
      ['POST', '/scores', { instrument: 'ndi' }],
      ['POST', '/scores', { instrument: 'ndi', total: 1, items: [1] }],
      ['POST', '/scores', { instrument: 'sf36', total: 1 }],
      ['POST', '/diary', { day: '2026-02-30', headache: true }],
      ['POST', '/diary', { day: '2026-01-05', headache: true, hours: 25 }],
      ['POST', '/findings', { kind: 'palpation', segment: 'l5', side: 'left', familiar: true }],
      ['POST', '/findings', { kind: 'diagnosis' }],
      ['PUT', '/plan', { sessions: [0], weeks: [], exercises: [] }],
      ['POST', '/ccft', { stages: [] }],
    ];
    for (const [method, path, body] of refused)
      expect(await send(method, at + path, body), path).toMatchObject({ status: 400 });
    const one = subjectOutcomeSchema.parse(json(await get(at)));
    expect(one.entries.map(({ kind }) => kind).sort()).toEqual(['ccft', 'diagnostic-block', 'ndi', 'plan-review']);
    expect(one.entries.find(({ kind }) => kind === 'ndi')).toMatchObject({ total: 10, band: 'mild' });
    const wrong = one.entries.find(({ kind }) => kind === 'ccft')!;
    expect((await send('DELETE', `${at}/entries/${wrong.id}`)).status).toBe(200);
    expect((await send('DELETE', `/subjects/CD-2/entries/${wrong.id}`)).status).toBe(404);
    expect(subjectOutcomeSchema.parse(json(await get(at))).entries.map(({ kind }) => kind)).not.toContain('ccft');
    expect((await send('PUT', '/retest-plan', { sessions: [3], weeks: [8] })).status).toBe(200);
    expect(json(await get('/retest-plan'))).toEqual({ sessions: [3], weeks: [8] });
  });

  it('give the group as CSV that its own validator takes, after its audit row', async () => {
    const answer = await get('/subjects.csv?look=any');
    expect(answer.headers['content-type']).toContain('text/csv');
    const pieces = (async function* () {
      yield Buffer.from(answer.body);
    })();
    expect((await validateCsv(pieces)).faults).toEqual([]);
    const lines = answer.body.trim().split('\r\n');
    expect(lines[0]).toMatch(/^schema_id,schema_version,subject_code,simulated/);
    expect(lines.every((line, index) => index === 0 || line.includes('CD-2'))).toBe(true);
    expect(lines).toHaveLength(4);
    expect((await store.listAudit({ limit: 1 }))[0]).toMatchObject({
      ...{ action: 'export.overview', object: null, values: { rows: 1, filter: 'any' } },
    });
  });

  it('show a home account its own subject, take its diary and scores, and nothing of the clinic', async () => {
    caller = HOME;
    expect((await get('/subjects/AB-1')).status).toBe(200);
    expect(await get('/subjects/CD-2')).toMatchObject({ status: 404 });
    expect(await get('/subjects')).toMatchObject({ status: 403 });
    expect(await get('/subjects.csv')).toMatchObject({ status: 403 });
    expect((await send('POST', '/subjects/AB-1/scores', { instrument: 'nprs', total: 4 })).status).toBe(200);
    expect((await send('POST', '/subjects/AB-1/diary', { day: '2026-01-06', headache: false })).status).toBe(200);
    expect(await send('POST', '/subjects/CD-2/diary', { day: '2026-01-06', headache: false })).toMatchObject({
      status: 404,
    });
    for (const path of ['/findings', '/ccft', '/episodes', '/reviews', '/looked'])
      expect(await send('POST', `/subjects/AB-1${path}`), path).toMatchObject({ status: 403 });
    expect(await send('PUT', '/subjects/AB-1/plan')).toMatchObject({ status: 403 });
    expect(await send('DELETE', '/subjects/AB-1/entries/none')).toMatchObject({ status: 403 });
    caller = { ...HOME, role: 'reviewer', subjectCode: null };
    expect((await get('/subjects')).status).toBe(200);
    expect(await send('POST', '/subjects/AB-1/scores', { instrument: 'nprs', total: 4 })).toMatchObject({
      status: 403,
    });
    caller = null;
  });
});
