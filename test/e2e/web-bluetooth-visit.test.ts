/**
 * A visit at home without an installation, from the clinic's link to the clinic's own numbers, in a real Chromium whose
 * Bluetooth is answered by a simulated headband; the page is closed in the middle.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionDetailSchema } from '../../src/contract/records.ts';
import { CROM_DIRECTIONS } from '../../src/core/protocol/crom-types.ts';
import { LiveFlag } from '../../src/wire/live-frame.ts';
import { type AtHome, invite, LONG_MS, openAtHome, throughTheGate, toTheTest } from '../support/at-home-page.ts';
import { whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { eventually, received } from '../support/home-visit.ts';
import { anglesOf, type PageEntry, replayInNode } from '../support/replayed-page.ts';
import { ask } from '../support/signed-in.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: a visit by Web Bluetooth in Chromium, ${noChromium}\n`);

/** A subject that does not dawdle. */
const LIVELY = { cromPeakDegps: 80, cromHoldS: 1.2, reactionMinS: 0.2, reactionMaxS: 0.4 };

interface KeptHere {
  /** Everything that is in the page's store, as text. */
  readonly text: string;
  readonly rows: number;
  readonly raw: number;
  /** What came of asking for the key. */
  readonly key: string;
}

/** Runs in the page: looks into its store from outside, as somebody with the computer could. */
const LOOK_INSIDE = `(async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open('neck-rom-home'));
  const all = (name) => done(database.transaction(name).objectStore(name).getAll());
  const [rows, raw, keys] = [await all('row'), await all('raw'), await all('key')];
  database.close();
  const plain = (_name, value) =>
    value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? new TextDecoder('latin1').decode(value) : value;
  return {
    text: JSON.stringify([rows, raw], plain),
    rows: rows.length,
    raw: raw.length,
    key: await crypto.subtle.exportKey('raw', keys[0]).then(() => 'handed out', String),
  };
})()`;
const lookInside = (page: Page): Promise<KeptHere> => page.evaluate<KeptHere>(LOOK_INSIDE);

/** Largest difference; angles over the wrap at half a turn are near each other. */
function worst(a: readonly number[], b: readonly number[]): number {
  let most = 0;
  for (const [i, value] of a.entries()) {
    const d = Math.abs(value - b[i]!);
    if (Number.isNaN(value) && Number.isNaN(b[i])) continue;
    most = Math.max(most, Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.min(d, Math.abs(d - 2 * Math.PI)));
  }
  return most;
}

