import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMetaMotionModel, encodeFusion } from '../../src/adapters/sim/metamotion-model.ts';
import { startOfflineRun } from '../../src/adapters/sim/offline-run.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import { createSampleBlock, SampleFlag } from '../../src/core/sample.ts';
import { metaMotionDriver } from '../../src/devices/metamotion.ts';
import { frameOf } from '../../src/devices/metamotion-frame.ts';
import { batteryOfMessage, MetaMotionCharacteristic } from '../../src/devices/metamotion-protocol.ts';
import { driverForAdvertisement } from '../../src/devices/registry.ts';
import type { StreamDescription } from '../../src/ports/sensor-source.ts';
import { faultOf, sampleAt } from '../support/device-columns.ts';
import { fromHex } from '../support/hex.ts';
import { decoded, packetVectors } from '../support/packet-vectors.ts';
import { lacksSharedData } from '../support/shared-data.ts';
import { createModelLink } from '../support/sim-link.ts';

const { notify: NOTIFY, command: COMMAND } = MetaMotionCharacteristic;
const RAD = Math.PI / 180;
const G = 9.80665;
/** 1907 and 0.5 four times; 0x3f000000 is 0.5. */
const QUAT = `1907${'0000003f'.repeat(4)}`;
/** 1000, -2000, 500 mg, accuracy 3. */
const ACC = '190400007a440000fac40000fa4303';
/** 90, -45, 180 deg/s, accuracy 0. */
const GYRO = '19050000b442000034c20000344300';
const quat = [0.5, 0.5, 0.5, 0.5];
const acc = [G, -2 * G, 0.5 * G].map((v) => expect.closeTo(v, 9));
const rate = [90 * RAD, -45 * RAD, 180 * RAD].map((v) => expect.closeTo(v, 9));
const block = createSampleBlock();
const described = (content: string): StreamDescription => ({
  ...metaMotionDriver.describeForDecode(),
  config: { content },
});
const byHand = () => metaMotionDriver.createDecoder(metaMotionDriver.describeForDecode());
const link = (options: Partial<Parameters<typeof createMetaMotionModel>[0]> = {}, mtu = 247) => {
  const model = createMetaMotionModel({ source: createSubject(4), ...options });
  return { model, link: createModelLink(model, mtu) };
};

