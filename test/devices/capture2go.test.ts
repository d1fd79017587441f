import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCapture2goModel, packC2gQuat } from '../../src/adapters/sim/capture2go-model.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import { capture2goDriver } from '../../src/devices/capture2go.ts';
import {
  C2G_SERVICE,
  C2gCharacteristic,
  C2gHeader,
  c2gLayout,
  decodeC2gInfo,
  decodeC2gStatus,
  encodeC2gFrame,
  encodeC2gLed,
  encodeC2gMode,
  encodeC2gRealTime,
  encodeC2gTime,
  unpackC2gQuat,
} from '../../src/devices/capture2go-profile.ts';
import { driverForAdvertisement } from '../../src/devices/registry.ts';
import { faultOf, sampleAt } from '../support/device-columns.ts';
import { fromHex, toHex } from '../support/hex.ts';
import { lacksSharedData, sharedDataFolder } from '../support/shared-data.ts';
import { createModelLink } from '../support/sim-link.ts';
import '../support/property-seed.ts';

const { rx, tx } = C2gCharacteristic;
const block = createSampleBlock();
const decoderOf = (mode?: number) => capture2goDriver.createDecoder(capture2goDriver.describeForDecode(mode));
const near = (values: readonly number[], digits = 5) => values.map((value) => expect.closeTo(value, digits));

// Written from the protocol with struct and zlib, not by this project's code: clock 1 s, quaternion (0.8, 0, 0.6, 0),
// rate (16384, -8192, 1) counts, acceleration (2048, 0, -4096) counts.
const QUAT = '0265ffd94613870200ca9a3b000000000000889cec000008000000';
/** 20 ms later: (0, 0.28, 0, 0.96), rest and magnetic disturbance. */
const QUAT_2 = '025008e79e13870200f7cb3c00000000000078afb20000f8000000';
/** No turn, and a heading of 90 deg from the magnetometer. */
const HEADING_90 = '020037cce413870200ca9a3b000000000000080080000008004000';
const QUAT_200 = '02a3fae4b013810200ca9a3b000000000000889cec000008000000';
const FULL = '0291ce907f25470200ca9a3b00000000004000e001000008000000f00100020003000000889cec000008000000';
const FULL_6D = '02224a95a51f520200ca9a3b00000000004000e001000008000000f00000889cec000008000000';
const FULL_ERRORS = {
  1: '0207fe970825470200ca9a3b00000000004000e001000008000000f00100020003000000889cec000008000001',
  2: '02bdaf9e9125470200ca9a3b00000000004000e001000008000000f00100020003000000889cec000008000002',
  4: '02880afd7825470200ca9a3b00000000004000e001000008000000f00100020003000000889cec000008000004',
  8: '02a3464b7125470200ca9a3b00000000004000e001000008000000f00100020003000000889cec000008000008',
  16: '02f5de276225470200ca9a3b00000000004000e001000008000000f00100020003000000889cec000008000010',
};
/** Eight samples: rate (100 i, 0, -i), acceleration (i, 0, 2048) counts. */
const PACKED_200 =
  '02de17b97ea3210200ca9a3b0000000000000000000064000000ffffc8000000feff2c010000fdff90010000fcfff4010000fbff58020000' +
  'faffbc020000f9ff000000000008010000000008020000000008030000000008040000000008050000000008060000000008070000000008' +
  '0700070007000700070007000700070007000700070007000700070007000700070007000700070007000700070007000000889cec000008' +
  '000000';
const PACKED_6D_100 =
  '02ad27dc3973320200ca9a3b0000000000000000000064000000ffffc8000000feff2c010000fdff90010000fcfff4010000fbff58020000' +
  'faffbc020000f9ff000000000008010000000008020000000008030000000008040000000008050000000008060000000008070000000008' +
  '0000889cec000008000003';
