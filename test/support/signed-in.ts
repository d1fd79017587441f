/** A browser's part of the access rules, for tests: a cookie jar of one cookie, and raw requests. */
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AccessView, NewAccount } from '../../src/contract/access.ts';
import type { GatewayProcess } from './gateway-process.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Code of the error; null when it is none. */
  readonly code: string | null;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly cookie?: string | null;
  /** An object goes as JSON, a text as it is. */
  readonly body?: unknown;
}

/** With headers and paths that fetch would not let through. */
export function ask(url: string, path: string, options: AskOptions = {}): Promise<Answer> {
  const { port, hostname } = new URL(url);
  const { method = 'GET', headers = {}, cookie = null, body } = options;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: hostname,
        port,
        path,
        method,
        agent: false,
        headers: {
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...(cookie === null ? {} : { cookie }),
          ...headers,
        },
      },
      (response) => {
        let received = '';
        response.on('data', (chunk: Buffer) => {
          received += chunk.toString();
        });
        response.on('end', () => {
          const found = /"code":"([A-Z_]+)"/.exec(received);
          const code = response.statusCode! >= 400 ? (found?.[1] ?? '') : null;
          resolve({ status: response.statusCode!, headers: response.headers, body: received, code });
        });
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}

const cookieOf = (answer: Answer): string => {
  const set = answer.headers['set-cookie']?.[0];
  if (answer.status !== 200 || !set) throw new Error(`not signed in: ${answer.status} ${answer.body}`);
  return set.split(';')[0]!;
};

export const PASSWORD = 'seven grey herons';

export async function firstStart(gateway: GatewayProcess, handle = 'admin'): Promise<string> {
  const body = { code: gateway.firstStartCode, handle, password: PASSWORD };
  return cookieOf(await ask(gateway.url, '/api/v1/access/first-start', { method: 'POST', body }));
}

export async function signIn(url: string, handle: string, password = PASSWORD): Promise<string> {
  return cookieOf(await ask(url, '/api/v1/access/sign-in', { method: 'POST', body: { handle, password } }));
}

/** Adds an account and signs in with it. */
export async function join(
  url: string,
  admin: string,
  account: Omit<NewAccount, 'password' | 'subjectCode'> & { readonly subjectCode?: string },
): Promise<string> {
  const body = { password: PASSWORD, ...account };
  const added = await ask(url, '/api/v1/accounts', { method: 'POST', cookie: admin, body });
  if (added.status !== 200) throw new Error(added.body);
  return signIn(url, account.handle);
}

export async function accessOf(url: string, cookie: string | null): Promise<AccessView> {
  return JSON.parse((await ask(url, '/api/v1/access', { cookie })).body) as AccessView;
}
