/** The pictures of a report, as shapes that a page and a PDF both can draw. Degrees: this is what people see. */
import type { Figure, Shape, ShapeRole } from '../../contract/report.ts';

const COVERAGE_95 = 1.96;
const round = (value: number): number => Math.round(value * 100) / 100;

/** Point at an angle from the top, left positive. */
function dialPoint(radius: number, deg: number): readonly [number, number] {
  const rad = (deg * Math.PI) / 180;
  return [round(-radius * Math.sin(rad)), round(-radius * Math.cos(rad))];
}
function arc(radius: number, fromDeg: number, toDeg: number): string {
  const [x0, y0] = dialPoint(radius, fromDeg);
  const [x1, y1] = dialPoint(radius, toDeg);
  return `M ${x0} ${y0} A ${radius} ${radius} 0 0 ${toDeg > fromDeg ? 0 : 1} ${x1} ${y1}`;
}
function radial(from: number, to: number, deg: number): string {
  const [x0, y0] = dialPoint(from, deg);
  const [x1, y1] = dialPoint(to, deg);
  return `M ${x0} ${y0} L ${x1} ${y1}`;
}
const stroke = (d: string, role: ShapeRole, width: number, dashed = false): Shape => ({
  type: 'path',
  d,
  role,
  width,
  filled: false,
  dashed,
});
const text = (x: number, y: number, size: number, role: ShapeRole, words: string, strong = false): Shape => ({
  type: 'text',
  x,
  y,
  size,
  anchor: 'middle',
  strong,
  role,
  text: words,
});

export interface DialSide {
  readonly meanDeg: number | null;
  readonly sigmaDeg: number | null;
  readonly repetitionsDeg: readonly number[];
  /** As it is written beside the arc. */
  readonly label: string;
}

const RADIUS = 100;
const END_DEG = 80;
const clamp = (deg: number): number => Math.max(-END_DEG, Math.min(END_DEG, deg));

function sideShapes(role: 'left' | 'right', side: DialSide): Shape[] {
  const { meanDeg, sigmaDeg, repetitionsDeg, label } = side;
  if (meanDeg === null) return [];
  const sign = role === 'left' ? 1 : -1;
  const at = (deg: number): number => clamp(sign * deg);
  const shapes: Shape[] = [stroke(arc(RADIUS, 0, at(meanDeg)), role, 9)];
  if (sigmaDeg !== null) {
    const half = COVERAGE_95 * sigmaDeg;
    const [a, b] = [at(meanDeg - half), at(meanDeg + half)];
    shapes.push(stroke(arc(RADIUS - 13, a, b), role, 2));
    shapes.push(
      stroke(radial(RADIUS - 17, RADIUS - 9, a), role, 2),
      stroke(radial(RADIUS - 17, RADIUS - 9, b), role, 2),
    );
  }
  for (const deg of repetitionsDeg) {
    const [x, y] = dialPoint(RADIUS - 24, at(deg));
    shapes.push({ type: 'dot', x, y, r: 2.6, role });
  }
  shapes.push(text(sign * -60, -12, 18, role, label, true));
  return shapes;
}

/** Left and right as arcs over one dial, seen from above; the reference on both sides, or none. */
export function dialFigure(
  left: DialSide,
  right: DialSide,
  reference: { readonly deg: number; readonly label: string } | null,
  words: { readonly left: string; readonly right: string; readonly alt: string },
): Figure {
  const shapes: Shape[] = [stroke(arc(RADIUS, END_DEG, -END_DEG), 'muted', 1.2)];
  for (let deg = -END_DEG; deg <= END_DEG; deg += 10)
    shapes.push(stroke(radial(RADIUS + 6, RADIUS + 9, deg), 'muted', 1));
  shapes.push(...sideShapes('left', left), ...sideShapes('right', right));
  if (reference !== null) {
    for (const deg of [reference.deg, -reference.deg]) {
      shapes.push(stroke(radial(RADIUS - 16, RADIUS + 16, deg), 'reference', 1.8, true));
      const [x, y] = dialPoint(RADIUS + 26, deg);
      shapes.push(text(x, y + 4, 10, 'reference', reference.label));
    }
  }
  // The head from above, nose forward.
  shapes.push(stroke('M -11 -29 C -8 -40 8 -40 11 -29', 'muted', 1.6));
  shapes.push(stroke('M -22 -10 A 22 24 0 1 1 22 -10 A 22 24 0 1 1 -22 -10', 'muted', 1.6));
  shapes.push(text(-60, 8, 11, 'text', words.left), text(60, 8, 11, 'text', words.right));
  return { viewBox: [-130, -138, 260, 156], alt: words.alt, shapes };
}

