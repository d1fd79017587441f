/** The page of code in the docs, taken out of the docs and run by plain Node against the build, as a reader would. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSampleBlock } from '../../src/core/sample.ts';
import { headbandDriver } from '../../src/devices/headband.ts';
import { builtEntry } from '../support/built.ts';
import { type OfflineVisit, runOfflineVisit } from '../support/offline-visit.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A visit to a simulated subject as the rows that the page reads. */
async function recordVisit(seed: number): Promise<{ csv: string; visit: OfflineVisit }> {
  const rows = ['tick_us,gyr_x,gyr_y,gyr_z,acc_x,acc_y,acc_z'];
  const block = createSampleBlock();
  let decoder: ReturnType<typeof headbandDriver.createDecoder> | null = null;
  const visit = await runOfflineVisit({
    seed,
    lossShare: 0.01,
    subject: { frtLeftDeg: 39, frtRightDeg: 31 },
    onNotification(notification, description) {
      decoder ??= headbandDriver.createDecoder(description);
      if (decoder.decode(notification.characteristic, notification.bytes, block) !== 'ok') return;
      for (let i = 0; i < block.count; i++) {
        const gyr = block.gyrRadps.subarray(3 * i, 3 * i + 3);
        const acc = block.accMps2.subarray(3 * i, 3 * i + 3);
        rows.push([block.tickUs[i], ...gyr, ...acc].join(','));
      }
    },
  });
  expect(visit.outcome).toBe('finished');
  return { csv: `${rows.join('\n')}\n`, visit };
}

describe('the core for researchers', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'core-page-'));
    // As if the package were installed there.
    mkdirSync(path.join(folder, 'node_modules'));
    symlinkSync(ROOT, path.join(folder, 'node_modules/neck-rom-kit'), 'dir');
    symlinkSync(path.join(ROOT, 'dist'), path.join(folder, 'dist'), 'dir');
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const node = (...args: string[]): string =>
    execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  test('the page in the docs prints the angles of the subject, each with its interval', async () => {
    for (const entry of ['src/core/index.ts', 'src/core/rescore.ts', 'calibration/alignment.ts'] as const) {
      builtEntry(entry);
    }
    const page = readFileSync(path.join(ROOT, 'docs/core-in-one-page.md'), 'utf8');
    const code = page.match(/```js\n([\s\S]*?)```/)?.[1];
    expect(code).toBeDefined();
    const { csv, visit } = await recordVisit(5);
    writeFileSync(path.join(folder, 'page.mjs'), code!);
    writeFileSync(path.join(folder, 'recording.csv'), csv);
    const lines = node('page.mjs', 'recording.csv').trim().split('\n');
    expect(lines).toHaveLength(2);
    for (const [i, side] of (['left', 'right'] as const).entries()) {
      const found = lines[i]!.match(/^(left|right) ([\d.]+)° ± ([\d.]+)° \(95 %, n = (\d), mostly ([a-z]+)\)$/);
      expect(found, lines[i]).not.toBeNull();
      const [, name, angle, halfWidth, n] = found!;
      expect(name).toBe(side);
      expect(Number(n)).toBeGreaterThanOrEqual(2);
      expect(Number(halfWidth)).toBeLessThan(4);
      expect(Math.abs(Number(angle) - visit.truthDeg(side))).toBeLessThan(1.5);
      process.stderr.write(`${lines[i]}, truth ${visit.truthDeg(side).toFixed(1)}°\n`);
    }
  }, 120_000);

  test('it imports by its name into plain Node, with types that keep frames apart', () => {
    builtEntry('src/core/index.ts');
    const names = node('--eval', "import('neck-rom-kit/core').then((m) => console.log(Object.keys(m).join()))");
    for (const name of ['createPipeline', 'createAttitudeFilter', 'smoothTrial', 'rescoreTrial', 'cromAngles']) {
      expect(names.trim().split(',')).toContain(name);
    }
    writeFileSync(
      path.join(folder, 'user.ts'),
      `import { createPipeline, headPose, identityQuat, type Quat } from 'neck-rom-kit/core';
const head: Quat<'world', 'head'> = identityQuat();
headPose(head, identityQuat<'world', 'sensor'>(), identityQuat<'sensor', 'head'>());
// @ts-expect-error: the sensor's pose where the alignment belongs
headPose(head, identityQuat<'world', 'sensor'>(), identityQuat<'world', 'sensor'>());
export const rateHz: number = createPipeline({ nominalRateHz: 100, useDeviceQuaternion: false }).counts.rateHz;
`,
    );
    const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', ''];
    expect(() => node(compiler, ...options, 'user.ts')).not.toThrow();
  }, 60_000);
});
