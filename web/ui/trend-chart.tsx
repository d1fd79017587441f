/** One series over time as a picture: values with their 95 % bars, the band around the first one, headache marked. */
import type { OutcomeSeries } from '../../src/contract/outcome.ts';
import { trendPicture } from '../../src/core/outcome/picture.ts';
import { formatDate, formatOne, formatWhole, t } from '../i18n/index.ts';
import { measureName, valueText } from '../logic/outcome-words.ts';

/** Of the drawing, in its own units; the text in it is drawn at this size. */
const WIDTH = 340;
const HEIGHT = 132;
const LEFT = 40;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 22;
const POINT = 4.5;

export function TrendChart(props: {
  readonly series: OutcomeSeries;
  /** What the width stands for: the same for all charts beside each other. */
  readonly fromMs: number;
  readonly toMs: number;
}) {
  const { series, fromMs, toMs } = props;
  const picture = trendPicture(series, fromMs, toMs);
  const wide = WIDTH - LEFT - RIGHT - 2 * POINT;
  const high = HEIGHT - TOP - BOTTOM;
  const x = (share: number): number => LEFT + POINT + share * wide;
  const y = (share: number): number => TOP + share * high;
  // Two marks may not read the same.
  const tickText = picture.ticks.every(({ value }) => Number.isInteger(value)) ? formatWhole : formatOne;
  const first = series.points[0]!;
  const last = series.points.at(-1)!;
  const label = t.outcome.chart(
    measureName(series.measure),
    formatWhole(series.points.length),
    valueText(series.unit, first.value),
    valueText(series.unit, last.value),
  );
  const line = picture.points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(' ');
  return (
    <svg class={`trend-chart grade-${series.grade}`} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {picture.band && (
        <rect
          class="band"
          x={LEFT}
          y={y(picture.band[0])}
          width={WIDTH - LEFT - RIGHT}
          height={Math.max(1, y(picture.band[1]) - y(picture.band[0]))}
        />
      )}
      <line class="baseline" x1={LEFT} x2={WIDTH - RIGHT} y1={y(picture.baseline)} y2={y(picture.baseline)} />
      {picture.ticks.map((tick) => (
        <g key={tick.value}>
          <line class="tick" x1={LEFT - 4} x2={LEFT} y1={y(tick.y)} y2={y(tick.y)} />
          <text class="tick-text" x={LEFT - 7} y={y(tick.y) + 4} text-anchor="end">
            {tickText(tick.value)}
          </text>
        </g>
      ))}
      <line class="axis" x1={LEFT} x2={LEFT} y1={TOP} y2={TOP + high} />
      <polyline class="line" points={line} />
      {picture.points.map((point, index) => (
        <g key={`${point.x} ${index}`}>
          {point.bar && (
            <path
              class="bar"
              d={`M${x(point.x)} ${y(point.bar[0])}V${y(point.bar[1])}M${x(point.x) - 4} ${y(point.bar[0])}h8M${x(point.x) - 4} ${y(point.bar[1])}h8`}
            />
          )}
          {point.headache ? (
            <rect
              class="point headache"
              x={x(point.x) - POINT}
              y={y(point.y) - POINT}
              width={2 * POINT}
              height={2 * POINT}
              transform={`rotate(45 ${x(point.x)} ${y(point.y)})`}
            />
          ) : (
            <circle class="point" cx={x(point.x)} cy={y(point.y)} r={POINT} />
          )}
        </g>
      ))}
      <text class="tick-text" x={LEFT} y={HEIGHT - 5}>
        {formatDate(fromMs)}
      </text>
      {toMs > fromMs && (
        <text class="tick-text" x={WIDTH - RIGHT} y={HEIGHT - 5} text-anchor="end">
          {formatDate(toMs)}
        </text>
      )}
    </svg>
  );
}

/** What the marks mean, once for all charts. */
export function TrendKey() {
  const words = t.outcome;
  return (
    <ul class="trend-key">
      <li>
        <svg class="trend-chart" viewBox="0 0 20 20" aria-hidden="true">
          <path class="bar" d="M10 2V18M6 2h8M6 18h8" />
          <circle class="point" cx="10" cy="10" r="4.5" />
        </svg>
        {words.barMark}
      </li>
      <li>
        <svg class="trend-chart" viewBox="0 0 20 20" aria-hidden="true">
          <rect class="band" x="0" y="3" width="20" height="14" />
          <line class="baseline" x1="0" x2="20" y1="10" y2="10" />
        </svg>
        {words.bandMark}
      </li>
      <li>
        <svg class="trend-chart" viewBox="0 0 20 20" aria-hidden="true">
          <rect class="point headache" x="5.5" y="5.5" width="9" height="9" transform="rotate(45 10 10)" />
        </svg>
        {words.headacheMark}
      </li>
    </ul>
  );
}
