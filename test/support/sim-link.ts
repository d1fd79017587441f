/** A GattLink straight onto a GattServerModel, with a log of what was done and a place for faults. */
import { KitError } from '../../src/contract/errors.ts';
import type { GattLink, Uuid } from '../../src/ports/gatt.ts';
import type { GattServerModel } from '../../src/ports/gatt-server.ts';
import type { HostTimeUs } from '../../src/ports/time.ts';

export interface ModelLink extends GattLink {
  readonly log: string[];
  /** Answers a read instead of the model; null leaves it to the model. */
  override: (characteristic: Uuid) => Uint8Array | null;
  /** Runs the model to a time; what it notifies reaches the subscribers. */
  advance(nowUs: number): void;
}

export function createModelLink(model: GattServerModel, mtu = 247, hidden: readonly Uuid[] = []): ModelLink {
  const handlers = new Map<Uuid, (bytes: Uint8Array, arrivalUs: HostTimeUs) => void>();
  const log: string[] = [];
  let nowUs = 0;
  model.connected(Number.isFinite(mtu) ? mtu : 23, nowUs);
  const link: ModelLink = {
    deviceId: 'link-1',
    name: model.name,
    mtu,
    log,
    override: () => null,
    characteristics: new Set(
      model.services.flatMap((s) => s.characteristics.map((c) => c.uuid)).filter((uuid) => !hidden.includes(uuid)),
    ),
    async read(uuid) {
      log.push(`read ${uuid.slice(4, 8) || uuid}`);
      const value = link.override(uuid) ?? model.read(uuid);
      if (typeof value === 'number') throw new KitError('ATT_ERROR', `ATT ${value}`);
      return value;
    },
    async write(uuid, bytes) {
      log.push(`write ${uuid.slice(4, 8)} ${bytes[0]}`);
      const code = model.write(uuid, bytes, nowUs);
      if (code !== 0) throw new KitError('ATT_ERROR', `ATT ${code}`);
      // A device answers in a notification: what is due now is handed over now.
      model.advance(nowUs, (from, answer) => handlers.get(from)?.(answer, nowUs as HostTimeUs));
    },
    async subscribe(uuid, onNotification) {
      log.push(`subscribe ${uuid.slice(4, 8)}`);
      handlers.set(uuid, onNotification);
      model.subscriptionChanged(uuid, true, nowUs);
    },
    async unsubscribe(uuid) {
      log.push(`unsubscribe ${uuid.slice(4, 8)}`);
      model.subscriptionChanged(uuid, false, nowUs);
      handlers.delete(uuid);
    },
    rssiDbm: async () => null,
    disconnect: async () => model.disconnected(nowUs),
    onEnd: () => {},
    advance(untilUs) {
      for (;;) {
        const due = model.advance(nowUs, (uuid, bytes) => handlers.get(uuid)?.(bytes, nowUs as HostTimeUs));
        if (due > untilUs) break;
        nowUs = due;
      }
      nowUs = untilUs;
    },
  };
  return link;
}
