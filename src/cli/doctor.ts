import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyNoVirtualRadio } from '../adapters/air/index.ts';
import { KitError } from '../contract/errors.ts';
import { stackFlag } from './ble-stack-flag.ts';
import { type Command, integerFlag, textFlag } from './command.ts';
import { checkLinux, checkParts, type RadioFindings, tryRadio } from './doctor-bluetooth.ts';
import type { Check } from './doctor-check.ts';
import { checkClocks, checkNode, checkPort, checkRecords } from './doctor-machine.ts';
import { checkWindows } from './doctor-windows.ts';
import { h4Flag } from './h4-flag.ts';
import { hostClock } from './host-clock.ts';
import { type SimulatedAir, startSimulatedAir } from './simulated-air.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DEFAULT_PORT = 8321;
const MARKS: Readonly<Record<Check['status'], string>> = { ok: 'ok  ', note: 'note', fail: 'FAIL' };

/** What the operating system itself tells of Bluetooth, where it can be asked. */
function checkSystem(): Check[] {
  if (process.platform === 'linux') return checkLinux();
  return process.platform === 'win32' ? [checkWindows()] : [];
}

/** Everything that the kit needs, looked at without starting it. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'look at Bluetooth, port, disk and clock, and say what to do',
  usage: [
    '--json                 the findings as one line of JSON',
    '--port N               the port that the gateway would take (default 8321)',
    '--data FOLDER          where records would be kept (default: data/ in this folder)',
    '--ble-stack NAME       abandonware, stoprocent or auto (default)',
    '--virtual-radio        try the virtual radio with a simulated headband, not the adapter of this computer',
    '--h4 ADDRESS           try the Bluetooth controller at unix:/path or tcp:host:port',
    'Ends with code 0 when nothing stands in the way, else with 1.',
  ],
  options: {
    json: { type: 'boolean' },
    port: { type: 'string' },
    data: { type: 'string' },
    'ble-stack': { type: 'string' },
    'virtual-radio': { type: 'boolean' },
    h4: { type: 'string' },
  },
  async run(flags) {
    const port = integerFlag(flags, 'port', DEFAULT_PORT, 1, 65_535);
    const folder = resolve(textFlag(flags, 'data') ?? join(ROOT, 'data'));
    const stack = stackFlag(flags);
    const h4 = h4Flag(flags) ?? null;
    const air = flags['virtual-radio'] ? await startAir() : null;
    const ownAdapter = h4 === null && air === null;
    let radio: RadioFindings;
    let checks: Check[];
    try {
      const system = ownAdapter ? checkSystem() : [];
      // Where Linux lists no adapter, opening one would only say the same again, later.
      const nothingThere = system.some(({ id, status }) => id === 'adapter' && status === 'fail');
      const [found, portCheck, clocks] = await Promise.all([
        nothingThere ? NO_RADIO : tryRadio({ stack, h4Address: air?.centralAddress ?? h4 }),
        checkPort(port),
        checkClocks(hostClock),
      ]);
      radio = found;
      const machine = [portCheck, ...checkRecords(folder), clocks];
      checks = [checkNode(process.version), checkParts(stack), ...system, ...found.checks, ...machine];
    } finally {
      await air?.stop();
    }
    const well = checks.every((check) => check.status !== 'fail');
    if (flags['json']) {
      const { stack: inUse, mtu, intervalMs } = radio;
      process.stdout.write(`${JSON.stringify({ ok: well, stack: inUse, mtu, intervalMs, checks })}\n`);
    } else process.stdout.write(`${checks.map(line).join('')}${well ? 'Nothing stands in the way.\n' : LAST_WORD}`);
    return well ? 0 : 1;
  },
};

const NO_RADIO: RadioFindings = { checks: [], stack: null, mtu: null, intervalMs: null };
const LAST_WORD = 'The simulated headband works in any case: npm start -- --no-radio\n';

function line({ status, id, sentence, remedy }: Check): string {
  return `${MARKS[status]}  ${id.padEnd(8)} ${sentence}\n${remedy ? `${' '.repeat(15)}${remedy}\n` : ''}`;
}

async function startAir(): Promise<SimulatedAir> {
  const missing = whyNoVirtualRadio();
  if (missing) throw new KitError('VIRTUAL_RADIO_UNAVAILABLE', missing);
  return startSimulatedAir([['--serial', 'SIM-AIR-1']]);
}
