import { describe, expect, test } from 'vitest';
import { createHeadbandModel } from '../../../src/adapters/sim/headband-model.ts';
import type { MotionSource } from '../../../src/adapters/sim/motion-source.ts';
import { startOfflineRun } from '../../../src/adapters/sim/offline-run.ts';
import { createSampleBlock, SampleFlag } from '../../../src/core/sample.ts';
import { headbandDriver } from '../../../src/devices/headband.ts';
import { AttError } from '../../../src/ports/gatt-server.ts';
import { SUBJECT_PROMPTS } from '../../../src/ports/sensor-source.ts';
import { crc32 } from '../../../src/wire/crc32.ts';
import {
  CommandResult,
  decodeStatus,
  encodeCommand,
  HeadbandCharacteristic,
  type HeadbandCommand,
} from '../../../src/wire/headband-profile.ts';
import { simulatedHeadband } from '../../support/sim-stream.ts';

const S = 1e6;
const { control, motion, status, prompt } = HeadbandCharacteristic;
const ignore = (): void => {};

describe('loss, jitter, clock', () => {
  test('5 % loss is counted by the device and by the receiver alike, and every gap is flagged', async () => {
    const { model } = simulatedHeadband(21, { lossShare: 0.05 });
    const run = await startOfflineRun({ model });
    const decoder = headbandDriver.createDecoder(run.description);
    const block = createSampleBlock();
    let received = 0;
    let missing = 0;
    let gaps = 0;
    let last = -1;
    run.advanceTo(300 * S, ({ characteristic, bytes }) => {
      if (characteristic !== motion) return;
      expect(decoder.decode(characteristic, bytes, block)).toBe('ok');
      received++;
      const step = block.counter[0]! - last;
      last = block.counter[0]!;
      if (received > 1) {
        missing += step - 1;
        if (block.flags[0]! & SampleFlag.gap) gaps++;
        expect((block.flags[0]! & SampleFlag.gap) !== 0).toBe(step > 1);
      }
    });
    const { samples, packetsSent, packetsLost, samplesSent, samplesLost } = model.stats;
    expect([packetsSent, samplesSent]).toEqual([received, received]);
    expect(packetsSent + packetsLost).toBe(samples);
    expect(packetsLost / samples).toBeGreaterThan(0.042);
    expect(packetsLost / samples).toBeLessThan(0.058);
    // Losses before the first and after the last received packet cannot be seen by the receiver.
    expect(samplesLost - missing).toBeGreaterThanOrEqual(0);
    expect(samplesLost - missing).toBeLessThan(5);
    expect(gaps).toBeGreaterThan(1000);
  });

  test('jitter delays, never reorders, never loses; ticks stay on the device clock', async () => {
    const { model } = simulatedHeadband(22, { jitterMs: 40, clockPpm: 0 });
    const run = await startOfflineRun({ model });
    const decoder = headbandDriver.createDecoder(run.description);
    const block = createSampleBlock();
    let last = -1;
    let lastArrivalUs = 0;
    let latest = 0;
    run.advanceTo(20 * S, ({ characteristic, bytes, arrivalUs }) => {
      if (decoder.decode(characteristic, bytes, block) !== 'ok') return;
      expect(block.counter[0]).toBe(last + 1);
      expect(block.flags[0]).toBe(0);
      expect(arrivalUs).toBeGreaterThanOrEqual(lastArrivalUs);
      last++;
      lastArrivalUs = arrivalUs;
      const delayMs = (arrivalUs - 10_000 - block.tickUs[0]!) / 1000;
      expect(delayMs).toBeGreaterThan(-0.01);
      latest = Math.max(latest, delayMs);
    });
    expect(latest).toBeGreaterThan(30);
    expect(latest).toBeLessThan(41);
    expect(last).toBeGreaterThan(1990);
  });

  test('a fast device clock runs ahead by its ppm', async () => {
    const { model } = simulatedHeadband(23, { clockPpm: 200 });
    const run = await startOfflineRun({ model });
    let packets = 0;
    run.advanceTo(200 * S + 1, ({ characteristic }) => {
      if (characteristic === motion) packets++;
    });
    expect(packets).toBe(20_004);
  });

  test('200 Hz and MTU 23 keep their packet rates', async () => {
    for (const [mtu, rateHz, packetsPerSecond] of [
      [23, 200, 200],
      [247, 200, 100],
      [247, 25, 25],
    ] as const) {
      const { model } = simulatedHeadband(24, { clockPpm: 0 });
      const run = await startOfflineRun({ model, mtu, wish: { rateHz, content: 'inertial' } });
      let packets = 0;
      run.advanceTo(2 * S, ({ characteristic, bytes }) => {
        if (characteristic === motion) packets++;
        expect(bytes.length).toBeLessThanOrEqual(mtu - 3);
      });
      expect(packets).toBe(2 * packetsPerSecond);
    }
  });
});

