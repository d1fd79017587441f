/**
 * Codes of the FHIR bundle. Only codes that were found in a source are used: two of LOINC. For the neck's ranges no code
 * was found, so they have codes of our own system, which the bundle carries with it.
 */

export const LOINC = 'http://loinc.org';
export const UCUM = 'http://unitsofmeasure.org';
export const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
export const ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';
export const TAGS = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
/** A name, not an address: nothing is fetched from there. */
export const LOCAL = 'urn:neck-rom-kit:codesystem:neck-motion';
export const SUBJECT_IDS = 'urn:neck-rom-kit:subject-code';
export const DEVICE_IDS = 'urn:neck-rom-kit:sensor-serial';

export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

/** Instruments with a LOINC code of their own; the others use the local system. */
export const SCORE_CODES: Readonly<Record<string, Coding>> = {
  ndi: { system: LOINC, code: '82237-9', display: 'Neck Disability Index total score' },
  nprs: { system: LOINC, code: '72514-3', display: 'Pain severity - 0-10 verbal numeric rating [Score] - Reported' },
};

export const COMPONENTS: readonly (readonly [measure: string, code: string, display: string])[] = [
  ['flexionDeg', 'conjunct-flexion', 'Flexion at end range, chin down positive'],
  ['lateralDeg', 'conjunct-right-lateral', 'Lateral flexion at end range, to the right positive'],
  ['axialDeg', 'conjunct-left-rotation', 'Rotation at end range, to the left positive'],
];

export const local = (code: string, display: string): Coding => ({ system: LOCAL, code, display });
