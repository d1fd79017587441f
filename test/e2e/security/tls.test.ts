/** TLS by the command line: refused before it is set up, served after it, with strict cookies and the browser's trust in the own authority. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'dist', 'src', 'main.js');
const PASSWORD = 'seven grey herons';

describe('TLS', () => {
  let folder: string;
  let gateway: GatewayProcess | undefined;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'neck-tls-'));
  });
  afterAll(async () => {
    await gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const cli = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--data', folder], {
      encoding: 'utf8',
      timeout: 60_000,
      input: PASSWORD,
    });
    return { status, out: stdout, err: stderr };
  };
  const serve = (...args: string[]) => cli('serve', '--no-radio', '--no-open', '--port', '0', ...args);

  test('other computers are served with TLS and an administrator only, and never without a login', () => {
    expect(serve('--host', '0.0.0.0').err).toMatch(/^TLS_NEEDED: /);
    expect(cli('tls', 'show').err).toMatch(/^TLS_BAD_FILE: /);
    const facts = JSON.parse(cli('tls', 'setup', '--name', 'neck.test', '--json').out) as { names: string[] };
    expect(facts.names).toContain('neck.test');
    expect(cli('tls', 'show').out).toMatch(/Fingerprint\s+([0-9A-F]{2}:){31}[0-9A-F]{2}/);
    expect(serve('--host', '0.0.0.0').err).toMatch(/^TLS_NEEDED: /);
    expect(cli('users', 'add', '--login', 'admin', '--role', 'admin', '--password-stdin').err).toBe('');
    expect(serve('--host', '0.0.0.0', '--no-login').err).toMatch(/^TLS_NEEDED: /);
    expect(serve('--host', '0.0.0.0', '--demo').err).toMatch(/^TLS_NEEDED: /);
  }, 120_000);

  test('then over HTTPS and WSS, under the names of the certificate', async () => {
    gateway = await startGateway(['--no-radio', '--host', '0.0.0.0'], folder, { login: true });
    const ca = readFileSync(join(folder, 'tls', 'ca.crt'), 'utf8');
    const port = Number(new URL(gateway.url).port);
    expect(gateway.url).toBe(`https://neck.test:${port}/`);
    const ask = (path: string, host: string, body?: object) =>
      new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
        const headers = { host: `${host}:${port}`, ...(body ? { 'content-type': 'application/json' } : {}) };
        const call = request(
          {
            host: '127.0.0.1',
            servername: 'neck.test',
            port,
            path,
            ca,
            headers,
            method: body ? 'POST' : 'GET',
            agent: false,
          },
          (response) => {
            response.resume();
            resolve({ status: response.statusCode!, headers: response.headers });
          },
        );
        call.on('error', reject);
        call.end(body && JSON.stringify(body));
      });
    expect((await ask('/api/v1/status', 'evil.example')).status).toBe(403);
    const named = await ask('/api/v1/access/sign-in', 'neck.test', { handle: 'admin', password: PASSWORD });
    expect(named.status).toBe(200);
    expect(named.headers['strict-transport-security']).toMatch(/max-age=31536000/);
    const cookie = named.headers['set-cookie']![0]!;
    expect(cookie).toMatch(/^__Host-neck-\d+=/);
    expect(cookie).toMatch(/; Secure/);
    expect(cookie).toMatch(/Path=\//);
    const open = (headers: Record<string, string>) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`wss://127.0.0.1:${port}/api/v1/live`, { ca, headers });
        socket.once('open', () => resolve('open')).once('error', (error) => resolve(error.message));
        setTimeout(() => socket.terminate(), 5000).unref();
      });
    const session = cookie.split(';')[0]!;
    expect(await open({ cookie: session, origin: `https://neck.test:${port}`, host: `neck.test:${port}` })).toBe(
      'open',
    );
    expect(await open({ cookie: session, origin: `http://neck.test:${port}`, host: `neck.test:${port}` })).toMatch(
      /403/,
    );
    expect(await open({ host: `neck.test:${port}` })).toMatch(/401/);
  }, 120_000);
});
