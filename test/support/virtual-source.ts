/** Simulated headbands as a SensorSource in virtual time: the real driver sequence, the real model, no waiting. */
import { type OfflineRun, startOfflineRun } from '../../src/adapters/sim/offline-run.ts';
import { KitError } from '../../src/contract/errors.ts';
import type { StreamWish } from '../../src/devices/driver.ts';
import { headbandDriver } from '../../src/devices/headband.ts';
import type { GattServerModel } from '../../src/ports/gatt-server.ts';
import type { SensorSource, StreamListener } from '../../src/ports/sensor-source.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How far the subject runs ahead of the timers in one step, ms: a prompt is heard within it. */
const DEFAULT_STEP_MS = 5;

export interface VirtualSource extends SensorSource {
  /** Ends the link as if the band had gone out of range. */
  breakLink(sensorId: string): void;
  /** Takes the band out of range, or back. */
  setInSight(sensorId: string, inSight: boolean): void;
  /** The link stays and says nothing any more. */
  mute(sensorId: string, muted: boolean): void;
}

export function createVirtualSource(
  time: VirtualTime,
  bands: Readonly<Record<string, GattServerModel>>,
  stepMs = DEFAULT_STEP_MS,
  wish: StreamWish = { rateHz: 100, content: 'inertial' },
): VirtualSource {
  const links = new Map<string, (reason: string) => void>();
  const away = new Set<string>();
  const muted = new Set<string>();
  return {
    sourceId: 'simulator',
    status: () => ({ status: 'ready' }),
    onStatus: () => {},
    start: async () => {},
    stop: async () => {},
    async discover(onFound) {
      for (const [sensorId, model] of Object.entries(bands))
        onFound({ sensorId, name: model.name, driverId: headbandDriver.id, simulated: true, rssiDbm: null });
      return async () => {};
    },
    async open(sensorId: string, listener: StreamListener) {
      const model = bands[sensorId];
      if (!model || away.has(sensorId)) throw new KitError('SENSOR_NOT_FOUND', sensorId);
      if (links.has(sensorId)) throw new KitError('SENSOR_BUSY', sensorId);
      const run: OfflineRun = await startOfflineRun({ model, startUs: time.clock.nowUs(), wish });
      let over = false;
      const end = (reason: string, tell: boolean): void => {
        if (over) return;
        over = true;
        links.delete(sensorId);
        model.disconnected(time.clock.nowUs());
        if (tell) listener.onEnd(reason);
      };
      links.set(sensorId, (reason) => end(reason, true));
      const step = (): void => {
        if (over) return;
        run.advanceTo(time.clock.nowUs(), (notification) => {
          if (!over && !muted.has(sensorId)) listener.onNotification(notification);
        });
        time.timers.after(stepMs, step);
      };
      time.timers.after(stepMs, step);
      return {
        description: run.description,
        battery: () => 0.87,
        rssiDbm: () => null,
        identify: async () => {},
        prompt: (code) => run.prompt(code),
        stop: async () => end('disconnected', false),
      };
    },
    breakLink: (sensorId) => links.get(sensorId)?.('out of range'),
    setInSight(sensorId, inSight) {
      if (inSight) away.delete(sensorId);
      else {
        away.add(sensorId);
        links.get(sensorId)?.('out of range');
      }
    },
    mute(sensorId, on) {
      if (on) muted.add(sensorId);
      else muted.delete(sensorId);
    },
  };
}
