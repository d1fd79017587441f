/** After the third failed check at home a shaking table does not end the visit, a sensor that is not fit does. */
import { expect, it } from 'vitest';
import { afterCheck } from '../../web/home/check-outcome.ts';

it.each([
  ['passed at once', true, [], 1, 'go-on'],
  ['moved, first time', false, ['moved'], 1, 'again'],
  ['moved, second time', false, ['moved'], 2, 'again'],
  ['moved, third time', false, ['moved', 'gyro-noise'], 3, 'go-on'],
  ['no samples, first time', false, ['no-samples'], 1, 'again'],
  ['no samples, third time', false, ['no-samples'], 3, 'give-up'],
  ['moved and losing samples, third time', false, ['loss', 'moved'], 3, 'give-up'],
  ['an empty battery, third time', false, ['battery-low'], 3, 'give-up'],
  ['off at rest, third time', false, ['gyro-bias'], 3, 'give-up'],
  ['passed at the third', true, [], 3, 'go-on'],
] as const)('%s', (_name, passed, failures, checks, next) => {
  expect(afterCheck({ passed, failures: [...failures] }, checks)).toBe(next);
});
