import { describe, expect, test } from 'vitest';
import motionVectors from '../../firmware-spec/vectors/motion.json' with { type: 'json' };
import vectors from '../../firmware-spec/vectors/sequences.json' with { type: 'json' };
import { createSampleBlock, SampleFlag } from '../../src/core/sample.ts';
import { createHeadbandDecoder } from '../../src/devices/headband-decoder.ts';
import { createMotionPacket, encodeMotionPacket } from '../../src/wire/headband-packet.ts';
import { HeadbandCharacteristic } from '../../src/wire/headband-profile.ts';
import { fromHex } from '../support/hex.ts';
import { createGarbage } from '../support/sim-fuzz.ts';
import { DESCRIPTION } from '../support/sim-stream.ts';

const MOTION = HeadbandCharacteristic.motion;
const names = (flags: number): string[] =>
  Object.entries(SampleFlag)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name)
    .sort();

describe('sequences of the specification', () => {
  for (const { name, packets } of vectors.sequences) {
    test(name, () => {
      const decoder = createHeadbandDecoder(DESCRIPTION);
      const block = createSampleBlock();
      for (const { hex, expect: wanted } of packets) {
        decoder.decode(MOTION, fromHex(hex), block);
        const got = Array.from({ length: block.count }, (_, i) => ({
          counter: block.counter[i],
          tickUs: block.tickUs[i],
          flags: names(block.flags[i]!),
        }));
        expect(got).toEqual(wanted.map((row) => ({ ...row, flags: [...row.flags].sort() })));
      }
    });
  }
});

const level = Object.assign(createMotionPacket(), { content: 'inertial', count: 1 });
level.gyrRadps.set([0.01, -0.02, 0.03]);
level.accMps2.set([0, 0, 9.81]);
/** Packet of one sample: the index gives counter and tick. */
const plain = (index: number, rateHz = 100): Uint8Array => {
  level.rateHz = rateHz;
  level.counter = index % 65536;
  level.tickUs = (index * (1e6 / rateHz)) % 2 ** 32;
  return encodeMotionPacket(level);
};

test('three hours at 200 Hz: 32 counter wraps and two tick wraps leave no trace', () => {
  const decoder = createHeadbandDecoder(DESCRIPTION);
  const block = createSampleBlock();
  const total = 3 * 3600 * 200;
  for (let i = 0; i < total; i++) {
    decoder.decode(MOTION, plain(i, 200), block);
    if (block.counter[0] !== i || block.tickUs[0] !== i * 5000 || block.flags[0] !== 0) expect.fail(`sample ${i}`);
  }
  expect(block.tickUs[0]).toBe((total - 1) * 5000);
});

test('save in the middle, restore elsewhere: bit for bit the same', () => {
  const packets = Array.from({ length: 400 }, (_, i) => plain(65400 + i + (i > 250 ? 17 : 0) - (i % 90 === 0 ? 1 : 0)));
  const one = createHeadbandDecoder(DESCRIPTION);
  const two = createHeadbandDecoder(DESCRIPTION);
  const a = createSampleBlock();
  const b = createSampleBlock();
  for (const packet of packets.slice(0, 200)) one.decode(MOTION, packet, a);
  two.restore(JSON.parse(JSON.stringify(one.save())));
  for (const packet of packets.slice(200)) {
    expect(one.decode(MOTION, packet, a)).toBe(two.decode(MOTION, packet, b));
    expect(a).toEqual(b);
  }
});

test('quaternions come out as unit quaternions, and readings without the content are NaN', () => {
  const packet = Object.assign(createMotionPacket(), { content: 'quaternion', count: 1 });
  packet.quat.set([0.5, -0.5, 0.5, 0.50001]);
  const block = createSampleBlock();
  createHeadbandDecoder(DESCRIPTION).decode(MOTION, encodeMotionPacket(packet), block);
  expect(Math.hypot(...block.quat.subarray(0, 4))).toBeCloseTo(1, 14);
  expect([block.gyrRadps[0], block.accMps2[0]]).toEqual([Number.NaN, Number.NaN]);
  expect(block.flags[0]).toBe(0);
});

test('a full scale below the wire range saturates at its own limit', () => {
  const decoder = createHeadbandDecoder({
    ...DESCRIPTION,
    config: { gyroFullScaleRadps: 8.727, accFullScaleMps2: 39.23 },
  });
  const packet = Object.assign(createMotionPacket(), { content: 'inertial', count: 1 });
  packet.gyrRadps.set([0, 8.727, 0]);
  packet.accMps2.set([0, 0, 9.8]);
  const block = createSampleBlock();
  decoder.decode(MOTION, encodeMotionPacket(packet), block);
  expect(names(block.flags[0]!)).toEqual(['gyroSaturated']);
});

test('other characteristics are told apart', () => {
  const decoder = createHeadbandDecoder(DESCRIPTION);
  const block = createSampleBlock();
  expect(decoder.decode(HeadbandCharacteristic.status, new Uint8Array(12), block)).toBe('not-motion');
  expect(decoder.decode('ffe4', new Uint8Array(12), block)).toBe('unknown-characteristic');
});

test('100,000 pieces of garbage: a status each, and no number that is not flagged is not finite', () => {
  const valid = [
    ...motionVectors.motion.filter((v) => v.status === 'ok').map((v) => fromHex(v.hex)),
    plain(0),
    plain(65535),
  ];
  const { next, random } = createGarbage(11, valid);
  const decoder = createHeadbandDecoder(DESCRIPTION);
  const block = createSampleBlock();
  const seen = new Map<string, number>();
  let samples = 0;
  for (let i = 0; i < 100_000; i++) {
    // Now and then a good packet, so that the garbage meets a running stream and wrapped counters.
    const bytes = random.next() < 0.2 ? plain(65000 + i) : next();
    const status = decoder.decode(MOTION, bytes, block);
    seen.set(status, (seen.get(status) ?? 0) + 1);
    if (status !== 'ok' && block.count !== 0) expect.fail('samples without ok');
    for (let s = 0; s < block.count; s++) {
      samples++;
      const quat = block.quat.subarray(4 * s, 4 * s + 4);
      const inertial = [...block.gyrRadps.subarray(3 * s, 3 * s + 3), ...block.accMps2.subarray(3 * s, 3 * s + 3)];
      if (!Number.isFinite(block.counter[s]) || !Number.isFinite(block.tickUs[s])) expect.fail(`time at ${i}`);
      const infinite = [...quat, ...inertial].some((v) => v === Infinity || v === -Infinity);
      const holes = quat.every(Number.isNaN) ? inertial.some(Number.isNaN) && !inertial.every(Number.isNaN) : false;
      const nothing = quat.every(Number.isNaN) && inertial.every(Number.isNaN);
      if (infinite || ((holes || nothing) && !(block.flags[s]! & SampleFlag.invalid))) expect.fail(`value at ${i}`);
      if (!quat.every(Number.isNaN) && Math.abs(Math.hypot(...quat) - 1) > 1e-12) expect.fail(`norm at ${i}`);
    }
  }
  expect([...seen.keys()].sort()).toEqual(['bad-content', 'bad-count', 'bad-version', 'ok', 'too-long', 'too-short']);
  expect(samples).toBeGreaterThan(20_000);
});
