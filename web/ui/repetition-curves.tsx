/** The repetitions of a test laid over each other: one panel a direction, all on the same scale. */
import type { RepetitionRecord } from '../../src/contract/repetition-record.ts';
import { formatDeg, formatWhole, t, wordFor } from '../i18n/index.ts';
import { curveScale, type RepetitionCurve } from '../logic/repetition-curves.ts';
import { curvesOf } from '../state/curves.ts';

/** Of a panel, in its own units. */
const WIDTH = 340;
const HEIGHT = 190;
const LEFT = 36;
const RIGHT = 10;
const TOP = 12;
const BOTTOM = 26;
const RING = 5;
const CROSS = 5;

const sideOf = (direction: string): string =>
  direction.endsWith('left') ? 'left' : direction.endsWith('right') ? 'right' : 'middle';

interface PanelProps {
  readonly direction: string;
  readonly curves: readonly RepetitionCurve[];
  readonly records: readonly RepetitionRecord[];
  readonly scale: { readonly s: number; readonly deg: number };
}

function Curve({
  curve,
  record,
  x,
  y,
}: {
  readonly curve: RepetitionCurve;
  readonly record: RepetitionRecord;
  readonly x: (s: number) => number;
  readonly y: (deg: number) => number;
}) {
  const line = curve.points.map(({ s, deg }) => `${x(s).toFixed(1)},${y(deg).toFixed(1)}`).join(' ');
  const last = curve.points.at(-1)!;
  const counts = record.status === 'counted' && record.angleDeg !== null && curve.endS !== null;
  return (
    <g class={`curve ${record.status}`}>
      <polyline points={line} />
      {counts && <circle cx={x(curve.endS!)} cy={y(record.angleDeg!)} r={RING} />}
      {record.status === 'rejected' && (
        <path
          class="curve-cross"
          d={`M${x(last.s) - CROSS} ${y(last.deg) - CROSS}l${2 * CROSS} ${2 * CROSS}m0 ${-2 * CROSS}l${-2 * CROSS} ${2 * CROSS}`}
        />
      )}
    </g>
  );
}

function Panel({ direction, curves, records, scale }: PanelProps) {
  const x = (s: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * (s + 0.3)) / (scale.s + 0.3);
  const y = (deg: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.max(-5, deg) / scale.deg);
  const recordOf = ({ number }: RepetitionCurve) => records.find((one) => one.number === number);
  const of = (status: RepetitionRecord['status']) =>
    records.filter((one) => one.direction === direction && one.status === status);
  const counted = of('counted').map(({ angleDeg }) => formatDeg(angleDeg));
  const name = wordFor(t.trial.directions, direction, (code) => code);
  const stepDeg = scale.deg > 60 ? 30 : scale.deg > 30 ? 20 : 10;
  const ticks = Array.from({ length: Math.floor(scale.deg / stepDeg) + 1 }, (_, i) => i * stepDeg);
  const stepS = scale.s > 8 ? 4 : 2;
  const seconds = Array.from({ length: Math.floor(scale.s / stepS) + 1 }, (_, i) => i * stepS);
  return (
    <figure class={`curve-panel ${sideOf(direction)}`} data-testid={`curves-${direction}`}>
      <figcaption>{name}</figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t.curves.label(name, counted.join(', '), formatWhole(of('rejected').length))}
      >
        {ticks.map((deg) => (
          <g key={deg}>
            <line class="curve-grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(deg)} y2={y(deg)} />
            <text class="curve-tick" x={LEFT - 6} y={y(deg) + 4} text-anchor="end">
              {formatWhole(deg)}
              {t.result.unit}
            </text>
          </g>
        ))}
        {seconds.map((s) => (
          <text key={s} class="curve-tick" x={x(s)} y={HEIGHT - 6} text-anchor="middle">
            {t.trial.seconds(formatWhole(s))}
          </text>
        ))}
        <line class="curve-start" x1={x(0)} x2={x(0)} y1={TOP} y2={HEIGHT - BOTTOM} />
        {curves.map((curve) => {
          const record = recordOf(curve);
          return record && <Curve key={curve.number} curve={curve} record={record} x={x} y={y} />;
        })}
      </svg>
    </figure>
  );
}

function Key({ records }: { readonly records: readonly RepetitionRecord[] }) {
  const words = t.curves;
  const has = (status: RepetitionRecord['status']): boolean => records.some((one) => one.status === status);
  return (
    <ul class="curve-key">
      {(['counted', 'practice', 'rejected'] as const).filter(has).map((status) => (
        <li key={status}>
          <svg viewBox="0 0 36 14" aria-hidden="true">
            <g class={`curve ${status}`}>
              <polyline points="1,7 35,7" />
              {status === 'counted' && <circle cx="18" cy="7" r={RING} />}
              {status === 'rejected' && <path class="curve-cross" d="M25 2l10 10m0-10l-10 10" />}
            </g>
          </svg>
          {words.status[status]}
        </li>
      ))}
    </ul>
  );
}

/** Where a test is kept. */
export interface StoredTest {
  readonly sessionId: string;
  readonly trialId: string;
}

/** Nothing while degrees are hidden, and for a test without angles. `directions` in the order of the panels. */
export function RepetitionCurves({
  test,
  directions,
  repetitions,
}: {
  readonly test: StoredTest;
  readonly directions: readonly string[];
  readonly repetitions: readonly RepetitionRecord[];
}) {
  if (!repetitions.some(({ angleDeg }) => angleDeg !== null)) return null;
  const curves = curvesOf(test.sessionId, test.trialId, repetitions).value;
  const words = t.curves;
  const scale = curves.status === 'ready' ? curveScale(curves.value) : null;
  return (
    <section class="card curves" data-testid="curves" data-status={curves.status}>
      <h2>{words.title}</h2>
      <p class="quiet">{curves.status === 'failed' ? words.none : words.help}</p>
      {curves.status === 'loading' && <p class="empty">{words.loading}</p>}
      {curves.status === 'ready' && scale !== null && (
        <>
          <div class="curve-panels">
            {directions.map((direction) => (
              <Panel
                key={direction}
                direction={direction}
                curves={curves.value.filter((one) => one.direction === direction)}
                records={repetitions}
                scale={scale}
              />
            ))}
          </div>
          <Key records={repetitions} />
        </>
      )}
    </section>
  );
}
