/** The numbered requirements of firmware-spec/conformance.md, against the simulated headband. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { HeadbandModel, HeadbandModelOptions } from '../../src/adapters/sim/headband-model.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import { headbandDriver } from '../../src/devices/headband.ts';
import { AttError } from '../../src/ports/gatt-server.ts';
import {
  createMotionPacket,
  decodeMotionPacket,
  encodeMotionPacket,
  GYR_SCALE_RADPS,
  sampleBytes,
} from '../../src/wire/headband-packet.ts';
import {
  CommandResult,
  decodeInfo,
  decodeStatus,
  encodeCommand,
  HEADBAND_SERVICE,
  HeadbandCharacteristic,
  type HeadbandCommand,
  type HeadbandStatus,
  InfoCapability,
  maxSamplesPerPacket,
  Sig,
} from '../../src/wire/headband-profile.ts';
import { DESCRIPTION, simulatedHeadband } from '../support/sim-stream.ts';

const { info, motion, control, status, prompt } = HeadbandCharacteristic;
const START = { type: 'start', content: 'inertial', rateHz: 100, samplesPerPacket: 0 } as const;
const covered = new Set<string>();

interface Device {
  readonly model: HeadbandModel;
  readonly motion: Uint8Array[];
  /** Names of notifications in their order. */
  readonly order: string[];
  send(command: HeadbandCommand | Uint8Array, token?: number): HeadbandStatus;
  run(seconds: number): void;
}
function device(mtu = 247, options: Partial<Omit<HeadbandModelOptions, 'source'>> = {}, subscribe = true): Device {
  const { model } = simulatedHeadband(40, options);
  let nowUs = 0;
  model.connected(mtu, nowUs);
  if (subscribe) for (const uuid of [status, motion]) model.subscriptionChanged(uuid, true, nowUs);
  const packets: Uint8Array[] = [];
  const order: string[] = [];
  return {
    model,
    motion: packets,
    order,
    send(command, token = 1) {
      const bytes = command instanceof Uint8Array ? command : encodeCommand(command, token);
      expect(model.write(control, bytes, nowUs)).toBe(AttError.ok);
      const parsed = decodeStatus(model.read(status) as Uint8Array);
      if (!parsed.ok) throw new Error(parsed.reason);
      return parsed.value;
    },
    run(seconds) {
      nowUs += seconds * 1e6;
      model.advance(nowUs, (uuid, bytes) => {
        order.push(uuid === motion ? 'motion' : 'status');
        if (uuid === motion) packets.push(bytes);
      });
    },
  };
}
const read = (model: HeadbandModel, uuid: string): Uint8Array => model.read(uuid) as Uint8Array;
const clause = (number: string, body: () => void): void => {
  covered.add(number);
  test(number, body);
};

describe('what is there', () => {
  clause('C1', () => expect(device().model.advertisedServices).toContain(HEADBAND_SERVICE));
  clause('C2', () => {
    const table = Object.fromEntries(
      device().model.services.map((s) => [
        s.uuid,
        Object.fromEntries(s.characteristics.map((c) => [c.uuid, c.properties])),
      ]),
    );
    expect(table[HEADBAND_SERVICE]).toMatchObject({
      [info]: ['read'],
      [motion]: ['notify'],
      [control]: ['write'],
      [status]: ['read', 'notify'],
    });
    expect(table['180f']).toEqual({ '2a19': ['read', 'notify'] });
    expect(Object.keys(table['180a']!).sort()).toEqual(['2a24', '2a25', '2a26', '2a27', '2a29']);
  });
  clause('C3', () => {
    for (const simulated of [true, false]) {
      const { model } = device(247, { simulated });
      const has = model.services.some((s) => s.characteristics.some((c) => c.uuid === prompt));
      const parsed = decodeInfo(read(model, info));
      expect(has).toBe(simulated);
      expect(parsed.ok && (parsed.value.capabilities & InfoCapability.simulated) !== 0).toBe(simulated);
    }
  });
  clause('C4', () => {
    const { model, send, run } = device();
    const before = read(model, info).slice();
    expect(before.length).toBeGreaterThanOrEqual(20);
    expect(decodeInfo(before)).toMatchObject({ ok: true, value: { major: 1 } });
    send(START);
    run(1);
    expect(read(model, info)).toEqual(before);
  });
  clause('C5', () => {
    for (const uuid of [
      Sig.manufacturerName,
      Sig.modelNumber,
      Sig.serialNumber,
      Sig.firmwareRevision,
      Sig.hardwareRevision,
    ]) {
      expect(String.fromCharCode(...read(device().model, uuid))).toMatch(/^[\x20-\x7e]{1,20}$/);
    }
  });
  clause('C7', () => {
    const { model, send, run } = device(247, { batteryPercent: 3, batteryPercentPerHour: 36_000 });
    expect([...read(model, Sig.batteryLevel)]).toEqual([3]);
    send(START);
    run(1);
    send({ type: 'stop' });
    expect([...read(model, Sig.batteryLevel)]).toEqual([0]);
  });
});

