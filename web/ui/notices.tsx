import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { t, told } from '../i18n/index.ts';
import { formatRoute } from '../logic/route.ts';
import { headSensor, kit, link, type Problem, problem, restarted, route } from '../state/store.ts';
import { visitOver } from '../state/visit.ts';
import { Icon, type IconName } from './icon.tsx';

/** Said calmly, until it is put away. */
function Told(props: {
  readonly testId: string;
  readonly icon: IconName;
  readonly dismiss: () => void;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="notice info" role="status" data-testid={props.testId}>
      <Icon name={props.icon} />
      <p>{props.children}</p>
      <Dismiss onClick={props.dismiss} />
    </div>
  );
}

function Dismiss({ onClick }: { readonly onClick: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={t.notice.dismiss} onClick={onClick}>
      <Icon name="cross" />
    </button>
  );
}

/** The gateway is there again, and what it had recorded is safe. */
function Restarted() {
  const what = restarted.value;
  if (what === null || link.value !== 'open') return null;
  const dismiss = (): void => {
    restarted.value = null;
  };
  return (
    <Told testId="gateway-restarted" icon="refresh" dismiss={dismiss}>
      <strong>{t.notice.restarted}</strong>{' '}
      {what.test !== null && (
        <>
          {t.notice.restartedTest(what.test.subjectCode)}{' '}
          <a href={formatRoute({ view: 'session', id: what.test.sessionId })}>{t.notice.restartedOpen}</a>.{' '}
        </>
      )}
      {headSensor.value === null && t.notice.restartedSensor}
    </Told>
  );
}

/** A visit that ended by something else than "Finish visit" is not lost, and this says where it is. */
function VisitOver() {
  const code = visitOver.value;
  if (code === null) return null;
  const dismiss = (): void => {
    visitOver.value = null;
  };
  return (
    <Told testId="visit-over" icon="check" dismiss={dismiss}>
      <strong>{t.notice.visitOver(code)}</strong> {t.notice.visitOverHint}{' '}
      <a href={formatRoute({ view: 'visit' })}>{t.nav.visit}</a>
    </Told>
  );
}

/** Broken link, version mismatch, and the last problem or notice, each with what to do next. */
export function Notices() {
  const notice = problem.value === null ? noticeOfGateway() : shownProblem(problem.value);
  return (
    <div class="notices">
      {link.value === 'lost' && (
        <p class="notice warn" role="alert" data-testid="link-lost">
          <Icon name="warn" />
          {t.link.lost}
        </p>
      )}
      {link.value === 'mismatch' && (
        <p class="notice bad" role="alert">
          <Icon name="warn" />
          {t.link.mismatch}
          <button type="button" class="button small" onClick={() => location.reload()}>
            {t.app.reload}
          </button>
        </p>
      )}
      <Restarted />
      <VisitOver />
      {notice !== null && (
        <div class={`notice ${notice.tone}`} role={notice.tone === 'bad' ? 'alert' : 'status'} data-testid="problem">
          <Icon name="warn" />
          <p>
            <strong>{notice.message}</strong> {notice.hint}
          </p>
          <Dismiss onClick={dismiss} />
        </div>
      )}
    </div>
  );
}

/** The gateway's notice that was put away; unchanged parts of the state keep their identity. */
const dismissed = signal<object | null>(null);

function dismiss(): void {
  if (problem.value !== null) problem.value = null;
  else dismissed.value = kit.value?.notice ?? null;
}

interface Shown {
  readonly message: string;
  readonly hint: string;
  readonly tone: 'bad' | 'warn';
}

const shownProblem = ({ message, hint }: Problem): Shown => ({ message, hint, tone: 'bad' });

function noticeOfGateway(): Shown | null {
  const notice = kit.value?.notice ?? null;
  if (notice === null || notice === dismissed.value) return null;
  if (notice.code === 'HEADING_BRIDGED') {
    // It is about the live angles only: a repetition is measured from its own flexed start.
    return route.value.view === 'live' ? { message: t.notice.headingBridged, hint: '', tone: 'warn' } : null;
  }
  return shownProblem(told(notice));
}
