import { describe, expect, it } from 'vitest';
import { createReplaySource } from '../../src/adapters/replay/replay-source.ts';
import { createInProcessCentral } from '../../src/adapters/sim/in-process-central.ts';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { KitError } from '../../src/contract/errors.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createGattSource, DEFAULT_GATT_SOURCE } from '../../src/gateway/gatt-source.ts';
import type { Advertisement, GattCentral, GattLink } from '../../src/ports/gatt.ts';
import type { HostTimeUs } from '../../src/ports/time.ts';
import { createChunkWriter } from '../../src/wire/chunk.ts';
import { HEADBAND_SERVICE } from '../../src/wire/headband-profile.ts';
import { sensorSourceContract } from '../contract/sensor-source.ts';
import { DESCRIPTION } from '../contract/session-store.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';
import { createVirtualSource } from '../support/virtual-source.ts';
import { createVirtualTime } from '../support/virtual-time.ts';

const hostClock = { nowUs: () => Math.round(performance.now() * 1000) as HostTimeUs, wallMs: () => Date.now() };

sensorSourceContract('GATT, simulator in process', async () => {
  const { model } = simulatedHeadband(1);
  const central = createInProcessCentral([{ deviceId: 'SIM-1', model }], hostClock);
  const source = createGattSource({ central, drivers: DRIVERS }, { ...DEFAULT_GATT_SOURCE, searchMs: 300 });
  return {
    source,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    end: async (sensorId) => void central.breakLink(sensorId),
    dispose: () => source.stop(),
  };
});

sensorSourceContract('virtual time', async () => {
  const time = createVirtualTime();
  const source = createVirtualSource(time, { band: simulatedHeadband(1).model });
  return {
    source,
    wait: (ms) => time.advance(ms),
    end: async (sensorId) => source.breakLink(sensorId),
    dispose: () => source.stop(),
  };
});

sensorSourceContract('replay', async () => {
  const time = createVirtualTime();
  const store = createMemoryStore();
  await store.open();
  await store.createSession({ id: 's', subjectCode: 'AB-1', startedAtMs: 0, softwareVersion: '1' });
  await store.createStream({ id: 'st', sessionId: 's', role: 'head', sourceId: 'radio', description: DESCRIPTION });
  const writer = createChunkWriter();
  for (let i = 0; i < 100; i++)
    writer.append({ characteristic: '2a19', bytes: Uint8Array.of(i), arrivalUs: (5e6 + i * 10_000) as HostTimeUs });
  await store.appendChunk({ streamId: 'st', sequence: 0, ...writer.finish()! });
  const source = createReplaySource({ store, clock: time.clock, timers: time.timers });
  return {
    source,
    wait: (ms) => time.advance(ms),
    end: () => time.advance(1500),
    dispose: () => source.stop(),
  };
});

/** A central whose answers the test writes. */
function scriptedCentral(connect: (deviceId: string) => Promise<GattLink>, advertise: readonly Advertisement[]) {
  let scans = 0;
  const central: GattCentral = {
    sourceId: 'radio',
    status: () => ({ status: 'ready' }),
    onStatus: () => {},
    start: async () => {},
    stop: async () => {},
    connect,
    async scan(onFound) {
      scans++;
      for (const advertisement of advertise) setTimeout(() => onFound(advertisement), 1);
      return async () => {};
    },
  };
  return { central, scans: () => scans };
}
const listener = { onNotification() {}, onEnd() {} };
const params = { ...DEFAULT_GATT_SOURCE, searchMs: 100, startMs: 200 };

describe('the GATT source', () => {
  it('searches again when a restarted radio has forgotten the device', async () => {
    const attempts: string[] = [];
    const { central, scans } = scriptedCentral(
      async (deviceId) => {
        attempts.push(deviceId);
        throw new KitError(attempts.length === 1 ? 'SENSOR_NOT_FOUND' : 'LINK_TIMEOUT');
      },
      [{ deviceId: 'd', name: 'band', serviceUuids: [HEADBAND_SERVICE], rssiDbm: -40 }],
    );
    const source = createGattSource({ central, drivers: DRIVERS }, params);
    await expect(source.open('d', listener)).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
    expect(attempts).toEqual(['d', 'd']);
    expect(scans()).toBe(2);
  });

  it('does not connect to what no driver knows', async () => {
    const { central } = scriptedCentral(async () => {
      throw new Error('must not be called');
    }, [{ deviceId: 'tv', name: 'A television', serviceUuids: ['180a'], rssiDbm: null }]);
    const source = createGattSource({ central, drivers: DRIVERS }, params);
    await expect(source.open('tv', listener)).rejects.toMatchObject({ code: 'SENSOR_UNSUPPORTED' });
    await expect(source.open('gone', listener)).rejects.toMatchObject({ code: 'SENSOR_NOT_FOUND' });
  });

  it('lets the link go when the stream does not start, by refusal or by silence', async () => {
    for (const hang of [false, true]) {
      let disconnected = 0;
      const link: GattLink = {
        deviceId: 'd',
        name: 'band',
        mtu: 23,
        characteristics: new Set(),
        read: async () => new Uint8Array(),
        write: async () => {},
        subscribe: async () => {},
        unsubscribe: async () => {},
        rssiDbm: async () => null,
        disconnect: async () => {
          disconnected++;
        },
        onEnd: () => {},
      };
      const { central } = scriptedCentral(
        async () => link,
        [{ deviceId: 'd', name: 'band', serviceUuids: [HEADBAND_SERVICE], rssiDbm: null }],
      );
      const drivers = hang ? [{ ...DRIVERS[0]!, start: () => new Promise<never>(() => {}) }] : DRIVERS;
      const source = createGattSource({ central, drivers }, params);
      await expect(source.open('d', listener)).rejects.toMatchObject({
        code: hang ? 'STREAM_REFUSED' : 'SENSOR_UNSUPPORTED',
      });
      expect(disconnected).toBe(1);
    }
  });
});
