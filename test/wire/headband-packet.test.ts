import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../firmware-spec/vectors/motion.json' with { type: 'json' };
import {
  ACC_SCALE_MPS2,
  createMotionPacket,
  decodeMotionPacket,
  encodeMotionPacket,
  GYR_SCALE_RADPS,
  type MotionPacket,
  NO_VALUE,
  QUAT_SCALE,
  samplesThatFit,
} from '../../src/wire/headband-packet.ts';
import type { MotionContent } from '../../src/wire/headband-profile.ts';
import { fromHex, toHex } from '../support/hex.ts';

interface WireSample {
  quat?: number[];
  gyr?: number[];
  acc?: number[];
}
const physical = (raw: number[] | undefined, scale: number, length: number): number[] =>
  raw ? raw.map((v) => (v === NO_VALUE ? Number.NaN : v * scale)) : new Array<number>(length).fill(Number.NaN);
const rows = (samples: WireSample[]): { quat: number[]; gyr: number[]; acc: number[] } => ({
  quat: samples.flatMap((s) => physical(s.quat, QUAT_SCALE, 4)),
  gyr: samples.flatMap((s) => physical(s.gyr, GYR_SCALE_RADPS, 3)),
  acc: samples.flatMap((s) => physical(s.acc, ACC_SCALE_MPS2, 3)),
});

describe('motion packet, golden vectors', () => {
  for (const vector of vectors.motion) {
    test(`decodes: ${vector.name}`, () => {
      const out = createMotionPacket();
      expect(decodeMotionPacket(fromHex(vector.hex), out)).toBe(vector.status);
      if (!vector.packet) return;
      const { samples, ...header } = vector.packet;
      expect(out).toMatchObject({ ...header, count: samples.length });
      const expected = rows(samples);
      expect([...out.quat.subarray(0, 4 * out.count)]).toEqual(expected.quat);
      expect([...out.gyrRadps.subarray(0, 3 * out.count)]).toEqual(expected.gyr);
      expect([...out.accMps2.subarray(0, 3 * out.count)]).toEqual(expected.acc);
    });
    if (!vector.packet) continue;
    const { samples, ...header } = vector.packet;
    test(`encodes: ${vector.name}`, () => {
      const packet: MotionPacket = Object.assign(createMotionPacket(), header, { count: samples.length });
      const values = rows(samples);
      packet.quat.set(values.quat);
      packet.gyrRadps.set(values.gyr);
      packet.accMps2.set(values.acc);
      expect(toHex(encodeMotionPacket(packet))).toBe(vector.hex);
    });
  }
});

describe('motion packet, properties', () => {
  const number = (limit: number): fc.Arbitrary<number> =>
    fc.oneof(fc.double({ min: -limit, max: limit, noNaN: true }), fc.constant(Number.NaN));

  test('what is encoded comes back to half a step, in every content', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<MotionContent>('quaternion', 'inertial', 'both'),
        fc.constantFrom(25, 50, 100, 200),
        fc.integer({ min: 1, max: 31 }),
        fc.nat(65535),
        fc.nat(0xffffffff),
        fc.array(number(1.9), { minLength: 124, maxLength: 124 }),
        fc.array(number(15.9), { minLength: 93, maxLength: 93 }),
        fc.array(number(63.9), { minLength: 93, maxLength: 93 }),
        (content, rateHz, count, counter, tickUs, quat, gyr, acc) => {
          const packet = Object.assign(createMotionPacket(), { content, rateHz, count, counter, tickUs });
          packet.quat.set(quat);
          packet.gyrRadps.set(gyr);
          packet.accMps2.set(acc);
          const out = createMotionPacket();
          expect(decodeMotionPacket(encodeMotionPacket(packet), out)).toBe('ok');
          expect(out).toMatchObject({ content, rateHz, count, counter, tickUs, saturated: false });
          const near = (got: Float64Array, sent: number[], length: number, step: number, present: boolean): void => {
            for (let i = 0; i < length; i++) {
              if (!present || Number.isNaN(sent[i])) expect(got[i]).toBeNaN();
              else expect(Math.abs(got[i]! - sent[i]!)).toBeLessThanOrEqual(step / 2);
            }
          };
          near(out.quat, quat, 4 * count, QUAT_SCALE, content !== 'inertial');
          near(out.gyrRadps, gyr, 3 * count, GYR_SCALE_RADPS, content !== 'quaternion');
          near(out.accMps2, acc, 3 * count, ACC_SCALE_MPS2, content !== 'quaternion');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('rounding has no bias: the mean of many readings is kept', () => {
    const packet = Object.assign(createMotionPacket(), { content: 'inertial', count: 1 });
    const out = createMotionPacket();
    let sum = 0;
    const steps = 1000;
    for (let i = 0; i < steps; i++) {
      packet.gyrRadps.set([(0.37 + (i - steps / 2 + 0.5) / 100) * GYR_SCALE_RADPS, 0, 0]);
      packet.accMps2.set([0, 0, 9.8]);
      decodeMotionPacket(encodeMotionPacket(packet), out);
      sum += out.gyrRadps[0]!;
    }
    expect(Math.abs(sum / steps - 0.37 * GYR_SCALE_RADPS)).toBeLessThan(0.02 * GYR_SCALE_RADPS);
  });

  test('beyond the range: clipped with its sign, and said', () => {
    const packet = Object.assign(createMotionPacket(), { content: 'inertial', count: 1 });
    packet.gyrRadps.set([-20, 0, 0]);
    packet.accMps2.set([0, 0, 100]);
    const out = createMotionPacket();
    decodeMotionPacket(encodeMotionPacket(packet), out);
    expect(out.saturated).toBe(true);
    expect(out.gyrRadps[0]).toBe(-32767 * GYR_SCALE_RADPS);
    expect(out.accMps2[2]).toBe(32767 * ACC_SCALE_MPS2);
  });

  test('MTU 23 carries one sample of either kind, not both', () => {
    expect(samplesThatFit('inertial', 20)).toBe(1);
    expect(samplesThatFit('quaternion', 20)).toBe(1);
    expect(samplesThatFit('both', 20)).toBe(0);
    expect(samplesThatFit('both', 244)).toBe(11);
  });
});
