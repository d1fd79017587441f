/**
 * A second sensor, on the trunk: its samples as the head's tests use them, live and from the record alike. No store, no
 * clock. What it is to a test: the head is seen from the trunk (src/core/neck/trunk-correction.ts).
 */
import type { TrunkAlignmentResult } from '../../calibration/trunk-alignment.ts';
import { createTrunkFollower, TRUNK_FOLLOW, type TrunkSample } from '../core/neck/trunk-follow.ts';
import type { LiveSample } from '../core/pipeline.ts';
import type { RawTrial } from '../core/rescore.ts';
import { createSampleRecord } from './sample-record.ts';

export interface TrunkSide {
  /** How it sits; null: not aligned, so no test uses it. */
  readonly mount: TrunkAlignmentResult | null;
  setMount(mount: TrunkAlignmentResult | null): void;
  onSample(sample: LiveSample): void;
  /** The trunk at a sample of the head; null where it is not aligned. */
  at(head: LiveSample): TrunkSample | null;
  /** The head's record of a test, with the trunk's beside it. `arrivalUs`: of the head's last sample. */
  beside(head: RawTrial, arrivalUs: number): RawTrial;
  /** A sensor's stream that has nothing to do with the one before. */
  clear(): void;
}

export function createTrunkSide(): TrunkSide {
  const follower = createTrunkFollower();
  const record = createSampleRecord();
  let mount: TrunkAlignmentResult | null = null;
  return {
    get mount() {
      return mount;
    },
    setMount(next) {
      mount = next;
      if (next) follower.setMount(next.trunkSensorFromTrunk);
    },
    onSample(sample) {
      follower.push(sample);
      record.push(sample);
    },
    at(head) {
      const sample = follower.follow(head);
      return mount ? sample : null;
    },
    beside(head, arrivalUs) {
      const fromUs = head.hostUs?.find((us) => Number.isFinite(us));
      if (!mount || fromUs === undefined) return head;
      const trunk = record.arrived(fromUs, arrivalUs - TRUNK_FOLLOW.delayUs);
      return { ...head, trunk: { record: trunk, ...mount } };
    },
    clear() {
      follower.clear();
      record.clear();
    },
  };
}
