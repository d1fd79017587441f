import { afterEach, describe, expect, test } from 'vitest';
import { createInProcessCentral, type InProcessCentral } from '../../../src/adapters/sim/in-process-central.ts';
import { createSampleBlock } from '../../../src/core/sample.ts';
import { headbandDriver } from '../../../src/devices/headband.ts';
import { driverForAdvertisement } from '../../../src/devices/registry.ts';
import type { Advertisement } from '../../../src/ports/gatt.ts';
import type { Clock, HostTimeUs } from '../../../src/ports/time.ts';
import { HeadbandCharacteristic, Sig } from '../../../src/wire/headband-profile.ts';
import { simulatedHeadband } from '../../support/sim-stream.ts';

const clock: Clock = {
  nowUs: () => Math.floor(performance.now() * 1000) as HostTimeUs,
  wallMs: () => Date.now(),
};
const wish = { rateHz: 100, content: 'inertial' } as const;
const ignore = (): void => {};
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(5);
};

const open: InProcessCentral[] = [];
const central = (...seeds: number[]): InProcessCentral => {
  const made = createInProcessCentral(
    seeds.map((seed) => ({ deviceId: `sim-${seed}`, model: simulatedHeadband(seed).model })),
    clock,
  );
  open.push(made);
  return made;
};
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

test('scan, connect, start, decode, stop', async () => {
  const air = central(1, 2);
  await air.start();
  expect(air.status()).toEqual({ status: 'ready' });
  const found: Advertisement[] = [];
  const stopScan = await air.scan((advertisement) => found.push(advertisement));
  await until(() => found.length >= 2);
  await stopScan();
  expect(found.map((f) => f.deviceId).slice(0, 2)).toEqual(['sim-1', 'sim-2']);
  expect(driverForAdvertisement(found[0]!)).toBe(headbandDriver);

  const link = await air.connect('sim-1');
  const beforeUs = clock.nowUs();
  const arrivals: number[] = [];
  const block = createSampleBlock();
  const packets: Uint8Array[] = [];
  const description = await headbandDriver.start(link, wish, (_, bytes, arrivalUs) => {
    packets.push(bytes);
    arrivals.push(arrivalUs);
  });
  await until(() => packets.length >= 60);
  await headbandDriver.stop(link);
  const count = packets.length;
  await sleep(50);
  expect(packets.length).toBe(count);

  const decoder = headbandDriver.createDecoder(description);
  packets.forEach((bytes, i) => {
    expect(decoder.decode(HeadbandCharacteristic.motion, bytes, block)).toBe('ok');
    expect(block.counter[0]).toBe(i);
    expect(block.flags[0]).toBe(0);
    // Never before it was due: time is real, and a late timer does not shift the following samples.
    expect(arrivals[i]! - beforeUs).toBeGreaterThanOrEqual(block.tickUs[0]! - 20_000);
  });
  expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
  expect(await headbandDriver.readBattery(link)).toBe(0.87);
});

test('a busy host catches up without losing a sample', async () => {
  const air = central(3);
  await air.start();
  const link = await air.connect('sim-3');
  const counters: number[] = [];
  await headbandDriver.start(link, wish, (_, bytes) => counters.push(bytes[2]! | (bytes[3]! << 8)));
  await until(() => counters.length >= 5);
  const end = performance.now() + 250;
  while (performance.now() < end);
  await until(() => counters.length >= 40);
  expect(counters).toEqual(counters.map((_, i) => i));
});

describe('links end and begin', () => {
  test('a broken link ends once, rejects what follows, and can be made anew', async () => {
    const air = central(4);
    await air.start();
    const link = await air.connect('sim-4');
    await expect(air.connect('sim-4')).rejects.toMatchObject({ code: 'SENSOR_BUSY' });
    const reasons: string[] = [];
    link.onEnd((reason) => reasons.push(reason));
    let packets = 0;
    await headbandDriver.start(link, wish, () => packets++);
    await until(() => packets > 2);
    expect(air.breakLink('sim-4')).toBe(true);
    expect(air.breakLink('sim-4')).toBe(false);
    await link.disconnect();
    expect(reasons).toEqual(['out of range']);
    await expect(link.read(Sig.batteryLevel)).rejects.toMatchObject({ code: 'LINK_LOST' });
    await expect(headbandDriver.stop(link)).rejects.toMatchObject({ code: 'LINK_LOST' });
    const stopped = packets;

    air.setInSight('sim-4', false);
    await expect(air.connect('sim-4')).rejects.toMatchObject({ code: 'SENSOR_NOT_FOUND' });
    air.setInSight('sim-4', true);
    const again = await air.connect('sim-4');
    const first: number[] = [];
    await headbandDriver.start(again, wish, (_, bytes) => first.push(bytes[2]! | (bytes[3]! << 8)));
    await until(() => first.length > 2);
    expect(first[0]).toBe(0);
    expect(packets).toBe(stopped);
  });

  test('unknown sensor, central not started, and wrong use of a characteristic are coded errors', async () => {
    const air = central(5);
    await expect(air.connect('sim-5')).rejects.toMatchObject({ code: 'SENSOR_NOT_FOUND' });
    await air.start();
    await expect(air.connect('nobody')).rejects.toMatchObject({ code: 'SENSOR_NOT_FOUND' });
    const link = await air.connect('sim-5');
    await expect(link.read(HeadbandCharacteristic.motion)).rejects.toMatchObject({ code: 'ATT_ERROR' });
    await expect(link.write('2a19', Uint8Array.of(1))).rejects.toMatchObject({ code: 'ATT_ERROR' });
    await expect(link.write(HeadbandCharacteristic.control, new Uint8Array(0))).rejects.toMatchObject({
      code: 'ATT_ERROR',
      detail: 'ATT 0x0d',
    });
    await expect(link.subscribe(HeadbandCharacteristic.info, ignore)).rejects.toMatchObject({ code: 'ATT_ERROR' });
  });

  test('stopping ends every link and every scan', async () => {
    const air = central(6, 7);
    await air.start();
    const reasons: string[] = [];
    for (const id of ['sim-6', 'sim-7']) (await air.connect(id)).onEnd((reason) => reasons.push(reason));
    let reports = 0;
    await air.scan(() => reports++);
    await air.stop();
    await sleep(20);
    expect(reasons).toEqual(['stopped', 'stopped']);
    expect(reports).toBe(0);
  });
});
