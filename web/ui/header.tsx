/** The header of every view: steps, sensor state, recording. */
import type { SensorState } from '../../src/contract/state.ts';
import { formatOne, formatPercent, formatWhole, t } from '../i18n/index.ts';
import { resultPage } from '../logic/last-test.ts';
import { formatRoute, type Route } from '../logic/route.ts';
import { access } from '../state/access.ts';
import {
  aligned,
  freshness,
  frtRunning,
  headSensor,
  lastFrt,
  link,
  noDataSinceS,
  recording,
  route,
  simulated,
} from '../state/store.ts';
import { finishVisit } from '../state/visit.ts';
import { AccountTools } from './account-tools.tsx';
import { Battery } from './battery.tsx';
import { Icon, type IconName } from './icon.tsx';
import { LanguageButton } from './language-button.tsx';
import { SignalBars } from './signal-bars.tsx';
import { SimBadge } from './sim-badge.tsx';
import { ThemeButton } from './theme-button.tsx';

type Step = 'visit' | 'start' | 'align' | 'live' | 'frt' | 'result';
const STEPS: readonly { readonly view: Step; readonly icon: IconName }[] = [
  { view: 'visit', icon: 'visit' },
  { view: 'start', icon: 'sensor' },
  { view: 'align', icon: 'align' },
  { view: 'live', icon: 'pulse' },
  { view: 'frt', icon: 'turn' },
  { view: 'result', icon: 'result' },
];

function isDone(step: Step): boolean {
  // Running as long as it is there: it is never done while it can be seen here.
  if (step === 'visit') return false;
  if (step === 'start') return headSensor.value?.phase === 'streaming';
  if (step === 'align') return aligned.value;
  return step === 'frt' && resultPage(lastFrt.value, recording.value?.sessionId ?? null).shown?.frt.result != null;
}

function Stepper() {
  return (
    <nav class="stepper" aria-label={t.nav.label}>
      <ol>
        {STEPS.map(({ view, icon }) => {
          const done = isDone(view);
          return (
            <li key={view}>
              <a
                href={formatRoute({ view })}
                aria-current={route.value.view === view ? 'page' : undefined}
                class={done ? 'done' : ''}
              >
                <span class="mark">
                  <Icon name={done ? 'check' : icon} />
                </span>
                <span class="step-word">{t.nav[view]}</span>
                {done && <span class="visually-hidden"> ({t.nav.done})</span>}
              </a>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** Says whether what is on the page is live. Changes words and shape, not only colour. */
function FreshnessMark() {
  if (headSensor.value === null) return null;
  if (freshness.value === 'fresh') {
    return (
      <span class="fresh" data-testid="freshness">
        <i class="dot" />
        {t.freshness.live}
      </span>
    );
  }
  return (
    <span class="stale" data-testid="freshness" role="status">
      <Icon name="warn" />
      {noDataSinceS.value === '' ? t.freshness.none : t.freshness.noDataSince(noDataSinceS.value)}
    </span>
  );
}

/** What the gateway tells of the sensor; not shown without the gateway, since it would be old. */
function SensorFigures({ sensor }: { readonly sensor: SensorState }) {
  return (
    <>
      <Battery share={sensor.battery} />
      {sensor.sourceId === 'radio' && sensor.rssiDbm !== null && <SignalBars rssiDbm={sensor.rssiDbm} />}
      <span class="figure">
        <span class="quiet wide-only">{t.header.rate}</span> {formatWhole(sensor.rateHz)} Hz
      </span>
      <span class={sensor.lossShare > 0.02 ? 'figure attention' : 'figure'}>
        <span class="quiet">{t.header.loss}</span> {formatPercent(sensor.lossShare)}
      </span>
    </>
  );
}

function SensorStrip() {
  const sensor = headSensor.value;
  if (sensor === null) return <span class="quiet">{t.header.noSensor}</span>;
  return (
    <>
      <strong class="sensor-name">{sensor.name}</strong>
      <FreshnessMark />
      {link.value === 'open' && <SensorFigures sensor={sensor} />}
    </>
  );
}

function RecordingMark() {
  const current = recording.value;
  if (link.value !== 'open') return null;
  if (current === null) return <span class="quiet recording">{t.header.notRecording}</span>;
  if (current.problem !== null) {
    return (
      <span class="recording stale" role="alert">
        <Icon name="warn" />
        {t.errors[current.problem]?.message ?? t.header.recordingProblem}
      </span>
    );
  }
  return (
    <span class="recording" data-testid="recording">
      <i class="rec-dot" />
      <span>
        <span class="wide-only">{t.header.recording} </span>
        {current.subjectCode}
      </span>
      <span class="quiet saved">
        {access.value?.demonstration
          ? t.access.demonstration.notKept
          : t.header.saved(formatOne(current.acknowledgedS))}
      </span>
    </span>
  );
}

/** Ends the recording of this subject, from every view; not in the middle of a test. */
function FinishVisit() {
  if (recording.value === null || link.value !== 'open') return null;
  const running = frtRunning.value;
  return (
    <button
      type="button"
      class="button small finish-visit"
      data-testid="finish-visit"
      disabled={running}
      title={running ? t.header.finishWhy : t.header.finishHelp}
      onClick={() => void finishVisit()}
    >
      <Icon name="check" />
      {running ? t.header.finishLater : t.header.finish}
    </button>
  );
}

export function Header() {
  const sessions: Route = { view: 'sessions' };
  const inSubjects = route.value.view === 'subjects' || route.value.view === 'subject';
  const inSessions = route.value.view === 'sessions' || route.value.view === 'session';
  return (
    <header class="header">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        {t.app.skip}
      </button>
      <div class="header-main">
        <a class="brand" href={formatRoute({ view: 'start' })}>
          <img src="./favicon.svg" alt="" width="28" height="28" />
          <span>{t.app.name}</span>
        </a>
        <Stepper />
        <div class="header-tools">
          {(access.value?.role === 'admin' || access.value?.role === 'clinician') && (
            <a
              class="tool-link"
              title={t.nav['home-care']}
              href={formatRoute({ view: 'home-care' })}
              aria-current={route.value.view === 'home-care' ? 'page' : undefined}
            >
              <Icon name="home" />
              <span>{t.nav['home-care']}</span>
            </a>
          )}
          {access.value?.role !== 'home' && (
            <a
              class="tool-link"
              title={t.nav.subjects}
              href={formatRoute({ view: 'subjects' })}
              aria-current={inSubjects ? 'page' : undefined}
              data-testid="subjects-link"
            >
              <Icon name="trend" />
              <span>{t.nav.subjects}</span>
            </a>
          )}
          <a
            class="tool-link"
            title={t.nav.sessions}
            href={formatRoute(sessions)}
            aria-current={inSessions ? 'page' : undefined}
          >
            <Icon name="list" />
            <span>{t.nav.sessions}</span>
          </a>
          <AccountTools />
          <LanguageButton />
          <ThemeButton />
        </div>
      </div>
      <section class="strip" aria-label={t.header.sensorState}>
        {simulated.value && <SimBadge />}
        <SensorStrip />
        <RecordingMark />
        <FinishVisit />
      </section>
    </header>
  );
}
