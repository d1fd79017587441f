/**
 * The first minute without a mouse: from the first page to a running test on the simulated subject with Tab, Enter and
 * Space; and the other language and colours in the same way, kept over a reload.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: the test by the keyboard alone, ${noChromium}\n`);

describe.skipIf(noChromium !== null)('by the keyboard alone', () => {
  let gateway: GatewayProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    gateway = await startGateway(['--demo']);
    browser = await launchChromium({ webgl: false });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(`
      window.phasesShown = [];
      new MutationObserver(() => {
        const phase = document.querySelector('[data-testid="frt-phase"]')?.dataset.phase;
        if (phase && window.phasesShown.at(-1) !== phase) window.phasesShown.push(phase);
      }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-phase'] });
    `);
    await page.goto(gateway.url);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  const focused = (): Promise<string | null> =>
    page.evaluate("document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid') ?? null");

  /** Tab after Tab, as a person does it, until the focus is there. */
  async function tabTo(testId: string): Promise<void> {
    await page
      .locator(`[data-testid="${testId}"]:not([disabled])`)
      .first()
      .waitFor({ state: 'attached', timeout: 60_000 });
    // A new screen takes the keyboard to its beginning; a person looks at it first.
    await page.waitForTimeout(400);
    for (let i = 0; i < 120; i++) {
      if ((await focused()) === testId) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${testId} is not reached by the Tab key; the focus is at ${await focused()}`);
  }

  async function press(testId: string, key = 'Enter'): Promise<void> {
    await tabTo(testId);
    await page.keyboard.press(key);
  }

  /** The page itself put the focus on the next step. */
  const led = (testId: string): Promise<void> =>
    page.locator(`[data-testid="${testId}"]:focus`).waitFor({ timeout: 90_000 });

  test('from the first page to a running test on the simulated subject', async () => {
    const startedMs = performance.now();
    await tabTo('connect');
    await page.keyboard.press('Enter');
    await led('to-align');
    await page.keyboard.press('Enter');
    await tabTo('align-start');
    await page.keyboard.press('Enter');
    await led('to-frt');
    await page.keyboard.press('Enter');
    await press('frt-start');
    // The safety screen and the questions of today come before the first test of a visit.
    await press('screen-none');
    await press('headache-0', 'Space');
    await press('analgesic-false', 'Space');
    await page.waitForTimeout(500);
    if ((await page.getByTestId('context-next').count()) > 0) await press('context-next');
    await press('sensor-next');
    await press('lying-next');
    await press('frt-start');
    await page.getByTestId('frt-phase').waitFor();
    const tookS = (performance.now() - startedMs) / 1000;
    process.stderr.write(`keyboard: from the first page to the running test in ${tookS.toFixed(1)} s\n`);
    // A phase may be gone again before a busy machine looks for it: every one that was shown is remembered by the page.
    await expect
      .poll(() => page.evaluate('window.phasesShown.join(" ")'), { timeout: 150_000, message: 'phases shown' })
      .toMatch(/\bhold\b/);
    await page.keyboard.press('Escape');
    await page.locator('[data-testid="visit"]:not([data-step="test"])').waitFor();
  }, 300_000);

  test('the other language and the other colours are reached in the same way', async () => {
    await tabTo('language');
    await page.keyboard.press('Enter');
    await page.locator('html[lang="de"]').waitFor({ state: 'attached' });
    expect(await page.locator('.stepper').innerText()).toContain('Ausrichten');
    await page.reload();
    await page.locator('html[lang="de"]').waitFor({ state: 'attached' });
    await tabTo('theme');
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme="light"]').waitFor({ state: 'attached' });
  }, 120_000);
});
