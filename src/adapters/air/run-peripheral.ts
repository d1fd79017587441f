/** A simulated headband in a process of its own: the radio's view of it is then the same as of a real one. */
import type { GattServerModel } from '../../ports/gatt-server.ts';
import type { Clock, HostTimeUs } from '../../ports/time.ts';
import { createPeripheralHost, type PeripheralCounters, type PeripheralEvent } from './peripheral-host.ts';

export interface RunPeripheralOptions {
  readonly h4Address: string;
  readonly model: GattServerModel;
  readonly mtuMax?: number;
  readonly queueLimit?: number;
}

/** What the process tells its parent over IPC, when it has one. */
export type PeripheralMessage = PeripheralEvent | { readonly type: 'counters'; readonly counters: PeripheralCounters };

/** Asks a peripheral process for its counters. */
export type PeripheralRequest = { readonly type: 'counters' } | { readonly type: 'stop' };

const hostClock: Clock = {
  nowUs: () => Number(process.hrtime.bigint() / 1000n) as HostTimeUs,
  wallMs: () => Date.now(),
};

/**
 * Puts the model on the air until the process is told to stop (SIGTERM, SIGINT, a stop message) or its parent is gone,
 * then ends the link and exits. Rejects when there is no controller at the address.
 */
export function runPeripheral(options: RunPeripheralOptions): Promise<void> {
  return runPeripherals([options]);
}

/** The same with several in one process; what they tell carries no name, so that a parent counts. */
export async function runPeripherals(all: readonly RunPeripheralOptions[]): Promise<void> {
  const tell = (message: PeripheralMessage) => {
    if (process.connected) process.send?.(message, () => {});
  };
  const hosts = all.map((options) => createPeripheralHost({ ...options, clock: hostClock, onEvent: tell }));
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    // A hanging goodbye must not keep the process.
    setTimeout(() => process.exit(0), 1000).unref();
    Promise.all(hosts.map((host) => host.stop())).then(
      () => process.exit(0),
      () => process.exit(0),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  process.on('message', (message: PeripheralRequest) => {
    if (message.type === 'counters')
      for (const host of hosts) tell({ type: 'counters', counters: { ...host.counters } });
    if (message.type === 'stop') stop();
  });
  for (const host of hosts) await host.start();
}
