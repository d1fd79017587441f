/** How a measured value stands to a published one, with its uncertainty. Words, never a verdict. */
import { COVERAGE_95 } from '../neck/uncertainty.ts';
import { radFromDeg } from '../units.ts';

export type ReferenceRelation = 'below' | 'above' | 'within-error' | 'too-uncertain' | 'not-comparable' | 'unknown';

/** What the instrument behind a reference reads of a turned head; 'not-stated': what was read of the source does not say. */
export type InstrumentConvention = 'twist' | 'heading' | 'not-stated';

/** With a 95 % half width over this, rad, a comparison would say nothing: a third of the reference itself. */
export const TOO_UNCERTAIN_RAD = radFromDeg(10);

/**
 * 'within-error' when the 95 % interval spans the reference, and also when the uncertainty is not known: without it
 * nothing can be said to lie on one side. All in one unit; NaN for what is not known.
 */
export function relationTo(
  value: number,
  sigma: number,
  reference: number,
  tooUncertain = TOO_UNCERTAIN_RAD,
): ReferenceRelation {
  if (!Number.isFinite(value)) return 'unknown';
  const half = COVERAGE_95 * sigma;
  if (half > tooUncertain) return 'too-uncertain';
  if (!Number.isFinite(half) || Math.abs(value - reference) <= half) return 'within-error';
  return value < reference ? 'below' : 'above';
}

/** The head's long axis further than this from the vertical: a compass on the head no longer reads a turn, rad. */
export const COMPASS_LIMIT_RAD = radFromDeg(70);

/**
 * What a compass on the head reads of a twist about the head's long axis, rad: its heading, atan2(sin t, cos t cos b),
 * with b the angle of that axis from the vertical. NaN where it reads none.
 */
export function compassReadingRad(twistRad: number, longAxisRad: number): number {
  if (!(Math.abs(longAxisRad) <= COMPASS_LIMIT_RAD)) return Number.NaN;
  return Math.atan2(Math.sin(twistRad), Math.cos(twistRad) * Math.cos(longAxisRad));
}

export interface TwistAgainstReference {
  readonly relation: ReferenceRelation;
  /** What a compass would have read of the same turn, rad; NaN when not known. */
  readonly compassRad: number;
  /** The relation of that reading. */
  readonly compassRelation: ReferenceRelation;
}

/**
 * A measured twist against a reference that was read with another instrument. A compass's reference is held against what
 * a compass would have read; where the source does not state its instrument, only what holds for either reading is said.
 *
 * @param longAxisRad the head's long axis from the vertical at the start, rad; NaN: not known
 */
export function twistAgainst(
  twistRad: number,
  sigmaRad: number,
  longAxisRad: number,
  reference: { readonly valueRad: number; readonly convention: InstrumentConvention },
): TwistAgainstReference {
  const { valueRad, convention } = reference;
  const direct = relationTo(twistRad, sigmaRad, valueRad);
  const compassRad = compassReadingRad(twistRad, longAxisRad);
  const step = 1e-4;
  const slope =
    (compassReadingRad(twistRad + step, longAxisRad) - compassReadingRad(twistRad - step, longAxisRad)) / (2 * step);
  const compassRelation = Number.isFinite(compassRad)
    ? relationTo(compassRad, Math.abs(slope) * sigmaRad, valueRad)
    : 'not-comparable';
  if (convention === 'twist' || direct === 'unknown') return { relation: direct, compassRad, compassRelation };
  if (convention === 'heading') return { relation: compassRelation, compassRad, compassRelation };
  const relation = direct === compassRelation || direct === 'too-uncertain' ? direct : 'not-comparable';
  return { relation, compassRad, compassRelation };
}
