/**
 * Nothing leaves this computer, and the log names nobody: a whole visit through the page, every connection of the gateway
 * and its children recorded by the system (strace) and every request of the page by the browser.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { connectLiveClient } from '../support/live-client.ts';
import { ask, firstStart, PASSWORD } from '../support/signed-in.ts';
import { align, connectSimulated } from '../support/visit.ts';
import { readyVisit } from '../support/visit-ready.ts';

const noStrace = spawnSync('strace', ['-V']).error ? 'no strace found: apt-get install strace' : null;
const noChromium = whyNoChromium();
for (const reason of [noStrace, noChromium]) if (reason) process.stderr.write(`skipped: the privacy test, ${reason}\n`);

const TRACED = 'trace=connect,sendto,sendmsg,sendmmsg';
const SUBJECT = 'PRIV-7421';
const HOME = /^(127\.|::1$|::ffff:127\.)/;

interface Connection {
  readonly family: string;
  readonly to: string;
}

/** Addresses of every connect and every datagram that left, as strace writes them. */
function connectionsOf(trace: string): Connection[] {
  return [
    ...trace.matchAll(/sa_family=(AF_\w+)(?:[^}]*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"))?/g),
  ].map(([, family = '', v4, v6]) => ({ family, to: v4 ?? v6 ?? '' }));
}

describe.skipIf(noStrace !== null || noChromium !== null)('a whole visit', () => {
  let gateway: GatewayProcess;
  let folder: string;
  const asked: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'neck-trace-'));
    const trace = ['strace', '-D', '-f', '-qq', '-e', TRACED, '-o', join(folder, 'trace')];
    gateway = await startGateway(['--verbose', '--no-radio'], undefined, { login: true, under: trace });
    const cookie = await firstStart(gateway);

    const browser = await launchChromium({ webgl: false });
    const context = await browser.newContext();
    const [name, value] = cookie.split('=') as [string, string];
    await context.addCookies([{ name, value, url: gateway.url }]);
    const page = await context.newPage();
    page.on('request', (request) => asked.push(request.url()));
    page.on('websocket', (socket) => asked.push(socket.url().replace(/^ws/, 'http')));
    await page.goto(gateway.url);

    const client = await connectLiveClient(gateway.url, cookie);
    await connectSimulated(client, 'simulator');
    await align(client);
    await client.must({ type: 'session-start', subjectCode: SUBJECT });
    await readyVisit(client.must);
    await client.must({ type: 'frt-start', repetitionsPerSide: 1, practice: false });
    const state = await client.until('the result', (now) => now.frt?.phase === 'finished', 120_000);
    for (const view of ['live', 'frt', 'result', 'sessions', 'account', 'users', 'audit']) {
      await page.goto(`${gateway.url}#/${view}`);
      await page.waitForTimeout(300);
    }
    await client.must({ type: 'session-end' });
    // The ways in which a code might get into a log: a record asked for, an export, what is refused.
    const at = `/api/v1/sessions/${state.recording!.sessionId}`;
    expect((await ask(gateway.url, `${at}/repetitions.csv`, { cookie })).body).toContain(SUBJECT);
    await ask(gateway.url, `/api/v1/sessions/${SUBJECT}`, { cookie });
    await client.send({ type: 'session-start', subjectCode: `${SUBJECT} ` });
    await ask(gateway.url, '/api/v1/access/sign-in', { method: 'POST', body: { handle: SUBJECT, password: PASSWORD } });
    client.close();
    await browser.close();
    await gateway.stop();
  }, 240_000);
  afterAll(async () => {
    await gateway?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  test('the gateway and its children connected to nothing beyond this computer', () => {
    const trace = readFileSync(join(folder, 'trace'), 'utf8');
    const connections = connectionsOf(trace);
    const outside = connections.filter(({ family, to }) => /^AF_INET6?$/.test(family) && !HOME.test(to));
    process.stderr.write(
      `privacy: ${trace.split('\n').length} system calls looked at, ${connections.length} addresses\n`,
    );
    expect(trace.length).toBeGreaterThan(0);
    expect(outside).toEqual([]);
  });

  test('the same trace shows a connection, over either family', () => {
    const file = join(folder, 'proof');
    const code =
      'const c=require("net").connect(9,"127.0.0.1");c.on("error",()=>{});const d=require("net").connect(9,"::1");d.on("error",()=>{})';
    spawnSync('strace', ['-f', '-qq', '-e', TRACED, '-o', file, process.execPath, '-e', code]);
    const shown = connectionsOf(readFileSync(file, 'utf8')).map(({ to }) => to);
    expect(shown).toEqual(expect.arrayContaining(['127.0.0.1']));
    expect(connectionsOf('sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}')).toEqual([
      { family: 'AF_INET', to: '192.0.2.1' },
    ]);
    const six = 'sa_family=AF_INET6, sin6_port=htons(53), inet_pton(AF_INET6, "2001:db8::1", &a)}';
    expect(connectionsOf(six)).toEqual([{ family: 'AF_INET6', to: '2001:db8::1' }]);
  });

  test('the page asked nobody but the gateway that served it', () => {
    const { origin } = new URL(gateway.url);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((url) => !url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url))).toEqual([]);
  });

  test('the log, at its most talkative, names no subject and keeps no password', () => {
    expect(gateway.log()).not.toContain(SUBJECT);
    expect(gateway.log()).not.toContain(PASSWORD);
  });
});
