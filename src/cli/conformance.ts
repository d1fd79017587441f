import { whyNoVirtualRadio } from '../adapters/air/index.ts';
import { createRadioCentral } from '../adapters/ble/radio-central.ts';
import { HEADBAND_FAULTS } from '../adapters/sim/headband-faults.ts';
import { createInProcessCentral } from '../adapters/sim/in-process-central.ts';
import { KitError } from '../contract/errors.ts';
import type { ClauseResult } from '../devices/conformance/clauses.ts';
import { runConformance } from '../devices/conformance/run.ts';
import { headbandDriver } from '../devices/headband.ts';
import type { Advertisement, GattCentral } from '../ports/gatt.ts';
import { stackFlag } from './ble-stack-flag.ts';
import { type Command, type Flags, textFlag } from './command.ts';
import { hostClock } from './host-clock.ts';
import { startSimulatedAir } from './simulated-air.ts';
import {
  DEFAULT_DEVICE,
  faultFlag,
  SUBJECT_OPTIONS,
  SUBJECT_USAGE,
  serialFlag,
  simulatedSensor,
  simulationArgs,
  simulationSettings,
} from './subject-flags.ts';

const SEARCH_MS = 15_000;
const CONNECT_MS = 10_000;

/** What a maker of headbands runs against the firmware: firmware-spec/conformance.md, clause by clause. */
export const conformance: Command = {
  name: 'conformance',
  summary: 'run the clauses of the headband profile against a device on the air',
  usage: [
    '--device ID            its name, serial-less radio address, or the id that a search shows',
    '--virtual              against a simulated headband on the virtual radio',
    '--against simulated    against a simulated headband in this process, without any radio',
    `--fault NAME           a defect of the simulated headband: ${HEADBAND_FAULTS.join(', ')}`,
    '--long                 run also what takes more than five minutes (the end of the counter, without PRESET)',
    '--json                 the verdicts as JSON',
    'Exit code 0: no clause failed. 1: some did. Clauses that need a bench are listed as not judged.',
    ...SUBJECT_USAGE,
  ],
  options: {
    device: { type: 'string' },
    virtual: { type: 'boolean' },
    against: { type: 'string' },
    fault: { type: 'string' },
    long: { type: 'boolean' },
    json: { type: 'boolean' },
    serial: { type: 'string' },
    'ble-stack': { type: 'string' },
    ...SUBJECT_OPTIONS,
  },
  async run(flags) {
    const { central, wanted, end } = await deviceUnderTest(flags);
    try {
      await central.start();
      const status = central.status();
      if (status.status === 'unavailable') throw new KitError('RADIO_NO_ADAPTER', status.message);
      const advertisement = await search(central, wanted);
      const results = await runConformance({
        advertisement,
        connect: () => reconnect(central, advertisement.deviceId),
        waitMs: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        nowUs: () => hostClock.nowUs(),
        say: (text) => void process.stderr.write(`${text}\n`),
        long: Boolean(flags['long']),
      });
      const failed = results.filter(({ verdict }) => verdict === 'fail').length;
      const device = { id: advertisement.deviceId, name: advertisement.name };
      if (flags['json'])
        process.stdout.write(`${JSON.stringify({ device, passed: failed === 0, clauses: results })}\n`);
      else process.stdout.write(table(advertisement, results));
      return failed === 0 ? 0 : 1;
    } finally {
      await central.stop();
      await end();
    }
  },
};

interface UnderTest {
  readonly central: GattCentral;
  /** Lower case; null: the first headband that shows itself. */
  readonly wanted: string | null;
  end(): Promise<void>;
}

async function deviceUnderTest(flags: Flags): Promise<UnderTest> {
  const fault = faultFlag(flags);
  const settings = simulationSettings(flags);
  const against = textFlag(flags, 'against');
  if (against !== undefined && against !== 'simulated') throw new KitError('BAD_FLAG', '--against takes "simulated"');
  if (against) {
    const model = simulatedSensor(settings, DEFAULT_DEVICE, serialFlag(flags), { fault });
    const central = createInProcessCentral([{ deviceId: serialFlag(flags), model }], hostClock);
    return { central, wanted: '', end: async () => {} };
  }
  if (flags['virtual']) {
    const missing = whyNoVirtualRadio();
    if (missing) throw new KitError('VIRTUAL_RADIO_UNAVAILABLE', missing);
    const defect = fault ? ['--fault', fault] : [];
    const air = await startSimulatedAir([['--serial', serialFlag(flags), ...simulationArgs(settings), ...defect]]);
    return { central: createRadioCentral({ h4Address: air.centralAddress }), wanted: '', end: () => air.stop() };
  }
  if (fault) throw new KitError('BAD_FLAG', '--fault needs --virtual or --against simulated');
  const wanted = textFlag(flags, 'device')?.trim().toLowerCase() ?? null;
  return { central: createRadioCentral({ stack: stackFlag(flags) }), wanted, end: async () => {} };
}

/** The device of that name or address; '' takes any, for an air that holds only one. */
async function search(central: GattCentral, wanted: string | null): Promise<Advertisement> {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[:-]/g, '');
  const is = (found: Advertisement): boolean => {
    if (wanted === '') return true;
    if (wanted === null) return headbandDriver.matches(found);
    return plain(found.deviceId) === plain(wanted.replace(/^radio:/, '')) || found.name.toLowerCase() === wanted;
  };
  let stop: (() => Promise<void>) | undefined;
  let late: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Advertisement>((resolve, reject) => {
      late = setTimeout(() => reject(new KitError('SENSOR_NOT_FOUND', wanted)), SEARCH_MS);
      central
        .scan((found) => {
          if (is(found)) resolve(found);
        })
        .then((stopScan) => {
          stop = stopScan;
        }, reject);
    });
  } finally {
    clearTimeout(late);
    await stop?.();
  }
}

/** A device that has just been let go of needs a moment before it is heard again. */
async function reconnect(central: GattCentral, deviceId: string): ReturnType<GattCentral['connect']> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await central.connect(deviceId, CONNECT_MS);
    } catch (cause) {
      if (attempt === 3) throw cause;
      await search(central, deviceId).catch(() => undefined);
    }
  }
}

function table({ name, deviceId }: Advertisement, results: readonly ClauseResult[]): string {
  const count = (verdict: ClauseResult['verdict']): number => results.filter((r) => r.verdict === verdict).length;
  const words = { pass: 'pass', fail: 'FAIL', 'not-judged': '-' } as const;
  return [
    `${name} (${deviceId}) against the headband profile, version 1`,
    ...results.map(({ clause, text, verdict, detail }) => {
      const line = `  ${clause.padEnd(4)} ${words[verdict].padEnd(5)} ${text}`;
      return detail === '' ? line : `${line}: ${detail}`;
    }),
    `${count('pass')} passed, ${count('fail')} failed, ${count('not-judged')} not judged`,
    '',
  ].join('\n');
}
