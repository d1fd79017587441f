/**
 * Minimal detectable changes: what people vary by from one session to the next when nothing has changed. They hold for
 * their own test, device and setting; each row says how far its source was read.
 */

export type DetectableChangeTest =
  | 'frt-clinic'
  | 'frt-clinic-across-examiners'
  | 'frt-home'
  | 'crom-half-clinic'
  | 'crom-full-flexion-extension'
  | 'crom-full-lateral'
  | 'crom-full-rotation';

export interface DetectableChange {
  readonly test: DetectableChangeTest;
  /** Data that people read, deg; null: not known, so no change is called. */
  readonly valueDeg: number | null;
  readonly basis: string;
  readonly citation: string;
  readonly url: string | null;
  /** 'abstract': read there. 'recalled': from memory of the paper, not read again. 'advice': a judgement. */
  readonly read: 'abstract' | 'recalled' | 'advice';
  readonly verified: boolean;
}

const VARIATION = {
  citation: 'CA-6000 spine motion analyser, healthy people over three weeks (1998)',
  url: 'https://science.heilpflanzen-welt.de/1998/9726064.htm',
  read: 'abstract',
  verified: true,
} as const;

export const DETECTABLE_CHANGES: readonly DetectableChange[] = Object.freeze([
  {
    test: 'frt-clinic',
    valueDeg: 7,
    basis: '90 % minimal detectable change over about two weeks, compass on the crown',
    citation: 'Hall T, et al. J Orthop Sports Phys Ther 2010; 40:225',
    url: null,
    read: 'recalled',
    verified: false,
  },
  {
    test: 'frt-clinic-across-examiners',
    valueDeg: 10,
    basis:
      'computed: inter-rater ICC 0.66 (Luedtke 2020) with the spread of asymptomatic people, 6.3 degrees (Satpute 2019): SEM 3.7, times 1.96 and the root of two',
    citation: 'Luedtke K, et al. BMC Musculoskelet Disord 2020, s12891-020-03525-6',
    url: 'https://bmcmusculoskeletdisord.biomedcentral.com/articles/10.1186/s12891-020-03525-6',
    read: 'advice',
    verified: false,
  },
  {
    test: 'frt-home',
    valueDeg: null,
    basis: 'no retest data of an active measure at home were found',
    citation: 'none',
    url: null,
    read: 'advice',
    verified: false,
  },
  {
    test: 'crom-half-clinic',
    valueDeg: 10,
    basis: 'one rater, one clinic, until own retest data exist; published values of the CROM device are 3.5 to 6.8',
    citation: 'Audette 2010 and Anwar 2022 for the range',
    url: 'https://pubmed.ncbi.nlm.nih.gov/20436238/',
    read: 'advice',
    verified: false,
  },
  { test: 'crom-full-flexion-extension', valueDeg: 20, basis: 'natural variation over three weeks', ...VARIATION },
  { test: 'crom-full-lateral', valueDeg: 12, basis: 'natural variation over three weeks', ...VARIATION },
  { test: 'crom-full-rotation', valueDeg: 14, basis: 'natural variation over three weeks', ...VARIATION },
]);

/** The row of a test. */
export function detectableChange(test: DetectableChangeTest): DetectableChange {
  return DETECTABLE_CHANGES.find((row) => row.test === test)!;
}
