import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDotModel, encodeDotPayload } from '../../src/adapters/sim/dot-model.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import { createSampleBlock, SampleFlag } from '../../src/core/sample.ts';
import { dotDriver } from '../../src/devices/dot.ts';
import {
  DOT_LAYOUTS,
  DotCharacteristic,
  decodeDotInfo,
  decodeDotMeasure,
  decodeDotMessage,
  decodeDotRate,
  encodeDotMessage,
} from '../../src/devices/dot-profile.ts';
import { driverForAdvertisement } from '../../src/devices/registry.ts';
import { faultOf, flagNames, sampleAt } from '../support/device-columns.ts';
import { fromHex, toHex } from '../support/hex.ts';
import { lacksSharedData, sharedDataFolder } from '../support/shared-data.ts';
import { createModelLink } from '../support/sim-link.ts';
import '../support/property-seed.ts';

const { long, medium, short } = DotCharacteristic;
const RAD = Math.PI / 180;
/** 1,000,001 us after power-on. */
const TIME = '41420f00';
/** A turn of 120 deg about (1, 1, 1): 0.5 four times. */
const QUAT = '0000003f'.repeat(4);
/** 1, -2, 0.25. */
const VECTOR = '0000803f000000c00000803e';
/** 90, -45, 180 deg/s. */
const RATE = '0000b442000034c200003443';
/** Roll 90, pitch 0, yaw 0 deg. */
const EULER = '0000b4420000000000000000';

const half = [0.5, 0.5, 0.5, 0.5];
const vector = [1, -2, 0.25];
const rate = [90 * RAD, -45 * RAD, 180 * RAD].map((value) => expect.closeTo(value, 12));
const rolled = [Math.SQRT1_2, Math.SQRT1_2, 0, 0].map((value) => expect.closeTo(value, 12));
const free = ['freeAcceleration'];
const GOLDEN = [
  { mode: 5, on: short, hex: TIME + QUAT, quat: half },
  { mode: 3, on: medium, hex: TIME + QUAT + VECTOR, quat: half, accMps2: vector, flags: free },
  { mode: 2, on: medium, hex: `${TIME + QUAT + VECTOR}00000000`, quat: half, accMps2: vector, flags: free },
  { mode: 24, on: medium, hex: TIME + QUAT + RATE, quat: half, gyrRadps: rate },
  { mode: 26, on: long, hex: TIME + QUAT + VECTOR + RATE, quat: half, accMps2: vector, gyrRadps: rate },
  { mode: 4, on: short, hex: TIME + EULER, quat: rolled },
  { mode: 16, on: medium, hex: TIME + EULER + VECTOR, quat: rolled, accMps2: vector, flags: free },
  { mode: 7, on: medium, hex: `${TIME + EULER + VECTOR}00000000`, quat: rolled, accMps2: vector, flags: free },
  { mode: 6, on: short, hex: TIME + VECTOR, accMps2: vector, flags: free },
  { mode: 20, on: medium, hex: `${TIME + VECTOR + RATE}000800000010`, accMps2: vector, gyrRadps: rate },
  { mode: 21, on: medium, hex: TIME + VECTOR + RATE, accMps2: vector, gyrRadps: rate },
];
const block = createSampleBlock();
const decoderOf = (mode?: number) => dotDriver.createDecoder(dotDriver.describeForDecode(mode));

