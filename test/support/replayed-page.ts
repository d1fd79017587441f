/**
 * What a page at home logged, once more through the gateway's own parts in Node: the same packets with the same arrival
 * times, and the same commands between them.
 */
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { kitUuid } from '../../src/adapters/web-ble/uuids.ts';
import type { Command } from '../../src/contract/commands.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createGattSource } from '../../src/gateway/gatt-source.ts';
import { createKit } from '../../src/gateway/kit.ts';
import type { GattCentral, GattLink, Uuid } from '../../src/ports/gatt.ts';
import type { GattServerModel } from '../../src/ports/gatt-server.ts';
import type { HostTimeUs } from '../../src/ports/time.ts';
import type { LiveFrame } from '../../src/wire/live-frame.ts';
import { createVirtualTime } from './virtual-time.ts';

/** Of one request and its answer, us. */
const REQUEST_US = 5000;

type LoggedFrame = Omit<LiveFrame, 'orientation'> & { readonly orientation: readonly number[] };
export type PageEntry =
  | { readonly uuid: string; readonly packet: number[]; readonly atUs: number }
  | { readonly asked: Command; readonly atUs: number }
  | { readonly command: Command; readonly ok: boolean }
  | { readonly frame: LoggedFrame };

/** Everything in a frame that is an angle, or part of a quaternion, rad. */
export const anglesOf = (frame: LoggedFrame): number[] => [
  ...frame.orientation,
  frame.flexionRad,
  frame.lateralRad,
  frame.axialRad,
  frame.headInclinationRad,
  frame.tiltSigmaRad,
  frame.axialSigmaRad,
  frame.displayFlexionRad,
  frame.displayLateralRad,
  frame.displayAxialRad,
];

/** @param model answers what is read and written at the start, as the one that the page had; its own packets go nowhere */
export async function replayInNode(entries: readonly PageEntry[], model: GattServerModel): Promise<LoggedFrame[]> {
  const time = createVirtualTime(0);
  let nowUs = 0 as HostTimeUs;
  const clock = { nowUs: () => nowUs, wallMs: () => 1_700_000_000_000 + nowUs / 1000 };
  const receivers = new Map<Uuid, (bytes: Uint8Array, arrivalUs: HostTimeUs) => void>();
  const deviceId = entries.flatMap((e) => ('asked' in e && e.asked.type === 'connect' ? e.asked.id : []))[0]!.slice(6);
  /** Its own time goes on with every request: it answers a command after a while. */
  let modelUs = 0;
  function advance(): HostTimeUs {
    modelUs = Math.max(modelUs, nowUs) + REQUEST_US;
    model.advance(modelUs as HostTimeUs, () => {});
    return modelUs as HostTimeUs;
  }
  const link: GattLink = {
    deviceId,
    name: model.name,
    mtu: 185,
    characteristics: new Set(model.services.flatMap(({ characteristics }) => characteristics.map(({ uuid }) => uuid))),
    async read(uuid) {
      advance();
      const value = model.read(uuid);
      if (typeof value === 'number') throw new Error(`read of ${uuid}: ${value}`);
      return value;
    },
    async write(uuid, bytes) {
      const code = model.write(uuid, bytes, advance());
      if (code !== 0) throw new Error(`write of ${uuid}: ${code}`);
    },
    async subscribe(uuid, onNotification) {
      receivers.set(uuid, onNotification);
      model.subscriptionChanged(uuid, true, nowUs);
    },
    unsubscribe: async (uuid) => void receivers.delete(uuid),
    rssiDbm: async () => null,
    disconnect: async () => {},
    onEnd: () => {},
  };
  const central: GattCentral = {
    sourceId: 'radio',
    status: () => ({ status: 'ready' }),
    onStatus: () => {},
    start: async () => {},
    async scan(onFound) {
      const serviceUuids = model.services.map(({ uuid }) => uuid);
      onFound({ deviceId, name: model.name, serviceUuids, rssiDbm: null });
      return async () => {};
    },
    connect: async () => link,
    stop: async () => {},
  };
  model.connected(247, nowUs);
  const { timers } = time;
  const store = createMemoryStore();
  await store.open();
  const kit = createKit({
    sources: [createGattSource({ central, drivers: DRIVERS, timers })],
    store,
    clock,
    timers,
    version: 'replayed',
    drivers: DRIVERS,
    home: () => ({ subjectCode: 'WEB-1', seenPrecautions: [], baselineFlexionDeg: null }),
  });
  await kit.start();
  async function until(atUs: number): Promise<void> {
    if (atUs <= nowUs) return;
    await time.advance(atUs / 1000 - time.nowMs);
    nowUs = atUs as HostTimeUs;
  }
  const frames: LoggedFrame[] = [];
  kit.addSink({ publish: (frame) => frames.push({ ...frame, orientation: [...frame.orientation] }) });
  for (const entry of entries) {
    if ('asked' in entry) {
      await until(entry.atUs);
      kit.execute(entry.asked).catch(() => undefined);
      for (let turn = 0; turn < 50; turn++) await time.advance(0);
    } else if ('packet' in entry) {
      await until(entry.atUs);
      receivers.get(kitUuid(entry.uuid))?.(Uint8Array.from(entry.packet), nowUs);
    }
  }
  await kit.stop();
  return frames;
}
