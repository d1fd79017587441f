/** The real noble, in its process, against real GATT peripherals in theirs, over the virtual radio. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BLE_STACKS, STACK_PACKAGES } from '../../../src/adapters/ble/index.ts';
import type { Advertisement } from '../../../src/ports/gatt.ts';
import { BATTERY, ECHO, LONG, LONG_BYTES, REFUSING, SERVICE, STOP, STREAM } from '../../support/counting-model.ts';
import {
  skipWithoutVirtualRadio,
  sleep,
  startTestAir,
  Tally,
  type TestAir,
  until,
} from '../../support/virtual-radio.ts';

describe.skipIf(skipWithoutVirtualRadio()).each(BLE_STACKS)('%s noble over the virtual radio', (stack) => {
  let air: TestAir;

  beforeAll(async () => {
    air = await startTestAir(stack);
    await air.central.start();
    expect(air.central.status(), air.log.join('\n')).toEqual({ status: 'ready' });
    expect(air.central.stack).toBe(stack);
    expect(air.log.join('\n')).toContain(`Bluetooth goes through ${STACK_PACKAGES[stack]}`);
  });
  afterAll(() => air?.stop());

  test('finds, connects, discovers, reads, writes and subscribes', async () => {
    const peripheral = await air.peripheral('one', { bytes: 200 });
    peripheral.device.rssiDbm = -63;
    const found: Advertisement[] = [];
    const stopScan = await air.central.scan((advertisement) => found.push(advertisement));
    await until('three reports', () => found.length >= 3);
    await stopScan();
    expect(found[0]).toEqual({
      deviceId: peripheral.deviceId,
      name: 'one',
      serviceUuids: [SERVICE],
      rssiDbm: expect.any(Number),
    });
    expect(found.at(-1)?.rssiDbm).toBe(-63);

    const link = await air.central.connect(peripheral.deviceId);
    expect(link.mtu).toBe(247);
    // As asked for: at most 15 ms. (The virtual controller takes the longest that was allowed.)
    expect(link.intervalMs).toBeGreaterThanOrEqual(7.5);
    expect(link.intervalMs).toBeLessThanOrEqual(15);
    expect(link.name).toBe('one');
    expect([...link.characteristics]).toEqual(expect.arrayContaining([STREAM, ECHO, LONG, REFUSING, BATTERY, '2a00']));
    expect([...(await link.read(BATTERY))]).toEqual([87]);
    expect((await link.read(LONG)).length).toBe(LONG_BYTES);
    await link.write(ECHO, Uint8Array.of(1, 2, 3));
    expect([...(await link.read(ECHO))]).toEqual([1, 2, 3]);
    const long = Uint8Array.from({ length: 300 }, (_, i) => (7 * i) & 0xff);
    await link.write(ECHO, long);
    expect(await link.read(ECHO)).toEqual(long);
    await link.write(ECHO, Uint8Array.of(9), { withoutResponse: true });
    expect([...(await link.read(ECHO))]).toEqual([9]);
    expect(await link.rssiDbm()).toBe(-63);

    // The native addon is not so much as loaded: this is noble over our own socket.
    const maps = readFileSync(`/proc/${air.central.radioPid}/maps`, 'utf8');
    expect(maps).not.toMatch(/bluetooth[_-]hci[_-]socket/);

    const tally = await Tally.on(link);
    await until('a second of packets', () => tally.received >= 100);
    expect(tally).toMatchObject({ lost: 0, damaged: 0, bytes: new Set([200]) });

    // Behind its answer nothing is on the way any more, and it can be asked for again.
    await link.unsubscribe(STREAM);
    const sent = (await peripheral.counters()).sent;
    expect(tally.received).toBe(sent);
    await sleep(100);
    expect((await peripheral.counters()).sent).toBe(sent);
    expect(tally.received).toBe(sent);
    const again = await Tally.on(link);
    await until('more packets', () => again.received >= 20);

    let reason = '';
    link.onEnd((why) => {
      reason = why;
    });
    await link.disconnect();
    expect(reason).toBe('ended by the gateway');
    await expect(link.read(BATTERY)).rejects.toMatchObject({ code: 'LINK_LOST' });
    await peripheral.kill();
  });

  // Waited for by count, not by the clock: a busy computer may take longer.
  const seconds = process.env['NECK_LONG_TESTS'] ? 60 : 10;
  test(`two peripherals at 100 Hz lose nothing in ${seconds} s`, { timeout: (2 * seconds + 30) * 1000 }, async () => {
    // 200 bytes do not fit the controller's packets: every notification of the second one travels in two pieces.
    const peripherals = [await air.peripheral('one', { bytes: 20 }), await air.peripheral('two', { bytes: 200 })];
    // Asked for at the same time; the radio process makes one link after the other.
    const links = await Promise.all(peripherals.map((peripheral) => air.central.connect(peripheral.deviceId)));
    const tallies = await Promise.all(links.map((link) => Tally.on(link)));
    await until('the packets', () => tallies.every(({ received }) => received >= seconds * 100), seconds * 2000);
    await Promise.all(links.map((link) => link.write(STOP, Uint8Array.of(0))));
    for (const [i, tally] of tallies.entries()) {
      const { sent, dropped, truncated } = await peripherals[i]!.counters();
      const latency = [0.5, 0.95, 0.99, 1].map((q) => tally.latencyMs(q).toFixed(2)).join(' / ');
      process.stdout.write(
        `${peripherals[i]!.device.name}: ${sent} sent, ${tally.received} received, ${tally.lost} lost; ` +
          `latency p50/p95/p99/max ${latency} ms\n`,
      );
      expect({ dropped, truncated }).toEqual({ dropped: 0, truncated: 0 });
      expect({ lost: tally.lost, damaged: tally.damaged }).toEqual({ lost: 0, damaged: 0 });
      expect(tally.received).toBe(sent);
      await links[i]!.disconnect();
    }
    for (const peripheral of peripherals) await peripheral.kill();
  });

  test('loss that was injected is counted, packet by packet', async () => {
    const peripheral = await air.peripheral('lossy');
    const link = await air.central.connect(peripheral.deviceId);
    const tally = await Tally.on(link);
    await until('the stream', () => tally.received > 20);
    expect(tally.lost).toBe(0);
    peripheral.device.link.dropShare = 0.05;
    await until('500 packets', () => tally.received > 520);
    peripheral.device.link.dropShare = 0;
    const seen = tally.received;
    await until('an end without loss', () => tally.received > seen + 20);
    const { notificationsDropped } = peripheral.device.counters;
    expect(tally.lost).toBe(notificationsDropped);
    // 5 % of about 520: 26, give or take four times its standard deviation of 5.
    expect(notificationsDropped).toBeGreaterThan(6);
    expect(notificationsDropped).toBeLessThan(50);
    await link.disconnect();
    await peripheral.kill();
  });

  test('MTU 23: packets of at most 20 bytes, long values still whole', async () => {
    const peripheral = await air.peripheral('small', { mtuMax: 23, bytes: 200 });
    const link = await air.central.connect(peripheral.deviceId);
    expect(link.mtu).toBe(23);
    expect((await link.read(LONG)).length).toBe(LONG_BYTES);
    const long = Uint8Array.from({ length: 100 }, (_, i) => i);
    await link.write(ECHO, long);
    expect(await link.read(ECHO)).toEqual(long);
    const tally = await Tally.on(link);
    await until('packets', () => tally.received >= 50);
    expect(tally).toMatchObject({ lost: 0, damaged: 0, bytes: new Set([20]) });
    await link.disconnect();
    await peripheral.kill();
  });

  test('an MTU larger than noble asks for is not taken for the one in force', async () => {
    const peripheral = await air.peripheral('large', { mtuMax: 517 });
    const link = await air.central.connect(peripheral.deviceId);
    expect(link.mtu).toBe(256);
    expect((await link.read(LONG)).length).toBe(LONG_BYTES);
    const long = Uint8Array.from({ length: 400 }, (_, i) => i & 0xff);
    await link.write(ECHO, long);
    expect(await link.read(ECHO)).toEqual(long);
    await link.disconnect();
    await peripheral.kill();
  });

  test('what the sensor refuses is an ATT_ERROR, at once, and the link goes on', async () => {
    const peripheral = await air.peripheral('refusing');
    const link = await air.central.connect(peripheral.deviceId);
    const refused = { code: 'ATT_ERROR', detail: expect.stringContaining('error 0x81') };
    await expect(link.write(REFUSING, Uint8Array.of(1))).rejects.toMatchObject(refused);
    await expect(link.write(REFUSING, new Uint8Array(300))).rejects.toMatchObject(refused);
    await expect(link.read(REFUSING)).rejects.toMatchObject(refused);
    await expect(link.write(STREAM, Uint8Array.of(1))).rejects.toMatchObject({ code: 'ATT_ERROR' });
    await expect(link.read('ffff')).rejects.toMatchObject({ code: 'ATT_ERROR' });
    await expect(link.subscribe(ECHO, () => {})).rejects.toMatchObject({ code: 'ATT_ERROR' });
    await link.write(ECHO, Uint8Array.of(5));
    expect([...(await link.read(ECHO))]).toEqual([5]);
    await link.disconnect();
    await peripheral.kill();
  });

  test('a sensor that stops answering is a LINK_TIMEOUT and loses its link', async () => {
    const peripheral = await air.peripheral('silent');
    const link = await air.central.connect(peripheral.deviceId);
    let reason = '';
    link.onEnd((why) => {
      reason = why;
    });
    peripheral.process.kill('SIGSTOP');
    const calls = [link.read(BATTERY, 500), link.write(ECHO, Uint8Array.of(1), { deadlineMs: 600 })];
    const results = await Promise.allSettled(calls);
    expect(results.map((result) => (result.status === 'rejected' ? result.reason.code : 'ok'))).toEqual([
      'LINK_TIMEOUT',
      expect.stringMatching(/LINK_TIMEOUT|LINK_LOST/),
    ]);
    await until('the end', () => reason !== '');
    expect(reason).toContain('no answer');
    await peripheral.kill();
    const again = await air.peripheral('silent');
    const next = await air.central.connect(again.deviceId);
    expect([...(await next.read(BATTERY))]).toEqual([87]);
    await next.disconnect();
    await again.kill();
  });

  test('connecting to what is not there ends in time and leaves the radio usable', async () => {
    const gone = await air.peripheral('gone');
    const there = await air.peripheral('there');
    const stopScan = await air.central.scan(() => {});
    await (await air.central.connect(gone.deviceId)).disconnect();
    await gone.kill();
    await sleep(1600);
    await expect(air.central.connect(gone.deviceId, 500)).rejects.toMatchObject({ code: 'SENSOR_NOT_FOUND' });
    await expect(air.central.connect('0123456789ab', 500)).rejects.toMatchObject({ code: 'SENSOR_NOT_FOUND' });

    // Heard a moment ago, then out of range: the controller would try for ever.
    const heard: string[] = [];
    const stopSecond = await air.central.scan(({ deviceId }) => heard.push(deviceId));
    await until('its advertisement', () => heard.includes(there.deviceId));
    there.device.link.black = true;
    await expect(air.central.connect(there.deviceId, 1200)).rejects.toMatchObject({
      code: expect.stringMatching(/LINK_TIMEOUT|SENSOR_NOT_FOUND/),
    });
    there.device.link.black = false;

    const link = await air.central.connect(there.deviceId);
    expect([...(await link.read(BATTERY))]).toEqual([87]);
    await expect(air.central.connect(there.deviceId)).rejects.toMatchObject({ code: 'SENSOR_BUSY' });
    await link.disconnect();
    await stopScan();
    await stopSecond();
    await there.kill();
  });
});