describe('commands', () => {
  const connected = (
    mtu = 247,
  ): {
    send(command: HeadbandCommand | Uint8Array, token?: number): number;
    nowUs: number;
    model: ReturnType<typeof simulatedHeadband>['model'];
  } => {
    const { model } = simulatedHeadband(25);
    model.connected(mtu, 0);
    return {
      model,
      nowUs: 0,
      send(command, token = 1) {
        const bytes = command instanceof Uint8Array ? command : encodeCommand(command, token);
        const att = model.write(control, bytes, 0);
        if (att !== AttError.ok) return -att;
        const value = decodeStatus(model.read(status) as Uint8Array);
        return value.ok ? value.value.result : -1;
      },
    };
  };
  const start = { type: 'start', content: 'both', rateHz: 100, samplesPerPacket: 0 } as const;

  test('each has its result', () => {
    const link = connected(23);
    expect(link.send(start)).toBe(CommandResult.doesNotFit);
    expect(link.model.streaming).toBe(false);
    expect(link.send({ ...start, content: 'inertial' })).toBe(CommandResult.ok);
    expect(link.model.streaming).toBe(true);
    expect(link.send({ type: 'sleep' })).toBe(CommandResult.notSupported);
    expect(link.send(Uint8Array.of(0x55, 9))).toBe(CommandResult.unknownCommand);
    expect(link.send(Uint8Array.of(2, 9, 9))).toBe(CommandResult.badLength);
    expect(link.model.streaming).toBe(true);
    expect(link.send({ type: 'stop' })).toBe(CommandResult.ok);
    expect(link.model.streaming).toBe(false);
    expect(link.send({ type: 'stop' })).toBe(CommandResult.ok);
    expect(link.send(new Uint8Array(0))).toBe(-AttError.invalidLength);
    expect(link.send(new Uint8Array(21))).toBe(-AttError.invalidLength);
  });

  test('Status is notified after a command, before the first motion packet', () => {
    const { model, send } = connected();
    model.subscriptionChanged(status, true, 0);
    model.subscriptionChanged(motion, true, 0);
    send(start, 7);
    const order: string[] = [];
    model.advance(25_000, (uuid) => order.push(uuid === status ? 'status' : 'motion'));
    expect(order).toEqual(['status', 'motion', 'motion']);
  });

  test('START again begins at counter 0; a lost link stops the stream and forgets subscriptions', () => {
    const { model, send } = connected();
    model.subscriptionChanged(motion, true, 0);
    const packets: Uint8Array[] = [];
    const notify = (uuid: string, bytes: Uint8Array): void => {
      if (uuid === motion) packets.push(bytes);
    };
    send(start);
    model.advance(100_000, notify);
    model.write(control, encodeCommand(start, 2), 105_000);
    model.advance(120_000, notify);
    expect(packets.map((b) => b[2])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    model.disconnected(130_000);
    expect(model.advance(1 * S, notify)).toBe(Number.POSITIVE_INFINITY);
    expect(packets.length).toBe(11);
    model.connected(247, 1 * S);
    model.write(control, encodeCommand(start, 1), 1 * S);
    model.advance(2 * S, notify);
    expect(packets.length).toBe(11);
  });

  test('prompts reach the subject; what is no prompt is refused; a device that is not simulated has none', () => {
    const { model, subject } = simulatedHeadband(26);
    model.connected(247, 0);
    model.write(control, encodeCommand(start, 1), 5 * S);
    expect(model.write(prompt, Uint8Array.of(SUBJECT_PROMPTS.indexOf('crom')), 6 * S)).toBe(AttError.ok);
    expect(subject.truth.activityAt(2)).toBe('crom');
    expect(model.sourceTimeS(6 * S)).toBe(1);
    expect(model.write(prompt, Uint8Array.of(200), 7 * S)).toBe(AttError.application);
    expect(model.write(prompt, Uint8Array.of(1, 2), 7 * S)).toBe(AttError.invalidLength);
    const real = simulatedHeadband(26, { simulated: false }).model;
    expect(real.services.flatMap((s) => s.characteristics.map((c) => c.uuid))).not.toContain(prompt);
    expect(real.write(prompt, Uint8Array.of(1), 0)).toBe(AttError.writeNotPermitted);
    expect(real.read(prompt)).toBe(AttError.readNotPermitted);
  });
});

test('the same seed and times give the same bytes, whatever the steps of time', async () => {
  const digest = async (stepUs: number, seed: number): Promise<number> => {
    const { model } = simulatedHeadband(seed, { lossShare: 0.1, jitterMs: 5 });
    const run = await startOfflineRun({ model, wish: { rateHz: 100, content: 'both' } });
    let sum = 0;
    const take = ({ bytes }: { bytes: Uint8Array }): void => {
      sum = crc32(bytes, sum);
    };
    for (const code of ['look-around', 'nod', 'frt-left'] as const) {
      run.prompt(code);
      const end = run.nowUs + 6 * S;
      while (run.nowUs < end) run.advanceTo(Math.min(end, run.nowUs + stepUs), take);
    }
    return sum;
  };
  const one = await digest(6 * S, 31);
  expect(await digest(1 * S, 31)).toBe(one);
  expect(await digest(3333, 31)).toBe(one);
  expect(await digest(6 * S, 32)).not.toBe(one);
});

test('a recording can drive the headband; at its end nothing more is sent', async () => {
  const asked: string[] = [];
  const recording: MotionSource = {
    sample(timeS, _rateHz, out) {
      if (timeS > 1.005) return false;
      out.gyrRadps.set([timeS, 0, 20]);
      out.accMps2.set([0, Number.NaN, 9.81]);
      return true;
    },
    prompt: (code) => asked.push(code),
  };
  const model = createHeadbandModel({ source: recording, clockPpm: 0 });
  const run = await startOfflineRun({ model });
  const decoder = headbandDriver.createDecoder(run.description);
  const block = createSampleBlock();
  let packets = 0;
  run.prompt('nod');
  run.advanceTo(10 * S, ({ characteristic, bytes }) => {
    if (decoder.decode(characteristic, bytes, block) === 'ok') packets++;
  });
  expect([packets, model.sourceOver, asked]).toEqual([100, true, ['nod']]);
  expect(block.gyrRadps[0]).toBeCloseTo(1, 2);
  expect(block.flags[0]).toBe(SampleFlag.gyroSaturated | SampleFlag.invalid);
  expect(model.advance(11 * S, ignore)).toBe(Number.POSITIVE_INFINITY);
});