describe('payloads of the manual', () => {
  for (const { mode, on, hex, quat = null, accMps2 = null, gyrRadps = null, flags = [] } of GOLDEN) {
    test(`mode ${mode}, as long as its content and padded to the characteristic`, () => {
      for (const text of [hex, `${hex}${'00'.repeat(20)}`]) {
        const decoder = decoderOf(mode);
        expect(decoder.decode(on, fromHex(text), block)).toBe('ok');
        expect(sampleAt(block)).toEqual({ tickUs: 0, counter: null, quat, accMps2, gyrRadps, flags });
        expect(decoder.origin.tickUs).toBe(1_000_001);
      }
      expect(decoderOf(mode).decode(on, fromHex(hex).subarray(0, -1), block)).toBe('too-short');
      expect(block.count).toBe(0);
    });
  }
  test('every layout of the profile has its vector here', () => {
    expect(GOLDEN.map((vector) => vector.mode).sort((a, b) => a - b)).toEqual(DOT_LAYOUTS.map((layout) => layout.mode));
  });
  test('Euler angles stay readable beside the quaternion made from them', () => {
    decoderOf(4).decode(short, fromHex(`${TIME}0000f041000034c20000b442`), block);
    expect([...block.eulerRad.subarray(0, 3)]).toEqual([30, -45, 90].map((deg) => expect.closeTo(deg * RAD, 12)));
    const [w, x, y, z] = block.quat;
    expect(Math.atan2(2 * (w! * x! + y! * z!), 1 - 2 * (x! * x! + y! * y!))).toBeCloseTo(30 * RAD, 9);
    expect(Math.asin(2 * (w! * y! - z! * x!))).toBeCloseTo(-45 * RAD, 9);
  });
  test('what the model of the device sends is what the vectors say', () => {
    const sample = { quat: [0.5, 0.5, 0.5, 0.5], gyrRadps: [90 * RAD, -45 * RAD, 180 * RAD], accMps2: [1, -2, 0.25] };
    for (const { mode, hex } of GOLDEN.filter((vector) => [5, 24, 26, 21].includes(vector.mode)))
      expect(toHex(encodeDotPayload(mode, 1_000_001, sample)!).startsWith(hex)).toBe(true);
    expect(encodeDotPayload(99, 0, sample)).toBe(null);
  });
});

describe('flags', () => {
  const extended = (status: string, counts: string): string[] => {
    decoderOf(2).decode(medium, fromHex(TIME + QUAT + VECTOR + status + counts), block);
    return sampleAt(block).flags;
  };
  test('clipping by status bit and by count; a new magnetometer value is none', () => {
    expect(extended('0100', '0000')).toEqual(['accSaturated', 'freeAcceleration']);
    expect(extended('0800', '0000')).toEqual(['gyroSaturated', 'freeAcceleration']);
    expect(extended('0000', '0102')).toEqual(['gyroSaturated', 'accSaturated', 'freeAcceleration']);
    expect(extended('c003', '0000')).toEqual(free);
  });
  test('a quaternion of zeros, a value that is no number, one that no sensor gives', () => {
    const flagsOf = (mode: number, on: string, hex: string): string[] => {
      decoderOf(mode).decode(on, fromHex(hex), block);
      expect(faultOf(block)).toBe(null);
      return sampleAt(block).flags;
    };
    expect(flagsOf(5, short, TIME + '00'.repeat(16))).toEqual(['invalid']);
    expect(flagsOf(21, medium, `${TIME}0000c07f${VECTOR.slice(8)}${RATE}`)).toEqual(['invalid']);
    expect(flagsOf(21, medium, `${TIME + VECTOR}0000807f${RATE.slice(8)}`)).toEqual(['invalid']);
    expect(flagsOf(21, medium, `${TIME + VECTOR}0000fa44${RATE.slice(8)}`)).toEqual(['gyroSaturated']);
    expect(flagsOf(21, medium, `${TIME}00001d43${VECTOR.slice(8)}${RATE}`)).toEqual(['accSaturated']);
    expect(flagsOf(4, short, `${TIME}0000c07f0000000000000000`)).toEqual(['invalid']);
  });
});

