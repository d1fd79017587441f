/**
 * What is followed over time: a direction of a test, or two that make one full movement, with what its values vary by when
 * nothing has changed. Degrees, seconds and degrees per second: these are values that people read.
 */
import { homeRangeOfMotion } from '../protocol/crom-home.ts';
import { protocolOf } from '../protocol/registry.ts';
import { type DetectableChangeTest, detectableChange } from '../reference/detectable-change.ts';
import { type Instrument, instrument } from './instruments.ts';
import type { EvidenceGrade, TrendThresholds } from './trend.ts';

export interface TrendMeasure {
  /** "frt-left", "crom-rotation" … */
  readonly id: string;
  /** Kind of the test. */
  readonly kind: string;
  /** Directions of the test's result; the values of several are added up. */
  readonly directions: readonly string[];
  /** Name of the test's primary measure at the edge. */
  readonly measure: 'angleDeg' | 'holdS' | 'onsetS' | 'peakSpeedDegps';
  readonly unit: 'deg' | 's' | 'degps';
  /** In which settings it is followed. */
  readonly settings: readonly ('clinic' | 'home')[];
  /** Detectable change with one examiner, and across several; null: none is known. */
  readonly detectable: DetectableChangeTest | null;
  readonly detectableAcross: DetectableChangeTest | null;
}

const CLINIC = ['clinic'] as const;
/** Alone: at home, and in the clinic as the baseline that home is compared with. */
const ALONE = ['clinic', 'home'] as const;
const angle = { measure: 'angleDeg', unit: 'deg' } as const;

const frt = (['left', 'right'] as const).map(
  (side): TrendMeasure => ({
    ...{ id: `frt-${side}`, kind: 'frt', directions: [side], ...angle, settings: CLINIC },
    ...{ detectable: 'frt-clinic', detectableAcross: 'frt-clinic-across-examiners' },
  }),
);

/** Half movements vary by 10 degrees with one examiner; nothing is known across examiners. */
const halves = ['flexion', 'extension', 'lateral-left', 'lateral-right', 'rotation-left', 'rotation-right'].map(
  (direction): TrendMeasure => ({
    ...{ id: `crom-${direction}`, kind: 'crom', directions: [direction], ...angle, settings: CLINIC },
    ...{ detectable: 'crom-half-clinic', detectableAcross: null },
  }),
);

/** Alone the full movement: an error of the neutral cancels, and how much it varies over weeks is known. */
const fulls = (
  [
    ['flexion-extension', ['flexion', 'extension'], 'crom-full-flexion-extension'],
    ['lateral', ['lateral-left', 'lateral-right'], 'crom-full-lateral'],
    ['rotation', ['rotation-left', 'rotation-right'], 'crom-full-rotation'],
  ] as const
).map(
  ([name, directions, test]): TrendMeasure => ({
    ...{ id: `crom-full-${name}`, kind: homeRangeOfMotion.id, directions, ...angle, settings: ALONE },
    ...{ detectable: test, detectableAcross: test },
  }),
);

const NOTHING_KNOWN = { detectable: null, detectableAcross: null } as const;

const others: readonly TrendMeasure[] = [
  ...(['left', 'right'] as const).map(
    (side): TrendMeasure => ({
      ...{ id: `neutral-rotation-${side}`, kind: 'rotation-neutral', directions: [`rotation-${side}`], ...angle },
      ...{ settings: CLINIC, detectable: 'crom-half-clinic' as const, detectableAcross: null },
    }),
  ),
  {
    ...{ id: 'endurance', kind: 'endurance', directions: ['none'], measure: 'holdS', unit: 's' },
    ...{ settings: CLINIC, ...NOTHING_KNOWN },
  },
  {
    ...{ id: 'sustained', kind: 'sustained', directions: ['none'], measure: 'onsetS', unit: 's' },
    ...{ settings: CLINIC, ...NOTHING_KNOWN },
  },
  ...(['left', 'right'] as const).map(
    (side): TrendMeasure => ({
      ...{ id: `fast-rotation-${side}`, kind: 'fast-rotation', directions: [side], measure: 'peakSpeedDegps' },
      ...{ unit: 'degps', settings: CLINIC, ...NOTHING_KNOWN },
    }),
  ),
  // The home-style active turn in flexion: its own test, its own series, no published change.
  ...(['left', 'right'] as const).map(
    (side): TrendMeasure => ({
      ...{ id: `home-flexion-rotation-${side}`, kind: 'home-flexion-rotation', directions: [side], ...angle },
      ...{ settings: ALONE, ...NOTHING_KNOWN },
    }),
  ),
];

/** In the order in which they are shown. */
export const TREND_MEASURES: readonly TrendMeasure[] = Object.freeze([...frt, ...halves, ...fulls, ...others]);

/** What is measured in the clinic with an examiner's hands, with an examiner's words, or by the person alone. */
export function evidenceGrade(kind: string, setting: 'clinic' | 'home'): EvidenceGrade {
  return setting === 'home' ? 'self-active' : (protocolOf(kind)?.evidence ?? 'examiner-active');
}

const Z90 = 1.645;
const Z95 = 1.96;

const degOf = (test: DetectableChangeTest | null): number | null =>
  test === null ? null : detectableChange(test).valueDeg;

/** Of a measured value. No important change of a range is known: range does not speak for the patient. */
export function rangeThresholds({ detectable, detectableAcross }: TrendMeasure): TrendThresholds {
  return {
    detectable: degOf(detectable),
    detectableAcrossExaminers: degOf(detectableAcross),
    // The FRT's 7 degrees were published for 90 %; everything else here stands for 95 %.
    detectableQuantile: detectable === 'frt-clinic' ? Z90 : Z95,
    acrossQuantile: Z95,
    important: null,
  };
}

/** Of a reported score. */
export function scoreThresholds({ change }: Instrument): TrendThresholds {
  const { detectable, detectableQuantile, important } = change;
  return { detectable, detectableAcrossExaminers: detectable, detectableQuantile, important };
}

/** Scores whose later value minus an earlier one means something; a rating of change is a change already. */
export const TREND_SCORES: readonly Instrument[] = ['nprs', 'ndi', 'hit6', 'midas', 'psfs', 'headache-days-28'].map(
  (id) => instrument(id)!,
);
