/** What a page does while a Flexion-Rotation Test runs on it: how old its numbers are, how even its frames, how big its heap. */
import type { Browser, CDPSession } from 'playwright-core';
import { launchChromium } from '../../support/browser.ts';
import type { LiveClient } from '../../support/live-client.ts';
import { type Quantiles, quantiles } from '../../support/quantiles.ts';
import { readyVisit } from '../../support/visit-ready.ts';

export interface Painted {
  /** From arrival in the radio process to the end of the animation frame in which the sample was drawn, ms. */
  readonly latencyMs: Quantiles;
  readonly samples: number;
  /** Animation frames a second: over all, and in the slowest second of a hundred. */
  readonly framesPerSecond: { readonly mean: number; readonly p1: number };
  readonly longestFrameMs: number;
  /** JavaScript heap after a collection, MB: after the warm-up, half-way, at the end. */
  readonly heapMb: readonly number[];
  /** Tests that came to their end meanwhile. */
  readonly tests: number;
}

const SETTINGS = { repetitionsPerSide: 3, practice: true, autoConfirm: true, firstSide: 'left' };
const sleep = (s: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000 * s));

/** One test after the other until told to stop; how many came to their end. */
function runTests(client: LiveClient): { stop(): Promise<number> } {
  let on = true;
  const done = (async () => {
    let ended = 0;
    while (on) {
      await client.must({ type: 'frt-start', ...SETTINGS });
      const state = await client.until(
        'the end of a test',
        ({ frt }) => !on || frt?.phase === 'finished' || frt?.phase === 'stopped',
        240_000,
      );
      if (state.frt?.phase === 'finished') ended++;
      if (on) await client.must({ type: 'frt-close' });
    }
    return ended;
  })();
  return {
    async stop() {
      on = false;
      await client.send({ type: 'frt-event', event: 'stop', source: 'button' });
      return done;
    },
  };
}

async function heapMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const bytes = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  return Math.round(bytes / 1e4) / 100;
}

/** Counts animation frames by the second, in the page. */
const COUNT_FRAMES = `(() => {
  const frames = { perSecond: [], longestMs: 0 };
  let count = 0, secondMs = performance.now(), lastMs = secondMs;
  const step = (nowMs) => {
    requestAnimationFrame(step);
    frames.longestMs = Math.max(frames.longestMs, nowMs - lastMs);
    lastMs = nowMs;
    count++;
    if (nowMs - secondMs < 1000) return;
    frames.perSecond.push((1000 * count) / (nowMs - secondMs));
    count = 0;
    secondMs = nowMs;
  };
  requestAnimationFrame(step);
  globalThis.neckFrames = frames;
})()`;

/** @param client of a gateway whose sensor streams and is aligned */
export async function measurePainted(options: {
  readonly url: string;
  readonly client: LiveClient;
  readonly seconds: number;
  readonly warmUpS: number;
  readonly webgl: boolean;
}): Promise<Painted> {
  const { client, seconds, warmUpS } = options;
  await client.must({ type: 'session-start', subjectCode: 'BENCH-1' });
  await readyVisit(client.must);
  const tests = runTests(client);
  const browser: Browser = await launchChromium({ webgl: options.webgl });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${new URL(options.url).origin}/?bench#/visit`);
    await page.getByTestId('frt-phase').waitFor({ timeout: 60_000 });
    const samples = (): Promise<number[]> =>
      page.evaluate(() => [...((globalThis as { neckBench?: { samples: number[] } }).neckBench?.samples ?? [])]);
    for (let waitedS = 0; (await samples()).length < 50; waitedS++) {
      if (waitedS > 60) throw new Error('the page paints no samples');
      await sleep(1);
    }
    await sleep(warmUpS);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const heaps = [await heapMb(session)];
    await page.evaluate(COUNT_FRAMES);
    const before = (await samples()).length;
    await sleep(seconds / 2);
    const frames = (): Promise<{ perSecond: number[]; longestMs: number }> => page.evaluate('neckFrames');
    heaps.push(await heapMb(session));
    await sleep(seconds / 2);
    const { perSecond, longestMs } = await frames();
    const latencyUs = (await samples()).slice(before);
    heaps.push(await heapMb(session));
    const slowest = [...perSecond].sort((a, b) => a - b)[Math.floor(perSecond.length / 100)] ?? Number.NaN;
    const mean = perSecond.reduce((sum, value) => sum + value, 0) / perSecond.length;
    const round = (value: number): number => Math.round(value * 10) / 10;
    return {
      latencyMs: quantiles(latencyUs.map((us) => us / 1000)),
      samples: latencyUs.length,
      framesPerSecond: { mean: round(mean), p1: round(slowest) },
      longestFrameMs: round(longestMs),
      heapMb: heaps,
      tests: await tests.stop(),
    };
  } finally {
    await browser.close();
  }
}
