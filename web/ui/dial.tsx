/** The dial: 0 degrees at the top, the patient's left on the left, as the examiner at the head end sees it. */
import type { ComponentChildren } from 'preact';
import { t } from '../i18n/index.ts';
import { dialArc, dialPoint } from '../logic/dial.ts';

/** Half of the dial, deg. */
export const DIAL_HALF_DEG = 70;
export const DIAL_RADIUS = 200;
const TICKS = [10, 20, 30, 40, 50, 60, 70];

function Tick({ deg, text }: { readonly deg: number; readonly text: string | null }) {
  const [x0, y0] = dialPoint(0, 0, DIAL_RADIUS + 12, deg);
  const [x1, y1] = dialPoint(0, 0, DIAL_RADIUS + (text === null ? 17 : 21), deg);
  const [tx, ty] = dialPoint(0, 0, DIAL_RADIUS + 37, deg);
  return (
    <g>
      <line class="dial-tick" x1={x0} y1={y0} x2={x1} y2={y1} />
      {text !== null && (
        <text class="dial-text" x={tx} y={ty + 5}>
          {text}
        </text>
      )}
    </g>
  );
}

/** Scale, side names and whatever is drawn into it. The drawing is described by `title`. */
export function Dial({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <svg class="dial" viewBox="-262 -256 524 332" role="img">
      <title>{title}</title>
      <path class="dial-track" d={dialArc(0, 0, DIAL_RADIUS, -DIAL_HALF_DEG, DIAL_HALF_DEG)} />
      <Tick deg={0} text={`0${t.result.unit}`} />
      {TICKS.flatMap((deg) => {
        const text = deg % 20 === 0 ? `${deg}${t.result.unit}` : null;
        return [<Tick key={deg} deg={deg} text={text} />, <Tick key={-deg} deg={-deg} text={text} />];
      })}
      {children}
    </svg>
  );
}
