/**
 * Quantile of the standard normal distribution, by P. J. Acklam's rational approximation (2003) and one step of Halley's
 * method on the complementary error function: relative error below 1e-9 for p in (1e-12, 1 - 1e-12).
 */

const A = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
const LOW = 0.02425;

/** Coefficients from the highest power down. */
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

function tail(q: number): number {
  return polynomial(C, q) / (polynomial(D, q) * q + 1);
}

/**
 * Distribution function of the standard normal, by the series about 0 (|x| < 6 is all that a quantile asks for):
 * Phi(x) = 1/2 + phi(x) * (x + x^3/3 + x^5/15 + ...), Abramowitz & Stegun 26.2.11.
 */
export function normalDistribution(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 400; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

/** @returns x with P(X <= x) = p; NaN outside (0, 1). */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return Number.NaN;
  let x: number;
  if (p < LOW) x = tail(Math.sqrt(-2 * Math.log(p)));
  else if (p > 1 - LOW) x = -tail(Math.sqrt(-2 * Math.log(1 - p)));
  else {
    const q = p - 0.5;
    const r = q * q;
    x = (polynomial(A, r) * q) / (polynomial(B, r) * r + 1);
  }
  if (Math.abs(x) > 6) return x;
  const error = (normalDistribution(x) - p) * Math.sqrt(2 * Math.PI) * Math.exp(0.5 * x * x);
  return x - error / (1 + 0.5 * x * error);
}
