/**
 * Every supported device over the virtual radio, through the real Bluetooth library, at its full rate: packets sent,
 * received and lost, and how far the kit's attitude is from the simulated subject's truth.
 *
 *   npm run -s bench:devices -- [--seconds N] [--device ID] [--json]
 */
import { parseArgs } from 'node:util';
import { whyNoVirtualRadio } from '../../src/adapters/air/index.ts';
import { createRadioCentral } from '../../src/adapters/ble/index.ts';
import { startSimulatedAir } from '../../src/cli/simulated-air.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { type DeviceRun, readDeviceOnAir } from '../support/device-on-air.ts';

const { values } = parseArgs({
  options: {
    device: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const drivers = DRIVERS.filter((driver) => values.device === undefined || driver.id === values.device);
const missing = whyNoVirtualRadio();
if (missing) {
  process.stderr.write(`VIRTUAL_RADIO_UNAVAILABLE: ${missing}\n`);
  process.exit(3);
}
if (!(seconds > 0) || drivers.length === 0) {
  const known = DRIVERS.map((driver) => driver.id).join(', ');
  process.stderr.write(`BAD_FLAG: --seconds takes a number above 0, --device one of ${known}.\n`);
  process.exit(2);
}

const results: DeviceRun[] = [];
for (const driver of drivers) {
  process.stderr.write(`${driver.id}: ${seconds} s\n`);
  const air = await startSimulatedAir([['--device', driver.id, '--serial', 'BENCH-1', '--truth']]);
  const central = createRadioCentral({ h4Address: air.centralAddress });
  try {
    await central.start();
    results.push(await readDeviceOnAir(central, air.devices[0]!, driver, seconds));
  } finally {
    await central.stop();
    await air.stop();
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`);
else {
  process.stdout.write(
    'device          Hz  packets sent  received  lost  samples  inclination, turn, heading: deg RMS (from)\n',
  );
  for (const r of results)
    process.stdout.write(
      `${r.device.padEnd(14)}${String(r.rateHz).padStart(4)}${String(r.packetsSent).padStart(14)}` +
        `${String(r.packetsReceived).padStart(10)}${String(r.packetsLost).padStart(6)}${String(r.samples).padStart(9)}` +
        `  ${[r.inclinationDeg, r.turnDeg, r.headingDeg].map((deg) => deg.toFixed(3)).join(', ')} (${r.attitudeFrom})\n`,
    );
}
process.exit(0);
