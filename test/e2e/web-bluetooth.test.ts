/**
 * A visit at home without any installation: the page that the clinic's gateway serves, in a real Chromium, its Bluetooth
 * answered by the simulated headband. What it measures is what a gateway makes of the same packets; what it keeps survives
 * a reload; the clinic gets it; and whatever is missing is said kindly.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createInProcessCentral } from '../../src/adapters/sim/in-process-central.ts';
import { createMemoryStore } from '../../src/adapters/store/memory-store.ts';
import type { Command, Reply } from '../../src/contract/commands.ts';
import type { TrialRecord } from '../../src/contract/records.ts';
import { headbandDriver } from '../../src/devices/headband.ts';
import { DRIVERS } from '../../src/devices/registry.ts';
import { DEFAULT_GATT_SOURCE } from '../../src/gateway/gatt-source.ts';
import { createKit } from '../../src/gateway/kit.ts';
import type { SensorSource, StreamDescription, StreamListener } from '../../src/ports/sensor-source.ts';
import type { Clock, HostTimeUs } from '../../src/ports/time.ts';
import { HeadbandCharacteristic } from '../../src/wire/headband-profile.ts';
import type { LiveFrame } from '../../src/wire/live-frame.ts';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { type EmulatedBluetooth, emulateBluetooth } from '../support/emulated-bluetooth.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';

const noChromium = whyNoChromium();
if (noChromium) process.stderr.write(`skipped: Web Bluetooth in Chromium, ${noChromium}\n`);

/** Bound on the difference between page and gateway, rad. */
const SAME_RAD = 1e-9;
const SAME_DEG = (SAME_RAD * 180) / Math.PI;
const WEB_BLUETOOTH = '--enable-features=WebBluetooth';
const clock: Clock = { nowUs: () => Math.floor(performance.now() * 1000) as HostTimeUs, wallMs: () => Date.now() };

const bandOf = (seed: number) => simulatedHeadband(seed, { serial: `WEB-${seed}` }).model;

type Entry =
  | { readonly packet: readonly number[]; readonly atUs: number }
  | { readonly command: Command; readonly ok: boolean }
  | { readonly frame: Omit<LiveFrame, 'orientation'> & { readonly orientation: readonly number[] } };

const ask = (page: Page, command: Command): Promise<Reply> =>
  page.evaluate(async (what) => {
    const log = Reflect.get(globalThis, 'neckLog') as { ask(command: unknown, timeoutMs: number): Promise<never> };
    return log.ask(what, 30_000);
  }, command as never);
async function must(page: Page, command: Command): Promise<void> {
  const reply = await ask(page, command);
  expect(reply, JSON.stringify(command)).toMatchObject({ ok: true });
}
const logOf = (page: Page): Promise<Entry[]> =>
  page.evaluate(() => (Reflect.get(globalThis, 'neckLog') as { entries: never[] }).entries);

/** What the driver finds out of the same band. */
async function describedBand(seed: number): Promise<StreamDescription> {
  const central = createInProcessCentral([{ deviceId: 'band', model: bandOf(seed), mtu: 185 }], clock);
  await central.start();
  const link = await central.connect('band');
  const description = await headbandDriver.start(link, DEFAULT_GATT_SOURCE.wish, () => {});
  await central.stop();
  return description;
}

