/** The search for sensors over all sources at once. */
import type { FoundSensorState } from '../contract/state.ts';
import type { FoundSensor, SensorSource } from '../ports/sensor-source.ts';
import type { Log } from './log.ts';
import { kitErrorOf } from './waiting.ts';

export interface Scanner {
  readonly scanning: boolean;
  /** Supported sensors in the order of being seen, by "<sourceId>:<sensorId>". */
  readonly found: ReadonlyMap<string, FoundSensorState>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createScanner(sources: readonly SensorSource[], log: Log, onChange: () => void): Scanner {
  const found = new Map<string, FoundSensorState>();
  let stops: (() => Promise<void>)[] = [];
  let scanning = false;
  let round = 0;

  function add(source: SensorSource, sensor: FoundSensor): void {
    if (sensor.driverId === null && source.sourceId !== 'replay') return;
    const id = `${source.sourceId}:${sensor.sensorId}`;
    found.set(id, {
      id,
      sourceId: source.sourceId as FoundSensorState['sourceId'],
      name: sensor.name,
      driverId: sensor.driverId,
      simulated: sensor.simulated,
      rssiDbm: sensor.rssiDbm,
    });
    onChange();
  }

  async function stop(): Promise<void> {
    round++;
    scanning = false;
    const old = stops;
    stops = [];
    onChange();
    await Promise.all(old.map((stopOne) => stopOne().catch(() => undefined)));
  }

  return {
    get scanning() {
      return scanning;
    },
    found,
    async start() {
      await stop();
      const own = round;
      scanning = true;
      found.clear();
      onChange();
      await Promise.all(
        sources.map(async (source) => {
          try {
            const stopOne = await source.discover((sensor) => {
              if (own === round) add(source, sensor);
            });
            if (own === round) stops.push(stopOne);
            else await stopOne();
          } catch (cause) {
            // The radio says what is wrong in its own state; the other sources are searched all the same.
            const error = kitErrorOf(cause);
            log.info({ source: source.sourceId, code: error.code }, 'a source cannot be searched');
          }
        }),
      );
    },
    stop,
  };
}
