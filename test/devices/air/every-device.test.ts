/** Every supported device end to end: real noble, virtual radio, the device in a process of its own. */
import { describe, expect, test } from 'vitest';
import { createRadioCentral } from '../../../src/adapters/ble/index.ts';
import { DRIVERS } from '../../../src/devices/registry.ts';
import { builtEntry } from '../../support/built.ts';
import { readDeviceOnAir } from '../../support/device-on-air.ts';
import { radioProcess, skipWithoutVirtualRadio } from '../../support/virtual-radio.ts';

const SECONDS = 8;

describe.skipIf(skipWithoutVirtualRadio())('over the virtual radio', () => {
  for (const driver of DRIVERS)
    test(`${driver.id}: found, identified, started, streamed, asked for its battery, stopped`, async () => {
      // Compiled: the device is a process of its own, and Node 20 runs no TypeScript.
      const built = builtEntry('src/cli/simulated-air.ts').href;
      const { startSimulatedAir } = (await import(built)) as typeof import('../../../src/cli/simulated-air.ts');
      const air = await startSimulatedAir([['--device', driver.id, '--serial', 'TEST-1', '--truth']]);
      const central = createRadioCentral({ h4Address: air.centralAddress, childEntry: radioProcess() });
      try {
        await central.start();
        const run = await readDeviceOnAir(central, air.devices[0]!, driver, SECONDS);
        expect(run.description).toMatchObject({ driverId: driver.id, simulated: true });
        expect(run.description.sensorSerial).not.toBe('');
        expect(run.packetsLost).toBe(0);
        expect(run.samples).toBeGreaterThan(0.8 * SECONDS * run.rateHz);
        // Some devices tell a voltage, and the charge is read off a table.
        expect(run.battery).toBeCloseTo(0.87, 1);
        // The subject's own sensor is off by 0.3 deg of tilt, and our filter's class is 1 deg.
        expect(run.inclinationDeg).toBeLessThan(1.5);
        expect(run.headingDeg).toBeLessThan(3);
        // Stopped is stopped: the device makes no more samples.
        const { samples } = await air.devices[0]!.stats();
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect((await air.devices[0]!.stats()).samples).toBe(samples);
      } finally {
        await central.stop();
        await air.stop();
      }
    }, 60_000);
});
