import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { addLight } from '../live/loop.ts';
import { angleReadout, textWriter } from '../live/painters.ts';
import { type Plane, uncertaintyText } from '../logic/angle-words.ts';
import { freshness, noDataSinceS } from '../state/store.ts';
import { Icon } from './icon.tsx';

interface HeroAngleProps {
  readonly testId: string;
  /** Read anew at every paint, so that a change of plane needs no new painter. */
  readonly plane: () => Plane;
  /** Signed angle, rad; NaN when not known. */
  readonly angleRad: () => number;
  /** Its standard uncertainty, rad; NaN when not known. */
  readonly sigmaRad: () => number;
}

/** Says beside the grey number since when it is old. */
function StaleNote() {
  if (freshness.value === 'fresh' || noDataSinceS.value === '') return null;
  return (
    <span class="stale">
      <Icon name="warn" />
      {t.freshness.noDataSince(noDataSinceS.value)}
    </span>
  );
}

/** The large angle: direction in words, whole degrees, and the 95 % interval beside it. */
export function HeroAngle({ testId, plane, angleRad, sigmaRad }: HeroAngleProps) {
  const box = useRef<HTMLDivElement>(null);
  const word = useRef<HTMLSpanElement>(null);
  const number = useRef<HTMLSpanElement>(null);
  const error = useRef<HTMLElement>(null);
  const note = useRef<HTMLElement>(null);
  useEffect(() => {
    const writeError = textWriter(error.current!);
    const writeNote = textWriter(note.current!);
    const remove = [
      addLight(angleReadout(box.current!, word.current!, number.current!, plane, angleRad)),
      addLight((state) => {
        const text = state === 'gone' || !Number.isFinite(angleRad()) ? '' : uncertaintyText(sigmaRad(), t.decimal);
        writeError(text);
        writeNote(text === '' ? '' : t.live.uncertainty);
      }),
    ];
    return () => {
      for (const step of remove) step();
    };
  }, [plane, angleRad, sigmaRad]);
  return (
    <div class="hero-row">
      <div class="hero" ref={box} data-testid={testId}>
        <span class="hero-word" ref={word} />
        <span class="hero-number" ref={number} />
      </div>
      <p class="hero-error">
        <b ref={error} />
        <span class="quiet" ref={note} />
        <StaleNote />
      </p>
    </div>
  );
}
