import { describe, expect, it } from 'vitest';
import { createLiveClient, FRAMES_IN_FLIGHT } from '../../../src/adapters/http/live-client.ts';
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

describe('a live client', () => {
  it('has a bounded number of frames in flight, and gives a slow client the newest of each sensor', () => {
    const socket = new SlowSocket();
    const client = createLiveClient(socket as never);
    for (let i = 1; i <= 100; i++) {
      client.frame(0, frame(i));
      client.frame(1, frame(100 + i));
    }
    expect(socket.waiting).toHaveLength(FRAMES_IN_FLIGHT);
    expect(client.inFlight).toBe(FRAMES_IN_FLIGHT);
    expect(client.skipped).toBe(200 - FRAMES_IN_FLIGHT - 2);
    for (let i = 0; i < 50; i++) socket.take();
    expect(client.inFlight).toBe(0);
    const marks = socket.sent.map((bytes) => (bytes as Uint8Array)[0]);
    const first = Array.from({ length: FRAMES_IN_FLIGHT }, (_, i) => 1 + (i >> 1) + 100 * (i % 2));
    expect(marks.slice(0, FRAMES_IN_FLIGHT)).toEqual(first);
    expect(marks.slice(FRAMES_IN_FLIGHT)).toEqual([100, 200]);
  });

  it('lets no sensor starve behind another one while the client is slow', () => {
    const socket = new SlowSocket();
    const client = createLiveClient(socket as never);
    const seen = new Map<number, number>();
    for (let i = 0; i < 60 * MAX_SENSORS; i++) {
      client.frame(i % MAX_SENSORS, frame(i % MAX_SENSORS));
      if (i % 3 === 0) socket.take();
    }
    for (const bytes of socket.sent) {
      const sensor = (bytes as Uint8Array)[0]!;
      seen.set(sensor, (seen.get(sensor) ?? 0) + 1);
    }
    expect(seen.size).toBe(MAX_SENSORS);
    expect(Math.min(...seen.values())).toBeGreaterThan(10);
  });

  it('never writes over bytes that are still in flight', () => {
    const socket = new SlowSocket();
    const client = createLiveClient(socket as never);
    for (let i = 0; i < 250; i++) {
      client.frame(0, frame(i));
      if (i % 3 === 0) socket.take(2);
    }
    while (socket.waiting.length > 0) socket.take();
    for (const bytes of socket.sent) expect(new Set(bytes as Uint8Array).size).toBe(1);
    const marks = socket.sent.map((bytes) => (bytes as Uint8Array)[0]!);
    expect(marks).toEqual([...marks].sort((a, b) => a - b));
    expect(marks.at(-1)).toBe(249);
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
    client.state('{}');
    client.reply({ type: 'reply', id: 1, ok: true });
    expect(socket.waiting).toHaveLength(0);
    expect(client.inFlight).toBe(0);
  });
});
