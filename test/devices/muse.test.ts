import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createMuseModel,
  encodeAthenaMotion,
  encodeAthenaPacket,
  encodeMuseClassic,
  type MuseModelOptions,
} from '../../src/adapters/sim/muse-model.ts';
import { startOfflineRun } from '../../src/adapters/sim/offline-run.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import { museAthenaDriver, museDriver } from '../../src/devices/muse.ts';
import {
  createAnswerReader,
  encodeMuseCommand,
  MUSE_ACC_SCALE_G,
  MUSE_GYRO_SCALE_DEGPS,
  MuseCharacteristic,
  readAnswer,
} from '../../src/devices/muse-protocol.ts';
import { driverById, driverForAdvertisement } from '../../src/devices/registry.ts';
import { faultOf, flagNames, type PlainSample, sampleAt } from '../support/device-columns.ts';
import { fromHex, toHex } from '../support/hex.ts';
import { decoded, packetVectors } from '../support/packet-vectors.ts';
import { lacksSharedData } from '../support/shared-data.ts';
import { createModelLink } from '../support/sim-link.ts';

const { acc: ACC, gyro: GYRO, telemetry: TELEMETRY, athena: ATHENA, control: CONTROL } = MuseCharacteristic;
const RAD = Math.PI / 180;
const A = MUSE_ACC_SCALE_G * 9.80665;
const W = MUSE_GYRO_SCALE_DEGPS * RAD;
const WISH = { rateHz: 100, content: 'inertial' } as const;
/** 256, -256, 16384 (1 g); 512, 0, -1; 1, 2, 3: big-endian. */
const TRIPLES = '0100ff0040000200' + '0000ffff000100020003';
const counts = [
  [256, -256, 16384],
  [512, 0, -1],
  [1, 2, 3],
] as const;
const block = createSampleBlock();
const close = (values: readonly number[]) => values.map((v) => expect.closeTo(v, 12));
const byHand = (mode?: number) => museDriver.createDecoder(museDriver.describeForDecode(mode));
const live = () =>
  museDriver.createDecoder({ ...museDriver.describeForDecode(), config: { content: 'inertial', axes: 'kit' } });
const hex4 = (value: number) => (value & 0xffff).toString(16).padStart(4, '0');
const notification = (sequence: number) => fromHex(hex4(sequence) + TRIPLES);

function read(decoder: ReturnType<typeof byHand>, characteristic: string, bytes: Uint8Array): string | PlainSample[] {
  const status = decoder.decode(characteristic, bytes, block);
  expect(status === 'ok').toBe(block.count > 0);
  return status === 'ok' ? Array.from({ length: block.count }, (_, i) => sampleAt(block, i)) : status;
}

/** Little-endian twins of the triples: acceleration and rate of one Athena block. */
const ATHENA_DATA = ['0001', '00ff', '0040', '0002', '0000', 'ffff'].join('').repeat(3);
/** Length 50, index 7, clock 512000 (2 s), three bytes, then block 47 with index 5. */
const ATHENA_PACKET = `320700d00700000000470500000${'0'}${ATHENA_DATA}`;
/** An EEG block of 28 bytes, and batteries of 50 % (0x3200 / 256). */
const EEG = `12090000${'00'}${'ab'.repeat(28)}`;
const BATTERY = `98010000${'00'}0032${'00'.repeat(18)}`;
const packetOf = (clock: number, ...blocks: string[]) => {
  const body = blocks.join('');
  const head = new Uint8Array(9);
  head[0] = 9 + body.length / 2;
  new DataView(head.buffer).setUint32(2, clock, true);
  return fromHex(toHex(head) + body);
};
const motionBlock = (index: number) => `47${(index & 0xff).toString(16).padStart(2, '0')}000000${ATHENA_DATA}`;

