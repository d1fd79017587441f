/** What follows from a sensor check at home, where nobody else can look at the headband. Pure. */
import type { SensorState } from '../../src/contract/state.ts';

export type CheckRecord = NonNullable<NonNullable<SensorState['check']>['record']>;
type Failure = CheckRecord['failures'][number];

/** So many checks in all. */
const CHECKS = 3;
/** A table that shakes is no fault of the sensor: whether the head keeps still is looked at again on the head. */
const OF_THE_PLACE: ReadonlySet<Failure> = new Set<Failure>(['moved', 'gyro-noise', 'acc-noise']);

/** `checks`: done so far, this one included. */
export function afterCheck({ passed, failures }: Pick<CheckRecord, 'passed' | 'failures'>, checks: number) {
  if (passed) return 'go-on';
  if (checks < CHECKS) return 'again';
  return failures.every((failure) => OF_THE_PLACE.has(failure)) ? 'go-on' : 'give-up';
}
