/** Signing in and out, accounts, settings and the audit. */
import type { FastifyReply } from 'fastify';
import type { AccessView } from '../../contract/access.ts';
import type { Access, Caller, SignedIn } from '../../gateway/access/access-types.ts';
import { type App, cookieName } from './app.ts';
import type { Served } from './guard.ts';

const DONE = { ok: true } as const;

export function accessRoutes({ on }: App, access: Access, served: () => Served): void {
  const cookie = () => ({ path: '/', httpOnly: true, sameSite: 'strict', secure: served().secure }) as const;
  function entered(reply: FastifyReply, { token, caller }: SignedIn): Promise<AccessView> {
    reply.setCookie(cookieName(served()), token, cookie());
    return access.view(caller);
  }
  const present = async (caller: Caller | null): Promise<AccessView> => access.view(caller);

  on('GET /api/v1/access', ({ request }) => present(request.caller));
  on('POST /api/v1/access/first-start', async ({ body, reply, address }) =>
    entered(reply, await access.firstStart(body.code, body.handle, body.password, address)),
  );
  on('POST /api/v1/access/sign-in', async ({ body, reply, address, request }) => {
    const signedIn = await access.signIn(body.handle, body.password, address);
    // The former session of this browser does not live on behind the new one.
    if (request.caller) await access.signOut(request.caller);
    return entered(reply, signedIn);
  });
  on('POST /api/v1/access/sign-out', async ({ caller, reply }) => {
    await access.signOut(caller);
    reply.clearCookie(cookieName(served()), cookie());
    return present(access.open ? caller : null);
  });
  on('POST /api/v1/access/lock', async ({ caller }) => {
    await access.lock(caller);
    return present(access.open ? caller : { ...caller, locked: true });
  });
  on('POST /api/v1/access/unlock', async ({ caller, body, address }) => {
    await access.unlock(caller, body.password, address);
    return present({ ...caller, locked: false });
  });
  on('POST /api/v1/access/active', async () => DONE);
  on('POST /api/v1/access/password', async ({ caller, body, address }) => {
    await access.changePassword(caller, body.present, body.next, address);
    return DONE;
  });

  on('GET /api/v1/accounts', () => access.accounts());
  on('POST /api/v1/accounts', ({ caller, body }) => access.addAccount(caller.accountId, body));
  on('PATCH /api/v1/accounts/:id', ({ caller, params, body }) =>
    access.changeAccount(caller.accountId, params['id']!, body),
  );
  on('GET /api/v1/logins', ({ caller }) => access.logins(caller));
  on('DELETE /api/v1/logins/:id', async ({ caller, params }) => {
    await access.endLogin(caller.accountId, params['id']!);
    return DONE;
  });
  on('GET /api/v1/access/settings', () => access.settings());
  on('PUT /api/v1/access/settings', ({ caller, body }) => access.changeSettings(caller.accountId, body));

  on('GET /api/v1/audit', async ({ query }) => {
    const rows = await access.audit(query.before ?? null, query.limit);
    const last = rows.at(-1);
    return { rows, next: rows.length === query.limit && last && last.sequence > 1 ? last.sequence : null };
  });
  on('GET /api/v1/audit/check', () => access.checkAudit());
}
