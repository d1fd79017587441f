/** The air itself: what it does to packets, and that a device is the same device after everything. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVirtualRadio, whyNoVirtualRadio } from '../../../src/adapters/air/index.ts';
import { builtEntry } from '../../support/built.ts';
import { BATTERY } from '../../support/counting-model.ts';
import {
  isAlive,
  skipWithoutVirtualRadio,
  startTestAir,
  Tally,
  type TestAir,
  until,
} from '../../support/virtual-radio.ts';

test('says in one line why there is no virtual radio, and what to do', () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform')!;
  try {
    Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
    expect(whyNoVirtualRadio()).toMatch(/^the virtual radio needs Linux \(this is win32\);.*works everywhere$/);
  } finally {
    Object.defineProperty(process, 'platform', platform);
  }
});

describe.skipIf(skipWithoutVirtualRadio())('virtual radio', () => {
  let air: TestAir;
  beforeAll(async () => {
    air = await startTestAir();
    await air.central.start();
  });
  afterAll(() => air?.stop());

  test('a delay on the way is seen as latency, in order and without loss', async () => {
    const peripheral = await air.peripheral('late');
    const link = await air.central.connect(peripheral.deviceId);
    const plain = await Tally.on(link);
    await until('packets without delay', () => plain.received >= 50);
    peripheral.device.link.delayMs = 40;
    const before = plain.received;
    await until('packets with delay', () => plain.received >= before + 100);
    const slowest = plain.latenciesMs.slice(-50).sort((a, b) => a - b);
    expect(slowest[0]).toBeGreaterThan(39);
    expect(plain).toMatchObject({ lost: 0, damaged: 0 });
    peripheral.device.link.delayMs = 0;
    await link.disconnect();
    await peripheral.kill();
  });

  test('which packets are dropped depends on the seed alone, and two airs do not mix', async () => {
    const receivedWith = async (seed: number) => {
      const other = await startTestAir('auto', seed);
      try {
        await other.central.start();
        const peripheral = await other.peripheral('a', { rateHz: 500 });
        peripheral.device.link.dropShare = 0.2;
        const link = await other.central.connect(peripheral.deviceId);
        const tally = await Tally.on(link);
        await until('packets', () => (tally.counters.at(-1) ?? 0) >= 200);
        return tally.counters.filter((counter) => counter < 200);
      } finally {
        await other.stop();
      }
    };
    const [first, second, third] = [await receivedWith(3), await receivedWith(3), await receivedWith(4)];
    expect(first.length).toBeLessThan(190);
    expect(second).toEqual(first);
    expect(third).not.toEqual(first);
  });

  test('a device keeps its address through unplugging and a new host', async () => {
    const first = await air.peripheral('steady');
    const address = first.device.bluetoothAddress;
    await first.kill();
    first.device.unplug();
    await first.device.plug();
    const second = await air.peripheral('steady');
    expect(second.device.bluetoothAddress).toBe(address);
    expect(second.messages[0]).toEqual({ type: 'advertising', address });
    await second.kill();
  });

  test('a peripheral whose adapter is pulled out comes back by itself', async () => {
    const peripheral = await air.peripheral('stubborn');
    const link = await air.central.connect(peripheral.deviceId);
    peripheral.device.unplug();
    await until('the news at the peripheral', () => peripheral.messages.some(({ type }) => type === 'adapter-gone'));
    await peripheral.device.plug();
    const adverts = () => peripheral.messages.filter(({ type }) => type === 'advertising').length;
    await until('its advertising', () => adverts() === 2);
    await until('the end of the old link', () => {
      let ended = false;
      link.onEnd(() => {
        ended = true;
      });
      return ended;
    });
    const again = await air.central.connect(peripheral.deviceId);
    expect([...(await again.read(BATTERY))]).toEqual([87]);
    await again.disconnect();
    await peripheral.kill();
  });

  test('asked to stop, a peripheral says goodbye and ends', async () => {
    const peripheral = await air.peripheral('polite');
    const link = await air.central.connect(peripheral.deviceId);
    let reason = '';
    link.onEnd((why) => {
      reason = why;
    });
    peripheral.process.kill('SIGTERM');
    await until('the end', () => reason !== '' && peripheral.process.exitCode !== null);
    expect(reason).toBe('the sensor ended the link');
    expect(peripheral.process.exitCode).toBe(0);
  });

  test('stopping leaves no process and no file', async () => {
    const other = createVirtualRadio();
    await other.start();
    const device = await other.addDevice('a');
    const socket = device.address.slice('unix:'.length);
    const pid = other.btvirtPid!;
    expect(existsSync(socket)).toBe(true);
    await other.stop();
    expect(existsSync(socket)).toBe(false);
    expect(isAlive(pid)).toBe(false);
  });

  test('btvirt ends with the process that started it, also when that one is killed', async () => {
    const parent = spawn(process.execPath, [fileURLToPath(builtEntry('test/support/air-parent.ts'))]);
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until('the end of btvirt', () => !isAlive(pid));
  });
});
