import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startOfflineRun } from '../../src/adapters/sim/offline-run.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import {
  createWitMotionModel,
  encodeWitFrame,
  type WitMotionModelOptions,
} from '../../src/adapters/sim/witmotion-model.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import { driverForAdvertisement } from '../../src/devices/registry.ts';
import { witMotionDriver } from '../../src/devices/witmotion.ts';
import { chargeOfVolts, readClockMs, WitMotionCharacteristic } from '../../src/devices/witmotion-protocol.ts';
import { faultOf, type PlainSample, sampleAt } from '../support/device-columns.ts';
import { fromHex, toHex } from '../support/hex.ts';
import { decoded, packetVectors } from '../support/packet-vectors.ts';
import { lacksSharedData } from '../support/shared-data.ts';
import { createModelLink } from '../support/sim-link.ts';

const { notify: NOTIFY, write: WRITE } = WitMotionCharacteristic;
const RAD = Math.PI / 180;
const G = 9.80665;
const WISH = { rateHz: 100, content: 'both' } as const;
/** 0x0800 is 1 g, 0xf000 -2 g, 0x0400 half; 0x2000 is 500 deg/s; 0x4000 is 90 deg, 0xc000 -90, 0x2000 45. */
const FRAME = '5561000800f000040020e0ff00000040000000c0'.replace('e0ff0000', '00e00000');
/** Roll 90, pitch 0, yaw -90: Rz(-90) Rx(90). */
const sample = {
  accMps2: [G, -2 * G, 0.5 * G].map((v) => expect.closeTo(v, 9)),
  gyrRadps: [500 * RAD, -500 * RAD, 0].map((v) => expect.closeTo(v, 9)),
  quat: [0.5, 0.5, -0.5, -0.5].map((v) => expect.closeTo(v, 9)),
  tickUs: null,
  counter: null,
  flags: [] as string[],
};
/** 2025-09-26 10:30:05, 250 ms; and 50 ms later. */
const CLOCK = '19091a0a1e05fa00';
const LATER = '19091a0a1e052c01';
/** Register 64: 3.82 V. */
const BATTERY = `557164007e01${'00'.repeat(14)}`;
/** Register 51: 0.5 four times. */
const QUATERNION = `55715100${'0040'.repeat(4)}${'00'.repeat(8)}`;
const block = createSampleBlock();
const byHand = () => witMotionDriver.createDecoder(witMotionDriver.describeForDecode());
const streaming = () =>
  witMotionDriver.createDecoder({ ...witMotionDriver.describeForDecode(), config: { content: 'both' } });

/** Statuses and samples of notifications in turn. */
function feed(decoder: ReturnType<typeof byHand>, ...hex: string[]): (string | PlainSample[])[] {
  return hex.map((text) => {
    const status = decoder.decode(NOTIFY, fromHex(text), block);
    expect(status === 'ok').toBe(block.count > 0);
    return status === 'ok' ? Array.from({ length: block.count }, (_, i) => sampleAt(block, i)) : status;
  });
}

