/**
 * How old a number is when it is seen. Two figures, each from the arrival of the notification in the radio process:
 * to the frame received by a WebSocket client on loopback, and to the end of the animation frame in Chromium in which
 * that sample was drawn. Runs the gateway as a process, over the real noble and the virtual radio where there is one.
 *
 *   npm run -s bench:latency -- [--json] [--seconds N] [--webgl]
 *
 * Chromium runs as it does on a computer without a graphics processor; --webgl makes the processor draw the 3D head too.
 */
import { parseArgs } from 'node:util';
import { whyNoVirtualRadio } from '../../src/adapters/air/index.ts';
import { displayFilterDelayMs } from '../../src/core/signal/display-filter.ts';
import { createLiveFrame, decodeLiveFrame } from '../../src/wire/live-frame.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { startGateway } from '../support/gateway-process.ts';
import { connectLiveClient } from '../support/live-client.ts';
import { type Quantiles, quantiles } from '../support/quantiles.ts';
import { align, connectSimulated } from '../support/visit.ts';

const RATE_HZ = 100;
const WARM_UP_S = 3;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '20' },
    webgl: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
if (!(seconds > 0)) {
  process.stderr.write('BAD_FLAG: --seconds takes a number above 0.\n');
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
await align(client);

const socket = await measureSocket();
const painted = await measurePainted();
client.close();
await gateway.stop();

const result = { socket, painted, displayFilterMs: Math.round(displayFilterDelayMs(RATE_HZ) * 100) / 100 };
if (values.json) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
} else {
  const row = (name: string, q: Quantiles | null): string =>
    `${name.padEnd(42)}${q ? [q.p50, q.p95, q.p99].map((v) => v.toFixed(2).padStart(9)).join('') : '   not measured'}\n`;
  process.stdout.write(`${'ms from arrival in the radio process'.padEnd(42)}      p50      p95      p99\n`);
  process.stdout.write(row('to a WebSocket client (aim: p99 2)', socket));
  process.stdout.write(row('to painted in Chromium (aim: p95 20)', painted));
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

async function measurePainted(): Promise<Quantiles | null> {
  const missing = whyNoChromium();
  if (missing) {
    say(`painted: not measured, ${missing}`);
    return null;
  }
  say(`painted: ${WARM_UP_S} s to warm up, ${seconds} s measured`);
  const browser = await launchChromium({ webgl: values.webgl });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${new URL(gateway.url).origin}/?bench#/live`);
  const samples = (): Promise<number[]> =>
    page.evaluate(() => [...((globalThis as { neckBench?: { samples: number[] } }).neckBench?.samples ?? [])]);
  for (let waitedS = 0; (await samples()).length < 50; waitedS++) {
    if (waitedS > 20) throw new Error('the page paints no samples');
    await sleep(1);
  }
  await sleep(WARM_UP_S);
  const before = (await samples()).length;
  await sleep(seconds);
  const latencyUs = (await samples()).slice(before);
  await browser.close();
  say(`painted: ${latencyUs.length} samples`);
  return quantiles(latencyUs.map((us) => us / 1000));
}