/** The gateway's kit over the packets that the page got, with the page's commands at the places where they took effect. */
async function gatewayOn(entries: readonly Entry[], description: StreamDescription) {
  let nowUs = 0;
  const store = createMemoryStore();
  await store.open();
  let listener: StreamListener | null = null;
  const source: SensorSource = {
    sourceId: 'radio',
    status: () => ({ status: 'ready' }),
    onStatus: () => {},
    start: async () => {},
    stop: async () => {},
    async discover(onFound) {
      onFound({ sensorId: 'band', name: 'band', driverId: description.driverId, simulated: true, rssiDbm: null });
      return async () => {};
    },
    async open(_id, on) {
      listener = on;
      const nothing = async (): Promise<void> => {};
      return {
        description,
        battery: () => null,
        rssiDbm: () => null,
        identify: nothing,
        prompt: () => {},
        stop: nothing,
      };
    },
  };
  const kit = createKit({
    sources: [source],
    store,
    clock: { nowUs: () => nowUs as HostTimeUs, wallMs: () => Date.now() },
    timers: { after: () => () => {} },
    version: 'reference',
    drivers: DRIVERS,
  });
  const frames: (LiveFrame & { orientation: Float64Array })[] = [];
  kit.addSink({ publish: (frame) => frames.push({ ...frame, orientation: frame.orientation.slice() }) });
  await kit.start();
  await kit.execute({ type: 'scan', on: true });
  await kit.execute({ type: 'connect', id: 'radio:band', role: 'head' });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await settle();
  for (const entry of entries) {
    if ('packet' in entry) {
      nowUs = entry.atUs;
      const bytes = Uint8Array.from(entry.packet);
      const characteristic = HeadbandCharacteristic.motion;
      listener!.onNotification({ characteristic, bytes, arrivalUs: nowUs as HostTimeUs });
    } else if ('command' in entry && entry.ok) {
      const skipped = ['scan', 'connect', 'disconnect', 'clock', 'session-end'];
      if (!skipped.includes(entry.command.type)) await kit.execute(entry.command);
      await settle();
    }
  }
  await settle();
  return { kit, frames };
}

