/**
 * Bluetooth Low Energy without a radio: named devices in one air, on top of BlueZ's btvirt. A host process (the radio
 * process with noble, a simulated headband) connects to its device's H4 socket and finds a controller there. See
 * docs/virtual-radio.md.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Btvirt, startBtvirt } from './btvirt.ts';
import { type Air, VirtualDevice } from './virtual-device.ts';

export { whyNoVirtualRadio } from './btvirt.ts';
export type { LinkCounters, LinkImpairments } from './impairments.ts';
export type { VirtualDevice } from './virtual-device.ts';

export interface VirtualRadioOptions {
  /** Interval of repeated advertising reports, ms. Headbands commonly advertise every 100 ms. */
  readonly advRepeatMs?: number;
  /** Seed of everything random in the air: which notifications are dropped. */
  readonly seed?: number;
}

export interface VirtualRadio {
  /** Starts btvirt. Rejects with VIRTUAL_RADIO_UNAVAILABLE and the reason. */
  start(): Promise<void>;
  /** A new device; the name (letters, digits, dash) becomes part of its socket's file name. At most 16 in one air. */
  addDevice(name: string): Promise<VirtualDevice>;
  device(name: string): VirtualDevice | undefined;
  /** Process id of btvirt, for tests that take the air away. */
  readonly btvirtPid: number | null;
  stop(): Promise<void>;
}

/** mulberry32: 32 bits of state, enough for choosing packets to drop. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function createVirtualRadio(options: VirtualRadioOptions = {}): VirtualRadio {
  const advRepeatMs = options.advRepeatMs ?? 100;
  const devices = new Map<string, VirtualDevice>();
  const air: Air = {
    deviceAt: (address) => [...devices.values()].find((device) => device.bluetoothAddress === address) ?? null,
    random: seededRandom(options.seed ?? 1),
  };
  let folder: string | null = null;
  let btvirt: Btvirt | null = null;
  let timer: NodeJS.Timeout | null = null;

  const stopWithParent = () => btvirt?.process.kill('SIGKILL');

  return {
    get btvirtPid() {
      return btvirt?.process.pid ?? null;
    },
    device: (name) => devices.get(name),
    async start() {
      if (btvirt) return;
      folder = mkdtempSync(path.join(os.tmpdir(), 'neck-air-'));
      try {
        btvirt = await startBtvirt(folder);
      } catch (error) {
        rmSync(folder, { recursive: true, force: true });
        throw error;
      }
      process.once('exit', stopWithParent);
      timer = setInterval(() => {
        for (const device of devices.values()) device.tick(devices.values());
      }, advRepeatMs);
    },
    async addDevice(name) {
      if (!btvirt || !folder) throw new Error('the virtual radio is not started');
      if (!/^[\w-]+$/.test(name) || devices.has(name)) throw new Error(`bad or repeated device name "${name}"`);
      const device = new VirtualDevice(air, name, path.join(folder, `${name}.sock`));
      devices.set(name, device);
      await device.open(btvirt.socketPath);
      return device;
    },
    async stop() {
      if (timer) clearInterval(timer);
      timer = null;
      for (const device of devices.values()) device.close();
      devices.clear();
      const child = btvirt?.process;
      btvirt = null;
      process.removeListener('exit', stopWithParent);
      if (child && child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const force = setTimeout(() => child.kill('SIGKILL'), 1000);
        await ended;
        clearTimeout(force);
      }
      if (folder) rmSync(folder, { recursive: true, force: true });
      folder = null;
    },
  };
}