/** Twenty turns about z, 0.1 rad apart; the last with a processing error. */
const QUATS_50 =
  '02152e3a81e4730200ca9a3b000000000000080080000008c1900800800000082521090080000008d1b0090080000008683f0a0080000008' +
  '8ecc0a0080000008ea570b008000000823e10b0080000008df670c0080000008cbeb0c0080000008906c0d0080000008dce90d0080000008' +
  '60630e0080000008ced80e0080000008da490f00800000083cb60f00800000080000080080e0e13f000008008083773f00000800805f083f' +
  '0000080080bb943e000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000' +
  '000000000000000000000010';
const STATUS = '02ed82874813010200000000000000000202000000000000000832';
const BAD_BATTERY = '020797d49813010200000000000000000202000000000000006532';
const SHORT = '02c37bd4f1128702000000000000000000000000000000000000';
/** All three small components at their largest: no rotation. */
const TOO_LARGE = '023560429213870200ca9a3b00000000ffffffffffffff0f000000';

const decode = (hex: string, mode = 6) => {
  const decoder = decoderOf(mode);
  const status = decoder.decode(tx, fromHex(hex), block);
  expect(faultOf(block)).toBe(null);
  return { status, decoder, samples: Array.from({ length: block.count }, (_, i) => sampleAt(block, i)) };
};
const g = 9.81;
const rate = near([1000 * (Math.PI / 180), -500 * (Math.PI / 180), (2000 / 32768) * (Math.PI / 180)], 9);
const acc = near([g, 0, -2 * g], 9);
const quat = near([0.8, 0, 0.6, 0]);