describe.skipIf(noChromium !== null)('a page with Web Bluetooth', () => {
  let gateway: GatewayProcess;
  const open: Browser[] = [];
  const radios: EmulatedBluetooth[] = [];
  beforeAll(async () => {
    gateway = await startGateway(['--no-radio']);
  }, 60_000);
  afterAll(() => gateway?.stop());
  afterEach(async () => {
    for (const radio of radios.splice(0)) await radio.close();
    for (const browser of open.splice(0)) await browser.close();
  });

  const address = (fragment = ''): string => new URL(`/at-home.html${fragment}`, gateway.url).href;
  async function home(seed: number, state?: 'powered-on' | 'absent') {
    const browser = await launchChromium({ webgl: false, args: [WEB_BLUETOOTH] });
    open.push(browser);
    const context: BrowserContext = await browser.newContext();
    const model = bandOf(seed);
    const radio = await emulateBluetooth(browser, model, clock, state);
    radios.push(radio);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await radio.attach(page);
    return { browser, context, page, radio, problems };
  }
  /** The headband chosen in the browser's list, and connected. */
  async function connect(page: Page): Promise<void> {
    await page.evaluate("location.hash = '#/start'");
    await page.locator('.radio-line.ready').waitFor({ timeout: 20_000 });
    await page.getByTestId('scan').click({ timeout: 20_000 });
    await page.getByTestId('connect').first().click({ timeout: 20_000 });
    await page.getByTestId('sensor-card').waitFor({ timeout: 20_000 });
  }
  const until = async (page: Page, test: string, timeout = 120_000): Promise<void> => {
    await page.locator(test).first().waitFor({ timeout });
  };

  test('measures what a gateway measures on the same packets, keeps it over a reload, and brings it to the clinic', async () => {
    const { page, radio, problems } = await home(11);
    const made = await fetch(new URL('/api/v1/invitations', gateway.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: new URL(gateway.url).origin },
      body: JSON.stringify({ subjectCode: 'WB-1', clinicUrl: new URL(gateway.url).origin }),
    });
    expect(made.status).toBe(200);
    const { link } = (await made.json()) as { link: string };
    await page.goto(address(link.slice(link.indexOf('#'))));
    await connect(page);
    await must(page, { type: 'session-start', subjectCode: 'WB-1' });
    await must(page, { type: 'visit-override', reason: 'training' });
    await must(page, { type: 'visit-context', headacheNow: 0, analgesic6h: false, blinded: false });
    await page.evaluate("location.hash = '#/align'");
    await must(page, { type: 'align-start' });
    await until(page, '[data-testid="align-phase"][data-phase="accepted"]', 60_000);
    await must(page, { type: 'trial-start', protocol: 'crom-home', repetitions: 1, autoConfirm: true });
    // Four of the six movements, and then the lid is closed.
    const repetitions = (): Promise<number> =>
      page.evaluate(() => {
        const { state } = Reflect.get(globalThis, 'neckLog') as {
          state?: { trial: { repetitions: unknown[] } | null };
        };
        return state?.trial?.repetitions.length ?? 0;
      });
    await expect.poll(repetitions, { timeout: 120_000, interval: 500 }).toBeGreaterThanOrEqual(2);
    const entries = await logOf(page);
    expect(problems).toEqual([]);
    await page.reload();
    await page.getByTestId('go-on').waitFor({ timeout: 20_000 });

    // Continue: the same visit, the sensor chosen again, the band aligned again.
    await connect(page);
    await page.getByTestId('go-on').click();
    await page.evaluate("location.hash = '#/align'");
    await must(page, { type: 'align-start' });
    await until(page, '[data-testid="align-phase"][data-phase="accepted"]', 60_000);
    await must(page, { type: 'trial-start', protocol: 'crom-home', repetitions: 1, autoConfirm: true });
    await expect.poll(repetitions, { timeout: 120_000, interval: 500 }).toBeGreaterThanOrEqual(6);
    const rest = await logOf(page);
    await must(page, { type: 'session-end' });
    await page.getByTestId('kept-confirmed').waitFor({ timeout: 30_000 });
    expect(problems).toEqual([]);
    expect(radio.connections).toBeGreaterThanOrEqual(2);

    // At the clinic: one visit with both trials, and its own core beside the numbers from home.
    const sessions = (await (await fetch(new URL('/api/v1/sessions', gateway.url))).json()) as {
      id: string;
      setting: string;
    }[];
    expect(sessions).toMatchObject([{ setting: 'home' }]);
    const detail = (await (await fetch(new URL(`/api/v1/sessions/${sessions[0]!.id}`, gateway.url))).json()) as {
      trialList: TrialRecord[];
    };
    expect(detail.trialList.map(({ status }) => status)).toEqual(['interrupted', 'finished']);
    expect(detail.trialList[0]!.repetitions.length).toBeGreaterThanOrEqual(2);

    // The same angles as the gateway, frame by frame, on the same packets.
    let worstRad = 0;
    let compared = 0;
    for (const part of [entries, rest]) {
      const first = part.find((entry) => 'packet' in entry);
      expect(first).toBeDefined();
      const { frames, kit } = await gatewayOn(part, await describedBand(11));
      const ofPage = part.flatMap((entry) => ('frame' in entry ? [entry.frame] : []));
      const byTime = new Map(frames.map((frame) => [frame.sequence, frame]));
      for (const frame of ofPage) {
        const other = byTime.get(frame.sequence);
        if (!other) continue;
        for (const name of ['flexionRad', 'lateralRad', 'axialRad', 'headInclinationRad'] as const) {
          const [a, b] = [frame[name] ?? Number.NaN, other[name]];
          expect(Number.isNaN(a), `${name} of frame ${frame.sequence}`).toBe(Number.isNaN(b));
          if (Number.isNaN(a)) continue;
          worstRad = Math.max(worstRad, Math.abs(a - b));
          compared++;
        }
      }
      if (part === rest) {
        const live = kit.state.trial!.repetitions;
        const atHome = detail.trialList[1]!.repetitions;
        expect(live.length).toBe(atHome.length);
        for (const [i, repetition] of atHome.entries())
          expect(Math.abs(repetition.angleDeg! - live[i]!.angleDeg!), `repetition ${i}`).toBeLessThan(SAME_DEG);
      }
    }
    expect(compared).toBeGreaterThan(4000);
    expect(worstRad).toBeLessThan(SAME_RAD);
    process.stderr.write(`web bluetooth: ${compared} angles, largest difference ${worstRad.toExponential(2)} rad\n`);
  }, 600_000);
});
