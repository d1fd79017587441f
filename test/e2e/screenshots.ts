/**
 * Pictures of every view, for looking at them: `npm run -s screenshots -- [--out FOLDER] [--only NAME] [--language de]
 * [--sizes 1440x900,390x844]`. Light and dark each; on the simulated subject, in memory, without a login.
 */
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium, whyNoChromium } from '../support/browser.ts';
import { startGateway } from '../support/gateway-process.ts';
import { colours, speak, walkThrough } from '../support/tour.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(tmpdir(), 'neck-pictures') },
    only: { type: 'string', default: '' },
    language: { type: 'string', default: 'en' },
    sizes: { type: 'string', default: '1440x900,390x844' },
  },
});

const why = whyNoChromium();
if (why !== null) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
const sizes = values.sizes.split(',').map((size) => size.split('x').map(Number) as [number, number]);
mkdirSync(values.out, { recursive: true });
const gateway = await startGateway(['--demo']);
const browser = await launchChromium({ webgl: true });
try {
  const [width, height] = sizes[0]!;
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(gateway.url);
  await speak(page, values.language === 'de' ? 'de' : 'en');
  await walkThrough({
    page,
    url: gateway.url,
    async look(name) {
      if (!name.includes(values.only)) return;
      for (const [w, h] of sizes) {
        await page.setViewportSize({ width: w, height: h });
        for (const theme of ['light', 'dark'] as const) {
          await colours(page, theme);
          // Charts and the head are drawn in their own time.
          await page.waitForTimeout(250);
          await page.screenshot({ path: join(values.out, `${name}-${w}-${theme}.png`), fullPage: w < 600 });
        }
      }
      await page.setViewportSize({ width, height });
      process.stderr.write(`${name}\n`);
    },
  });
  process.stdout.write(`${values.out}\n`);
} finally {
  await browser.close();
  await gateway.stop();
}
