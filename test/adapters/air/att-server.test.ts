import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { AttServer } from '../../../src/adapters/air/att-server.ts';
import type { GattServerModel } from '../../../src/ports/gatt-server.ts';
import {
  BATTERY,
  createCountingModel,
  ECHO,
  LONG,
  LONG_BYTES,
  REFUSAL,
  REFUSING,
  SERVICE,
  STREAM,
} from '../../support/counting-model.ts';

const hex = (pdu: Uint8Array | null) => (pdu ? Buffer.from(pdu).toString('hex') : null);
const pdu = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
/** A UUID as it travels: low byte first. */
const reversed = (uuid: string) => Buffer.from(uuid, 'hex').reverse().toString('hex');
const le16 = (value: number) => Buffer.from([value & 0xff, value >> 8]).toString('hex');

/*
 * Handles of the table: 1 generic access, 2-3 name, 4-5 appearance, 6 service, 7-9 stream, 10-11 echo, 12-13 long,
 * 14-15 stop, 16-18 refusing, 19 battery service, 20-22 battery level.
 */
const H = { stream: 8, streamConfiguration: 9, echo: 11, long: 13, refusing: 17, battery: 21 };

describe('AttServer', () => {
  let model: GattServerModel;
  let server: AttServer;
  const ask = (text: string) => hex(server.handle(pdu(text), 0));

  beforeEach(() => {
    model = createCountingModel({ name: 'Band', rateHz: 100, bytes: 20 });
    server = new AttServer(model, 247);
  });

  test('agrees on the smaller MTU, never below 23, and forgets it with the link', () => {
    expect(ask('02 0001')).toBe('03f700');
    expect(server.mtu).toBe(247);
    expect(ask('02 4000')).toBe('03f700');
    expect(server.mtu).toBe(64);
    expect(ask('02 0100')).toBe('03f700');
    expect(server.mtu).toBe(23);
    ask('02 0001');
    server.reset();
    expect(server.mtu).toBe(23);
  });

  test('services come in answers of one UUID size, and end with "not found"', () => {
    expect(ask('10 0100 ffff 0028')).toBe('1106 0100 0500 0018'.replaceAll(' ', ''));
    expect(ask('10 0600 ffff 0028')).toBe(`1114${le16(6)}${le16(18)}${reversed(SERVICE)}`);
    expect(ask('10 1300 ffff 0028')).toBe(`1106${le16(19)}${le16(22)}0f18`);
    expect(ask('10 1700 ffff 0028')).toBe('01101700' + '0a');
    expect(ask('10 0100 ffff 0128')).toBe('0110010010');
    expect(ask('10 0000 ffff 0028')).toBe('0110000001');
  });

  test('characteristics carry properties, value handle and UUID', () => {
    expect(ask('08 0600 1200 0328')).toBe(`0915${le16(7)}10${le16(H.stream)}${reversed(STREAM)}`);
    expect(ask('02 0001') && ask('08 0600 1200 0328')).toBe(
      `0915${le16(7)}10${le16(H.stream)}${reversed(STREAM)}` +
        `${le16(10)}0e${le16(H.echo)}${reversed(ECHO)}${le16(12)}02${le16(H.long)}${reversed(LONG)}` +
        `${le16(14)}08${le16(15)}${reversed(`${SERVICE.slice(0, -2)}05`)}` +
        `${le16(16)}1a${le16(H.refusing)}${reversed(REFUSING)}`,
    );
    expect(ask('08 0700 0900 0229')).toBe(`0904${le16(H.streamConfiguration)}0000`);
    expect(ask('04 0900 0900')).toBe(`0501${le16(H.streamConfiguration)}0229`);
    expect(ask('04 0800 0900')).toBe(`0502${le16(H.stream)}${reversed(STREAM)}`);
  });

  test('reads: short, long in blobs of one value, refused, not permitted', () => {
    expect(ask(`0a ${le16(H.battery)}`)).toBe('0b57');
    expect(ask('0a 0300')).toBe(`0b${Buffer.from('Band').toString('hex')}`);
    const parts = [server.handle(pdu(`0a ${le16(H.long)}`), 0)!.subarray(1)];
    while (parts.at(-1)!.length === 22) {
      const offset = parts.reduce((sum, part) => sum + part.length, 0);
      parts.push(server.handle(pdu(`0c ${le16(H.long)} ${le16(offset)}`), 0)!.subarray(1));
    }
    expect(parts.flatMap((part) => [...part])).toEqual(Array.from({ length: LONG_BYTES }, (_, i) => i & 0xff));
    expect(ask(`0c ${le16(H.long)} ${le16(LONG_BYTES + 1)}`)).toBe(`010c${le16(H.long)}07`);
    expect(ask(`0a ${le16(H.refusing)}`)).toBe(`010a${le16(H.refusing)}${REFUSAL.toString(16)}`);
    expect(ask(`0a ${le16(H.stream)}`)).toBe(`010a${le16(H.stream)}02`);
    expect(ask('0a ff00')).toBe('010aff0001');
  });

  test('a long read goes through one value, though the model has a new one each time', () => {
    let reads = 0;
    const changing: GattServerModel = { ...model, read: () => new Uint8Array(60).fill(++reads) };
    server = new AttServer(changing, 23);
    const first = server.handle(pdu(`0a ${le16(H.long)}`), 0)!.subarray(1);
    const second = server.handle(pdu(`0c ${le16(H.long)} ${le16(22)}`), 0)!.subarray(1);
    expect([...new Set([...first, ...second])]).toEqual([1]);
  });

  test('writes: short, long, cancelled, refused, and without an answer', () => {
    expect(ask(`12 ${le16(H.echo)} 0102`)).toBe('13');
    expect(model.read(ECHO)).toEqual(Uint8Array.of(1, 2));
    expect(ask(`52 ${le16(H.echo)} 03`)).toBeNull();
    expect(model.read(ECHO)).toEqual(Uint8Array.of(3));
    expect(ask(`16 ${le16(H.echo)} 0000 aabb`)).toBe(`17${le16(H.echo)}0000aabb`);
    expect(ask(`16 ${le16(H.echo)} 0200 cc`)).toBe(`17${le16(H.echo)}0200cc`);
    expect(model.read(ECHO)).toEqual(Uint8Array.of(3));
    expect(ask('18 01')).toBe('19');
    expect(model.read(ECHO)).toEqual(pdu('aabbcc'));
    ask(`16 ${le16(H.echo)} 0000 dd`);
    expect(ask('18 00')).toBe('19');
    expect(model.read(ECHO)).toEqual(pdu('aabbcc'));
    ask(`16 ${le16(H.echo)} 0900 dd`);
    expect(ask('18 01')).toBe(`0118${le16(H.echo)}07`);
    expect(ask(`12 ${le16(H.refusing)} 00`)).toBe(`0112${le16(H.refusing)}${REFUSAL.toString(16)}`);
    expect(ask(`12 ${le16(H.stream)} 00`)).toBe(`0112${le16(H.stream)}03`);
    expect(ask('12 0100 00')).toBe('0112010003');
  });

  test('subscribes, notifies in the MTU, and forgets with the link', () => {
    expect(server.notification(STREAM, Uint8Array.of(1))).toBeNull();
    expect(ask(`12 ${le16(H.streamConfiguration)} 0100`)).toBe('13');
    expect(ask(`0a ${le16(H.streamConfiguration)}`)).toBe('0b0100');
    expect(hex(server.notification(STREAM, Uint8Array.of(1, 2))!.pdu)).toBe(`1b${le16(H.stream)}0102`);
    expect(server.notification(STREAM, new Uint8Array(21))).toMatchObject({ truncated: true });
    expect(server.notification(STREAM, new Uint8Array(21))!.pdu).toHaveLength(23);
    expect(server.notification(STREAM, new Uint8Array(20))).toMatchObject({ truncated: false });
    expect(server.notification(BATTERY, Uint8Array.of(1))).toBeNull();
    expect(ask(`12 ${le16(H.streamConfiguration)} 01`)).toBe(`0112${le16(H.streamConfiguration)}0d`);
    server.reset();
    expect(server.notification(STREAM, Uint8Array.of(1))).toBeNull();
  });

  test('a model that throws is an ATT error, not the end of the peripheral', () => {
    const broken = () => {
      throw new Error('broken model');
    };
    server = new AttServer({ ...model, read: broken, write: broken }, 23);
    expect(ask(`0a ${le16(H.battery)}`)).toBe(`010a${le16(H.battery)}0e`);
    expect(ask(`12 ${le16(H.echo)} 00`)).toBe(`0112${le16(H.echo)}0e`);
  });

  test('any bytes are answered within the MTU or met with silence', () => {
    const opcodes = [0x02, 0x04, 0x08, 0x0a, 0x0c, 0x0e, 0x10, 0x12, 0x16, 0x18, 0x1b, 0x1e, 0x52, 0xd2];
    const request = fc
      .tuple(fc.oneof(fc.constantFrom(...opcodes), fc.nat(255)), fc.uint8Array({ maxLength: 40 }))
      .map(([op, rest]) => Uint8Array.of(op, ...rest));
    fc.assert(
      fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
        const fresh = new AttServer(model, 64);
        for (const one of requests) {
          const answer = fresh.handle(one, 0);
          // The echo of a prepared write has its request's length, which the transport bounds.
          if (answer && answer[0] !== 0x17) expect(answer.length).toBeLessThanOrEqual(fresh.mtu);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