describe('clock', () => {
  const at = (timeUs: number): Uint8Array => {
    const bytes = fromHex(TIME + QUAT);
    new DataView(bytes.buffer).setUint32(0, timeUs, true);
    return bytes;
  };
  const run = (times: readonly number[]): [number, string[]][] => {
    const decoder = decoderOf(5);
    return times.map((timeUs) => {
      decoder.decode(short, at(timeUs % 2 ** 32), block);
      return [block.tickUs[0]!, flagNames(block.flags[0]!)];
    });
  };
  test('wraps after 71.6 minutes without a trace', () => {
    const start = 2 ** 32 - 20_000;
    expect(run([start, start + 16_667, start + 33_334])).toEqual([
      [0, []],
      [16_667, []],
      [33_334, []],
    ]);
  });
  test('a gap, a packet sent twice, a late one, a restart, a clock that was set', () => {
    expect(run([1e6, 1e6 + 50_000, 1e6 + 50_000, 1e6 + 20_000, 1e6 + 66_667])).toEqual([
      [0, []],
      [50_000, ['gap']],
      [50_000, ['duplicate']],
      [20_000, ['duplicate']],
      [66_667, []],
    ]);
    expect(run([900e6, 1000, 17_667])[1]).toEqual([expect.closeTo(16_666.7, 0), ['gap', 'clockStep']]);
    expect(run([0, 700e6])[1]![1]).toEqual(['gap', 'clockStep']);
  });
});

describe('beside the stream', () => {
  const decoder = decoderOf();
  test('battery', () => {
    expect(decoder.decode(DotCharacteristic.battery, Uint8Array.of(87, 1), block)).toBe('not-motion');
    expect(decoder.battery).toBe(0.87);
    expect(decoder.decode(DotCharacteristic.battery, Uint8Array.of(101, 0), block)).toBe('bad-content');
    expect(decoder.decode(DotCharacteristic.battery, new Uint8Array(0), block)).toBe('too-short');
  });
  test('reports', () => {
    const notices = [1, 4, 5, 6, 7, 2].map((type) => {
      expect(decoder.decode(DotCharacteristic.report, Uint8Array.of(type, 0, 0, 0, 0), block)).toBe('not-motion');
      return decoder.notice;
    });
    expect(notices).toEqual(['power-off', 'power-save', 'button', 'button', 'button', null]);
    expect(decoder.decode(DotCharacteristic.report, new Uint8Array(0), block)).toBe('too-short');
  });
  test('control and message characteristics, and one that is not the device’s', () => {
    expect(decoder.decode(DotCharacteristic.control, new Uint8Array(32), block)).toBe('not-motion');
    expect(decoder.decode(DotCharacteristic.acknowledge, fromHex('02025109a2'), block)).toBe('not-motion');
    expect(decoder.decode(DotCharacteristic.acknowledge, fromHex('02025109a3'), block)).toBe('bad-checksum');
    expect(decoder.decode(DotCharacteristic.acknowledge, fromHex('020351'), block)).toBe('bad-length');
    expect(decoder.decode(DotCharacteristic.acknowledge, fromHex('02'), block)).toBe('too-short');
    expect(decoder.decode('2a19', Uint8Array.of(50), block)).toBe('unknown-characteristic');
  });
  test('a payload characteristic that the mode does not use', () => {
    expect(decoderOf(5).decode(medium, new Uint8Array(40), block)).toBe('bad-content');
    expect(decoderOf().decode(long, fromHex(GOLDEN[4]!.hex), block)).toBe('ok');
  });
  test('control bytes', () => {
    expect(toHex(encodeDotMessage(2, [8]))).toBe('020108f5');
    expect(decodeDotMeasure(fromHex('01011a'))).toEqual({ start: true, mode: 26 });
    for (const bad of ['0101', '02011a', '01021a']) expect(decodeDotMeasure(fromHex(bad))).toBe(null);
    expect(decodeDotRate(new Uint8Array(25))).toBe(null);
    expect(decodeDotInfo(new Uint8Array(33))).toBe(null);
    expect(
      decodeDotInfo(fromHex('d422cd000102030001e7070102100304000000000c00000000cd22d458532d543031')),
    ).toMatchObject({ mac: 'D4:22:CD:00:01:02', firmware: '3.0.1', product: 'XS-T01' });
  });
});

