/** How a measured angle stands to a published reference, with its uncertainty. Words, never a verdict. */

/** Two-sided 95 % of a normal distribution. */
export const COVERAGE_95 = 1.96;

/** With a 95 % half width over this, deg, a comparison would say nothing: a third of the reference itself. */
export const TOO_UNCERTAIN_DEG = 10;

export type ReferenceRelation = 'below' | 'above' | 'within-error' | 'too-uncertain' | 'unknown';

/** Half width of the 95 % interval, deg; null where the uncertainty is not known. */
export function halfWidth95Deg(sigmaDeg: number | null): number | null {
  return sigmaDeg === null || !Number.isFinite(sigmaDeg) ? null : COVERAGE_95 * sigmaDeg;
}

/**
 * 'within-error' when the 95 % interval spans the reference, and also when the uncertainty is not known: without it
 * nothing can be said to lie on one side. 'too-uncertain' when the half width is over TOO_UNCERTAIN_DEG.
 */
export function relationToReference(
  meanDeg: number | null,
  sigmaDeg: number | null,
  referenceDeg: number,
): ReferenceRelation {
  if (meanDeg === null || !Number.isFinite(meanDeg)) return 'unknown';
  const half = halfWidth95Deg(sigmaDeg);
  if (half !== null && half > TOO_UNCERTAIN_DEG) return 'too-uncertain';
  if (half === null || Math.abs(meanDeg - referenceDeg) <= half) return 'within-error';
  return meanDeg < referenceDeg ? 'below' : 'above';
}

/** 95 % half width of a difference of two independent means, deg. */
export function differenceHalfWidth95Deg(leftSigmaDeg: number | null, rightSigmaDeg: number | null): number | null {
  if (leftSigmaDeg === null || rightSigmaDeg === null) return null;
  return COVERAGE_95 * Math.hypot(leftSigmaDeg, rightSigmaDeg);
}
