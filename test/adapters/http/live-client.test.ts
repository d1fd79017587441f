import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveClient, FRAMES_PER_MESSAGE, MESSAGES_IN_FLIGHT } from '../../../src/adapters/http/live-client.ts';
import { LIVE_FRAME_BYTES, MAX_SENSORS } from '../../../src/wire/live-frame.ts';

type Done = (error?: Error) => void;

/** A socket that takes bytes only when the test says so. */
class SlowSocket {
  readyState = 1;
  readonly sent: (Uint8Array | string)[] = [];
  readonly waiting: { data: Uint8Array | string; done: Done }[] = [];
  send(data: unknown, options?: unknown, done?: unknown): void {
    const callback = (typeof options === 'function' ? options : done) as Done;
    this.waiting.push({ data: data as Uint8Array | string, done: callback });
  }
  take(count = 1): void {
    for (const { data, done } of this.waiting.splice(0, count)) {
      // The bytes that leave are those at this moment: a buffer written over too early would show here.
      this.sent.push(typeof data === 'string' ? data : Uint8Array.from(data));
      done();
    }
  }
}

function frame(mark: number): Uint8Array {
  return new Uint8Array(LIVE_FRAME_BYTES).fill(mark);
}

/** First byte of every frame that left, in order. */
const marksOf = (socket: SlowSocket): number[] =>
  socket.sent.flatMap((message) => {
    const bytes = message as Uint8Array;
    return Array.from({ length: bytes.length / LIVE_FRAME_BYTES }, (_, i) => bytes[LIVE_FRAME_BYTES * i]!);
  });

describe('a live client', () => {
  it('sends what came since the last flush in one message, oldest first', () => {
    const socket = new SlowSocket();
    const client = createLiveClient(socket as never);
    for (let i = 0; i < 5; i++) client.frame(i, frame(10 + i));
    expect(socket.waiting).toHaveLength(0);
    client.flush();
    client.flush();
    expect(socket.waiting).toHaveLength(1);
    socket.take();
    expect(marksOf(socket)).toEqual([10, 11, 12, 13, 14]);
  });

  it('sends a full message before its flush, and loses nothing of a burst that the socket takes', () => {
    const socket = new SlowSocket();
    const client = createLiveClient(socket as never);
    for (let i = 0; i < FRAMES_PER_MESSAGE + 1; i++) client.frame(i % MAX_SENSORS, frame(i));
    expect(socket.waiting).toHaveLength(1);
    client.flush();
    socket.take(2);
    expect(marksOf(socket)).toEqual(Array.from({ length: FRAMES_PER_MESSAGE + 1 }, (_, i) => i));
    expect(client.skipped).toBe(0);
  });

  it('has a bounded number of messages in flight, and gives a slow client the newest of each sensor', () => {
    const socket = new SlowSocket();
    const client = createLiveClient(socket as never);
    for (let i = 1; i <= 100; i++) {
      client.frame(0, frame(i));
      client.frame(1, frame(100 + i));
      client.flush();
    }
    expect(socket.waiting).toHaveLength(MESSAGES_IN_FLIGHT);
    expect(client.inFlight).toBe(MESSAGES_IN_FLIGHT);
    expect(client.skipped).toBe(200 - 2 * MESSAGES_IN_FLIGHT - 2);
    for (let i = 0; i < 50; i++) socket.take();
    expect(client.inFlight).toBe(0);
    const first = Array.from({ length: 2 * MESSAGES_IN_FLIGHT }, (_, i) => 1 + (i >> 1) + 100 * (i % 2));
    expect(marksOf(socket)).toEqual([...first, 100, 200]);
  });

  it('lets no sensor starve behind another one while the client is slow', () => {
    const socket = new SlowSocket();
    const client = createLiveClient(socket as never);
    const seen = new Map<number, number>();
    for (let i = 0; i < 60 * MAX_SENSORS; i++) {
      client.frame(i % MAX_SENSORS, frame(i % MAX_SENSORS));
      client.flush();
      if (i % 7 === 0) socket.take();
    }
    for (const sensor of marksOf(socket)) seen.set(sensor, (seen.get(sensor) ?? 0) + 1);
    expect(seen.size).toBe(MAX_SENSORS);
    expect(Math.min(...seen.values())).toBeGreaterThan(10);
  });

  it('never writes over bytes that are in flight, and keeps the order of each sensor, whatever the socket takes', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('frame' as const), sensor: fc.nat(MAX_SENSORS - 1) }),
      fc.record({ do: fc.constant('flush' as const) }),
      fc.record({ do: fc.constant('take' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const socket = new SlowSocket();
        const client = createLiveClient(socket as never);
        const count = new Array<number>(MAX_SENSORS).fill(0);
        const bytes = new Uint8Array(LIVE_FRAME_BYTES);
        let given = 0;
        for (const now of steps) {
          if (now.do === 'frame') {
            // Sensor, then its own count, in every pair of bytes: a frame half written over would show.
            const n = ++count[now.sensor]!;
            for (let at = 0; at < bytes.length; at += 4) bytes.set([now.sensor, n & 255, n >> 8, 7], at);
            client.frame(now.sensor, bytes);
            given++;
          } else if (now.do === 'flush') client.flush();
          else socket.take();
          expect(socket.waiting.length).toBeLessThanOrEqual(MESSAGES_IN_FLIGHT);
        }
        client.flush();
        while (socket.waiting.length > 0) socket.take();
        const last = new Array<number>(MAX_SENSORS).fill(0);
        let seen = 0;
        for (const message of socket.sent as Uint8Array[]) {
          for (let at = 0; at < message.length; at += LIVE_FRAME_BYTES) {
            const one = message.subarray(at, at + LIVE_FRAME_BYTES);
            for (let i = 4; i < one.length; i++) expect(one[i]).toBe(one[i - 4]);
            const n = one[1]! + 256 * one[2]!;
            expect(n).toBeGreaterThan(last[one[0]!]!);
            last[one[0]!] = n;
            seen++;
          }
        }
        expect(last).toEqual(count);
        expect(seen + client.skipped).toBe(given);
      }),
    );
  });

  it('sends one state at a time and the newest after it', () => {
    const socket = new SlowSocket();
    const client = createLiveClient(socket as never);
    for (let i = 0; i < 50; i++) client.state(`{"n":${i}}`);
    expect(socket.waiting).toHaveLength(1);
    socket.take();
    socket.take();
    socket.take();
    expect(socket.sent).toEqual(['{"n":0}', '{"n":49}']);
  });

  it('says nothing to a socket that has closed, and keeps its buffers', () => {
    const socket = new SlowSocket();
    const client = createLiveClient(socket as never);
    socket.readyState = 3;
    for (let i = 0; i < 20; i++) client.frame(0, frame(i));
    client.flush();
    client.state('{}');
    client.reply({ type: 'reply', id: 1, ok: true });
    expect(socket.waiting).toHaveLength(0);
    expect(client.inFlight).toBe(0);
  });
});