test('any bytes give a status and nothing that is half a number', () => {
  const characteristics = [...Object.values(DotCharacteristic), '2a19'];
  const modes = [undefined, ...DOT_LAYOUTS.map((layout) => layout.mode), 99];
  fc.assert(
    fc.property(
      fc.constantFrom(...modes),
      fc.array(fc.tuple(fc.constantFrom(...characteristics), fc.uint8Array({ maxLength: 70 })), { maxLength: 12 }),
      (mode, packets) => {
        const decoder = decoderOf(mode);
        for (const [characteristic, bytes] of packets) {
          const status = decoder.decode(characteristic, bytes, block);
          if ((status === 'ok') !== block.count > 0) return false;
          if (faultOf(block) !== null) return false;
        }
        return true;
      },
    ),
    { numRuns: 2000 },
  );
});

test('save in the middle, restore elsewhere: bit for bit the same', () => {
  const packets = Array.from(
    { length: 300 },
    (_, i) =>
      encodeDotPayload(26, 2 ** 32 - 1e6 + i * 16_667 + (i > 200 ? 5e5 : 0), {
        quat: half,
        gyrRadps: [0, 1, 2],
        accMps2: vector,
      })!,
  );
  const run = (stop: number): string => {
    let decoder = decoderOf(26);
    decoder.decode(DotCharacteristic.battery, Uint8Array.of(50, 0), block);
    const seen: unknown[] = [];
    packets.forEach((packet, i) => {
      if (i === stop) {
        const saved = JSON.parse(JSON.stringify(decoder.save()));
        decoder = decoderOf(26);
        decoder.restore(saved);
      }
      decoder.decode(long, packet, block);
      seen.push([block.tickUs[0], block.flags[0], decoder.battery, decoder.origin.tickUs]);
    });
    return JSON.stringify(seen);
  };
  const whole = run(-1);
  for (const stop of [0, 1, 60, 201, 299]) expect(run(stop)).toBe(whole);
});

describe('start and stop', () => {
  const both = { rateHz: 100, content: 'both' } as const;
  const model = () => createDotModel({ source: createSubject(1), serial: 'SIM-12' });
  const modeAt = async (mtu: number, wish: Parameters<typeof dotDriver.start>[1] = both, hidden: string[] = []) =>
    (await dotDriver.start(createModelLink(model(), mtu, hidden), wish, () => {})).config;

  test('takes the payload that fits the link', async () => {
    expect(await modeAt(247)).toEqual({ content: 'both', mode: 26, attitudeFrom: 'quaternion' });
    expect(await modeAt(66)).toMatchObject({ mode: 26 });
    expect(await modeAt(65)).toEqual({ content: 'both', mode: 24, attitudeFrom: 'quaternion' });
    expect(await modeAt(43)).toMatchObject({ mode: 24 });
    for (const mtu of [42, 23, Number.NaN])
      expect(await modeAt(mtu)).toEqual({ content: 'quaternion', mode: 5, attitudeFrom: 'quaternion' });
    expect(await modeAt(247, { rateHz: 60, content: 'inertial' })).toEqual({
      content: 'inertial',
      mode: 21,
      attitudeFrom: 'inertial',
    });
    expect(await modeAt(23, { rateHz: 60, content: 'inertial' })).toMatchObject({ mode: 5 });
    expect(await modeAt(247, both, [long])).toMatchObject({ mode: 24 });
  });

  test('subscribes before it starts, asks for the rate, describes itself', async () => {
    const device = model();
    const link = createModelLink(device);
    const description = await dotDriver.start(link, { rateHz: 35, content: 'both' }, () => {});
    expect(description).toMatchObject({
      driverId: 'movella-dot',
      sensorSerial: 'D422CD000000000C',
      firmware: '3.0.0',
      model: 'XS-T01',
      nominalRateHz: 30,
      simulated: true,
    });
    expect(link.log.slice(-4)).toEqual(['subscribe 2002', 'subscribe 1004', 'subscribe 3001', 'write 2001 1']);
    await dotDriver.stop(link);
    expect(device.streaming).toBe(false);
    const slow = await dotDriver.start(link, { rateHz: 0.5, content: 'both' }, () => {});
    expect(slow.nominalRateHz).toBe(1);
  });

  test('a device left measuring by a host that vanished is stopped first', async () => {
    const device = model();
    const link = createModelLink(device);
    await dotDriver.start(link, both, () => {});
    device.disconnected(0);
    expect(device.streaming).toBe(true);
    const again = createModelLink(device);
    const description = await dotDriver.start(again, { rateHz: 20, content: 'both' }, () => {});
    expect(description.nominalRateHz).toBe(20);
    await dotDriver.stop(createModelLink(device));
  });

  test('battery, blink, power button; and a device that lacks them', async () => {
    const device = model();
    const link = createModelLink(device);
    const notices: (string | null)[] = [];
    const decoder = decoderOf(26);
    await dotDriver.start(link, both, (characteristic, bytes) => {
      decoder.decode(characteristic, bytes, block);
      notices.push(decoder.notice);
    });
    expect(await dotDriver.readBattery(link)).toBe(0.87);
    await dotDriver.identify(link);
    expect(device.identifyUntilUs).toBeGreaterThan(0);
    await dotDriver.prompt(link, 'nod');
    device.powerOff();
    link.advance(100_000);
    expect(notices).toContain('power-off');
    const bare = createModelLink(model(), 247, [
      DotCharacteristic.battery,
      DotCharacteristic.info,
      DotCharacteristic.report,
    ]);
    expect(await dotDriver.readBattery(bare)).toBe(null);
    expect(await dotDriver.start(bare, both, () => {})).toMatchObject({ sensorSerial: 'link-1', model: 'DOT' });
    link.override = (uuid) => (uuid === DotCharacteristic.battery ? Uint8Array.of(255) : null);
    expect(await dotDriver.readBattery(link)).toBe(null);
    const none = createModelLink(model(), 247, [DotCharacteristic.measure]);
    await expect(dotDriver.start(none, both, () => {})).rejects.toMatchObject({ code: 'SENSOR_UNSUPPORTED' });
  });

  test('is known by either name', () => {
    const heard = (name: string) =>
      driverForAdvertisement({ deviceId: 'a', name, serviceUuids: [], rssiDbm: null })?.id ?? null;
    expect(['Xsens DOT', 'Movella DOT', 'movella dot', 'Movella', 'My Xsens DOT', ''].map(heard)).toEqual([
      ...Array(3).fill('movella-dot'),
      ...Array(3).fill(null),
    ]);
  });
});

