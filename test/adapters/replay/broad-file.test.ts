import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBroadFile } from '../../../src/adapters/replay/broad-file.ts';
import { resample } from '../../../src/adapters/replay/resample.ts';
import { lacksSharedData, sharedDataFolder } from '../../support/shared-data.ts';

const COLUMNS = 'gyr_x gyr_y gyr_z acc_x acc_y acc_z mag_x mag_y mag_z q_w q_x q_y q_z movement'.split(' ');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broad-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeTrial(
  rows: number,
  rate: number,
  cellOf: (row: number, column: number) => number,
): Promise<string> {
  const data = new Float32Array(rows * COLUMNS.length);
  for (let row = 0; row < rows; row++)
    for (let c = 0; c < COLUMNS.length; c++) data[row * COLUMNS.length + c] = cellOf(row, c);
  await writeFile(join(folder, 't.f32'), Buffer.from(data.buffer));
  const trials = [{ name: 't', file: 't.f32', rows, rate }];
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ format: { columns: COLUMNS }, trials }));
  return join(folder, 't.f32');
}

describe('reading a recording', () => {
  test('resampling keeps the integral of every axis', async () => {
    const file = await writeTrial(2001, 2000 / 7, (row, c) => (c < 3 ? Math.sin(row / 40 + c) : c === 9 ? 1 : 0));
    const recording = await readBroadFile(file);
    const at100 = resample(recording, 100);
    for (let axis = 0; axis < 3; axis++) {
      let fine = 0;
      const lastRow = Math.floor((at100.samples * recording.rateHz) / 100);
      for (let row = 1; row <= lastRow; row++) fine += (recording.gyrRadps[3 * row + axis] ?? 0) / recording.rateHz;
      let coarse = 0;
      for (let n = 0; n < at100.samples; n++) coarse += (at100.gyrRadps[3 * n + axis] ?? 0) / 100;
      expect(Math.abs(coarse - fine)).toBeLessThan(2 / recording.rateHz);
    }
  });

  test('a constant stays that constant', async () => {
    const recording = await readBroadFile(await writeTrial(500, 2000 / 7, (_row, c) => (c === 5 ? 9.75 : 0)));
    const at100 = resample(recording, 100);
    for (let n = 0; n < at100.samples; n++) expect(at100.accMps2[3 * n + 2]).toBeCloseTo(9.75, 12);
  });

  test.each([
    ['a missing file', async () => join(folder, 'none.f32')],
    [
      'no manifest',
      async () => {
        const file = await writeTrial(10, 100, () => 0);
        await rm(join(folder, 'manifest.json'));
        return file;
      },
    ],
    [
      'a manifest that is not JSON',
      async () => {
        const file = await writeTrial(10, 100, () => 0);
        await writeFile(join(folder, 'manifest.json'), '{');
        return file;
      },
    ],
    [
      'a file cut short',
      async () => {
        const file = await writeTrial(10, 100, () => 0);
        await writeFile(file, Buffer.alloc(17));
        return file;
      },
    ],
    [
      'a file that the manifest does not name',
      async () => {
        await writeTrial(10, 100, () => 0);
        await writeFile(join(folder, 'other.f32'), Buffer.alloc(56));
        return join(folder, 'other.f32');
      },
    ],
  ])('%s is a coded error', async (_what, make) => {
    await expect(readBroadFile(await make())).rejects.toMatchObject({ code: 'BAD_FILE' });
  });
});

describe.skipIf(lacksSharedData('broad'))('a real recording', () => {
  test('has gravity at rest and fits the headband packet', async () => {
    const name = '02_undisturbed_slow_rotation_B.f32';
    const at100 = resample(await readBroadFile(join(sharedDataFolder('broad') ?? '', name)), 100);
    let norm = 0;
    for (let n = 0; n < 300; n++) norm += Math.hypot(...at100.accMps2.subarray(3 * n, 3 * n + 3)) / 300;
    expect(norm).toBeGreaterThan(9.6);
    expect(norm).toBeLessThan(10);
    expect(Math.max(...at100.gyrRadps.map(Math.abs))).toBeLessThan(16);
    expect(Math.max(...at100.accMps2.map(Math.abs))).toBeLessThan(64);
  });
});