describe('messages read by hand', () => {
  test('quaternion, acceleration, rate', () => {
    const decoder = byHand();
    expect(decoder.decode(NOTIFY, fromHex(QUAT), block)).toBe('ok');
    expect(sampleAt(block)).toEqual({ tickUs: null, counter: null, quat, gyrRadps: null, accMps2: null, flags: [] });
    decoder.decode(NOTIFY, fromHex(ACC), block);
    expect(sampleAt(block)).toMatchObject({ quat: null, accMps2: acc, flags: [] });
    decoder.decode(NOTIFY, fromHex(GYRO), block);
    expect(sampleAt(block)).toMatchObject({ gyrRadps: rate, accMps2: null });
  });

  test('angles: heading 90, pitch 0, roll 0, yaw 90 is a quarter turn about z', () => {
    byHand().decode(NOTIFY, fromHex('19080000b44200000000000000000000b442'), block);
    expect(sampleAt(block).quat).toEqual([Math.SQRT1_2, 0, 0, Math.SQRT1_2].map((v) => expect.closeTo(v, 12)));
    expect([...block.eulerRad.subarray(0, 3)]).toEqual([0, 0, expect.closeTo(90 * RAD, 12)]);
  });

  test('gravity and linear acceleration are m/s^2', () => {
    byHand().decode(NOTIFY, fromHex('19090000000000000000e9e61c41'), block);
    expect(sampleAt(block).accMps2).toEqual([0, 0, expect.closeTo(9.80637, 4)]);
    byHand().decode(NOTIFY, fromHex('190a0000803f000000c00000803e'), block);
    expect(sampleAt(block).accMps2).toEqual([1, -2, 0.25]);
    expect(block.flags[0]! & SampleFlag.freeAcceleration, 'gravity was taken out').not.toBe(0);
  });

  test.each([
    ['too-short', ''],
    ['too-short', '19'],
    ['too-short', '19070000003f'],
    ['too-long', `${QUAT}00`],
    ['not-configured', `1907${'00'.repeat(16)}`],
    ['not-motion', '190600007a440000fac40000fa4303'],
    ['not-motion', '190b030302'],
    ['not-motion', '13800001'],
    ['not-motion', '118c57a00f'],
    ['bad-content', '4201ff'],
  ])('%s: %s', (status, hex) => {
    expect(byHand().decode(NOTIFY, fromHex(hex), block)).toBe(status);
    expect(block.count).toBe(0);
  });

  test('a quaternion that is no rotation, and numbers that are none, are flagged and empty', () => {
    byHand().decode(NOTIFY, fromHex(`1907${'0000803f'.repeat(4)}`), block);
    expect(sampleAt(block)).toMatchObject({ quat: null, flags: ['invalid'] });
    byHand().decode(NOTIFY, fromHex(`1904${'0000c07f'.repeat(3)}00`), block);
    expect(sampleAt(block)).toMatchObject({ accMps2: null, flags: ['invalid'] });
    byHand().decode(NOTIFY, fromHex(`1908${'0000807f'.repeat(4)}`), block);
    expect(sampleAt(block)).toMatchObject({ quat: null, flags: ['invalid'] });
  });

  test('full scale is flagged: 16 g, 2000 deg/s', () => {
    byHand().decode(NOTIFY, fromHex('190400007a460000000000000000ff'), block);
    expect(sampleAt(block).flags).toEqual(['accSaturated']);
    byHand().decode(NOTIFY, fromHex('19050000fac4000000000000000000'), block);
    expect(sampleAt(block).flags).toEqual(['gyroSaturated']);
  });

  test('battery, button, other characteristics', () => {
    const decoder = byHand();
    decoder.decode(NOTIFY, fromHex('118c57a00f'), block);
    expect(decoder.battery).toBe(0.87);
    expect(batteryOfMessage(fromHex('118cff'))).toBeNull();
    decoder.decode('2a19', Uint8Array.of(40), block);
    decoder.decode('2a19', Uint8Array.of(140), block);
    expect(decoder.battery).toBe(0.4);
    decoder.decode(NOTIFY, fromHex('010101'), block);
    expect(decoder.notice).toBe('button');
    decoder.decode(NOTIFY, fromHex('010100'), block);
    decoder.decode(NOTIFY, fromHex(QUAT), block);
    expect(decoder.notice).toBeNull();
    expect(decoder.decode(COMMAND, fromHex(QUAT), block)).toBe('unknown-characteristic');
  });
});

describe('samples of a stream', () => {
  const feed = (content: string, ...hex: string[]) => {
    const decoder = metaMotionDriver.createDecoder(described(content));
    return hex.map((text) => {
      const status = decoder.decode(NOTIFY, fromHex(text), block);
      return status === 'ok' ? sampleAt(block) : status;
    });
  };

  test('three messages make one sample, in any order', () => {
    const whole = { quat, accMps2: acc, gyrRadps: rate, flags: [] };
    expect(feed('both', ACC, GYRO, QUAT, QUAT, GYRO, ACC)).toMatchObject([
      'incomplete',
      'incomplete',
      whole,
      'incomplete',
      'incomplete',
      whole,
    ]);
    expect(feed('inertial', ACC, QUAT, GYRO)).toMatchObject(['incomplete', 'not-motion', { accMps2: acc, quat: null }]);
    expect(feed('quaternion', QUAT, ACC, '190900000000000000000000803f')).toMatchObject([
      { quat },
      'not-motion',
      'not-motion',
    ]);
  });

  test('a lost message is a hole, not a shift; what is there before the first whole sample is dropped', () => {
    const seen = feed('both', QUAT, ACC, ACC, GYRO, QUAT, ACC, QUAT, ACC, GYRO, QUAT);
    expect(seen.slice(0, 4)).toEqual(Array(4).fill('incomplete'));
    expect(seen[4]).toMatchObject({ quat, accMps2: acc, gyrRadps: rate });
    expect(seen[7]).toMatchObject({ quat, accMps2: acc, gyrRadps: null });
    expect(seen[9]).toMatchObject({ quat, accMps2: acc, gyrRadps: rate });
  });

  test('any bytes: a status, and no half vectors', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 24 }),
      fc
        .tuple(fc.constantFrom(4, 5, 7, 8, 9, 10), fc.uint8Array({ minLength: 16, maxLength: 16 }))
        .map(([register, data]) =>
          Uint8Array.of(0x19, register, ...data.subarray(0, register < 7 ? 13 : register < 9 ? 16 : 12)),
        ),
    );
    for (const content of ['inertial', 'quaternion', 'both', 'none']) {
      const decoder = metaMotionDriver.createDecoder(described(content));
      fc.assert(
        fc.property(bytes, (data) => {
          const status = decoder.decode(NOTIFY, data, block);
          expect(status === 'ok').toBe(block.count > 0);
          expect(faultOf(block)).toBeNull();
        }),
      );
    }
  });
});

