/** The episode in one picture: every series with its verdict; what was measured beside what the patient reported. */
import type { OutcomeSeries, SubjectOutcome } from '../../src/contract/outcome.ts';
import { COVERAGE_95 } from '../../src/core/neck/uncertainty.ts';
import { formatWhole, t } from '../i18n/index.ts';
import { changeText, halfText, measureName, valueText, verdictReason, verdictWord } from '../logic/outcome-words.ts';
import { SimBadge } from './sim-badge.tsx';
import { TrendChart, TrendKey } from './trend-chart.tsx';

/** That no change is published is a fact about the literature, not a warning about the patient. */
const verdictClass = ({ verdict }: OutcomeSeries): string =>
  verdict === null || verdict.notComparable.includes('no-threshold')
    ? 'none'
    : verdict.verdict === 'not changed'
      ? 'same'
      : verdict.verdict;

export function Verdict({ series }: { readonly series: OutcomeSeries }) {
  return (
    <p class="verdict">
      <strong class={`verdict-word ${verdictClass(series)}`} data-testid={`verdict-${series.measure}`}>
        {verdictWord(series)}
      </strong>
      {series.verdict !== null && <span class="quiet"> {verdictReason(series)}</span>}
    </p>
  );
}

function SeriesCard(props: { readonly series: OutcomeSeries; readonly fromMs: number; readonly toMs: number }) {
  const { series } = props;
  const first = series.points[0]!;
  const last = series.points.at(-1)!;
  const grade = series.grade === 'patient-reported' ? null : t.outcome.grades[series.grade];
  return (
    <li class="card series-card" data-testid={`series-${series.measure}`}>
      <header>
        <div>
          <h3>{measureName(series.measure)}</h3>
          <p class="quiet">
            {grade}
            {series.afterTreatment && `, ${t.outcome.afterTreatment}`} {series.simulated && <SimBadge />}
          </p>
        </div>
        <p class="series-value">
          {series.points.length > 1 && <span class="quiet">{valueText(series.unit, first.value)} → </span>}
          <strong>{valueText(series.unit, last.value)}</strong>
          <span class="series-half quiet">{halfText(series.unit, last.sigma)}</span>
        </p>
      </header>
      {series.points.length > 1 && <TrendChart {...props} />}
      <Verdict series={series} />
    </li>
  );
}

export function EpisodePicture({ outcome }: { readonly outcome: SubjectOutcome }) {
  const words = t.outcome;
  const times = outcome.series.flatMap(({ points }) => points.map(({ atMs }) => atMs));
  const span = { fromMs: Math.min(...times), toMs: Math.max(...times) };
  const reported = outcome.series.filter(({ grade }) => grade === 'patient-reported');
  const measured = outcome.series.filter(({ grade }) => grade !== 'patient-reported');
  const group = (title: string, help: string, none: string, list: readonly OutcomeSeries[]) => (
    <section class="series-group" aria-label={title}>
      <h2>{title}</h2>
      <p class="quiet">{help}</p>
      {list.length === 0 ? (
        <p class="card empty">{none}</p>
      ) : (
        <ul class="series-list">
          {list.map((series, index) => (
            <SeriesCard key={`${series.measure} ${index}`} series={series} {...span} />
          ))}
        </ul>
      )}
    </section>
  );
  return (
    <div class="episode-picture" data-testid="episode-picture">
      <div class="episode-columns">
        {group(words.reported, words.reportedHelp, words.noReported, reported)}
        {group(words.measured, words.measuredHelp, words.noMeasured, measured)}
      </div>
      {outcome.series.length > 0 && (
        <div class="small-print quiet">
          <TrendKey />
          <p>{words.rule}</p>
          {outcome.measuresJudged > 1 && <p>{words.together(formatWhole(outcome.measuresJudged))}</p>}
        </div>
      )}
    </div>
  );
}

/** The latest visit in one picture: each value on its own scale, beside the first one and its band. */
export function VisitPicture({ outcome, sessionId }: { readonly outcome: SubjectOutcome; readonly sessionId: string }) {
  const words = t.outcome;
  const rows = outcome.series.flatMap((series) => {
    const point = series.points.findLast((one) => one.sessionId === sessionId);
    return point ? [{ series, point }] : [];
  });
  if (rows.length === 0) return <p class="card empty">{words.noMeasured}</p>;
  return (
    <div class="card visit-picture" data-testid="visit-picture">
      <table class="table visit-table">
        <thead>
          <tr>
            <th scope="col">{words.measured}</th>
            <th scope="col" class="num">
              {words.firstValue}
            </th>
            <th scope="col">
              <span class="visually-hidden">{words.bandMark}</span>
            </th>
            <th scope="col" class="num">
              {words.thisVisit}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ series, point }, index) => (
            <tr key={`${series.measure} ${index}`}>
              <th scope="row">
                {measureName(series.measure)}
                <span class="quiet"> {words.grades[series.grade]}</span>
                {series.afterTreatment && <span class="quiet"> {words.afterTreatment}</span>}
              </th>
              <td class="num quiet">{valueText(series.unit, series.points[0]!.value)}</td>
              <td class="visit-strip">
                <VisitStrip series={series} value={point.value} sigma={point.sigma} headache={point.headache} />
              </td>
              <td class="num">
                <strong>{valueText(series.unit, point.value)}</strong>
                <span class="quiet series-half">{halfText(series.unit, point.sigma)}</span>
                {point !== series.points[0] && (
                  <span class="quiet series-half">
                    {changeText(series.unit, point.value - series.points[0]!.value)}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const STRIP = 240;
const INSET = 8;

function VisitStrip(props: {
  readonly series: OutcomeSeries;
  readonly value: number;
  readonly sigma: number | null;
  readonly headache: boolean | null;
}) {
  const { series, value, sigma } = props;
  const half = sigma === null ? 0 : COVERAGE_95 * sigma;
  const first = series.points[0]!.value;
  const reach = Math.max(series.band ?? 0, Math.abs(value - first) + half, 1e-9) * 1.1;
  const x = (at: number): number => INSET + ((at - first + reach) / (2 * reach)) * (STRIP - 2 * INSET);
  return (
    <svg class={`trend-chart strip grade-${series.grade}`} viewBox={`0 0 ${STRIP} 28`} aria-hidden="true">
      {series.band !== null && (
        <rect
          class="band"
          x={x(first - series.band)}
          y="3"
          width={x(first + series.band) - x(first - series.band)}
          height="22"
        />
      )}
      <line class="baseline" x1={x(first)} x2={x(first)} y1="2" y2="26" />
      {half > 0 && (
        <path
          class="bar"
          d={`M${x(value - half)} 14H${x(value + half)}M${x(value - half)} 10v8M${x(value + half)} 10v8`}
        />
      )}
      {props.headache ? (
        <rect
          class="point headache"
          x={x(value) - 5}
          y="9"
          width="10"
          height="10"
          transform={`rotate(45 ${x(value)} 14)`}
        />
      ) : (
        <circle class="point" cx={x(value)} cy="14" r="5" />
      )}
    </svg>
  );
}
