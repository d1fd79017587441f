/**
 * The pages of access in Chromium: from the first address to a running simulated sensor, lock and unlock, a user added,
 * the audit read and checked, sign out; no violation that axe-core finds, in either theme
 * and either language.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from '../../support/axe.ts';
import { launchChromium, whyNoChromium } from '../../support/browser.ts';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { colours } from '../../support/tour.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: the pages of access, ${noChromium}\n`);
/** Pictures of every page are left here when the variable names a folder. */
const PICTURES = process.env['NECK_PICTURES'];

describe.skipIf(noChromium !== null)('the pages of access', () => {
  let gateway: GatewayProcess;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    gateway = await startGateway(['--no-radio'], undefined, { login: true });
    browser = await launchChromium({ webgl: false });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
    page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  async function look(name: string): Promise<void> {
    expect(await violationsOf(page), name).toEqual([]);
    if (PICTURES === undefined) return;
    for (const theme of ['light', 'dark'] as const) {
      await colours(page, theme);
      mkdirSync(PICTURES, { recursive: true });
      for (const [width, height] of [
        [1440, 900],
        [390, 844],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: join(PICTURES, `${name}-${theme}-${width}.png`), fullPage: true });
      }
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  }

  test('from the printed address to a connected simulated headband: four clicks', async () => {
    await page.goto(`${gateway.url}#first-start=${gateway.firstStartCode}`);
    await page.getByTestId('access-first-start').waitFor();
    expect(page.url()).not.toContain(gateway.firstStartCode!);
    expect(await page.getByTestId('first-code').inputValue()).toBe(gateway.firstStartCode);
    await look('first-start');
    await page.getByTestId('suggest-password').click();
    await page.getByTestId('access-submit').click();
    const card = page.locator('[data-testid^="sensor-simulator:"]').first();
    await card.getByTestId('connect').click({ timeout: 60_000 });
    await page.getByTestId('sensor-card').waitFor({ timeout: 60_000 });
    await look('start');
  }, 120_000);

  test('a user is added and the page for the others is there', async () => {
    await page.getByTestId('account-link').click();
    await page.getByTestId('to-users').waitFor();
    await look('account');
    await page.getByTestId('to-users').click();
    await page.getByTestId('new-handle').fill('clara');
    await page.getByTestId('new-password').fill('eleven blue lamps');
    await page.getByTestId('add-user').click();
    await page.getByTestId('user-row').nth(1).waitFor();
    expect(await page.getByTestId('users-said').innerText()).toContain('clara');
    await look('users');
  }, 120_000);

  test('the audit is read and its chain computed again', async () => {
    await page.goto(`${gateway.url}#/audit`);
    await page.getByTestId('audit-row').first().waitFor();
    await page.getByTestId('audit-check').click();
    await page.getByTestId('audit-checked').filter({ hasText: 'follow' }).waitFor();
    await look('audit');
  }, 120_000);

  test('locked, the page shows nothing; the password opens it; signed out, it asks who comes', async () => {
    await page.getByTestId('lock').click();
    await page.getByTestId('access-locked').waitFor();
    expect(await page.locator('.header').count()).toBe(0);
    await look('locked');
    await page.getByTestId('sign-out-instead').click();
    await page.getByTestId('access-signed-out').waitFor();
    await page.getByTestId('handle').fill('clara');
    await page.getByTestId('password').fill('wrong');
    await page.getByTestId('access-submit').click();
    await page.getByTestId('access-problem').waitFor();
    await look('sign-in');
    await page.getByTestId('password').fill('eleven blue lamps');
    await page.getByTestId('access-submit').click();
    await page.getByTestId('account-link').waitFor();
    await page.getByTestId('lock').click();
    await page.getByTestId('password').fill('eleven blue lamps');
    await page.getByTestId('access-submit').click();
    await page.getByTestId('account-link').waitFor();
    await page.reload();
    await page.getByTestId('account-link').waitFor();
    await page.getByTestId('sign-out').click();
    await page.getByTestId('access-signed-out').waitFor();
    expect(problems).toEqual([]);
  }, 120_000);
});
