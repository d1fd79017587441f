/** Runs a simulated headband in virtual time, as fast as the machine can: for tests over many seeds and for re-scoring. */
import { KitError } from '../../contract/errors.ts';
import type { DeviceDriver, StreamWish } from '../../devices/driver.ts';
import { headbandDriver } from '../../devices/headband.ts';
import type { GattLink, Uuid } from '../../ports/gatt.ts';
import type { GattServerModel } from '../../ports/gatt-server.ts';
import type { RawNotification, StreamDescription, SubjectPrompt } from '../../ports/sensor-source.ts';
import { SUBJECT_PROMPTS } from '../../ports/sensor-source.ts';
import type { HostTimeUs } from '../../ports/time.ts';
import { HeadbandCharacteristic } from '../../wire/headband-profile.ts';

export interface OfflineRun {
  readonly description: StreamDescription;
  /** Virtual host time, us. */
  readonly nowUs: number;
  /**
   * Runs to `untilUs`, calling back with every notification at its own time. The callback may prompt: the subject hears it
   * at that time. Stops early, and returns false, when the callback returns exactly false.
   */
  advanceTo(untilUs: number, onNotification: (notification: RawNotification) => unknown): boolean;
  prompt(code: SubjectPrompt): void;
}

export interface OfflineOptions {
  readonly model: GattServerModel;
  readonly mtu?: number;
  readonly wish?: StreamWish;
  readonly startUs?: number;
  readonly driver?: DeviceDriver;
}

/** Connects, starts the stream through the driver (so that the real sequence runs), and hands over the clock. */
export async function startOfflineRun(options: OfflineOptions): Promise<OfflineRun> {
  const { model, mtu = 247, wish = { rateHz: 100, content: 'inertial' }, driver = headbandDriver } = options;
  let nowUs = options.startUs ?? 0;
  const handlers = new Map<Uuid, (bytes: Uint8Array, arrivalUs: HostTimeUs) => void>();
  let receive: ((notification: RawNotification) => void) | null = null;

  const refuse = (code: number): never => {
    throw new KitError('ATT_ERROR', `ATT 0x${code.toString(16).padStart(2, '0')}`);
  };
  const deliver = (characteristic: Uuid, bytes: Uint8Array): void =>
    handlers.get(characteristic)?.(bytes, nowUs as HostTimeUs);
  const link: GattLink = {
    deviceId: 'offline',
    name: model.name,
    mtu,
    characteristics: new Set(model.services.flatMap((s) => s.characteristics.map((c) => c.uuid))),
    async read(characteristic) {
      const value = model.read(characteristic);
      return typeof value === 'number' ? refuse(value) : value;
    },
    async write(characteristic, bytes) {
      const code = model.write(characteristic, bytes, nowUs);
      if (code !== 0) refuse(code);
      // A device that answers by a notification does it at once; time stands still until the stream has started.
      model.advance(nowUs, deliver);
    },
    async subscribe(characteristic, onNotification) {
      handlers.set(characteristic, onNotification);
      model.subscriptionChanged(characteristic, true, nowUs);
    },
    async unsubscribe(characteristic) {
      model.subscriptionChanged(characteristic, false, nowUs);
      handlers.delete(characteristic);
    },
    rssiDbm: async () => null,
    disconnect: async () => model.disconnected(nowUs),
    onEnd: () => {},
  };

  model.connected(mtu, nowUs);
  const description = await driver.start(link, wish, (characteristic, bytes, arrivalUs) =>
    receive?.({ characteristic, bytes, arrivalUs: arrivalUs as HostTimeUs }),
  );

  return {
    description,
    get nowUs() {
      return nowUs;
    },
    advanceTo(untilUs, onNotification) {
      let stopped = false;
      receive = (notification) => {
        if (onNotification(notification) === false) stopped = true;
      };
      for (;;) {
        const dueUs = model.advance(nowUs, deliver);
        if (stopped) return false;
        if (dueUs > untilUs) {
          nowUs = Math.max(nowUs, untilUs);
          return true;
        }
        nowUs = Math.max(nowUs, Math.ceil(dueUs));
      }
    },
    prompt(code) {
      if (!model.services.some((s) => s.characteristics.some((c) => c.uuid === HeadbandCharacteristic.prompt))) return;
      model.write(HeadbandCharacteristic.prompt, Uint8Array.of(SUBJECT_PROMPTS.indexOf(code)), nowUs);
    },
  };
}
