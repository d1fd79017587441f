/**
 * Which recordings come from the same physical unit. The data do not say; the gyro bias does: it differs by tenths of a
 * degree per second between units and by a hundredth within one.
 */
import { type GyroModel, joinGyroModels, priorFromPosterior } from '../../../src/core/fusion/gyro-model.ts';
import type { Rest } from '../../../src/core/fusion/rest.ts';
import type { TrialRecord } from '../../../src/core/fusion/strapdown.ts';
import type { Trial } from './broad.ts';

/** Two recordings are of one unit when their rest biases differ by less than this, rad/s (norm). */
export const SAME_UNIT_RADPS = (0.1 * Math.PI) / 180;

export interface Learnt {
  readonly name: string;
  /** Mean bias over all rests, rad/s; null without a rest. */
  readonly bias: Float64Array | null;
  readonly model: GyroModel;
}

export function meanBias(rests: readonly Rest[]): Float64Array | null {
  let total = 0;
  const bias = new Float64Array(3);
  for (const rest of rests) {
    total += rest.durationS;
    for (let c = 0; c < 3; c++) bias[c] = bias[c]! + rest.biasRadps[c]! * rest.durationS;
  }
  return total > 0 ? bias.map((b) => b / total) : null;
}

/** The model learnt on all other recordings of the same unit; null when there is none. */
export function othersOfUnit(all: readonly Learnt[], self: Learnt): { model: GyroModel | null; count: number } {
  const others = all.filter(
    (one) =>
      one.name !== self.name &&
      one.bias !== null &&
      self.bias !== null &&
      Math.hypot(one.bias[0]! - self.bias[0]!, one.bias[1]! - self.bias[1]!, one.bias[2]! - self.bias[2]!) <
        SAME_UNIT_RADPS,
  );
  return {
    model: others.length > 0 ? priorFromPosterior(joinGyroModels(others.map((one) => one.model))) : null,
    count: others.length,
  };
}

/** Samples from..to of a trial as a record. */
export function recordOf(trial: Trial, from = 0, to = trial.rows): TrialRecord {
  return {
    timeS: Float64Array.from({ length: to - from }, (_, i) => i / trial.rateHz),
    gyrRadps: trial.gyrRadps.slice(3 * from, 3 * to),
    accMps2: trial.accMps2.slice(3 * from, 3 * to),
    magUt: trial.magUt.slice(3 * from, 3 * to),
  };
}
