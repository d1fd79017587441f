/** The large figure of a running test: degrees, seconds or degrees a second, as the test measures. */
import { useEffect, useRef } from 'preact/hooks';
import { DEG_PER_RAD } from '../../src/core/units.ts';
import { formatOne, formatWhole, t } from '../i18n/index.ts';
import { live } from '../live/live-data.ts';
import { addLight } from '../live/loop.ts';
import { dataWriter, textWriter } from '../live/painters.ts';
import { degreeText, uncertaintyText } from '../logic/angle-words.ts';

function words(measure: string, value: number): string {
  if (!Number.isFinite(value)) return t.unknown;
  if (measure === 'angleDeg') return degreeText(Math.max(0, value));
  if (measure.endsWith('Degps')) return t.trial.degps(formatWhole(value * DEG_PER_RAD));
  return t.trial.seconds(formatOne(value));
}

/** Standard uncertainty of an angle in the direction that is done, rad; NaN for what is not an angle. */
function sigmaRad(measure: string, direction: string): number {
  if (measure !== 'angleDeg') return Number.NaN;
  // A test of turning brings its own.
  if (Number.isFinite(live.head.twistSigmaRad)) return live.head.twistSigmaRad;
  return direction.startsWith('rotation') ? live.head.axialSigmaRad : live.head.tiltSigmaRad;
}

export function LiveFigure({ measure, direction }: { readonly measure: string; readonly direction: string }) {
  const error = useRef<HTMLElement>(null);
  const note = useRef<HTMLElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const number = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = textWriter(number.current!);
    const writeError = textWriter(error.current!);
    const writeNote = textWriter(note.current!);
    const writeState = dataWriter(box.current!, 'freshness');
    const writeKnown = dataWriter(box.current!, 'known');
    return addLight((state) => {
      const value = state === 'gone' ? Number.NaN : live.head.twistRad;
      write(words(measure, value));
      const interval = Number.isFinite(value) ? uncertaintyText(sigmaRad(measure, direction), t.decimal) : '';
      writeError(interval);
      writeNote(interval === '' ? '' : t.live.uncertainty);
      writeState(state);
      writeKnown(Number.isFinite(value) ? 'yes' : 'no');
    });
  }, [measure, direction]);
  return (
    <div class="hero-row">
      <div class="hero trial-hero" ref={box} data-testid="trial-figure">
        <span class="hero-number" ref={number} />
      </div>
      <p class="hero-error">
        <b ref={error} />
        <span class="quiet" ref={note} />
      </p>
    </div>
  );
}
