import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawNotification } from '../../src/ports/sensor-source.ts';
import type { HostTimeUs } from '../../src/ports/time.ts';
import { createChunkWriter, decodeChunk } from '../../src/wire/chunk.ts';
import { crc32 } from '../../src/wire/crc32.ts';
import { fromHex, toHex } from '../support/hex.ts';
import { createGarbage } from '../support/sim-fuzz.ts';

const note = (characteristic: string, bytes: number[], arrivalUs: number): RawNotification => ({
  characteristic,
  bytes: Uint8Array.from(bytes),
  arrivalUs: arrivalUs as HostTimeUs,
});
const written = (notifications: readonly RawNotification[]): Uint8Array => {
  const writer = createChunkWriter();
  for (const notification of notifications) writer.append(notification);
  return writer.finish()!.bytes;
};

describe('CRC-32', () => {
  test('check value of the standard', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
  test('continues', () => {
    const bytes = new TextEncoder().encode('neck range of motion');
    expect(crc32(bytes.subarray(7), crc32(bytes.subarray(0, 7)))).toBe(crc32(bytes));
  });
});

describe('stored chunk', () => {
  // Made by hand from the layout in wire/chunk.ts; a changed byte here is a changed format.
  const golden = [
    '4e524331', // NRC1
    '02',
    '0432613139',
    '0161', // two names: 2a19 and a
    '04', // four notifications
    '000000000088c340', // 10000 us
    '00',
    '00',
    '02',
    '0102', // 2a19 at the first time, two bytes
    '01',
    'a09c01',
    '00', // a, 5000 us later (zigzag 10000, times 2 = 20000), no bytes
    '00',
    '02',
    '01',
    'ff', // 1 us earlier (zigzag 1, times 2)
    '00',
    '01',
    '000000000100f040',
    '00', // 65536.0625 us: not whole, so in full
  ].join('');
  const content = [
    note('2a19', [1, 2], 10000),
    note('a', [], 15000),
    note('2a19', [255], 14999),
    note('2a19', [], 65536.0625),
  ];

  test('golden vector, both ways', () => {
    expect(toHex(written(content))).toBe(golden);
    expect(decodeChunk(fromHex(golden))).toEqual({ ok: true, notifications: content });
  });

  test('whatever is written comes back, times bit for bit', () => {
    const notification = fc.record({
      characteristic: fc.constantFrom('2a19', 'a3f500027c1e4b5a9d626e65636b726d', 'x'),
      bytes: fc.uint8Array({ maxLength: 300 }),
      arrivalUs: fc.oneof(
        fc.nat(2 ** 31 - 1),
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ) as fc.Arbitrary<HostTimeUs>,
    });
    fc.assert(
      fc.property(fc.array(notification, { minLength: 1, maxLength: 40 }), (notifications) => {
        const decoded = decodeChunk(written(notifications));
        expect(decoded.ok).toBe(true);
        if (!decoded.ok) return;
        expect(decoded.notifications.map((n) => ({ ...n, bytes: [...n.bytes] }))).toEqual(
          notifications.map((n) => ({ ...n, bytes: [...n.bytes], arrivalUs: n.arrivalUs + 0 })),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('minus zero is zero, whatever came before it', () => {
    const decoded = decodeChunk(written([note('a', [1], 0.5), note('a', [2], -0)]));
    expect(decoded.ok && decoded.notifications.map((n) => n.arrivalUs)).toEqual([0.5, 0]);
  });

  test('the writer starts afresh after each chunk and tells its own figures', () => {
    const writer = createChunkWriter();
    expect(writer.finish()).toBeNull();
    writer.append(note('a', [1], 5));
    writer.append(note('a', [2], 9));
    expect([writer.count, writer.firstArrivalUs, writer.lastArrivalUs]).toEqual([2, 5, 9]);
    const first = writer.finish()!;
    expect(first).toMatchObject({ notifications: 2, firstArrivalUs: 5, lastArrivalUs: 9, crc32: crc32(first.bytes) });
    writer.append(note('b', [3], 20));
    expect(decodeChunk(writer.finish()!.bytes)).toEqual({ ok: true, notifications: [note('b', [3], 20)] });
    expect(() => writer.append(note('a', [], Number.NaN))).toThrow(RangeError);
  });

  test('a second of 100 Hz packets costs about five bytes each beside the packet', () => {
    const second = Array.from({ length: 100 }, (_, i) =>
      note('a3f500027c1e4b5a9d626e65636b726d', new Array(20).fill(i), 1e12 + 10000 * i + ((37 * i) % 900)),
    );
    const perPacket = (written(second).length - 20 * 100) / 100;
    expect(perPacket).toBeLessThan(5.5);
  });

  test('every truncation has a reason', () => {
    const whole = written(content);
    for (let length = 0; length < whole.length; length++) {
      expect(decodeChunk(whole.subarray(0, length))).toEqual({ ok: false, reason: 'too-short' });
    }
    expect(decodeChunk(Uint8Array.from([...whole, 0]))).toEqual({ ok: false, reason: 'too-long' });
  });

  test('100,000 pieces of garbage: never an exception, never a time that is no number', () => {
    const { next } = createGarbage(3, [written(content), written(content.slice(0, 1)), fromHex('4e5243310001')]);
    const seen = new Set<string>();
    for (let i = 0; i < 100_000; i++) {
      const decoded = decodeChunk(next());
      seen.add(decoded.ok ? 'ok' : decoded.reason);
      if (decoded.ok) for (const n of decoded.notifications) if (!Number.isFinite(n.arrivalUs)) expect.fail('time');
    }
    expect([...seen].sort()).toEqual([
      'bad-index',
      'bad-magic',
      'bad-time',
      'bad-varint',
      'ok',
      'too-long',
      'too-short',
    ]);
  });
});
