/**
 * Kalman filter of the gyro bias: three states, a random walk, measured in rest by the low-passed rate and in motion
 * by what the tilt correction had to add. Source: Laidig and Seel, Information Fusion 91 (2023) 187-204, section 3.4.
 * The paper updates at every sample; here a step has any length, the noise of the measurement follows from it so that
 * the steady-state uncertainty is the stated one.
 */

/** Measurement variance whose steady state is p, when the walk adds v per step: p^2 / v + p. */
export function measurementVariance(p: number, v: number): number {
  return (p * p) / v + p;
}

/**
 * One update. `p` (9) symmetric covariance, `bias` (3), `h` (9) measurement matrix, `e` (3) innovation, `w` (3)
 * measurement variances; `k` (9) scratch. A singular innovation covariance leaves all as it was.
 */
export function biasUpdate(
  bias: Float64Array,
  p: Float64Array,
  h: Float64Array,
  e: Float64Array,
  w: Float64Array,
  scratch: Float64Array,
): void {
  // ph = P H^T (3x3), s = H P H^T + W (symmetric)
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      scratch[3 * i + j] = p[3 * i]! * h[3 * j]! + p[3 * i + 1]! * h[3 * j + 1]! + p[3 * i + 2]! * h[3 * j + 2]!;
    }
  }
  const s00 = h[0]! * scratch[0]! + h[1]! * scratch[3]! + h[2]! * scratch[6]! + w[0]!;
  const s01 = h[0]! * scratch[1]! + h[1]! * scratch[4]! + h[2]! * scratch[7]!;
  const s02 = h[0]! * scratch[2]! + h[1]! * scratch[5]! + h[2]! * scratch[8]!;
  const s11 = h[3]! * scratch[1]! + h[4]! * scratch[4]! + h[5]! * scratch[7]! + w[1]!;
  const s12 = h[3]! * scratch[2]! + h[4]! * scratch[5]! + h[5]! * scratch[8]!;
  const s22 = h[6]! * scratch[2]! + h[7]! * scratch[5]! + h[8]! * scratch[8]! + w[2]!;
  const c00 = s11 * s22 - s12 * s12;
  const c01 = s02 * s12 - s01 * s22;
  const c02 = s01 * s12 - s02 * s11;
  const det = s00 * c00 + s01 * c01 + s02 * c02;
  if (!(det > 0)) return;
  const inv = 1 / det;
  const i00 = c00 * inv;
  const i01 = c01 * inv;
  const i02 = c02 * inv;
  const i11 = (s00 * s22 - s02 * s02) * inv;
  const i12 = (s01 * s02 - s00 * s12) * inv;
  const i22 = (s00 * s11 - s01 * s01) * inv;
  // u = S^-1 e; bias += ph u
  const u0 = i00 * e[0]! + i01 * e[1]! + i02 * e[2]!;
  const u1 = i01 * e[0]! + i11 * e[1]! + i12 * e[2]!;
  const u2 = i02 * e[0]! + i12 * e[1]! + i22 * e[2]!;
  for (let i = 0; i < 3; i++) {
    const r = 3 * i;
    bias[i] = bias[i]! + scratch[r]! * u0 + scratch[r + 1]! * u1 + scratch[r + 2]! * u2;
  }
  // P -= ph S^-1 ph^T, written to both halves so that it stays symmetric
  for (let i = 0; i < 3; i++) {
    const a0 = scratch[3 * i]!;
    const a1 = scratch[3 * i + 1]!;
    const a2 = scratch[3 * i + 2]!;
    const k0 = a0 * i00 + a1 * i01 + a2 * i02;
    const k1 = a0 * i01 + a1 * i11 + a2 * i12;
    const k2 = a0 * i02 + a1 * i12 + a2 * i22;
    for (let j = i; j < 3; j++) {
      const q = 3 * j;
      const value = p[3 * i + j]! - (k0 * scratch[q]! + k1 * scratch[q + 1]! + k2 * scratch[q + 2]!);
      p[3 * i + j] = value;
      p[q + i] = value;
    }
  }
  for (let i = 0; i < 3; i++) if (!(p[4 * i]! > 0)) p[4 * i] = 1e-14;
}