describe('frames of the protocol', () => {
  test('quaternion in real time, with the notification’s first byte and without', () => {
    for (const hex of [`fe${QUAT}`, QUAT]) {
      const { status, samples, decoder } = decode(hex);
      expect(status).toBe('ok');
      expect(samples).toEqual([{ tickUs: 0, counter: null, quat, gyrRadps: null, accMps2: null, flags: [] }]);
      expect(decoder.origin.tickUs).toBe(1_000_000);
    }
  });
  test('a notification that does not hold the real-time frames it announces is refused whole, and says why', () => {
    expect(decode(`fd${QUAT}${QUAT}`)).toMatchObject({ status: 'ok', samples: { length: 2 } });
    const cut = QUAT.slice(0, -2);
    const damaged = `${QUAT.slice(0, -2)}ff`;
    for (const [hex, status] of [
      [`fd${QUAT}`, 'bad-count'],
      [`fc${QUAT}${QUAT}`, 'bad-count'],
      ['fe', 'bad-count'],
      [`fd${QUAT}${cut}`, 'too-short'],
      [`fd${QUAT}${damaged}`, 'bad-checksum'],
      [`fd${QUAT}00`, 'bad-content'],
    ] as const)
      expect(decode(hex)).toMatchObject({ status, samples: [] });
  });
  test('full data in real time, and without magnetometer at a fixed rate', () => {
    for (const hex of [`fe${FULL}`, `ff${FULL_6D}`])
      expect(decode(hex).samples).toEqual([
        { tickUs: 0, counter: null, quat, gyrRadps: rate, accMps2: acc, flags: [] },
      ]);
  });
  test('eight samples in a frame: evenly spaced, the quaternion with the first', () => {
    const { samples } = decode(`ff${PACKED_200}`);
    expect(samples.map((sample) => sample.tickUs)).toEqual([0, 5e3, 10e3, 15e3, 20e3, 25e3, 30e3, 35e3]);
    expect(samples.map((sample) => sample.quat === null)).toEqual([false, ...Array(7).fill(true)]);
    samples.forEach((sample, i) => {
      const scale = (2000 / 32768) * (Math.PI / 180);
      expect(sample.gyrRadps).toEqual(near([100 * i * scale, 0, -i * scale], 9));
      expect(sample.accMps2).toEqual(near([(i * g) / 2048, 0, g], 9));
    });
    const six = decode(`ff${PACKED_6D_100}`).samples;
    expect(six.map((sample) => sample.tickUs)).toEqual([0, 1e4, 2e4, 3e4, 4e4, 5e4, 6e4, 7e4]);
    expect(six[0]!.flags).toEqual(['gap', 'gyroSaturated']);
    expect(six[7]!.flags).toEqual(['gyroSaturated']);
  });
  test('twenty quaternions in a frame; what the device calls a processing error is not used', () => {
    const { samples } = decode(`ff${QUATS_50}`);
    expect(samples.length).toBe(20);
    for (const [i, sample] of samples.slice(0, 15).entries())
      expect(sample.quat).toEqual(near([Math.cos(0.05 * i), 0, 0, Math.sin(0.05 * i)]));
    // From here on z is the largest and w is packed.
    expect(samples[16]!.quat).toEqual(near([Math.cos(0.8), 0, 0, Math.sin(0.8)]));
    expect(samples[19]).toMatchObject({ quat: null, flags: ['invalid'], tickUs: 380_000 });
  });
  test('the heading of the magnetometer only where it is asked for', () => {
    expect(decode(`fe${HEADING_90}`).samples[0]!.quat).toEqual(near([1, 0, 0, 0]));
    expect(decode(`fe${HEADING_90}`, 9).samples[0]!.quat).toEqual(near([Math.SQRT1_2, 0, 0, Math.SQRT1_2]));
  });
  test('error flags', () => {
    const flags = Object.values(FULL_ERRORS).map((hex) => decode(`fe${hex}`).samples[0]!.flags);
    expect(flags).toEqual([['gap'], ['gyroSaturated'], ['accSaturated'], [], ['invalid']]);
    expect(decode(`fe${TOO_LARGE}`).samples[0]).toMatchObject({ quat: null, flags: ['invalid'] });
  });
  test('status: the charge, in its own frame or behind a sample', () => {
    expect(decode(`ff${STATUS}`)).toMatchObject({ status: 'not-motion', decoder: { battery: 0.08, notice: null } });
    expect(decode(`fe${QUAT}${STATUS}`)).toMatchObject({ status: 'ok', decoder: { battery: 0.08 } });
    expect(decode(`ff${BAD_BATTERY}`)).toMatchObject({ status: 'bad-content', decoder: { battery: null } });
    expect(decodeC2gStatus(fromHex(STATUS).subarray(8))).toEqual({
      state: 2,
      connection: 2,
      battery: 0.08,
      charging: false,
    });
  });
  test('three real-time frames at once', () => {
    expect(decode(`fc${QUAT_200}${QUAT}${QUAT_2}`).samples.map((sample) => [sample.tickUs, ...sample.flags])).toEqual([
      [0],
      [0, 'duplicate'],
      [20_000],
    ]);
  });
});

describe('a stream of frames over notifications', () => {
  const stream = fromHex(STATUS + FULL_6D + QUAT_2 + STATUS);
  const run = (pieces: readonly Uint8Array[]) => {
    const decoder = decoderOf();
    const statuses: string[] = [];
    const ticks: number[] = [];
    for (const piece of pieces) {
      statuses.push(decoder.decode(tx, Uint8Array.of(0xff, ...piece), block));
      for (let i = 0; i < block.count; i++) ticks.push(block.tickUs[i]!);
    }
    return { statuses, ticks, battery: decoder.battery };
  };
  test('cut anywhere, it gives the same samples', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: stream.length - 1 }), { maxLength: 6 }), (cuts) => {
        const at = [0, ...new Set(cuts), stream.length].sort((a, b) => a - b);
        const pieces = at.slice(1).map((end, i) => stream.subarray(at[i]!, end));
        const { ticks, battery } = run(pieces);
        return battery === 0.08 && ticks.length === 2 && ticks[0] === 0 && ticks[1] === 20_000;
      }),
      { numRuns: 300 },
    );
  });
  test('a lost piece costs its frame and no more', () => {
    const whole = [stream.subarray(0, 40), stream.subarray(40, 60), stream.subarray(60, 93), stream.subarray(93)];
    expect(run([whole[0]!, whole[2]!, whole[3]!])).toMatchObject({ ticks: [0], battery: 0.08 });
    expect(run([stream.subarray(0, 20)]).statuses).toEqual(['incomplete']);
    expect(run([fromHex('aabbcc')]).statuses).toEqual(['bad-content']);
    expect(run([Uint8Array.of(2, 0, 0, 0, 0, 237)]).statuses).toEqual(['incomplete']);
    expect(run([Uint8Array.of(2, 0, 0, 0, 0, 237, 0, 0)]).statuses).toEqual(['bad-content']);
    const damaged = fromHex(QUAT);
    damaged[12]! ^= 1;
    expect(run([damaged]).statuses).toEqual(['bad-checksum']);
    expect(run([Uint8Array.of(...fromHex(QUAT), ...damaged)]).statuses).toEqual(['ok']);
  });
});

