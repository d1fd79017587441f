/** The few small dense operations that the smoother needs, on row-major Float64Array. */

/**
 * Lower Cholesky factor of a symmetric matrix, in place (the upper half is left as it was). A pivot that rounding has
 * made smaller than 1e-14 of its diagonal is lifted to that, so a nearly singular covariance still has a factor.
 *
 * @returns false when the matrix is not finite
 */
export function choleskyInPlace(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    const row = j * n;
    const diagonal = a[row + j]!;
    let d = diagonal;
    for (let k = 0; k < j; k++) d -= a[row + k]! * a[row + k]!;
    const floor = Math.max(1e-14 * Math.abs(diagonal), 1e-30);
    if (d - d !== 0) return false;
    const l = Math.sqrt(Math.max(d, floor));
    a[row + j] = l;
    const inv = 1 / l;
    for (let i = j + 1; i < n; i++) {
      const at = i * n;
      let s = a[at + j]!;
      for (let k = 0; k < j; k++) s -= a[at + k]! * a[row + k]!;
      a[at + j] = s * inv;
    }
  }
  return true;
}

/** Solves L L^T X = B for m right-hand sides, B given row by row (n x m), in place. */
export function choleskySolveInPlace(l: Float64Array, n: number, b: Float64Array, m: number): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const f = l[i * n + k]!;
      if (f !== 0) for (let c = 0; c < m; c++) b[i * m + c] = b[i * m + c]! - f * b[k * m + c]!;
    }
    const inv = 1 / l[i * n + i]!;
    for (let c = 0; c < m; c++) b[i * m + c] = b[i * m + c]! * inv;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const f = l[k * n + i]!;
      if (f !== 0) for (let c = 0; c < m; c++) b[i * m + c] = b[i * m + c]! - f * b[k * m + c]!;
    }
    const inv = 1 / l[i * n + i]!;
    for (let c = 0; c < m; c++) b[i * m + c] = b[i * m + c]! * inv;
  }
}

/** Inverse of a symmetric positive definite matrix, a new array; null when it is not finite. */
export function inverseSpd(a: ArrayLike<number>, n: number): Float64Array | null {
  const l = Float64Array.from(a);
  if (!choleskyInPlace(l, n)) return null;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  choleskySolveInPlace(l, n, out, n);
  return out;
}
