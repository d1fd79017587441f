/** What the animation loop writes: text, bars, the dial's pointer. Each writes only what changed. */
import { DEG_PER_RAD } from '../../src/core/units.ts';
import { t } from '../i18n/index.ts';
import { type Direction, degreeText, directionOf, type Plane } from '../logic/angle-words.ts';
import type { Freshness } from '../logic/freshness.ts';
import { live } from './live-data.ts';
import type { LightPainter } from './loop.ts';

/** A writer of an element's text that skips equal text. */
export function textWriter(element: Element): (text: string) => void {
  // One text node that stays: a new one each time is a new box to lay out, and garbage.
  const node = document.createTextNode('');
  element.replaceChildren(node);
  return (text) => {
    if (text !== node.data) node.data = text;
  };
}

/** A writer of a data attribute that skips equal values; style sheets turn it into looks. */
export function dataWriter(element: HTMLElement | SVGElement, name: string): (value: string) => void {
  let shown: string | null = null;
  return (value) => {
    if (value === shown) return;
    shown = value;
    element.dataset[name] = value;
  };
}

/** The display angle of a plane, rad; NaN when not known. */
export function displayAngleRad(plane: Plane): number {
  if (plane === 'turn') return live.head.displayAxialRad;
  return plane === 'nod' ? live.head.displayFlexionRad : live.head.displayLateralRad;
}

/** Word and number of a signed angle; grey when stale, a dash when gone. */
export function angleReadout(
  box: HTMLElement,
  word: Element,
  number: Element,
  plane: () => Plane,
  angleRad: () => number,
): LightPainter {
  const writeWord = textWriter(word);
  const writeNumber = textWriter(number);
  const writeState = dataWriter(box, 'freshness');
  const writeSide = dataWriter(box, 'direction');
  const writeKnown = dataWriter(box, 'known');
  return (state: Freshness) => {
    const rad = state === 'gone' ? Number.NaN : angleRad();
    const direction: Direction = directionOf(plane(), rad);
    writeWord(Number.isFinite(rad) ? t.live.direction[direction] : '');
    writeNumber(degreeText(rad));
    writeState(state);
    writeSide(direction);
    writeKnown(Number.isFinite(rad) ? 'yes' : 'no');
  };
}

/** Half the scale of the plane bars, deg. */
const BAR_HALF_DEG = 90;

/** Moves a marker along a bar whose middle is 0; the bar is mirrored so that left is on the left. */
export function barMarker(marker: HTMLElement, angleRad: () => number, positiveIsLeft: boolean): LightPainter {
  let shown = Number.NaN;
  const writeState = dataWriter(marker, 'freshness');
  return (state) => {
    const deg = angleRad() * DEG_PER_RAD;
    writeState(state === 'gone' || !Number.isFinite(deg) ? 'gone' : state);
    if (!Number.isFinite(deg)) return;
    const part = Math.max(-1, Math.min(1, deg / BAR_HALF_DEG)) * (positiveIsLeft ? -1 : 1);
    const rounded = Math.round(part * 1000) / 1000;
    if (rounded === shown) return;
    shown = rounded;
    // Moved by the compositor, in hundredths of the bar: no layout in the animation frame.
    marker.style.transform = `translateX(${50 * rounded}cqw)`;
  };
}

/** Turns the head and pointer of the dial by the twist from the flexed start. */
export function dialPointer(group: SVGGElement): LightPainter {
  let shown = Number.NaN;
  const writeState = dataWriter(group, 'freshness');
  return (state) => {
    const deg = live.head.twistRad * DEG_PER_RAD;
    const known = state !== 'gone' && Number.isFinite(deg);
    writeState(known ? state : 'gone');
    const next = known ? Math.round(deg * 10) / 10 : 0;
    if (next === shown) return;
    shown = next;
    // Left positive turns counter-clockwise as seen from the head end; SVG counts clockwise. A layer of its own for it made
    // frames dearer where there is no graphics processor: tried and measured.
    group.setAttribute('transform', `rotate(${-next})`);
  };
}