describe('statuses', () => {
  test('every way in which bytes can be wrong', () => {
    const damaged = fromHex(QUAT);
    damaged[1]! ^= 1;
    const big = new Uint8Array(513).fill(0xff);
    expect(decode('').status).toBe('too-short');
    expect(decode('ff').status).toBe('too-short');
    expect(decode(toHex(big)).status).toBe('too-long');
    expect(decode(`fb${QUAT}`).status).toBe('bad-content');
    expect(decode(`fe${QUAT.slice(2)}`).status).toBe('bad-content');
    expect(decode(`fe${QUAT.slice(0, -2)}`).status).toBe('too-short');
    expect(decode(QUAT.slice(0, 10)).status).toBe('too-short');
    expect(decode(toHex(damaged)).status).toBe('bad-checksum');
    expect(decode(`fe${SHORT}`).status).toBe('bad-length');
    expect(decode(toHex(encodeC2gFrame(C2gHeader.status))).status).toBe('bad-content');
    expect(decode(toHex(encodeC2gFrame(0x0277))).status).toBe('not-motion');
    const decoder = decoderOf();
    expect(decoder.decode(rx, encodeC2gFrame(C2gHeader.getStatus), block)).toBe('not-motion');
    expect(decoder.decode('2a19', fromHex(QUAT), block)).toBe('unknown-characteristic');
    expect(decoder.decode(tx, fromHex(PACKED_200), createSampleBlock(4))).toBe('too-long');
  });
  test('headers', () => {
    expect([0x0240, 0x0248, 0x0227, 0x0277, 0x0201, 0x0261].map(c2gLayout)).toEqual(Array(6).fill(null));
    expect([0x0221, 0x0232, 0x0247, 0x0253, 0x0274, 0x0286].map((header) => c2gLayout(header)?.rateHz)).toEqual([
      200, 100, 0, 50, 25, 1,
    ]);
    expect(decodeC2gInfo(new Uint8Array(46))).toBe(null);
  });
});

