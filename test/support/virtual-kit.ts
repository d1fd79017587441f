/** A gateway in virtual time, in this process: simulated sensors, a store in memory, commands as they come over the wire. */
import { afterEach } from 'vitest';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import { commandSchema } from '../../src/contract/commands.ts';
import { type KitState, kitStateSchema } from '../../src/contract/state.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import type { HomePlace } from '../../src/gateway/home-visit.ts';
import { createKit, type Kit } from '../../src/gateway/kit.ts';
import type { Store } from '../../src/ports/store.ts';
import { createVirtualSource, type VirtualSource } from './virtual-source.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

export interface VirtualKit {
  readonly time: VirtualTime;
  readonly store: Store;
  readonly source: VirtualSource;
  readonly kit: Kit;
  /** A command as a page sends it. */
  run(command: unknown): Promise<unknown>;
  /** Lets time pass until the state, as it is told, is like this. */
  until(what: string, test: (state: KitState) => boolean, limitMs?: number): Promise<KitState>;
  /** The sensor of this name, streaming and aligned on the head. */
  wear(sensor?: string): Promise<void>;
}

const STEP_MS = 50;
const LIMIT_MS = 400_000;

const open: VirtualKit[] = [];

/** Of a test file that uses this: whatever it opened is ended after each test. */
export function endVirtualKits(): void {
  afterEach(async () => {
    for (const { kit, time } of open.splice(0)) await Promise.all([kit.stop(), time.advance(6000)]);
  });
}

export async function createVirtualKit(
  models: Parameters<typeof createVirtualSource>[1],
  options: { readonly store?: Store; readonly home?: () => HomePlace | null } = {},
): Promise<VirtualKit> {
  const { store = createMemoryStore(), home } = options;
  const time = createVirtualTime();
  const source = createVirtualSource(time, models);
  await store.open();
  const { clock, timers } = time;
  const deps = { sources: [source], store, clock, timers, version: 'test', drivers: DRIVERS };
  const kit = createKit({ ...deps, ...(home && { home }) });
  await kit.start();
  const made: VirtualKit = {
    time,
    store,
    source,
    kit,
    run: (command) => kit.execute(commandSchema.parse(command)),
    async until(what, test, limitMs = LIMIT_MS) {
      for (let passedMs = 0; passedMs < limitMs; passedMs += STEP_MS) {
        const state = kitStateSchema.parse(kit.state);
        if (test(state)) return state;
        await time.advance(STEP_MS);
      }
      throw new Error(`waited for ${what}: ${JSON.stringify(kit.state)}`);
    },
    async wear(sensor = 'band') {
      await made.run({ type: 'connect', id: `simulator:${sensor}`, role: 'head' });
      await made.until('streaming', (s) => s.sensors[0]?.phase === 'streaming');
      await time.advance(2000);
      await made.run({ type: 'align-start' });
      await made.until('alignment', (s) => s.alignment.phase === 'accepted');
    },
  };
  open.push(made);
  return made;
}