describe.skipIf(noChromium !== null)('a visit at home without an installation', () => {
  let clinic: GatewayProcess;
  let link: string;
  let home: AtHome;
  /** Of the first part of the visit. */
  let entries: PageEntry[] = [];
  beforeAll(async () => {
    clinic = await startGateway(['--no-radio']);
    link = await invite(clinic, 'WEB-1');
    home = await openAtHome(link, simulatedHeadband(7, {}, LIVELY).model);
  }, 4 * LONG_MS);
  afterAll(async () => {
    await home?.close();
    await clinic?.stop();
  });
  const counted = (page: Page, n: number) =>
    page
      .locator('.home-note')
      .filter({ hasText: new RegExp(`^${n} of 18`) })
      .waitFor({ timeout: 2 * LONG_MS })
      .catch(async (cause: unknown) => {
        // What the page said last tells why.
        throw new Error(`${String(cause)}\n${home.cues.slice(-40).join(', ')}\n${await page.innerText('main')}`);
      });

  /**
   * The same packets through the gateway's parts in Node. The end of a sensor check begins the filter anew, and its first
   * sample is that which comes 0.3 s after it was asked for, which the page's log knows to a fraction of a millisecond: from
   * a sample on where the two did so at different samples, nothing is held against each other.
   */
  async function sameAngles(atLeast: number): Promise<void> {
    const there = entries.flatMap((entry) => ('frame' in entry ? [entry.frame] : []));
    const here = await replayInNode(entries, simulatedHeadband(7, {}, LIVELY).model);
    expect(here.length).toBe(there.length);
    const parted = there.findIndex(({ flags }, i) => ((flags ^ here[i]!.flags) & LiveFlag.gap) !== 0);
    const samples = parted < 0 ? there.length : parted;
    expect(samples).toBeGreaterThan(atLeast);
    let most = 0;
    for (let i = 0; i < samples; i++) most = Math.max(most, worst(anglesOf(there[i]!), anglesOf(here[i]!)));
    process.stderr.write(`page and gateway, ${samples} samples of the same packets: ${most} rad apart at most\n`);
    expect(most).toBeLessThan(1e-9);
  }

  test(
    'from the link to the headband on the head: kept sealed, sent when it is left, and let go of',
    async () => {
      const { page } = home;
      await throughTheGate(page);
      // The invitation is out of the address at once.
      expect(page.url()).not.toContain('invitation');
      await page.keyboard.press('Enter');
      await page.locator('main.home-band').waitFor({ timeout: 2 * LONG_MS });
      await expect.poll(async () => (await lookInside(page)).raw, { timeout: LONG_MS }).toBeGreaterThan(0);
      const during = await lookInside(page);
      expect(during.text).not.toMatch(/WEB-1|headband|headache/);
      expect(during.key).toMatch(/InvalidAccessError|not extractable/);
      entries = await page.evaluate<PageEntry[]>('neckLog.entries');
      await page.keyboard.press('Escape');
      await page.locator('[data-testid=outgoing][data-state=confirmed]').waitFor();
      expect((await received(clinic.url)).map(({ subjectCode }) => subjectCode)).toEqual(['WEB-1']);
      const after = await lookInside(page);
      expect(after.raw).toBe(0);
      expect(after.rows).toBeLessThan(during.rows);
    },
    8 * LONG_MS,
  );

  test('gave the same angles as the gateway on the same packets', async () => sameAngles(100), 4 * LONG_MS);

  test.skipIf(process.env['NECK_LONG'] !== '1')(
    'is gone on with to its end after the page was closed, sent, and computed again by the clinic',
    async () => {
      const { page, cues } = home;
      await home.radio.reopen(page.url());
      await throughTheGate(page);
      await toTheTest(page);
      await counted(page, 1);
      entries = await page.evaluate<PageEntry[]>('neckLog.entries');
      await home.radio.reopen(page.url());
      await page.getByRole('button', { name: 'Continue where you stopped' }).waitFor();
      expect(await received(clinic.url)).toHaveLength(1);
      const kept = /(\d+) repetitions? /.exec(await page.locator('.home-note').first().innerText())?.[1];
      expect(Number(kept)).toBeGreaterThanOrEqual(1);
      await throughTheGate(page);
      await toTheTest(page);
      await counted(page, Number(kept) + 1);
      // To its own end: what was done before the page was closed is not asked for again.
      await page.locator('main.home-end').waitFor({ timeout: 8 * LONG_MS });
      await page.locator('[data-testid=outgoing][data-state=confirmed]').waitFor();

      const visits = await eventually(
        'the visit at the clinic, computed again',
        () => received(clinic.url),
        (list) => list.length === 2 && list.every(({ trials }) => trials !== null),
      );
      const visit = visits.find(({ trials }) => trials!.length > 0);
      expect(visit!.subjectCode).toBe('WEB-1');
      for (const trial of visit!.trials!) expect(trial).toMatchObject({ kind: 'crom-home', outcome: 'equal' });
      const { body } = await ask(clinic.url, `/api/v1/sessions/${visit!.sessionId}`);
      const { trialList } = sessionDetailSchema.parse(JSON.parse(body));
      const done = trialList.flatMap(({ repetitions }) => repetitions.filter(({ status }) => status === 'counted'));
      for (const asked of CROM_DIRECTIONS)
        expect(done.filter(({ direction }) => direction === asked).length, asked).toBe(3);
      expect((await lookInside(page)).raw).toBe(0);
      expect(cues).toContain('voice done');
      await sameAngles(100);
    },
    20 * LONG_MS,
  );
});
