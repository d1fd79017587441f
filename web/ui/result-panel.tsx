/** A test's result: the picture first, then the numbers, then every repetition. */

import { recordOfFrt } from '../../src/contract/records.ts';
import type { FrtRepetition, FrtState, Side } from '../../src/contract/state.ts';
import { againstReference, dominantOf } from '../../src/contract/test-result.ts';
import { formatDeg, formatOne, formatWhole, t, wordFor } from '../i18n/index.ts';
import { countedOf } from '../logic/frt-progress.ts';
import { differenceHalfWidth95Deg, halfWidth95Deg } from '../logic/reference-relation.ts';
import { endedBySymptom } from '../logic/symptom-end.ts';
import { chosenReference } from '../state/reference.ts';
import { ReferenceChoice } from './reference-choice.tsx';
import { RepetitionCurves, type StoredTest } from './repetition-curves.tsx';
import { ResultDial } from './result-dial.tsx';
import { TableScroll } from './table-scroll.tsx';

export type FrtResult = NonNullable<FrtState['result']>;

/** The head's long axis from the vertical at the start, mean over the counted repetitions of a side, deg. */
function inclinationDeg(repetitions: readonly FrtRepetition[], side: Side): number | null {
  const known = repetitions.flatMap((one) =>
    one.status === 'counted' && one.side === side && one.startInclinationDeg !== null ? [one.startInclinationDeg] : [],
  );
  return known.length === 0 ? null : known.reduce((sum, deg) => sum + deg, 0) / known.length;
}

interface SideProps {
  readonly side: Side;
  readonly result: FrtResult;
  readonly repetitions: readonly FrtRepetition[];
}

/** Every counted repetition of the side was ended by what the patient felt: the mean tells of that, not of the range. */
function onlyBySymptom(repetitions: readonly FrtRepetition[], side: Side): boolean {
  const counted = repetitions.filter((one) => one.status === 'counted' && one.side === side);
  return counted.length > 0 && counted.every(endedBySymptom);
}

