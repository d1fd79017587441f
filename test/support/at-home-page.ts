/** The patient's page without an installation, in a real Chromium with an emulated Bluetooth: from the invitation on. */

import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { MadeInvitation } from '../../src/contract/transfer.ts';
import type { GattServerModel } from '../../src/ports/gatt-server.ts';
import type { Clock, HostTimeUs } from '../../src/ports/time.ts';
import { launchChromium } from './browser.ts';
import { hearCues } from './cues.ts';
import { type EmulatedBluetooth, emulateBluetooth } from './emulated-bluetooth.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { connectLiveClient } from './live-client.ts';
import { ask } from './signed-in.ts';

/** For one step on a slow and busy machine, ms. */
export const LONG_MS = 60_000;
const clock: Clock = { nowUs: () => Math.floor(performance.now() * 1000) as HostTimeUs, wallMs: () => Date.now() };

/** A subject of the clinic, and the invitation for the home. */
export async function invitation(
  clinic: GatewayProcess,
  subjectCode: string,
  permissions: object = {},
): Promise<MadeInvitation> {
  const client = await connectLiveClient(clinic.url);
  await client.must({ type: 'session-start', subjectCode });
  await client.must({ type: 'session-end' });
  client.close();
  const body = { subjectCode, clinicUrl: clinic.url, permissions };
  const made = await ask(clinic.url, '/api/v1/invitations', { method: 'POST', body });
  if (made.status !== 200) throw new Error(made.body);
  return JSON.parse(made.body) as MadeInvitation;
}
export const invite = async (...of: Parameters<typeof invitation>): Promise<string> => (await invitation(...of)).link;

export interface AtHome {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly radio: EmulatedBluetooth;
  /** Every cue so far, as "voice signs". */
  readonly cues: string[];
  close(): Promise<void>;
}

/** The page as it is after `url` was opened. */
export async function openAtHome(
  url: string,
  model: GattServerModel,
  options: {
    readonly state?: 'powered-on' | 'powered-off' | 'absent';
    readonly person?: EmulatedBluetooth['person'];
    readonly viewport?: { readonly width: number; readonly height: number };
  } = {},
): Promise<AtHome> {
  const browser = await launchChromium({ webgl: false, args: ['--enable-features=WebBluetooth'] });
  const radio = await emulateBluetooth(browser, model, clock, options.state ?? 'powered-on');
  radio.person = options.person ?? 'choose';
  const context = await browser.newContext({ viewport: options.viewport ?? { width: 390, height: 844 } });
  context.setDefaultTimeout(LONG_MS);
  const page = await context.newPage();
  const cues: string[] = [];
  await hearCues(page, (kind, what) => cues.push(`${kind} ${what}`));
  await radio.attach(page);
  await page.goto(url);
  return {
    browser,
    context,
    page,
    radio,
    cues,
    async close() {
      await radio.close();
      await browser.close();
    },
  };
}

/** The patient's answers, nothing applies: up to the button for the browser's list. */
export async function throughTheGate(page: Page): Promise<void> {
  const at = (step: string) => page.locator(`.home-${step}`).waitFor();
  // An answer is taken when its question can have been read.
  const answered = async (step: string) => {
    await page.locator(`.home-${step}[data-readable="true"]`).waitFor({ timeout: LONG_MS });
    await page.keyboard.press('Enter');
  };
  await at('welcome');
  await page.keyboard.press('Enter');
  await answered('signs');
  await answered('precaution');
  await at('headache');
  await page.keyboard.press('2');
  await answered('analgesic');
  await at('choose');
}

/** From the list to the first movement: choosing, check, band on, alignment. */
export async function toTheTest(page: Page): Promise<void> {
  await page.keyboard.press('Enter');
  await page.locator('main.home-band').waitFor({ timeout: 2 * LONG_MS });
  await page.keyboard.press('Enter');
  await page.locator('main.home-test').waitFor({ timeout: 2 * LONG_MS });
}
