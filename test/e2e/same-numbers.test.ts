/**
 * The same recording through the same files in Node and in Chromium: the core needs nothing that only one of them has,
 * and what it gives differs by no more than the last bits of sin, atan2 and exp.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBroadFile } from '../../src/adapters/replay/broad-file.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type CoreRun, numbersOf, type Recording, runCore, toBase64, VALUES } from '../support/core-run.ts';
import { runOfflineVisit } from '../support/offline-visit.ts';
import { lacksSharedData, sharedDataFolder } from '../support/shared-data.ts';

const TOLERANCE = 1e-9;
const BROAD_FILE = '06_undisturbed_fast_rotation_A.f32';
const BROAD_S = 60;

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: the same numbers in a browser, ${noChromium}\n`);

/** One script with all that `core-run` imports. A part of Node in it is an error, not a stand-in. */
async function bundle(): Promise<string> {
  const entry = path.join(import.meta.dirname, '../support/core-run.ts');
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'no-node',
        enforce: 'pre',
        resolveId(id) {
          if (id.startsWith('node:')) throw new Error(`the core reaches for ${id}`);
          return null;
        },
      },
    ],
    build: { write: false, minify: false, target: 'chrome120', lib: { entry, formats: ['es'], fileName: 'core' } },
  })) as Rollup.RollupOutput[];
  const chunks = built[0]!.output.filter((part) => part.type === 'chunk');
  expect(chunks).toHaveLength(1);
  return chunks[0]!.code;
}

/** A page that knows the core and nothing else. */
async function serve(script: string): Promise<Server> {
  const html = '<!doctype html><script type="module">import * as m from "/core.js"; window.m = m;</script>';
  const server = createServer((request, response) => {
    const isScript = request.url === '/core.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** A visit to a simulated subject, as the bytes of its headband. */
async function simulatedVisit(): Promise<Recording> {
  const notifications: [string, number, string][] = [];
  let description: Recording['description'] = null;
  const visit = await runOfflineVisit({
    seed: 11,
    lossShare: 0.02,
    onNotification(notification, of) {
      description = of;
      notifications.push([notification.characteristic, notification.arrivalUs, toBase64(notification.bytes)]);
    },
  });
  expect(visit.outcome).toBe('finished');
  return { description, notifications, columns: null };
}

async function broadMinute(): Promise<Recording> {
  const trial = await readBroadFile(path.join(sharedDataFolder('broad')!, BROAD_FILE));
  const n = 3 * Math.floor(BROAD_S * trial.rateHz);
  const columns = {
    rateHz: trial.rateHz,
    gyr: toBase64(trial.gyrRadps.slice(0, n)),
    acc: toBase64(trial.accMps2.slice(0, n)),
  };
  return { description: null, notifications: [], columns };
}

/** Largest difference; angles over the wrap at half a turn are near each other. NaN agrees with NaN only. */
function worst(a: Float64Array, b: Float64Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]!) && Number.isNaN(b[i]!)) continue;
    const d = Math.abs(a[i]! - b[i]!);
    most = Math.max(most, Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.min(d, Math.abs(d - 2 * Math.PI)));
  }
  return most;
}

describe.skipIf(noChromium !== null)('the core in Node and in Chromium', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await serve(await bundle());
    browser = await launchChromium({ webgl: true });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('window.m !== undefined');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** Runs both and holds them against each other; gives Node's. */
  async function compare(name: string, recording: Recording): Promise<CoreRun> {
    const here = runCore(recording);
    const there = await page.evaluate(
      (given) => (globalThis as unknown as { m: { runCore: typeof runCore } }).m.runCore(given),
      recording,
    );
    expect(there.exports).toEqual(here.exports);
    expect(there.samples).toBe(here.samples);
    expect([there.alignment, there.smootherFault]).toEqual([here.alignment, here.smootherFault]);
    const live = worst(numbersOf(here.live), numbersOf(there.live));
    const smoothed = worst(numbersOf(here.smoothed), numbersOf(there.smoothed));
    process.stderr.write(`${name}: live within ${live.toExponential(1)}, smoothed ${smoothed.toExponential(1)}\n`);
    expect(live).toBeLessThan(TOLERANCE);
    expect(smoothed).toBeLessThan(TOLERANCE);
    expect(there.events).toEqual(here.events);
    expect(there.repetitions.map((r) => r.slice(0, 2))).toEqual(here.repetitions.map((r) => r.slice(0, 2)));
    const figures = (run: CoreRun): Float64Array => Float64Array.from(run.repetitions.flatMap((r) => [r[2], r[3]]));
    expect(worst(figures(here), figures(there))).toBeLessThan(TOLERANCE);
    expect(there.rescored).toHaveLength(here.rescored.length);
    const rescored = worst(Float64Array.from(here.rescored), Float64Array.from(there.rescored));
    expect(rescored).toBeLessThan(TOLERANCE);
    expect(there.cromPhases).toEqual(here.cromPhases);
    return here;
  }

  test('a visit, from the bytes of the headband to the repetitions of the test', async () => {
    const run = await compare('visit', await simulatedVisit());
    expect(run.alignment).toBe('align.accepted');
    expect(run.repetitions.filter((r) => r[1] === 'counted').length).toBeGreaterThanOrEqual(6);
    expect(run.smootherFault).toBeNull();
    expect(run.rescored.length).toBe(5 * run.repetitions.length);
    expect(run.rescored.filter(Number.isFinite).length).toBeGreaterThan(20);
    expect(run.cromPhases.length).toBeGreaterThan(1);
    // The comparison is one of numbers: poses and angles are there, not NaN against NaN.
    const live = numbersOf(run.live);
    expect(live.length).toBe(VALUES * run.samples);
    expect(live.subarray(-VALUES).every(Number.isFinite)).toBe(true);
    expect(numbersOf(run.smoothed).length).toBe(4 * run.samples);
  }, 120_000);

  test.skipIf(lacksSharedData('broad'))(
    'a minute of a real recording',
    async () => {
      const run = await compare('real minute', await broadMinute());
      expect(run.samples).toBeGreaterThan(16_000);
      expect(run.smootherFault).toBeNull();
    },
    120_000,
  );
});
