/** The bare server: limits, errors in our own words, and every route under /api bound to its line of the policy. */
import type { Socket } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ERRORS, KitError } from '../../contract/errors.ts';
import { issueText } from '../../contract/issue.ts';
import { allows } from '../../contract/policy.ts';
import { partsOf, ROUTE_KEYS, ROUTES, type RouteKey, type RouteRule, ruleOf } from '../../contract/routes.ts';
import type { Access, Caller } from '../../gateway/access/access-types.ts';
import { TooManyTries } from '../../gateway/access/sign-in-guard.ts';
import { createBucket } from '../../gateway/access/throttle.ts';
import { type Log, silentLog } from '../../gateway/log.ts';
import { answerClientError } from './client-error.ts';
import { checkFetchSite, checkRequest, type Served, securityHeaders } from './guard.ts';
import { methodsAt } from './methods-at.ts';
import type { TlsFiles } from './options.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The line of the policy that the route stands on. */
    readonly key?: RouteKey;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Requests to the API at once and a second after that, of one session, or of one address without a session. */
const BURST = 400;
const PER_SECOND = 60;
/** Connections at most: more than a clinic has pages, fewer than a process has files. */
const MAX_CONNECTIONS = 512;

type BodyOf<R> = R extends { readonly body: infer B extends z.ZodType } ? z.infer<B> : undefined;
type QueryOf<R> = R extends { readonly query: infer Q extends z.ZodType } ? z.infer<Q> : undefined;

export interface Call<K extends RouteKey> {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Never null where the policy asks for a session. */
  readonly caller: Caller;
  readonly address: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: BodyOf<(typeof ROUTES)[K]>;
  readonly query: QueryOf<(typeof ROUTES)[K]>;
}

export interface AppOptions {
  readonly access: Access;
  readonly tls: TlsFiles | null;
  readonly served: () => Served;
  readonly log?: Log;
}

/** For a route that asks for no session: it may look at who is there, and must not rely on it. */
const NOBODY: Caller = {
  handle: 'nobody',
  role: 'home',
  subjectCode: '',
  accountId: null,
  loginId: null,
  locked: false,
};

/** @param status where HTTP has a more exact one than the code's own */
export function sendError(reply: FastifyReply, error: KitError, status?: number): FastifyReply {
  if (error instanceof TooManyTries) reply.header('retry-after', String(error.retryAfterS));
  const { code, message, hint } = error;
  return reply.code(status ?? ERRORS[code].status).send({ error: { code, message, hint } });
}

/** Of a route that takes no parameters: one that is given is a mistake, not ignored. */
const NO_QUERY = z.strictObject({}).transform(() => undefined);

function parse(schema: z.ZodType, value: unknown, part: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new KitError('BAD_REQUEST', issueText(parsed.error, part));
}

/** The cookie's name has the port in it: cookies do not tell ports apart, and two gateways may share a computer. */
export const cookieName = ({ secure, port }: Served): string => `${secure ? '__Host-' : ''}neck-${port}`;

export type App = ReturnType<typeof createApp>;

