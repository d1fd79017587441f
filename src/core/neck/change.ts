/** Whether two results differ: judged against the published minimal detectable change and against our own uncertainty. */
import { COVERAGE_95 } from './uncertainty.ts';

export type ChangeVerdict = 'changed' | 'not changed' | 'unclear';

export interface Change {
  /** Later minus earlier, rad. */
  readonly changeRad: number;
  /** Standard uncertainty of it, rad. */
  readonly sigmaRad: number;
  /** Half of its 95 % interval, rad. */
  readonly halfWidthRad: number;
  /** Beyond this a change counts: the larger of the minimal detectable change and our own half width, rad. */
  readonly thresholdRad: number;
  readonly verdict: ChangeVerdict;
}

export interface ChangeInput {
  readonly angleRad: number;
  /** Standard uncertainty, rad; not a number: not known. */
  readonly sigmaRad: number;
}

/**
 * With d the difference, u = sqrt(sigma_1^2 + sigma_2^2) and h = 1.96 u (the two sessions' errors taken as independent:
 * the band is put on anew):
 *
 *   changed       |d| > max(MDC, h)      more than both what people vary by and what we may be wrong by
 *   not changed   |d| + h <= MDC         the whole 95 % interval lies inside what people vary by
 *   unclear       otherwise, and whenever anything is not known
 *
 * @param minimalDetectableChangeRad of the same test, method and setting, rad
 */
export function judgeChange(earlier: ChangeInput, later: ChangeInput, minimalDetectableChangeRad: number): Change {
  const changeRad = later.angleRad - earlier.angleRad;
  const sigmaRad = Math.hypot(earlier.sigmaRad, later.sigmaRad);
  const halfWidthRad = COVERAGE_95 * sigmaRad;
  const mdc = minimalDetectableChangeRad;
  const thresholdRad = Math.max(mdc, halfWidthRad);
  const known = Number.isFinite(changeRad) && Number.isFinite(halfWidthRad) && Number.isFinite(mdc);
  let verdict: ChangeVerdict = 'unclear';
  if (known && Math.abs(changeRad) > thresholdRad) verdict = 'changed';
  else if (known && Math.abs(changeRad) + halfWidthRad <= mdc) verdict = 'not changed';
  return { changeRad, sigmaRad, halfWidthRad, thresholdRad, verdict };
}
