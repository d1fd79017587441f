/**
 * The outcome over time in Chromium, from the first page: an overview of a clinic with stored visits, one person's
 * episode, every kind of entry, the diary, the plan; no violation that axe-core finds, in either theme.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStore } from '../../src/adapters/store/open-store.ts';
import { outcomeParts } from '../../src/cli/outcome-parts.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { cromResult, frtResult, putVisit } from '../support/outcome-visits.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: the outcome over time in a browser, ${noChromium}\n`);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Pictures of every page are left here when the variable names a folder. */
const PICTURES = process.env['NECK_PICTURES'];
const DAY = 86_400_000;

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** A clinic with some weeks behind it. */
async function fill(folder: string): Promise<void> {
  const store = createStore({ folder, databaseUrl: undefined });
  await store.open();
  const { outcome } = outcomeParts(store);
  const now = Date.now();
  const clinic = { headacheNow: 0, examiner: 'E1' };
  for (const [daysAgo, left, headacheNow] of [
    [40, 26, 0],
    [33, 29, 4],
    [26, 33, 0],
    [19, 41, 0],
  ] as const)
    await putVisit(store, 'AB-1', now - daysAgo * DAY, {
      ...clinic,
      headacheNow,
      frt: frtResult(left, 42),
      crom: cromResult(50 + (40 - daysAgo), 64),
    });
  for (const [daysAgo, turn] of [
    [30, 60],
    [10, 62],
    [2, 75],
  ] as const)
    await putVisit(store, 'AB-1', now - daysAgo * DAY, {
      setting: 'home',
      headacheNow: 0,
      crom: cromResult(turn, turn),
    });
  await outcome.openEpisode(null, 'AB-1', {
    ...{ goal: 'a full day of work', side: 'left', injuryDate: null, mechanism: 'motor-vehicle', payerReference: null },
    openedAtMs: now - 41 * DAY,
  });
  for (const [instrument, daysAgo, total] of [
    ['ndi', 40, 24],
    ['ndi', 19, 21],
    ['ndi', 3, 12],
    ['hit6', 40, 64],
    ['nprs', 40, 7],
    ['nprs', 3, 6],
  ] as const)
    await outcome.addScore(null, 'AB-1', { instrument, total, atMs: now - daysAgo * DAY });
  await putVisit(store, 'CD-2', now - 3 * DAY, { ...clinic, frt: frtResult(38, 40) });
  await putVisit(store, 'EF-3', now - 50 * DAY, { ...clinic, frt: frtResult(30, 31), status: 'stopped' });
  await outcome.openEpisode(null, 'EF-3', {
    ...{ goal: null, side: 'alternating', injuryDate: null, mechanism: null, payerReference: null },
    openedAtMs: now - 51 * DAY,
  });
  await store.close();
}

