import { whyNoVirtualRadio } from '../adapters/air/index.ts';
import { createRadioCentral } from '../adapters/ble/radio-central.ts';
import { createInProcessCentral } from '../adapters/sim/in-process-central.ts';
import { createStore } from '../adapters/store/open-store.ts';
import { subjectCodeSchema } from '../contract/commands.ts';
import { KitError } from '../contract/errors.ts';
import type { KitState, SensorState } from '../contract/state.ts';
import { DRIVERS } from '../devices/registry.ts';
import { createAuditedStore } from '../gateway/access/audited-store.ts';
import { createGattSource } from '../gateway/gatt-source.ts';
import { createKit, type Kit } from '../gateway/kit.ts';
import type { GattCentral } from '../ports/gatt.ts';
import { stackFlag } from './ble-stack-flag.ts';
import { type Command, type Flags, numberFlag, textFlag } from './command.ts';
import { h4Flag } from './h4-flag.ts';
import { hostClock } from './host-clock.ts';
import { packageVersion } from './package-version.ts';
import { type SimulatedAir, startSimulatedAir } from './simulated-air.ts';
import { STORE_OPTIONS, STORE_USAGE, storePlace } from './store-place.ts';
import { DEFAULT_DEVICE, serialFlag, simulatedSensor, simulationArgs, simulationSettings } from './subject-flags.ts';

const FIND_MS = 15_000;
const CONNECT_MS = 30_000;
/** The check takes three seconds and gives up after eight. */
const CHECK_MS = 15_000;
/** A hand that has just let go of it, or a simulated head that still moves. */
const CHECK_TRIES = 3;
const LOOK_MS = 50;
const LONGEST_S = 86_400;

/** A visit of one subject from the command line: raw data, without a test. */
export const record: Command = {
  name: 'record',
  summary: 'record a session from the command line: raw data of one sensor, kept as the gateway keeps it',
  usage: [
    '--subject CODE         pseudonymous code of who wears it',
    '--device ID            name or id of the sensor, as a search shows it (default: the first in sight)',
    '--seconds N            how long (default: until Ctrl+C)',
    '--simulated            a simulated headband, without any radio',
    '--virtual              a simulated headband on the virtual radio, through the real Bluetooth path',
    '--anyway               record although the check before use failed; the check is kept with the session',
    '--seed N, --loss SHARE, --jitter MS, --serial TEXT   of the simulated headband (docs/simulator.md)',
    '--h4 ADDRESS           use the Bluetooth controller at unix:/path or tcp:host:port',
    '--ble-stack NAME       abandonware, stoprocent or auto (default)',
    ...STORE_USAGE,
    'With --json: one line a second, and the summary as the last. No gateway may be using the records.',
  ],
  options: {
    ...STORE_OPTIONS,
    subject: { type: 'string' },
    device: { type: 'string' },
    seconds: { type: 'string' },
    simulated: { type: 'boolean' },
    virtual: { type: 'boolean' },
    anyway: { type: 'boolean' },
    seed: { type: 'string' },
    loss: { type: 'string' },
    jitter: { type: 'string' },
    serial: { type: 'string' },
    h4: { type: 'string' },
    'ble-stack': { type: 'string' },
  },
  async run(flags) {
    const wanted = wish(flags);
    const stopped = stopSignal();
    // First the records: who cannot keep anything does not need a sensor.
    const kept = createStore(storePlace(flags));
    await kept.open();
    const { central, air } = await centralOf(flags).catch(async (cause: unknown) => {
      await kept.close();
      throw cause;
    });
    const store = createAuditedStore(kept, hostClock.wallMs);
    const sources = [createGattSource({ central, drivers: DRIVERS })];
    const kit = createKit({ sources, store, clock: hostClock, version: packageVersion(), drivers: DRIVERS });
    try {
      await kit.start();
      const summary = await recordWith(kit, wanted, stopped, tell(Boolean(flags['json'])));
      const session = await kept.sessionDetail(summary.sessionId);
      const done = { ...summary, recordedS: session?.recordedS ?? 0 };
      process.stdout.write(flags['json'] ? `${JSON.stringify(done)}\n` : summaryText(done));
      return done.problem === null ? 0 : 1;
    } finally {
      await kit.stop();
      await kept.close();
      await air?.stop();
    }
  },
};

type CheckRecord = NonNullable<NonNullable<SensorState['check']>['record']>;

interface Wish {
  readonly subjectCode: string;
  /** Null: the first in sight. */
  readonly device: string | null;
  readonly seconds: number;
  readonly anyway: boolean;
}

