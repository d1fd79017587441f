import { afterEach, describe, expect, it } from 'vitest';
import { kitUuid, webUuid } from '../../../src/adapters/web-ble/uuids.ts';
import { createWebCentral } from '../../../src/adapters/web-ble/web-central.ts';
import { DRIVERS } from '../../../src/devices/registry.ts';
import { createGattSource, DEFAULT_GATT_SOURCE } from '../../../src/gateway/gatt-source.ts';
import { hostTimers } from '../../../src/gateway/waiting.ts';
import type { RadioStatus } from '../../../src/ports/gatt.ts';
import type { Clock, HostTimeUs } from '../../../src/ports/time.ts';
import { HEADBAND_SERVICE, HeadbandCharacteristic, Sig } from '../../../src/wire/headband-profile.ts';
import { sensorSourceContract } from '../../contract/sensor-source.ts';
import { simulatedHeadband } from '../../support/sim-stream.ts';
import { domError, FakeDevice, fakeBluetooth } from '../../support/web-bluetooth.ts';

const clock: Clock = { nowUs: () => Math.floor(performance.now() * 1000) as HostTimeUs, wallMs: () => Date.now() };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function rig(seed = 1) {
  const { model } = simulatedHeadband(seed);
  const device = new FakeDevice('web-1', model, clock);
  const bluetooth = fakeBluetooth(() => device);
  const central = createWebCentral({ bluetooth, drivers: DRIVERS, clock, timers: hostTimers });
  ends.push(() => central.stop());
  return { device, bluetooth, central };
}

sensorSourceContract('a browser', async () => {
  const { device, central } = rig();
  const source = createGattSource({ central, drivers: DRIVERS }, { ...DEFAULT_GATT_SOURCE, searchMs: 300 });
  await source.start();
  await central.choose();
  return {
    source,
    wait: sleep,
    end: async () => device.drop(),
    dispose: () => source.stop(),
  };
});

describe('UUIDs', () => {
  it('go to the browser and back', () => {
    expect(webUuid('180f')).toBe('0000180f-0000-1000-8000-00805f9b34fb');
    expect(kitUuid('0000180F-0000-1000-8000-00805F9B34FB')).toBe('180f');
    for (const driver of DRIVERS) for (const uuid of driver.serviceUuids) expect(kitUuid(webUuid(uuid))).toBe(uuid);
  });
});

