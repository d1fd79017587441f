/** What a person at home meets when something is missing, in a real Chromium: each time one clear message, and a way on. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AtHome, invitation, invite, LONG_MS, openAtHome, throughTheGate } from '../support/at-home-page.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: Web Bluetooth in Chromium, ${noChromium}\n`);

describe.skipIf(noChromium !== null)('a page without an installation', () => {
  let gateway: GatewayProcess;
  let invited = 0;
  const open: (Browser | AtHome)[] = [];
  beforeAll(async () => {
    gateway = await startGateway(['--no-radio']);
  }, 4 * LONG_MS);
  afterAll(() => gateway?.stop());
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  const address = (): string => new URL('/at-home.html', gateway.url).href;

  /** At the button for the browser's list, all questions answered. */
  async function atTheList(options: Parameters<typeof openAtHome>[2] = {}): Promise<AtHome> {
    invited += 1;
    const link = await invite(gateway, `FAULT-${invited}`);
    const home = await openAtHome(link, simulatedHeadband(3).model, options);
    open.push(home);
    await throughTheGate(home.page);
    return home;
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

  test('says that Bluetooth is off or absent', async () => {
    const { page } = await atTheList({ state: 'absent' });
    const line = page.getByTestId('radio');
    await line.waitFor();
    expect(await line.innerText()).toMatch(/switched off, or this device has none/i);
  }, 240_000);

  test('opens the list for its own button alone; a closed list is no headband chosen, the next press another try', async () => {
    const { page, radio } = await atTheList({ person: 'cancel' });
    // The browser would allow a list for seconds after each of the answers before.
    await page.keyboard.press('x');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(radio.asked).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'No headband was chosen' }).waitFor();
    radio.person = 'choose';
    await page.getByRole('button', { name: 'Choose the headband' }).click();
    await page.locator('main.home-check').waitFor();
    expect(radio.asked).toBe(2);
  }, 360_000);

  test('asks for the invitation when it has none, and takes the code that a person types', async () => {
    const home = await openAtHome(address(), simulatedHeadband(3).model);
    open.push(home);
    const { page } = home;
    await page.locator('main.home-enrol').waitFor();
    const field = page.getByLabel('Link or code');
    await field.fill('0000-0000-0000-0000-0000-0000');
    await field.press('Enter');
    await page.getByRole('alert').waitFor();
    await field.fill((await invitation(gateway, 'FAULT-CODE-1')).code.toLowerCase());
    await field.press('Enter');
    await page.locator('main.home-welcome').waitFor();
  }, 240_000);

  test('is open in one window only', async () => {
    const home = await openAtHome(address(), simulatedHeadband(3).model);
    open.push(home);
    await home.page.locator('main.home-enrol').waitFor();
    const second = await home.context.newPage();
    await second.goto(address());
    await second.getByTestId('missing').waitFor();
    expect(await second.getByTestId('missing').getAttribute('data-code')).toBe('PAGE_TWICE');
  }, 240_000);
});
