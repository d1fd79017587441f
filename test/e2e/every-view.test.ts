/**
 * Every view of the dashboard in Chromium, on the simulated subject: no violation that axe-core finds in either theme
 * and either language, nothing wider than the screen at 390 and 780 pixels, and no view without a title and a sentence of help.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../support/axe.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { walkThrough } from '../support/tour.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: the walk through every view, ${noChromium}\n`);

/** The walk runs whole tests in real time, in every colour and language: ten minutes of an otherwise idle machine, more of a busy one. */
const long = process.env['NECK_LONG'] === '1';
if (!long) process.stderr.write('skipped: the walk through every view, ten minutes long; NECK_LONG=1 runs it\n');

const WIDE = { width: 1440, height: 900 };
const NARROW = { telephone: { width: 390, height: 844 }, tablet: { width: 780, height: 1024 } };

/** What sticks out: the deepest elements that end right of the screen. */
const WIDEST = `[...document.querySelectorAll('main *, header *')]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && ![...e.children].some((c) => c.getBoundingClientRect().right > innerWidth + 1))
  .slice(0, 2).map((e) => e.outerHTML.slice(0, 120)).join(' | ')`;

describe.skipIf(noChromium !== null)('every view', () => {
  let gateway: GatewayProcess;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    gateway = await startGateway(['--demo']);
    browser = await launchChromium({ webgl: false });
    const context = await browser.newContext({ viewport: WIDE, bypassCSP: true, locale: 'de-DE' });
    page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  test('speaks the language of the browser at first', async () => {
    await page.goto(gateway.url);
    await page.getByTestId('language').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
  }, 120_000);

  test.skipIf(!long)(
    'can be used by everybody, in every colour and language, on a telephone too',
    async () => {
      const wrong: string[] = [];
      const seen: string[] = [];
      await walkThrough({
        page,
        url: gateway.url,
        async look(name) {
          seen.push(name);
          const before = wrong.length;
          wrong.push(...(await violationsOf(page)).map((line) => `${name}, ${line}`));
          for (const [screen, size] of Object.entries(NARROW)) {
            await page.setViewportSize(size);
            // Canvases follow in their own time.
            await page.waitForTimeout(400);
            const over = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
            if (over > 0) wrong.push(`${name}: ${over} px wider than a ${screen}: ${await page.evaluate(WIDEST)}`);
          }
          await page.setViewportSize(WIDE);
          const titles = await page.locator('h1').count();
          if (titles !== 1) wrong.push(`${name}: ${titles} titles of the view`);
          const help = page.locator('main :is(.lead, .quiet, [role="status"])');
          if ((await help.count()) === 0) wrong.push(`${name}: no sentence of help`);
          // Said as it is found: the walk is long.
          for (const line of wrong.slice(before)) process.stderr.write(`${line}\n`);
        },
      });
      expect(wrong).toEqual([]);
      expect(seen.length).toBeGreaterThan(30);
      expect(problems).toEqual([]);
    },
    1_800_000,
  );
});
