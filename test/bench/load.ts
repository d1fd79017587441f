/**
 * One gateway under a full air: sensors at 100 Hz over the virtual radio and the real noble, a session being recorded,
 * and dashboards over WebSocket. What was sent is counted by the sensors themselves.
 *
 *   npm run -s bench:load -- [--json] [--sensors 15] [--dashboards 8] [--seconds 30] [--no-record]
 *                            [--ble-stack NAME]
 *
 * The virtual controller holds 16 devices, one of them the gateway's. Sensors share a few processes, the dashboards one;
 * CPU and memory are those of the gateway alone, with its radio process beside it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { whyNoVirtualRadio } from '../../src/adapters/air/index.ts';
import { MAX_SENSORS } from '../../src/wire/live-frame.ts';
import { builtEntry } from '../support/built.ts';
import { askFor, type Headbands, radioPidOf, startFaultyAir, startVisit, streaming } from '../support/faulty-air.ts';
import type { DashboardsAnswer, DashboardsRequest } from '../support/load-dashboards.ts';

const SENSORS_PER_PROCESS = 5;
const WARM_UP_S = 3;
/** For what is still on its way when the sensors have ended, s. */
const SETTLE_S = 1;
/** Clock ticks of /proc a second, as Linux has it on all common machines. */
const TICKS_PER_S = 100;
const AIM_P99_MS = 5;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    sensors: { type: 'string', default: String(MAX_SENSORS) },
    dashboards: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '30' },
    'no-record': { type: 'boolean', default: false },
    'ble-stack': { type: 'string', default: 'auto' },
  },
});
const whole = (name: 'sensors' | 'dashboards' | 'seconds', most: number): number => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  process.stderr.write(`BAD_FLAG: --${name} takes a whole number from 1 to ${most}.\n`);
  process.exit(2);
};
const sensors = whole('sensors', MAX_SENSORS);
const dashboards = whole('dashboards', 64);
const seconds = whole('seconds', 3600);
const say = (text: string): boolean => process.stderr.write(`${text}\n`);
const sleep = (s: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000 * s));

const missing = whyNoVirtualRadio();
if (missing) {
  process.stderr.write(`VIRTUAL_RADIO_UNAVAILABLE: ${missing}\n`);
  process.exit(1);
}

/** CPU time used so far, s, and resident memory, MB. */
function usage(pid: number): { readonly cpuS: number; readonly rssMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const rssKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN);
  return { cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S, rssMb: Math.round(rssKb / 1024) };
}

const serial = (i: number): string => `LOAD-${String(i + 1).padStart(2, '0')}`;
const air = await startFaultyAir();
const groups: Headbands[] = [];
for (let first = 0; first < sensors; first += SENSORS_PER_PROCESS) {
  const count = Math.min(SENSORS_PER_PROCESS, sensors - first);
  groups.push(
    await air.headbands(...Array.from({ length: count }, (_, i) => ({ serial: serial(first + i), seed: first + i }))),
  );
}
const visit = await startVisit(air, { args: ['--ble-stack', String(values['ble-stack'])] });
const { client, gateway } = visit;
const roleOf = (i: number): string => (i === 0 ? 'head' : i === 1 ? 'trunk' : 'other');
for (let i = 0; i < sensors; i++) {
  await askFor(client, serial(i), roleOf(i));
  await streaming(client, i);
}
const recorded = !values['no-record'];
if (recorded) await client.must({ type: 'session-start', subjectCode: 'LOAD-01' });
const watchers = await startDashboards();
say(`${sensors} sensors, ${dashboards} dashboards: ${WARM_UP_S} s to warm up, ${seconds} s measured`);
await sleep(WARM_UP_S);

const pids = { gateway: gateway.child.pid!, radio: await radioPidOf(gateway) };
const before = { gateway: usage(pids.gateway), radio: usage(pids.radio) };
const startedMs = performance.now();
watchers.send({ type: 'begin' } satisfies DashboardsRequest);
await sleep(seconds);
const seen = await ask();
const tookS = (performance.now() - startedMs) / 1000;
const after = { gateway: usage(pids.gateway), radio: usage(pids.radio) };
const load1 = loadavg()[0]!;

const sent = (await Promise.all(groups.map((group) => group.pause()))).flatMap((answer) => answer.samples);
await sleep(SETTLE_S);
const told = client.state!.sensors;
const received = told.reduce((sum, sensor) => sum + sensor.received, 0);
const lostByCounter = told.reduce((sum, sensor) => sum + sensor.lost, 0);
const stalled = visit.phases.filter((phase) => phase !== 'streaming').length;
await visit.close();
await air.stop();
watchers.disconnect();

const percent = (which: 'gateway' | 'radio'): number =>
  Math.round((1000 * (after[which].cpuS - before[which].cpuS)) / tookS) / 10;
const sentTotal = sent.reduce((sum, samples) => sum + samples, 0);
const result = {
  sensors,
  dashboards,
  seconds,
  rateHz: 100,
  recorded,
  packets: { sent: sentTotal, received, lost: sentTotal - received, lostByCounter },
  frames: { received: seen.frames, skipped: seen.skipped },
  latencyMs: seen.latencyMs,
  cpuPercentOfOneCore: { gateway: percent('gateway'), radioProcess: percent('radio') },
  memoryMb: { gateway: after.gateway.rssMb, radioProcess: after.radio.rssMb },
  loadAverage1Min: Math.round(100 * load1) / 100,
  headPhasesBesideStreaming: stalled,
  aim: { lost: 0, p99Ms: AIM_P99_MS, reached: sentTotal === received && seen.latencyMs.p99 < AIM_P99_MS },
};
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  const { packets, latencyMs, cpuPercentOfOneCore: cpu, memoryMb } = result;
  process.stdout.write(
    [
      `${sensors} sensors at 100 Hz, ${dashboards} dashboards, ${seconds} s`,
      `  packets    ${packets.sent} sent, ${packets.received} received, ${packets.lost} lost`,
      `  latency    p50 ${latencyMs.p50}, p95 ${latencyMs.p95}, p99 ${latencyMs.p99}, max ${latencyMs.max} ms (aim: p99 < ${AIM_P99_MS})`,
      `  frames     ${seen.frames} shown, ${seen.skipped} left out`,
      `  CPU        gateway ${cpu.gateway} %, radio process ${cpu.radioProcess} % of one core`,
      `  memory     gateway ${memoryMb.gateway} MB, radio process ${memoryMb.radioProcess} MB`,
      '',
    ].join('\n'),
  );
}
process.exit(0);

async function startDashboards(): Promise<ChildProcess> {
  const entry = fileURLToPath(builtEntry('test/support/load-dashboards.ts'));
  const child = fork(entry, [gateway.url, String(dashboards)], { execArgv: [] });
  await new Promise((resolve) => child.once('message', resolve));
  return child;
}

function ask(): Promise<DashboardsAnswer> {
  const answer = new Promise<DashboardsAnswer>((resolve) =>
    watchers.once('message', (message: DashboardsAnswer) => resolve(message)),
  );
  watchers.send({ type: 'end' } satisfies DashboardsRequest);
  return answer;
}
