/** The places for sensors: head, trunk, and others that are only watched and recorded. */
import { KitError } from '../contract/errors.ts';
import type { FoundSensorState } from '../contract/state.ts';
import type { AttitudeWish } from '../devices/attitude-source.ts';
import type { DeviceDriver } from '../devices/driver.ts';
import type { SensorSource } from '../ports/sensor-source.ts';
import { MAX_SENSORS } from '../wire/live-frame.ts';
import { createSensorSlot, type SensorRole, type SensorSlot, type SensorSlotDeps } from './sensor-slot.ts';
import { createSerialQueue } from './waiting.ts';

export interface SensorRack {
  /** 0 head, 1 trunk, then the others; null where nothing is connected. */
  readonly slots: readonly (SensorSlot | null)[];
  readonly connected: readonly SensorSlot[];
  /** Throws NO_SENSOR. */
  at(index: number): SensorSlot;
  /** Rejects with SENSOR_NOT_FOUND or SENSOR_BUSY; a place whose sensor has failed is free. */
  connect(id: string, role: SensorRole, attitudeFrom: AttitudeWish): Promise<SensorSlot>;
  disconnect(index: number): Promise<void>;
  stop(): Promise<void>;
}

type Shared = Omit<
  SensorSlotDeps,
  'role' | 'index' | 'source' | 'sensorId' | 'name' | 'simulated' | 'attitudeFrom' | 'connectQueue' | 'createDecoder'
>;

export function createSensorRack(
  deps: Shared & {
    readonly sources: readonly SensorSource[];
    readonly drivers: readonly DeviceDriver[];
    known(id: string): FoundSensorState | undefined;
    /** Before anything is connected: a radio that searches connects badly. */
    stopSearch(): Promise<void>;
    /** A sensor is let go of; it still holds its place during the call. */
    leaving(slot: SensorSlot): void;
  },
): SensorRack {
  const { sources, drivers } = deps;
  const slots: (SensorSlot | null)[] = new Array(MAX_SENSORS).fill(null);
  const connectQueues = new Map(sources.map((source) => [source, createSerialQueue()]));
  // Two clicks at once must not fill one place twice.
  const oneAtATime = createSerialQueue();

  function at(index: number): SensorSlot {
    const slot = slots[index];
    if (!slot) throw new KitError('NO_SENSOR');
    return slot;
  }

  /** Place for a role; an 'other' takes the first one that is free. Throws SENSOR_BUSY when all are taken. */
  function placeFor(role: SensorRole): number {
    if (role === 'head') return 0;
    if (role === 'trunk') return 1;
    const free = slots.findIndex((slot, index) => index > 1 && (!slot || slot.supervisor.phase === 'failed'));
    if (free < 0) throw new KitError('SENSOR_BUSY', `${MAX_SENSORS} sensors are connected, more cannot be`);
    return free;
  }

  async function release(index: number): Promise<void> {
    const slot = at(index);
    deps.leaving(slot);
    slots[index] = null;
    await slot.stop();
    slot.record(null);
  }

  async function connect(id: string, role: SensorRole, attitudeFrom: AttitudeWish): Promise<SensorSlot> {
    const colon = id.indexOf(':');
    const sensorId = id.slice(colon + 1);
    const source = sources.find((candidate) => candidate.sourceId === id.slice(0, Math.max(0, colon)));
    if (!source || sensorId === '') throw new KitError('SENSOR_NOT_FOUND', id);
    const index = placeFor(role);
    const present = slots[index];
    const failed = present?.supervisor.phase === 'failed';
    if (slots.some((slot) => slot?.id === id && !(failed && slot === present))) throw new KitError('SENSOR_BUSY');
    if (present && !failed) throw new KitError('SENSOR_BUSY', `the ${role} sensor is ${present.id}`);
    if (present) await release(index);
    await deps.stopSearch();
    const known = deps.known(id);
    const slot = createSensorSlot({
      ...deps,
      role,
      index,
      attitudeFrom,
      source,
      sensorId,
      name: known?.name ?? sensorId,
      simulated: known?.simulated ?? source.sourceId === 'simulator',
      connectQueue: connectQueues.get(source)!,
      createDecoder: (description) => {
        const driver = drivers.find((candidate) => candidate.id === description.driverId);
        if (!driver) throw new KitError('SENSOR_UNSUPPORTED', description.driverId);
        return driver.createDecoder(description);
      },
    });
    slots[index] = slot;
    return slot;
  }

  return {
    slots,
    get connected() {
      return slots.filter((slot) => slot !== null);
    },
    at,
    connect: (id, role, attitudeFrom) => oneAtATime(() => connect(id, role, attitudeFrom)),
    disconnect: (index) => oneAtATime(() => release(index)),
    async stop() {
      await oneAtATime(async () => {
        await Promise.all(slots.map((slot) => slot?.stop()));
        slots.fill(null);
      });
    },
  };
}
