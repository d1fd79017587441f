/**
 * A walk through every view of the dashboard on the simulated subject, each in the states in which people meet it. What
 * is looked at, and how, is up to the caller: the accessibility test and the pictures walk the same way. A view that is
 * added to the routes is on the walk by itself.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

export interface Tour {
  readonly page: Page;
  /** Of a gateway with the simulated subject and without a login. */
  readonly url: string;
  readonly look: (name: string) => Promise<void>;
}

const ROUTES = join(
  import.meta.dirname,
  '..',
  '..',
  ...(import.meta.dirname.includes('dist') ? ['..'] : []),
  ...['web', 'logic', 'route.ts'],
);

/** A list of names in the routes' source: the page is built apart from the tests, so it cannot be imported here. */
function namesOf(list: 'PLAIN_VIEWS' | 'TRIAL_PROTOCOLS' | 'SUBJECT_TABS'): string[] {
  const found = new RegExp(`${list} = \\[([^\\]]*)\\]`).exec(readFileSync(ROUTES, 'utf8'));
  if (!found) throw new Error(`${list} is not in ${ROUTES}`);
  return [...found[1]!.matchAll(/'([^']+)'/g)].map(([, name]) => name!);
}

const ALIGN_TIMEOUT_MS = 90_000;
const TEST_TIMEOUT_MS = 240_000;

async function go({ page, url }: Tour, route: string): Promise<void> {
  await page.goto(`${url.split('#')[0]}#/${route}`);
  await page.locator('main :is(h1, form)').first().waitFor({ state: 'attached' });
}

async function connect(tour: Tour): Promise<void> {
  const { page, look } = tour;
  await go(tour, 'start');
  const card = page.locator('[data-testid^="sensor-simulator:"]').first();
  await card.getByTestId('connect').waitFor({ timeout: 60_000 });
  await look('start-choose');
  await go(tour, 'live');
  await look('live-without-sensor');
  await go(tour, 'start');
  await card.getByTestId('connect').click();
  await page.getByTestId('sensor-card').waitFor({ timeout: 60_000 });
  await page.getByTestId('tumble-start').click({ timeout: 60_000 });
  await page.getByTestId('tumble').waitFor();
  await look('tumble');
  await page.getByTestId('tumble-cancel').click();
  await look('start');
  await go(tour, 'frt');
  await look('frt-before-alignment');
}

/** A radio button that is drawn as a part of a bar. */
const choose = (page: Page, testId: string): Promise<void> =>
  page.locator(`label:has([data-testid="${testId}"])`).click();

/** From the code to the revealed result, one screen a step. */
async function visit(tour: Tour): Promise<void> {
  const { page, look } = tour;
  const step = (name: string) =>
    page.locator(`[data-testid="visit"][data-step="${name}"]`).waitFor({ timeout: TEST_TIMEOUT_MS });
  await go(tour, 'visit');
  await page.getByTestId('subject-code').fill('P-7F3K');
  await look('visit-code');
  await page.getByTestId('visit-start').click();
  await step('screen');
  await look('visit-screen');
  await page.getByTestId('screen-none').click();
  await step('context');
  await choose(page, 'headache-2');
  await look('visit-context');
  await choose(page, 'analgesic-false');
  await page.waitForTimeout(500);
  const next = page.getByTestId('context-next');
  if (await next.isVisible()) await next.click();
  await step('sensor');
  await look('visit-sensor');
  await page.getByTestId('sensor-next').click();
  await step('align');
  await look('align');
  await page.getByTestId('align-start').click();
  await page.locator('[data-testid="align-phase"][data-phase="nod"]').waitFor({ timeout: ALIGN_TIMEOUT_MS });
  await look('align-running');
  await step('lying');
  await look('visit-lying');
  await page.getByTestId('lying-next').click();
  await step('test');
  await choose(page, 'repetitions-2');
  await page.getByTestId('practice').uncheck();
  await look('frt-form');
  await page.getByTestId('frt-start').click();
  await page.locator('[data-testid="frt-phase"][data-phase="hold"]').waitFor({ timeout: TEST_TIMEOUT_MS });
  await look('frt-running');
  await page.getByTestId('visit-call').waitFor({ timeout: TEST_TIMEOUT_MS });
  await look('visit-call');
  await page.getByTestId('call-left-not-restricted').click();
  await page.getByTestId('call-right-restricted').click();
  await page.getByTestId('result-left').waitFor();
  await look('visit-result');
  await go(tour, 'result');
  await look('result');
  await page.getByTestId('frt-again').click();
  await go(tour, 'align');
  await look('align-done');
  await go(tour, 'live');
  await page.getByTestId('angle').waitFor();
  await page.waitForTimeout(2500);
  await look('live');
}

