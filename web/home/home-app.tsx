/** The patient's page: one thing at a time, large, with the words of everything that is said. */
import { useEffect, useState } from 'preact/hooks';
import { t, told } from '../i18n/index.ts';
import { setVolume, volume } from '../live/sounds.ts';
import { alignment, kit, simulated } from '../state/store.ts';
import { ALIGN_PICTURES, HeadFront } from '../ui/head-pictures.tsx';
import { MovePicture } from '../ui/move-picture.tsx';
import { SimBadge } from '../ui/sim-badge.tsx';
import { HomeDegrees } from './home-degrees.tsx';
import { HomeEnd } from './home-end.tsx';
import { HomeEnrol } from './home-enrol.tsx';
import { HomeOutgoing } from './home-outgoing.tsx';
import { toPatient } from './patient-words.ts';
import { readable } from './reading.ts';
import {
  analgesicDone,
  answers,
  bandIsOn,
  begin,
  chooseBand,
  doneBefore,
  flexedDone,
  followGateway,
  headacheDone,
  home,
  pain,
  precautionDone,
  refresh,
  signsDone,
  step,
  stop,
  test,
  toggle,
  trouble,
} from './run.ts';
import { said, say, sounded, wordsOf } from './voice.ts';
import { SIGNS } from './voice-keys.ts';

const anySign = (): boolean => SIGNS.some((key) => answers.value[key]);

function doEnter(): void {
  const now = step.value;
  if (!readable.value && !(now === 'signs' && anySign())) return;
  if (now === 'welcome') begin();
  else if (now === 'signs') void signsDone();
  else if (now === 'precaution') void precautionDone(false);
  else if (now === 'analgesic') void analgesicDone(false);
  else if (now === 'choose') void chooseBand();
  else if (now === 'band') void bandIsOn();
  else if (now === 'flexed') void flexedDone(true);
  else if (['end', 'gave-up', 'ask-clinic'].includes(now)) step.value = 'welcome';
}

