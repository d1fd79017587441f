import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { advertisingData, scanResponseData } from '../../../src/adapters/air/advertising-data.ts';
import { DelayLine } from '../../../src/adapters/air/delay-line.ts';
import { L2capLink } from '../../../src/adapters/air/l2cap-link.ts';
import { ModelLoop } from '../../../src/adapters/air/model-loop.ts';
import type { HostTimeUs } from '../../../src/ports/time.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('advertising payloads', () => {
  const long = 'a0e7000100004c0f9e5c3a7b6d2f1800';

  test('flags, then services, complete or not', () => {
    const reversed = Buffer.from(long, 'hex').reverse().toString('hex');
    expect(hex(advertisingData([long, '180f']))).toBe(`020106${'1107'}${reversed}${'03030f18'}`);
    expect(hex(advertisingData([long, long]))).toBe(`020106${'1106'}${reversed}`);
    expect(hex(advertisingData([]))).toBe('020106');
  });

  test('never longer than 31 bytes, whatever is asked for', () => {
    const uuid = fc.oneof(fc.constant('180f'), fc.constant(long));
    fc.assert(
      fc.property(fc.array(uuid, { maxLength: 30 }), fc.string({ unit: 'grapheme', maxLength: 60 }), (uuids, name) => {
        expect(advertisingData(uuids).length).toBeLessThanOrEqual(31);
        const response = scanResponseData(name);
        expect(response.length).toBeLessThanOrEqual(31);
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(response.subarray(2));
        expect(name.startsWith(text)).toBe(true);
        expect(response[1]).toBe(text === name ? 0x09 : 0x08);
      }),
    );
  });
});

describe('L2capLink', () => {
  test('what is sent in fragments as credit comes is put together again on the other side', () => {
    const message = fc.tuple(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 600 }));
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 10 }),
        fc.integer({ min: 27, max: 251 }),
        fc.integer({ min: 1, max: 4 }),
        (messages, fragmentBytes, credits) => {
          const received: [number, Uint8Array][] = [];
          const receiver = new L2capLink(
            42,
            27,
            1,
            () => {},
            (channel, data) => received.push([channel, data.slice()]),
          );
          let inFlight = 0;
          const sender = new L2capLink(
            42,
            fragmentBytes,
            credits,
            (packet) => {
              inFlight++;
              expect(inFlight).toBeLessThanOrEqual(credits);
              expect(packet.length).toBeLessThanOrEqual(5 + fragmentBytes);
              receiver.receive(packet);
            },
            () => {},
          );
          for (const [channel, data] of messages) sender.send(channel, data);
          while (inFlight > 0) {
            inFlight--;
            sender.completed(1);
          }
          expect(sender.queued).toBe(0);
          expect(received).toEqual(messages);
        },
      ),
    );
  });

  test('is total', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (packets) => {
        const link = new L2capLink(
          42,
          27,
          1,
          () => {},
          () => {},
        );
        for (const packet of packets) link.receive(packet);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('with a clock of our own', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('DelayLine keeps order and delivers not before time, also when the delay shrinks', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const out: number[] = [];
    const line = new DelayLine((packet) => out.push(packet[0]!));
    line.push(Uint8Array.of(1), 0);
    expect(out).toEqual([1]);
    line.push(Uint8Array.of(2), 30);
    line.push(Uint8Array.of(3), 0);
    vi.advanceTimersByTime(29);
    expect(out).toEqual([1]);
    vi.advanceTimersByTime(2);
    expect(out).toEqual([1, 2, 3]);
    line.push(Uint8Array.of(4), 30);
    line.clear();
    vi.advanceTimersByTime(100);
    expect(out).toEqual([1, 2, 3]);
  });

  test('ModelLoop loses no beat and does not drift, however late its timers are', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
    let lateUs = 0;
    const nowUs = () => Math.round(performance.now() * 1000) + lateUs;
    const clock = { nowUs: () => nowUs() as HostTimeUs, wallMs: () => 0 };
    const periodUs = 1e6 / 128;
    const beats: number[] = [];
    const startUs = nowUs();
    const loop = new ModelLoop(clock, (now) => {
      while (startUs + beats.length * periodUs <= now) beats.push(startUs + beats.length * periodUs);
      return startUs + beats.length * periodUs;
    });
    loop.start();
    vi.advanceTimersByTime(1000);
    // The process was not scheduled for 700 ms.
    lateUs = 700_000;
    vi.advanceTimersByTime(300);
    const expected = Math.floor((nowUs() - startUs) / periodUs) + 1;
    expect(Math.abs(beats.length - expected)).toBeLessThanOrEqual(1);
    loop.stop();
    const stopped = beats.length;
    vi.advanceTimersByTime(1000);
    expect(beats.length).toBe(stopped);
  });

  test('ModelLoop sleeps when the model wants nothing, until it is woken', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
    let calls = 0;
    const loop = new ModelLoop({ nowUs: () => 0 as HostTimeUs, wallMs: () => 0 }, () => {
      calls++;
      return Number.POSITIVE_INFINITY;
    });
    loop.start();
    vi.advanceTimersByTime(10_000);
    expect(calls).toBe(1);
    loop.wake();
    vi.advanceTimersByTime(10);
    expect(calls).toBe(2);
    loop.stop();
  });
});
