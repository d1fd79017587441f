import type { FrtRepetition, Side } from '../../src/contract/state.ts';
import { formatDeg, formatWhole, t } from '../i18n/index.ts';
import { dialArc, dialPoint } from '../logic/dial.ts';
import { halfWidth95Deg } from '../logic/reference-relation.ts';
import { DIAL_HALF_DEG, DIAL_RADIUS, Dial } from './dial.tsx';
import { HeadTopShape } from './head-pictures.tsx';
import type { FrtResult } from './result-panel.tsx';

const WHISKER_RADIUS = DIAL_RADIUS - 20;
const DOT_RADIUS = DIAL_RADIUS - 36;

const sign = (side: Side): number => (side === 'left' ? 1 : -1);
const clamp = (deg: number): number => Math.max(-DIAL_HALF_DEG, Math.min(DIAL_HALF_DEG, deg));

interface SideArcProps {
  readonly side: Side;
  readonly result: FrtResult;
  readonly repetitions: readonly FrtRepetition[];
}

/** A radial stroke between two radii at a signed angle. */
function Stroke({
  deg,
  from,
  to,
  name,
}: {
  readonly deg: number;
  readonly from: number;
  readonly to: number;
  readonly name: string;
}) {
  const [x0, y0] = dialPoint(0, 0, from, deg);
  const [x1, y1] = dialPoint(0, 0, to, deg);
  return <line class={name} x1={x0} y1={y0} x2={x1} y2={y1} />;
}

/** Mean as an arc, its interval as a whisker inside it, the counted repetitions as dots further in. */
function SideArc({ side, result, repetitions }: SideArcProps) {
  const { meanDeg, sigmaDeg } = result[side];
  if (meanDeg === null) return null;
  const half = halfWidth95Deg(sigmaDeg);
  const at = (deg: number): number => clamp(sign(side) * deg);
  const counted = repetitions.filter((one) => one.side === side && one.status === 'counted' && one.angleDeg !== null);
  return (
    <g class={side}>
      <path class="dial-mean" d={dialArc(0, 0, DIAL_RADIUS, 0, at(meanDeg))} />
      {half !== null && (
        <>
          <path class="dial-error" d={dialArc(0, 0, WHISKER_RADIUS, at(meanDeg - half), at(meanDeg + half))} />
          <Stroke name="dial-error" deg={at(meanDeg - half)} from={WHISKER_RADIUS - 5} to={WHISKER_RADIUS + 5} />
          <Stroke name="dial-error" deg={at(meanDeg + half)} from={WHISKER_RADIUS - 5} to={WHISKER_RADIUS + 5} />
        </>
      )}
      {counted.map((one) => {
        const [x, y] = dialPoint(0, 0, DOT_RADIUS, at(one.angleDeg!));
        return <circle key={one.number} class="dial-rep" cx={x} cy={y} r="4.5" />;
      })}
    </g>
  );
}

function ReferenceLine({ deg, text }: { readonly deg: number; readonly text: string }) {
  const [tx, ty] = dialPoint(0, 0, DIAL_RADIUS + 37, deg);
  return (
    <>
      <Stroke name="dial-reference" deg={deg} from={DIAL_RADIUS - 16} to={DIAL_RADIUS + 22} />
      <text class="dial-text strong" x={tx} y={ty + 5}>
        {text}
      </text>
    </>
  );
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
  const reference = result.reference.valueDeg;
  const text = `${formatWhole(reference)}${t.result.unit}`;
  return (
    <Dial title={title}>
      <SideArc side="left" result={result} repetitions={repetitions} />
      <SideArc side="right" result={result} repetitions={repetitions} />
      <ReferenceLine deg={reference} text={text} />
      <ReferenceLine deg={-reference} text={text} />
      <g class="dial-still">
        <HeadTopShape />
      </g>
    </Dial>
  );
}
