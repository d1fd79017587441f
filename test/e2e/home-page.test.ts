/**
 * The page at home as a patient uses it: once with the screen covered, by keys and what is heard, once with the sound off,
 * by what is on the page alone. Every cue is logged.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionDetailSchema } from '../../src/contract/records.ts';
import { invite } from '../support/at-home-page.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { hearCues } from '../support/cues.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { eventually, received } from '../support/home-visit.ts';
import { ask } from '../support/signed-in.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: the page at home, ${noChromium}\n`);

const LIVELY = ['cromPeakDegps=80', 'cromHoldS=1.2', 'reactionMinS=0.2', 'reactionMaxS=0.4'];
const DIRECTIONS = ['flexion', 'extension', 'lateral-left', 'lateral-right', 'rotation-left', 'rotation-right'];

interface Cue {
  readonly atS: number;
  readonly kind: 'voice' | 'sound';
  readonly what: string;
}

describe.skipIf(noChromium !== null)('the page at home', () => {
  let root: string;
  let clinic: GatewayProcess;
  let home: GatewayProcess;
  let browser: Browser;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'neck-home-page-'));
    clinic = await startGateway(['--no-radio'], join(root, 'clinic'));
    const permissions = { language: 'de', clinicWords: 'Telefon der Praxis: auf dem Blatt.' };
    const link = await invite(clinic, 'PAGE-1', permissions);
    const subject = LIVELY.flatMap((setting) => ['--subject', setting]);
    home = await startGateway(['--home', '--no-radio', '--invitation', link, ...subject], join(root, 'home'));
    browser = await launchChromium({ webgl: false });
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await home?.stop();
    await clinic?.stop();
    if (root) rmSync(root, { recursive: true, force: true });
  });

  async function open(): Promise<{ page: Page; cues: Cue[] }> {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const cues: Cue[] = [];
    const began = Date.now();
    await hearCues(page, (kind, what) => cues.push({ atS: (Date.now() - began) / 1000, kind, what }));
    await page.goto(home.url);
    await page.locator('.home-welcome').waitFor();
    return { page, cues };
  }
  const heard = async (cues: Cue[], what: string, timeoutMs = 60_000): Promise<void> => {
    const until = Date.now() + timeoutMs;
    while (!cues.some((cue) => cue.what === what)) {
      if (Date.now() > until) throw new Error(`"${what}" was not heard; heard ${JSON.stringify(cues)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  test.skipIf(process.env['NECK_LONG'] !== '1')(
    'a session by keys and ears alone, the screen covered',
    async () => {
      const { page, cues } = await open();
      // nothing to be seen; the page allows no style sheet but its own
      await page.evaluate("document.documentElement.style.setProperty('opacity', '0')");
      const answer = async (question: string, key: string): Promise<void> => {
        await heard(cues, question);
        await page.locator('main[data-readable="true"]').waitFor();
        await page.keyboard.press(key);
      };
      await page.keyboard.press('Enter');
      // Pressed twice by mistake: the signs that stop are not passed unheard.
      await heard(cues, 'signs');
      await page.keyboard.press('Enter');
      expect(await page.locator('main.home-signs').count()).toBe(1);
      await answer('signs', 'Enter');
      await answer('pattern-changed', 'Enter');
      await answer('headache-now', '3');
      await answer('analgesic', 'Enter');
      await answer('band', 'Enter');
      await heard(cues, 'rotation-left', 200_000);
      // Pain, whatever has the focus.
      await page.keyboard.press(' ');
      await heard(cues, 'pain');
      await heard(cues, 'done', 200_000);
      const said = cues.filter(({ kind }) => kind === 'voice').map(({ what }) => what);
      for (const direction of DIRECTIONS)
        expect(said.filter((what) => what === direction).length).toBeGreaterThanOrEqual(3);
      for (const sound of ['start-taken', 'end-range', 'back', 'symptom', 'done'])
        expect(cues.some((cue) => cue.kind === 'sound' && cue.what === sound)).toBe(true);
      const log = cues.map(({ atS, kind, what }) => `${atS.toFixed(1).padStart(6)} s  ${kind}  ${what}`).join('\n');
      const file = process.env['NECK_CUE_LOG'];
      if (file) writeFileSync(file, `${log}\n`);
      // the page ends the visit after it has said so
      const [visit] = await eventually(
        'the visit at the clinic',
        () => received(clinic.url),
        (list) => list.length === 1 && list[0]!.trials !== null,
      );
      await page.context().close();
      expect(visit!.trials![0]).toMatchObject({ kind: 'crom-home', outcome: 'equal' });
      const detail = (await ask(clinic.url, `/api/v1/sessions/${visit!.sessionId}`)).body;
      expect(detail).toContain('"pain"');
    },
    420_000,
  );

  test('a session with the sound off, by what is on the page alone', async () => {
    const { page, cues } = await open();
    await page.getByRole('button', { name: 'Ton ausschalten' }).click();
    const words = page.locator('.home-words');
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await press('Beginnen');
    await press('Nichts davon');
    await press('Nein');
    await press('2');
    await press('Nein');
    await page.getByRole('button', { name: 'Ich bin bereit' }).click({ timeout: 60_000 });
    await words.filter({ hasText: 'Kinn langsam zur Brust' }).waitFor({ timeout: 60_000 });
    // No degree is on the page: the clinic has not allowed them.
    expect(await page.locator('main').innerText()).not.toMatch(/\d\s*°/);
    await heard(cues, 'end-range');
    // A tap anywhere is pain; Stop is Stop.
    await page.locator('.home-picture').click();
    await words.filter({ hasText: 'ich habe es notiert' }).waitFor();
    await press('Anhalten (Esc)');
    await words.filter({ hasText: 'Angehalten' }).waitFor();
    await page.locator('.home-end').waitFor();
    // Once more on the same day, the gateway still running: what was aligned before says nothing of now.
    await press('Zurück zum Anfang');
    await press('Beginnen');
    await press('Nichts davon');
    await press('Nein');
    await press('2');
    await press('Nein');
    await page.getByRole('button', { name: 'Ich bin bereit' }).click({ timeout: 60_000 });
    // What the visit before ended with is not on the page for a moment.
    const shown = page.locator('.home-test .home-note');
    await shown.first().waitFor({ timeout: 60_000 });
    expect(await shown.first().innerText()).toMatch(/^0 von 18/);
    await words.filter({ hasText: 'Kinn langsam zur Brust' }).waitFor({ timeout: 60_000 });
    // Loaded again in the middle: the test goes on, and so does its voice.
    cues.length = 0;
    await page.reload();
    await page.locator('.home-test .home-note').first().waitFor();
    await heard(cues, 'end-range');
    await press('Anhalten (Esc)');
    await page.locator('.home-end').waitFor();
    await page.context().close();
  }, 240_000);

  test('a sign that stops: the fixed instruction first, the clinic below it, and no test', async () => {
    const { page } = await open();
    await page.keyboard.press('Enter');
    await page.keyboard.press('2');
    await page.keyboard.press('Enter');
    await page.locator('.home-emergency').waitFor();
    const text = await page.locator('main').innerText();
    expect(text.indexOf('112')).toBeGreaterThan(0);
    expect(text.indexOf('Telefon der Praxis')).toBeGreaterThan(text.indexOf('112'));
    // The clinic sees which one it was, where it looks, and no answer that nobody gave.
    const told = await eventually(
      'the sign at the clinic',
      async () => (await received(clinic.url)).find(({ screen }) => (screen?.stop.length ?? 0) > 0) ?? null,
      (visit) => visit !== null,
    );
    const { visit } = sessionDetailSchema.parse(
      JSON.parse((await ask(clinic.url, `/api/v1/sessions/${told!.sessionId}`)).body),
    );
    expect(visit).toMatchObject({ headacheNow: null, analgesic6h: null });
    const clinicPage = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    for (const view of ['#/home-care', `#/sessions/${told!.sessionId}`]) {
      await clinicPage.goto(`${clinic.url}${view}`);
      await clinicPage.getByTestId('safety-yes').first().waitFor();
    }
    await clinicPage.goto(`${clinic.url}#/subjects`);
    await clinicPage.locator('.look-safety-sign').waitFor();
    await clinicPage.close();
    await page.context().close();
  }, 120_000);
});
