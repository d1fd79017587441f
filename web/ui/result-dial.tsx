import type { FrtRepetition, Side } from '../../src/contract/state.ts';
import { formatDeg, t } from '../i18n/index.ts';
import { dialArc, dialPoint } from '../logic/dial.ts';
import { halfWidth95Deg } from '../logic/reference-relation.ts';
import { DIAL_HALF_DEG, DIAL_RADIUS, Dial } from './dial.tsx';
import { HeadTopShape } from './head-pictures.tsx';
import type { FrtResult } from './result-panel.tsx';

const sign = (side: Side): number => (side === 'left' ? 1 : -1);
const clamp = (deg: number): number => Math.max(-DIAL_HALF_DEG, Math.min(DIAL_HALF_DEG, deg));

function SideArc({
  side,
  result,
  repetitions,
}: {
  readonly side: Side;
  readonly result: FrtResult;
  readonly repetitions: readonly FrtRepetition[];
}) {
  const { meanDeg, sigmaDeg } = result[side];
  const half = halfWidth95Deg(sigmaDeg);
  return (
    <g class={side}>
      {meanDeg !== null && <path class="dial-mean" d={dialArc(0, 0, DIAL_RADIUS, 0, clamp(sign(side) * meanDeg))} />}
      {meanDeg !== null && half !== null && (
        <path
          class="dial-error"
          d={dialArc(
            0,
            0,
            DIAL_RADIUS - 22,
            clamp(sign(side) * (meanDeg - half)),
            clamp(sign(side) * (meanDeg + half)),
          )}
        />
      )}
      {repetitions
        .filter(
          (repetition) => repetition.side === side && repetition.status === 'counted' && repetition.angleDeg !== null,
        )
        .map((repetition) => {
          const [x, y] = dialPoint(0, 0, DIAL_RADIUS - 36, clamp(sign(side) * repetition.angleDeg!));
          return <circle key={repetition.number} class="dial-rep" cx={x} cy={y} r="4.5" />;
        })}
    </g>
  );
}

function ReferenceLine({ deg }: { readonly deg: number }) {
  const [x0, y0] = dialPoint(0, 0, DIAL_RADIUS - 54, deg);
  const [x1, y1] = dialPoint(0, 0, DIAL_RADIUS + 14, deg);
  return <line class="dial-reference" x1={x0} y1={y0} x2={x1} y2={y1} />;
}

/** Both sides over the reference, with the interval and every counted repetition. */
export function ResultDial({
  result,
  repetitions,
}: {
  readonly result: FrtResult;
  readonly repetitions: readonly FrtRepetition[];
}) {
  const title = t.result.picture(
    formatDeg(result.left.meanDeg),
    formatDeg(result.right.meanDeg),
    formatDeg(result.reference.valueDeg),
  );
  return (
    <Dial title={title}>
      <SideArc side="left" result={result} repetitions={repetitions} />
      <SideArc side="right" result={result} repetitions={repetitions} />
      <ReferenceLine deg={result.reference.valueDeg} />
      <ReferenceLine deg={-result.reference.valueDeg} />
      <g class="dial-still">
        <HeadTopShape />
      </g>
    </Dial>
  );
}
