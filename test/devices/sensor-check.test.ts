/** Three seconds on the table: what is found is true, and what is unfit is called by its name. */
import { expect, test } from 'vitest';
import { startOfflineRun } from '../../src/adapters/sim/offline-run.ts';
import { createSampleBlock } from '../../src/core/sample.ts';
import { headbandDriver } from '../../src/devices/headband.ts';
import { createSensorCheck, type SensorCheckFailure, type SensorCheckRecord } from '../../src/devices/sensor-check.ts';
import { simulatedHeadband } from '../support/sim-stream.ts';

interface Sensor {
  readonly bias?: readonly number[];
  readonly force?: number;
  readonly gyroNoise?: number;
  readonly accNoise?: number;
  readonly rateHz?: number;
  /** Every so many-th sample is missing; 0: none. */
  readonly lostEvery?: number;
  readonly turnRadps?: number;
  readonly battery?: number | null;
  /** In a hand until then, s. */
  readonly heldS?: number;
}

/** Noise of both signs with a standard deviation of one, the same every time. */
const noise = (i: number): number => Math.SQRT2 * Math.sin(12.9898 * i * i + 78.233 * i);

function check(sensor: Sensor): SensorCheckRecord {
  const { bias = [0.01, -0.02, 0.005], force = 9.81, gyroNoise = 0.001, accNoise = 0.02, rateHz = 100 } = sensor;
  const run = createSensorCheck(100, 0);
  const block = createSampleBlock();
  block.count = 1;
  for (let i = 0; ; i++) {
    const nowUs = (i * 1e6) / rateHz;
    const record = run.finish(nowUs, sensor.battery === undefined ? 0.8 : sensor.battery);
    if (record) return record;
    if (sensor.lostEvery && i % sensor.lostEvery === 0) continue;
    const held = nowUs * 1e-6 < (sensor.heldS ?? 0) ? 0.4 * Math.sin(nowUs * 4e-6) : 0;
    for (let k = 0; k < 3; k++) {
      block.gyrRadps[k] = held + bias[k]! + gyroNoise * noise(3 * i + k) + (sensor.turnRadps ?? 0) * (nowUs * 1e-6);
      block.accMps2[k] = (k === 2 ? force : 0) + accNoise * noise(3 * i + k + 0.5);
    }
    block.counter[0] = i;
    run.push(block, nowUs);
  }
}

test('a good one passes, and its bias is found within the stated uncertainty', () => {
  const record = check({});
  expect(record).toMatchObject({ passed: true, failures: [], lossShare: 0, battery: 0.8 });
  expect(record.rateHz).toBeCloseTo(100, 1);
  for (const [k, bias] of [0.01, -0.02, 0.005].entries())
    expect(Math.abs(record.gyroBiasRadps![k]! - bias)).toBeLessThan(4 * record.gyroBiasSigmaRadps!);
  expect(record.forceMps2).toBeCloseTo(9.81, 2);
  expect(record.gyroNoiseRadps).toBeGreaterThan(0.0007);
  expect(record.accNoiseMps2).toBeLessThan(0.03);
});

test.each<[SensorCheckFailure, Sensor]>([
  ['rate', { rateHz: 80 }],
  ['loss', { lostEvery: 5 }],
  ['moved', { turnRadps: 0.1 }],
  ['gyro-bias', { bias: [0.1, 0, 0] }],
  ['force', { force: 9.2 }],
  ['gyro-noise', { gyroNoise: 0.05 }],
  ['acc-noise', { accNoise: 0.3 }],
  ['battery-low', { battery: 0.08 }],
])('%s', (failure, sensor) => {
  expect(check(sensor)).toMatchObject({ passed: false, failures: [failure] });
});

test('one that is still being put down is given the time, and no more than that', () => {
  for (const heldS of [0.5, 1, 2, 2.9])
    expect(check({ heldS }), `${heldS} s`).toMatchObject({ passed: true, lossShare: 0 });
  expect(check({ heldS: 30 })).toMatchObject({ passed: false, failures: ['moved'] });
});

test('a battery that nobody knows is no fault; silence is', () => {
  expect(check({ battery: null }).passed).toBe(true);
  const silent = createSensorCheck(100, 0);
  expect(silent.finish(7e6, null)).toBeNull();
  expect(silent.finish(9e6, null)).toMatchObject({ passed: false, failures: ['no-samples'], forceMps2: null });
});

test('50 simulated subjects that sit still pass', async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const run = await startOfflineRun({ model: simulatedHeadband(seed, { jitterMs: 5 }).model });
    const decoder = headbandDriver.createDecoder(run.description);
    const block = createSampleBlock();
    run.prompt('sit-still');
    // What it was doing comes to its end first.
    run.advanceTo(2e6, ({ characteristic, bytes }) => decoder.decode(characteristic, bytes, block));
    const check = createSensorCheck(100, 2e6);
    run.advanceTo(7e6, ({ characteristic, bytes, arrivalUs }) => {
      if (decoder.decode(characteristic, bytes, block) === 'ok') check.push(block, arrivalUs);
    });
    expect({ seed, ...check.finish(7e6, 0.8) }).toMatchObject({ passed: true });
  }
});