describe('the browser as a radio', () => {
  it('asks for every supported device, with all that its driver needs', async () => {
    const { bluetooth, central } = rig();
    await central.start();
    const found = await central.choose();
    expect(found).toMatchObject({ deviceId: 'web-1', rssiDbm: null });
    expect(found.serviceUuids).toContain(HEADBAND_SERVICE);
    const [{ filters, optionalServices }] = bluetooth.asked as [(typeof bluetooth.asked)[0]];
    for (const driver of DRIVERS) {
      expect(filters).toContainEqual({ services: [webUuid(driver.serviceUuids[0]!)] });
      for (const uuid of driver.serviceUuids) expect(optionalServices).toContain(webUuid(uuid));
    }
    expect(filters).toContainEqual({ namePrefix: 'Movella DOT' });
  });

  it('says in its own words what the browser throws', async () => {
    const { bluetooth, central } = rig();
    await central.start();
    const cases: readonly [Error, string][] = [
      [domError('NotFoundError', 'User cancelled the requestDevice() chooser.'), 'SENSOR_NOT_CHOSEN'],
      [domError('NotFoundError', 'Bluetooth adapter not available.'), 'BLUETOOTH_NOT_READY'],
      [
        domError('NotFoundError', 'User denied the browser permission to scan for Bluetooth devices.'),
        'BLUETOOTH_REFUSED',
      ],
      [domError('NotFoundError', 'Web Bluetooth API globally disabled.'), 'BLUETOOTH_REFUSED'],
      [domError('SecurityError', 'Must be handling a user gesture to show a permission request.'), 'BLUETOOTH_REFUSED'],
      [domError('NotAllowedError', 'no'), 'BLUETOOTH_REFUSED'],
      [new Error('?'), 'INTERNAL'],
    ];
    for (const [thrown, code] of cases) {
      bluetooth.person = () => {
        throw thrown;
      };
      await expect(central.choose()).rejects.toMatchObject({ name: 'KitError', code });
    }
  });

  it('tells when Bluetooth is off, and when it is on again', async () => {
    const { bluetooth, central } = rig();
    bluetooth.available = false;
    const seen: RadioStatus[] = [];
    central.onStatus((status) => seen.push(status));
    await central.start();
    expect(central.status()).toMatchObject({ status: 'unavailable', code: 'BLUETOOTH_NOT_READY' });
    bluetooth.available = true;
    bluetooth.emit('availabilitychanged');
    await sleep(1);
    expect(central.status()).toEqual({ status: 'ready' });
    expect(seen).toHaveLength(2);
  });

  it('lets go of a device that no driver knows', async () => {
    const { device, bluetooth, central } = rig();
    const nameless = new FakeDevice('web-2', { ...device.model, name: 'Kettle', services: [] }, clock);
    bluetooth.person = () => nameless;
    await expect(central.choose()).rejects.toMatchObject({ code: 'SENSOR_UNSUPPORTED' });
    expect(nameless.gatt.connected).toBe(false);
  });

  it('takes the link made while choosing, and makes a new one after it was lost', async () => {
    const { device, central } = rig();
    await central.start();
    await central.choose();
    const first = await central.connect('web-1');
    expect(device.connections).toBe(1);
    await expect(central.connect('web-1')).rejects.toMatchObject({ code: 'SENSOR_BUSY' });
    const reasons: string[] = [];
    first.onEnd((reason) => reasons.push(reason));
    device.drop();
    expect(reasons).toEqual(['out of range or switched off']);
    await expect(first.read(Sig.batteryLevel)).rejects.toMatchObject({ code: 'LINK_LOST' });
    device.inSight = false;
    await expect(central.connect('web-1')).rejects.toMatchObject({ code: 'LINK_LOST' });
    device.inSight = true;
    const second = await central.connect('web-1');
    expect(await second.read(Sig.batteryLevel)).toHaveLength(1);
    await second.disconnect();
    // Nothing of the kit listens any more.
    expect(device.count('gattserverdisconnected')).toBe(0);
  });

  it('gives up at the deadline, connecting and asking, and leaves nothing connected', async () => {
    const { device, central } = rig();
    await central.start();
    await central.choose();
    const link = await central.connect('web-1');
    device.deaf = true;
    await expect(link.read(Sig.batteryLevel, 30)).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
    await link.disconnect();
    await expect(central.connect('web-1', 30)).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
    expect(device.gatt.connected).toBe(false);
    device.deaf = false;
    expect((await central.connect('web-1')).name).toBe(device.name);
  });

  it('asks one thing at a time, whoever asks', async () => {
    const { central } = rig();
    await central.start();
    await central.choose();
    const link = await central.connect('web-1');
    const answers = await Promise.all([
      link.read(HeadbandCharacteristic.info),
      link.read(HeadbandCharacteristic.status),
      link.read(Sig.batteryLevel),
    ]);
    expect(answers.every((bytes) => bytes.length > 0)).toBe(true);
  });

  it('takes the answer to a reading for no notification, and a notification in the middle of it for one', async () => {
    const { device, central } = rig();
    await central.start();
    await central.choose();
    const link = await central.connect('web-1');
    const got: number[][] = [];
    await link.subscribe(HeadbandCharacteristic.status, (bytes) => got.push([...bytes]));
    const answer = await link.read(HeadbandCharacteristic.status);
    expect(got).toEqual([]);
    device.beforeAnswer = (characteristic) => characteristic.tell(Uint8Array.of(1, 2, 3));
    expect(await link.read(HeadbandCharacteristic.status)).toEqual(answer);
    expect(got).toEqual([[1, 2, 3]]);
    // Switched off it tells nothing more; the next subscription begins anew.
    await link.unsubscribe(HeadbandCharacteristic.status);
    await link.read(HeadbandCharacteristic.status);
    expect(got).toHaveLength(1);
    device.beforeAnswer = () => {};
    const more: number[][] = [];
    await link.subscribe(HeadbandCharacteristic.status, (bytes) => more.push([...bytes]));
    device.beforeAnswer = (characteristic) => characteristic.tell(Uint8Array.of(4));
    await link.read(HeadbandCharacteristic.status);
    expect([got.length, more]).toEqual([1, [[4]]]);
  });
});
