/** The running test: phase in words, the side, the angle, dots, guards, keys. Read from three metres. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { FrtState, Side } from '../../src/contract/state.ts';
import { DEG_PER_RAD } from '../../src/core/units.ts';
import { formatDeg, t, wordFor } from '../i18n/index.ts';
import { live } from '../live/live-data.ts';
import { countedOf } from '../logic/frt-progress.ts';
import { FRT_INCLINATION_LIMIT_DEG, FRT_INCLINATION_MARK_DEG, FRT_SPEED_LIMIT_DEGPS } from '../logic/guards.ts';
import { formatRoute } from '../logic/route.ts';
import { lastWasClosed } from '../logic/symptom-end.ts';
import { command } from '../state/gateway-link.ts';
import { frt } from '../state/store.ts';
import { listenTestKeys, type TestEvent } from '../state/test-keys.ts';
import { BlindProgress, BlindWay } from '../ui/blind-progress.tsx';
import { GravityGuard, Guard } from '../ui/guard.tsx';
import { HeroAngle } from '../ui/hero-angle.tsx';
import { Icon } from '../ui/icon.tsx';
import { KeyBar } from '../ui/key-bar.tsx';
import { LiveDial } from '../ui/live-dial.tsx';
import { RepetitionDots } from '../ui/repetition-dots.tsx';
import { ResultDial } from '../ui/result-dial.tsx';

/** What an event came to that the machine's phase does not show; until the next repetition. */
const noted = signal<'marked' | 'not-repeated' | null>(null);

function note(event: TestEvent): void {
  const state = frt.peek();
  if (event === 'pain' || event === 'headache') noted.value = 'marked';
  else if (event === 'redo' && (noted.value === 'marked' || lastWasClosed(state))) noted.value = 'not-repeated';
}

const readSpeed = (): number => live.head.rateRadps * DEG_PER_RAD;
const readInclination = (): number => live.head.inclinationChangeRad * DEG_PER_RAD;

const twistPlane = (): 'turn' => 'turn';
const readTwist = (): number => live.head.twistRad;
/** The frames carry the uncertainty of the turn since the neutral, not of the twist since the flexed start. */
const readSigma = (): number => live.head.twistSigmaRad;

/** Prompts that say more than the phase does, and so take the place of the last outcome. */
const SPOKEN_PROMPTS: readonly string[] = ['frt.confirm-flexed', 'frt.confirm-small', 'frt.return-void'];

/** What the last repetition came to, in the patient's terms: "Left 2 of 3", not its running number. */
function lastOutcome({ repetitions, repetitionsPerSide }: FrtState): string {
  const repetition = repetitions.at(-1);
  if (repetition === undefined) return '';
  const side = t.frt.sideUpper[repetition.side];
  if (repetition.status === 'rejected') {
    return t.frt.lastRejected(side, wordFor(t.frt.reasons, repetition.reason ?? '', t.frt.reasonUnknown));
  }
  if (repetition.status === 'practice') return t.frt.lastPractice(side);
  const done = String(countedOf(repetitions, repetition.side));
  const deg = repetition.angleDeg === null ? t.visit.call.hiddenShort : formatDeg(repetition.angleDeg);
  return t.frt.lastCounted(side, done, String(repetitionsPerSide), deg);
}

const goingBack = (state: FrtState): boolean => state.phase === 'captured' || state.phase === 'returning';

/** The way the head has to go now: to the side asked for, and back from it the other way. */
function wayToGo(state: FrtState): Side {
  if (!goingBack(state)) return state.side;
  return state.side === 'left' ? 'right' : 'left';
}

/** "All done" only where all of them count. */
function endedText({ phase, repetitions, repetitionsPerSide }: FrtState): string {
  if (phase === 'stopped') return t.frt.stoppedText;
  const left = countedOf(repetitions, 'left');
  const right = countedOf(repetitions, 'right');
  if (Math.min(left, right) >= repetitionsPerSide) return t.frt.prompts['frt.finished']!;
  return t.frt.finishedFewer(String(left), String(right), String(repetitionsPerSide));
}