describe.skipIf(noChromium !== null)('the outcome over time', () => {
  let gateway: GatewayProcess;
  let browser: Browser;
  let page: Page;
  let folder: string;
  const problems: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'neck-outcome-'));
    await fill(folder);
    gateway = await startGateway(['--no-radio'], folder);
    browser = await launchChromium({ webgl: false });
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      bypassCSP: true,
      locale: 'en-GB',
    });
    page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function look(name: string): Promise<void> {
    await page.evaluate(AXE);
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
      const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as AxeResult;
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
        `${name}, ${theme}`,
      ).toEqual([]);
      if (PICTURES === undefined) continue;
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
  const keptAgain = async (): Promise<void> => {
    await page.getByTestId('kept').filter({ hasText: 'Kept' }).waitFor();
  };
  const tab = async (name: string): Promise<void> => {
    await page.getByTestId(`tab-${name}`).click();
    await page.locator(`[data-testid="tab-${name}"][aria-current="page"]`).waitFor();
  };

  test('the overview says who is due, who sent something, and who needs a look; it filters and sorts', async () => {
    await page.goto(gateway.url);
    await page.getByTestId('subjects-link').click();
    await page.getByTestId('overview-row').nth(2).waitFor();
    const first = page.getByTestId('overview-row').first();
    await look('overview');
    expect(await page.getByTestId('overview-row').count()).toBe(3);
    await page.getByTestId('overview-filter').selectOption('sent');
    expect(await page.getByTestId('overview-row').count()).toBe(1);
    expect(await first.innerText()).toContain('AB-1');
    expect(await page.getByTestId('group-csv').getAttribute('href')).toContain('look=sent');
    await page.getByTestId('overview-filter').selectOption('all');
    await page.getByTestId('overview-order').selectOption('visit');
    expect(await page.getByTestId('overview-row').last().innerText()).toContain('EF-3');
  }, 120_000);

  test('the episode shows every series apart, with its verdict, and the reports beside the range', async () => {
    await page.getByRole('link', { name: 'AB-1' }).click();
    await page.getByTestId('episode-picture').waitFor();
    expect(await page.getByTestId('verdict-frt-left').innerText()).toBe('changed');
    expect(await page.getByTestId('verdict-frt-right').innerText()).toBe('not changed');
    expect(await page.getByTestId('verdict-ndi').innerText()).toBe('changed for the better');
    expect(await page.getByTestId('verdict-crom-full-rotation').innerText()).toBe('changed');
    expect(await page.getByTestId('series-crom-rotation-left').count()).toBe(1);
    await page.getByTestId('prompt-progress').waitFor();
    await look('episode');
    await page.getByTestId('note-review').click();
    await page.getByTestId('prompt-review-due').waitFor({ state: 'detached' });
    await tab('visit');
    await page.getByTestId('visit-picture').waitFor();
    await look('latest-visit');
  }, 120_000);

  test('scores, findings and the flexion test are typed in, refused where the rule says so, and withdrawn', async () => {
    await tab('enter');
    await page.getByTestId('score-which').selectOption('hit6');
    await page.getByTestId('score-total').fill('62');
    await page.getByTestId('score-save').click();
    await keptAgain();
    await page.getByTestId('score-not-yet').waitFor();
    await page.getByTestId('score-which').selectOption('ndi');
    await page.getByTestId('score-how').selectOption('items');
    for (let item = 1; item <= 9; item++) await page.getByTestId(`score-item-${item}`).fill('1');
    await page.getByTestId('score-save').click();
    await page.getByTestId('entry-row').filter({ hasText: '10, mild' }).waitFor();
    await page.getByTestId('finding-familiar').check();
    await page.getByTestId('finding-save').click();
    await page.getByTestId('entry-row').filter({ hasText: 'C1-2' }).waitFor();
    await page.getByTestId('finding-kind').selectOption('treatment');
    await page.getByTestId('given-mobilisation').check();
    await page.getByTestId('finding-save').click();
    await page.getByTestId('entry-row').filter({ hasText: 'mobilisation' }).waitFor();
    await page.getByTestId('ccft-holds-22').fill('10');
    await page.getByTestId('ccft-holds-24').fill('6');
    await page.getByTestId('ccft-save').click();
    await page.getByTestId('entry-row').filter({ hasText: 'up to 24 mmHg' }).waitFor();
    await look('enter');
    const before = await page.getByTestId('entry-row').count();
    await page.getByTestId('entry-row').filter({ hasText: 'mobilisation' }).getByTestId('withdraw').click();
    await page.getByTestId('entry-row').filter({ hasText: 'mobilisation' }).waitFor({ state: 'detached' });
    expect(await page.getByTestId('entry-row').count()).toBe(before - 1);
  }, 120_000);

  test('the usual intervals of the clinic are kept, and nonsense is refused', async () => {
    await page.goto(`${gateway.url}#/subjects`);
    const plan = page.locator('.clinic-plan');
    const open = () => page.getByTestId('clinic-plan').click();
    await open();
    const weeks = page.getByTestId('clinic-weeks');
    const saved = plan.getByRole('status').filter({ hasText: /\w/ });
    await weeks.fill('4, soon');
    await page.getByTestId('clinic-plan-save').click();
    await page.locator('#clinic-weeks:invalid:focus').waitFor();
    expect(await saved.count()).toBe(0);
    await weeks.fill('4, 8');
    await page.getByTestId('clinic-plan-save').click();
    await saved.waitFor();
    await page.reload();
    await open();
    await expect.poll(() => weeks.inputValue()).toBe('4, 8');
    await page.goto(`${gateway.url}#/subjects/AB-1`);
  }, 60_000);

  test('a diary day and a plan are kept, exercises are ticked off, and German is there', async () => {
    await tab('diary');
    await page.getByTestId('diary-hours').fill('3.5');
    await page.getByTestId('diary-peak').fill('6');
    await page.getByTestId('diary-side').selectOption('left');
    await page.getByTestId('diary-save').click();
    await page.getByTestId('diary-row').waitFor();
    await look('diary');
    await tab('plan');
    await page.getByTestId('episode-reached').fill('7');
    await page.getByTestId('episode-save').click();
    await keptAgain();
    await page.getByTestId('plan-weeks').fill('6, 12, 26');
    await page.getByTestId('plan-exercises').fill('chin nod\nturn with a towel');
    await page.getByTestId('plan-save').click();
    await page.getByTestId('tick-chin nod').check();
    await page.getByTestId('tick-save').click();
    await page.getByTestId('adherence-share').filter({ hasText: '50 %' }).waitFor();
    await look('plan');
    await page.reload();
    await page.getByTestId('episode-reached').waitFor();
    expect(await page.getByTestId('episode-reached').inputValue()).toBe('7');
    expect(await page.getByTestId('plan-weeks').inputValue()).toBe('6, 12, 26');
    await page.getByTestId('language').click();
    await page.getByRole('heading', { name: 'Verlauf von AB-1' }).waitFor();
    await tab('outcome');
    await page.getByTestId('verdict-ndi').filter({ hasText: 'zum Besseren verändert' }).waitFor();
    if (PICTURES !== undefined) await look('episode-german');
    expect(problems).toEqual([]);
  }, 120_000);
});
