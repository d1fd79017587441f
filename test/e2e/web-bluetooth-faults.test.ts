/** What a person at home meets when something is missing, in a real Chromium: each time one clear message, and a way on. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Clock, HostTimeUs } from '../../src/ports/time.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type EmulatedBluetooth, emulateBluetooth } from '../support/emulated-bluetooth.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: Web Bluetooth in Chromium, ${noChromium}\n`);

/** For one step on a slow and busy machine. */
const LONG_MS = 60_000;
const WEB_BLUETOOTH = '--enable-features=WebBluetooth';
const clock: Clock = { nowUs: () => Math.floor(performance.now() * 1000) as HostTimeUs, wallMs: () => Date.now() };

describe.skipIf(noChromium !== null)('a page without an installation', () => {
  let gateway: GatewayProcess;
  const open: Browser[] = [];
  const radios: EmulatedBluetooth[] = [];
  beforeAll(async () => {
    gateway = await startGateway(['--no-radio']);
  }, 4 * LONG_MS);
  afterAll(() => gateway?.stop());
  afterEach(async () => {
    for (const radio of radios.splice(0)) await radio.close();
    for (const browser of open.splice(0)) await browser.close();
  });
  const address = (): string => new URL('/at-home.html', gateway.url).href;

  async function home(state: 'powered-on' | 'absent', person: EmulatedBluetooth['person'] = 'choose') {
    const browser = await launchChromium({ webgl: false, args: [WEB_BLUETOOTH] });
    open.push(browser);
    const radio = await emulateBluetooth(browser, simulatedHeadband(3).model, clock, state);
    radios.push(radio);
    radio.person = person;
    const context = await browser.newContext();
    context.setDefaultTimeout(LONG_MS);
    const page = await context.newPage();
    await radio.attach(page);
    await page.goto(`${address()}#/start`);
    await page.getByTestId('radio').waitFor({ timeout: LONG_MS });
    return { context, page, radio };
  }

  test('may use Bluetooth, and no other page may', async () => {
    const policy = async (path: string): Promise<string> =>
      (await fetch(new URL(path, gateway.url))).headers.get('permissions-policy') ?? '';
    expect(await policy('/at-home.html')).toContain('bluetooth=(self)');
    for (const path of ['/', '/index.html', '/api/v1/status', '/at-home.html/..', '/nothing'])
      expect(await policy(path), path).toContain('bluetooth=()');
  });

  test(
    'says which browsers can do it where this one cannot, in the language of the browser',
    async () => {
      const browser = await launchChromium({ webgl: false });
      open.push(browser);
      const page = await browser.newPage({ locale: 'de-DE' });
      // As in Firefox and Safari: there is nothing under navigator.
      await page.addInitScript("Reflect.deleteProperty(Navigator.prototype, 'bluetooth')");
      await page.goto(address());
      const missing = page.getByTestId('missing');
      await missing.waitFor({ timeout: LONG_MS });
      expect(await missing.getAttribute('data-code')).toBe('BROWSER_UNSUPPORTED');
      expect(await missing.innerText()).toMatch(/Chrome oder Edge/);
    },
    4 * LONG_MS,
  );

  test(
    'says that Bluetooth is off or absent',
    async () => {
      const { page } = await home('absent');
      const line = page.getByTestId('radio');
      await line.waitFor({ timeout: LONG_MS });
      await expect.poll(() => line.innerText(), { timeout: LONG_MS }).toMatch(/switched off, or this device has none/i);
    },
    4 * LONG_MS,
  );

  test(
    'takes a list that was closed for no headband chosen, and the next press for another try',
    async () => {
      const { page, radio } = await home('powered-on', 'cancel');
      await page.getByTestId('scan').click();
      await page.getByText('No headband was chosen', { exact: false }).first().waitFor({ timeout: LONG_MS });
      radio.person = 'choose';
      await page.getByTestId('scan').click();
      await page.getByTestId('connect').first().waitFor({ timeout: LONG_MS });
    },
    4 * LONG_MS,
  );

  test(
    'is open in one window only',
    async () => {
      const { context, page } = await home('powered-on');
      await page.getByTestId('scan').waitFor({ timeout: LONG_MS });
      const second = await context.newPage();
      await second.goto(address());
      await second.getByTestId('missing').waitFor({ timeout: LONG_MS });
      expect(await second.getByTestId('missing').getAttribute('data-code')).toBe('PAGE_TWICE');
    },
    4 * LONG_MS,
  );
});