function Ended({ state }: { readonly state: FrtState }) {
  const next = useRef<HTMLAnchorElement>(null);
  // Enter leads on: the hands were not at the keyboard.
  const hasResult = state.result !== null;
  useEffect(() => {
    if (hasResult) next.current?.focus();
  }, [hasResult]);
  return (
    <div class="frt-ended">
      {state.withheld && <p class="attention">{t.visit.call.hidden}</p>}
      <p class="lead">{endedText(state)}</p>
      <div class="actions">
        {state.withheld && (
          <a class="button primary big" data-testid="to-call" href={formatRoute({ view: 'visit' })}>
            {t.visit.call.asked}
          </a>
        )}
        {state.result !== null && (
          <a ref={next} class="button primary big" data-testid="to-result" href={formatRoute({ view: 'result' })}>
            {t.frt.showResult}
          </a>
        )}
        <button
          type="button"
          class="button big"
          data-testid="frt-close"
          onClick={() => void command({ type: 'frt-close' })}
        >
          {t.frt.close}
        </button>
      </div>
    </div>
  );
}

export function FrtRun({ state }: { readonly state: FrtState }) {
  const ended = state.phase === 'finished' || state.phase === 'stopped';
  useEffect(() => {
    if (ended) return;
    return listenTestKeys('frt', note);
  }, [ended]);
  // The form with its focused button is gone: the keyboard goes to the screen that took its place.
  useEffect(() => {
    if (!ended) document.getElementById('main')?.focus({ preventScroll: true });
  }, [ended]);
  const { length } = state.repetitions;
  // Told until the repetition in which it was marked has ended.
  useEffect(() => {
    if (length >= 0) noted.value = null;
  }, [length]);
  const prompt = SPOKEN_PROMPTS.includes(state.prompt) ? t.frt.prompts[state.prompt] : undefined;
  return (
    <div class="frt-run" data-phase={state.phase}>
      <h1 class="visually-hidden">{t.frt.title}</h1>
      <section class="frt-say">
        <p
          class="frt-phase"
          data-testid="frt-phase"
          data-phase={state.phase}
          data-side={state.side}
          role="status"
          aria-live="assertive"
        >
          {t.frt.phase[state.phase]}
          {!ended && (
            <span class={`frt-side ${state.side}`}>
              <Icon name={wayToGo(state)} />
              {t.frt.doing[state.phase][state.side]}
            </span>
          )}
        </p>
        {ended ? (
          <Ended state={state} />
        ) : state.withheld ? (
          <BlindProgress state={state} />
        ) : (
          <HeroAngle testId="frt-angle" plane={twistPlane} angleRad={readTwist} sigmaRad={readSigma} />
        )}
        <p class="frt-outcome" role="status" data-testid="frt-outcome">
          {!ended && (prompt ?? lastOutcome(state))}
          {noted.value !== null && <span class="attention"> {t.frt.noted[noted.value]}</span>}
        </p>
      </section>
      <section class="frt-dial">
        {ended && state.result !== null ? (
          <ResultDial result={state.result} repetitions={state.repetitions} />
        ) : state.withheld ? (
          !ended && <BlindWay way={wayToGo(state)} returning={goingBack(state)} />
        ) : (
          <LiveDial side={state.side} goal={ended ? null : goingBack(state) ? 'middle' : 'side'} />
        )}
      </section>
      <div class="frt-foot">
        <RepetitionDots state={state} />
        {!ended && (
          <section class="guards">
            <Guard
              name={t.frt.guards.speed}
              unit={t.frt.guards.speedUnit}
              limit={FRT_SPEED_LIMIT_DEGPS}
              markShare={0.8}
              overText={t.frt.guards.speedOver}
              read={readSpeed}
            />
            <Guard
              name={t.frt.guards.inclinationOf[state.inclinationOf ?? 'head']}
              unit={t.result.unit}
              limit={FRT_INCLINATION_LIMIT_DEG}
              markShare={FRT_INCLINATION_MARK_DEG / FRT_INCLINATION_LIMIT_DEG}
              overText={t.frt.guards.inclinationOver}
              read={readInclination}
            />
            <GravityGuard now={state.gravity ?? null} />
          </section>
        )}
      </div>
      {!ended && <KeyBar test="frt" onEvent={note} />}
    </div>
  );
}