describe('frames', () => {
  test('one, four, and one cut in two or byte by byte', () => {
    expect(feed(byHand(), FRAME)).toEqual([[sample]]);
    expect([...block.eulerRad.subarray(0, 3)]).toEqual([90 * RAD, 0, -90 * RAD].map((v) => expect.closeTo(v, 9)));
    expect(feed(byHand(), FRAME.repeat(4))).toEqual([[sample, sample, sample, sample]]);
    expect(feed(byHand(), FRAME.slice(0, 14), FRAME.slice(14))).toEqual(['incomplete', [sample]]);
    expect(feed(byHand(), FRAME + FRAME.slice(0, 2), FRAME.slice(2) + FRAME.slice(0, 20), FRAME.slice(20))).toEqual([
      [sample],
      [sample],
      [sample],
    ]);
    const single = feed(byHand(), ...FRAME.match(/../g)!);
    expect(single).toEqual([...Array(19).fill('incomplete'), [sample]]);
  });

  test('28 bytes carry the clock', () => {
    const first = { ...sample, tickUs: 0 };
    expect(feed(byHand(), FRAME + CLOCK, FRAME + LATER)).toEqual([[first], [{ ...sample, tickUs: 50_000 }]]);
    expect(feed(byHand(), FRAME + CLOCK + FRAME + LATER)).toEqual([[first, { ...sample, tickUs: 50_000 }]]);
    const decoder = byHand();
    feed(decoder, FRAME + CLOCK);
    expect(decoder.origin.tickUs).toBe(((10 * 60 + 30) * 60 + 5.25) * 1e6);
  });

  test('28 bytes cut at 20: the first is told by its tail, the others are put together', () => {
    expect(feed(byHand(), FRAME, CLOCK, FRAME, LATER, `${FRAME}${LATER}${FRAME}`, CLOCK)).toEqual([
      [sample],
      'not-motion',
      'incomplete',
      [{ ...sample, tickUs: 0 }],
      [{ ...sample, tickUs: 0 }],
      [{ ...sample, tickUs: -50_000 }],
    ]);
    // A sensor without the clock after all: the frame is given out when the next one shows where it ended.
    expect(feed(byHand(), FRAME + CLOCK, FRAME, FRAME)).toEqual([
      [{ ...sample, tickUs: 0 }],
      'incomplete',
      [sample, sample],
    ]);
  });

  test('found again after bytes that fit nothing, with the loss flagged', () => {
    const after = { ...sample, flags: ['gap'] };
    expect(feed(byHand(), FRAME, `00112255${FRAME}`, FRAME)).toEqual([[sample], [after], [sample]]);
    expect(feed(byHand(), FRAME, `5561${'00'.repeat(9)}${FRAME}`, FRAME)).toEqual([[sample], [after], [sample]]);
    // The head of a frame that reads like no head of a person: 0 g.
    expect(feed(byHand(), FRAME, `ff5561${'00'.repeat(18)}`, FRAME)).toEqual([[sample], 'bad-content', [after]]);
  });

  test('registers: battery between frames, a quaternion only by hand', () => {
    const decoder = streaming();
    expect(feed(decoder, FRAME + BATTERY + FRAME, BATTERY, QUATERNION)).toEqual([
      [sample, sample],
      'not-motion',
      'not-motion',
    ]);
    expect(decoder.battery).toBeCloseTo(0.5, 9);
    expect(feed(byHand(), QUATERNION)).toMatchObject([[{ quat: [0.5, 0.5, 0.5, 0.5], accMps2: null, gyrRadps: null }]]);
    expect(feed(byHand(), `55713a00${'6801'.repeat(8)}`)).toEqual(['not-motion']);
  });

  test.each([
    ['too-short', ''],
    ['too-long', '00'.repeat(513)],
    ['bad-content', '0102030405'],
    ['bad-length', `${FRAME}${'11'.repeat(12)}`],
    ['bad-length', `${FRAME}${'11'.repeat(20)}`],
    ['bad-length', `${FRAME}ff091a0a1e05fa00`],
    ['bad-length', `${BATTERY}0011`],
  ])('%s: %s', (status, hex) => {
    expect(feed(byHand(), hex)).toEqual([status]);
  });

  test('other characteristics', () => {
    expect(byHand().decode(WRITE, fromHex(FRAME), block)).toBe('unknown-characteristic');
    expect(byHand().decode('2a19', Uint8Array.of(50), block)).toBe('not-motion');
  });

  test('full scale is flagged', () => {
    expect(feed(byHand(), `5561ff7f00000000ff7f0000000${'0'.repeat(13)}`)).toMatchObject([
      [{ flags: ['gyroSaturated', 'accSaturated'] }],
    ]);
  });

  test('a clock that is none', () => {
    for (const clock of ['64091a0a1e05fa00', '190d1a0a1e05fa00', '1909200a1e05fa00', '19091a181e05fa00'])
      expect(readClockMs(fromHex(FRAME + clock), 0)).toBeNaN();
    for (const clock of ['19091a0a3c05fa00', '19091a0a1e3cfa00', '19091a0a1e05e803'])
      expect(readClockMs(fromHex(FRAME + clock), 0)).toBeNaN();
  });

  test('voltage to charge, as the maker has it', () => {
    for (const [volts, charge] of [
      [3, 0],
      [3.4, 0],
      [3.82, 0.5],
      [3.96, 1],
      [4.2, 1],
    ] as const)
      expect(chargeOfVolts(volts)).toBeCloseTo(charge, 9);
    expect(chargeOfVolts(3.45)).toBeCloseTo(0.025, 9);
  });

  test('however a stream is cut, the samples are the same', () => {
    const motion = fc.record({
      accMps2: fc.array(fc.double({ min: -15, max: 15, noNaN: true }), { minLength: 3, maxLength: 3 }),
      gyrRadps: fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 3, maxLength: 3 }),
      quat: fc.constantFrom([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], [0.6, 0, 0, 0.8]),
    });
    fc.assert(
      fc.property(
        fc.array(motion, { minLength: 3, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        (motions, cuts, withClock) => {
          const frames = motions.map((m, i) =>
            toHex(encodeWitFrame(m, withClock ? Date.UTC(2026, 2, 1) + 10 * i : null)),
          );
          const whole = feed(streaming(), ...frames).flat();
          const pieces: string[] = [];
          let rest = frames.join('');
          for (let i = 0; rest !== ''; i++) {
            const length = 2 * cuts[i % cuts.length]!;
            pieces.push(rest.slice(0, length));
            rest = rest.slice(length);
          }
          const decoder = streaming();
          const cut = feed(decoder, ...pieces)
            .filter((entry) => typeof entry !== 'string')
            .flat();
          // The clock of the first frame may come too late to be known for one.
          const unclocked = (s: unknown) => ({ ...(s as PlainSample), tickUs: null });
          expect(cut.map(unclocked)).toEqual(whole.map(unclocked));
        },
      ),
    );
  });

  test('angles lose nothing where pitch is 90 degrees: the attitude is right to 0.02 degrees everywhere', () => {
    const unit = fc
      .tuple(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.constantFrom(-90, 90, -89.99, 89.9, 0, 30),
        fc.double({ min: -180, max: 180, noNaN: true }),
      )
      .map(([roll, pitch, yaw]) => {
        const [r, p, y] = [roll, pitch, yaw].map((deg) => (deg * RAD) / 2) as [number, number, number];
        const [cr, sr, cp, sp, cy, sy] = [Math.cos(r), Math.sin(r), Math.cos(p), Math.sin(p), Math.cos(y), Math.sin(y)];
        return [
          cr * cp * cy + sr * sp * sy,
          sr * cp * cy - cr * sp * sy,
          cr * sp * cy + sr * cp * sy,
          cr * cp * sy - sr * sp * cy,
        ];
      });
    fc.assert(
      fc.property(unit, (quat) => {
        byHand().decode(NOTIFY, encodeWitFrame({ quat, gyrRadps: [0, 0, 0], accMps2: [0, 0, G] }), block);
        const dot = quat.reduce((sum, q, k) => sum + q * block.quat[k]!, 0);
        expect((2 * Math.acos(Math.min(1, Math.abs(dot)))) / RAD).toBeLessThan(0.02);
      }),
    );
  });

  test('any bytes: a status, and no half vectors', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(FRAME, FRAME + CLOCK, BATTERY, QUATERNION, FRAME.slice(0, 22), CLOCK).map(fromHex),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.boolean(), (pieces, hand) => {
        const decoder = hand ? byHand() : streaming();
        for (const bytes of pieces) {
          const status = decoder.decode(NOTIFY, bytes, block);
          expect(status === 'ok').toBe(block.count > 0);
          expect(faultOf(block)).toBeNull();
        }
      }),
    );
  });
});

