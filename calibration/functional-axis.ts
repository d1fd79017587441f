/**
 * The axis of a hinge movement: the direction along which its rotation vectors lie, as the gyro gives them since the
 * still pose. Not of the rates themselves: a band that wobbles by 1.5 degrees at 3 Hz has rates as large as a slow nod,
 * but rotations that are small beside it.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export interface FunctionalAxis {
  /** Unit vector, sensor frame; its sign is not determined. */
  readonly axis: Float64Array;
  /** How far the movement was from one axis: the angle whose tangent is second over first principal rotation, rad. */
  readonly spreadRad: number;
}

/** Adds v v' dt of a rotation vector (rad) to a symmetric 3x3 scatter (9 numbers, row by row), about the still pose, not the mean. */
export function addToScatter(scatter: Float64Array, turnRad: ArrayLike<number>, dtS: number): void {
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) scatter[3 * i + j] = scatter[3 * i + j]! + turnRad[i]! * turnRad[j]! * dtS;
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
