import { describe, expect, test } from 'vitest';
import { createHeadbandModel, type HeadbandModelOptions } from '../../src/adapters/sim/headband-model.ts';
import { createSubject } from '../../src/adapters/sim/subject/subject.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import { headbandDriver } from '../../src/devices/headband.ts';
import { driverById, driverForAdvertisement } from '../../src/devices/registry.ts';
import {
  decodeStatus,
  encodeInfo,
  encodeStatus,
  HEADBAND_SERVICE,
  HeadbandCharacteristic,
  Sig,
} from '../../src/wire/headband-profile.ts';
import { createModelLink } from '../support/sim-link.ts';

const model = (options: Partial<HeadbandModelOptions> = {}): ReturnType<typeof createHeadbandModel> =>
  createHeadbandModel({ source: createSubject(1), ...options });
const wish = { rateHz: 100, content: 'inertial' } as const;
const ignore = (): void => {};

describe('start', () => {
  test('reads who it is, subscribes before it starts, and describes the stream', async () => {
    const device = model({ serial: 'SIM-7' });
    const link = createModelLink(device);
    const description = await headbandDriver.start(link, wish, ignore);
    expect(description).toMatchObject({
      driverId: 'headband-1',
      sensorSerial: 'SIM-7',
      manufacturer: 'Neck ROM kit',
      simulated: true,
      nominalRateHz: 100,
      mtu: 247,
      config: { content: 'inertial', samplesPerPacket: 1, gyroFullScaleRadps: 16 },
    });
    const order = link.log.filter((entry) => !entry.startsWith('read'));
    expect(order).toEqual(['subscribe 0004', 'subscribe 0002', 'write 0003 1']);
    expect(device.streaming).toBe(true);
  });

  test('samples arrive and decode from the description alone', async () => {
    const link = createModelLink(model());
    const packets: Uint8Array[] = [];
    const description = await headbandDriver.start(link, wish, (_, bytes) => packets.push(bytes));
    link.advance(1_000_000);
    const decoder = headbandDriver.createDecoder(JSON.parse(JSON.stringify(description)));
    const block = createSampleBlock();
    for (const packet of packets) expect(decoder.decode(HeadbandCharacteristic.motion, packet, block)).toBe('ok');
    expect(packets.length).toBe(100);
    expect(block.counter[0]).toBe(99);
    expect(Math.hypot(...block.accMps2.subarray(0, 3))).toBeCloseTo(9.8, 0);
  });

  test('MTU 23 and an unknown MTU: "both" gives way to inertial, 20 bytes a packet', async () => {
    for (const mtu of [23, Number.NaN]) {
      const link = createModelLink(model(), mtu);
      const lengths = new Set<number>();
      const description = await headbandDriver.start(link, { rateHz: 100, content: 'both' }, (_, bytes) =>
        lengths.add(bytes.length),
      );
      link.advance(200_000);
      expect(description.config['content']).toBe('inertial');
      expect([...lengths]).toEqual([20]);
    }
  });

  test('a device that knows better about the link is followed', async () => {
    // The host believes in 247, the device has 23: its refusal, not our arithmetic, decides.
    const device = model();
    const link = createModelLink(device);
    device.mtuChanged(23);
    const description = await headbandDriver.start(link, { rateHz: 100, content: 'both' }, ignore);
    expect(description.config['content']).toBe('inertial');
  });

  test('content and rate that the device lacks give way to what it has', async () => {
    const link = createModelLink(model({ contents: ['quaternion'] }));
    const description = await headbandDriver.start(link, { rateHz: 90, content: 'inertial' }, ignore);
    expect([description.config['content'], description.nominalRateHz]).toEqual(['quaternion', 50]);
    const slow = await headbandDriver.start(createModelLink(model()), { rateHz: 10, content: 'inertial' }, ignore);
    expect(slow.nominalRateHz).toBe(25);
  });

  test('200 Hz: two samples a packet, 100 packets a second', async () => {
    const link = createModelLink(model());
    const counts: number[] = [];
    const description = await headbandDriver.start(link, { rateHz: 200, content: 'inertial' }, (_, b) =>
      counts.push(b[1]! & 31),
    );
    link.advance(1_000_000);
    expect(description.config['samplesPerPacket']).toBe(2);
    expect([counts.length, new Set(counts)]).toEqual([100, new Set([2])]);
  });

  test('a device of another major version, a broken Info or a missing characteristic is not supported', async () => {
    const link = createModelLink(model());
    const info = (await link.read(HeadbandCharacteristic.info)).slice();
    for (const bad of [Uint8Array.of(2, ...info.subarray(1)), info.subarray(0, 7), new Uint8Array(0)]) {
      link.override = (uuid) => (uuid === HeadbandCharacteristic.info ? bad : null);
      await expect(headbandDriver.start(link, wish, ignore)).rejects.toMatchObject({ code: 'SENSOR_UNSUPPORTED' });
    }
    const without = createModelLink(model(), 247, [HeadbandCharacteristic.control]);
    await expect(headbandDriver.start(without, wish, ignore)).rejects.toMatchObject({ code: 'SENSOR_UNSUPPORTED' });
  });

  test('a refusal and an answer that never comes are coded errors', async () => {
    const refusing = createModelLink(model());
    const answer = (command: number, token: number, result: number): Uint8Array =>
      encodeStatus({
        state: 'idle',
        content: null,
        rateHz: null,
        samplesPerPacket: 0,
        command,
        token,
        result,
        faults: 1,
        droppedSamples: 0,
      });
    refusing.override = (uuid) => (uuid === HeadbandCharacteristic.status ? answer(1, 1, 7) : null);
    await expect(headbandDriver.start(refusing, wish, ignore)).rejects.toMatchObject({
      code: 'STREAM_REFUSED',
      detail: 'fault',
    });
    // The answer to an earlier command (another token) is no answer to this one.
    const silent = createModelLink(model());
    silent.override = (uuid) => (uuid === HeadbandCharacteristic.status ? answer(1, 99, 0) : null);
    await expect(headbandDriver.start(silent, wish, ignore)).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
    const broken = createModelLink(model());
    broken.override = (uuid) => (uuid === HeadbandCharacteristic.status ? Uint8Array.of(9) : null);
    await expect(headbandDriver.start(broken, wish, ignore)).rejects.toMatchObject({ code: 'STREAM_REFUSED' });
  });

  test('a device that needs a while to start is waited for', async () => {
    const device = model();
    const link = createModelLink(device);
    let reads = 0;
    link.override = (uuid) => {
      if (uuid !== HeadbandCharacteristic.status || ++reads > 20) return null;
      const pending = (device.read(uuid) as Uint8Array).slice();
      pending[6] = 0xff;
      return pending;
    };
    expect((await headbandDriver.start(link, wish, ignore)).nominalRateHz).toBe(100);
    expect(reads).toBe(21);
  });

  test('a device without Device Information is known by its address, and odd bytes never reach a name', async () => {
    const bare = createModelLink(model(), 247, [Sig.serialNumber, Sig.modelNumber]);
    expect(await headbandDriver.start(bare, wish, ignore)).toMatchObject({ sensorSerial: 'link-1', model: '' });
    const odd = createModelLink(model());
    odd.override = (uuid) => (uuid === Sig.serialNumber ? Uint8Array.of(0x41, 0, 0xff, 0x0a, 0x42, 0x20) : null);
    expect((await headbandDriver.start(odd, wish, ignore)).sensorSerial).toBe('AB');
  });

  test('a real headband is not marked as simulated and takes prompts in silence', async () => {
    const link = createModelLink(model({ simulated: false }));
    expect((await headbandDriver.start(link, wish, ignore)).simulated).toBe(false);
    await headbandDriver.prompt(link, 'nod');
    expect(link.log.filter((entry) => entry.startsWith('write 00f0'))).toEqual([]);
  });
});

