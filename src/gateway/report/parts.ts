/** Sentences and tables that more than one report says, of one test. */
import type { Comparison } from '../../contract/comparison.ts';
import type { ReportBlock } from '../../contract/report.ts';
import { againstReference, fullCycles, movementQuality, startInclinationDeg } from '../../contract/test-result.ts';
import { cromReference } from '../../core/reference/crom-reference.ts';
import type { FrtReference } from '../../core/reference/frt-reference.ts';
import type { ReportTest } from './facts.ts';
import type { Words } from './words.ts';

const COVERAGE_95 = 1.96;
export const paragraph = (text: string, tone: 'plain' | 'strong' | 'quiet' = 'plain'): ReportBlock => ({
  type: 'paragraph',
  text,
  tone,
});

/** How a side stands to the chosen reference; empty where the test has none. */
export function relationWords(
  w: Words,
  { trial, figures }: ReportTest,
  direction: string,
  chosen: FrtReference,
): string {
  const side = figures.directions.find((one) => one.direction === direction);
  if (trial.kind !== 'frt' || side === undefined) return '';
  const { relation, compassDeg } = againstReference(side, startInclinationDeg(trial, direction), chosen);
  const words = w.t.relation[relation](chosen.label);
  return relation === 'not-comparable' && compassDeg !== null
    ? `${words}; ${w.t.compass(w.wholeDeg(compassDeg))}`
    : words;
}

export function referenceSource(w: Words, chosen: FrtReference): string {
  const groups = w.t.groups[chosen.id] ?? chosen.groups;
  const instrument = w.t.instruments[chosen.id] ?? chosen.instrument;
  return `${w.t.source(chosen.citation, groups)} ${w.t.instrument(instrument)}`;
}

/** Left minus right in words; null where a side is missing. */
export function differenceWords(w: Words, { figures }: ReportTest): string | null {
  if (figures.measure !== 'angleDeg' || figures.directions.length !== 2) return null;
  const left = figures.directions.find(({ direction }) => direction.endsWith('left'));
  const right = figures.directions.find(({ direction }) => direction.endsWith('right'));
  if (!left || !right || left.mean === null || right.mean === null) return null;
  const difference = left.mean - right.mean;
  const sigma = left.sigma === null || right.sigma === null ? null : Math.hypot(left.sigma, right.sigma);
  const within = sigma === null || Math.abs(difference) <= COVERAGE_95 * sigma;
  const said = w.t.difference(w.deg(Math.abs(difference)), w.half('angleDeg', sigma));
  return `${said}, ${within ? w.t.differenceWithin : w.t.differenceMore[difference > 0 ? 'left' : 'right']}.`;
}

export const againstTitle = (w: Words, { against, atMs }: Comparison): string =>
  against === 'last-time' ? w.t.against['last-time'](w.date(atMs)) : w.t.against['before-treatment'](w.time(atMs));

/** One line a comparison: each direction with its change, its interval and its verdict; one verdict for all is said once. */
export function comparisonWords(w: Words, comparison: Comparison, measure: string): string {
  const { directions } = comparison;
  const because = (codes: readonly string[]): string =>
    codes.length === 0 ? '' : ` ${w.t.because(codes.map((code) => w.word(w.t.reasons, code)).join(', '))}`;
  const parts = directions.map(({ direction, change, halfWidth }) => {
    const by = `${change !== null && change > 0 ? '+' : ''}${w.value(measure, change)}`;
    const half = halfWidth === null ? '' : ` ± ${w.value(measure, halfWidth)}`;
    return `${w.word(w.t.directions, direction)} ${by}${half}`;
  });
  const verdicts = directions.map(({ verdict, notComparable }) => `${w.t.verdicts[verdict]}${because(notComparable)}`);
  const [first] = verdicts;
  const said = verdicts.every((one) => one === first)
    ? `${parts.join(', ')}: ${first}`
    : parts.map((part, i) => `${part}: ${verdicts[i]}`).join('; ');
  const limits = directions.flatMap(({ threshold }) => (threshold === null ? [] : [threshold]));
  const limit = limits.length > 0 ? ` ${w.t.threshold(w.value(measure, Math.max(...limits)))}` : '';
  return `${againstTitle(w, comparison)}: ${said}.${limit}`;
}

