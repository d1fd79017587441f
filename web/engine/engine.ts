/**
 * The gateway's parts in a page: the same drivers, core, protocols and recorder, over the browser's Bluetooth and a store
 * in the browser. To the page above it is a transport like the gateway's WebSocket.
 */
import type { KeptStore } from '../../src/adapters/store/kept/kept-store.ts';
import type { WebBluetooth } from '../../src/adapters/web-ble/bluetooth-types.ts';
import { createWebCentral } from '../../src/adapters/web-ble/web-central.ts';
import type { Command, Reply } from '../../src/contract/commands.ts';
import { KitError } from '../../src/contract/errors.ts';
import type { KitState } from '../../src/contract/state.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { createGattSource } from '../../src/gateway/gatt-source.ts';
import type { HomePlace } from '../../src/gateway/home-visit.ts';
import { createKit, type Kit } from '../../src/gateway/kit.ts';
import { hostTimers, kitErrorOf } from '../../src/gateway/waiting.ts';
import type { SessionStore } from '../../src/ports/session-store.ts';
import type { Clock } from '../../src/ports/time.ts';
import type { LiveFrame } from '../../src/wire/live-frame.ts';
import type { KitTransport } from '../state/kit-link.ts';

export interface Engine extends KitTransport {
  readonly kit: Kit;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface EngineParts {
  readonly bluetooth: WebBluetooth;
  /** Opened already. */
  readonly store: KeptStore;
  readonly clock: Clock;
  readonly version: string;
  /** Whose device this is; null before it was invited. */
  readonly home: () => HomePlace | null;
  /** True while the person has just pressed something: only then does a browser show its list. */
  readonly pressed: () => boolean;
  readonly onState: (state: KitState) => void;
  readonly onFrame: (frame: LiveFrame) => void;
}

/** What is measured here was measured at home. */
function homeStore(store: KeptStore): KeptStore {
  const createSession: SessionStore['createSession'] = (session) =>
    store.createSession({ ...session, setting: 'home' });
  return { ...store, createSession };
}

export function createEngine(parts: EngineParts): Engine {
  const { bluetooth, clock, version } = parts;
  const central = createWebCentral({ bluetooth, drivers: DRIVERS, clock, timers: hostTimers });
  const kit = createKit({
    sources: [createGattSource({ central, drivers: DRIVERS })],
    store: homeStore(parts.store),
    clock,
    version,
    drivers: DRIVERS,
    home: parts.home,
  });
  let nextId = 1;
  let choosing: Promise<unknown> | null = null;
  kit.onState(parts.onState);
  kit.addSink({ publish: parts.onFrame });

  async function execute(command: Command): Promise<{ readonly hostUs?: number }> {
    // A search means the browser's own list here; without a press there is none, and nothing is searched.
    if (command.type === 'scan' && command.on) {
      if (!parts.pressed()) return {};
      // Asked twice at once, there is still one list.
      choosing ??= central.choose().finally(() => {
        choosing = null;
      });
      await choosing;
    }
    return kit.execute(command);
  }

  return {
    kit,
    asksPerson: true,
    async ask(command): Promise<Reply> {
      const id = nextId++;
      try {
        return { type: 'reply', id, ok: true, ...(await execute(command)) };
      } catch (cause) {
        const { code, message, hint } = cause instanceof KitError ? cause : kitErrorOf(cause);
        return { type: 'reply', id, ok: false, code, message, hint };
      }
    },
    async start() {
      await kit.start();
      parts.onState(kit.state);
    },
    stop: () => kit.stop(),
  };
}
