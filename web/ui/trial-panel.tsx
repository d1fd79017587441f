/** Of a test other than the FRT: a picture where it has six directions, then the numbers, then every repetition. */
import type { RepetitionRecord } from '../../src/contract/repetition-record.ts';
import type { TrialResultValues } from '../../src/contract/trial.ts';
import { formatDeg, formatOne, formatWhole, t, wordFor } from '../i18n/index.ts';
import { halfWidth95Deg } from '../logic/reference-relation.ts';
import { MovementQuality } from './movement-quality.tsx';
import { RangeFigure } from './range-figure.tsx';
import { RepetitionCurves, type StoredTest } from './repetition-curves.tsx';
import { TableScroll } from './table-scroll.tsx';

function valueWords(measure: string, value: number | null): string {
  if (value === null) return t.unknown;
  if (measure === 'angleDeg') return formatDeg(value);
  return measure.endsWith('Degps') ? t.trial.degps(formatWhole(value)) : t.trial.seconds(formatOne(value));
}

function measureOf(record: RepetitionRecord, measure: string): number | null {
  if (measure === 'angleDeg') return record.angleDeg;
  const value = record.values[measure];
  return typeof value === 'number' ? value : null;
}

interface TrialPanelProps {
  /** Id of the test's protocol. */
  readonly kind: string;
  /** Null for a test that did not come to a result. */
  readonly result: TrialResultValues | null;
  /** Name of the primary measure with its unit. */
  readonly measure: string;
  readonly repetitions: readonly RepetitionRecord[];
  /** Where it is stored; null where nobody says. */
  readonly test: StoredTest | null;
}

/** More rows than these stay closed at first: pictures come before numbers. */
const OPEN_ROWS = 12;
/** Tests whose repetitions are single movements to an end range. */
const MOVEMENTS = ['crom', 'crom-home', 'rotation-neutral'];

function Repetitions({ measure, repetitions }: Pick<TrialPanelProps, 'measure' | 'repetitions'>) {
  const { table } = t.trial;
  return (
    <details class="card more-rows" open={repetitions.length <= OPEN_ROWS}>
      <summary>{t.trial.allRepetitions(formatWhole(repetitions.length))}</summary>
      <TableScroll label={t.result.table.title}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{table.number}</th>
              <th scope="col">{table.movement}</th>
              <th scope="col" class="num">
                {table.value}
              </th>
              <th scope="col">{table.remark}</th>
            </tr>
          </thead>
          <tbody>
            {repetitions.map((one) => {
              const half = halfWidth95Deg(one.sigmaDeg);
              const remarks = [
                ...(one.practice ? [t.trial.practice] : []),
                ...(one.reason === null ? [] : [wordFor(t.trial.reasons, one.reason, (code) => code)]),
                ...one.warnings.map((code) => wordFor(t.trial.warnings, code, (word) => word)),
              ];
              return (
                <tr key={one.number} class={one.status}>
                  <td>{one.number}</td>
                  <td>{wordFor(t.trial.directions, one.direction, (code) => code)}</td>
                  <td class="num">
                    {valueWords(measure, measureOf(one, measure))}
                    {half !== null && <small class="quiet"> {t.result.plusMinus(formatDeg(half))}</small>}
                  </td>
                  <td>{remarks.join(', ')}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
    </details>
  );
}

export function TrialPanel(props: TrialPanelProps) {
  const { kind, result, measure, repetitions, test } = props;
  const movements = MOVEMENTS.includes(kind);
  const directions = result?.directions.map(({ direction }) => direction) ?? [
    ...new Set(repetitions.map(({ direction }) => direction)),
  ];
  return (
    <>
      {result !== null && result.directions.length === 6 && <RangeFigure result={result} />}
      {result !== null && (
        <section class="card">
          <dl class="facts trial-facts">
            {result.directions.map((one) => {
              const half = halfWidth95Deg(one.sigma);
              return (
                <div key={one.direction} data-testid={`trial-${one.direction}`} data-value={one.mean ?? ''}>
                  <dt>{wordFor(t.trial.directions, one.direction, (code) => code)}</dt>
                  <dd>
                    <strong>{valueWords(result.measure, one.mean)}</strong>
                    {half !== null && <span class="side-error"> {t.result.plusMinus(formatDeg(half))}</span>}{' '}
                    <small class="quiet">{one.count === 0 ? t.trial.none : t.trial.counted(String(one.count))}</small>
                  </dd>
                </div>
              );
            })}
          </dl>
        </section>
      )}
      {movements && test !== null && <RepetitionCurves test={test} directions={directions} repetitions={repetitions} />}
      {movements && result !== null && <MovementQuality directions={directions} repetitions={repetitions} />}
      <Repetitions measure={measure} repetitions={repetitions} />
    </>
  );
}
