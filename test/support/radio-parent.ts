/**
 * Process entry: a gateway reduced to its radio. Arguments: H4 address or '', adapter folder, 'stay' or 'stop'. Prints
 * one JSON line with the status and the radio process's id, then stays, or stops and ends by itself.
 */
import { createRadioCentral } from '../../src/adapters/ble/index.ts';

const [h4Address = '', adapterFolder = '/sys/class/bluetooth', then = 'stop'] = process.argv.slice(2);
const central = createRadioCentral({
  adapterFolder,
  ...(h4Address ? { h4Address } : {}),
  log: (text) => process.stderr.write(`${text}\n`),
});
const startedMs = performance.now();
await central.start();
const tookMs = Math.round(performance.now() - startedMs);
process.stdout.write(`${JSON.stringify({ status: central.status(), radioPid: central.radioPid, tookMs })}\n`);
if (then === 'stop') await central.stop();
else setInterval(() => {}, 1000);
