import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { whyNoVirtualRadio } from '../adapters/air/index.ts';
import { createRadioCentral } from '../adapters/ble/radio-central.ts';
import { repetitionsExport } from '../adapters/export/index.ts';
import { createHttpServer } from '../adapters/http/server.ts';
import { createReplaySource } from '../adapters/replay/replay-source.ts';
import { createReporter } from '../adapters/report/reporter.ts';
import { argon2Hasher } from '../adapters/security/argon2.ts';
import { createInProcessCentral } from '../adapters/sim/in-process-central.ts';
import { createMemoryStore } from '../adapters/store/memory-store.ts';
import { createStore } from '../adapters/store/open-store.ts';
import { KitError } from '../contract/errors.ts';
import { DRIVERS } from '../devices/registry.ts';
import { createAccess } from '../gateway/access/access.ts';
import { createAuditedStore } from '../gateway/access/audited-store.ts';
import { createBlindReads, requireShown } from '../gateway/blind-reads.ts';
import { createGattSource } from '../gateway/gatt-source.ts';
import { createKit } from '../gateway/kit.ts';
import { DEFAULT_PARTS } from '../gateway/kit-parts.ts';
import type { Log } from '../gateway/log.ts';
import { replayTrial } from '../gateway/replay-trial.ts';
import { startRetention } from '../gateway/retention.ts';
import { hostTimers } from '../gateway/waiting.ts';
import type { SensorSource } from '../ports/sensor-source.ts';
import type { Store } from '../ports/store.ts';
import { ACCESS_OPTIONS, ACCESS_USAGE, accessLines, firstAddress, reachOf } from './access-flags.ts';
import { attitudeFlag } from './attitude-flag.ts';
import { stackFlag } from './ble-stack-flag.ts';
import { type Command, type Flags, integerFlag, numberFlag, textFlag } from './command.ts';
import { createExporter } from './exporter.ts';
import { h4Flag } from './h4-flag.ts';
import { startHome } from './home-parts.ts';
import { hostClock } from './host-clock.ts';
import { openPage } from './open-page.ts';
import { outcomeParts } from './outcome-parts.ts';
import { packageVersion } from './package-version.ts';
import { type SimulatedAir, startSimulatedAir } from './simulated-air.ts';
import {
  DEFAULT_DEVICE,
  type SimulationSettings,
  SUBJECT_OPTIONS,
  SUBJECT_USAGE,
  simulatedDevices,
  simulatedSensor,
  simulationArgs,
  simulationSettings,
} from './subject-flags.ts';
import { clinicTransfer, incomingFiles, ownAuthority } from './transfer-parts.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DEFAULT_PORT = 8321;
const SIMULATED_SERIAL = 'SIM-0001';
/** The virtual controller holds 16 devices; one is the gateway's. */
const MAX_VIRTUAL_DEVICES = 15;

