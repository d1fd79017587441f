import { SENTENCES } from '../../src/devices/proof-words.ts';
import type { SensorCheckFailure } from '../../src/devices/sensor-check.ts';

/** Words of a connected sensor's card: where its attitude comes from, what it has proven, the check before use. */
export const sensor = {
  attitude: {
    legend: 'Orientation comes from',
    from: { quaternion: 'the sensor itself', inertial: 'this kit’s filter' },
    usual: 'usual',
    help: 'Both are recorded either way, and the usual one measured better with this kind of sensor. After a change, align again.',
    waits: 'A test is running: this can be changed after it.',
  },
  proof: {
    title: 'What it has proven',
    failed: 'No test can begin with this sensor.',
    some: (passed: string, of: string) => `${passed} of ${of} checks passed; the rest shows when it is moved.`,
    all: 'Its data keep every law that can be checked.',
    verdict: { passed: 'passed', waiting: 'not seen yet', failed: 'failed' },
    checks: {
      payload: 'Packets arrive whole',
      norm: 'Orientation is a rotation',
      force: 'Gravity has its size',
      gravity: 'Gravity points up',
      turning: 'Orientation turns as the gyroscope says',
      transport: 'Accelerometer and gyroscope agree',
      clock: 'Its clock runs right',
      loss: 'Few samples are lost',
      rate: 'Samples come as often as it says',
    },
    /** By the fault's name. */
    faults: Object.fromEntries(
      Object.entries(SENTENCES).map(([fault, text]) => [fault, text.endsWith('.') ? text : `${text}.`]),
    ) as Readonly<Record<string, string>>,
  },
  check: {
    title: 'Check before use',
    lead: 'Lay the sensor on the table and leave it there for three seconds.',
    start: 'Check (3 seconds)',
    again: 'Check again',
    running: 'Leave it lying still',
    passed: 'Fit for use.',
    failed: 'Not fit for use yet.',
    rows: {
      rate: 'Rate',
      loss: 'Loss',
      bias: 'Gyro offset',
      force: 'Gravity',
      noise: 'Gyro noise',
      battery: 'Battery',
    },
    degps: (value: string) => `${value} °/s`,
    degpsWithin: (value: string, sigma: string) => `${value} ± ${sigma} °/s`,
    mps2: (value: string) => `${value} m/s²`,
    failures: {
      'no-samples': 'No samples came. Is it switched on and near?',
      rate: 'Samples do not come at its rate. Bring it closer to the computer.',
      loss: 'Too many samples are lost. Bring it closer to the computer.',
      moved: 'It was moved. Lay it down and check again.',
      'gyro-bias': 'Its gyroscope does not rest at zero. Let it warm up for a minute; if it stays so, do not use it.',
      force: 'Its accelerometer does not read gravity. Do not use it.',
      'gyro-noise': 'Its gyroscope is noisier than it should be. Does something shake the table?',
      'acc-noise': 'Its accelerometer is noisier than it should be. Does something shake the table?',
      'battery-low': 'Its battery is below 10 %. Charge it first.',
    } satisfies Readonly<Record<SensorCheckFailure, string>> as Readonly<Record<string, string>>,
  },
};
