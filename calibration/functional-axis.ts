/** The axis of a hinge movement from the gyro alone: the direction in which the angular rate varies most. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export interface FunctionalAxis {
  /** Unit vector, sensor frame; its sign is not determined. */
  readonly axis: Float64Array;
  /** How far the movement was from one axis: the angle whose tangent is second over first principal rate, rad. */
  readonly spreadRad: number;
}

/** Adds rate * rate' dt to a symmetric 3x3 scatter (9 numbers, row by row). About zero, not the mean: an axis of turning passes through it. */
export function addToScatter(scatter: Float64Array, rateRadps: ArrayLike<number>, dtS: number): void {
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) scatter[3 * i + j] = scatter[3 * i + j]! + rateRadps[i]! * rateRadps[j]! * dtS;
  }
}

/** Principal axis of a scatter; null when there was no movement. Allocates: call it once per movement. */
export function functionalAxis(scatter: Float64Array): FunctionalAxis | null {
  const trace = scatter[0]! + scatter[4]! + scatter[8]!;
  if (!(trace > 0) || !Number.isFinite(trace)) return null;
  const matrix = Matrix.from1DArray(3, 3, Array.from(scatter));
  const evd = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const values = evd.realEigenvalues;
  const order = [0, 1, 2].sort((a, b) => values[b]! - values[a]!);
  const axis = Float64Array.from(evd.eigenvectorMatrix.getColumn(order[0]!));
  const ratio = Math.sqrt(Math.max(0, values[order[1]!]!) / values[order[0]!]!);
  return { axis, spreadRad: Math.atan(ratio) };
}
