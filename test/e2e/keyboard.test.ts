/**
 * A whole Flexion-Rotation Test without a mouse: from the first page to the result with Tab, Enter, Space and the keys of
 * the test. Every step is confirmed with the space bar, one repetition is marked painful, the last one taken back.
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
    await page.goto(gateway.url);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  const focused = (): Promise<string | null> =>
    page.evaluate("document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid') ?? null");

  /** Tab after Tab, as a person does it, until the focus is there. */
  async function tabTo(testId: string): Promise<void> {
    await page.getByTestId(testId).first().waitFor({ timeout: 60_000 });
    for (let i = 0; i < 60; i++) {
      if ((await focused()) === testId) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${testId} is not reached by the Tab key; the focus is at ${await focused()}`);
  }

  /** The page itself put the focus on the next step. */
  const led = (testId: string): Promise<void> =>
    page.locator(`[data-testid="${testId}"]:focus`).waitFor({ timeout: 90_000 });

  test('from the first page to the result', async () => {
    const startedMs = performance.now();
    await tabTo('connect');
    await page.keyboard.press('Enter');
    await led('to-align');
    await page.keyboard.press('Enter');
    await tabTo('align-start');
    await page.keyboard.press('Enter');
    await led('to-frt');
    await page.keyboard.press('Enter');
    await tabTo('subject-code');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('key-01');
    await tabTo('repetitions-3');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await tabTo('practice');
    await page.keyboard.press('Space');
    await tabTo('frt-start');
    await page.keyboard.press('Enter');
    await page.getByTestId('frt-phase').waitFor();
    const tookS = (performance.now() - startedMs) / 1000;
    process.stderr.write(`keyboard: from the first page to the running test in ${tookS.toFixed(1)} s\n`);
    await page.locator('[data-testid="frt-phase"][data-phase="hold"]').waitFor({ timeout: 90_000 });
    await page.keyboard.press('p');
    await led('to-result');
    await page.keyboard.press('Enter');
    await page.getByTestId('result-right').waitFor();
    expect(Number(await page.getByTestId('result-right').getAttribute('data-deg'))).toBeGreaterThan(20);
    // The painful one has the angle at which it was marked, and says so.
    expect(await page.locator('main').innerText()).toContain('pain');
  }, 300_000);

  test('the other language and the other colours are reached in the same way', async () => {
    await tabTo('language');
    await page.keyboard.press('Enter');
    await page.locator('html[lang="de"]').waitFor({ state: 'attached' });
    expect(await page.locator('h1').innerText()).toContain('Ergebnis');
    await page.reload();
    await page.locator('html[lang="de"]').waitFor({ state: 'attached' });
    await tabTo('theme');
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme="light"]').waitFor({ state: 'attached' });
  }, 60_000);
});
