/** One virtual air for a test file: peripherals as processes, the real noble in the radio process, everything ended at the end. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  createVirtualRadio,
  type PeripheralCounters,
  type PeripheralMessage,
  type PeripheralRequest,
  type VirtualDevice,
  whyNoVirtualRadio,
} from '../../src/adapters/air/index.ts';
import { createRadioCentral, type RadioCentral, type StackChoice } from '../../src/adapters/ble/index.ts';
import type { GattLink } from '../../src/ports/gatt.ts';
import { builtEntry } from './built.ts';
import { readCountedPacket, STREAM } from './counting-model.ts';

/** True when the tests over the virtual radio must be skipped; says so in one line. */
export function skipWithoutVirtualRadio(): boolean {
  const reason = whyNoVirtualRadio();
  if (reason) process.stderr.write(`skipped, no virtual radio: ${reason}\n`);
  return reason !== null;
}

export const radioProcess = () => builtEntry('src/adapters/ble/radio-process.ts');

export interface TestPeripheral {
  readonly process: ChildProcess;
  readonly device: VirtualDevice;
  /** As the central knows it. */
  readonly deviceId: string;
  readonly messages: PeripheralMessage[];
  counters(): Promise<PeripheralCounters>;
  kill(): Promise<void>;
}

export interface TestAir {
  readonly radio: ReturnType<typeof createVirtualRadio>;
  readonly centralDevice: VirtualDevice;
  readonly central: RadioCentral;
  readonly log: string[];
  /** Starts, or starts again, a peripheral on the device of that name. */
  peripheral(name: string, options?: { rateHz?: number; bytes?: number; mtuMax?: number }): Promise<TestPeripheral>;
  stop(): Promise<void>;
}

export async function startTestAir(stack: StackChoice = 'auto', seed = 7): Promise<TestAir> {
  const radio = createVirtualRadio({ advRepeatMs: 100, seed });
  await radio.start();
  const centralDevice = await radio.addDevice('central');
  const log: string[] = [];
  const central = createRadioCentral({
    stack,
    h4Address: centralDevice.address,
    childEntry: radioProcess(),
    log: (text) => log.push(text),
  });
  const children: ChildProcess[] = [];
  return {
    radio,
    centralDevice,
    central,
    log,
    async peripheral(name, { rateHz = 100, bytes = 20, mtuMax = 247 } = {}) {
      const device = radio.device(name) ?? (await radio.addDevice(name));
      const child = fork(
        fileURLToPath(builtEntry('test/support/virtual-peripheral.ts')),
        [device.address, name, String(rateHz), String(bytes), String(mtuMax)],
        { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
      );
      children.push(child);
      const messages: PeripheralMessage[] = [];
      child.on('message', (message: PeripheralMessage) => messages.push(message));
      await next(child, 'advertising');
      return {
        process: child,
        device,
        deviceId: device.bluetoothAddress.replaceAll(':', ''),
        messages,
        async counters() {
          const answer = next(child, 'counters');
          child.send({ type: 'counters' } satisfies PeripheralRequest);
          return (await answer).counters;
        },
        async kill() {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        },
      };
    },
    async stop() {
      await central.stop();
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await radio.stop();
    },
  };
}

function next<T extends PeripheralMessage['type']>(
  child: ChildProcess,
  type: T,
): Promise<Extract<PeripheralMessage, { type: T }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: PeripheralMessage) => {
      if (message.type !== type) return;
      finish();
      resolve(message as Extract<PeripheralMessage, { type: T }>);
    };
    const onExit = () => {
      finish();
      reject(new Error(`the peripheral ended before "${type}"`));
    };
    const finish = () => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}

/** Counts what arrives on the counting model's stream. */
export class Tally {
  received = 0;
  lost = 0;
  damaged = 0;
  bytes = new Set<number>();
  readonly latenciesMs: number[] = [];
  readonly counters: number[] = [];
  #last: number | null = null;

  static async on(link: GattLink): Promise<Tally> {
    const tally = new Tally();
    await link.subscribe(STREAM, (packet, arrivalUs) => tally.add(packet, arrivalUs));
    return tally;
  }

  add(packet: Uint8Array, arrivalUs: number): void {
    const { counter, sentUs, intact } = readCountedPacket(packet);
    this.received++;
    this.counters.push(counter);
    if (!intact) this.damaged++;
    if (this.#last !== null) this.lost += counter - this.#last - 1;
    this.#last = counter;
    this.bytes.add(packet.length);
    this.latenciesMs.push((arrivalUs - sentUs) / 1000);
  }

  /** Latency quantile, ms. */
  latencyMs(q: number): number {
    const sorted = [...this.latenciesMs].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  }
}

/** Polls until the condition holds; rejects naming what was awaited. */
export async function until(what: string, condition: () => boolean, deadlineMs = 45_000): Promise<void> {
  const dueMs = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > dueMs) throw new Error(`waited ${deadlineMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** False for a process that has ended, also where nobody has collected it yet. */
export function isAlive(pid: number): boolean {
  try {
    // The state follows the name, which stands in parentheses.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
