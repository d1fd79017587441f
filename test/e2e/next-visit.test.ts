/** What the page shows of one test or visit is nothing that another one came to. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { connectLiveClient, type LiveClient } from '../support/live-client.ts';
import { SHORTEST_FRT } from '../support/shortest-frt.ts';
import { align, connectSimulated } from '../support/visit.ts';
import { readyVisit } from '../support/visit-ready.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: one visit after another, ${noChromium}\n`);

describe.skipIf(noChromium !== null)('one visit after another', () => {
  let gateway: GatewayProcess;
  let client: LiveClient;
  let browser: Browser;
  let page: Page;
  const step = (name: string) =>
    page.locator(`[data-testid="visit"][data-step="${name}"]`).waitFor({ timeout: 60_000 });
  const degrees = (): Promise<number> => page.locator('[data-testid^="result-"][data-deg]').count();

  beforeAll(async () => {
    gateway = await startGateway(['--no-radio']);
    client = await connectLiveClient(gateway.url);
    browser = await launchChromium({ webgl: false });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await connectSimulated(client, 'simulator');
    await align(client);
    await client.must({ type: 'session-start', subjectCode: 'AGAIN-1' });
    await readyVisit(client.must);
    await page.goto(`${gateway.url}#/visit`);
    await client.must(SHORTEST_FRT);
    await client.until('the end', (s) => s.frt?.phase === 'finished' && s.frt.result !== null, 120_000);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    client?.close();
    await gateway?.stop();
  });

  test('a test without a repetition has no degrees, in the visit and on the result page', async () => {
    await step('result');
    expect(await degrees()).toBe(2);
    await page.getByTestId('frt-again').click();
    await client.until('put away', (s) => s.frt === null);
    await client.must(SHORTEST_FRT);
    await page.getByTestId('frt-phase').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('nothing-counted').waitFor();
    expect(await degrees()).toBe(0);
    await page.goto(`${gateway.url}#/result`);
    await page.getByTestId('nothing-counted').waitFor();
    expect(await degrees()).toBe(0);
  }, 120_000);

  test('a visit begun anew under the same code begins at its first question', async () => {
    await client.must({ type: 'frt-close' });
    await client.must(SHORTEST_FRT);
    await client.until('the end', (s) => s.frt?.phase === 'finished' && s.frt.result !== null, 120_000);
    await client.must({ type: 'disconnect', index: 0 });
    await page.getByTestId('visit-over').filter({ hasText: 'AGAIN-1' }).waitFor();
    await connectSimulated(client, 'simulator');
    await page.goto(`${gateway.url}#/visit`);
    await step('code');
    await page.getByTestId('subject-code').fill('AGAIN-1');
    await page.getByTestId('visit-start').click();
    await step('screen');
    expect(await page.getByTestId('visit-over').count()).toBe(0);
    expect(await degrees()).toBe(0);
    // The header's result neither: what was measured before is another visit's, of the same code or not.
    await page.goto(`${gateway.url}#/result`);
    await page.locator('.gate').waitFor();
    expect(await degrees()).toBe(0);
    expect(await page.getByTestId('session-end').count()).toBe(0);
    await page.goto(`${gateway.url}#/visit`);
    await step('screen');
    expect(await page.getByTestId('step-result').isDisabled()).toBe(true);
  }, 180_000);
});
