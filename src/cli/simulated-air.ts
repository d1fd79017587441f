/** The virtual radio with headbands on it, each in a process of its own, as a room with real ones would be. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createVirtualRadio, type PeripheralMessage, type VirtualRadio } from '../adapters/air/index.ts';
import type { HeadbandStats } from '../adapters/sim/headband-model.ts';
import { KitError } from '../contract/errors.ts';
import type { HeadbandAnswer, HeadbandQuestion } from './air-headband.ts';

const MAIN = new URL('../main.js', import.meta.url);
const START_DEADLINE_MS = 10_000;
const ANSWER_DEADLINE_MS = 3000;

export interface AirHeadband {
  readonly name: string;
  readonly process: ChildProcess;
  /** What it has made, sent and lost on purpose so far. */
  stats(): Promise<HeadbandStats>;
}

export interface SimulatedAir {
  readonly radio: VirtualRadio;
  /** Where the gateway's radio process finds its controller. */
  readonly centralAddress: string;
  readonly headbands: readonly AirHeadband[];
  stop(): Promise<void>;
}

/** Starts the virtual radio and one process per entry of `headbandArgs` (flags of the command `air-headband`). */
export async function startSimulatedAir(headbandArgs: readonly (readonly string[])[]): Promise<SimulatedAir> {
  const radio = createVirtualRadio();
  await radio.start();
  const headbands: AirHeadband[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(headbands.map((headband) => endProcess(headband.process)));
    await radio.stop();
  };
  try {
    const central = await radio.addDevice('central');
    for (const [index, args] of headbandArgs.entries()) {
      const name = `headband-${index + 1}`;
      const device = await radio.addDevice(name);
      headbands.push(await startHeadband(name, device.address, args));
    }
    return { radio, centralAddress: central.address, headbands, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startHeadband(name: string, h4Address: string, args: readonly string[]): Promise<AirHeadband> {
  const child = fork(MAIN, ['air-headband', '--h4', h4Address, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new KitError('VIRTUAL_RADIO_UNAVAILABLE', `${name} did not start`)),
      START_DEADLINE_MS,
    );
    child.on('message', (message: PeripheralMessage) => {
      if (message.type !== 'advertising') return;
      clearTimeout(late);
      resolve();
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new KitError('VIRTUAL_RADIO_UNAVAILABLE', `${name} ended with code ${code}`));
    });
  });
  return {
    name,
    process: child,
    stats: () =>
      new Promise((resolve, reject) => {
        const late = setTimeout(
          () => reject(new KitError('LINK_TIMEOUT', `${name} gave no figures`)),
          ANSWER_DEADLINE_MS,
        );
        const listen = (message: HeadbandAnswer | PeripheralMessage): void => {
          if (message.type !== 'headband-stats') return;
          clearTimeout(late);
          child.off('message', listen);
          resolve(message.stats);
        };
        child.on('message', listen);
        child.send({ type: 'headband-stats' } satisfies HeadbandQuestion);
      }),
  };
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 3000);
  await ended;
  clearTimeout(late);
}