describe('classic, read by hand', () => {
  test("acceleration and rate in the maker's axes", () => {
    const seen = read(byHand(), ACC, notification(21101)) as PlainSample[];
    expect(seen.map((s) => s.accMps2)).toEqual(counts.map((row) => close(row.map((c) => c * A))));
    expect(seen.map((s) => [s.counter, s.tickUs, s.gyrRadps])).toEqual([0, 1, 2].map((n) => [n, null, null]));
    const decoder = byHand();
    const rates = read(decoder, GYRO, notification(365)) as PlainSample[];
    expect(rates.map((s) => s.gyrRadps)).toEqual(counts.map((row) => close(row.map((c) => c * W))));
    expect(decoder.origin.counter).toBe(365);
  });

  test("mode 1 turns them to the kit's: forward, left, up", () => {
    const [first] = read(byHand(1), ACC, notification(0)) as PlainSample[];
    expect(first!.accMps2).toEqual(close([-256 * A, -256 * A, 16384 * A]));
    const [rate] = read(byHand(1), GYRO, notification(0)) as PlainSample[];
    expect(rate!.gyrRadps).toEqual(close([256 * W, 256 * W, -16384 * W]));
  });

  test('full scale is flagged', () => {
    const full = fromHex(`0000${'7fff00008000'.repeat(3)}`);
    expect(read(byHand(), ACC, full)).toMatchObject(Array(3).fill({ flags: ['accSaturated'] }));
    expect(read(byHand(), GYRO, full)).toMatchObject(Array(3).fill({ flags: ['gyroSaturated'] }));
  });

  test('telemetry: 75 % is 0x9600 / 512', () => {
    const decoder = byHand();
    expect(read(decoder, TELEMETRY, fromHex('00019600073a0f3c001b'))).toBe('not-motion');
    expect(decoder.battery).toBe(0.75);
    expect(read(decoder, TELEMETRY, fromHex('0001ffff'))).toBe('too-short');
    expect(read(decoder, TELEMETRY, fromHex('0001'))).toBe('too-short');
    expect(decoder.battery).toBe(0.75);
  });

  test.each([
    ['too-short', ACC, ''],
    ['too-short', GYRO, '0001'],
    ['too-long', ACC, `0001${TRIPLES}00`],
    ['not-motion', CONTROL, '027b7d'],
    ['not-motion', '2a19', '32'],
    ['unknown-characteristic', 'ffe4', '00'],
  ])('%s: %s %s', (status, characteristic, hex) => {
    expect(read(byHand(), characteristic, fromHex(hex))).toBe(status);
  });
});

describe('classic stream: acceleration and rate put together', () => {
  const feed = (...events: [string, number][]) => {
    const decoder = live();
    return events.map(([uuid, sequence]) => {
      const seen = read(decoder, uuid, notification(sequence));
      return typeof seen === 'string' ? seen : seen.map((s) => [s.counter, s.accMps2 !== null, s.flags.join()]);
    });
  };
  const rows = (from: number, acc = true, flags = '') => [0, 1, 2].map((i) => [from + i, acc, i === 0 ? flags : '']);

  test('whichever comes first', () => {
    expect(feed([GYRO, 10], [ACC, 10], [ACC, 11], [GYRO, 11])).toEqual(['incomplete', rows(0), 'incomplete', rows(3)]);
  });
  test('numbers that began apart keep their distance; a lead of one at the start is none', () => {
    expect(feed([ACC, 500], [GYRO, 10], [GYRO, 11], [ACC, 501])).toEqual([
      'incomplete',
      rows(0),
      'incomplete',
      rows(3),
    ]);
    expect(feed([GYRO, 10], [ACC, 11], [GYRO, 11])).toEqual(['incomplete', rows(0, false), rows(3)]);
    expect(feed([ACC, 10], [GYRO, 11], [ACC, 11])).toEqual(['incomplete', 'incomplete', rows(0)]);
  });
  test('a lost acceleration leaves a hole, a lost rate a gap', () => {
    expect(feed([GYRO, 0], [ACC, 0], [GYRO, 1], [GYRO, 2], [ACC, 2])).toEqual([
      'incomplete',
      rows(0),
      'incomplete',
      rows(3, false),
      rows(6),
    ]);
    expect(feed([GYRO, 0], [ACC, 0], [ACC, 1], [GYRO, 2], [ACC, 2])).toEqual([
      'incomplete',
      rows(0),
      'incomplete',
      'incomplete',
      rows(6, true, 'gap'),
    ]);
    // Two rates in a row and an acceleration that belongs to neither.
    expect(feed([GYRO, 0], [ACC, 0], [GYRO, 1], [ACC, 3], [GYRO, 2]).slice(3)).toEqual([
      rows(3, false),
      rows(6, false),
    ]);
  });
  test('the number wraps; a packet twice is marked; a new beginning is told', () => {
    const both = (n: number): [string, number][] => [
      [GYRO, n],
      [ACC, n],
    ];
    const seen = feed(...both(65535), ...both(0), ...both(0), ...both(30000));
    expect(seen[3]).toEqual(rows(3));
    expect(seen[5]).toEqual([0, 1, 2].map((i) => [3 + i, true, 'duplicate']));
    expect(seen[7]).toEqual(rows(6, true, 'gap,clockStep'));
  });
});

