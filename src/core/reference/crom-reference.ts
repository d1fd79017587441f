/**
 * Published ranges of motion, full cycles from end range to end range. Only what was read in the source named stands
 * here. They differ by device and by what the head is measured against: a row is a band on a result only where both agree.
 */

export type FullCycleName = 'flexion-extension' | 'lateral' | 'rotation';

export interface CromReference {
  readonly id: string;
  readonly cycle: FullCycleName;
  /** Data that people read, deg. */
  readonly meanDeg: number;
  readonly sdDeg: number;
  readonly n: number;
  readonly group: string;
  readonly instrument: string;
  /** A head that is measured against the thorax takes two sensors. */
  readonly against: 'thorax' | 'space';
  readonly citation: string;
  readonly url: string;
  readonly verified: boolean;
}

const NIEWIADOMSKI = {
  n: 97,
  group: 'healthy adults, mean age 28.3 years, active',
  instrument: 'optical 3D, head against thorax',
  against: 'thorax',
  citation: 'Niewiadomski 2019',
  url: 'https://www.springermedizin.de/experimental-assessment-of-cervical-ranges-of-motion-and-compens/16412752?fulltextView=true',
  verified: true,
} as const;

export const CROM_REFERENCES: readonly CromReference[] = Object.freeze([
  { id: 'niewiadomski-2019-fe', cycle: 'flexion-extension', meanDeg: 127.4, sdDeg: 15.1, ...NIEWIADOMSKI },
  { id: 'niewiadomski-2019-lb', cycle: 'lateral', meanDeg: 89.3, sdDeg: 12, ...NIEWIADOMSKI },
  { id: 'niewiadomski-2019-ar', cycle: 'rotation', meanDeg: 146.4, sdDeg: 13, ...NIEWIADOMSKI },
]);

/** The verified row of a cycle, and whether it may stand as a band beside a result that was measured against `against`. */
export function cromReference(
  cycle: FullCycleName,
  against: CromReference['against'],
): { readonly row: CromReference; readonly matches: boolean } | null {
  const row = CROM_REFERENCES.find((one) => one.cycle === cycle && one.verified);
  return row ? { row, matches: row.against === against } : null;
}
