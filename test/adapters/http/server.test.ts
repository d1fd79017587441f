import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { repetitionsExport } from '../../../src/adapters/export/index.ts';
import { createHttpServer, type HttpServer } from '../../../src/adapters/http/server.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import type { Access } from '../../../src/gateway/access/access-types.ts';
import { createKit, type Kit } from '../../../src/gateway/kit.ts';
import type { LiveSink } from '../../../src/ports/live-sink.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { HostTimeUs } from '../../../src/ports/time.ts';
import { createLiveFrame, decodeLiveFrame, LIVE_FRAME_BYTES } from '../../../src/wire/live-frame.ts';
import { REPETITION, RESULT } from '../../contract/session-store.ts';
import { connectLiveClient } from '../../support/live-client.ts';
import { createOpenAccess } from '../../support/memory-access.ts';

const clock = {
  nowUs: () => Math.round(performance.now() * 1000) as HostTimeUs,
  wallMs: () => Date.now(),
};

describe('the dashboard server', () => {
  let server: HttpServer;
  let store: Store;
  let kit: Kit;
  let url: string;
  let port: number;
  let folder: string;
  const sinks = new Set<LiveSink>();
  let access: Access;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'neck-web-'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>neck</title>');
    access = await createOpenAccess();
    store = createMemoryStore();
    await store.open();
    await store.createSession({ id: 's-1', subjectCode: 'AB-1', startedAtMs: 1000, softwareVersion: '0.1.0' });
    await store.createTrial({
      id: 't-1',
      sessionId: 's-1',
      kind: 'frt',
      startedAtMs: 2000,
      simulated: true,
      parameters: { method: 'm/1' },
    });
    await store.putRepetition('t-1', 0, REPETITION);
    await store.finishTrial('t-1', 'finished', 3000, RESULT);
    const real = createKit({ sources: [], store, clock, version: '9.9.9', drivers: [] });
    kit = {
      ...real,
      get state() {
        return real.state;
      },
      addSink(sink) {
        sinks.add(sink);
        return () => sinks.delete(sink);
      },
    };
    server = createHttpServer({
      kit,
      store,
      webRoot: folder,
      host: '127.0.0.1',
      port: 0,
      csv: repetitionsExport(store, Date.now),
      access,
    });
    ({ url, port } = await server.listen());
    await kit.start();
  });
  afterAll(async () => {
    await server.close();
    await kit.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** With headers that fetch would not let through. */
  function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers }, (response) => {
        let body = '';
        response.on('data', (data: Buffer) => {
          body += data.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode!, body }));
      })
        .on('error', reject)
        .end();
    });
  }
  function rawSocket(headers: Record<string, string> = {}): WebSocket {
    return new WebSocket(`ws://127.0.0.1:${port}/api/v1/live`, { headers, perMessageDeflate: false });
  }
  const opened = (socket: WebSocket): Promise<void> => new Promise((resolve) => socket.once('open', () => resolve()));

  it.each(['/%zz', '/api/v1/%', '/api/v1/sessions/%E0%A4%A'])(
    'answers the undecodable address %s with a code',
    async (path) => {
      const response = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        const call = request({ host: '127.0.0.1', port, path }, (answer) => {
          let body = '';
          answer.on('data', (chunk: Buffer) => {
            body += chunk.toString();
          });
          answer.on('end', () => resolve({ status: answer.statusCode, body }));
        });
        call.on('error', reject);
        call.end();
      });
      expect(response.status).toBe(400);
      expect(JSON.parse(response.body)).toMatchObject({ error: { code: 'BAD_REQUEST', hint: expect.any(String) } });
    },
  );

  it('serves the page and the records with strict headers', async () => {
    const page = await fetch(url);
    expect(await page.text()).toContain('neck');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const sessions = await fetch(`${url}api/v1/sessions`);
    expect(sessions.headers.get('cache-control')).toBe('no-store');
    expect(await sessions.json()).toMatchObject([
      { id: 's-1', subjectCode: 'AB-1', frtLeftDeg: 38.1, simulated: true },
    ]);
    expect(await (await fetch(`${url}api/v1/sessions/s-1`)).json()).toMatchObject({
      trialList: [{ id: 't-1', repetitions: [REPETITION], result: RESULT }],
    });
    expect(await (await fetch(`${url}api/v1/status`)).json()).toEqual({
      status: 'ok',
      version: '9.9.9',
      serverId: kit.serverId,
    });
  });

  it('gives the CSV away under a name of its own making', async () => {
    const one = await fetch(`${url}api/v1/sessions/s-1/repetitions.csv`);
    expect(one.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(one.headers.get('content-disposition')).toBe('attachment; filename="repetitions-s-1.csv"');
    expect((await one.text()).split('\r\n')).toHaveLength(3);
    expect((await (await fetch(`${url}api/v1/repetitions.csv`)).text()).split('\r\n')).toHaveLength(3);
  });

  it('answers what does not exist, and what is wrong, with a code', async () => {
    for (const path of ['api/v1/sessions/nothing', 'api/v1/sessions/nothing/repetitions.csv', 'api/v1/no', 'no.html']) {
      const response = await fetch(url + path);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({
        error: { code: 'NOT_FOUND', message: expect.any(String), hint: expect.any(String) },
      });
    }
    const post = await fetch(`${url}api/v1/sessions`, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect([400, 404]).toContain(post.status);
    expect(await post.json()).toHaveProperty('error.code');
    expect((await get('/api/v1/sessions/%ff')).status).toBe(400);
    expect((await get('/../../../etc/passwd')).body).not.toContain('root:');
    expect((await get('/..%2f..%2f..%2fetc/passwd')).body).not.toContain('root:');
  });

  it('refuses foreign host names and origins, on HTTP and on the socket', async () => {
    expect((await get('/api/v1/sessions', { host: `evil.example:${port}` })).status).toBe(403);
    expect((await get('/api/v1/sessions', { host: `127.0.0.1:${port}`, origin: 'http://evil.example' })).status).toBe(
      403,
    );
    expect((await get('/', { host: `localhost:${port}` })).status).toBe(200);
    for (const headers of [
      { host: `127.0.0.1:${port}`, origin: 'http://evil.example' },
      { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
      { host: `127.0.0.1:${port}`, origin: 'null' },
    ]) {
      const socket = rawSocket(headers);
      const outcome = await new Promise((resolve) => {
        socket.once('open', () => resolve('open'));
        socket.once('error', (error) => resolve(error.message));
      });
      expect(outcome).toMatch(/403/);
    }
  });

  it('will not be reached from another computer', async () => {
    const options = { kit, store, webRoot: folder, port: 0, csv: repetitionsExport(store, Date.now), access };
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.org'])
      await expect(createHttpServer({ ...options, host }).listen()).rejects.toMatchObject({ code: 'TLS_NEEDED' });
  });

  it('says when the port is taken', async () => {
    const second = createHttpServer({
      kit,
      store,
      webRoot: folder,
      host: '127.0.0.1',
      port,
      csv: repetitionsExport(store, Date.now),
      access,
    });
    await expect(second.listen()).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    await second.close();
  });

  it('tells what to do when the page is not built', async () => {
    const bare = createHttpServer({
      kit,
      store,
      webRoot: join(folder, 'none'),
      host: '127.0.0.1',
      port: 0,
      csv: repetitionsExport(store, Date.now),
      access,
    });
    const { url: at } = await bare.listen();
    expect(await (await fetch(at)).text()).toMatch(/npm run build/);
    await bare.close();
  });

  it('sends the state on connecting, and frames as they come', async () => {
    const client = await connectLiveClient(url);
    const state = await client.until('a state', () => true);
    expect(state.version).toBe('9.9.9');
    const seen: number[] = [];
    const out = createLiveFrame();
    const third = new Promise<void>((resolve) => {
      client.onFrame((view) => {
        expect(view.byteLength).toBe(LIVE_FRAME_BYTES);
        expect(decodeLiveFrame(view, out)).toBe(true);
        seen.push(out.sequence);
        if (seen.length === 3) resolve();
      });
    });
    const frame = createLiveFrame();
    for (let i = 0; i < 3; i++) {
      frame.sequence = i;
      for (const sink of sinks) sink.publish(frame);
    }
    await third;
    expect(seen).toEqual([0, 1, 2]);
    client.close();
  });

  it('answers commands by their id, and bad ones with a code', async () => {
    const client = await connectLiveClient(url);
    const before = clock.nowUs();
    const reply = await client.must({ type: 'clock' });
    expect(reply).toMatchObject({ ok: true, hostUs: expect.any(Number) });
    expect((reply as { hostUs: number }).hostUs).toBeGreaterThanOrEqual(before);
    expect(await client.send({ type: 'neutral' })).toMatchObject({ ok: false, code: 'NO_SENSOR' });
    expect(await client.send({ type: 'frt-event', event: 'stop' })).toMatchObject({ ok: false, code: 'WRONG_STATE' });
    expect(await client.send({ type: 'connect', id: 'radio:x' })).toMatchObject({ code: 'SENSOR_NOT_FOUND' });
    const bad = await client.send({ type: 'session-start', subjectCode: 'Anna Müller' });
    expect(bad).toMatchObject({ ok: false, code: 'BAD_REQUEST' });
    expect((bad as { message: string }).message).toMatch(/subjectCode.*not a name/);
    client.close();
  });

  it('survives anything that a client sends', async () => {
    const socket = rawSocket();
    await opened(socket);
    const replies: { id: number; ok: boolean; code?: string }[] = [];
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? null : JSON.parse(String(data));
      if (message?.type === 'reply') replies.push(message);
    });
    const texts = fc.sample(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.record({ id: fc.oneof(fc.integer(), fc.double(), fc.string()), command: fc.anything() }).map((value) => {
          try {
            return JSON.stringify(value) ?? 'null';
          } catch {
            return '[]';
          }
        }),
      ),
      { numRuns: 500, seed: 7 },
    );
    for (const text of texts) socket.send(text.slice(0, 2000));
    for (const bytes of fc.sample(fc.uint8Array({ maxLength: 200 }), { numRuns: 100, seed: 8 })) socket.send(bytes);
    socket.send(JSON.stringify({ id: 4242, command: { type: 'clock' } }));
    while (!replies.some((reply) => reply.id === 4242)) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(replies).toHaveLength(601);
    expect(replies.filter((reply) => !reply.ok).every((reply) => reply.code === 'BAD_REQUEST')).toBe(true);
    socket.terminate();
  });

  it('drops a client that sends more than a command can be, and goes on', async () => {
    const socket = rawSocket();
    await opened(socket);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(5000));
    expect(await closed).toBe(1009);
    expect((await fetch(`${url}api/v1/status`)).status).toBe(200);
  });
});
