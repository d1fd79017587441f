/** A SensorSource over any GattCentral and the device drivers: the radio and the simulator without a radio alike. */
import { KitError } from '../contract/errors.ts';
import type { DeviceDriver, StreamWish } from '../devices/driver.ts';
import type { Advertisement, ConnectStep, GattCentral, GattLink } from '../ports/gatt.ts';
import type { RawNotification, SensorSource, SensorStream, StreamListener } from '../ports/sensor-source.ts';
import type { HostTimeUs } from '../ports/time.ts';
import type { Timers } from '../ports/timers.ts';
import { type Log, silentLog } from './log.ts';
import { createSerialQueue, hostTimers, withDeadline } from './waiting.ts';

export interface GattSourceParams {
  /** What is asked of a sensor: the kit filters raw data itself; a device that also sends its quaternion sends both. */
  readonly wish: StreamWish;
  /** How long a sensor that is out of sight is searched before giving up, ms. */
  readonly searchMs: number;
  readonly connectMs: number;
  /** Identity, configuration and start of the stream, ms. */
  readonly startMs: number;
  readonly batteryEveryMs: number;
  readonly rssiEveryMs: number;
}

export const DEFAULT_GATT_SOURCE: GattSourceParams = Object.freeze({
  wish: { rateHz: 100, content: 'both' },
  searchMs: 5000,
  connectMs: 8000,
  startMs: 6000,
  batteryEveryMs: 30_000,
  rssiEveryMs: 5000,
} as const);

/** @returns a source whose sensorId is the central's deviceId. */
export function createGattSource(
  deps: { central: GattCentral; drivers: readonly DeviceDriver[]; timers?: Timers; log?: Log },
  params: GattSourceParams = DEFAULT_GATT_SOURCE,
): SensorSource {
  const { central, drivers, timers = hostTimers, log = silentLog } = deps;
  const seen = new Map<string, Advertisement>();
  const driverOf = (advertisement: Advertisement): DeviceDriver | null =>
    drivers.find((driver) => driver.matches(advertisement)) ?? null;

  /** Scans until the device shows itself. Rejects with SENSOR_NOT_FOUND. */
  async function search(deviceId: string): Promise<Advertisement> {
    let stop: () => Promise<void> = async () => {};
    try {
      return await withDeadline(
        timers,
        new Promise<Advertisement>((resolve, reject) => {
          central
            .scan((advertisement) => {
              seen.set(advertisement.deviceId, advertisement);
              if (advertisement.deviceId === deviceId) resolve(advertisement);
            })
            .then((stopScan) => {
              stop = stopScan;
            }, reject);
        }),
        params.searchMs,
        'SENSOR_NOT_FOUND',
        deviceId,
      );
    } finally {
      await stop().catch(() => undefined);
    }
  }

  async function connect(
    deviceId: string,
    onStep: (step: ConnectStep) => void,
  ): Promise<{ link: GattLink; driver: DeviceDriver }> {
    let advertisement = seen.get(deviceId);
    if (!advertisement) {
      onStep('scanning');
      advertisement = await search(deviceId);
    }
    const driver = driverOf(advertisement);
    if (!driver) throw new KitError('SENSOR_UNSUPPORTED', advertisement.name);
    try {
      return { link: await central.connect(deviceId, params.connectMs, onStep), driver };
    } catch (cause) {
      // A radio process that was restarted knows no device until it has heard it again.
      if (!(cause instanceof KitError) || cause.code !== 'SENSOR_NOT_FOUND') throw cause;
      onStep('scanning');
      advertisement = await search(deviceId);
      return { link: await central.connect(deviceId, params.connectMs, onStep), driver };
    }
  }

  async function open(sensorId: string, listener: StreamListener): Promise<SensorStream> {
    const { link, driver } = await connect(sensorId, (step) => listener.onProgress?.(step));
    const oneAtATime = createSerialQueue();
    const cancels = new Set<() => void>();
    let over = false;
    let battery: number | null = null;
    let rssiDbm: number | null = null;

    function end(): boolean {
      if (over) return false;
      over = true;
      for (const cancel of cancels) cancel();
      cancels.clear();
      return true;
    }
    function poll(everyMs: number, job: () => Promise<void>): void {
      if (over) return;
      void oneAtATime(async () => {
        if (!over) await job();
      })
        .catch((cause: unknown) => {
          if (!over) log.info({ sensorId, cause: String(cause) }, 'a sensor did not answer a routine question');
        })
        .then(() => {
          if (over) return;
          const cancel = timers.after(everyMs, () => {
            cancels.delete(cancel);
            poll(everyMs, job);
          });
          cancels.add(cancel);
        });
    }

    link.onEnd((reason) => {
      if (end()) listener.onEnd(reason);
    });
    // One object for all notifications of the stream: the receivers copy what they keep.
    const notification: { -readonly [K in keyof RawNotification]: RawNotification[K] } = {
      characteristic: '',
      bytes: new Uint8Array(0),
      arrivalUs: 0 as HostTimeUs,
    };
    listener.onProgress?.('starting');
    try {
      const description = await withDeadline(
        timers,
        driver.start(link, params.wish, (characteristic, bytes, arrivalUs) => {
          if (over) return;
          notification.characteristic = characteristic;
          notification.bytes = bytes;
          notification.arrivalUs = arrivalUs as HostTimeUs;
          listener.onNotification(notification);
        }),
        params.startMs,
        'STREAM_REFUSED',
        'it did not start in time',
      );
      poll(params.batteryEveryMs, async () => {
        battery = await driver.readBattery(link);
      });
      poll(params.rssiEveryMs, async () => {
        rssiDbm = await link.rssiDbm();
      });
      return {
        description,
        battery: () => battery,
        rssiDbm: () => rssiDbm,
        identify: () => oneAtATime(() => driver.identify(link)),
        prompt(code) {
          if (over) return;
          oneAtATime(() => driver.prompt(link, code)).catch((cause: unknown) => {
            if (!over) log.warn({ sensorId, code, cause: String(cause) }, 'a prompt did not reach the sensor');
          });
        },
        async stop() {
          if (!end()) return;
          await withDeadline(timers, driver.stop(link), 1000, 'LINK_TIMEOUT', 'stop').catch(() => undefined);
          await link.disconnect();
        },
      };
    } catch (cause) {
      end();
      await link.disconnect().catch(() => undefined);
      throw cause;
    }
  }

  return {
    sourceId: central.sourceId,
    status: () => central.status(),
    onStatus: (listener) => central.onStatus(listener),
    start: () => central.start(),
    discover: (onFound) =>
      central.scan((advertisement) => {
        seen.set(advertisement.deviceId, advertisement);
        onFound({
          sensorId: advertisement.deviceId,
          name: advertisement.name,
          driverId: driverOf(advertisement)?.id ?? null,
          // A hint for the list only: what marks data as simulated is the stream's own description.
          simulated: central.sourceId === 'simulator' || /\(simulated\)/i.test(advertisement.name),
          rssiDbm: advertisement.rssiDbm,
        });
      }),
    open,
    stop: () => central.stop(),
  };
}