describe('Athena', () => {
  test('a packet with one motion block, by hand', () => {
    const decoder = museAthenaDriver.createDecoder(museAthenaDriver.describeForDecode());
    const seen = read(decoder, ATHENA, fromHex(ATHENA_PACKET)) as PlainSample[];
    expect(seen).toHaveLength(3);
    expect(seen[0]!.accMps2).toEqual(close([256 * A, -256 * A, 16384 * A]));
    // Its gyro counts the other way round.
    expect(seen[0]!.gyrRadps).toEqual(close([-512 * W, 0, W]));
    expect(seen.map((s) => s.counter)).toEqual([0, 1, 2]);
    expect(decoder.origin).toEqual({ tickUs: 2_000_000, counter: 5 });
  });

  test('several blocks and packets in one message, EEG and battery between', () => {
    const decoder = byHand();
    const message = toHex(packetOf(1000, EEG, motionBlock(3), BATTERY)) + toHex(packetOf(1000, motionBlock(4), EEG));
    const seen = read(decoder, ATHENA, fromHex(message)) as PlainSample[];
    expect(seen.map((s) => s.counter)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(seen.every((s) => s.flags.length === 0)).toBe(true);
    expect(decoder.battery).toBe(0.5);
    expect(read(decoder, MuseCharacteristic.athenaMore, packetOf(0, EEG))).toBe('not-motion');
    read(decoder, ATHENA, packetOf(0, `88010000000019${'00'.repeat(40)}`));
    expect(decoder.battery).toBe(0.25);
    read(decoder, ATHENA, packetOf(0, `880100000000ff${'00'.repeat(40)}`));
    read(decoder, ATHENA, packetOf(0, '880100000000'));
    expect(decoder.battery).toBe(0.25);
  });

  test.each([
    ['too-short', '0d00000000000000001200'],
    ['too-long', '00'.repeat(513)],
    ['bad-length', `05${'00'.repeat(20)}`],
    ['bad-length', `f0${'00'.repeat(20)}`],
    ['bad-length', `0e00000000000000004700000000`],
    ['bad-length', `${toHex(packetOf(0, EEG)).replace(/^../, '2c')}1234`],
    ['bad-content', toHex(packetOf(0, '7700000000'))],
  ])('%s: %s', (status, hex) => {
    expect(read(byHand(), ATHENA, fromHex(hex))).toBe(status);
  });

  test('index and clock wrap, silences of several wraps are counted, a trembling clock is followed smoothly', () => {
    const decoder = live();
    const blockCounts = (3 / 52) * 256_000;
    let previous = Number.NaN;
    let worst = 0;
    for (let n = 0; n < 2000; n++) {
      // Lost: one block, and half a minute (512 blocks, two wraps of the index).
      if (n === 700 || (n >= 900 && n < 1412)) continue;
      const tremble = 5000 * Math.sin(n * 1.7);
      const clock = (2 ** 32 - 1e6 + n * blockCounts + tremble) % 2 ** 32;
      read(decoder, ATHENA, packetOf(Math.round(clock), motionBlock(200 + n)));
      expect(block.counter[0]).toBe(3 * n);
      expect(flagNames(block.flags[0]!)).toEqual(n === 701 || n === 1412 ? ['gap'] : []);
      if (n > 200 && Number.isFinite(previous) && n !== 701 && n !== 1412)
        worst = Math.max(worst, Math.abs(block.tickUs[0]! - previous - 1e6 / 52));
      previous = block.tickUs[2]!;
    }
    // 20 ms of tremble; the smooth clock's steps are right to 1.2 ms.
    expect(worst).toBeLessThan(1200);
  });

  test('late blocks are marked, a restart and a jump of the clock are told', () => {
    const decoder = live();
    const at = (n: number, jumpS = 0) => Math.round((10 + jumpS) * 256_000 + n * (3 / 52) * 256_000);
    const flags = (n: number, jumpS = 0, index = n) => {
      read(decoder, ATHENA, packetOf(at(n, jumpS), motionBlock(index)));
      return flagNames(block.flags[0]!);
    };
    expect(flags(0)).toEqual([]);
    expect(flags(1)).toEqual([]);
    expect(flags(1)).toEqual(['duplicate']);
    expect(flags(0)).toEqual(['duplicate']);
    expect(flags(2)).toEqual([]);
    expect(flags(3, -9)).toEqual(['gap', 'clockStep']);
    expect(flags(4, -8)).toEqual(['clockStep']);
  });
});

test('any bytes: a status, and no half vectors', () => {
  const valid = fc.constantFrom(ATHENA_PACKET, toHex(packetOf(9, EEG, motionBlock(1), BATTERY))).map(fromHex);
  const changed = fc.tuple(valid, fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
    bytes[at % bytes.length] = value;
    return bytes;
  });
  const uuid = fc.constantFrom(ACC, GYRO, ATHENA, TELEMETRY);
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ minLength: 20, maxLength: 20 }), changed);
  fc.assert(
    fc.property(fc.array(fc.tuple(uuid, bytes), { maxLength: 20 }), fc.boolean(), (events, hand) => {
      const decoder = hand ? byHand() : live();
      for (const [characteristic, data] of events) {
        read(decoder, characteristic, data);
        expect(faultOf(block)).toBeNull();
      }
    }),
  );
});

