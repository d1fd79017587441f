/** Packets of devices as others have published them, through what the command `decode` runs, to the values stated there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { radFromDeg } from '../../src/core/units.ts';
import { type DecodedSample, decodeBytes } from '../../src/devices/decode-bytes.ts';
import { DRIVERS, driverById } from '../../src/devices/registry.ts';
import { lacksSharedData, sharedDataFolder } from '../support/shared-data.ts';

const G = 9.80665;
const absent = lacksSharedData('packets');

interface Vector {
  readonly name?: string;
  readonly hex: string;
  readonly characteristic?: string;
  readonly mode?: number;
  readonly expected?: Record<string, unknown>;
}
const read = (file: string): { vectors: Vector[] } & Record<string, unknown> =>
  absent ? { vectors: [] } : JSON.parse(readFileSync(join(sharedDataFolder('packets')!, `${file}.json`), 'utf8'));

function samplesOf(device: string, characteristic: string, hex: string, mode?: number): readonly DecodedSample[] {
  const at = mode === undefined ? {} : { mode };
  const outcome = decodeBytes(DRIVERS, { device, characteristics: [characteristic], hex: [hex], ...at });
  if (outcome.status !== 'ok') throw new Error(`${outcome.status}: ${outcome.reason}`);
  return outcome.samples;
}
const near = (actual: readonly number[] | null | undefined, wanted: readonly number[], tolerance: number): void => {
  expect(actual).toHaveLength(wanted.length);
  for (const [k, value] of wanted.entries()) expect(Math.abs(actual![k]! - value)).toBeLessThan(tolerance);
};
const mps2 = (g: readonly number[]): number[] => g.map((value) => value * G);
const radps = (dps: readonly number[]): number[] => dps.map(radFromDeg);

/** True where there is nothing to check: no data, or a driver that this version does not have. */
const without = (driver: string): boolean => absent || driverById(driver) === null;

describe.skipIf(without('capture2go'))('Capture2Go', () => {
  const file = read('capture2go') as ReturnType<typeof read> & { txNotify: string; status: { hex: string } };
  test.each(file.vectors)('$name', (vector) => {
    const { ble_notification_hex: hex } = vector as unknown as { ble_notification_hex: string };
    const { quat6D_wxyz, timestampNs } = vector.expected as { quat6D_wxyz: number[]; timestampNs: string };
    const [sample] = samplesOf('capture2go', file.txNotify, hex);
    const sign = Math.sign(sample!.quaternion!.reduce((sum, q, k) => sum + q * quat6D_wxyz[k]!, 0));
    near(
      sample?.quaternion,
      quat6D_wxyz.map((q) => sign * q),
      1e-9,
    );
    expect(sample?.tickUs).toBe(Number(BigInt(timestampNs) / 1000n));
  });
  test('status', () => {
    const request = { device: 'capture2go', characteristics: [file.txNotify], hex: [`fe${file.status.hex}`] };
    expect(decodeBytes(DRIVERS, request)).toMatchObject({ status: 'ok', battery: 87 });
  });
});

describe.skipIf(without('movella-dot'))('Movella DOT', () => {
  const { vectors } = read('movella-dot');
  test('a captured notification of mode 6', () => {
    const { characteristic, hex, mode, expected } = vectors[0]!;
    const [sample] = samplesOf('movella-dot', characteristic!, hex, mode);
    expect(sample?.tickUs).toBe(expected?.['timestampUs']);
  });
  test('a captured read of its control', () => {
    const { characteristic, hex } = vectors[1]!;
    const request = { device: 'movella-dot', characteristics: [characteristic!], hex: [hex] };
    expect(decodeBytes(DRIVERS, request).status).toBe('not-motion');
  });
});

describe.skipIf(without('metamotion'))('MetaMotion', () => {
  const NOTIFY = '326a9006-85cb-9195-d9dd-464cfbbae75a';
  const named = (name: string): Vector => read('metamotion').vectors.find((vector) => vector.name === name)!;
  test('quaternion', () => {
    const { q } = named('quaternion').expected as { q: Record<'w' | 'x' | 'y' | 'z', number> };
    near(samplesOf('metamotion', NOTIFY, named('quaternion').hex)[0]?.quaternion, [q.w, q.x, q.y, q.z], 1e-6);
  });
  test('corrected acceleration and rate', () => {
    const acc = named('corrected-acc');
    near(samplesOf('metamotion', NOTIFY, acc.hex)[0]?.accMps2, mps2(acc.expected?.['g'] as number[]), 1e-3);
    const gyro = named('corrected-gyro');
    near(samplesOf('metamotion', NOTIFY, gyro.hex)[0]?.gyrRadps, radps(gyro.expected?.['dps'] as number[]), 1e-5);
  });
});

describe.skipIf(without('witmotion'))('WitMotion', () => {
  const { vectors } = read('witmotion');
  const motion = vectors.filter(({ expected }) => expected && 'accG' in expected);
  test.each(motion)('$name', ({ hex, expected }) => {
    const { accG, gyroDps, rollPitchYawDeg } = expected as Record<'accG' | 'gyroDps' | 'rollPitchYawDeg', number[]>;
    const [sample] = samplesOf('witmotion', 'ffe4', hex);
    near(sample?.accMps2, mps2(accG), 1e-4);
    near(sample?.gyrRadps, radps(gyroDps), 1e-6);
    near(sample?.eulerDeg, rollPitchYawDeg, 1e-6);
  });
});

describe.skipIf(absent || !DRIVERS.some(({ id }) => id.startsWith('muse')))('Muse', () => {
  const classic = DRIVERS.find(({ id }) => id === 'muse-classic' || id === 'muse')?.id ?? '';
  test.each(read('muse-classic').vectors)('classic: $name', ({ name, characteristic, hex, expected }) => {
    if (name === 'telemetry') {
      const request = { device: classic, characteristics: [characteristic!], hex: [hex] };
      const outcome = decodeBytes(DRIVERS, request);
      expect(outcome.status === 'ok' ? outcome.battery : null).toBeCloseTo(expected?.['batteryPercent'] as number, 6);
      return;
    }
    const samples = samplesOf(classic, characteristic!, hex);
    for (const [i, row] of ((expected!['g'] ?? expected!['dps']) as number[][]).entries()) {
      if (name === 'accelerometer') near(samples[i]?.accMps2, mps2(row), 1e-4);
      else near(samples[i]?.gyrRadps, radps(row), 1e-6);
    }
  });

  const athena = DRIVERS.find(({ id }) => id === 'muse-athena')?.id ?? classic;
  test.each(read('muse-athena').vectors)('Athena: $hostTime', ({ characteristic, hex, expected }) => {
    const { accgyro } = expected as { accgyro: { samples_g_dps: number[][] }[] };
    const wanted = accgyro.flatMap(({ samples_g_dps }) => samples_g_dps);
    const samples = samplesOf(athena, characteristic!, hex);
    expect(samples).toHaveLength(wanted.length);
    for (const [i, row] of wanted.entries()) {
      near(samples[i]?.accMps2, mps2(row.slice(0, 3)), 1e-4);
      near(samples[i]?.gyrRadps, radps(row.slice(3)), 1e-5);
    }
  });
});
