/** Bytes as people have them, to samples; and everything that is not bytes, to a reason. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfHex, type DecodeRequest, decodeBytes, uuidsOfText } from '../../src/devices/decode-bytes.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { HeadbandCharacteristic } from '../../src/wire/headband-profile.ts';

/** packets.md: version 1, inertial at 100 Hz; 1 sample; counter 0x0201; tick 0x00010000; gyro 2048, acc z 512. */
const PACKET = '1a 01 0102 00000100 0008 0000 0000 0000 0000 0002';
const MOTION = 'a3f50002-7c1e-4b5a-9d62-6e65636b726d';
const ask = (change: Partial<DecodeRequest> = {}) =>
  decodeBytes(DRIVERS, { device: 'headband-1', characteristics: [MOTION], hex: [PACKET], ...change });

describe('what the bytes hold', () => {
  test('a Motion packet: tick and counter as the device counts, SI units, absent things null', () => {
    expect(ask()).toEqual({
      status: 'ok',
      samples: [
        {
          tickUs: 65536,
          counter: 513,
          quaternion: null,
          eulerDeg: null,
          accMps2: [0, 0, 1],
          gyrRadps: [1, 0, 0],
          flags: [],
        },
      ],
      battery: null,
    });
  });
  test('several notifications in order, flags by name', () => {
    const outcome = ask({ hex: [PACKET, '1a 01 0402 30750100 0008 0000 0000 0000 0000 0002'] });
    expect(outcome).toMatchObject({ status: 'ok', samples: [{ flags: [] }, { counter: 516, flags: ['gap'] }] });
  });
  test('a battery level, in percent', () => {
    expect(ask({ characteristics: ['0x2A19'], hex: ['57'] })).toEqual({ status: 'ok', samples: [], battery: 87 });
  });
  test('one characteristic for each notification', () => {
    expect(ask({ characteristics: [MOTION, '2a19'], hex: [PACKET, '08'] })).toMatchObject({
      status: 'ok',
      samples: [{ counter: 513 }],
      battery: 8,
    });
  });
  test.each([MOTION, MOTION.toUpperCase(), MOTION.replaceAll('-', ''), `{${MOTION}}`, 'a3f50002', '0002', '0x0002'])(
    'the characteristic as %s',
    (text) => expect(ask({ characteristics: [text] }).status).toBe('ok'),
  );
  test('the driver by the first part of its id', () => expect(ask({ device: 'Headband' }).status).toBe('ok'));
});

describe('what they do not', () => {
  test.each([
    ['unknown-device', { device: 'toaster' }],
    ['unknown-device', { device: '' }],
    ['unknown-characteristic', { characteristics: ['2a37'] }],
    ['bad-characteristic', { characteristics: ['motion'] }],
    ['bad-characteristic', { characteristics: [] }],
    ['bad-hex', { hex: ['1a0'] }],
    ['bad-hex', { hex: ['1a0g'] }],
    ['no-bytes', { hex: [] }],
    ['too-short', { hex: [''] }],
    ['too-short', { hex: [PACKET.slice(0, -2)] }],
    ['too-long', { hex: [`${PACKET}00`] }],
    ['bad-version', { hex: [`2a${PACKET.slice(2)}`] }],
    ['not-motion', { characteristics: [HeadbandCharacteristic.status], hex: ['0100'] }],
  ] as const)('%s for %o', (status, change) => {
    const outcome = ask(change);
    expect(outcome).toEqual({ status, reason: expect.stringMatching(/\w/) });
  });
  test('a damaged notification among good ones is named', () => {
    expect(ask({ hex: [PACKET, 'ff'] })).toMatchObject({ status: 'too-short', reason: expect.stringContaining('2') });
  });
});

test('any text gives an outcome of known shape, for every driver', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{0,80}$/));
  fc.assert(
    fc.property(
      fc.constantFrom(...DRIVERS),
      fc.oneof(text, fc.constantFrom(MOTION, '2a19')),
      fc.array(text, { maxLength: 4 }),
      fc.option(fc.double(), { nil: undefined }),
      (driver, characteristic, hex, mode) => {
        const at = mode === undefined ? {} : { mode };
        const outcome = decodeBytes(DRIVERS, { device: driver.id, characteristics: [characteristic], hex, ...at });
        expect(outcome.status).not.toBe('internal');
        expect(outcome.status === 'ok' ? Array.isArray(outcome.samples) : outcome.reason.length > 0).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test('hex in its usual dresses', () => {
  for (const dress of ['0a0B', '0a 0b', '0A:0B', '0x0a 0x0b', '0a-0b'])
    expect(bytesOfHex(dress)).toEqual(Uint8Array.of(10, 11));
});
test('the first 32 bits name a characteristic of every device, as a log prints them', () => {
  for (const [device, short] of [
    ['movella-dot', '15172004'],
    ['capture2go', '80030003'],
    ['metamotion', '326a9006'],
    ['witmotion', '0000ffe4'],
    ['muse', '273e000a'],
    ['muse-athena', '273e0013'],
    ['thingy52', 'ef680404'],
  ] as const)
    expect(ask({ device, characteristics: [short], hex: ['00'] }).status).not.toMatch(/characteristic/);
});
test('a full Bluetooth base UUID is its short form', () => {
  expect(uuidsOfText('00002A19-0000-1000-8000-00805F9B34FB', [])).toEqual(['2a19']);
});