describe('the control characteristic', () => {
  test('commands and answers in pieces', () => {
    expect([...encodeMuseCommand('p21')]).toEqual([4, 0x70, 0x32, 0x31, 0x0a]);
    const reader = createAnswerReader();
    const pieces = ['{"fw":"1.2.13",', '"hw":"3.1",', '"rc":0}{"x', '":1}'].map((t) =>
      Uint8Array.of(t.length, ...new TextEncoder().encode(t)),
    );
    expect(pieces.map((piece) => reader(piece))).toEqual([null, null, '{"fw":"1.2.13","hw":"3.1","rc":0}', '{"x":1}']);
    expect(readAnswer('{"fw":"1.2.13","rc":0}')).toEqual({ fw: '1.2.13', rc: '0' });
    expect(readAnswer('{oh}')).toEqual({});
    expect(readAnswer('3')).toEqual({});
    expect(reader(new Uint8Array(0))).toBeNull();
    for (let i = 0; i < 200; i++) expect(reader(Uint8Array.of(19, ...Array(19).fill(0x61)))).toBeNull();
  });
});

describe('start, stop, battery', () => {
  const make = (options: Partial<MuseModelOptions> = {}, mtu = 247) => {
    const model = createMuseModel({ source: createSubject(4), ...options });
    return { model, link: createModelLink(model, mtu) };
  };

  test('a classic Muse and an Athena are told apart by their characteristics', async () => {
    for (const kind of ['classic', 'athena'] as const) {
      const { model, link } = make({ kind, batteryPercent: 64, hasTelemetry: false });
      expect(await museDriver.readBattery(link)).toBeNull();
      const description = await museDriver.start(link, WISH, () => {});
      expect(description).toMatchObject({
        driverId: kind === 'classic' ? 'muse' : 'muse-athena',
        sensorSerial: 'SIM-MUSE-1',
        firmware: kind === 'classic' ? '1.2.13' : '3.0.4',
        hardware: '3.1',
        simulated: true,
        nominalRateHz: 52,
        config: { content: 'inertial', axes: 'kit' },
      });
      expect(driverById(description.driverId)).not.toBeNull();
      expect(model.streaming).toBe(true);
      expect(await museDriver.readBattery(link)).toBe(0.64);
      await museDriver.prompt(link, 'nod');
      await museDriver.stop(link);
      expect(model.streaming).toBe(false);
    }
  });

  test('telemetry tells the charge of a classic one', async () => {
    const { link } = make({ batteryPercent: 30 });
    await museDriver.start(link, WISH, () => {});
    link.advance(100_000);
    expect(await museDriver.readBattery(link)).toBe(0.3);
  });

  test('a silent headband still streams', async () => {
    const { model, link } = make({ mute: true, hasTelemetry: false });
    const description = await museDriver.start(link, WISH, () => {});
    expect(description).toMatchObject({ sensorSerial: 'link-1', firmware: '', model: 'Muse' });
    expect(model.streaming).toBe(true);
    expect(await museDriver.readBattery(link)).toBeNull();
  });

  test('refused: a small MTU for an Athena, a missing characteristic; no identify', async () => {
    const code = { code: 'SENSOR_UNSUPPORTED' };
    await expect(museDriver.start(make({ kind: 'athena' }, 60).link, WISH, () => {})).rejects.toMatchObject(code);
    const { model, link } = make();
    await expect(museDriver.start(createModelLink(model, 247, [ACC]), WISH, () => {})).rejects.toMatchObject(code);
    await expect(museDriver.identify(link)).rejects.toMatchObject({ code: 'CANNOT_IDENTIFY' });
    link.write = async () => {
      throw new Error('gone');
    };
    await expect(museDriver.start(link, WISH, () => {})).rejects.toThrow('gone');
  });

  test("an advertisement is the classic driver's", () => {
    const seen = (name: string, ...serviceUuids: string[]) =>
      driverForAdvertisement({ deviceId: 'a', name, serviceUuids, rssiDbm: null })?.id ?? null;
    expect([seen('Muse-51M1'), seen('MuseS-51M1'), seen('x', 'fe8d'), seen('Museum')]).toEqual([
      'muse',
      'muse',
      'muse',
      null,
    ]);
    expect(museAthenaDriver.matches({ deviceId: 'a', name: 'MuseS-1', serviceUuids: ['fe8d'], rssiDbm: null })).toBe(
      false,
    );
  });

  test.each(['classic', 'athena'] as const)("%s: what the chip measured comes out in the kit's axes", async (kind) => {
    const still = {
      accMps2: Float64Array.of(1, 2, 9),
      gyrRadps: Float64Array.of(0.3, -0.2, 0.1),
      quat: Float64Array.of(1, 0, 0, 0),
    };
    const source = {
      sample: (_t: number, _r: number, out: typeof still) => {
        out.accMps2.set(still.accMps2);
        out.gyrRadps.set(still.gyrRadps);
        return true;
      },
      prompt: () => {},
    };
    const model = createMuseModel({ source, kind, firstAcc: 65530, firstGyro: 65530, bootClock: 2 ** 32 - 1000 });
    const run = await startOfflineRun({ model, driver: museDriver, wish: WISH });
    const decoder = museDriver.createDecoder(run.description);
    let samples = 0;
    run.advanceTo(3e6, ({ characteristic, bytes }) => {
      decoder.decode(characteristic, bytes, block);
      for (let i = 0; i < block.count; i++) {
        const { accMps2, gyrRadps, counter, flags } = sampleAt(block, i);
        expect(accMps2).toEqual([1, 2, 9].map((v) => expect.closeTo(v, 2)));
        expect(gyrRadps).toEqual([0.3, -0.2, 0.1].map((v) => expect.closeTo(v, 3)));
        expect([counter, flags]).toEqual([samples++, []]);
      }
    });
    expect(samples).toBeGreaterThan(140);
  });

  test('encoders give the bytes of the layout', () => {
    const motion = { accMps2: [0, 0, 9.80665], gyrRadps: [0, 0, -W] };
    const three = [motion, motion, motion];
    expect(toHex(encodeMuseClassic('acc', 258, three)).slice(0, 16)).toBe('0102000000004000');
    expect(toHex(encodeMuseClassic('gyro', 1, three)).slice(0, 16)).toBe('0001000000000001');
    expect(toHex(encodeAthenaMotion(three)).slice(0, 24)).toBe('000000000040' + '00000000ffff');
    expect(toHex(encodeAthenaPacket(7, 512000, [[0x47, 5, encodeAthenaMotion(three)]])).slice(0, 28)).toBe(
      ATHENA_PACKET.slice(0, 28),
    );
  });
});

