/** The conformance run over the virtual radio, with the real Bluetooth stack: eleven headbands in one air, ten with a defect. */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createVirtualRadio,
  type PeripheralMessage,
  type VirtualRadio,
  whyNoVirtualRadio,
} from '../../src/adapters/air/index.ts';
import { createRadioCentral, type RadioCentral } from '../../src/adapters/ble/index.ts';
import { HEADBAND_FAULTS } from '../../src/adapters/sim/headband-faults.ts';
import type { ClauseResult } from '../../src/devices/conformance/clauses.ts';
import { runConformance } from '../../src/devices/conformance/run.ts';
import type { Advertisement } from '../../src/ports/gatt.ts';
import { CLAUSE_OF_FAULT, failedClauses } from '../support/conformance-bench.ts';
import { radioProcess, sleep, until } from '../support/virtual-radio.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js');
const noRadio = whyNoVirtualRadio();
if (noRadio) process.stderr.write(`skipped: conformance on the virtual radio, ${noRadio}\n`);

describe('in one process', () => {
  test('a conforming headband: exit code 0; a broken one: 1, and the clause', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [MAIN, 'conformance', '--against', 'simulated', ...args], { encoding: 'utf8' });
    expect(run('--fault', 'nonsense').status).toBe(2);
    const broken = run('--fault', 'wrong-service-uuid', '--json');
    expect(broken.status).toBe(1);
    const { passed, clauses } = JSON.parse(broken.stdout) as { passed: boolean; clauses: ClauseResult[] };
    expect(passed).toBe(false);
    expect(failedClauses(clauses)).toEqual(['C1']);
  }, 120_000);
});

describe.skipIf(noRadio !== null)('over the virtual radio', () => {
  const children: ChildProcess[] = [];
  let radio: VirtualRadio;
  let central: RadioCentral;
  const address = new Map<string, string>();

  beforeAll(async () => {
    radio = createVirtualRadio();
    await radio.start();
    const device = await radio.addDevice('central');
    central = createRadioCentral({ h4Address: device.address, childEntry: radioProcess() });
    for (const fault of ['none', ...HEADBAND_FAULTS]) {
      const band = await radio.addDevice(`band-${children.length + 1}`);
      const defect = fault === 'none' ? [] : ['--fault', fault];
      const child = fork(MAIN, ['air-device', '--h4', band.address, '--serial', 'SIM-9', ...defect], {
        execArgv: [],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      children.push(child);
      let advertising = false;
      child.on('message', (message: PeripheralMessage) => {
        advertising ||= message.type === 'advertising';
      });
      await until(`${fault} on the air`, () => advertising, 60_000);
      address.set(fault, band.bluetoothAddress.replaceAll(':', ''));
    }
    await central.start();
  }, 300_000);

  afterAll(async () => {
    await central.stop();
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await radio.stop();
  });

  async function conformance(fault: string): Promise<ClauseResult[]> {
    const deviceId = address.get(fault)!;
    let found: Advertisement | null = null;
    const stop = await central.scan((advertisement) => {
      if (advertisement.deviceId === deviceId && advertisement.serviceUuids.length > 0) found = advertisement;
    });
    await until(`${fault} found`, () => found !== null, 30_000);
    await stop();
    return runConformance({
      advertisement: found!,
      connect: () => central.connect(deviceId, 20_000),
      waitMs: async (ms) => void (await sleep(ms)),
      nowUs: () => Number(process.hrtime.bigint() / 1000n),
      say: () => undefined,
      long: false,
    });
  }

  // Four links at a time: the defects are in the bands, not in a radio that has too much to do.
  test('the conforming one passes, each broken one fails by its clause', async () => {
    const waiting = ['none', ...HEADBAND_FAULTS];
    const failed = new Map<string, string[]>();
    const work = async (): Promise<void> => {
      for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift())
        failed.set(fault, failedClauses(await conformance(fault)));
    };
    await Promise.all([work(), work(), work(), work()]);
    process.stderr.write(`conformance: ${[...failed].map(([fault, clauses]) => `${fault} ${clauses}`).join('; ')}\n`);
    expect(failed.get('none')).toEqual([]);
    for (const fault of HEADBAND_FAULTS) expect(failed.get(fault)).toContain(CLAUSE_OF_FAULT[fault]);
  }, 600_000);
});
