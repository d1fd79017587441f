/**
 * The gyro's matrix as knowledge that grows: a prior for a unit nobody has seen, the posterior of a trial, and the
 * joining of several trials of one unit.
 */
import { inverseSpd } from '../math/dense.ts';
import { type GyroModel, isGyroModel } from './gyro-model-type.ts';

export { type GyroModel, isGyroModel } from './gyro-model-type.ts';

/** Standard deviation of each element for a unit of which nothing is known: consumer parts after factory trim. */
export const UNKNOWN_MATRIX_SIGMA = 0.003;
/** What an element may change between two sessions (temperature, mounting stress): standard deviation. */
export const SESSION_DRIFT_SIGMA = 0.0003;

/** Identity matrix with the given standard deviation on every element. */
export function unknownGyroModel(sigma = UNKNOWN_MATRIX_SIGMA): GyroModel {
  const covariance = new Float64Array(81);
  for (let i = 0; i < 9; i++) covariance[10 * i] = sigma * sigma;
  return { matrix: new Float64Array(9), covariance };
}

/** The posterior of a session as the prior of the next one: wider by what may have changed in between. */
export function priorFromPosterior(posterior: GyroModel, driftSigma = SESSION_DRIFT_SIGMA): GyroModel {
  const covariance = Float64Array.from(posterior.covariance);
  for (let i = 0; i < 9; i++) covariance[10 * i] = covariance[10 * i]! + driftSigma * driftSigma;
  return { matrix: Float64Array.from(posterior.matrix), covariance };
}

/**
 * Joins the posteriors of trials that were each computed from the same prior: information adds up, the prior counts
 * once. Models that are not valid are left out.
 *
 * @param betweenSigma what an element differs by from trial to trial beyond its stated covariance
 * @returns the prior itself when no model is valid
 */
export function joinGyroModels(
  posteriors: readonly GyroModel[],
  prior: GyroModel = unknownGyroModel(),
  betweenSigma = SESSION_DRIFT_SIGMA,
): GyroModel {
  const priorInformation = inverseSpd(prior.covariance, 9);
  if (priorInformation === null) return prior;
  const information = Float64Array.from(priorInformation);
  const vector = new Float64Array(9);
  addInformation(vector, priorInformation, prior.matrix, 1);
  for (const model of posteriors) {
    if (!isGyroModel(model)) continue;
    const alone = inverseSpd(model.covariance, 9);
    if (alone === null) continue;
    // what the trial itself said: posterior minus prior, widened
    const said = Float64Array.from(alone);
    for (let i = 0; i < 81; i++) said[i] = said[i]! - priorInformation[i]!;
    const saidVector = new Float64Array(9);
    addInformation(saidVector, alone, model.matrix, 1);
    addInformation(saidVector, priorInformation, prior.matrix, -1);
    const widened = widen(said, saidVector, betweenSigma);
    for (let i = 0; i < 81; i++) information[i] = information[i]! + widened.information[i]!;
    for (let i = 0; i < 9; i++) vector[i] = vector[i]! + widened.vector[i]!;
  }
  const covariance = inverseSpd(information, 9);
  if (covariance === null) return prior;
  const matrix = new Float64Array(9);
  addInformation(matrix, covariance, vector, 1);
  return { matrix, covariance };
}

function addInformation(out: Float64Array, a: ArrayLike<number>, x: ArrayLike<number>, sign: number): void {
  for (let i = 0; i < 9; i++) {
    let s = 0;
    for (let j = 0; j < 9; j++) s += a[9 * i + j]! * x[j]!;
    out[i] = out[i]! + sign * s;
  }
}

/**
 * Adds sigma^2 to every element's variance, in information form: with D = 1/sigma^2, L' = L - L (L + D)^-1 L and
 * y' = (I - L (L + D)^-1) y, so directions of which nothing was said stay unsaid.
 */
function widen(
  information: Float64Array,
  vector: Float64Array,
  sigma: number,
): { information: Float64Array; vector: Float64Array } {
  const shifted = Float64Array.from(information);
  for (let i = 0; i < 9; i++) shifted[10 * i] = shifted[10 * i]! + 1 / (sigma * sigma);
  const inverse = inverseSpd(shifted, 9);
  const result = { information: new Float64Array(81), vector: new Float64Array(9) };
  if (inverse === null) return result;
  // L (L + D)^-1 = I - D (L + D)^-1, hence L' = D (L + D)^-1 L, y' = D (L + D)^-1 y
  const d = 1 / (sigma * sigma);
  for (let i = 0; i < 9; i++) {
    for (let j = 0; j < 9; j++) {
      let s = 0;
      for (let k = 0; k < 9; k++) s += inverse[9 * i + k]! * information[9 * k + j]!;
      result.information[9 * i + j] = d * s;
    }
  }
  addInformation(result.vector, inverse, vector, d);
  return result;
}
