import { describe, expect, test } from 'vitest';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import { createThingy52Model } from '../../src/adapters/sim/thingy52-model.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import { driverForAdvertisement } from '../../src/devices/registry.ts';
import { thingy52Driver } from '../../src/devices/thingy52.ts';
import { ThingyCharacteristic, ThingyService } from '../../src/devices/thingy52-decoder.ts';
import { sampleAt } from '../support/device-columns.ts';
import { fromHex } from '../support/hex.ts';
import { createModelLink } from '../support/sim-link.ts';

const { quaternion, raw, euler, batteryLevel, button, tap, heading, motionConfiguration } = ThingyCharacteristic;
const block = createSampleBlock();
const RAD = Math.PI / 180;
/** (0.5, 0.5, -0.5, 0.5) in 2Q30. */
const QUAT = '0000002000000020000000e000000020';
/** 1 g, -0.5 g, 0; 10, -20, 1/32 deg/s; magnetometer. */
const RAW = '000400fe0000' + '400180fd0100' + '010002000300';
const acc = [9.80665, -9.80665 / 2, 0].map((value) => expect.closeTo(value, 9));
const gyr = [10 * RAD, -20 * RAD, RAD / 32].map((value) => expect.closeTo(value, 9));
const quat = [0.5, 0.5, -0.5, 0.5];
const nothing = { tickUs: null, counter: null, flags: [] };
const decoderOf = (content: string) =>
  thingy52Driver.createDecoder({ ...thingy52Driver.describeForDecode(), config: { content } });

describe('notifications', () => {
  test('quaternion, raw data and Euler angles alone', () => {
    const decoder = decoderOf('quaternion');
    expect(decoder.decode(quaternion, fromHex(QUAT), block)).toBe('ok');
    expect(sampleAt(block)).toEqual({ ...nothing, quat, gyrRadps: null, accMps2: null });
    expect(decoder.decode(raw, fromHex(RAW), block)).toBe('ok');
    expect(sampleAt(block)).toEqual({ ...nothing, quat: null, gyrRadps: gyr, accMps2: acc });
    // Roll 90 deg.
    expect(decoder.decode(euler, fromHex('00005a000000000000000000'), block)).toBe('ok');
    expect(sampleAt(block).quat).toEqual([Math.SQRT1_2, Math.SQRT1_2, 0, 0].map((value) => expect.closeTo(value, 9)));
  });
  test('raw data goes with the quaternion that follows, once', () => {
    const decoder = decoderOf('both');
    expect(decoder.decode(raw, fromHex(RAW), block)).toBe('incomplete');
    expect(block.count).toBe(0);
    decoder.decode(quaternion, fromHex(QUAT), block);
    expect(sampleAt(block)).toEqual({ ...nothing, quat, gyrRadps: gyr, accMps2: acc });
    decoder.decode(quaternion, fromHex(QUAT), block);
    expect(sampleAt(block)).toEqual({ ...nothing, quat, gyrRadps: null, accMps2: null });
  });
  test('everything else has a status', () => {
    const decoder = decoderOf('both');
    const status = (uuid: string, hex: string) => decoder.decode(uuid, fromHex(hex), block);
    expect(status(quaternion, QUAT.slice(2))).toBe('too-short');
    expect(status(quaternion, `${QUAT}00`)).toBe('too-long');
    expect(status(quaternion, '00'.repeat(16))).toBe('ok');
    expect(sampleAt(block).flags).toEqual(['invalid']);
    expect([status(batteryLevel, '57'), decoder.battery]).toEqual(['not-motion', 0.87]);
    expect([status(batteryLevel, '65'), status(batteryLevel, '')]).toEqual(['bad-content', 'bad-length']);
    expect([status(button, '01'), decoder.notice]).toEqual(['not-motion', 'button']);
    expect([status(button, '00'), decoder.notice]).toEqual(['not-motion', null]);
    expect([status(heading, '00000000'), status('2a00', '00')]).toEqual(['not-motion', 'unknown-characteristic']);
    status(tap, '0101');
    status(quaternion, QUAT);
    expect(sampleAt(block).flags).toEqual(['tap']);
    status(raw, `ff7f${RAW.slice(4)}`);
    status(quaternion, QUAT);
    expect(sampleAt(block).flags).toEqual(['accSaturated']);
  });
});

describe('start', () => {
  const model = () => createThingy52Model({ source: createSubject(1) });
  test('sets the rate where it is another, subscribes, streams', async () => {
    const device = model();
    const link = createModelLink(device);
    const seen: string[] = [];
    const wish = { rateHz: 100, content: 'both' } as const;
    const description = await thingy52Driver.start(link, wish, (uuid) => seen.push(uuid));
    expect(description).toMatchObject({ nominalRateHz: 50, simulated: true, config: { attitudeFrom: 'quaternion' } });
    expect(link.log.filter((entry) => entry.startsWith('write'))).toEqual(['write 0401 244']);
    link.advance(1_000_000);
    expect(seen.length).toBe(100);
    expect(seen.slice(0, 2)).toEqual([raw, quaternion]);
    expect(await thingy52Driver.readBattery(link)).toBe(0.87);
    await thingy52Driver.prompt(link, 'nod');
    await expect(thingy52Driver.identify(link)).rejects.toMatchObject({ code: 'SENSOR_UNSUPPORTED' });
    await thingy52Driver.stop(link);
    expect(device.streaming).toBe(false);
    link.advance(2_000_000);
    expect(seen.length).toBe(100);
    const again = createModelLink(device);
    expect((await thingy52Driver.start(again, { ...wish, content: 'inertial' }, () => {})).config).toEqual({
      content: 'inertial',
      attitudeFrom: 'inertial',
    });
    expect(again.log.filter((entry) => entry.startsWith('write'))).toEqual([]);
  });
  test('a device that is none; one without a battery or with a strange one', async () => {
    const wish = { rateHz: 50, content: 'quaternion' } as const;
    const lacking = createModelLink(model(), 23, [quaternion, batteryLevel, button]);
    await expect(thingy52Driver.start(lacking, wish, () => {})).rejects.toMatchObject({ code: 'SENSOR_UNSUPPORTED' });
    expect(await thingy52Driver.readBattery(lacking)).toBe(null);
    const bare = createModelLink(model(), Number.NaN, [batteryLevel, button]);
    expect((await thingy52Driver.start(bare, wish, () => {})).mtu).toBe(23);
    const strange = createModelLink(model());
    strange.override = (uuid) => (uuid === motionConfiguration ? new Uint8Array(3) : Uint8Array.of(200));
    await expect(thingy52Driver.start(strange, wish, () => {})).rejects.toMatchObject({ code: 'SENSOR_UNSUPPORTED' });
    expect(await thingy52Driver.readBattery(strange)).toBe(null);
  });
  test('is known by its name or its service', () => {
    const heard = (name: string, serviceUuids: string[]) =>
      driverForAdvertisement({ deviceId: 'a', name, serviceUuids, rssiDbm: null })?.id ?? null;
    expect([heard('Thingy', []), heard('', [ThingyService.configuration]), heard('Thing', [])]).toEqual([
      'thingy52',
      'thingy52',
      null,
    ]);
  });
});
