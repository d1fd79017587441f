/** The dashboard's server: pages, records, and the live socket. Only what the policy names is served. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import { KitError } from '../../contract/errors.ts';
import { accessRoutes } from './access-routes.ts';
import { type App, createApp } from './app.ts';
import { docsRoutes } from './docs-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { isLoopback, type Served, urlHost } from './guard.ts';
import { liveRoute } from './live-route.ts';
import type { HttpServerOptions } from './options.ts';
import { outcomeRoutes } from './outcome-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { transferRoutes } from './transfer-routes.ts';

export type { HttpServerOptions, TlsFiles } from './options.ts';

export interface HttpServer {
  /** Rejects with PORT_IN_USE, BAD_FLAG or TLS_NEEDED. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  close(): Promise<void>;
}

/** What has not ended by itself so long after closing is cut, ms. */
const CLOSE_MS = 1000;

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { kit, access, host, tls = null } = options;
  let port = options.port;
  let detach = (): void => {};
  const served = (): Served => ({
    secure: tls !== null,
    port,
    names: tls?.names ?? [],
    allowedOrigins: options.allowedOrigins ?? [],
  });
  const http: App = createApp({ access, tls, served, ...(options.log ? { log: options.log } : {}) });
  const { app } = http;

  async function pages(): Promise<void> {
    const root = resolve(options.webRoot);
    if (existsSync(join(root, 'index.html'))) await app.register(fastifyStatic, { root, cacheControl: false });
    else
      app.get('/', (_request, reply) =>
        reply.type('text/plain').send('The dashboard is not built yet. Run "npm run build" and start again.\n'),
      );
  }

  /** Loopback needs nothing; the network needs encryption, a login, and somebody who can sign in. */
  async function checkReach(): Promise<void> {
    if (isLoopback(host)) return;
    if (tls === null || access.open || !(await access.hasAdministrator())) throw new KitError('TLS_NEEDED', host);
  }

  return {
    async listen() {
      await checkReach();
      await pages();
      const attach = await liveRoute(http, options, served);
      accessRoutes(http, access, served);
      recordRoutes(http, options);
      exportRoutes(http, options.exporter ?? null);
      transferRoutes(http, options.transfer ?? null);
      outcomeRoutes(http, options);
      reportRoutes(http, options);
      docsRoutes(http, kit.state.version);
      http.on('GET /api/v1/status', () => {
        const { version, serverId } = kit.state;
        return { status: 'ok', version, serverId };
      });
      const missing = http.unbound();
      if (missing.length > 0) throw new Error(`nothing answers ${missing.join(', ')}`);
      try {
        await app.listen({ host: host === '[::1]' ? '::1' : host, port });
      } catch (cause) {
        const code = (cause as { code?: unknown }).code;
        if (code === 'EADDRINUSE') throw new KitError('PORT_IN_USE', String(port), { cause });
        if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
          throw new KitError('BAD_FLAG', `--host ${host} is no address of this computer`, { cause });
        throw cause;
      }
      const address = app.server.address();
      if (address && typeof address === 'object') port = address.port;
      detach = attach();
      const name = host === '0.0.0.0' || host === '::' ? (tls?.names[0] ?? 'localhost') : host;
      return { url: `${tls ? 'https' : 'http'}://${urlHost(name)}:${port}/`, port };
    },
    async close() {
      detach();
      const late = setTimeout(() => http.cutConnections(), CLOSE_MS);
      await app.close();
      clearTimeout(late);
    },
  };
}
