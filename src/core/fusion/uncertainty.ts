/**
 * The standard uncertainty of a reported angle from its independent parts, and which part dominates (GUM, JCGM 100:2008,
 * 5.1.2: variances add).
 */
export interface UncertaintyParts {
  /** Tilt noise at both poses, rad. */
  readonly tiltRad: number;
  /** Heading gained by gyro bias, scale and noise since the reference pose, rad. */
  readonly headingRad: number;
  /** Residual of the headband's alignment, rad, as it acts on this angle. */
  readonly alignmentRad: number;
  /** Jitter of the hold over which the angle was taken, rad: standard error of its median. */
  readonly holdRad: number;
  /** Movement of the band against the skull, rad: creep over the trial. */
  readonly softTissueRad: number;
}

export type UncertaintyPart = 'tilt' | 'heading' | 'alignment' | 'hold' | 'softTissue';

export interface UncertaintyBudget {
  readonly sigmaRad: number;
  /** Half-width of the 95 % interval, rad (normal, k = 1.96). */
  readonly halfWidth95Rad: number;
  /** Share of each part in the variance, 0..1. */
  readonly shares: Readonly<Record<UncertaintyPart, number>>;
  readonly dominant: UncertaintyPart;
}

export const COVERAGE_FACTOR_95 = 1.96;

/** Adds the parts up. A part that is not finite makes the whole infinite: unknown is never taken for certain. */
export function uncertaintyBudget(parts: UncertaintyParts): UncertaintyBudget {
  const variances: [UncertaintyPart, number][] = [
    ['tilt', parts.tiltRad * parts.tiltRad],
    ['heading', parts.headingRad * parts.headingRad],
    ['alignment', parts.alignmentRad * parts.alignmentRad],
    ['hold', parts.holdRad * parts.holdRad],
    ['softTissue', parts.softTissueRad * parts.softTissueRad],
  ];
  let total = 0;
  let dominant: [UncertaintyPart, number] = variances[0]!;
  for (const one of variances) {
    if (!Number.isFinite(one[1])) one[1] = Number.POSITIVE_INFINITY;
    total += one[1];
    if (one[1] > dominant[1]) dominant = one;
  }
  const share = (v: number): number =>
    total === Number.POSITIVE_INFINITY ? (v === total ? 1 : 0) : total > 0 ? v / total : 0;
  const sigmaRad = Math.sqrt(total);
  return {
    sigmaRad,
    halfWidth95Rad: COVERAGE_FACTOR_95 * sigmaRad,
    shares: Object.fromEntries(variances.map(([name, v]) => [name, share(v)])) as Record<UncertaintyPart, number>,
    dominant: dominant[0],
  };
}

/** Standard error of the median of n independent normal values with standard deviation s: s sqrt(pi / (2 n)). */
export function medianSigma(standardDeviation: number, independentValues: number): number {
  return standardDeviation * Math.sqrt(Math.PI / (2 * Math.max(1, independentValues)));
}