/** Where each direction points, degrees clockwise from the top: forward is up, the patient's left on the left. */
const SPOKES: Readonly<Record<string, number>> = {
  flexion: 0,
  'lateral-right': 60,
  'rotation-right': 120,
  extension: 180,
  'rotation-left': 240,
  'lateral-left': 300,
};
const FULL_DEG = 90;

export interface RangeSpoke {
  readonly direction: string;
  readonly meanDeg: number | null;
  readonly sigmaDeg: number | null;
  readonly repetitionsDeg: readonly number[];
  readonly name: string;
  readonly label: string;
}

/** @param scale numbers on the rings: not on a page where a number could be taken for a limit */
export function rangeFigure(spokes: readonly RangeSpoke[], alt: string, scale: boolean): Figure {
  const radiusOf = (deg: number): number => (RADIUS * Math.min(FULL_DEG, Math.max(0, deg))) / FULL_DEG;
  const shapes: Shape[] = [];
  for (const deg of [30, 60, 90]) {
    const r = round(radiusOf(deg));
    shapes.push(stroke(`M ${-r} 0 A ${r} ${r} 0 1 1 ${r} 0 A ${r} ${r} 0 1 1 ${-r} 0`, 'muted', 0.8));
    if (scale) shapes.push(text(10, -r + 9, 7, 'muted', `${deg}°`));
  }
  const at = (direction: string, deg: number): readonly [number, number] =>
    dialPoint(radiusOf(deg), -(SPOKES[direction] ?? 0));
  const ends = spokes
    .filter((one) => one.meanDeg !== null && one.direction in SPOKES)
    .sort((a, b) => SPOKES[a.direction]! - SPOKES[b.direction]!);
  if (ends.length > 2) {
    const d = `M ${ends.map((one) => at(one.direction, one.meanDeg!).join(' ')).join(' L ')} Z`;
    shapes.push({ type: 'path', d, role: 'area', width: 0, filled: true, dashed: false });
  }
  for (const { direction, meanDeg, sigmaDeg, repetitionsDeg, name, label } of spokes) {
    const role = direction.endsWith('left') ? 'left' : direction.endsWith('right') ? 'right' : 'middle';
    const turn = -(SPOKES[direction] ?? 0);
    if (meanDeg !== null) {
      shapes.push(stroke(radial(0, radiusOf(meanDeg), turn), role, 4));
      for (const deg of repetitionsDeg) {
        const [x, y] = at(direction, deg);
        shapes.push({ type: 'dot', x, y, r: 2.4, role });
      }
      const half = sigmaDeg === null ? 0 : COVERAGE_95 * sigmaDeg;
      if (half > 0) shapes.push(stroke(radial(radiusOf(meanDeg - half), radiusOf(meanDeg + half), turn), role, 7));
    }
    const [x, y] = dialPoint(RADIUS + 17, turn);
    const wide = Math.abs(x) > 20 ? Math.sign(x) * 22 : 0;
    shapes.push(text(x + wide, y - 1, 9, 'text', name), text(x + wide, y + 10, 11, role, label, true));
  }
  return { viewBox: [-180, -132, 360, 266], alt, shapes };
}
