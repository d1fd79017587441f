/**
 * Damaged packets for every device driver: no exception, no number that is none outside flagged samples.
 *
 *   npm run -s fuzz:devices -- [--device ID] [--packets N] [--seed N] [--json]
 */
import { parseArgs } from 'node:util';
import { DRIVERS } from '../../src/devices/registry.ts';
import { type FuzzResult, fuzzDriver } from '../support/device-fuzz.ts';

const { values } = parseArgs({
  options: {
    device: { type: 'string' },
    packets: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const packets = Number(values.packets);
const drivers = DRIVERS.filter((driver) => values.device === undefined || driver.id === values.device);
if (!(packets > 0) || drivers.length === 0) {
  const known = DRIVERS.map((driver) => driver.id).join(', ');
  process.stderr.write(`BAD_FLAG: --packets takes a number above 0, --device one of ${known}.\n`);
  process.exit(2);
}
const results: FuzzResult[] = [];
for (const driver of drivers) {
  process.stderr.write(`${driver.id}: ${packets} packets\n`);
  results.push(await fuzzDriver(driver, packets, Number(values.seed)));
}
if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`);
else
  for (const result of results) {
    const counts = Object.entries(result.statuses).map(([status, count]) => `  ${status} ${count}`);
    process.stdout.write(
      `${result.device}: ${result.packets} packets, ${result.mutated} mutated behind a right checksum, ${result.samples} samples\n`,
    );
    process.stdout.write(`${[...counts, ...result.faults.map((fault) => `  FAULT ${fault}`)].join('\n')}\n`);
  }
process.exit(results.some((result) => result.faults.length > 0) ? 1 : 0);
