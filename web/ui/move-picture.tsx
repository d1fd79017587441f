/** The head as it moves in a test: where it is now, and where it is asked to go. Seen so that left is on the left. */
import { useEffect, useRef } from 'preact/hooks';
import { DEG_PER_RAD } from '../../src/core/units.ts';
import { t, wordFor } from '../i18n/index.ts';
import { live } from '../live/live-data.ts';
import { addLight } from '../live/loop.ts';
import { HeadBackShape, HeadSideShape, HeadTopShape } from './head-pictures.tsx';

type View = 'side' | 'back' | 'top';

/** How far the picture's goal is turned, degrees clockwise on the screen: about a usual end range. */
const GOALS: Readonly<Record<string, { readonly view: View; readonly deg: number }>> = {
  flexion: { view: 'side', deg: 45 },
  extension: { view: 'side', deg: -50 },
  'lateral-left': { view: 'back', deg: -35 },
  'lateral-right': { view: 'back', deg: 35 },
  'rotation-left': { view: 'top', deg: -65 },
  'rotation-right': { view: 'top', deg: 65 },
  left: { view: 'top', deg: -65 },
  right: { view: 'top', deg: 65 },
};
/** A test without directions holds the head where it is: seen from the side, as it nods. */
const HELD = { view: 'side', deg: 0 } as const;

/** Where the head turns, in each picture's units. */
const PIVOTS: Readonly<Record<View, string>> = { side: '90 124', back: '100 150', top: '0 0' };
const BOXES: Readonly<Record<View, string>> = {
  side: '-10 -10 220 210',
  back: '-10 -10 220 210',
  top: '-105 -105 210 210',
};
const SHAPES = { side: HeadSideShape, back: HeadBackShape, top: HeadTopShape } as const;

/** Clockwise on the screen, rad, of the display angles (signs: src/core/frames.ts). */
function turned(view: View): number {
  if (view === 'side') return live.head.displayFlexionRad;
  return view === 'back' ? live.head.displayLateralRad : -live.head.displayAxialRad;
}

function Body({ view }: { readonly view: View }) {
  if (view === 'top') return <path class="p-body" d="M-92 30c0-26 34-34 92-34s92 8 92 34-30 38-92 38-92-12-92-38z" />;
  if (view === 'side') return <path class="p-body" d="M20 200c2-34 24-46 46-50l2-30h44l2 30c24 4 40 16 44 50z" />;
  return <path class="p-body" d="M20 200c4-30 30-38 58-42l0-22h44l0 22c28 4 54 12 58 42z" />;
}

export function MovePicture({ direction, moves }: { readonly direction: string; readonly moves: boolean }) {
  const head = useRef<SVGGElement>(null);
  const { view, deg } = GOALS[direction] ?? HELD;
  const pivot = PIVOTS[view];
  useEffect(() => {
    const group = head.current!;
    if (!moves) {
      group.removeAttribute('transform');
      return;
    }
    let shown = Number.NaN;
    return addLight((state) => {
      const now = state === 'gone' ? Number.NaN : turned(view) * DEG_PER_RAD;
      const next = Number.isFinite(now) ? Math.round(now * 2) / 2 : 0;
      if (next === shown) return;
      shown = next;
      group.setAttribute('transform', `rotate(${next} ${pivot})`);
    });
  }, [moves, view, pivot]);
  const Shape = SHAPES[view];
  return (
    <svg class="picture move-picture" viewBox={BOXES[view]} role="img">
      <title>{wordFor(t.trial.prompts, `crom.${direction}`, () => t.trial.pictures[view])}</title>
      <Body view={view} />
      {deg !== 0 && (
        <g class="move-goal" transform={`rotate(${deg} ${pivot})`}>
          <Shape />
        </g>
      )}
      <g ref={head}>
        <Shape />
      </g>
    </svg>
  );
}
