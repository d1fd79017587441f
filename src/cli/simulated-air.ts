/** The virtual radio with simulated sensors on it, each in a process of its own, as a room with real ones would be. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createVirtualRadio, type PeripheralMessage, type VirtualRadio } from '../adapters/air/index.ts';
import type { SensorStats } from '../adapters/sim/sensor-model.ts';
import type { Matrix3 } from '../adapters/sim/subject/rotation.ts';
import { KitError } from '../contract/errors.ts';
import type { DeviceAnswer, DeviceQuestion } from './air-device.ts';

const MAIN = new URL('../main.js', import.meta.url);
/** A busy machine takes its time to start a process. */
const START_DEADLINE_MS = 30_000;
const ANSWER_DEADLINE_MS = 3000;

export interface AirDevice {
  readonly name: string;
  readonly process: ChildProcess;
  /** What it has made, sent and lost on purpose so far. */
  stats(): Promise<SensorStats>;
  /** The true worldFromSensor of every sample that it handed to the radio, in order; needs the flag `--truth`. */
  truth(): Promise<Matrix3[]>;
}

export interface SimulatedAir {
  readonly radio: VirtualRadio;
  /** Where the gateway's radio process finds its controller. */
  readonly centralAddress: string;
  readonly devices: readonly AirDevice[];
  stop(): Promise<void>;
}

/** Starts the virtual radio and one process per entry of `deviceArgs` (flags of the command `air-device`). */
export async function startSimulatedAir(deviceArgs: readonly (readonly string[])[]): Promise<SimulatedAir> {
  const radio = createVirtualRadio();
  await radio.start();
  const devices: AirDevice[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(devices.map((device) => endProcess(device.process)));
    await radio.stop();
  };
  try {
    const central = await radio.addDevice('central');
    for (const [index, args] of deviceArgs.entries()) {
      const name = `device-${index + 1}`;
      const device = await radio.addDevice(name);
      devices.push(await startDevice(name, device.address, args));
    }
    return { radio, centralAddress: central.address, devices, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDevice(name: string, h4Address: string, args: readonly string[]): Promise<AirDevice> {
  const child = fork(MAIN, ['air-device', '--h4', h4Address, ...args], {
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
  const ask = <T extends DeviceAnswer['type']>(type: T): Promise<Extract<DeviceAnswer, { type: T }>> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        child.off('message', listen);
        reject(new KitError('LINK_TIMEOUT', `${name} gave no figures`));
      }, ANSWER_DEADLINE_MS);
      const listen = (message: DeviceAnswer | PeripheralMessage): void => {
        if (message.type !== type) return;
        clearTimeout(late);
        child.off('message', listen);
        resolve(message as Extract<DeviceAnswer, { type: T }>);
      };
      child.on('message', listen);
      child.send({ type } satisfies DeviceQuestion);
    });
  return {
    name,
    process: child,
    stats: async () => (await ask('device-stats')).stats,
    truth: async () => (await ask('device-truth')).worldFromSensor,
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
