/** The real noble, in its process, against real GATT peripherals in theirs, over the virtual radio. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Advertisement } from '../../../src/ports/gatt.ts';
import { BATTERY, ECHO, LONG, LONG_BYTES, REFUSING, SERVICE, STREAM } from '../../support/counting-model.ts';
import { skipWithoutVirtualRadio, startTestAir, Tally, type TestAir, until } from '../../support/virtual-radio.ts';

describe.skipIf(skipWithoutVirtualRadio())('radio central over the virtual radio', () => {
  let air: TestAir;

  beforeAll(async () => {
    air = await startTestAir();
    await air.central.start();
    expect(air.central.status(), air.log.join('\n')).toEqual({ status: 'ready' });
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

    const tally = await Tally.on(link);
    await until('a second of packets', () => tally.received >= 100);
    expect(tally).toMatchObject({ lost: 0, damaged: 0, bytes: new Set([200]) });

    let reason = '';
    link.onEnd((why) => {
      reason = why;
    });
    await link.disconnect();
    expect(reason).toBe('ended by the gateway');
    await expect(link.read(BATTERY)).rejects.toMatchObject({ code: 'LINK_LOST' });
    await peripheral.kill();
  });
});
