/** DATABASE_URL that cannot be used: each way has its own words, and what is no address asks nobody. */
import dns from 'node:dns';
import net from 'node:net';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { placeOf } from '../../../src/adapters/store/postgres-address.ts';
import { createPostgresStore } from '../../../src/adapters/store/postgres-store.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from '../../support/postgres.ts';

const open = (url: string): Promise<unknown> => createPostgresStore({ url, access: 'beside' }).open();

describe('an address', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['a bare word', 'nonsense', /postgres:\/\//],
    ['a path', '/var/lib/neck', /postgres:\/\//],
    ['another kind', 'mysql://neck@127.0.0.1/neck', /postgres:\/\//],
    ['a socket of the client', 'socket:/tmp?db=neck', /postgres:\/\//],
    ['a web page', 'http://127.0.0.1/neck', /postgres:\/\//],
    ['a port that is none', 'postgres://neck@127.0.0.1:port/neck', /cannot be read/],
    ['no database', 'postgres://neck@127.0.0.1:5432', /names no database/],
    ['no database after the slash', 'postgres://neck@127.0.0.1/', /names no database/],
    ['two names', 'postgres://neck@127.0.0.1/one/two', /second \//],
    ['a # in the password', 'postgres://neck:1#2@127.0.0.1/neck', /%23/],
    ['half a percent sign', 'postgres://neck:%zz@127.0.0.1/neck', /cannot be read/],
    ['a parameter that is none', 'postgres://neck@127.0.0.1/neck?timeout=1', /"timeout"/],
    ['nothing but the beginning', 'postgres://', /./],
  ])('with %s is refused before anything is asked', async (_what, url, words) => {
    const lookup = vi.spyOn(dns, 'lookup');
    const connect = vi.spyOn(net.Socket.prototype, 'connect');
    await expect(open(url)).rejects.toMatchObject({ code: 'DATABASE_URL_INVALID' });
    await expect(open(url)).rejects.toThrow(words);
    expect(lookup).not.toHaveBeenCalled();
    expect(connect).not.toHaveBeenCalled();
  });

  it('is read in every form, and its words hold no password', () => {
    expect(placeOf('postgres://neck:secret@db.clinic:5433/neck')).toBe('db.clinic:5433, database neck');
    expect(placeOf('postgresql://neck@[::1]/neck?sslmode=require')).toBe('[::1], database neck');
    expect(placeOf('postgres://neck@/neck?host=/var/run/postgresql')).toBe('/var/run/postgresql, database neck');
    expect(placeOf('postgres:///neck')).toBe('this computer, database neck');
  });

  it('is read or refused whatever it is, and never repeated', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `postgres://${text}`),
          fc.webUrl(),
        ),
        (text) => {
          const secret = 'pass-w0rd';
          for (const url of [text, `postgres://neck:${secret}@${text}`]) {
            try {
              expect(placeOf(url)).not.toContain(secret);
            } catch (error) {
              expect(error).toMatchObject({ code: 'DATABASE_URL_INVALID' });
              expect((error as Error).message).not.toContain(secret);
            }
          }
        },
      ),
    );
  });

  it('where nothing listens is named, and so is one where something else does', async () => {
    await expect(open('postgres://neck:secret@127.0.0.1:1/neck')).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      detail: '127.0.0.1:1, database neck',
    });
    await expect(open('postgres://neck@/neck?host=/none')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    const other = net.createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as net.AddressInfo;
    await expect(open(`postgres://neck@127.0.0.1:${port}/neck`)).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
    });
    other.close();
  });
});

const missing = whyNoPostgres();
if (missing) process.stderr.write(`skipped: what a PostgreSQL server refuses, ${missing}\n`);

describe.skipIf(missing !== null)('a server', () => {
  let server: TestPostgres;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres({ fsync: false, passwords: true });
    url = await server.newDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("create role guarded login password 'right one'");
    await client.end();
  }, 60_000);
  afterAll(() => server?.stop());

  const as = (user: string, database?: string): string => {
    const address = new URL(url);
    const [name = '', password = ''] = user.split(':');
    address.username = name;
    address.password = password;
    if (database) address.pathname = database;
    return address.href;
  };

  it('that refuses password or user, or has no such database, is told apart', async () => {
    for (const user of ['guarded:wrong', 'guarded', 'nobody:x', 'nobody'])
      await expect(open(as(user)), user).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
    await expect(open(as('neck:neck', '/none'))).rejects.toMatchObject({ code: 'DATABASE_MISSING' });
    await expect(open(as('guarded:wrong', '/none'))).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
    await createPostgresStore({ url: as('neck:neck') }).open();
  });

  it('never has its password in what is said', async () => {
    for (const address of [as('guarded:wrong'), as('neck:wrong', '/none')]) {
      const error = (await open(address).catch((cause: unknown) => cause)) as Error;
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('wrong');
    }
  });
});