/** The gateway: sensors in, records kept, the dashboard served. */
export const serve: Command = {
  name: 'serve',
  summary: 'run the gateway and its dashboard (what "npm start" does)',
  usage: [
    '--port N               network port on this computer only (default 8321; 0: any free one)',
    '--data FOLDER          where records are kept (default: data/ in this folder)',
    '--demo                 a demonstration: simulated sensors only, no login, nothing is kept',
    ...ACCESS_USAGE,
    '--home                 a device at home: one patient, led by voice; see docs/home.md',
    '--invitation LINK      of the clinic, at the first start of a device at home',
    '--no-radio             without Bluetooth: the simulated headband only',
    '--h4 ADDRESS           use the Bluetooth controller at unix:/path or tcp:host:port, not the adapter of this computer',
    '--ble-stack NAME       abandonware, stoprocent or auto (default): which Bluetooth library to use',
    '--attitude-from WHICH  quaternion, inertial or usual (default): of sensors that send both, docs/devices.md',
    '--virtual-radio N      N simulated sensors on a virtual radio, through the real Bluetooth path',
    '--virtual-devices LIST which ones, with commas, taken in turn (default headband-1; docs/devices.md)',
    '--replay SPEED         list stored recordings as sensors, played at this speed (1: as it was)',
    '--no-open              do not open the page in the browser',
    '--json                 print the address as one line of JSON',
    '--verbose              more in the log',
    ...SUBJECT_USAGE,
  ],
  options: {
    port: { type: 'string' },
    data: { type: 'string' },
    demo: { type: 'boolean' },
    ...ACCESS_OPTIONS,
    home: { type: 'boolean' },
    invitation: { type: 'string' },
    'no-radio': { type: 'boolean' },
    'attitude-from': { type: 'string' },
    'virtual-radio': { type: 'string' },
    h4: { type: 'string' },
    'ble-stack': { type: 'string' },
    'virtual-devices': { type: 'string' },
    replay: { type: 'string' },
    'no-open': { type: 'boolean' },
    json: { type: 'boolean' },
    verbose: { type: 'boolean' },
    ...SUBJECT_OPTIONS,
  },
  async run(flags) {
    const port = integerFlag(flags, 'port', DEFAULT_PORT, 0, 65_535);
    const virtualDevices = devicesOf(flags);
    const settings = simulationSettings(flags);
    const folder = resolve(textFlag(flags, 'data') ?? join(ROOT, 'data'));
    const demo = Boolean(flags['demo']);
    if (!flags['home'] && flags['invitation'] !== undefined)
      throw new KitError('BAD_FLAG', '--invitation goes with --home');
    if (demo && flags['home'])
      throw new KitError(
        'BAD_FLAG',
        '--demo keeps nothing, and a device at home keeps all: try it with --home --no-radio',
      );
    const noRadio = demo || Boolean(flags['no-radio']);
    const reach = reachOf(flags, folder);
    h4Flag(flags);
    stackFlag(flags);
    replaySpeed(flags);
    attitudeFlag(flags);
    const stopAsked = signals();
    const log = pino({ level: flags['verbose'] ? 'info' : 'error' }, pino.destination(2));

    const air = virtualDevices.length > 0 ? await startAir(settings, virtualDevices) : null;
    try {
      const kept = demo ? createMemoryStore() : createStore({ folder, databaseUrl: process.env['DATABASE_URL'] });
      await kept.open();
      const store = createAuditedStore(kept, hostClock.wallMs);
      const version = packageVersion();
      const atHome = flags['home'] ? await startHome(store, log, folder, textFlag(flags, 'invitation')) : null;
      const sources = createSources({ ...flags, 'no-radio': noRadio }, settings, air, store, log);
      const kit = createKit({
        sources,
        store,
        clock: hostClock,
        version,
        drivers: DRIVERS,
        log,
        attitudeFrom: attitudeFlag(flags),
        demonstration: demo,
        ...(atHome ? { home: atHome.place } : {}),
      });
      const stopSending = atHome?.sendAfterVisits(kit) ?? (() => {});
      // What the examiner has not judged yet leaves the store without its degrees.
      const readable = createBlindReads(store, kit.blinds);
      const access = createAccess({
        records: store,
        hasher: argon2Hasher,
        timers: hostTimers,
        wallMs: hostClock.wallMs,
        log,
        open: demo || atHome !== null || Boolean(flags['no-login']),
        ...(atHome ? { homeOf: atHome.subjectCode } : {}),
        demonstration: demo,
        busy: () => kit.state.recording?.trialId != null,
      });
      await access.start();
      const clinic = clinicTransfer(store, log, ownAuthority(folder, flags['tls-cert'] !== undefined));
      const server = createHttpServer({
        kit,
        store: readable,
        access,
        webRoot: join(ROOT, 'dist', 'web'),
        ...reach,
        port,
        csv: repetitionsExport(readable, hostClock.wallMs),
        exporter: createExporter(readable, hostClock.wallMs),
        transfer: {
          clinic,
          incoming: incomingFiles(folder),
          ...(atHome ? { home: atHome.routes } : {}),
        },
        ...outcomeParts(readable),
        reporter: createReporter(readable, hostClock.wallMs),
        replays: async (session, trial) => {
          requireShown(kit.blinds, session);
          return replayTrial({ store: readable, drivers: DRIVERS, parts: DEFAULT_PARTS }, session, trial);
        },
        log,
      });
      const { url } = await server.listen();
      await kit.start();
      await clinic.catchUp();
      const recording = () => kit.state.recording !== null;
      const stopRetention = startRetention({ store, timers: hostTimers, wallMs: hostClock.wallMs, recording, log });
      const { firstStartCode } = access;
      if (flags['json'])
        process.stdout.write(
          `${JSON.stringify({ url, serverId: kit.serverId, dataFolder: folder, firstStartCode })}\n`,
        );
      else {
        const records = demo ? 'nowhere: a demonstration keeps nothing' : folder;
        greet(
          url,
          records,
          version,
          kit.state.radio,
          demo ? 'not used by the demonstration' : noRadio && 'switched off by --no-radio',
        );
        process.stdout.write(accessLines(url, firstStartCode, access.open, atHome !== null).join(''));
      }
      if (!flags['json'] && !flags['no-open']) openPage(firstAddress(url, firstStartCode));

      await stopAsked;
      stopRetention();
      stopSending();
      if (!flags['json'])
        process.stdout.write(
          demo ? 'Stopping; a demonstration keeps nothing.\n' : 'Stopping; what was measured is kept.\n',
        );
      access.stop();
      await server.close();
      await kit.stop();
      await store.close();
    } finally {
      await air?.stop();
    }
    return 0;
  },
};