function SideNumbers({ side, result, repetitions }: SideProps) {
  const own = result[side];
  const chosen = chosenReference();
  const { relation, compassDeg } = againstReference(
    { mean: own.meanDeg, sigma: own.sigmaDeg },
    inclinationDeg(repetitions, side),
    chosen,
  );
  const half = halfWidth95Deg(own.sigmaDeg);
  const dominant = dominantOf({ repetitions: repetitions.map(recordOfFrt) }, side);
  return (
    <section
      class={`side-card ${side}`}
      data-testid={`result-${side}`}
      data-deg={own.meanDeg === null ? '' : own.meanDeg.toFixed(1)}
    >
      <h2>{t.result[side]}</h2>
      <p class="side-mean">
        {formatDeg(own.meanDeg)}
        {half !== null && (
          <span class="side-error">
            {t.result.plusMinus(formatDeg(half))} <small class="quiet">{t.result.fromCount(own.count)}</small>
          </span>
        )}
      </p>
      {onlyBySymptom(repetitions, side) && <p class="attention">{t.result.onlyBySymptom}</p>}
      <p class="side-relation">{t.result.reference[relation](chosen.label)}</p>
      {relation === 'not-comparable' && compassDeg !== null && (
        <p class="small-print quiet">{t.result.compass(formatDeg(compassDeg))}</p>
      )}
      <dl class="facts slim">
        <div>
          <dt>{t.result.best}</dt>
          <dd>{formatDeg(own.bestDeg)}</dd>
        </div>
        <div>
          <dt>{t.result.spread}</dt>
          <dd>{own.count > 1 ? formatDeg(own.spreadDeg) : t.unknown}</dd>
        </div>
        <div>
          <dt>{t.result.counted}</dt>
          <dd>{own.count}</dd>
        </div>
        {dominant !== null && (
          <div class="in-words">
            <dt>{t.quality.dominant}</dt>
            <dd>{wordFor(t.quality.terms, dominant, (code) => code)}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Difference({ result }: { readonly result: FrtResult }) {
  const { differenceDeg } = result;
  if (differenceDeg === null) return null;
  const half = differenceHalfWidth95Deg(result.left.sigmaDeg, result.right.sigmaDeg);
  const within = half === null || Math.abs(differenceDeg) <= half;
  const side = differenceDeg > 0 ? 'left' : 'right';
  return (
    <p class="difference" data-testid="result-difference">
      <span class="quiet">{t.result.difference}</span> <b>{formatDeg(Math.abs(differenceDeg))}</b>
      {half !== null && <span class="quiet"> {t.result.plusMinus(formatDeg(half))}</span>}{' '}
      {within ? t.result.differenceWithin : t.result.differenceMore[side]}
    </p>
  );
}

function StatusCell({ repetition, inMean }: { readonly repetition: FrtRepetition; readonly inMean: boolean }) {
  const words = [t.result.status[repetition.status]];
  const byPain = endedBySymptom(repetition);
  if (byPain) words.push(repetition.endReason === 'headache' ? t.result.endedByHeadache : t.result.endedByPain);
  if (!inMean) words.push(t.result.notInMean);
  if (repetition.reason !== null) words.push(wordFor(t.frt.reasons, repetition.reason, t.frt.reasonUnknown));
  for (const warning of repetition.warnings) {
    // Said already, and more exactly.
    if (byPain && warning === repetition.endReason) continue;
    words.push(wordFor(t.result.warnings, warning, (code) => code));
  }
  return (
    <td class={`status ${repetition.status}`}>
      <span>{words[0]}</span>
      {words.length > 1 && <span class="quiet"> · {words.slice(1).join(', ')}</span>}
    </td>
  );
}

/**
 * Whether the stored mean leaves out what pain ended on a side: told by its own count, since results of older versions
 * stay as they were.
 */
function painLeftOut(result: FrtResult | null, repetitions: readonly FrtRepetition[], side: Side): boolean {
  return result !== null && result[side].count < countedOf(repetitions, side);
}

interface RepetitionTableProps {
  /** Null for a test that did not come to a result. */
  readonly result: FrtResult | null;
  readonly repetitions: readonly FrtRepetition[];
}

/** Every repetition as it was stored, those that do not count included. */
export function RepetitionTable({ result, repetitions }: RepetitionTableProps) {
  const { table } = t.result;
  const leftOut = {
    left: painLeftOut(result, repetitions, 'left'),
    right: painLeftOut(result, repetitions, 'right'),
  };
  const anyPain = repetitions.some((one) => one.status === 'counted' && endedBySymptom(one));
  return (
    <section class="card">
      <h2>{table.title}</h2>
      <TableScroll label={table.title}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{table.number}</th>
              <th scope="col">{table.side}</th>
              <th scope="col" class="num">
                {table.angle}
              </th>
              <th scope="col" class="num">
                {table.error}
              </th>
              <th scope="col" class="num wide-cell">
                {table.gravity}
              </th>
              <th scope="col" class="num wide-cell">
                {table.closure}
              </th>
              <th scope="col" class="num wide-cell">
                {table.speed}
              </th>
              <th scope="col" class="num wide-cell">
                {table.hold}
              </th>
              <th scope="col">{table.status}</th>
            </tr>
          </thead>
          <tbody>
            {repetitions.map((repetition) => (
              <tr key={repetition.number} class={repetition.status} data-testid="repetition-row">
                <td>{repetition.number}</td>
                <td>
                  <span class={`side-word ${repetition.side}`}>{t.frt.sideUpper[repetition.side]}</span>
                </td>
                <td class="num strong">{formatDeg(repetition.angleDeg)}</td>
                <td class="num">{formatDeg(halfWidth95Deg(repetition.sigmaDeg))}</td>
                <td class="num wide-cell">{formatDeg(repetition.gravityAngleDeg)}</td>
                <td class="num wide-cell">{formatDeg(repetition.closureDeg)}</td>
                <td class="num wide-cell">
                  {repetition.peakSpeedDegps === null
                    ? t.unknown
                    : `${formatWhole(repetition.peakSpeedDegps)}${t.frt.guards.speedUnit}`}
                </td>
                <td class="num wide-cell">
                  {repetition.holdS === null ? t.unknown : t.sessions.seconds(formatOne(repetition.holdS))}
                </td>
                <StatusCell
                  repetition={repetition}
                  inMean={repetition.status !== 'counted' || !endedBySymptom(repetition) || !leftOut[repetition.side]}
                />
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {anyPain && <p class="small-print quiet">{table.painNote}</p>}
    </section>
  );
}

/** Everything about one test with a result. */
export function ResultPanel({
  result,
  repetitions,
  test,
}: {
  readonly result: FrtResult;
  readonly repetitions: readonly FrtRepetition[];
  /** Where it is stored; null where nobody says. */
  readonly test: StoredTest | null;
}) {
  const { id, valueDeg, label, citation } = chosenReference();
  const shown = { ...result, reference: { id, valueDeg, label, source: citation } };
  return (
    <div class="result">
      <div class="card result-top">
        <SideNumbers side="left" result={shown} repetitions={repetitions} />
        <figure class="result-dial">
          <ResultDial result={shown} repetitions={repetitions} />
          <figcaption>
            <span class="reference-key">{t.result.referenceLine(label)}</span>
            <Difference result={result} />
          </figcaption>
        </figure>
        <SideNumbers side="right" result={shown} repetitions={repetitions} />
      </div>
      <ReferenceChoice />
      {test !== null && (
        <RepetitionCurves test={test} directions={['left', 'right']} repetitions={repetitions.map(recordOfFrt)} />
      )}
      <RepetitionTable result={result} repetitions={repetitions} />
      <footer class="small-print quiet">
        <p>{t.result.method}</p>
        <p>
          {t.result.referenceSource}: {citation}. {t.result.instruments[id] ?? ''}
        </p>
        <p>{t.result.caution}</p>
      </footer>
    </div>
  );
}
