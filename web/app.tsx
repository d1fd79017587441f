import { useEffect, useRef } from 'preact/hooks';
import { HomeApp } from './home/home-app.tsx';
import { t } from './i18n/index.ts';
import { access, inside } from './state/access.ts';
import { route } from './state/store.ts';
import { Header } from './ui/header.tsx';
import { Notices } from './ui/notices.tsx';
import { AccessGate } from './views/access-gate.tsx';
import { AccountView } from './views/account.tsx';
import { AlignView } from './views/align.tsx';
import { AuditView } from './views/audit.tsx';
import { FrtView } from './views/frt.tsx';
import { HomeCareView } from './views/home-care.tsx';
import { LiveView } from './views/live.tsx';
import { ReplayView } from './views/replay.tsx';
import { ReportView } from './views/report.tsx';
import { ResultView } from './views/result.tsx';
import { SessionView } from './views/session.tsx';
import { SessionsView } from './views/sessions.tsx';
import { StartView } from './views/start.tsx';
import { SubjectView } from './views/subject.tsx';
import { SubjectsView } from './views/subjects.tsx';
import { TrialView } from './views/trial.tsx';
import { UsersView } from './views/users.tsx';
import { VisitView } from './views/visit.tsx';

function CurrentView() {
  const current = route.value;
  switch (current.view) {
    case 'visit':
      return <VisitView />;
    case 'start':
      return <StartView />;
    case 'align':
      return <AlignView />;
    case 'live':
      return <LiveView />;
    case 'frt':
      return <FrtView />;
    case 'result':
      return <ResultView />;
    case 'account':
      return <AccountView />;
    case 'users':
      return <UsersView />;
    case 'home-care':
      return <HomeCareView />;
    case 'audit':
      return <AuditView />;
    case 'trial':
      return <TrialView protocol={current.protocol} />;
    case 'sessions':
      return <SessionsView />;
    case 'session':
      return <SessionView id={current.id} />;
    case 'report':
      return <ReportView id={current.id} kind={current.kind} />;
    case 'replay':
      return <ReplayView id={current.id} trial={current.trial} />;
    case 'subjects':
      return <SubjectsView />;
    case 'subject':
      return <SubjectView code={current.code} tab={current.tab} />;
  }
}

const TITLES = t.nav;

export function App() {
  const view = route.value.view;
  const shown = useRef<string | null>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    // A screen reader is told of the new view by the focus; the first one is read from the top.
    if (shown.current !== null && shown.current !== view)
      document.getElementById('main')?.focus({ preventScroll: true });
    shown.current = view;
  }, [view]);
  const name =
    view === 'report'
      ? t.report.title
      : view === 'replay'
        ? t.replay.title
        : view === 'session'
          ? TITLES.sessions
          : view === 'trial'
            ? TITLES.frt
            : view === 'subject'
              ? TITLES.subjects
              : TITLES[view];
  const title = `${name} · ${t.app.name}`;
  useEffect(() => {
    // The gate before the page has titles of its own.
    if (inside.value) document.title = title;
  }, [title, inside.value]);
  if (access.value !== null && !inside.value) return <AccessGate />;
  // A device at home is the patient's alone.
  if (access.value?.status === 'open' && access.value.role === 'home') return <HomeApp />;
  return (
    <>
      <Header />
      <Notices />
      <main id="main" tabIndex={-1} class={`view view-${view}`}>
        <CurrentView />
      </main>
    </>
  );
}