test('any bytes give a status and nothing that is half a number', () => {
  const valid = [QUAT, FULL, FULL_6D, PACKED_200, PACKED_6D_100, QUATS_50, STATUS, SHORT, TOO_LARGE].map(fromHex);
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 260 }),
    fc.constantFrom(...valid),
    fc
      .tuple(
        fc.constantFrom(...valid),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 5 }),
      )
      .map(([frame, changes]) => {
        // Changed behind a right checksum, so that the change reaches the depth of the decoder.
        const payload = frame.slice(6);
        for (const [at, value] of changes) payload[at % payload.length] = value;
        return encodeC2gFrame(payload[0]! | (payload[1]! << 8), payload.subarray(2));
      }),
  );
  const notification = fc
    .tuple(fc.constantFrom(0xff, 0xfe, 0xfd, 0xfc, 0x02, 0x00), fc.array(piece, { maxLength: 3 }))
    .map(([first, pieces]) => Uint8Array.from([first, ...pieces.flatMap((bytes) => [...bytes])]));
  fc.assert(
    fc.property(fc.array(notification, { maxLength: 8 }), fc.constantFrom(6, 9), (notifications, mode) => {
      const decoder = decoderOf(mode);
      for (const bytes of notifications) {
        const status = decoder.decode(tx, bytes, block);
        if ((status === 'ok') !== block.count > 0 || faultOf(block) !== null) return false;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});

test('packing and unpacking a quaternion is the same rotation to 1e-6', () => {
  const part = fc.double({ min: -1, max: 1, noNaN: true });
  const out = new Float64Array(4);
  fc.assert(
    fc.property(part, part, part, part, (...q) => {
      const norm = Math.hypot(...q);
      fc.pre(norm > 0.01);
      const unit = q.map((value) => value / norm);
      const packed = packC2gQuat(unit);
      unpackC2gQuat(out, Number(packed & 0xffffffffn), Number(packed >> 32n));
      return Math.abs(Math.abs(unit.reduce((sum, value, i) => sum + value * out[i]!, 0)) - 1) < 1e-6;
    }),
  );
});

test('save in the middle, restore elsewhere: bit for bit the same', async () => {
  const link = createModelLink(createCapture2goModel({ source: createSubject(2) }), 60);
  const packets: Uint8Array[] = [];
  const description = await started(link, { rateHz: 100, content: 'inertial' }, (bytes) => packets.push(bytes));
  link.advance(3_000_000);
  const run = (stop: number): string => {
    let decoder = capture2goDriver.createDecoder(description);
    const seen: unknown[] = [];
    packets.forEach((packet, i) => {
      if (i === stop) {
        const saved = JSON.parse(JSON.stringify(decoder.save()));
        decoder = capture2goDriver.createDecoder(description);
        decoder.restore(saved);
      }
      const status = decoder.decode(tx, packet, block);
      seen.push([status, decoder.battery, decoder.origin.tickUs]);
      for (let k = 0; k < block.count; k++) seen.push(sampleAt(block, k));
    });
    return JSON.stringify(seen);
  };
  const whole = run(-1);
  for (const stop of [0, 1, 7, 8, 20, packets.length - 1]) expect(run(stop)).toBe(whole);
});

/** Starts over a model link, which answers only when its time goes on. */
async function started(
  link: ReturnType<typeof createModelLink>,
  wish: Parameters<typeof capture2goDriver.start>[1],
  onPacket: (bytes: Uint8Array) => void = () => {},
) {
  let nowUs = 0;
  let over = false;
  const start = capture2goDriver
    .start(link, wish, (_, bytes) => onPacket(bytes))
    .finally(() => {
      over = true;
    });
  start.catch(() => {});
  for (let i = 0; i < 200 && !over; i++) {
    await Promise.resolve();
    await Promise.resolve();
    nowUs += 1000;
    link.advance(nowUs);
  }
  return await start;
}

describe('start and stop', () => {
  const both = { rateHz: 100, content: 'both' } as const;
  const model = (state?: number) =>
    createCapture2goModel({ source: createSubject(1), serial: 'SIM-AIR-7', ...(state === undefined ? {} : { state }) });
  const configAt = async (mtu: number, wish: Parameters<typeof started>[1] = both) => {
    const { config, nominalRateHz } = await started(createModelLink(model(), mtu), wish);
    return [config['content'], config['channel'], config['attitudeFrom'], nominalRateHz];
  };
  test('takes the channel that fits the link and the wish', async () => {
    expect(await configAt(247)).toEqual(['both', 'real-time', 'quaternion', 50]);
    expect(await configAt(49)).toEqual(['both', 'real-time', 'quaternion', 50]);
    expect(await configAt(48)).toEqual(['quaternion', 'real-time', 'quaternion', 50]);
    for (const mtu of [30, 23, Number.NaN])
      expect(await configAt(mtu)).toEqual(['quaternion', 'buffered', 'quaternion', 50]);
    expect(await configAt(247, { rateHz: 100, content: 'inertial' })).toEqual([
      'inertial',
      'buffered',
      'inertial',
      100,
    ]);
    expect(await configAt(247, { rateHz: 10, content: 'inertial' })).toEqual(['inertial', 'buffered', 'inertial', 25]);
    expect(await configAt(247, { rateHz: 20, content: 'quaternion' })).toEqual([
      'quaternion',
      'real-time',
      'quaternion',
      20,
    ]);
  });

  test('its samples decode at every MTU, none missing', async () => {
    for (const [mtu, wish] of [
      [247, both],
      [23, both],
      [100, { rateHz: 200, content: 'inertial' }],
    ] as const) {
      const link = createModelLink(model(), mtu);
      const packets: Uint8Array[] = [];
      const description = await started(link, wish, (bytes) => packets.push(bytes));
      link.advance(4_000_000);
      const decoder = capture2goDriver.createDecoder(JSON.parse(JSON.stringify(description)));
      const ticks: number[] = [];
      for (const packet of packets) {
        expect(packet.length).toBeLessThanOrEqual(mtu - 3);
        decoder.decode(tx, packet, block);
        expect(faultOf(block)).toBe(null);
        for (let i = 0; i < block.count; i++) {
          expect(block.flags[i]).toBe(0);
          ticks.push(block.tickUs[i]!);
        }
      }
      const step = 1e6 / description.nominalRateHz;
      expect(ticks.length).toBeGreaterThan(3.5 * description.nominalRateHz);
      ticks.forEach((tick, i) => {
        expect(tick).toBeCloseTo(i * step, 3);
      });
      expect(await capture2goDriver.readBattery(link)).toBe(0.87);
    }
  });

  test('says who it is; blinks; stops', async () => {
    const device = model();
    const link = createModelLink(device);
    expect(await started(link, both)).toMatchObject({
      driverId: 'capture2go',
      sensorSerial: 'IMAIR7',
      firmware: '1.0.0-sim',
      simulated: true,
      config: { axes: 6, protocol: 1 },
    });
    await capture2goDriver.identify(link);
    expect(device.identifyUntilUs).toBeGreaterThan(0);
    await capture2goDriver.prompt(link, 'nod');
    expect(device.streaming).toBe(true);
    await capture2goDriver.stop(link);
    expect(device.streaming).toBe(false);
    await capture2goDriver.stop(link);
    expect(await capture2goDriver.readBattery(link)).toBe(null);
  });

  test('a sensor left streaming is stopped first; one that records is left alone', async () => {
    const device = model();
    await started(createModelLink(device), both);
    device.disconnected(0);
    expect(await started(createModelLink(device), both)).toMatchObject({ nominalRateHz: 50 });
    await expect(started(createModelLink(model(3)), both)).rejects.toMatchObject({ code: 'STREAM_REFUSED' });
  });

  test('a device that is none, one that says nothing sensible, one that refuses', async () => {
    for (const hidden of [rx, tx])
      await expect(started(createModelLink(model(), 247, [hidden]), both)).rejects.toMatchObject({
        code: 'SENSOR_UNSUPPORTED',
      });
    const answering = (respond: (header: number) => Uint8Array | null) => {
      const link = createModelLink(model());
      let handler: ((bytes: Uint8Array, arrivalUs: never) => void) | null = null;
      link.subscribe = async (_, onNotification) => {
        handler = onNotification as typeof handler;
      };
      link.write = async (_, bytes) => {
        const answer = respond(bytes[6]! | (bytes[7]! << 8));
        if (answer) handler?.(Uint8Array.of(0xff, ...answer), 0 as never);
      };
      return link;
    };
    const info = encodeC2gFrame(C2gHeader.deviceInfo, new Uint8Array(47));
    const cases: [(header: number) => Uint8Array, string][] = [
      [() => encodeC2gFrame(C2gHeader.deviceInfo, new Uint8Array(3)), 'SENSOR_UNSUPPORTED'],
      [(header) => (header === C2gHeader.getDeviceInfo ? info : encodeC2gFrame(C2gHeader.status)), 'STREAM_REFUSED'],
      [() => encodeC2gFrame(C2gHeader.error, Uint8Array.of(0xfd, 0, 0)), 'STREAM_REFUSED'],
      [() => encodeC2gFrame(C2gHeader.error), 'STREAM_REFUSED'],
    ];
    for (const [respond, code] of cases)
      await expect(capture2goDriver.start(answering(respond), both, () => {})).rejects.toMatchObject({ code });
    const mute = answering(() => null);
    mute.write = async () => {
      throw new Error('gone');
    };
    await expect(capture2goDriver.start(mute, both, () => {})).rejects.toThrow('gone');
  });

  test('is known by its service', () => {
    const heard = driverForAdvertisement({
      deviceId: 'a',
      name: 'IMU_abc',
      serviceUuids: [C2G_SERVICE],
      rssiDbm: null,
    });
    expect(heard?.id).toBe('capture2go');
  });
});

describe.skipIf(lacksSharedData('packets'))('packets of the vendor’s software', () => {
  interface Expected {
    readonly timestampNs: string;
    readonly quat6D_wxyz: number[];
    readonly quat9D_wxyz: number[];
    readonly rest: boolean;
    readonly magDist: boolean;
  }
  interface File {
    readonly commands_hex: Record<string, string>;
    readonly vectors: { readonly name: string; hex: string; ble_notification_hex: string; expected: Expected }[];
    readonly status: { hex: string; expected: { battery: number; charging: boolean } };
  }
  const path = join(sharedDataFolder('packets') ?? '', 'capture2go.json');
  const file: File = lacksSharedData('packets')
    ? { commands_hex: {}, vectors: [], status: { hex: '', expected: { battery: 0, charging: false } } }
    : JSON.parse(readFileSync(path, 'utf8'));
  for (const { name, hex, ble_notification_hex, expected } of file.vectors)
    test(name, () => {
      for (const text of [hex, ble_notification_hex])
        for (const [mode, wanted] of [
          [6, expected.quat6D_wxyz],
          [9, expected.quat9D_wxyz],
        ] as const) {
          const { samples, decoder } = decode(text, mode);
          expect(samples[0]!.quat).toEqual(near(wanted, 9));
          expect(decoder.origin.tickUs).toBe(Number(BigInt(expected.timestampNs) / 1000n));
        }
    });
  test('status', () => {
    expect(decode(file.status.hex).decoder.battery).toBe(file.status.expected.battery / 100);
    expect(decodeC2gStatus(fromHex(file.status.hex).subarray(8))?.charging).toBe(file.status.expected.charging);
  });
  test('commands', () => {
    const ours: Record<string, Uint8Array> = {
      CmdGetDeviceInfo: encodeC2gFrame(C2gHeader.getDeviceInfo),
      CmdGetStatus: encodeC2gFrame(C2gHeader.getStatus),
      'CmdStartRealTimeStreaming(quat,rate=0)': encodeC2gRealTime(1, 0),
      CmdStopRealTimeStreaming: encodeC2gFrame(C2gHeader.stopRealTime),
      CmdStartStreaming: encodeC2gFrame(C2gHeader.startStreaming),
      CmdStopStreaming: encodeC2gFrame(C2gHeader.stopStreaming),
      CmdStopStreamingAndClearBuffer: encodeC2gFrame(C2gHeader.stopAndClear),
      'CmdSetAbsoluteTime(1700000000000000000)': encodeC2gTime(1_700_000_000_000_000_000n),
      'CmdSetMeasurementMode(quatPacked=100Hz,status=1s)': encodeC2gMode({ quatPacked: 2 }),
    };
    for (const [name, bytes] of Object.entries(ours))
      expect([name, toHex(bytes)]).toEqual([name, file.commands_hex[name]]);
  });
});

test('the light’s command', () => {
  expect(toHex(encodeC2gLed(5))).toBe('0291223b0f118301000000000000000000f2052a0100000001');
});