export function callWords(w: Words, { calls, blinded }: ReportTest): string | null {
  const said = Object.entries(calls).map(
    ([direction, call]) => `${w.word(w.t.directions, direction)} ${w.word(w.t.calls, call)}`,
  );
  if (said.length === 0) return null;
  return blinded ? w.t.call(said.join(', ')) : w.t.callOpen(said.join(', '));
}

/** Every direction with its mean, interval, best, spread and what limits it; of a range of motion also what goes with it. */
export function figuresTable(w: Words, { trial, figures }: ReportTest): ReportBlock {
  const { table } = w.t;
  const { measure } = figures;
  const crom = trial.kind === 'crom';
  const more = crom ? [table.conjunct, table.speed, table.smoothness] : [table.end];
  return {
    type: 'table',
    head: [table.direction, table.mean, table.error, table.best, table.spread, table.count, table.dominant, ...more],
    numeric: [1, 2, 3, 4, 5, ...(crom ? [8, 9] : [])],
    rows: figures.directions
      .filter(({ count }) => count > 0)
      .map((one) => {
        const quality = movementQuality(trial, one.direction);
        const conjunct = quality.conjunctAngle;
        return [
          w.word(w.t.directions, one.direction),
          w.value(measure, one.mean),
          w.half(measure, one.sigma).replace('± ', ''),
          w.value(measure, one.best),
          w.value(measure, one.count > 1 ? one.spread : null),
          String(one.count),
          one.dominant === null ? '–' : w.word(w.t.terms, one.dominant),
          ...(crom
            ? [
                conjunct === null ? '–' : `${w.t.conjunct[conjunct]} ${w.deg(quality.conjunctDeg)}`,
                w.value('peakSpeedDegps', quality.peakSpeedDegps),
                w.two(quality.logDimensionlessJerk),
              ]
            : [one.endReason === null ? '–' : w.word(w.t.ends, one.endReason)]),
        ];
      }),
  };
}

/** Full cycles beside the published ones, with their source; nothing for a test that is no range of motion. */
export function cyclesTable(w: Words, { trial }: ReportTest): ReportBlock[] {
  const { table } = w.t;
  const cycles = trial.kind === 'crom' ? fullCycles(trial) : [];
  if (cycles.length === 0) return [];
  const against = trial.result?.['trunkCorrected'] === true ? 'thorax' : 'space';
  const source = cromReference(cycles[0]!.cycle, against);
  return [
    {
      type: 'table',
      head: [table.cycle, table.mean, table.error, table.published],
      numeric: [1, 2, 3],
      rows: cycles.map(({ cycle, meanDeg, sigmaDeg }) => {
        const published = cromReference(cycle, against)?.row;
        return [
          w.t.cycles[cycle],
          w.deg(meanDeg),
          w.half('angleDeg', sigmaDeg).replace('± ', ''),
          published ? `${w.deg(published.meanDeg)} (${w.deg(published.sdDeg)})` : '–',
        ];
      }),
    },
    ...(source
      ? [paragraph(w.t[source.matches ? 'cromSourceThorax' : 'cromSource'](source.row.citation, source.row.n), 'quiet')]
      : []),
  ];
}

export function methodWords(w: Words, { trial }: ReportTest): string {
  const { methods } = w.t;
  const led = trial.parameters['alignmentLedBy'] === 'examiner' ? ` ${methods.ledByExaminer}` : '';
  const corrected = trial.result?.['trunkCorrected'];
  const trunk = corrected === true ? ` ${methods.trunk}` : corrected === false ? ` ${methods.trunkLost}` : '';
  if (trial.kind === 'frt') return `${methods.frt}${trunk}${led}`;
  if (trial.kind !== 'crom' && trial.kind !== 'rotation-neutral') return `${methods.other}${led}`;
  return corrected === true ? `${methods.cromTrunk}${trunk}${led}` : `${methods.crom}${trunk}${led}`;
}

/** What did not count, and why; null when all did. */
export function rejectedWords(w: Words, { trial }: ReportTest): string | null {
  const rejected = trial.repetitions.filter(({ status }) => status === 'rejected');
  if (rejected.length === 0) return null;
  const reasons = [...new Set(rejected.map(({ reason }) => w.word(w.t.reasonWords, reason ?? '')))];
  return `${w.t.rejected(rejected.length)}: ${reasons.join(', ')}.`;
}
