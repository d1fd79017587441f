/** From a protocol's records to what the re-measurement asks for, and back to results. */
import { type MeanAngle, meanAngle } from './neck/uncertainty.ts';
import { CROM_AXES, type CromRepetitionRecord } from './protocol/crom-types.ts';
import type { FrtRepetitionRecord } from './protocol/frt-types.ts';
import type { Side } from './protocol/step.ts';
import type { LiveRepetition, RescoredRepetition } from './rescore.ts';

/** FRT repetitions, in order. `alone`: as the head's sensor by itself saw them. */
export function frtLive(records: readonly FrtRepetitionRecord[], alone = false): LiveRepetition[] {
  return records.map(({ number, startedAtS, twistRad, trunk }) => ({
    number,
    startedAtS,
    measure: 'twist',
    angleRad: alone && trunk ? trunk.headAloneRad : twistRad,
  }));
}

/** CROM repetitions, in order. */
export function cromLive(records: readonly CromRepetitionRecord[]): LiveRepetition[] {
  return records.map(({ number, startedAtS, direction, angleRad }) => ({
    number,
    startedAtS,
    measure: CROM_AXES[direction].measure,
    angleRad,
  }));
}

/**
 * Result of one side of an FRT from the re-measured repetitions that the protocol counted, as sizes; a repetition that
 * could not be re-measured is left out, and counted in `missing`.
 */
export function frtSide(
  records: readonly FrtRepetitionRecord[],
  rescored: readonly RescoredRepetition[],
  side: Side,
): MeanAngle & { readonly missing: number } {
  let missing = 0;
  const list = records.flatMap((record, i) => {
    if (record.status !== 'counted' || record.side !== side) return [];
    const again = rescored[i];
    if (!again?.uncertainty || !Number.isFinite(again.angleRad)) {
      missing++;
      return [];
    }
    return [{ angleRad: Math.abs(again.angleRad), uncertainty: again.uncertainty }];
  });
  return { ...meanAngle(list), missing };
}
