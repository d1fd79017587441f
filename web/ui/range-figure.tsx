/** Range of motion as one picture: a spoke a direction, as long as its mean, with its 95 % interval. */
import type { DirectionResult, TrialResultValues } from '../../src/contract/trial.ts';
import { formatDeg, t, wordFor } from '../i18n/index.ts';
import { halfWidth95Deg } from '../logic/reference-relation.ts';

/** Where each direction points, degrees clockwise from the top: forward is up, the patient's left on the left. */
const SPOKES: Readonly<Record<string, number>> = {
  flexion: 0,
  'lateral-right': 60,
  'rotation-right': 120,
  extension: 180,
  'rotation-left': 240,
  'lateral-left': 300,
};
const RADIUS = 170;
const FULL_DEG = 90;
const RINGS_DEG = [30, 60, 90];

function point(radius: number, turnDeg: number): readonly [number, number] {
  const turn = (turnDeg * Math.PI) / 180;
  return [radius * Math.sin(turn), -radius * Math.cos(turn)];
}
const radiusOf = (deg: number): number => (RADIUS * Math.min(FULL_DEG, Math.max(0, deg))) / FULL_DEG;

function Spoke({ one }: { readonly one: DirectionResult }) {
  const turn = SPOKES[one.direction] ?? 0;
  const [lx, ly] = point(RADIUS + 34, turn);
  const half = halfWidth95Deg(one.sigma);
  const side = one.direction.endsWith('left') ? 'left' : one.direction.endsWith('right') ? 'right' : 'middle';
  const mean = one.mean === null ? null : point(radiusOf(one.mean), turn);
  const from = one.mean === null || half === null ? null : point(radiusOf(one.mean - half), turn);
  const to = one.mean === null || half === null ? null : point(radiusOf(one.mean + half), turn);
  return (
    <g class={`spoke ${side}`}>
      {mean !== null && <line class="spoke-mean" x1={0} y1={0} x2={mean[0]} y2={mean[1]} />}
      {from !== null && to !== null && <line class="spoke-error" x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} />}
      {mean !== null && <circle class="spoke-end" cx={mean[0]} cy={mean[1]} r={7} />}
      <text class="spoke-name" x={lx} y={ly - 4}>
        {wordFor(t.trial.directions, one.direction, (code) => code)}
      </text>
      <text class="spoke-value" x={lx} y={ly + 16}>
        {one.mean === null ? t.unknown : formatDeg(one.mean)}
      </text>
    </g>
  );
}

export function RangeFigure({ result }: { readonly result: TrialResultValues }) {
  const ends = result.directions.filter((one) => one.mean !== null && one.direction in SPOKES);
  const outline = [...ends]
    .sort((a, b) => SPOKES[a.direction]! - SPOKES[b.direction]!)
    .map((one) => point(radiusOf(one.mean!), SPOKES[one.direction]!).join(','))
    .join(' ');
  return (
    <figure class="card range-figure">
      <svg viewBox="-290 -235 580 470" role="img" aria-label={t.trial.figure}>
        {RINGS_DEG.map((deg) => (
          <g key={deg}>
            <circle class="range-ring" r={radiusOf(deg)} />
            <text class="range-ring-name" x={4} y={-radiusOf(deg) + 14}>
              {deg}°
            </text>
          </g>
        ))}
        {ends.length > 2 && <polygon class="range-area" points={outline} />}
        {result.directions.map((one) => (
          <Spoke key={one.direction} one={one} />
        ))}
      </svg>
      <figcaption class="quiet">{t.trial.figure}</figcaption>
    </figure>
  );
}