describe('start, stop, battery', () => {
  const make = (options: Partial<WitMotionModelOptions> = {}) => {
    const model = createWitMotionModel({ source: createSubject(4), ...options });
    return { model, link: createModelLink(model) };
  };

  test('content, algorithm and rate are written and read back, whatever an earlier user left', async () => {
    const { model, link } = make({ outputContent: 1, batteryPercent: 50 });
    const description = await witMotionDriver.start(link, WISH, () => {});
    expect(description).toMatchObject({
      driverId: 'witmotion',
      sensorSerial: 'link-1',
      simulated: true,
      nominalRateHz: 100,
      config: { content: 'both', attitudeFrom: witMotionDriver.facts.attitudeFrom, readBack: true },
    });
    expect(model.streaming).toBe(true);
    expect(await witMotionDriver.readBattery(link)).toBeCloseTo(0.5, 6);
    await witMotionDriver.prompt(link, 'nod');
    await witMotionDriver.stop(link);
    expect(link.log.at(-1)).toBe(`unsubscribe ${NOTIFY.slice(4, 8)}`);
    expect(model.streaming).toBe(false);
  });

  test('the rate is the highest that is not above the wish', async () => {
    for (const [wished, got] of [
      [200, 100],
      [60, 50],
      [20, 20],
      [3, 10],
    ] as const)
      expect((await witMotionDriver.start(make().link, { ...WISH, rateHz: wished }, () => {})).nominalRateHz).toBe(got);
  });

  test('an old firmware that does not answer is believed, one that answers otherwise is not', async () => {
    const { link } = make({ mute: true });
    expect((await witMotionDriver.start(link, WISH, () => {})).config['readBack']).toBe(false);
    const stubborn = make({ outputContent: 2 }).link;
    const { write } = stubborn;
    stubborn.write = (uuid, bytes) => (bytes[2] === 0x69 ? Promise.resolve() : write(uuid, bytes));
    await expect(witMotionDriver.start(stubborn, WISH, () => {})).rejects.toMatchObject({ code: 'STREAM_REFUSED' });
    const lost = make().link;
    lost.write = async () => {
      throw new Error('gone');
    };
    await expect(witMotionDriver.start(lost, WISH, () => {})).rejects.toThrow('gone');
  });

  test('missing characteristic, no identify, no battery before the start', async () => {
    const { model, link } = make();
    await expect(witMotionDriver.start(createModelLink(model, 247, [WRITE]), WISH, () => {})).rejects.toMatchObject({
      code: 'SENSOR_UNSUPPORTED',
    });
    await expect(witMotionDriver.identify(link)).rejects.toMatchObject({ code: 'CANNOT_IDENTIFY' });
    expect(await witMotionDriver.readBattery(link)).toBeNull();
  });

  test.each([
    [{ framesPerNotification: 4 }],
    [{ cutBytes: 13 }],
    [{ cutBytes: 244 }],
    [{ withClock: true }],
    [{ withClock: true, framesPerNotification: 3 }],
  ])('every sample of a model comes through: %o', async (options) => {
    const model = createWitMotionModel({ source: createSubject(4), clockPpm: 0, ...options });
    const run = await startOfflineRun({ model, driver: witMotionDriver, wish: WISH });
    const decoder = witMotionDriver.createDecoder(run.description);
    let samples = 0;
    let flagged = 0;
    run.advanceTo(2e6, ({ characteristic, bytes }) => {
      decoder.decode(characteristic, bytes, block);
      samples += block.count;
      for (let i = 0; i < block.count; i++) if (block.flags[i] !== 0) flagged++;
    });
    expect(samples).toBeGreaterThan(185);
    expect(flagged).toBe(0);
  });

  test('known by its name, vibration sensors left alone', () => {
    const seen = (name: string, ...serviceUuids: string[]) =>
      driverForAdvertisement({ deviceId: 'a', name, serviceUuids, rssiDbm: null })?.id ?? null;
    const service = witMotionDriver.serviceUuids[0]!;
    expect(seen('WT901BLE67')).toBe('witmotion');
    expect(seen('BWT901BLECL5.0')).toBe('witmotion');
    expect(seen('WTSDCL', service)).toBe('witmotion');
    expect(seen('WTVB01-BT50', service)).toBeNull();
    expect(seen('Watch', service)).toBeNull();
    expect(seen('WTSDCL')).toBeNull();
  });
});

describe.skipIf(lacksSharedData('packets'))('packets of real sensors', () => {
  test('decode to the values stated there', () => {
    for (const { hex, expected } of packetVectors('witmotion.json')) {
      if ('reg' in expected) {
        expect(() => decoded('witmotion', 'ffe4', hex)).toThrow('not-motion');
        continue;
      }
      const got = decoded('witmotion', NOTIFY, hex).samples[0]!;
      const { accG, gyroDps, rollPitchYawDeg } = expected as Record<string, number[]>;
      expect(got.accMps2).toEqual(accG!.map((v) => expect.closeTo(v * G, 9)));
      expect(got.gyrRadps).toEqual(gyroDps!.map((v) => expect.closeTo(v * RAD, 9)));
      expect(got.eulerDeg).toEqual(rollPitchYawDeg!.map((v) => expect.closeTo(v, 9)));
      if ('ms' in expected) expect((got.tickUs! / 1000) % 1000).toBe(expected['ms']);
    }
  });
});
