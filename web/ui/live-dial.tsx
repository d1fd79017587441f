import { useEffect, useRef } from 'preact/hooks';
import type { Side } from '../../src/contract/state.ts';
import { t } from '../i18n/index.ts';
import { addLight } from '../live/loop.ts';
import { dialPointer } from '../live/painters.ts';
import { dialArc, dialPoint } from '../logic/dial.ts';
import { DIAL_HALF_DEG, DIAL_RADIUS, Dial } from './dial.tsx';
import { HeadTopShape } from './head-pictures.tsx';

/** The return counts when the head is back within this, deg (settled numbers, ARCHITECTURE.md). */
const MIDDLE_HALF_DEG = 5;

interface LiveDialProps {
  readonly side: Side;
  /** Where the head has to go: to the side, back to the middle, or nowhere. */
  readonly goal: 'side' | 'middle' | null;
}

/** The head from its crown, turning in the dial; where it has to go is marked. */
export function LiveDial({ side, goal }: LiveDialProps) {
  const pointer = useRef<SVGGElement>(null);
  useEffect(() => addLight(dialPointer(pointer.current!)), []);
  const end = side === 'left' ? DIAL_HALF_DEG : -DIAL_HALF_DEG;
  const [lx, ly] = dialPoint(0, 0, DIAL_RADIUS - 52, 48);
  const [rx, ry] = dialPoint(0, 0, DIAL_RADIUS - 52, -48);
  return (
    <Dial title={t.frt.gauge}>
      {goal === 'side' && <path class={`dial-asked ${side}`} d={dialArc(0, 0, DIAL_RADIUS, 0, end)} />}
      {goal === 'middle' && (
        <path class="dial-asked middle" d={dialArc(0, 0, DIAL_RADIUS, -MIDDLE_HALF_DEG, MIDDLE_HALF_DEG)} />
      )}
      <text class={`dial-side left ${side === 'left' && goal === 'side' ? 'on' : ''}`} x={lx} y={ly}>
        {t.frt.sideUpper.left}
      </text>
      <text class={`dial-side right ${side === 'right' && goal === 'side' ? 'on' : ''}`} x={rx} y={ry}>
        {t.frt.sideUpper.right}
      </text>
      <g class="dial-pointer" ref={pointer}>
        <path class="dial-needle" d={`M0-74V-${DIAL_RADIUS - 14}`} />
        <path class="dial-needle-head" d={`M-9-${DIAL_RADIUS - 24}L0-${DIAL_RADIUS - 4}L9-${DIAL_RADIUS - 24}z`} />
        <HeadTopShape />
      </g>
    </Dial>
  );
}
