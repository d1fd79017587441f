/**
 * Every route and every command of the started gateway, asked by everybody who may not: without a session, with an
 * ended one, in the wrong role, from a foreign page, under a foreign name. The list is the policy's own, so that a new
 * line of it is tested by being there.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ROLES, type Role } from '../../../src/contract/access.ts';
import { commandSchema } from '../../../src/contract/commands.ts';
import { allows, COMMAND_RULES } from '../../../src/contract/policy.ts';
import { partsOf, ROUTE_KEYS, type RouteKey, ruleOf } from '../../../src/contract/routes.ts';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { connectLiveClient, type LiveClient } from '../../support/live-client.ts';
import { type Answer, accessOf, ask, firstStart, join, PASSWORD, signIn } from '../../support/signed-in.ts';

const LIVE: RouteKey = 'GET /api/v1/live';
const pathOf = (key: RouteKey): string => partsOf(key).path.replace(/:\w+/g, 'none');
const closed = ROUTE_KEYS.filter((key) => ruleOf(key).who !== 'anyone');

describe('every route and command', () => {
  let gateway: GatewayProcess;
  let admin: string;
  const cookies = new Map<Role, string>();

  beforeAll(async () => {
    gateway = await startGateway(['--no-radio'], undefined, { login: true });
    admin = await firstStart(gateway);
    cookies.set('admin', admin);
    for (const role of ['clinician', 'reviewer'] as const)
      cookies.set(role, await join(gateway.url, admin, { handle: `${role}-1`, role }));
    cookies.set('home', await join(gateway.url, admin, { handle: 'home-1', role: 'home', subjectCode: 'AB-1' }));
  }, 120_000);
  afterAll(() => gateway?.stop());

  const call = (key: RouteKey, cookie: string | null, headers: Record<string, string> = {}): Promise<Answer> => {
    const { method } = partsOf(key);
    const upgrade =
      key === LIVE
        ? {
            connection: 'upgrade',
            upgrade: 'websocket',
            'sec-websocket-version': '13',
            'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
          }
        : {};
    return ask(gateway.url, pathOf(key), {
      method,
      cookie,
      headers: { ...upgrade, ...headers },
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
    });
  };
  function socket(cookie: string | null, headers: Record<string, string> = {}): Promise<string> {
    const to = `${gateway.url.replace('http', 'ws')}api/v1/live`;
    const one = new WebSocket(to, { headers: { ...(cookie === null ? {} : { cookie }), ...headers } });
    return new Promise((resolve) => {
      one.once('open', () => resolve('open'));
      one.once('error', (error) => resolve(error.message));
    }).then((outcome) => {
      one.terminate();
      return String(outcome);
    });
  }

  test.each(closed)('%s: nobody without a session, and nobody with a made-up one', async (key) => {
    for (const cookie of [null, `${admin.split('=')[0]}=made-up`, `${admin}x`, `other=${admin.split('=')[1]}`]) {
      const answer = await call(key, cookie);
      expect(answer.code, `${cookie}`).toBe('NOT_SIGNED_IN');
      expect(answer.status).toBe(401);
    }
  });

  test.each(closed)('%s: no role that its line does not name', async (key) => {
    for (const role of ROLES) {
      if (allows(ruleOf(key).who, role)) continue;
      expect(await call(key, cookies.get(role)!), role).toMatchObject({ status: 403, code: 'NOT_ALLOWED' });
    }
  });

  test('a method that an address lacks is told to those who may use the address, and to nobody else', async () => {
    const wrong = (cookie: string | null) => ask(gateway.url, '/api/v1/accounts', { method: 'DELETE', cookie });
    expect(await wrong(admin)).toMatchObject({ status: 405, code: 'BAD_REQUEST' });
    for (const cookie of [null, `${admin}x`, cookies.get('reviewer')!])
      expect(await wrong(cookie)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  test.each(ROUTE_KEYS)('%s: no foreign page and no foreign name, whoever is signed in', async (key) => {
    const { port } = new URL(gateway.url);
    for (const headers of [
      { host: `evil.example:${port}` },
      { host: 'localhost' },
      { origin: 'http://evil.example' },
      { origin: `http://evil.example:${port}` },
      { origin: `http://127.0.0.1:${Number(port) + 1}` },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect(await call(key, admin, headers), JSON.stringify(headers)).toMatchObject({
        status: 403,
        code: 'FORBIDDEN_HOST',
      });
  });

  test('the socket opens for a session under its own name, and for nothing else', async () => {
    expect(await socket(admin)).toBe('open');
    expect(await socket(null)).toMatch(/401/);
    expect(await socket(`${admin}x`)).toMatch(/401/);
    expect(await socket(admin, { origin: 'http://evil.example' })).toMatch(/403/);
    expect(await socket(admin, { host: 'evil.example' })).toMatch(/403/);
  });

  test('a session that was signed out is over everywhere, its token replayed or its socket open', async () => {
    const cookie = await signIn(gateway.url, 'clinician-1');
    const live = new WebSocket(`${gateway.url.replace('http', 'ws')}api/v1/live`, { headers: { cookie } });
    await new Promise((resolve) => live.once('open', resolve));
    const ended = new Promise<number>((resolve) => live.once('close', resolve));
    expect((await ask(gateway.url, '/api/v1/access/sign-out', { method: 'POST', cookie, body: {} })).status).toBe(200);
    expect(await ended).toBe(4401);
    for (const key of closed) expect((await call(key, cookie)).code, key).toBe('NOT_SIGNED_IN');
    expect(await socket(cookie)).toMatch(/401/);
  });

  test('a locked session reads nothing, commands nothing, and is opened by its password only', async () => {
    const cookie = await signIn(gateway.url, 'clinician-1');
    const live = new WebSocket(`${gateway.url.replace('http', 'ws')}api/v1/live`, { headers: { cookie } });
    await new Promise((resolve) => live.once('open', resolve));
    const ended = new Promise<number>((resolve) => live.once('close', resolve));
    await ask(gateway.url, '/api/v1/access/lock', { method: 'POST', cookie, body: {} });
    expect(await ended).toBe(4423);
    for (const key of closed.filter((each) => !ruleOf(each).whileLocked))
      expect((await call(key, cookie)).code, key).toBe('PAGE_LOCKED');
    expect(await socket(cookie)).toMatch(/423/);
    const unlock = (password: string) =>
      ask(gateway.url, '/api/v1/access/unlock', { method: 'POST', cookie, body: { password } });
    expect((await unlock('wrong')).code).toBe('SIGN_IN_REFUSED');
    expect((await unlock(PASSWORD)).status).toBe(200);
    expect(await accessOf(gateway.url, cookie)).toMatchObject({ status: 'signed-in', handle: 'clinician-1' });
  });

  describe('on the socket', () => {
    const clients = new Map<Role, LiveClient>();
    beforeAll(async () => {
      for (const role of ROLES) clients.set(role, await connectLiveClient(gateway.url, cookies.get(role)!));
    });
    afterAll(() => {
      for (const client of clients.values()) client.close();
    });
    /** The least that the command's own schema takes. */
    const SAMPLES: Readonly<Record<string, object>> = {
      scan: { on: false },
      connect: { id: 'simulator:none' },
      disconnect: { index: 0 },
      identify: { index: 0 },
      'session-start': { subjectCode: 'ZZ-9' },
      'frt-event': { event: 'stop' },
    };

    test.each(commandSchema.options.map((option) => option.shape.type.value))(
      '%s: no role that its line does not name',
      async (type) => {
        const rule = COMMAND_RULES[type];
        for (const role of ROLES.filter((each) => !allows(rule.who, each))) {
          const reply = await clients.get(role)!.send({ type, ...SAMPLES[type] });
          expect(reply, role).toMatchObject({ ok: false });
          // A command that needs more than its sample is refused as it stands; none is carried out.
          expect(['NOT_ALLOWED', 'BAD_REQUEST'], role).toContain(reply.ok ? '' : reply.code);
        }
      },
    );

    test("a home account reaches its own subject and nobody else's", async () => {
      const clinic = clients.get('clinician')!;
      const home = clients.get('home')!;
      expect(await home.send({ type: 'session-start', subjectCode: 'CD-2' })).toMatchObject({ code: 'NOT_ALLOWED' });
      await clinic.must({ type: 'session-start', subjectCode: 'CD-2' });
      const { recording } = await clinic.until('the visit', (state) => state.recording !== null);
      // Whatever the home page was sent meanwhile, the other's code is not in it.
      expect(JSON.stringify(home.state)).not.toContain('CD-2');
      for (const type of ['session-end', 'align-start', 'neutral', 'scan'] as const)
        expect(await home.send({ type, ...SAMPLES[type] })).toMatchObject({ code: 'NOT_ALLOWED' });
      const at = `/api/v1/sessions/${recording!.sessionId}`;
      const cookie = cookies.get('home')!;
      expect(await ask(gateway.url, at, { cookie })).toMatchObject({ status: 404 });
      expect(await ask(gateway.url, `${at}/repetitions.csv`, { cookie })).toMatchObject({ status: 404 });
      expect((await ask(gateway.url, '/api/v1/sessions', { cookie })).body).toBe('[]');
      await clinic.must({ type: 'session-end' });

      await home.must({ type: 'session-start', subjectCode: 'AB-1' });
      expect((await home.until('the own visit', (state) => state.recording !== null)).recording?.subjectCode).toBe(
        'AB-1',
      );
      await home.must({ type: 'session-end' });
      const own = (await ask(gateway.url, '/api/v1/sessions', { cookie })).body;
      expect(own).toContain('AB-1');
      expect(own).not.toContain('CD-2');
    });

    test('an account that is disabled loses its open socket at once', async () => {
      const cookie = await join(gateway.url, admin, { handle: 'brief', role: 'clinician' });
      const live = new WebSocket(`${gateway.url.replace('http', 'ws')}api/v1/live`, { headers: { cookie } });
      await new Promise((resolve) => live.once('open', resolve));
      const ended = new Promise<number>((resolve) => live.once('close', resolve));
      const accounts = JSON.parse((await ask(gateway.url, '/api/v1/accounts', { cookie: admin })).body) as {
        id: string;
        handle: string;
      }[];
      const { id } = accounts.find((account) => account.handle === 'brief')!;
      await ask(gateway.url, `/api/v1/accounts/${id}`, { method: 'PATCH', cookie: admin, body: { disabled: true } });
      expect(await ended).toBe(4401);
    });
  });

  test('the cookie is of no use to scripts, other pages, or the next start of the browser', async () => {
    const answer = await ask(gateway.url, '/api/v1/access/sign-in', {
      method: 'POST',
      body: { handle: 'reviewer-1', password: PASSWORD },
    });
    const set = answer.headers['set-cookie']![0]!;
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    expect(set).not.toMatch(/Expires|Max-Age|Domain/i);
    expect(answer.body).not.toContain(set.split('=')[1]!.split(';')[0]);
  });

  test('everything left its row in an audit whose chain holds', async () => {
    const check = JSON.parse((await ask(gateway.url, '/api/v1/audit/check', { cookie: admin })).body) as object;
    expect(check).toMatchObject({ brokenAt: null });
    const { rows } = JSON.parse((await ask(gateway.url, '/api/v1/audit?limit=200', { cookie: admin })).body) as {
      rows: { action: string }[];
    };
    const actions = new Set(rows.map((row) => row.action));
    for (const action of [
      'account.create',
      'account.change',
      'login.create',
      'login.sign-out',
      'login.lock',
      'login.unlock',
      'password.refuse',
      'session.create',
      'session.end',
    ])
      expect(actions).toContain(action);
    expect(JSON.stringify(rows)).not.toMatch(/AB-1|CD-2/);
  });
});