async function otherTests(tour: Tour): Promise<void> {
  const { page, look } = tour;
  for (const protocol of namesOf('TRIAL_PROTOCOLS')) {
    await go(tour, `trial/${protocol}`);
    await page.getByTestId('trial-start').waitFor();
    await look(`${protocol}-form`);
    if ((await page.getByTestId('trial-repetitions-1').count()) > 0) await choose(page, 'trial-repetitions-1');
    await page.getByTestId('trial-start').click();
    await page.getByTestId('trial-prompt').waitFor();
    // The clocks of these two are the examiner's.
    if (protocol === 'endurance' || protocol === 'sustained') await page.keyboard.press('Space');
    await page.waitForTimeout(3000);
    await look(`${protocol}-running`);
    if (protocol === 'crom') await page.getByTestId('trial-result').waitFor({ timeout: TEST_TIMEOUT_MS });
    else await page.keyboard.press('Escape');
    await page.getByTestId('trial-result').waitFor();
    await look(`${protocol}-result`);
    await page.getByTestId('trial-close').click();
    await page.getByTestId('trial-start').waitFor();
  }
}

/** Views that the walk has not been to: the list of routes is the list of views. */
async function theOthers(tour: Tour): Promise<void> {
  const { page, look } = tour;
  const seen: readonly string[] = ['visit', 'start', 'align', 'live', 'frt', 'result'];
  for (const view of namesOf('PLAIN_VIEWS').filter((name) => !seen.includes(name))) {
    await go(tour, view);
    await page.waitForTimeout(700);
    await look(view);
  }
  for (const tab of namesOf('SUBJECT_TABS')) {
    await go(tour, `subjects/P-7F3K/${tab}`);
    await page.waitForTimeout(700);
    await look(`subject-${tab}`);
  }
  await go(tour, 'sessions');
  await page.locator('.row-link').first().click();
  await page.locator('.trial').first().waitFor();
  await look('session');
}

/** What a stored session leads to: its reports, and its first test again. */
async function stored(tour: Tour): Promise<void> {
  const { page, look } = tour;
  const session = new URL(page.url()).hash.slice(2);
  for (const kind of ['record', 'patient', 'letter']) {
    await go(tour, `${session}/report/${kind}`);
    await page.getByTestId('report').waitFor({ timeout: TEST_TIMEOUT_MS });
    await look(`report-${kind}`);
  }
  await go(tour, session);
  await page.getByTestId('replay-link').first().click();
  await page.getByTestId('replay-play').waitFor({ timeout: TEST_TIMEOUT_MS });
  await page.getByTestId('replay-position').fill('30');
  await look('replay');
  await page.getByTestId('replay-training').check();
  await look('replay-training');
}

/** Dizziness is told: what the page says to do. */
async function ended(tour: Tour): Promise<void> {
  const { page, look } = tour;
  await go(tour, 'visit');
  await page.getByTestId('frt-start').click({ timeout: TEST_TIMEOUT_MS });
  await page.getByTestId('frt-phase').waitFor();
  await page.keyboard.press('KeyD');
  await page.getByTestId('visit-ended').waitFor({ timeout: TEST_TIMEOUT_MS });
  await look('visit-ended');
}

export async function walkThrough(tour: Tour): Promise<void> {
  await tour.page.goto(tour.url);
  try {
    for (const part of [connect, visit, otherTests, theOthers, stored, ended]) await part(tour);
  } catch (cause) {
    // What the page said last tells why.
    const shown = await tour.page.innerText('body').catch(String);
    throw new Error(`${String(cause)}\n${tour.page.url()}\n${shown.slice(0, 3000)}`, { cause });
  }
}

/** Presses the page's own button until it speaks this language. */
export async function speak(page: Page, language: 'en' | 'de'): Promise<void> {
  if ((await page.locator('html').getAttribute('lang')) !== language)
    await page.getByTestId('language').first().click();
}

/** Presses the page's own button until it shows these colours. */
export async function colours(page: Page, theme: 'light' | 'dark'): Promise<void> {
  for (let i = 0; i < 3 && (await page.locator('html').getAttribute('data-theme')) !== theme; i++)
    await page.getByTestId('theme').first().click();
}