export function createApp({ access, tls, served, log = silentLog }: AppOptions) {
  const app = fastify({
    https: tls && { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' },
    logger: false,
    bodyLimit: 16_384,
    forceCloseConnections: true,
    // A visit from home may come over a slow line: 1 MB at 100 kbit/s. Headers have to come at once all the same.
    requestTimeout: 120_000,
    // What fastify refuses before a route is found, an address that cannot be decoded for one.
    frameworkErrors: (cause, _request, reply) => {
      sendError(reply, new KitError('BAD_REQUEST', cause.message));
    },
    clientErrorHandler: answerClientError,
  });
  app.server.headersTimeout = 30_000;
  app.server.maxConnections = MAX_CONNECTIONS;
  const bucket = createBucket(BURST, PER_SECOND);
  const bound = new Set<RouteKey>();
  app.decorateRequest('caller', null);

  app.addHook('onRoute', ({ url, config }) => {
    if (url.startsWith('/api') && config?.key === undefined) throw new Error(`${url} is not in the policy`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const names = served();
    checkRequest(request.headers.host, request.headers.origin, names);
    reply.headers(securityHeaders(request.headers.host!, names.secure, request.url.split('?')[0]));
    if (request.url.startsWith('/api/')) {
      reply.header('cache-control', 'no-store');
      // A development server passes on what the browser told it of itself.
      if (names.allowedOrigins.length === 0) checkFetchSite(request.headers['sec-fetch-site']);
    }
  });
  app.register(fastifyCookie);
  /** Who asks, counted. Throws TOO_MANY_TRIES. */
  async function callerOf({ cookies, routeOptions, ip }: FastifyRequest): Promise<Caller | null> {
    const caller = await access.authenticate(cookies[cookieName(served())] ?? null);
    // The guard of the sign-in keeps its own count: a flood of wrong passwords takes nothing from anybody else.
    const counted = routeOptions.config.key !== 'POST /api/v1/access/sign-in';
    if (counted && !bucket.take(caller?.loginId ?? ip, performance.now())) throw new TooManyTries(1000);
    return caller;
  }
  app.addHook('onRequest', async (request) => {
    const { key } = request.routeOptions.config;
    if (key === undefined) return;
    const rule = ruleOf(key);
    const caller = await callerOf(request);
    request.caller = caller;
    if (rule.who !== 'anyone' && caller === null) throw new KitError('NOT_SIGNED_IN');
    if (caller?.locked && !rule.whileLocked) throw new KitError('PAGE_LOCKED');
    if (!allows(rule.who, caller?.role ?? null)) throw new KitError('NOT_ALLOWED');
    if (caller && request.method !== 'GET' && request.method !== 'HEAD') await access.active(caller);
  });
  app.addHook('onResponse', async (request) => {
    // A refused upgrade has left Node's care of idle connections: nobody else would ever close it.
    if (request.headers.upgrade !== undefined) request.raw.socket.end();
  });
  const connections = new Set<Socket>();
  app.server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  app.setErrorHandler((cause, _request, reply) => {
    if (cause instanceof KitError) return sendError(reply, cause);
    const status = (cause as { statusCode?: unknown }).statusCode;
    if (typeof status === 'number' && status >= 400 && status < 500)
      return status === 413
        ? sendError(reply, new KitError('BAD_REQUEST', (cause as Error).message, { hint: 'Send less at once.' }), 413)
        : sendError(reply, new KitError('BAD_REQUEST', (cause as Error).message));
    log.error({ cause: String(cause) }, 'a request failed');
    return sendError(reply, new KitError('INTERNAL'));
  });
  app.setNotFoundHandler(async (request, reply) => {
    const present = methodsAt(request.url.split('?')[0]!);
    if (present.size === 0) return sendError(reply, new KitError('NOT_FOUND'));
    const caller = await callerOf(request);
    // Nobody hears of an address that they may not use.
    const methods = [...present].flatMap(([method, { who }]) =>
      who === 'anyone' || (caller && !caller.locked && allows(who, caller.role)) ? [method] : [],
    );
    if (methods.length === 0) return sendError(reply, new KitError('NOT_FOUND'));
    const detail = `this address does not take ${request.method}, but ${methods.join(', ')}`;
    const hint = 'Use a method that is named; /api/docs describes every address.';
    return sendError(reply.header('allow', methods.join(', ')), new KitError('BAD_REQUEST', detail, { hint }), 405);
  });

  /** Binds a handler to its line of the policy; its input has passed the line's schemas. */
  function on<K extends RouteKey>(key: K, handle: (call: Call<K>) => unknown): void {
    const { method, path } = partsOf(key);
    const rule: RouteRule = ROUTES[key];
    bound.add(key);
    app.route({
      method,
      url: path,
      config: { key },
      handler: async (request, reply) =>
        handle({
          request,
          reply,
          caller: request.caller ?? NOBODY,
          address: request.ip,
          params: request.params as Record<string, string>,
          body: (rule.body &&
            parse(rule.body, request.body === undefined ? {} : request.body, 'body')) as Call<K>['body'],
          query: parse(rule.query ?? NO_QUERY, request.query, 'query') as Call<K>['query'],
        }),
    });
  }

  return {
    app,
    on,
    /** For a route that is bound in another way. */
    markBound: (key: RouteKey) => bound.add(key),
    /** Lines of the policy that nothing is bound to. */
    unbound: () => ROUTE_KEYS.filter((key) => !bound.has(key)),
    cutConnections() {
      for (const socket of connections) socket.destroy();
    },
  };
}
