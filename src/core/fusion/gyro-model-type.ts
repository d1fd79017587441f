/** The gyro's 3x3 scale and cross-axis error of one unit, as a value that is stored and carried from session to session. */
export interface GyroModel {
  /**
   * Nine elements of dM, row by row: true rate = (I + dM) (measured rate - bias), sensor frame, dimensionless.
   */
  readonly matrix: ArrayLike<number>;
  /** Covariance of those nine elements, 9 x 9 row by row. */
  readonly covariance: ArrayLike<number>;
}

/** Whether both parts have their length and are finite; anything else must not be used as a model. */
export function isGyroModel(model: GyroModel): boolean {
  if (model.matrix.length !== 9 || model.covariance.length !== 81) return false;
  for (let i = 0; i < 9; i++) {
    const m = model.matrix[i]!;
    if (!(Math.abs(m) < 0.2) || !(model.covariance[10 * i]! >= 0)) return false;
  }
  for (let i = 0; i < 81; i++) if (!Number.isFinite(model.covariance[i]!)) return false;
  return true;
}