describe('start, stop, identify', () => {
  test('the chip decides the range command; the stop list goes first; both contents stream', async () => {
    for (const [chip, acc3] of [
      ['bmi160', 0x28],
      ['bmi270', 0xa8],
    ] as const) {
      const { model, link: l } = link({ chip });
      const written: number[][] = [];
      const { write } = l;
      l.write = (uuid, bytes) => {
        written.push([...bytes]);
        return write(uuid, bytes);
      };
      const description = await metaMotionDriver.start(l, { rateHz: 100, content: 'both' }, () => {});
      expect(written[0]).toEqual([0x19, 0x01, 0x00]);
      expect(written.find(([module, register]) => module === 3 && register === 3)?.[2]).toBe(acc3);
      expect(description).toMatchObject({
        driverId: 'metamotion',
        sensorSerial: 'SIM-MM-1',
        simulated: true,
        nominalRateHz: 100,
        config: { content: 'both', attitudeFrom: 'quaternion', chip },
      });
      expect(model.streaming).toBe(true);
      await metaMotionDriver.stop(l);
      expect(model.streaming).toBe(false);
    }
  });

  test('a slow link gets the quaternion alone', async () => {
    const { link: slow } = link();
    const description = await metaMotionDriver.start(
      Object.assign(slow, { intervalMs: 30 }),
      { rateHz: 100, content: 'both' },
      () => {},
    );
    expect(description.config['content']).toBe('quaternion');
  });

  test('battery, blink, button', async () => {
    const { model, link: l } = link({ batteryPercent: 41 });
    expect(await metaMotionDriver.readBattery(l)).toBeNull();
    const heard: number[][] = [];
    await metaMotionDriver.start(l, { rateHz: 100, content: 'inertial' }, (_, bytes) => heard.push([...bytes]));
    expect(await metaMotionDriver.readBattery(l)).toBe(0.41);
    await metaMotionDriver.identify(l);
    expect(model.identifyUntilUs).toBe(5e6);
    model.press();
    l.advance(1);
    expect(heard.at(-1)).toEqual([1, 1, 1]);
    await metaMotionDriver.prompt(l, 'nod');
  });

  test('no fusion, unknown chips, missing characteristics: refused with a reason', async () => {
    const wish = { rateHz: 100, content: 'both' } as const;
    await expect(metaMotionDriver.start(link({ hasFusion: false }).link, wish, () => {})).rejects.toMatchObject({
      code: 'SENSOR_UNSUPPORTED',
    });
    const model = createMetaMotionModel({ source: createSubject(4) });
    await expect(metaMotionDriver.start(createModelLink(model, 247, [COMMAND]), wish, () => {})).rejects.toMatchObject({
      code: 'SENSOR_UNSUPPORTED',
    });
    const odd = link().link;
    const { subscribe } = odd;
    odd.subscribe = (uuid, listener) =>
      subscribe(uuid, (bytes, at) => {
        if (bytes[0] === 0x13 && bytes[1] === 0x80) bytes[2] = 9;
        listener(bytes, at);
      });
    await expect(metaMotionDriver.start(odd, wish, () => {})).rejects.toMatchObject({ code: 'SENSOR_UNSUPPORTED' });
  });

  test('a fusion that never takes a mode is told as such', async () => {
    const model = createMetaMotionModel({ source: createSubject(4), fusionDeaf: true });
    const run = await startOfflineRun({
      model,
      driver: metaMotionDriver,
      wish: { rateHz: 100, content: 'quaternion' },
    });
    const decoder = metaMotionDriver.createDecoder(run.description);
    const statuses = new Set<string>();
    run.advanceTo(1e6, ({ characteristic, bytes }) => statuses.add(decoder.decode(characteristic, bytes, block)));
    expect([...statuses]).toEqual(['not-configured']);
  });

  test('known by its service alone', () => {
    const advertisement = {
      deviceId: 'a',
      name: 'MetaWear',
      serviceUuids: [metaMotionDriver.serviceUuids[0]!],
      rssiDbm: null,
    };
    expect(driverForAdvertisement(advertisement)).toBe(metaMotionDriver);
    expect(metaMotionDriver.matches({ ...advertisement, serviceUuids: [] })).toBe(false);
  });
});