describe('commands', () => {
  clause('C8', () => {
    const { model } = device();
    for (const length of [0, 1, 21, 100])
      expect(model.write(control, new Uint8Array(length), 0)).toBe(AttError.invalidLength);
    for (const length of [2, 3, 20]) expect(model.write(control, new Uint8Array(length), 0)).toBe(AttError.ok);
  });
  clause('C9', () => {
    const { send } = device();
    expect(send(START, 17)).toMatchObject({ command: 1, token: 17, result: 0, state: 'streaming', rateHz: 100 });
    expect(send({ type: 'stop' }, 18)).toMatchObject({
      command: 2,
      token: 18,
      result: 0,
      state: 'idle',
      content: null,
    });
  });
  clause('C10', () => {
    const { send, run, motion: packets } = device();
    send(START);
    expect(send(Uint8Array.of(0x44, 5))).toMatchObject({ result: CommandResult.unknownCommand, state: 'streaming' });
    expect(send(Uint8Array.of(2, 5, 0))).toMatchObject({ result: CommandResult.badLength, state: 'streaming' });
    run(0.1);
    expect(packets.length).toBe(10);
  });
  clause('C11', () => {
    const { send, run, motion: packets } = device(23, { contents: ['inertial', 'both'] });
    send(START);
    expect(send({ ...START, content: 'quaternion' }).result).toBe(CommandResult.contentNotSupported);
    expect(send({ ...START, content: 'both' }).result).toBe(CommandResult.doesNotFit);
    run(0.1);
    expect(packets.length).toBe(10);
  });
  clause('C12', () => {
    const { send, run, order } = device();
    send(START);
    run(0.02);
    send({ ...START, content: 'both' }, 2);
    run(0.02);
    expect(order).toEqual(['status', 'motion', 'motion', 'status', 'motion', 'motion']);
  });
  clause('C13', () => {
    const { send, run, motion: packets } = device();
    run(1);
    expect(packets.length).toBe(0);
    send(START);
    run(0.1);
    send({ type: 'stop' });
    run(1);
    expect(packets.length).toBe(10);
    const deaf = device(247, {}, false);
    deaf.send(START);
    deaf.run(1);
    expect(deaf.order).toEqual([]);
  });
  clause('C14', () => expect(device().send({ type: 'stop' }).result).toBe(CommandResult.ok));
  clause('C15', () => {
    const { model, send, run, order } = device();
    send(START);
    run(0.1);
    model.disconnected(2e6);
    model.connected(247, 3e6);
    expect(decodeStatus(read(model, status))).toMatchObject({
      ok: true,
      value: { state: 'idle', command: 0, token: 0 },
    });
    const before = order.length;
    send(START);
    run(10);
    expect(order.length).toBe(before);
  });
  clause('C30', () => {
    const { send, run, motion: packets } = device();
    send(START);
    expect(send({ type: 'identify', seconds: 3 })).toMatchObject({ result: CommandResult.ok, state: 'streaming' });
    run(0.1);
    expect(packets.length).toBe(10);
  });
  clause('C31', () => expect(device().send({ type: 'sleep' }).result).toBe(CommandResult.notSupported));
});