function wish(flags: Flags): Wish {
  const subjectCode = textFlag(flags, 'subject');
  if (subjectCode === undefined) throw new KitError('BAD_FLAG', '--subject CODE is missing');
  const code = subjectCodeSchema.safeParse(subjectCode);
  if (!code.success) throw new KitError('BAD_FLAG', `--subject: ${code.error.issues[0]?.message}`);
  if (flags['simulated'] && flags['virtual']) throw new KitError('BAD_FLAG', '--simulated or --virtual, not both');
  h4Flag(flags);
  stackFlag(flags);
  simulationSettings({ ...flags, subject: undefined });
  return {
    subjectCode: code.data,
    device: textFlag(flags, 'device') ?? null,
    seconds: numberFlag(flags, 'seconds', Number.POSITIVE_INFINITY, 1, LONGEST_S),
    anyway: Boolean(flags['anyway']),
  };
}

/** Resolves at the first Ctrl+C or SIGTERM; what is recorded until then is kept. */
function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}

async function centralOf(flags: Flags): Promise<{ central: GattCentral; air: SimulatedAir | null }> {
  const settings = simulationSettings({ ...flags, subject: undefined });
  const serial = serialFlag(flags);
  if (flags['simulated']) {
    const model = simulatedSensor(settings, DEFAULT_DEVICE, serial);
    return { central: createInProcessCentral([{ deviceId: serial, model }], hostClock), air: null };
  }
  if (flags['virtual']) {
    const missing = whyNoVirtualRadio();
    if (missing) throw new KitError('VIRTUAL_RADIO_UNAVAILABLE', missing);
    const air = await startSimulatedAir([['--serial', serial, ...simulationArgs(settings)]]);
    return { central: createRadioCentral({ h4Address: air.centralAddress }), air };
  }
  const h4Address = h4Flag(flags);
  return { central: createRadioCentral({ stack: stackFlag(flags), ...(h4Address ? { h4Address } : {}) }), air: null };
}

interface Progress {
  readonly seconds: number;
  readonly rateHz: number;
  readonly received: number;
  readonly lost: number;
  readonly lossShare: number;
  readonly battery: number | null;
  readonly acknowledgedS: number;
  readonly phase: SensorState['phase'];
}

type Tell = (what: string, progress?: Progress) => void;

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** Words and progress go to standard error, so that standard output is the summary; as JSON all of it is the output. */
const tell =
  (json: boolean): Tell =>
  (what, progress) => {
    if (json) {
      if (progress) process.stdout.write(`${JSON.stringify(progress)}\n`);
      return;
    }
    const { rateHz = 0, lossShare = 0, battery = null, acknowledgedS = 0 } = progress ?? {};
    const charge = battery === null ? 'unknown' : percent(battery, 0);
    const figures = `${rateHz.toFixed(1)} Hz, loss ${percent(lossShare)}, battery ${charge}, kept ${acknowledgedS.toFixed(1)} s`;
    process.stderr.write(progress ? `${what} ${figures}\n` : `${what}\n`);
  };

export interface RecordSummary {
  readonly sessionId: string;
  readonly subjectCode: string;
  readonly sensor: { readonly serial: string; readonly model: string; readonly simulated: boolean };
  readonly checkPassed: boolean;
  readonly seconds: number;
  readonly received: number;
  readonly lost: number;
  /** Code of what kept something from being kept; null: nothing did. */
  readonly problem: string | null;
  readonly endedBy: 'time' | 'signal';
}

