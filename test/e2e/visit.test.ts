/**
 * A whole visit in Chromium with the keyboard alone, from the patient's code to the revealed result, with a reload in
 * the middle of a repetition and a second window on the same visit.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionDetail } from '../../src/contract/records.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';

const TRUTH_DEG = { left: 38, right: 29 } as const;
const TOLERANCE_DEG = 1.5;
/** A degree of anything, as the page writes it; limits of guards have no sign of their own. */
const A_DEGREE = /[0-9][.,]?[0-9]* ?°(?!\/s)/;

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: the visit by keyboard, ${noChromium}\n`);

/** Goes from field to field with Tab until this one has the focus. */
async function reach(page: Page, testId: string): Promise<void> {
  await page.locator(`[data-testid="${testId}"]:not([disabled])`).first().waitFor({ timeout: 30_000 });
  for (let i = 0; i < 120; i++) {
    if ((await page.locator(`[data-testid="${testId}"]:focus`).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${testId}`);
}
async function press(page: Page, testId: string, key = 'Enter'): Promise<void> {
  await reach(page, testId);
  await page.keyboard.press(key);
}
const step = (page: Page, name: string) =>
  page.locator(`[data-testid="visit"][data-step="${name}"]`).waitFor({ timeout: 60_000 });

describe.skipIf(noChromium !== null)('a visit by keyboard', () => {
  let gateway: GatewayProcess;
  let browser: Browser;
  let page: Page;
  let second: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const truth = ['--subject', `frtLeftDeg=${TRUTH_DEG.left}`, '--subject', `frtRightDeg=${TRUTH_DEG.right}`];
    gateway = await startGateway(['--no-radio', ...truth]);
    browser = await launchChromium({ webgl: false });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${gateway.url}#/visit`);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  test('from the code to the call: nothing on the page says a degree', async () => {
    await reach(page, 'subject-code');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('KEY-01');
    await page.keyboard.press('Enter');
    await step(page, 'screen');
    await press(page, 'screen-none');
    await step(page, 'context');
    await press(page, 'headache-0', 'Space');
    await press(page, 'analgesic-false', 'Space');
    await press(page, 'context-next');
    await step(page, 'sensor');
    await press(page, 'connect');
    await press(page, 'sensor-check');
    await page.getByTestId('check-outcome').waitFor({ timeout: 60_000 });
    await press(page, 'sensor-next');
    await step(page, 'align');
    await press(page, 'align-start');
    await step(page, 'lying');
    await press(page, 'band-check');
    await page.locator('[data-testid="band-verdict"][data-verdict="in-place"]').waitFor({ timeout: 30_000 });
    await press(page, 'lying-next');
    await step(page, 'test');
    await press(page, 'repetitions-3', 'ArrowLeft');
    await press(page, 'practice', 'Space');
    await press(page, 'frt-start');

    await page.locator('[data-testid="frt-phase"][data-phase="rotating"]').waitFor({ timeout: 60_000 });
    expect(await page.locator('.frt-say').innerText()).not.toMatch(A_DEGREE);
    // Reload in the middle of a repetition, and a second window: both go on where the test is.
    await page.reload();
    second = await browser.newPage();
    await second.goto(`${gateway.url}#/visit`);
    for (const each of [page, second]) {
      await each.getByTestId('frt-blind').waitFor({ timeout: 60_000 });
      expect(await each.locator('.frt-say').innerText()).not.toMatch(A_DEGREE);
    }
    for (const each of [page, second]) await step(each, 'call');
    for (const each of [page, second]) expect(await each.locator('main').innerText()).not.toMatch(A_DEGREE);
    const sessions = (await (await fetch(new URL('api/v1/sessions', gateway.url))).json()) as { id: string }[];
    const detail = (await (
      await fetch(new URL(`api/v1/sessions/${sessions[0]!.id}`, gateway.url))
    ).json()) as SessionDetail;
    const { repetitions, result } = detail.trialList[0]!;
    expect(repetitions.filter(({ status }) => status === 'counted').length).toBe(4);
    expect(repetitions.every(({ angleDeg }) => angleDeg === null)).toBe(true);
    expect(result).toBeNull();
  }, 240_000);

  test('two keys reveal the degrees in both windows, and the record is complete', async () => {
    await page.keyboard.press('Digit2');
    await page.locator('[data-testid="call-left-not-restricted"][aria-pressed="true"]').waitFor();
    await second.locator('[data-testid="call-left-not-restricted"][aria-pressed="true"]').waitFor();
    await page.keyboard.press('Digit7');
    for (const each of [page, second]) {
      await step(each, 'result');
      for (const side of ['left', 'right'] as const) {
        const shownDeg = Number(await each.getByTestId(`result-${side}`).getAttribute('data-deg'));
        expect(Math.abs(shownDeg - TRUTH_DEG[side]), side).toBeLessThan(TOLERANCE_DEG);
      }
    }
    const sessions = (await (await fetch(new URL('api/v1/sessions', gateway.url))).json()) as { id: string }[];
    const detail = (await (
      await fetch(new URL(`api/v1/sessions/${sessions[0]!.id}`, gateway.url))
    ).json()) as SessionDetail;
    expect(detail).toMatchObject({
      subjectCode: 'KEY-01',
      visit: { headacheNow: 0, analgesic6h: false, blinded: true, override: null },
    });
    expect(detail.trialList[0]).toMatchObject({ blinded: true, examinerCall: 'left not-restricted, right restricted' });
    expect(detail.trialList[0]!.repetitions.every(({ angleDeg }) => angleDeg !== null)).toBe(true);
  }, 120_000);

  test('dizziness ends the tests of the visit, and the page says what to do', async () => {
    await press(page, 'frt-again');
    await step(page, 'test');
    // The new screen takes the keyboard, and a focus that was there before is gone.
    await page.locator('#main:focus').waitFor();
    await press(page, 'frt-start');
    await page.locator('[data-testid="frt-phase"]').waitFor();
    await page.keyboard.press('KeyD');
    await page.getByTestId('visit-ended').waitFor({ timeout: 60_000 });
    await press(page, 'visit-finish');
    await page.getByTestId('session-row').first().waitFor({ timeout: 60_000 });
    // Whoever finishes a visit need not be told that it has ended; the other window is told.
    await second.getByTestId('visit-over').waitFor();
    expect(await page.getByTestId('visit-over').count()).toBe(0);
  }, 120_000);

  test('no error in the page', () => {
    expect(problems).toEqual([]);
  });
});