describe('the frame at the start', () => {
  const about = (axis: number[], deg: number) => {
    const s = Math.sin((deg * RAD) / 2);
    return [Math.cos((deg * RAD) / 2), ...axis.map((a) => a * s)];
  };
  const message = (register: number, q: number[]) =>
    encodeFusion(register, { quat: q, gyrRadps: [0, 0, 0], accMps2: [0, 0, G] })!;
  const q = about([0.6, 0.8, 0], 70);
  const conjugated = [q[0]!, -q[1]!, -q[2]!, -q[3]!];
  const turned = message(9, q);

  test('up, down, conjugated, odd, unknown', () => {
    expect(frameOf(message(7, q), message(9, q))).toBe('up');
    const view = new DataView(turned.buffer);
    const down = turned.slice();
    for (let k = 0; k < 3; k++)
      new DataView(down.buffer).setFloat32(2 + 4 * k, -view.getFloat32(2 + 4 * k, true), true);
    expect(frameOf(message(7, q), down)).toBe('down');
    expect(frameOf(message(7, conjugated), message(9, q))).toBe('conjugated');
    expect(frameOf(message(7, about([1, 0, 0], 90)), message(9, about([0, 1, 0], 90)))).toBe('odd');
    expect(frameOf(message(7, [0, 0, 0, 0]), message(9, q))).toBe('unknown');
    expect(frameOf(message(9, q), message(9, q))).toBe('unknown');
  });
});

describe.skipIf(lacksSharedData('packets'))('packets of the maker', () => {
  test('decode to the values stated there', () => {
    for (const { name, hex, expected } of packetVectors('metamotion.json')) {
      if (name === 'corrected-mag') {
        expect(() => decoded('metamotion', NOTIFY, hex)).toThrow('not-motion');
        continue;
      }
      const sample = decoded('metamotion', NOTIFY, hex).samples[0]!;
      const {
        q,
        g,
        dps,
        headingPitchRollYawDeg: angles,
      } = expected as Record<string, number[]> & { q: Record<string, number> };
      if (q) {
        const norm = Math.hypot(...Object.values(q));
        expect(sample.quaternion).toEqual(['w', 'x', 'y', 'z'].map((k) => expect.closeTo(q[k]! / norm, 6)));
      }
      if (g) expect(sample.accMps2).toEqual(g.map((v) => expect.closeTo(v * G, 4)));
      if (dps) expect(sample.gyrRadps).toEqual(dps.map((v) => expect.closeTo(v * RAD, 6)));
      if (angles) expect(sample.eulerDeg).toEqual([angles[2], angles[1], angles[3]].map((v) => expect.closeTo(v!, 5)));
    }
  });
});