describe('motion', () => {
  const FORMATS = (['quaternion', 'inertial', 'both'] as const).flatMap((content) =>
    [25, 50, 100, 200].map((rateHz) => ({ ...START, content, rateHz })),
  );
  clause('C16', () => {
    for (const mtu of [23, 60, 185, 247, 517]) {
      for (const start of FORMATS) {
        const { send, run, motion: packets } = device(mtu);
        if (send({ ...start, samplesPerPacket: 31 }).result !== CommandResult.ok) continue;
        run(0.2);
        expect(packets.length).toBeGreaterThan(0);
        for (const bytes of packets) {
          expect(bytes.length).toBe(8 + (bytes[1]! & 31) * sampleBytes(start.content));
          expect(bytes.length).toBeLessThanOrEqual(Math.min(mtu - 3, 244));
        }
      }
    }
  });
  clause('C17', () => {
    for (const start of FORMATS) {
      for (const samplesPerPacket of [0, 1, 3, 31]) {
        const { send, run, motion: packets } = device();
        send({ ...start, samplesPerPacket });
        run(0.2);
        const most = Math.max(...packets.map((bytes) => bytes[1]! & 31));
        expect(most).toBeLessThanOrEqual(maxSamplesPerPacket(start.rateHz));
        if (samplesPerPacket > 0) expect(most).toBeLessThanOrEqual(samplesPerPacket);
      }
    }
  });
  clause('C18', () => {
    const { send, run, motion: packets } = device(247, { lossShare: 0.3 });
    send({ ...START, rateHz: 200, samplesPerPacket: 4 });
    run(400);
    let last = -1;
    let wraps = 0;
    let counted = 0;
    for (const bytes of packets) {
      const counter = bytes[2]! | (bytes[3]! << 8);
      expect(counter % 4).toBe(0);
      if (counter < last) wraps++;
      last = counter;
      counted = wraps * 65536 + counter;
    }
    expect(wraps).toBe(1);
    expect(counted).toBeGreaterThan(79_900);
    expect(packets.length).toBeLessThan(16_000);
  });
  clause('C19', () => {
    const { send, run, motion: packets } = device(247, { clockPpm: 40 });
    send(START);
    run(5);
    const decoder = headbandDriver.createDecoder(DESCRIPTION);
    const block = createSampleBlock();
    for (const bytes of packets) decoder.decode(motion, bytes, block);
    // 5 s of host time are 5 s and 200 us of a clock that is 40 ppm fast; the last sample is up to one period old.
    expect(block.tickUs[0]! + 10_000).toBeGreaterThan(4_990_000);
    expect(block.tickUs[0]!).toBeLessThan(5_000_300);
    expect(block.flags[0]).toBe(0);
  });
  clause('C20', () => {
    for (const start of FORMATS.filter((f) => f.content === 'inertial')) {
      const { send, run, motion: packets } = device();
      send(start);
      run(10);
      const samples = packets.reduce((sum, bytes) => sum + (bytes[1]! & 31), 0);
      expect(Math.abs(samples / 10 / start.rateHz - 1)).toBeLessThan(0.02);
    }
  });
  const encode = (gyr: number[]): ReturnType<typeof createMotionPacket> => {
    const packet = Object.assign(createMotionPacket(), { content: 'inertial', count: 1 });
    packet.gyrRadps.set(gyr);
    packet.accMps2.set([0, 0, 9.8]);
    const out = createMotionPacket();
    expect(decodeMotionPacket(encodeMotionPacket(packet), out)).toBe('ok');
    return out;
  };
  clause('C21', () => {
    for (const steps of [0.49, 0.51, -0.49, -0.51, 7.6, -7.6]) {
      expect(encode([steps * GYR_SCALE_RADPS, 0, 0]).gyrRadps[0]! / GYR_SCALE_RADPS + 0).toBe(Math.round(steps) + 0);
    }
  });
  clause('C22', () => {
    const out = encode([-30, 30, 1]);
    expect([out.saturated, Math.sign(out.gyrRadps[0]!), Math.sign(out.gyrRadps[1]!)]).toEqual([true, -1, 1]);
    expect(encode([1, 1, 1]).saturated).toBe(false);
  });
  clause('C23', () => {
    const out = encode([Number.NaN, -1e9, 0]);
    expect([...out.gyrRadps.subarray(0, 3)]).toEqual([Number.NaN, -32767 * GYR_SCALE_RADPS, 0]);
  });
  clause('C24', () => {
    const { send, run, motion: packets, model } = device(247);
    send({ ...START, content: 'both' });
    model.write(prompt, Uint8Array.of(10), 0);
    run(20);
    const out = createMotionPacket();
    let previous: number[] | null = null;
    let agreement = 0;
    let moving = 0;
    let up = 0;
    for (const bytes of packets) {
      decodeMotionPacket(bytes, out);
      const [w, x, y, z] = out.quat as unknown as [number, number, number, number];
      const [ax, ay, az] = out.accMps2 as unknown as [number, number, number];
      // World z in sensor axes, by the quaternion; the force points along it.
      const zAxis = [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)];
      up += (zAxis[0]! * ax + zAxis[1]! * ay + zAxis[2]! * az) / packets.length;
      if (previous) {
        const [pw, px, py, pz] = previous as [number, number, number, number];
        // Vector part of conj(previous) * now, times two, over the period: the rate in sensor axes.
        const turn = [
          200 * (pw * x - px * w - py * z + pz * y),
          200 * (pw * y + px * z - py * w - pz * x),
          200 * (pw * z - px * y + py * x - pz * w),
        ];
        const speed = Math.hypot(...out.gyrRadps.subarray(0, 3));
        if (speed > 0.4) {
          moving++;
          const dot = turn[0]! * out.gyrRadps[0]! + turn[1]! * out.gyrRadps[1]! + turn[2]! * out.gyrRadps[2]!;
          agreement += dot / (Math.hypot(...turn) * speed);
        }
      }
      previous = [w, x, y, z];
    }
    expect(up).toBeCloseTo(9.8, 0);
    expect(moving).toBeGreaterThan(200);
    expect(agreement / moving).toBeGreaterThan(0.98);
  });
  clause('C25', () => {
    for (const start of FORMATS.filter((f) => f.content !== 'both')) {
      const { send, run, motion: packets } = device(23);
      expect(send(start).result).toBe(CommandResult.ok);
      run(2);
      expect(Math.abs(packets.length / 2 / start.rateHz - 1)).toBeLessThan(0.02);
    }
  });
  clause('C26', () => {
    const { send, run, motion: packets } = device();
    send({ ...START, content: 'quaternion' });
    run(5);
    const out = createMotionPacket();
    for (const bytes of packets) {
      decodeMotionPacket(bytes, out);
      expect(Math.abs(Math.hypot(...out.quat.subarray(0, 4)) - 1)).toBeLessThan(0.001);
    }
  });
});

describe('the list', () => {
  afterAll(() => covered.clear());
  test('every requirement marked T has its test here, and no other', () => {
    const page = readFileSync(new URL('../../firmware-spec/conformance.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| (C\d+) \|.*\| ([TVB ]+) \|$/gm)];
    expect(rows.map((row) => row[1])).toEqual(rows.map((_, i) => `C${i + 1}`));
    expect([...covered].sort()).toEqual(
      rows
        .filter((row) => row[2]!.includes('T'))
        .map((row) => row[1]!)
        .sort(),
    );
  });
});
