/**
 * Rotation in flexion beside rotation from neutral. In full flexion the lower neck is locked, so that the quotient tells
 * of the share of the upper neck (Schäfer 2020: it stays much the same with age; MRI: rotation falls by 16 % at C1-2 in
 * flexion, by 61 to 77 % below). There is no published limit for it: it is followed, never judged.
 */

export interface SideAngles {
  readonly leftRad: number;
  readonly rightRad: number;
  /** Standard uncertainty of each, rad. */
  readonly leftSigmaRad: number;
  readonly rightSigmaRad: number;
}

export interface RotationRatio {
  /** Left and right together, so that an error of neutral cancels. */
  readonly ratio: number;
  /** Standard uncertainty of it, first order (GUM 5.1.2), the two tests taken as independent. */
  readonly sigma: number;
}

/** NaN where a side is missing or the head did not turn from neutral. */
export function rotationRatio(inFlexion: SideAngles, fromNeutral: SideAngles): RotationRatio {
  const flexed = inFlexion.leftRad + inFlexion.rightRad;
  const neutral = fromNeutral.leftRad + fromNeutral.rightRad;
  if (!(neutral > 0) || !Number.isFinite(flexed)) return { ratio: Number.NaN, sigma: Number.NaN };
  const ratio = flexed / neutral;
  const above = Math.hypot(inFlexion.leftSigmaRad, inFlexion.rightSigmaRad);
  const below = Math.hypot(fromNeutral.leftSigmaRad, fromNeutral.rightSigmaRad);
  return { ratio, sigma: Math.hypot(above / neutral, (ratio * below) / neutral) };
}
