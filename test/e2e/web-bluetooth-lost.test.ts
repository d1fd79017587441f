/** The headband goes out of range in the middle of a movement and comes back: in a real Chromium, over its Web Bluetooth. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AtHome, invite, LONG_MS, openAtHome, throughTheGate, toTheTest } from '../support/at-home-page.ts';
import { whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { eventually, received } from '../support/home-visit.ts';
import { ask } from '../support/signed-in.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: a lost link by Web Bluetooth in Chromium, ${noChromium}\n`);

const LIVELY = { cromPeakDegps: 80, cromHoldS: 1.2, reactionMinS: 0.2, reactionMaxS: 0.4 };
const AWAY_MS = 5000;

describe.skipIf(noChromium !== null)('a headband that goes out of range', () => {
  let clinic: GatewayProcess;
  let home: AtHome;
  beforeAll(async () => {
    clinic = await startGateway(['--no-radio']);
    home = await openAtHome(await invite(clinic, 'LOST-1'), simulatedHeadband(9, {}, LIVELY).model);
  }, 4 * LONG_MS);
  afterAll(async () => {
    await home?.close();
    await clinic?.stop();
  });
  const phase = (page: Page): Promise<string> => page.evaluate<string>('neckLog.state.sensors[0]?.phase ?? "none"');
  const moving = (page: Page): Promise<string> => page.evaluate<string>('neckLog.state.trial?.phase ?? "none"');

  test(
    'is connected again by itself, the movement is asked for once more, and the gap is on the record',
    async () => {
      const { page, radio, cues } = home;
      await throughTheGate(page);
      await toTheTest(page);
      // In the movement, wherever it is.
      await expect
        .poll(() => moving(page), { timeout: 2 * LONG_MS, interval: 50 })
        .toMatch(/moving|hold|outward|approach/);
      radio.inSight = false;
      await radio.dropLink();
      await expect.poll(() => phase(page), { timeout: LONG_MS }).not.toBe('streaming');
      await expect.poll(() => cues, { timeout: LONG_MS }).toContain('voice signal-lost');
      await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
      radio.inSight = true;
      await expect.poll(() => phase(page), { timeout: 2 * LONG_MS }).toBe('streaming');
      expect(radio.connections).toBe(2);
      const counted = (): Promise<number> =>
        page.evaluate<number>('neckLog.state.trial?.repetitions.filter((r) => r.status === "counted").length ?? 0');
      const before = await counted();
      await expect.poll(counted, { timeout: 3 * LONG_MS }).toBeGreaterThan(before);
      await page.keyboard.press('Escape');
      await page.locator('main.home-end').waitFor();
      const [visit] = await eventually(
        'the visit at the clinic',
        () => received(clinic.url),
        (list) => list.length === 1 && list[0]!.trials !== null,
      );
      expect(visit!.trials![0]).toMatchObject({ kind: 'crom-home', outcome: 'equal' });
      const detail = (await ask(clinic.url, `/api/v1/sessions/${visit!.sessionId}`)).body;
      expect(detail).toMatch(/"(signal|gap)"/);
    },
    10 * LONG_MS,
  );
});