test('stop ends the stream, identify blinks, battery reads', async () => {
  const device = model({ batteryPercent: 42 });
  const link = createModelLink(device);
  let packets = 0;
  await headbandDriver.start(link, wish, () => packets++);
  link.advance(100_000);
  await headbandDriver.identify(link);
  expect(device.identifyUntilUs).toBe(5_100_000);
  expect(await headbandDriver.readBattery(link)).toBe(0.42);
  await headbandDriver.stop(link);
  expect(device.streaming).toBe(false);
  const before = packets;
  link.advance(1_000_000);
  expect(packets).toBe(before);
  const status = decodeStatus(await link.read(HeadbandCharacteristic.status));
  expect(status).toMatchObject({ ok: true, value: { state: 'idle', command: 2, result: 0 } });
  link.override = () => Uint8Array.of(101);
  expect(await headbandDriver.readBattery(link)).toBeNull();
});

test('a device that names no speed faster than its link is still started', async () => {
  const link = createModelLink(model());
  link.override = (uuid) =>
    uuid === HeadbandCharacteristic.info
      ? encodeInfo({
          major: 1,
          minor: 9,
          contents: ['inertial'],
          ratesHz: [50],
          capabilities: 0,
          maxSamplesPerPacket: 0,
          maxNotificationBytes: 0,
          gyroFullScaleRadps: 0,
          accFullScaleMps2: 0,
          sampleDelayUs: 0,
          clockPpm: 0,
        })
      : null;
  const description = await headbandDriver.start(link, { rateHz: 200, content: 'both' }, ignore);
  expect(description).toMatchObject({ nominalRateHz: 50, config: { content: 'inertial', samplesPerPacket: 1 } });
});

test('the registry finds the driver by advertisement and by name', () => {
  const advertisement = { deviceId: 'x', name: 'whatever', serviceUuids: [HEADBAND_SERVICE], rssiDbm: -60 };
  expect(driverForAdvertisement(advertisement)).toBe(headbandDriver);
  expect(driverForAdvertisement({ ...advertisement, serviceUuids: ['180d'] })).toBeNull();
  expect(driverById('headband-1')).toBe(headbandDriver);
  expect(driverById('nobody')).toBeNull();
});