/** Keys of the whole page, whatever has the focus. */
function onKey(event: KeyboardEvent): void {
  const typing = event.target instanceof HTMLInputElement;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const now = step.value;
  const digit = /^[0-9]$/.test(event.key) ? Number(event.key) : -1;
  if (now === 'test' && (event.key === ' ' || event.key === 'Enter')) {
    if (event.key === ' ' && !event.repeat) pain('key');
  } else if (event.key === 'Enter') {
    if (!event.repeat) doEnter();
  } else if (event.key === 'Escape') void stop('key');
  else if (now === 'signs' && digit >= 1 && digit <= SIGNS.length) toggle(SIGNS[digit - 1]!);
  else if (now === 'precaution' && digit === 1) void precautionDone(true);
  else if (now === 'headache' && digit >= 0) headacheDone(digit);
  else if (now === 'headache' && event.key.toLowerCase() === 'x') headacheDone(10);
  else if (now === 'analgesic' && digit === 1) void analgesicDone(true);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
function onTouch(event: PointerEvent): void {
  if (step.value === 'test' && !(event.target instanceof Element && event.target.closest('.home-stop'))) pain('button');
}

function Big({ label, go, disabled = false }: { label: string; go: () => void; disabled?: boolean }) {
  return (
    <button type="button" class="home-big" onClick={go} disabled={disabled}>
      {label}
    </button>
  );
}

function Signs() {
  const any = anySign();
  const wait = !any && !readable.value;
  return (
    <>
      <ol class="home-list">
        {SIGNS.map((key) => (
          <li key={key}>
            <button
              type="button"
              class="home-sign"
              aria-pressed={answers.value[key] === true}
              onClick={() => toggle(key)}
            >
              {wordsOf(key)}
            </button>
          </li>
        ))}
      </ol>
      <Big label={any ? t.home.some : t.home.none} go={() => void signsDone()} disabled={wait} />
      <p class="home-note">{wait ? t.home.readFirst : ' '}</p>
    </>
  );
}

function Choice({ yes, no }: { yes: () => void; no: () => void }) {
  return (
    <div class="home-two">
      <Big label={t.home.no} go={no} disabled={!readable.value} />
      <button type="button" class="home-big quiet" onClick={yes}>
        {t.home.yes}
      </button>
    </div>
  );
}

function Headache() {
  return (
    <>
      <div class="home-scale">
        {Array.from({ length: 11 }, (_, value) => (
          <button key={value} type="button" onClick={() => headacheDone(value)}>
            {value}
          </button>
        ))}
      </div>
      <p class="home-note">{t.home.headacheScale}</p>
    </>
  );
}

function Movement() {
  // The way to go, not the way gone: nobody is to turn further for a picture.
  return (
    <div class="home-picture">
      <MovePicture direction={test.value?.direction ?? 'flexion'} moves={false} />
    </div>
  );
}

/** The movement that is asked for, for who does not hear it. */
function Aligning() {
  const phase = alignment.value?.phase;
  const asked = phase === 'nod' || phase === 'turn-left' ? phase : 'still';
  const Picture = ALIGN_PICTURES[asked];
  return (
    <div class="home-picture">
      <Picture title={t.align.pictures[asked]} />
    </div>
  );
}

function Running() {
  if (test.value === null) return <div class="home-wait" aria-hidden="true" />;
  const { directions, repetitionsAsked, repetitions } = test.value;
  const all = directions.length * repetitionsAsked;
  const done = Math.min(all, doneBefore(directions) + repetitions.filter(({ status }) => status === 'counted').length);
  return (
    <>
      <Movement />
      {home.value?.permissions?.showDegrees && <HomeDegrees />}
      <progress class="home-progress" max={all} value={done} aria-label={t.home.progress(String(done), String(all))} />
      <p class="home-note">
        {t.home.progress(String(done), String(all))}
        {sounded.value && ` · ${t.home.sounds[sounded.value] ?? ''}`}
      </p>
      <p class="home-pain">{t.home.painHint}</p>
    </>
  );
}

/** Bluetooth that is off or absent is said where it is needed. */
function RadioTrouble() {
  const radio = kit.value?.radio;
  if (radio?.status !== 'unavailable' || radio.code === null || radio.code === trouble.value?.code) return null;
  const said = told({ code: radio.code, message: radio.message ?? '', hint: radio.remedy ?? '' });
  const { message, hint } = toPatient(said);
  return (
    <p class="home-trouble" role="status" data-testid="radio">
      {message} {hint}
    </p>
  );
}

function Welcome() {
  const resume = home.value?.resume ?? null;
  const kept = Object.values(resume?.done ?? {}).reduce((sum, n) => sum + n, 0);
  return (
    <>
      <Big label={resume ? t.home.goOn : t.home.start} go={() => begin()} />
      {resume && <p class="home-note">{t.home.goOnDone(String(kept))}</p>}
      <HomeOutgoing />
    </>
  );
}

function Current() {
  switch (step.value) {
    case 'loading':
      return null;
    case 'enrol':
      return <HomeEnrol />;
    case 'welcome':
      return <Welcome />;
    case 'signs':
      return <Signs />;
    case 'precaution':
      return <Choice yes={() => void precautionDone(true)} no={() => void precautionDone(false)} />;
    case 'headache':
      return <Headache />;
    case 'analgesic':
      return <Choice yes={() => void analgesicDone(true)} no={() => void analgesicDone(false)} />;
    case 'emergency':
    case 'ask-clinic':
      return <ClinicWords />;
    case 'choose':
      return (
        <>
          <RadioTrouble />
          <Big label={t.home.choose} go={() => void chooseBand()} />
        </>
      );
    case 'band':
      return (
        <>
          <div class="home-picture">
            <HeadFront title={t.home.bandPicture} />
          </div>
          <Big label={t.home.ready} go={() => void bandIsOn()} />
        </>
      );
    case 'test':
      return <Running />;
    case 'flexed':
      return (
        <div class="home-two">
          <Big label={t.home.goOnLying} go={() => void flexedDone(true)} />
          <button type="button" class="home-big quiet" onClick={() => void flexedDone(false)}>
            {t.home.finishHere}
          </button>
        </div>
      );
    case 'end':
    case 'gave-up':
      return <HomeEnd />;
    case 'search':
      return (
        <>
          <RadioTrouble />
          <div class="home-wait" aria-hidden="true" />
        </>
      );
    case 'align':
      return <Aligning />;
    case 'check':
      return <div class="home-wait" aria-hidden="true" />;
  }
}

function ClinicWords() {
  const words = home.value?.permissions?.clinicWords ?? '';
  if (words === '') return null;
  return (
    <section class="home-clinic">
      <h2>{t.home.clinicSays}</h2>
      <p>{words}</p>
    </section>
  );
}

/** What is on screen in words: what was said last, or what this step says. */
function words(): string {
  if (step.value === 'welcome') return wordsOf(home.value?.resume ? 'resume' : 'welcome');
  if (step.value === 'signs') return wordsOf('signs');
  if (step.value === 'enrol' || step.value === 'loading') return '';
  return said.value === null ? '' : wordsOf(said.value);
}

export function HomeApp() {
  const [following, follow] = useState(false);
  useEffect(() => {
    if (!following) {
      follow(true);
      followGateway();
      void refresh().then(() => {
        // Where a browser allows it at once; else the words are on the page, and the first key brings the sound.
        if (step.value === 'welcome') say(home.value?.resume ? 'resume' : 'welcome');
      });
    }
    window.addEventListener('keydown', onKey, { capture: true });
    window.addEventListener('pointerdown', onTouch, { capture: true });
    return () => {
      window.removeEventListener('keydown', onKey, { capture: true });
      window.removeEventListener('pointerdown', onTouch, { capture: true });
    };
  }, [following]);
  const stoppable = ['choose', 'search', 'check', 'band', 'align', 'test'].includes(step.value);
  return (
    <main class={`home home-${step.value}`} id="main" data-readable={readable.value}>
      <header class="home-head">
        <h1>{t.home.title}</h1>
        {simulated.value && <SimBadge />}
        <button type="button" class="home-sound" onClick={() => setVolume(volume.value === 0 ? 0.8 : 0)}>
          {volume.value === 0 ? t.home.soundOn : t.home.soundOff}
        </button>
      </header>
      <p class="home-words" aria-live="assertive">
        {words()}
      </p>
      {trouble.value && (
        <p class="home-trouble" role="alert">
          {trouble.value.message} {trouble.value.hint}
        </p>
      )}
      <Current />
      {stoppable && (
        <button type="button" class="home-stop" onClick={() => void stop('button')}>
          {t.home.stop}
        </button>
      )}
    </main>
  );
}
