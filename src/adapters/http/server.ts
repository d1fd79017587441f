/** The dashboard's server: pages, records, and the live socket. Loopback only. */
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { ERRORS, type ErrorCode, KitError } from '../../contract/errors.ts';
import type { Kit } from '../../gateway/kit.ts';
import { type Log, silentLog } from '../../gateway/log.ts';
import type { RepetitionRow, SessionStore } from '../../ports/session-store.ts';
import { encodeLiveFrame, LIVE_FRAME_BYTES } from '../../wire/live-frame.ts';
import { createCommandHandler } from './commands.ts';
import { checkRequest, isLoopback, securityHeaders } from './guard.ts';
import { createLiveClient, type LiveClient } from './live-client.ts';

export interface HttpServerOptions {
  readonly kit: Kit;
  readonly store: SessionStore;
  /** Folder of the built page; without it the root says what to do. */
  readonly webRoot: string;
  /** A loopback address. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Repetitions as CSV, in pieces. */
  readonly csv: (rows: AsyncIterable<RepetitionRow>) => AsyncIterable<string>;
  /** Further origins whose pages may connect, for a development server. */
  readonly allowedOrigins?: readonly string[];
  readonly log?: Log;
}

export interface HttpServer {
  /** Rejects with PORT_IN_USE or BAD_FLAG. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  close(): Promise<void>;
}

/** A connection that answers no ping for so long is dropped, ms. */
const HEARTBEAT_MS = 15_000;

/** What has not ended by itself so long after closing is cut, ms. */
const CLOSE_MS = 1000;

function sendError(reply: FastifyReply, code: ErrorCode, message: string, hint: string): FastifyReply {
  return reply.code(ERRORS[code].status).send({ error: { code, message, hint } });
}

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { kit, store, host, log = silentLog } = options;
  const app = fastify({
    logger: false,
    bodyLimit: 16_384,
    forceCloseConnections: true,
    // What fastify refuses before a route is found, an address that cannot be decoded for one.
    frameworkErrors: (cause, _request, reply) => {
      const error = new KitError('BAD_REQUEST', cause.message);
      sendError(reply, error.code, error.message, error.hint);
    },
  });
  const clients = new Set<LiveClient>();
  let port = options.port;
  let detach = (): void => {};

  app.addHook('onRequest', async (request, reply) => {
    checkRequest(request.headers.host, request.headers.origin, port, options.allowedOrigins);
    reply.headers(securityHeaders(request.headers.host!));
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request) => {
    // A refused upgrade has left Node's care of idle connections: nobody else would ever close it.
    if (request.headers.upgrade !== undefined) request.raw.socket.end();
  });
  const connections = new Set<Socket>();
  app.server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  app.setErrorHandler((cause, _request, reply) => {
    if (cause instanceof KitError) return sendError(reply, cause.code, cause.message, cause.hint);
    const status = (cause as { statusCode?: unknown }).statusCode;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      const error = new KitError('BAD_REQUEST', (cause as Error).message);
      return sendError(reply, error.code, error.message, error.hint);
    }
    log.error({ cause: String(cause) }, 'a request failed');
    return sendError(reply, 'INTERNAL', ERRORS.INTERNAL.message, ERRORS.INTERNAL.hint);
  });
  app.setNotFoundHandler((_request, reply) =>
    sendError(reply, 'NOT_FOUND', ERRORS.NOT_FOUND.message, ERRORS.NOT_FOUND.hint),
  );

  async function routes(): Promise<void> {
    await app.register(fastifyWebsocket, { options: { perMessageDeflate: false, maxPayload: 4096 } });
    const root = resolve(options.webRoot);
    if (existsSync(join(root, 'index.html'))) await app.register(fastifyStatic, { root, cacheControl: false });
    else
      app.get('/', (_request, reply) =>
        reply.type('text/plain').send('The dashboard is not built yet. Run "npm run build" and start again.\n'),
      );
    recordRoutes(app, options);
    app.get('/api/v1/status', () => {
      const { radio, sensors, recording, version, serverId } = kit.state;
      return { status: 'ok', version, serverId, radio, sensors: sensors.length, recording: recording !== null };
    });
    app.get('/api/v1/live', { websocket: true }, (socket) => {
      const client = createLiveClient(socket);
      clients.add(client);
      client.state(JSON.stringify(kit.state));
      socket.on(
        'message',
        createCommandHandler(
          kit,
          (reply) => client.reply(reply),
          (cause) => log.error({ cause: String(cause) }, 'a command failed'),
        ),
      );
      let alive = true;
      socket.on('pong', () => {
        alive = true;
      });
      const heartbeat = setInterval(() => {
        if (!alive) socket.terminate();
        alive = false;
        socket.ping();
      }, HEARTBEAT_MS);
      heartbeat.unref();
      // Over-long and malformed frames arrive here; the socket closes itself, the gateway does not.
      socket.on('error', (cause) => log.warn({ cause: cause.message }, 'a client sent what is not allowed'));
      socket.on('close', () => {
        clearInterval(heartbeat);
        clients.delete(client);
      });
    });
  }

  function attach(): void {
    const bytes = new Uint8Array(LIVE_FRAME_BYTES);
    const view = new DataView(bytes.buffer);
    const endFrames = kit.addSink({
      publish(frame) {
        if (clients.size === 0) return;
        encodeLiveFrame(view, frame);
        for (const client of clients) client.frame(frame.sensorIndex, bytes);
      },
    });
    const endStates = kit.onState((state) => {
      if (clients.size === 0) return;
      const json = JSON.stringify(state);
      for (const client of clients) client.state(json);
    });
    detach = () => {
      endFrames();
      endStates();
    };
  }

  return {
    async listen() {
      if (!isLoopback(host))
        throw new KitError(
          'BAD_FLAG',
          `host ${host}: only this computer's own address is served, there is no login yet`,
        );
      await routes();
      try {
        await app.listen({ host: host === '[::1]' ? '::1' : host, port });
      } catch (cause) {
        if ((cause as { code?: unknown }).code === 'EADDRINUSE')
          throw new KitError('PORT_IN_USE', String(port), { cause });
        throw cause;
      }
      const address = app.server.address();
      if (address && typeof address === 'object') port = address.port;
      attach();
      return { url: `http://${host === '::1' ? '[::1]' : host}:${port}/`, port };
    },
    async close() {
      detach();
      const late = setTimeout(() => {
        for (const socket of connections) socket.destroy();
      }, CLOSE_MS);
      await app.close();
      clearTimeout(late);
    },
  };

  function recordRoutes(server: FastifyInstance, { csv }: HttpServerOptions): void {
    const sendCsv = (reply: FastifyReply, name: string, sessionId: string | null): FastifyReply =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}.csv"`)
        .send(Readable.from(csv(store.repetitionRows(sessionId))));
    const detailOf = async (id: string) => {
      const detail = await store.sessionDetail(id);
      if (!detail) throw new KitError('NOT_FOUND');
      return detail;
    };
    server.get('/api/v1/sessions', () => store.listSessions());
    server.get<{ Params: { id: string } }>('/api/v1/sessions/:id', (request) => detailOf(request.params.id));
    server.get<{ Params: { id: string } }>('/api/v1/sessions/:id/repetitions.csv', async (request, reply) => {
      const { id } = await detailOf(request.params.id);
      return sendCsv(reply, `repetitions-${id.replace(/[^0-9a-zA-Z-]/g, '')}`, id);
    });
    server.get('/api/v1/repetitions.csv', (_request, reply) => sendCsv(reply, 'repetitions', null));
  }
}
