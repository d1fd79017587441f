/** Live: one plane in large figures, all three as bars, the last seconds as a strip, the head in 3D. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { live } from '../live/live-data.ts';
import { addLight } from '../live/loop.ts';
import { angleReadout, barMarker, displayAngleRad } from '../live/painters.ts';
import { PLANE_DIRECTIONS, PLANES, type Plane } from '../logic/angle-words.ts';
import { formatRoute } from '../logic/route.ts';
import { command } from '../state/gateway-link.ts';
import { aligned, headSensor } from '../state/store.ts';
import { Head3d } from '../ui/head3d.tsx';
import { HeroAngle } from '../ui/hero-angle.tsx';
import { StripChartFigure } from '../ui/strip-chart.tsx';
import { Gate, ViewHead } from '../ui/view-head.tsx';

const plane = signal<Plane>('turn');

const currentPlane = (): Plane => plane.peek();
const currentAngle = (): number => displayAngleRad(plane.peek());
/** Only the turn's uncertainty travels with the live frames. */
const currentSigma = (): number => (plane.peek() === 'turn' ? live.head.axialSigmaRad : live.head.tiltSigmaRad);

function PlaneBar({ of }: { readonly of: Plane }) {
  const row = useRef<HTMLSpanElement>(null);
  const word = useRef<HTMLSpanElement>(null);
  const number = useRef<HTMLSpanElement>(null);
  const marker = useRef<HTMLElement>(null);
  // Left stands on the left: true for the turn (left positive); nod and tilt have their positive end on the right.
  const positiveIsLeft = of === 'turn';
  useEffect(() => {
    const angle = (): number => displayAngleRad(of);
    const remove = [
      addLight(angleReadout(row.current!, word.current!, number.current!, () => of, angle)),
      addLight(barMarker(marker.current!, angle, positiveIsLeft)),
    ];
    return () => {
      for (const step of remove) step();
    };
  }, [of, positiveIsLeft]);
  const ends = PLANE_DIRECTIONS[of];
  const [first, last] = positiveIsLeft ? [ends.positive, ends.negative] : [ends.negative, ends.positive];
  return (
    <label class="plane">
      <input
        type="radio"
        name="plane"
        checked={plane.value === of}
        data-testid={`plane-${of}`}
        onChange={() => {
          plane.value = of;
        }}
      />
      <span class="plane-card">
        <span class="plane-name">{t.live.plane[of]}</span>
        <span class="plane-value" ref={row}>
          <span ref={word} /> <b ref={number} />
        </span>
        <span class="bar" aria-hidden="true">
          <i class="bar-marker" ref={marker} />
        </span>
        <span class="bar-ends quiet" aria-hidden="true">
          <span>{t.live.direction[first]}</span>
          <span>{t.live.direction[last]}</span>
        </span>
      </span>
    </label>
  );
}

export function LiveView() {
  if (headSensor.value === null) {
    return (
      <>
        <ViewHead title={t.live.title} lead={t.live.lead} />
        <Gate text={t.live.noSensor} to={{ view: 'start' }} label={t.live.chooseSensor} />
      </>
    );
  }
  return (
    <>
      <h1 class="visually-hidden">{t.live.title}</h1>
      <div class="live-grid">
        <section class="live-main">
          <HeroAngle testId="angle" plane={currentPlane} angleRad={currentAngle} sigmaRad={currentSigma} />
          {!aligned.value && (
            <p class="notice warn inline">
              {t.live.notAligned} <a href={formatRoute({ view: 'align' })}>{t.live.alignNow}</a>
            </p>
          )}
          <StripChartFigure what={plane.value} />
        </section>
        <aside class="live-side">
          <Head3d />
          <fieldset class="planes">
            <legend class="visually-hidden">{t.live.lead}</legend>
            {PLANES.map((of) => (
              <PlaneBar key={of} of={of} />
            ))}
          </fieldset>
          <button
            type="button"
            class="button big"
            data-testid="neutral"
            disabled={!aligned.value}
            title={t.live.neutralHelp}
            onClick={() => void command({ type: 'neutral' })}
          >
            {t.live.neutral}
          </button>
        </aside>
      </div>
    </>
  );
}