describe.skipIf(lacksSharedData('packets'))('packets of real headbands', () => {
  test('classic packets decode to the values stated there', () => {
    for (const { name, characteristic, hex, expected } of packetVectors('muse-classic.json')) {
      const { samples, battery } = decoded('muse-classic', characteristic!, hex);
      const { seq, g, dps, batteryPercent } = expected as {
        seq: number;
        g?: number[][];
        dps?: number[][];
        batteryPercent?: number;
      };
      if (name === 'telemetry') expect(battery).toBeCloseTo(batteryPercent!, 9);
      else expect(samples[0]!.counter).toBe(seq);
      if (g)
        expect(samples.map((s) => s.accMps2)).toEqual(g.map((row) => row.map((v) => expect.closeTo(v * 9.80665, 9))));
      if (dps)
        expect(samples.map((s) => s.gyrRadps)).toEqual(dps.map((row) => row.map((v) => expect.closeTo(v * RAD, 9))));
    }
  });

  test('Athena messages decode to the values stated there', () => {
    for (const { characteristic, hex, expected } of packetVectors('muse-athena.json')) {
      const blocks = (
        expected as { accgyro: { pktTimeRaw256kHz: number; subIndex: number | null; samples_g_dps: number[][] }[] }
      ).accgyro;
      const { samples } = decoded('muse-athena', characteristic!, hex);
      const rows = blocks.flatMap((b) => b.samples_g_dps);
      expect(samples.map((s) => s.accMps2)).toEqual(
        rows.map((r) => r.slice(0, 3).map((v) => expect.closeTo(v * 9.80665, 4))),
      );
      expect(samples.map((s) => s.gyrRadps)).toEqual(
        rows.map((r) => r.slice(3).map((v) => expect.closeTo(v * RAD, 6))),
      );
      expect(samples[0]!.tickUs).toBeCloseTo(blocks[0]!.pktTimeRaw256kHz / 0.256, 3);
      expect(samples[0]!.counter).toBe(blocks[0]!.subIndex ?? 0);
    }
  });

  test('the messages follow each other as one stream', () => {
    const decoder = live();
    const counters = packetVectors('muse-athena.json').flatMap(({ hex }) =>
      (read(decoder, ATHENA, fromHex(hex)) as PlainSample[]).map((s) => s.counter),
    );
    expect(counters).toEqual(counters.map((_, i) => i));
  });
});
