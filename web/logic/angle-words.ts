/** An angle as a person reads it: a word for the direction and whole degrees, never a sign. */
import { degFromRad } from '../../src/core/units.ts';
import { COVERAGE_95 } from './reference-relation.ts';

export type Plane = 'turn' | 'nod' | 'tilt';
export const PLANES: readonly Plane[] = ['turn', 'nod', 'tilt'];

/** Keys of the catalogue's direction words. */
export type Direction = 'left' | 'right' | 'down' | 'up' | 'tiltRight' | 'tiltLeft' | 'centre';

/** Which word stands for a positive and a negative angle in each plane (signs: src/core/frames.ts). */
export const PLANE_DIRECTIONS: Readonly<Record<Plane, { readonly positive: Direction; readonly negative: Direction }>> =
  {
    turn: { positive: 'left', negative: 'right' },
    nod: { positive: 'down', negative: 'up' },
    tilt: { positive: 'tiltRight', negative: 'tiltLeft' },
  };

/** Whole degrees of the magnitude; 0 and 'centre' go together, so "left 0" is never shown. */
export function wholeDegrees(rad: number): number {
  return Math.round(Math.abs(degFromRad(rad)));
}

/** The word for a signed angle; 'centre' where it rounds to 0 degrees. */
export function directionOf(plane: Plane, rad: number): Direction {
  if (!Number.isFinite(rad) || wholeDegrees(rad) === 0) return 'centre';
  return rad > 0 ? PLANE_DIRECTIONS[plane].positive : PLANE_DIRECTIONS[plane].negative;
}

// 0..180 made once: the animation loop writes text 60 times a second and should not build strings for it.
const DEGREE_TEXT: readonly string[] = Array.from({ length: 181 }, (_, deg) => `${deg}°`);
/** Uncertainties in tenths of a degree up to 20.0, in whole degrees beyond; one table a decimal sign. */
const TENTHS_TEXT = Object.fromEntries(
  ['.', ','].map((decimal) => [
    decimal,
    Array.from({ length: 201 }, (_, tenths) => `± ${(tenths / 10).toFixed(1).replace('.', decimal)}°`),
  ]),
);
const WHOLE_TEXT: readonly string[] = Array.from({ length: 181 }, (_, deg) => `± ${deg}°`);

/** "41°" for a signed angle in rad, a dash when it is not known. Allocates nothing. */
export function degreeText(rad: number): string {
  if (!Number.isFinite(rad)) return '—';
  return DEGREE_TEXT[Math.min(180, wholeDegrees(rad))]!;
}

/** "± 1.2°", the 95 % half width of a standard uncertainty in rad; empty when not known. Allocates nothing. */
export function uncertaintyText(sigmaRad: number, decimal: string = '.'): string {
  if (!Number.isFinite(sigmaRad)) return '';
  const deg = degFromRad(COVERAGE_95 * sigmaRad);
  return deg <= 20 ? TENTHS_TEXT[decimal]![Math.round(10 * deg)]! : WHOLE_TEXT[Math.min(180, Math.round(deg))]!;
}
