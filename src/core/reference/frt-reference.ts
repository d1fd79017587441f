/**
 * Published reference values of the Flexion-Rotation Test. Only what was read in the source named stands here; each
 * row says how much of it was verified. They come from small case-control samples, most of one research group, and from
 * other instruments: a result is "below the selected published reference", never more than that.
 */

import type { InstrumentConvention } from '../result/reference-relation.ts';

export interface FrtReference {
  readonly id: string;
  /** Rotation to the more restricted side below which the reference speaks, deg: this is data that people read. */
  readonly valueDeg: number;
  /** What stands behind "below the selected published reference". */
  readonly label: string;
  /** Who was compared. */
  readonly groups: string;
  readonly citation: string;
  readonly url: string;
  /** What its instrument reads of a turn, as far as the source was read. */
  readonly convention: InstrumentConvention;
  readonly instrument: string;
  /** How far the source was read: its abstract, or a secondary page about it. */
  readonly read: 'abstract' | 'secondary';
  /** True when value and groups were read in the source's own text (at least its abstract). */
  readonly verified: boolean;
}

/** The abstracts do not say; the later studies of the same group are known to have used a compass on the crown. */
const NOT_STATED = 'not stated in what was read; later studies of the group used a compass on the crown';

export const FRT_REFERENCES: readonly FrtReference[] = Object.freeze([
  {
    id: 'hall-2010b',
    valueDeg: 32,
    label: '32°, Hall 2010b',
    groups: 'cervicogenic headache (mean 26°, n 12) against lower cervical facet pain (mean 37.5°, n 12)',
    citation: 'Hall T, et al. J Man Manip Ther 2010; 18:126',
    url: 'https://pubmed.ncbi.nlm.nih.gov/21886422/',
    convention: 'not-stated',
    instrument: NOT_STATED,
    read: 'abstract',
    verified: true,
  },
  {
    id: 'hall-2010a',
    valueDeg: 30,
    label: '30°, Hall 2010a',
    groups: 'cervicogenic headache (mean 25°) against migraine (42°) and multiple headache forms (35°), n 20 each',
    citation: 'Hall T, et al. J Headache Pain 2010; 11:391',
    url: 'https://mijn.bsl.nl/link?doi=10.1007/s10194-010-0222-3',
    convention: 'not-stated',
    instrument: NOT_STATED,
    read: 'abstract',
    verified: true,
  },
  {
    id: 'loss-of-10',
    valueDeg: 34,
    label: '34°, ten degrees short of 44° (Hall & Robinson 2004 controls)',
    groups: 'rule of practice: at least 10° less than the 44° of 28 asymptomatic people',
    citation: 'Rule: physmedu.com; 44°: Hall T, Robinson K. Man Ther 2004 (PubMed 15522644)',
    url: 'https://physmedu.com/portfolio-items/cervical-flexion-rotation-test/',
    convention: 'heading',
    instrument: 'CROM device, which reads rotation with a compass',
    read: 'secondary',
    verified: false,
  },
]);

/** The reference that is used until a clinic chooses another. */
export const DEFAULT_FRT_REFERENCE_ID = 'hall-2010b';

/** Group means for context, deg: never a cut-off. */
export interface FrtGroupValue {
  readonly group: string;
  readonly meanDeg: number;
  readonly sdDeg: number | null;
  readonly n: number;
  readonly citation: string;
  readonly url: string;
  readonly verified: boolean;
}

export const FRT_GROUP_VALUES: readonly FrtGroupValue[] = Object.freeze([
  {
    group: 'asymptomatic, each side',
    meanDeg: 44,
    sdDeg: null,
    n: 28,
    citation: 'Hall & Robinson 2004',
    url: 'https://www.ncbi.nlm.nih.gov/pubmed/15522644',
    verified: true,
  },
  {
    group: 'cervicogenic headache, headache side',
    meanDeg: 28,
    sdDeg: null,
    n: 28,
    citation: 'Hall & Robinson 2004',
    url: 'https://www.ncbi.nlm.nih.gov/pubmed/15522644',
    verified: true,
  },
  {
    group: 'asymptomatic, left',
    meanDeg: 45.0,
    sdDeg: 6.04,
    n: 32,
    citation: 'Satpute 2019 (telephone compass)',
    url: 'https://research-repository.uwa.edu.au/en/publications/the-c0-c2-axial-rotation-test-normal-values-intra-and-inter-rater',
    verified: true,
  },
  {
    group: 'asymptomatic, right',
    meanDeg: 44.6,
    sdDeg: 6.57,
    n: 32,
    citation: 'Satpute 2019 (telephone compass)',
    url: 'https://research-repository.uwa.edu.au/en/publications/the-c0-c2-axial-rotation-test-normal-values-intra-and-inter-rater',
    verified: true,
  },
]);

/** The reference of an id; the default one when there is none of that id. */
export function frtReference(id: string = DEFAULT_FRT_REFERENCE_ID): FrtReference {
  return FRT_REFERENCES.find((reference) => reference.id === id) ?? FRT_REFERENCES[0]!;
}

/** Those that may be chosen: value and groups were read in the source's own text. */
export const SELECTABLE_FRT_REFERENCES: readonly FrtReference[] = FRT_REFERENCES.filter(({ verified }) => verified);