async function until<T>(
  kit: Kit,
  limitMs: number,
  late: () => KitError,
  stopped: Promise<void>,
  test: (state: KitState) => T | null,
): Promise<T> {
  let over = false;
  void stopped.then(() => {
    over = true;
  });
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const fits = test(kit.state);
    if (fits !== null) return fits;
    if (over) throw new KitError('WRONG_STATE', 'stopped before anything was recorded');
    if (waitedMs >= limitMs) throw late();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function recordWith(kit: Kit, wanted: Wish, stopped: Promise<void>, say: Tell): Promise<RecordSummary> {
  const { device, subjectCode } = wanted;
  await kit.execute({ type: 'scan', on: true });
  const { status, message } = kit.state.radio;
  const nobody = (): KitError =>
    new KitError('SENSOR_NOT_FOUND', device ?? (status === 'unavailable' ? message : null));
  const found = await until(kit, FIND_MS, nobody, stopped, ({ found: all }) => {
    const is = ({ id, name }: { id: string; name: string }): boolean =>
      device === null || id === device || id.endsWith(`:${device}`) || name === device;
    return all.find(is) ?? null;
  });
  say(`Found ${found.name}.`);
  await kit.execute({ type: 'connect', id: found.id, role: 'head' });
  const late = (): KitError => new KitError('LINK_TIMEOUT', found.name);
  const sensor = await until(kit, CONNECT_MS, late, stopped, ({ sensors: [head] }) => {
    if (head?.phase === 'failed') throw new KitError('LINK_TIMEOUT', head.message ?? found.name);
    return head?.phase === 'streaming' && head.received > 0 ? head : null;
  });
  // It shows itself, where it can: the one that blinks is the one that is recorded.
  await kit.execute({ type: 'identify', index: 0 }).catch(() => undefined);
  say(`Connected: ${sensor.model} ${sensor.serial}. Leave it lying still for three seconds.`);
  let check = await checkOnce(kit, late, stopped);
  for (let tries = 1; !check.passed && tries < CHECK_TRIES; tries++) {
    say(`Not yet (${check.failures.join(', ')}); leave it lying still. Once more.`);
    check = await checkOnce(kit, late, stopped);
  }
  say(check.passed ? 'The check before use passed.' : `The check before use failed: ${check.failures.join(', ')}.`);
  if (!check.passed && !wanted.anyway) throw new KitError('SENSOR_CHECK_FAILED', check.failures.join(', '));
  await kit.execute({ type: 'session-start', subjectCode });
  const { sessionId } = kit.state.recording!;
  say('Recording; Ctrl+C ends it.');
  const ended = await progressUntil(kit, wanted.seconds, stopped, say);
  const last = kit.state.recording?.problem ?? null;
  await kit.execute({ type: 'session-end' });
  const { serial, model, simulated } = sensor;
  return {
    ...{ sessionId, subjectCode, sensor: { serial, model, simulated }, checkPassed: check.passed },
    ...{ ...ended, problem: last },
  };
}

async function checkOnce(kit: Kit, late: () => KitError, stopped: Promise<void>): Promise<CheckRecord> {
  await kit.execute({ type: 'sensor-check', index: 0 });
  const done = ({ sensors: [head] }: KitState): CheckRecord | null =>
    head?.check?.phase === 'done' ? head.check.record : null;
  return until(kit, CHECK_MS, late, stopped, done);
}

async function progressUntil(
  kit: Kit,
  seconds: number,
  stopped: Promise<void>,
  say: Tell,
): Promise<Pick<RecordSummary, 'seconds' | 'received' | 'lost' | 'endedBy'>> {
  const startUs = hostClock.nowUs();
  const first = kit.state.sensors[0];
  const elapsedS = (): number => (hostClock.nowUs() - startUs) / 1e6;
  let endedBy: RecordSummary['endedBy'] = 'time';
  const signal = stopped.then(() => {
    endedBy = 'signal';
  });
  for (let second = 1; elapsedS() < seconds && endedBy === 'time'; second++) {
    const waitMs = Math.max(0, (Math.min(second, seconds) - elapsedS()) * 1000);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([signal, new Promise((resolve) => (timer = setTimeout(resolve, waitMs)))]);
    clearTimeout(timer);
    const head = kit.state.sensors[0];
    if (!head) break;
    const { rateHz, received, lost, lossShare, battery, phase } = head;
    const acknowledgedS = kit.state.recording?.acknowledgedS ?? 0;
    const now = { seconds: Math.round(elapsedS()), rateHz, received, lost, lossShare, battery, acknowledgedS, phase };
    say(`${String(now.seconds).padStart(5)} s ${phase === 'streaming' ? '' : `(${phase}) `}`, now);
  }
  const head = kit.state.sensors[0];
  const since = (name: 'received' | 'lost'): number => (head?.[name] ?? 0) - (first?.[name] ?? 0);
  return { seconds: elapsedS(), received: since('received'), lost: since('lost'), endedBy };
}

function summaryText(done: RecordSummary & { readonly recordedS: number }): string {
  const { sensor, received, lost } = done;
  return [
    `session ${done.sessionId} of ${done.subjectCode}${sensor.simulated ? ' (simulated)' : ''}`,
    `  sensor     ${sensor.model} ${sensor.serial}`,
    `  recorded   ${done.recordedS.toFixed(1)} s, ${received} samples, ${lost} lost`,
    `  kept       ${done.problem === null ? 'all of it' : `not all: ${done.problem}`}`,
    '',
  ].join('\n');
}
