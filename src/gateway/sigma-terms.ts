/** What an uncertainty is made of, in the degrees of the record. */
import { ANGLE_TERMS, type AngleTerm, type AngleUncertainty } from '../core/neck/uncertainty.ts';
import { degFromRad } from '../core/units.ts';

/** Standard uncertainty by cause, deg. */
export type SigmaTermsDeg = Readonly<Record<AngleTerm, number>>;

export function sigmaTermsDeg({ terms }: AngleUncertainty): SigmaTermsDeg {
  return Object.fromEntries(ANGLE_TERMS.map((name) => [name, degFromRad(terms[name])])) as SigmaTermsDeg;
}
