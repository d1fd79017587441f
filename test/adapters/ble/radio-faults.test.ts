/** Everything that can die, dies here while packets flow, and comes back. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BLE_STACKS } from '../../../src/adapters/ble/index.ts';
import type { GattLink } from '../../../src/ports/gatt.ts';
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

/** The reason of a link's end, once it has ended. */
function watchEnd(link: GattLink): { reason: string; calls: number } {
  const seen = { reason: '', calls: 0 };
  link.onEnd((reason) => {
    seen.reason = reason;
    seen.calls++;
  });
  return seen;
}

describe.skipIf(skipWithoutVirtualRadio()).each(BLE_STACKS)('faults of the radio, %s noble', (stack) => {
  let air: TestAir;
  const statuses: string[] = [];

  beforeAll(async () => {
    air = await startTestAir(stack);
    air.central.onStatus(({ status }) => statuses.push(status));
    await air.central.start();
  });
  afterAll(() => air?.stop());

  test('kill -9 of the radio process: said, restarted, scanning again, and the data flows again', async () => {
    const peripheral = await air.peripheral('one');
    const heard: string[] = [];
    const stopScan = await air.central.scan(({ deviceId }) => heard.push(deviceId));
    const link = await air.central.connect(peripheral.deviceId);
    const end = watchEnd(link);
    const tally = await Tally.on(link);
    await until('the stream', () => tally.received > 50);
    const pid = air.central.radioPid!;
    statuses.length = 0;

    process.kill(pid, 'SIGKILL');
    // Asked for while the process is dead or dying: it must fail, not hang.
    await expect(link.read(BATTERY)).rejects.toMatchObject({ code: expect.stringMatching(/RADIO_DIED|LINK_LOST/) });
    await until('the end of the link', () => end.calls > 0);
    expect(end).toEqual({ reason: 'the Bluetooth process ended', calls: 1 });
    await until('its return', () => air.central.status().status === 'ready');
    expect(statuses).toEqual(['restarting', 'ready']);
    expect(air.central.radioPid).not.toBe(pid);

    heard.length = 0;
    await until('an advertisement without a new scan', () => heard.includes(peripheral.deviceId));
    const again = await air.central.connect(peripheral.deviceId);
    const second = await Tally.on(again);
    await until('the stream again', () => second.received > 50);
    expect(second.lost).toBe(0);
    // Nothing of the new link reaches the old one.
    const before = tally.received;
    await until('more of it', () => second.received > 100);
    expect(tally.received).toBe(before);
    await again.disconnect();
    await stopScan();
    await peripheral.kill();
  });

  test('kill -9 of a peripheral: the link ends, the other one does not notice, and it reconnects', async () => {
    const one = await air.peripheral('one');
    const two = await air.peripheral('two');
    const link = await air.central.connect(one.deviceId);
    const other = await Tally.on(await air.central.connect(two.deviceId));
    const end = watchEnd(link);
    const tally = await Tally.on(link);
    await until('both streams', () => tally.received > 50 && other.received > 50);
    const killedMs = performance.now();
    await one.kill();
    const pending = link.read(BATTERY, 5000);
    await expect(pending).rejects.toMatchObject({ code: 'LINK_LOST' });
    await until('the end', () => end.calls > 0);
    const tookMs = performance.now() - killedMs;
    process.stdout.write(`link end ${Math.round(tookMs)} ms after kill -9 of the peripheral\n`);
    expect(end).toEqual({ reason: 'out of range or switched off', calls: 1 });
    // The agreed supervision timeout is 1 s.
    expect(tookMs).toBeGreaterThan(900);

    const reconnecting = air.central.connect(one.deviceId, 20_000);
    const back = await air.peripheral('one');
    expect(back.deviceId).toBe(one.deviceId);
    const again = await reconnecting;
    const second = await Tally.on(again);
    await until('the stream again', () => second.received > 50);
    expect({ lost: second.lost, otherLost: other.lost }).toEqual({ lost: 0, otherLost: 0 });
    await again.disconnect();
    await back.kill();
    await two.kill();
  });

  test('out of range and back: link end, and the sensor advertises again', async () => {
    const peripheral = await air.peripheral('one');
    const link = await air.central.connect(peripheral.deviceId);
    const end = watchEnd(link);
    await peripheral.device.loseLinks();
    await until('the end', () => end.calls > 0);
    expect(end.reason).toBe('out of range or switched off');
    const again = await air.central.connect(peripheral.deviceId);
    expect([...(await again.read(BATTERY))]).toEqual([87]);
    await again.disconnect();
    const ends = () => peripheral.messages.filter(({ type }) => type === 'disconnected').length;
    await until('both ends at the peripheral', () => ends() === 2);
    await peripheral.kill();
  });

  test('150 connections in a row leave nothing behind', { timeout: 120_000 }, async () => {
    const peripheral = await air.peripheral('one', { rateHz: 200 });
    const rssMb = () => {
      const status = readFileSync(`/proc/${air.central.radioPid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    };
    let warmMb = 0;
    for (let i = 0; i < 150; i++) {
      if (i === 50) warmMb = rssMb();
      const link = await air.central.connect(peripheral.deviceId);
      const tally = await Tally.on(link);
      await until('packets', () => tally.received >= 5);
      expect(tally.lost).toBe(0);
      await link.disconnect();
    }
    expect(air.log.join('\n')).not.toMatch(/MaxListeners|leak/i);
    const grownMb = rssMb() - warmMb;
    process.stdout.write(
      `radio process after 150 connections: ${rssMb().toFixed(0)} MB, ${grownMb.toFixed(1)} more than after 50\n`,
    );
    // A connection that stayed with all its notifications and objects would cost more than 100 kB.
    expect(grownMb).toBeLessThan(10);
    await peripheral.kill();
  });

  test('the adapter is pulled out and put back: unavailable with a remedy, then ready, then data', async () => {
    const peripheral = await air.peripheral('one');
    const link = await air.central.connect(peripheral.deviceId);
    const end = watchEnd(link);
    statuses.length = 0;
    air.centralDevice.unplug();
    await until('the end of the link', () => end.calls > 0);
    expect(end.calls).toBe(1);
    await until('the news', () => air.central.status().status === 'unavailable');
    expect(air.central.status()).toMatchObject({
      code: 'RADIO_NO_ADAPTER',
      remedy: expect.stringContaining('adapter'),
    });
    await expect(air.central.connect(peripheral.deviceId)).rejects.toMatchObject({ code: 'RADIO_NO_ADAPTER' });
    await air.centralDevice.plug();
    await until('its return', () => air.central.status().status === 'ready');
    expect(statuses).toEqual(['restarting', 'unavailable', 'ready']);
    const again = await air.central.connect(peripheral.deviceId);
    const tally = await Tally.on(again);
    await until('the stream', () => tally.received > 50);
    await again.disconnect();
    await peripheral.kill();
  });

  test('the radio process ends when its parent is killed', async () => {
    const device = await air.radio.addDevice('second-central');
    const entry = fileURLToPath(builtEntry('test/support/radio-parent.ts'));
    const parent = spawn(process.execPath, [entry, device.address, '', 'stay'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve) => parent.stdout.once('data', (text) => resolve(String(text))));
    const { status, radioPid } = JSON.parse(line) as { status: { status: string }; radioPid: number };
    expect(status.status).toBe('ready');
    expect(isAlive(radioPid)).toBe(true);
    parent.kill('SIGKILL');
    await until('the end of the radio process', () => !isAlive(radioPid));
  });

  test('Ctrl-C reaches the radio process too, and does not end it', async () => {
    const pid = air.central.radioPid!;
    const peripheral = await air.peripheral('one');
    const link = await air.central.connect(peripheral.deviceId);
    const tally = await Tally.on(link);
    process.kill(pid, 'SIGINT');
    await until('packets after it', () => tally.received > 50);
    expect({ pid: air.central.radioPid, lost: tally.lost }).toEqual({ pid, lost: 0 });
    await link.disconnect();
    await peripheral.kill();
  });

  test.skipIf(!process.env['NECK_LONG_TESTS'])(
    'a radio process that hangs is replaced',
    { timeout: 60_000 },
    async () => {
      const pid = air.central.radioPid!;
      process.kill(pid, 'SIGSTOP');
      await until('another one', () => air.central.radioPid !== null && air.central.radioPid !== pid, 40_000);
      await until('ready', () => air.central.status().status === 'ready');
      expect(isAlive(pid)).toBe(false);
    },
  );
});
