/**
 * How old a number is when it is seen. Two figures, each from the arrival of the notification in the radio process:
 * to the frame received by a WebSocket client on loopback, and to the end of the animation frame in Chromium in which
 * that sample was drawn, on the visit's page while Flexion-Rotation Tests run on it; with its frames and its heap. Runs the
 * gateway as a process, over the real noble and the virtual radio where there is one.
 *
 *   npm run -s bench:latency -- [--json] [--seconds N] [--minutes N] [--webgl]
 *
 * --minutes is how long the page is watched (as --seconds when left out).
 *
 * Chromium runs as it does on a computer without a graphics processor; --webgl makes the processor draw the 3D head too.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { whyNoVirtualRadio } from '../../src/adapters/air/index.ts';
import { displayFilterDelayMs } from '../../src/core/signal/display-filter.ts';
import { createLiveFrame, decodeLiveFrame } from '../../src/wire/live-frame.ts';
import { whyNoChromium } from '../support/browser.ts';
import { startGateway } from '../support/gateway-process.ts';
import { connectLiveClient } from '../support/live-client.ts';
import { type Quantiles, quantiles } from '../support/quantiles.ts';
import { align, connectSimulated } from '../support/visit.ts';
import { measurePainted, type Painted } from './support/painted.ts';

const RATE_HZ = 100;
const WARM_UP_S = 3;
const ALIGNMENTS = 8;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '20' },
    minutes: { type: 'string' },
    webgl: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const paintedS = values.minutes === undefined ? seconds : 60 * Number(values.minutes);
if (!(seconds > 0 && paintedS > 0)) {
  process.stderr.write('BAD_FLAG: --seconds and --minutes take a number above 0.\n');
  process.exit(2);
}
const say = (text: string): boolean => process.stderr.write(`${text}\n`);
const sleep = (s: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000 * s));

const noRadio = whyNoVirtualRadio();
const source = noRadio ? 'simulator' : 'radio';
say(noRadio ? `over the simulator without a radio (${noRadio})` : 'over the real noble and the virtual radio');

const gateway = await startGateway(noRadio ? ['--no-radio'] : ['--virtual-radio', '1']);
const client = await connectLiveClient(gateway.url);
await connectSimulated(client, source);
await alignAtLast();

const socket = await measureSocket();
const painted = await paintedOrNot();
const loadAverage = loadavg()[0]!;
client.close();
await gateway.stop();

const displayFilterMs = Math.round(displayFilterDelayMs(RATE_HZ) * 100) / 100;
const result = { socket, painted, displayFilterMs, loadAverage, processors: cpus().length };
if (values.json) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
} else {
  const row = (name: string, q: Quantiles | null): string =>
    `${name.padEnd(42)}${q ? [q.p50, q.p95, q.p99].map((v) => v.toFixed(2).padStart(9)).join('') : '   not measured'}\n`;
  process.stdout.write(`${'ms from arrival in the radio process'.padEnd(42)}      p50      p95      p99\n`);
  process.stdout.write(row('to a WebSocket client (aim: p99 2)', socket));
  process.stdout.write(row('to painted in Chromium (aim: p95 20)', painted?.latencyMs ?? null));
  if (painted) {
    const { framesPerSecond, longestFrameMs, heapMb } = painted;
    process.stdout.write(`frames a second ${framesPerSecond.mean} (1 % of seconds below ${framesPerSecond.p1}), `);
    process.stdout.write(`longest ${longestFrameMs} ms; heap ${heapMb.join(', ')} MB\n`);
  }
  process.stdout.write(`the display filter adds ${result.displayFilterMs} ms to the smoothed angle\n`);
}
process.exit(0);

async function measureSocket(): Promise<Quantiles> {
  say(`socket: ${WARM_UP_S} s to warm up, ${seconds} s measured`);
  const frame = createLiveFrame();
  const latencyMs: number[] = [];
  let counting = false;
  client.onFrame((view) => {
    const nowUs = Number(process.hrtime.bigint() / 1000n);
    if (counting && decodeLiveFrame(view, frame)) latencyMs.push((nowUs - frame.arrivalUs) / 1000);
  });
  await sleep(WARM_UP_S);
  counting = true;
  await sleep(seconds);
  counting = false;
  say(`socket: ${latencyMs.length} frames`);
  return quantiles(latencyMs);
}

async function paintedOrNot(): Promise<Painted | null> {
  const missing = whyNoChromium();
  if (missing) {
    say(`painted: not measured, ${missing}`);
    return null;
  }
  say(`painted: ${WARM_UP_S} s to warm up, ${paintedS} s measured, with tests running`);
  const { url } = gateway;
  return measurePainted({ url, client, seconds: paintedS, warmUpS: WARM_UP_S, webgl: values.webgl });
}

/** A machine that is busy elsewhere may break the signal in the middle of an alignment: that is not what is measured. */
async function alignAtLast(): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await align(client);
      return;
    } catch (error) {
      if (attempt === ALIGNMENTS) throw error;
      say(`alignment ${attempt}: ${String(error)}`);
    }
  }
}
