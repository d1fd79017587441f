/**
 * Craniocervical flexion test: a cuff under the neck is inflated to 20 mmHg, and five small nods are asked for, 2 mmHg
 * more each. The pressures are read off the cuff and typed; the sensor's nod angle stands beside each stage.
 *
 * Source of the stages: physiotutors.com, craniocervical flexion test; PMC8119582, figure 3. Targets of the nod angle are
 * not known and differ widely between people (J NeuroEng Rehabil 2020, s12984-020-00784-1): it is kept, not judged.
 */

export const CCFT_PRESSURES_MMHG = [22, 24, 26, 28, 30] as const;
export const CCFT_START_MMHG = 20;
/** Holds of ten seconds at one stage, at most. */
export const CCFT_MAX_HOLDS = 10;

export interface CcftStage {
  /** 22, 24, 26, 28 or 30 mmHg. */
  readonly pressureMmHg: number;
  /** Holds of ten seconds that were kept. */
  readonly holds: number;
  /** Without retraction, neck muscles standing out, or a jerk, as the examiner saw it. */
  readonly clean: boolean;
  /** Nod since the start at 20 mmHg by the sensor, deg, chin down positive; null: no sensor. */
  readonly nodDeg: number | null;
}

export type CcftResult =
  | {
      readonly ok: true;
      /** Highest stage that was held at least once, cleanly, with all lower ones, mmHg; null: none. */
      readonly highestMmHg: number | null;
      /** Pressure above the start times the holds at that stage, 0..100; null without a stage. */
      readonly performanceIndex: number | null;
    }
  | { readonly ok: false; readonly reason: 'no-stage' | 'stage-order' | 'holds-range' };

/** @param stages as far as the test was done, from 22 mmHg on. */
export function scoreCcft(stages: readonly CcftStage[]): CcftResult {
  if (stages.length === 0 || stages.length > CCFT_PRESSURES_MMHG.length) return { ok: false, reason: 'no-stage' };
  let highest: CcftStage | null = null;
  let held = true;
  for (const [index, stage] of stages.entries()) {
    if (stage.pressureMmHg !== CCFT_PRESSURES_MMHG[index]) return { ok: false, reason: 'stage-order' };
    if (!Number.isInteger(stage.holds) || stage.holds < 0 || stage.holds > CCFT_MAX_HOLDS)
      return { ok: false, reason: 'holds-range' };
    held = held && stage.clean && stage.holds > 0;
    if (held) highest = stage;
  }
  if (highest === null) return { ok: true, highestMmHg: null, performanceIndex: null };
  const { pressureMmHg, holds } = highest;
  return { ok: true, highestMmHg: pressureMmHg, performanceIndex: (pressureMmHg - CCFT_START_MMHG) * holds };
}
