/** The active turn in flexion at home: baseline in the clinic, then by the patient's page, after the range of motion. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionDetailSchema } from '../../src/contract/records.ts';
import { invite } from '../support/at-home-page.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { hearCues } from '../support/cues.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { eventually, received } from '../support/home-visit.ts';
import { connectLiveClient } from '../support/live-client.ts';
import { ask } from '../support/signed-in.ts';
import { align, connectSimulated } from '../support/visit.ts';
import { readyVisit } from '../support/visit-ready.ts';

const noChromium = whyNoChromium();
const long = process.env['NECK_LONG'] === '1';
if (!long)
  process.stderr.write('skipped: the active turn in flexion at home, four minutes long; NECK_LONG=1 runs it\n');

const LIVELY = ['cromPeakDegps=80', 'cromHoldS=1.2', 'reactionMinS=0.2', 'reactionMaxS=0.4'];
const subject = LIVELY.flatMap((setting) => ['--subject', setting]);

describe.skipIf(noChromium !== null || !long)('the active turn in flexion', () => {
  let root: string;
  let clinic: GatewayProcess;
  let home: GatewayProcess;
  let browser: Browser;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'neck-home-turn-'));
    clinic = await startGateway(['--no-radio', ...subject], join(root, 'clinic'));
    const client = await connectLiveClient(clinic.url);
    await connectSimulated(client, 'simulator');
    await align(client);
    await client.must({ type: 'session-start', subjectCode: 'TURN-1' });
    await readyVisit(client.must);
    await client.must({ type: 'trial-start', protocol: 'home-flexion-rotation', autoConfirm: true });
    await client.until('the baseline', (s) => s.trial?.ended === true, 240_000);
    await client.must({ type: 'session-end' });
    client.close();
    const link = await invite(clinic, 'TURN-1', { flexionRotation: true });
    home = await startGateway(['--home', '--no-radio', '--invitation', link, ...subject], join(root, 'home'));
    browser = await launchChromium({ webgl: false });
  }, 420_000);
  afterAll(async () => {
    await browser?.close();
    await home?.stop();
    await clinic?.stop();
    if (root) rmSync(root, { recursive: true, force: true });
  });

  test('is offered after the range of motion, led by voice, kept apart, and sent', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const cues: string[] = [];
    await hearCues(page, (kind, what) => cues.push(`${kind} ${what}`));
    await page.goto(home.url);
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await press('Start');
    await press('None of these');
    await press('No');
    await press('2');
    await press('No');
    await page.getByRole('button', { name: 'I am ready' }).click({ timeout: 60_000 });
    await page.locator('main.home-flexed').waitFor({ timeout: 300_000 });
    cues.length = 0;
    await press('Continue lying down');
    await page.locator('.home-test .home-note').first().waitFor({ timeout: 30_000 });
    expect(await page.locator('.home-test .home-note').first().innerText()).toMatch(/^0 of 6/);
    await page.locator('main.home-end').waitFor({ timeout: 240_000 });
    const said = cues.filter((cue) => cue.startsWith('voice '));
    // The end of the test before is no cue of this one.
    expect(said[0]).toBe('voice flexed-lie');
    for (const side of ['left', 'right'])
      expect(said.filter((cue) => cue === `voice flexed-${side}`).length).toBeGreaterThanOrEqual(3);
    expect(said.at(-1)).toBe('voice done');

    const [visit] = await eventually(
      'the visit at the clinic',
      () => received(clinic.url),
      (list) => list.length === 1 && list[0]!.trials !== null,
    );
    expect(visit!.trials!.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['crom-home', 'equal'],
      ['home-flexion-rotation', 'equal'],
    ]);
    const { body } = await ask(clinic.url, `/api/v1/sessions/${visit!.sessionId}`);
    const turns = sessionDetailSchema.parse(JSON.parse(body)).trialList.at(-1)!;
    expect(turns.status).toBe('finished');
    for (const side of ['left', 'right'])
      expect(turns.repetitions.filter((one) => one.status === 'counted' && one.direction === side).length, side).toBe(
        3,
      );
    await context.close();
  }, 900_000);
});
