/** The gateway as a process, headbands in theirs, and in the test's hands the air between them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createVirtualRadio, type PeripheralMessage, type VirtualDevice } from '../../src/adapters/air/index.ts';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import type { KitState, SensorState } from '../../src/contract/state.ts';
import type { StoredEvent, StoredStream } from '../../src/ports/session-store.ts';
import { builtEntry } from './built.ts';
import type { HeadbandAnswer, HeadbandRequest, HeadbandWish } from './fault-headband.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { connectLiveClient, type LiveClient } from './live-client.ts';

export interface Headbands {
  readonly process: ChildProcess;
  /** In the order of the wishes. */
  readonly devices: readonly VirtualDevice[];
  /** Ends the stream at its source. */
  pause(): Promise<HeadbandAnswer>;
  kill(): Promise<void>;
}

type Wish = Omit<HeadbandWish, 'h4Address'>;

export interface FaultyAir {
  readonly radio: ReturnType<typeof createVirtualRadio>;
  readonly centralDevice: VirtualDevice;
  /** Several wishes share one process. A serial that was there before comes back on its old device. */
  headbands(...wishes: readonly Wish[]): Promise<Headbands>;
  stop(): Promise<void>;
}

export async function startFaultyAir(seed = 3): Promise<FaultyAir> {
  const radio = createVirtualRadio({ seed });
  await radio.start();
  const centralDevice = await radio.addDevice('central');
  const children: ChildProcess[] = [];
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    radio,
    centralDevice,
    async headbands(...wishes) {
      const devices: VirtualDevice[] = [];
      for (const { serial } of wishes) devices.push(radio.device(serial) ?? (await radio.addDevice(serial)));
      const full: HeadbandWish[] = wishes.map((wish, i) => ({ ...wish, h4Address: devices[i]!.address }));
      const entry = fileURLToPath(builtEntry('test/support/fault-headband.ts'));
      const child = fork(entry, [JSON.stringify(full)], {
        execArgv: [],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      children.push(child);
      await new Promise<void>((resolve, reject) => {
        let waiting = wishes.length;
        child.on('message', (message: PeripheralMessage) => {
          if (message.type === 'advertising' && --waiting === 0) resolve();
        });
        child.once('exit', () => reject(new Error('a headband process ended before it advertised')));
      });
      return {
        process: child,
        devices,
        async pause() {
          const answer = new Promise<HeadbandAnswer>((resolve) => {
            child.on('message', (message: HeadbandAnswer | PeripheralMessage) => {
              if (message.type === 'sent') resolve(message);
            });
          });
          child.send({ type: 'pause' } satisfies HeadbandRequest);
          return answer;
        },
        kill: () => end(child),
      };
    },
    async stop() {
      await Promise.all(children.map(end));
      await radio.stop();
    },
  };
}

/** A gateway on the air, a client on the gateway, and everything that the client was ever told. */
export interface Visit {
  readonly gateway: GatewayProcess;
  readonly client: LiveClient;
  /** Phases of the head's sensor in the order of being told, without repeats in a row. */
  readonly phases: string[];
  /** Codes of notices, likewise. */
  readonly notices: string[];
  readonly head: SensorState;
  close(): Promise<void>;
}

export async function startVisit(air: FaultyAir, options: { args?: string[]; folder?: string } = {}): Promise<Visit> {
  const gateway = await startGateway(['--h4', air.centralDevice.address, ...(options.args ?? [])], options.folder);
  const client = await connectLiveClient(gateway.url);
  const phases: string[] = [];
  const notices: string[] = [];
  const note = (list: string[], word: string | undefined): void => {
    if (word !== undefined && list.at(-1) !== word) list.push(word);
  };
  client.onState((state: KitState) => {
    note(phases, state.sensors[0]?.phase);
    note(notices, state.notice?.code);
  });
  return {
    gateway,
    client,
    phases,
    notices,
    get head() {
      return client.state!.sensors[0]!;
    },
    async close() {
      client.close();
      await gateway.stop();
    },
  };
}

/** Finds the headband of that serial and asks for it; does not wait for it to stream. */
export async function askFor(client: LiveClient, serial: string, role = 'head'): Promise<void> {
  const named = (state: KitState) => state.found.find((found) => found.name.includes(serial));
  await client.must({ type: 'scan', on: true });
  const state = await client.until(`${serial} in sight`, (s) => named(s) !== undefined, 30_000);
  await client.must({ type: 'scan', on: false });
  await client.must({ type: 'connect', id: named(state)!.id, role });
}

export const streaming = (client: LiveClient, index = 0): Promise<KitState> =>
  client.until('streaming', (s) => s.sensors.find((x) => x.index === index)?.phase === 'streaming', 40_000);

/** More samples than now by `count`. */
export async function moreSamples(client: LiveClient, count: number): Promise<KitState> {
  const before = client.state?.sensors[0]?.received ?? 0;
  return client.until(`${count} more samples`, (s) => (s.sensors[0]?.received ?? 0) >= before + count, 30_000);
}

export interface Kept {
  readonly streams: readonly (StoredStream & { readonly notifications: number })[];
  readonly events: readonly StoredEvent[];
}

/** What is in the store of a gateway that has ended, chunk checksums and numbering checked. */
export async function whatWasKept(folder: string, sessionId: string): Promise<Kept> {
  const store = createSqliteStore({ folder });
  await store.open();
  const streams = [];
  for (const stream of await store.listStreams(sessionId)) {
    let notifications = 0;
    let next = 0;
    for await (const chunk of store.readChunks(stream.id)) {
      if (chunk.sequence !== next++) throw new Error(`chunk ${next - 1} of ${stream.id} is missing`);
      notifications += chunk.notifications;
    }
    streams.push({ ...stream, notifications });
  }
  const events = await store.listEvents(sessionId);
  await store.close();
  return { streams, events };
}

/** Process id of the gateway's radio process. */
export async function radioPidOf(gateway: GatewayProcess): Promise<number> {
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) !== gateway.child.pid) continue;
    if ((await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).includes('radio-process'))
      return Number(name);
  }
  throw new Error('the gateway has no radio process');
}
