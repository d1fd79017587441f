/** The page of visits in Chromium: older ones page by page, and a file that leaves the kit, seen as a dry run first. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSqliteStore } from '../../src/adapters/store/sqlite-store.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { fillVisit } from '../support/filled-store.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';

const VISITS = 130;
const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: the page of visits, ${noChromium}\n`);

describe.skipIf(noChromium !== null)('the page of visits', () => {
  let folder: string;
  let gateway: GatewayProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'neck-visits-'));
    const store = createSqliteStore({ folder });
    await store.open();
    for (let i = 0; i < VISITS; i++) await fillVisit(store, i % 2 === 0 ? 'AB-1' : 'CD-2', 1);
    await store.close();
    gateway = await startGateway(['--no-radio'], folder);
    browser = await launchChromium({ webgl: false });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${gateway.url}#/sessions`);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  test('shows older visits when asked for, until there are no more, each once', async () => {
    const links = page.locator('main a[href^="#/sessions/"]');
    await links.first().waitFor({ timeout: 60_000 });
    const older = page.getByTestId('sessions-older');
    for (let presses = 0; (await older.count()) > 0; presses++) {
      expect(presses).toBeLessThan(20);
      const before = await links.count();
      await older.click();
      await expect
        .poll(async () => (await links.count()) > before || (await older.count()) === 0, { timeout: 60_000 })
        .toBe(true);
    }
    const addresses = await links.evaluateAll((found: { getAttribute(name: string): string | null }[]) =>
      found.map((link) => link.getAttribute('href')),
    );
    expect(new Set(addresses).size).toBe(VISITS);
  }, 180_000);

  test('tells what a file would hold before it is taken, and the file holds that', async () => {
    await page.getByTestId('export-card').locator('summary').click();
    await page.locator('#export-format').selectOption('visits');
    await page.locator('#export-subject').fill('AB-1');
    await page.getByTestId('export-look').click();
    const said = page.getByTestId('export-summary');
    await said.waitFor({ timeout: 60_000 });
    expect(await said.innerText()).toContain(String(VISITS / 2));
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-take').click()]);
    const rows = Papa.parse<Record<string, string>>(readFileSync(await download.path(), 'utf8'), {
      header: true,
      skipEmptyLines: true,
    }).data;
    expect(rows).toHaveLength(VISITS / 2);
    expect(new Set(rows.map((row) => row['subject_code']))).toEqual(new Set(['AB-1']));
    // Another choice takes the offer away: what was seen is not what would be given.
    await page.locator('#export-format').selectOption('csv');
    expect(await page.getByTestId('export-take').count()).toBe(0);
  }, 120_000);

  test('says that nothing fits, and takes no empty file', async () => {
    await page.locator('#export-subject').fill('NOBODY-9');
    await page.getByTestId('export-look').click();
    await page
      .locator('.export-card [role="alert"], [data-testid="export-summary"]')
      .first()
      .waitFor({ timeout: 60_000 });
    expect(await page.getByTestId('export-take').count()).toBe(0);
  }, 90_000);
});
