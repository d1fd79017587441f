/**
 * The same test as its user does it: the built page in Chromium, clicked through from the first screen to the CSV, on
 * the simulated subject with truth 38° left and 29° right.
 */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoVirtualRadio } from '../../src/adapters/air/index.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';

const TRUTH_DEG = { left: 38, right: 29 } as const;
const TOLERANCE_DEG = 1.5;

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: the browser tests, ${noChromium}\n`);
const noRadio = whyNoVirtualRadio();

describe.skipIf(noChromium !== null)('a visit in Chromium', () => {
  let gateway: GatewayProcess;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  const outside: string[] = [];

  beforeAll(async () => {
    process.stderr.write(noRadio ? `browser: simulator (${noRadio})\n` : 'browser: real noble, virtual radio\n');
    const truth = ['--subject', `frtLeftDeg=${TRUTH_DEG.left}`, '--subject', `frtRightDeg=${TRUTH_DEG.right}`];
    gateway = await startGateway([...(noRadio ? ['--no-radio'] : ['--virtual-radio', '1']), ...truth]);
    // Drawing the head without a graphics processor takes the core that the simulated patient moves on.
    browser = await launchChromium({ webgl: false });
    page = await watched(browser);
    await page.goto(gateway.url);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  async function watched(by: Browser): Promise<Page> {
    const opened = await by.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    opened.on('request', (request) => {
      if (!request.url().startsWith(new URL(gateway.url).origin) && !request.url().startsWith('data:'))
        outside.push(request.url());
    });
    return opened;
  }

  /** Accepted at the first attempt; a refusal fails with its reason, not with the time that ran out. */
  async function alignByPage(): Promise<void> {
    const ended = page.locator(':is([data-phase="accepted"], [data-phase="rejected"])[data-testid="align-phase"]');
    await page.getByTestId('align-start').click();
    await ended.waitFor({ timeout: 60_000 });
    const phase = await ended.getAttribute('data-phase');
    const reason = phase === 'rejected' ? await page.getByTestId('align-reason').getAttribute('data-code') : null;
    expect({ phase, reason }).toEqual({ phase: 'accepted', reason: null });
  }

  test('from the first page to the result, by the page alone', async () => {
    const source = noRadio ? 'simulator' : 'radio';
    const card = page.locator(`[data-testid^="sensor-${source}:"]`).first();
    if (!(await card.isVisible({ timeout: 1000 }).catch(() => false))) await page.getByTestId('scan').click();
    await card.getByTestId('connect').click({ timeout: 60_000 });
    await page.getByTestId('sensor-card').waitFor({ timeout: 60_000 });
    expect(await page.getByTestId('simulated').first().isVisible()).toBe(true);

    await page.getByTestId('to-align').click();
    await alignByPage();

    await page.getByTestId('to-frt').first().click();
    await page.getByTestId('subject-code').fill('E2E-01');
    await page.getByTestId('frt-start').click();
    // The safety screen and the questions of today come before the first test of a visit.
    await page.getByTestId('screen-none').click();
    await page.locator('label:has([data-testid="headache-0"])').click();
    await page.locator('label:has([data-testid="analgesic-false"])').click();
    await page.getByTestId('context-next').click();
    await page.getByTestId('sensor-next').click();
    await page.getByTestId('lying-next').click();
    await page.getByTestId('frt-start').click();
    await page.getByTestId('frt-phase').waitFor();
    // Meters and keys stay on the screen of a running test, whatever the language's words are long.
    for (const language of ['de', 'en'] as const) {
      await page.getByTestId('language').click();
      await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
      for (const part of ['.guards', '.key-bar']) {
        const { y, height } = (await page.locator(part).boundingBox())!;
        expect(y + height, `${part}, ${language}`).toBeLessThanOrEqual(900);
      }
    }
    await page.getByTestId('visit-call').waitFor({ timeout: 240_000 });
    expect(await page.locator('main').innerText()).not.toMatch(/[0-9] ?°/);
    await page.getByTestId('call-left-unsure').click();
    await page.getByTestId('call-right-unsure').click();
    await page.getByTestId('result-left').waitFor();

    for (const side of ['left', 'right'] as const) {
      const shownDeg = Number(await page.getByTestId(`result-${side}`).getAttribute('data-deg'));
      expect(Math.abs(shownDeg - TRUTH_DEG[side]), side).toBeLessThan(TOLERANCE_DEG);
    }
    expect(await page.getByTestId('simulated').first().isVisible()).toBe(true);
  }, 420_000);

  test('the session is in the list and its CSV holds the counted repetitions', async () => {
    await page.goto(`${new URL(gateway.url).origin}/#/sessions`);
    await page.getByTestId('session-row').first().waitFor();
    const download = page.waitForEvent('download');
    await page.getByTestId('csv-all').click();
    const csv = await readFile(await (await download).path(), 'utf8');
    expect(csv.split('\r\n').filter((line) => line.includes('E2E-01')).length).toBeGreaterThanOrEqual(6);
  }, 120_000);

  test('the head is drawn, and a stream that stops is shown as stale', async () => {
    const drawing = await launchChromium({ webgl: true });
    try {
      const live = await watched(drawing);
      await live.goto(`${new URL(gateway.url).origin}/#/live`);
      await live.locator('[data-testid="angle"]').waitFor();
      await live.locator('canvas').first().waitFor();
      gateway.child.kill('SIGSTOP');
      await expect
        .poll(() => live.getByTestId('freshness').first().innerText(), { timeout: 30_000 })
        .toMatch(/no data/i);
    } finally {
      gateway.child.kill('SIGCONT');
      await drawing.close();
    }
  }, 120_000);

  test('no error in the console, and nothing asked of any other host', () => {
    expect(problems).toEqual([]);
    expect(outside).toEqual([]);
  });
});