/** Registered before anything else starts, and again harmless when asked twice. */
function signals(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done());
  });
}

/** The simulated sensors to put on the air, by driver id; none without `--virtual-radio`. */
function devicesOf(flags: Flags): string[] {
  const listed = (textFlag(flags, 'virtual-devices') ?? DEFAULT_DEVICE).split(',').map((id) => id.trim());
  const known = simulatedDevices();
  if (listed.some((id) => !known.includes(id)))
    throw new KitError('BAD_FLAG', `--virtual-devices takes a list of ${known.join(', ')}`);
  const fallback = flags['virtual-devices'] === undefined ? 0 : listed.length;
  const count = integerFlag(flags, 'virtual-radio', fallback, 0, MAX_VIRTUAL_DEVICES);
  return Array.from({ length: count }, (_, index) => listed[index % listed.length]!);
}

async function startAir(settings: SimulationSettings, devices: readonly string[]): Promise<SimulatedAir> {
  const missing = whyNoVirtualRadio();
  if (missing) throw new KitError('VIRTUAL_RADIO_UNAVAILABLE', missing);
  return startSimulatedAir(
    devices.map((device, index) => [
      ...['--device', device, '--serial', `SIM-AIR-${index + 1}`],
      ...simulationArgs({ ...settings, seed: settings.seed + index }),
    ]),
  );
}

const replaySpeed = (flags: Flags): number => numberFlag(flags, 'replay', 1, 0.1, 1000);

function createSources(
  flags: Flags,
  settings: SimulationSettings,
  air: SimulatedAir | null,
  store: Store,
  log: Log,
): SensorSource[] {
  const model = simulatedSensor(settings, DEFAULT_DEVICE, SIMULATED_SERIAL);
  const simulator = createInProcessCentral([{ deviceId: SIMULATED_SERIAL, model }], hostClock);
  const sources = [createGattSource({ central: simulator, drivers: DRIVERS, log })];
  if (!flags['no-radio']) {
    const h4Address = air?.centralAddress ?? h4Flag(flags);
    const central = createRadioCentral({
      stack: stackFlag(flags),
      ...(h4Address ? { h4Address } : {}),
      log: (text) => log.info({}, text),
    });
    sources.unshift(createGattSource({ central, drivers: DRIVERS, log }));
  }
  if (flags['replay'] !== undefined) {
    sources.push(createReplaySource({ store, clock: hostClock, timers: hostTimers, speed: replaySpeed(flags) }));
  }
  return sources;
}

interface RadioLine {
  readonly status: string;
  readonly message: string | null;
  readonly remedy: string | null;
}

function greet(url: string, folder: string, version: string, radio: RadioLine, off: string | false): void {
  const present =
    radio.status === 'unavailable' ? `not available. ${radio.message ?? ''} ${radio.remedy ?? ''}` : radio.status;
  const bluetooth = off || present;
  process.stdout.write(
    [
      `Neck range-of-motion kit ${version}`,
      `  Dashboard  ${url}`,
      `  Records    ${folder}`,
      `  Bluetooth  ${bluetooth.trim()}`,
      '  Stop with Ctrl+C.',
      '',
    ].join('\n'),
  );
}
