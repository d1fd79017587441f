import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createHttpServer } from '../../../src/adapters/http/server.ts';
import { createMemoryStore } from '../../../src/adapters/store/memory-store.ts';
import { createKit } from '../../../src/gateway/kit.ts';
import type { LiveSink } from '../../../src/ports/live-sink.ts';
import type { HostTimeUs } from '../../../src/ports/time.ts';
import { createLiveFrame, decodeLiveFrame, eachLiveFrame } from '../../../src/wire/live-frame.ts';
import { createOpenAccess } from '../../support/memory-access.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of buffers that somebody still holds: what was sent and forgotten is not counted. */
function heldBytes(): number {
  collect();
  const { arrayBuffers, external } = process.memoryUsage();
  return arrayBuffers + external;
}

const clock = { nowUs: () => Math.round(performance.now() * 1000) as HostTimeUs, wallMs: () => Date.now() };

it('does not queue frames for a client that does not read, serves the others meanwhile, and ends with the newest', async () => {
  const store = createMemoryStore();
  await store.open();
  const real = createKit({ sources: [], store, clock, version: '1', drivers: [] });
  const sinks: LiveSink[] = [];
  const kit = {
    ...real,
    get state() {
      return real.state;
    },
    addSink(sink: LiveSink) {
      sinks.push(sink);
      return () => true;
    },
  };
  const server = createHttpServer({
    kit,
    store,
    webRoot: '/none',
    host: '127.0.0.1',
    port: 0,
    csv: async () => (async function* () {})(),
    access: await createOpenAccess(),
  });
  const { port } = await server.listen();
  const connect = async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/live`, { perMessageDeflate: false });
    const got: number[] = [];
    const frame = createLiveFrame();
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return;
      eachLiveFrame(data.buffer, data.byteOffset, data.byteLength, (view) => {
        if (decodeLiveFrame(view, frame)) got.push(frame.sequence);
      });
    });
    await new Promise((resolve) => socket.once('open', resolve));
    return { socket, got };
  };
  const fast = await connect();
  const slow = await connect();
  slow.socket.pause();

  const frame = createLiveFrame();
  const COUNT = 200_000;
  const before = heldBytes();
  for (let i = 0; i < COUNT; i++) {
    frame.sequence = i;
    for (const sink of sinks) sink.publish(frame);
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const grown = heldBytes() - before;
  // All of it would be 23 MB; the kernel's own buffers are not ours and hold what they hold.
  expect(grown).toBeLessThan(10e6);
  while (fast.got.at(-1) !== COUNT - 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(fast.got.length).toBeGreaterThan(COUNT / 10);

  slow.socket.resume();
  while (slow.got.at(-1) !== COUNT - 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(slow.got.length).toBeLessThan(COUNT);
  for (let i = 1; i < slow.got.length; i++) expect(slow.got[i]!).toBeGreaterThan(slow.got[i - 1]!);
  fast.socket.terminate();
  slow.socket.terminate();
  await server.close();
}, 60_000);