describe.skipIf(lacksSharedData('packets'))('packets of real devices', () => {
  interface Vector {
    readonly name: string;
    readonly characteristic?: string;
    readonly mode?: number;
    readonly hex: string;
    readonly expected?: Record<string, unknown>;
  }
  const file = join(sharedDataFolder('packets') ?? '', 'movella-dot.json');
  const vectors = lacksSharedData('packets') ? [] : (JSON.parse(readFileSync(file, 'utf8')).vectors as Vector[]);
  for (const { name, characteristic = '', mode, hex, expected = {} } of vectors) {
    test(name, () => {
      const bytes = fromHex(hex);
      if (mode !== undefined) {
        const decoder = decoderOf(mode);
        expect(decoder.decode(characteristic.replaceAll('-', ''), bytes, block)).toBe('ok');
        expect(decoder.origin.tickUs).toBe(expected['timestampUs']);
        expect([...block.accMps2.subarray(0, 3)]).toEqual(expected['freeAcc']);
      } else if (characteristic === '15172001') {
        expect(decodeDotMeasure(bytes)).toEqual({ start: expected['action'] === 'start', mode: expected['mode'] });
      } else {
        const message = decodeDotMessage(bytes);
        expect(message).toMatchObject({ ok: true, mid: 2 });
        if (message.ok && expected['rootMac'])
          expect(
            [...message.data.subarray(1)]
              .reverse()
              .map((byte) => toHex(Uint8Array.of(byte)).toUpperCase())
              .join(':'),
          ).toBe(expected['rootMac']);
        if (message.ok && expected['id'] !== undefined) expect(message.data[0]).toBe(expected['id']);
      }
    });
  }
});

test('freeAcceleration is a flag that the pipeline knows', () => {
  expect(SampleFlag.freeAcceleration).toBe(256);
});
