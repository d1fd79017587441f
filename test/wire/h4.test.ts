import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { H4Framer, h4PacketLength, parseH4Address } from '../../src/wire/h4.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Any well-formed HCI packet. */
const anyPacket = fc
  .tuple(
    fc.constantFrom(1, 2, 3, 4, 5),
    fc.uint8Array({ maxLength: 255 }),
    fc.uint8Array({ minLength: 2, maxLength: 2 }),
  )
  .map(([type, body, head]) => {
    switch (type) {
      case 4:
        return Uint8Array.of(type, head[0]!, body.length, ...body);
      case 2:
      case 5:
        return Uint8Array.of(type, ...head, body.length, 0, ...body);
      default:
        return Uint8Array.of(type, ...head, body.length, ...body);
    }
  });

function frame(chunks: Uint8Array[]): { packets: Uint8Array[]; intact: boolean } {
  const framer = new H4Framer();
  const packets: Uint8Array[] = [];
  const intact = chunks.map((chunk) => framer.push(chunk, (packet) => packets.push(packet))).every(Boolean);
  return { packets, intact };
}

describe('h4PacketLength', () => {
  test.each([
    ['01030c00', 4, 'HCI Reset'],
    ['02402004000000', 9, 'ACL data with 4 bytes'],
    ['040e0401030c00', 7, 'Command Complete'],
    ['03010002aabb', 6, 'SCO data'],
    ['0500000540', 10, 'ISO data: only 14 bits are length'],
    ['', 0, 'nothing yet'],
    ['02402004', 0, 'a header that is not whole'],
    ['00', -1, 'no packet type'],
    ['ff0102', -1, 'no packet type'],
  ])('%s', (hex, length) => {
    expect(h4PacketLength(bytes(hex))).toBe(length);
  });
});

describe('H4Framer', () => {
  test('gives the same packets however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 30 }), (packets, cuts) => {
        const stream = Uint8Array.from(packets.flatMap((packet) => [...packet]));
        const at = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
        const chunks = at.slice(1).map((end, i) => stream.subarray(at[i], end));
        expect(frame(chunks)).toEqual({ packets, intact: true });
      }),
    );
  });

  test('packets are copies: the stream may reuse its memory', () => {
    const chunk = bytes('040e0401030c00');
    const { packets } = frame([chunk]);
    chunk.fill(0xee);
    expect(packets).toEqual([bytes('040e0401030c00')]);
  });

  test('is total, and a stream that slipped stays closed', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 10 }), (chunks) => {
        frame(chunks);
      }),
      { numRuns: 2000 },
    );
    expect(frame([bytes('01030c0077'), bytes('01030c00')])).toEqual({ packets: [bytes('01030c00')], intact: false });
  });
});

test('parseH4Address', () => {
  expect(parseH4Address('unix:/tmp/a.sock')).toEqual({ kind: 'unix', path: '/tmp/a.sock' });
  expect(parseH4Address('/tmp/a.sock')).toEqual({ kind: 'unix', path: '/tmp/a.sock' });
  expect(parseH4Address('tcp:localhost:9000')).toEqual({ kind: 'tcp', host: 'localhost', port: 9000 });
  for (const bad of ['', 'tcp:', 'tcp:host', 'tcp:host:0', 'tcp:host:65536', 'tmp/a.sock', 'unix:a']) {
    expect(parseH4Address(bad)).toBeNull();
  }
});
