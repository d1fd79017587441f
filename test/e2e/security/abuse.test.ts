/** What an attacker sends that no browser would: the started gateway lets nothing in and goes on serving. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { connectLiveClient } from '../../support/live-client.ts';
import { accessOf, ask, firstStart, PASSWORD, signIn } from '../../support/signed-in.ts';

describe('abuse of the started gateway', () => {
  let gateway: GatewayProcess;
  let admin: string;
  let port: number;
  beforeAll(async () => {
    gateway = await startGateway(['--no-radio'], undefined, { login: true });
    port = Number(new URL(gateway.url).port);
    admin = await firstStart(gateway);
  }, 120_000);
  afterAll(() => gateway?.stop());

  const stillServes = async (): Promise<void> => {
    expect((await ask(gateway.url, '/api/v1/status')).status).toBe(200);
    expect(await accessOf(gateway.url, admin)).toMatchObject({ status: 'signed-in' });
    expect(gateway.child.exitCode).toBeNull();
  };

  /** Sends bytes as they are; resolves with what came back until the gateway closed, or after a moment. */
  function raw(bytes: Buffer | string, waitMs = 3000): Promise<string> {
    return new Promise((resolve) => {
      let received = '';
      const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      const late = setTimeout(() => socket.destroy(), waitMs);
      socket.on('data', (data) => {
        received += data.toString('latin1');
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(late);
        resolve(received);
      });
    });
  }
  const upgrade = (cookie: string): string =>
    [
      'GET /api/v1/live HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      `Cookie: ${cookie}`,
      '',
      '',
    ].join('\r\n');

  test('10,000 wrong passwords: none gets in, everybody else is served, and the right one still works', async () => {
    const statuses = new Map<number, number>();
    let sent = 0;
    const attacker = async (): Promise<void> => {
      while (sent < 10_000) {
        const password = `wrong password ${sent++}`;
        const answer = await ask(gateway.url, '/api/v1/access/sign-in', {
          method: 'POST',
          body: { handle: 'admin', password },
        });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
    };
    const live = await connectLiveClient(gateway.url, admin);
    const attack = Promise.all(Array.from({ length: 16 }, attacker));
    let commands = 0;
    const visitor = (async () => {
      while (sent < 10_000) {
        await live.must({ type: 'clock' });
        commands++;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    await attack;
    await visitor;
    live.close();
    expect([...statuses.keys()].sort()).toEqual([401, 429]);
    // Those that were heard: five free ones, and one at each of the growing waits.
    expect(statuses.get(401)).toBeLessThan(20);
    expect(commands).toBeGreaterThan(3);
    await stillServes();
    const early = await ask(gateway.url, '/api/v1/access/sign-in', {
      method: 'POST',
      body: { handle: 'admin', password: PASSWORD },
    });
    if (early.status === 429) {
      expect(Number(early.headers['retry-after'])).toBeLessThanOrEqual(30);
      await new Promise((resolve) => setTimeout(resolve, Number(early.headers['retry-after']) * 1000));
      expect(await signIn(gateway.url, 'admin')).toMatch(/^neck-/);
    } else expect(early.status).toBe(200);
    process.stderr.write(`10,000 wrong passwords: ${JSON.stringify([...statuses])}, ${commands} commands meanwhile\n`);
  }, 240_000);

  test('a header of one megabyte is refused before it is read', async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Big: ${'a'.repeat(1 << 20)}\r\n\r\n`);
    // Closed while it is still sending: what was answered may not arrive.
    if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 431/);
    await stillServes();
  });

  test('a body of one megabyte is refused', async () => {
    const answer = await ask(gateway.url, '/api/v1/access/sign-in', {
      method: 'POST',
      body: JSON.stringify({ handle: 'a'.repeat(1 << 20) }),
    }).catch(() => ({ status: 413 }));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    await stillServes();
  });

  test.each([
    '/../../../etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
    '/....//....//etc/passwd',
    '/..\\..\\etc\\passwd',
    '/%5c..%5c..%5cetc%5cpasswd',
    '/assets/../../src/main.js',
    '/assets/..%2f..%2fsrc%2fmain.js',
    '//etc/passwd',
    '/%00',
    '/index.html%00.js',
    '/api/v1/sessions/..%2f..%2faccounts',
    '/api/v1/../v1/accounts',
    '/API/V1/accounts',
    '/api/v1/accounts/',
    '/api//v1/accounts',
    '/api/v1/accounts;x',
    '/api/v1/%61ccounts',
  ])('the path %s leads nowhere', async (path) => {
    const answer = await ask(gateway.url, path);
    expect(answer.status).not.toBe(200);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body).not.toMatch(/root:|passwordHash|process\.exit/);
  });

  test.each([
    ['half an object', '{"handle":'],
    ['a list', '[]'],
    ['a number', '1'],
    ['nothing', ''],
    ['deep nesting', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['a prototype', '{"__proto__":{"role":"admin"},"handle":"admin","password":"x"}'],
    ['a constructor', '{"constructor":{"prototype":{}},"handle":"admin","password":"x"}'],
    ['wrong types', '{"handle":{"$ne":null},"password":["x"]}'],
    ['a broken escape', '{"handle":"\\u12","password":"x"}'],
  ])('a body of %s is answered with a code', async (_what, body) => {
    const answer = await ask(gateway.url, '/api/v1/access/sign-in', { method: 'POST', body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.code).not.toBe('');
    await stillServes();
  });

  test.each([
    ['a reserved opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    ['an unmasked frame', Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
    ['reserved bits', Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
    ['a length of 2^63', Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
    ['a length of 100 MB', Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x06, 0, 0, 0, 1, 2, 3, 4])],
    ['a continuation of nothing', Buffer.from([0x80, 0x80, 0, 0, 0, 0])],
    ['a fragmented ping', Buffer.from([0x09, 0x80, 0, 0, 0, 0])],
    ['a ping that is too long', Buffer.concat([Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]), Buffer.alloc(256)])],
    ['text that is no UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe])],
    ['a close code that is none', Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x00, 0x01])],
    ['garbage', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 89 + 7) & 255))],
  ])('a socket that sends %s is closed, and the gateway goes on', async (_what, frame) => {
    const answer = await raw(Buffer.concat([Buffer.from(upgrade(admin)), frame]));
    expect(answer).toMatch(/^HTTP\/1\.1 101/);
    await stillServes();
  });

  test('a message in a thousand fragments, and one that never ends, are bounded', async () => {
    const piece = (opcode: number, fin: boolean): Buffer =>
      Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | 100, 0, 0, 0, 0]), Buffer.alloc(100, 0x20)]);
    const many = [piece(1, false), ...Array.from({ length: 1000 }, () => piece(0, false)), piece(0, true)];
    const answer = await raw(Buffer.concat([Buffer.from(upgrade(admin)), ...many]));
    // 1009: too large.
    expect(Buffer.from(answer, 'latin1').includes(Buffer.from([0x03, 0xf1]))).toBe(true);
    await stillServes();
  });

  test('two hundred sockets of one session: the oldest give way, the gateway goes on', async () => {
    const sockets = Array.from(
      { length: 200 },
      () => new WebSocket(`${gateway.url.replace('http', 'ws')}api/v1/live`, { headers: { cookie: admin } }),
    );
    await Promise.all(sockets.map((one) => new Promise((resolve) => one.once('open', resolve).once('error', resolve))));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(sockets.filter((one) => one.readyState === WebSocket.OPEN).length).toBeLessThanOrEqual(12);
    for (const one of sockets) one.terminate();
    await stillServes();
  });

  test('requests that are none', async () => {
    for (const bytes of [
      '\0\0\0\0',
      'GET\r\n\r\n',
      'BREW / HTCPCP/1.0\r\n\r\n',
      `GET / HTTP/1.1\r\n\r\n`,
      '\x16\x03\x01\x02\x00\x01',
    ])
      expect(await raw(bytes)).not.toMatch(/^HTTP\/1\.1 2/);
    const smuggled = await raw(
      `POST /api/v1/access/sign-in HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/accounts HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
    );
    expect(smuggled).toMatch(/^HTTP\/1\.1 400/);
    expect(smuggled).not.toMatch(/HTTP\/1\.1 200/);
    await stillServes();
  });
});
