/** A real browser for tests and benchmarks: whichever Chromium this machine has. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function findChromium(): string | null {
  return CANDIDATES.find((path) => path && existsSync(path)) ?? null;
}

/** Null when there is one, else the reason and the remedy in one line. */
export function whyNoChromium(): string | null {
  return findChromium() ? null : 'no Chromium found: apt-get install chromium, or set CHROMIUM to its path';
}

const SOFTWARE_WEBGL = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/**
 * Headless and silent towards the outside. Without a graphics processor Chromium has no WebGL by itself; `webgl` makes
 * the processor draw it, and everything else, at a price that no such computer pays of its own accord.
 */
export function launchChromium({
  webgl,
  args = [],
}: {
  readonly webgl: boolean;
  readonly args?: readonly string[];
}): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(whyNoChromium() ?? '');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      ...(webgl ? SOFTWARE_WEBGL : ['--disable-gpu']),
      ...args,
    ],
  });
}
