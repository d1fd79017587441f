/** All sessions on this computer, newest first. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SessionSummary } from '../../src/contract/records.ts';
import { formatDateTime, formatDeg, formatDuration, t } from '../i18n/index.ts';
import { formatRoute } from '../logic/route.ts';
import { csvAllUrl, csvUrl, type Loaded, loadSessions, SESSIONS_PAGE } from '../state/records.ts';
import { link, recording } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';
import { LoadFailed } from '../ui/load-failed.tsx';
import { SimBadge } from '../ui/sim-badge.tsx';
import { ViewHead } from '../ui/view-head.tsx';
import { ExportCard } from './export-card.tsx';

const list = signal<Loaded<SessionSummary[]>>({ status: 'loading' });

/** Whether there may be older ones than those in the list. */
const more = signal(false);

async function reload(): Promise<void> {
  const loaded = await loadSessions();
  more.value = loaded.status === 'ready' && loaded.value.length === SESSIONS_PAGE;
  list.value = loaded;
}

async function loadOlder(): Promise<void> {
  const before = list.value;
  if (before.status !== 'ready') return;
  const loaded = await loadSessions(before.value.at(-1)?.id);
  // the list was loaded anew meanwhile: that one counts
  if (list.value !== before) return;
  if (loaded.status !== 'ready') {
    list.value = loaded;
    return;
  }
  more.value = loaded.value.length === SESSIONS_PAGE;
  list.value = { status: 'ready', value: [...before.value, ...loaded.value] };
}

function Row({ session }: { readonly session: SessionSummary }) {
  return (
    <tr data-testid="session-row">
      <td>
        <a class="row-link" href={formatRoute({ view: 'session', id: session.id })}>
          {session.subjectCode}
        </a>{' '}
        {session.simulated && <SimBadge />}
      </td>
      <td>
        {formatDateTime(session.startedAtMs)}
        {session.endedAtMs === null && <span class="quiet"> · {t.sessions.running}</span>}
      </td>
      <td class="num wide-cell">{formatDuration(session.recordedS)}</td>
      <td class="num wide-cell">{session.trials}</td>
      <td class="num" data-label={t.sessions.columns.left}>
        <span class="side-word left">{formatDeg(session.frtLeftDeg)}</span>
      </td>
      <td class="num" data-label={t.sessions.columns.right}>
        <span class="side-word right">{formatDeg(session.frtRightDeg)}</span>
      </td>
      <td>
        <a
          class="with-icon"
          href={csvUrl(session.id)}
          download
          data-testid="csv-link"
          aria-label={t.sessions.csvFor(session.subjectCode)}
        >
          <Icon name="file" />
          {t.sessions.csv}
        </a>
      </td>
    </tr>
  );
}

function Table({ sessions }: { readonly sessions: readonly SessionSummary[] }) {
  const { columns } = t.sessions;
  return (
    <div class="card table-scroll">
      <table class="table sessions-table">
        <thead>
          <tr>
            <th scope="col">{columns.subject}</th>
            <th scope="col">{columns.started}</th>
            <th scope="col" class="num">
              {columns.recorded}
            </th>
            <th scope="col" class="num">
              {columns.trials}
            </th>
            <th scope="col" class="num">
              {columns.left}
            </th>
            <th scope="col" class="num">
              {columns.right}
            </th>
            <th scope="col">{columns.file}</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <Row key={session.id} session={session} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function SessionsView() {
  const sessionId = recording.value?.sessionId ?? null;
  // Loaded anew when shown, when a session begins or ends, and when the gateway is back.
  useEffect(() => {
    void reload();
  }, [sessionId, link.value]);
  const state = list.value;
  return (
    <>
      <ViewHead title={t.sessions.title} lead={t.sessions.lead}>
        {state.status === 'ready' && state.value.length > 0 && (
          <a class="button" href={csvAllUrl} download data-testid="csv-all">
            <Icon name="file" />
            {t.sessions.csvAll}
          </a>
        )}
      </ViewHead>
      {state.status === 'loading' && <p class="empty">{t.sessions.loading}</p>}
      {state.status === 'failed' && (
        <LoadFailed
          message={state.problem?.message ?? null}
          hint={state.problem?.hint ?? null}
          retry={() => void reload()}
        />
      )}
      {state.status === 'ready' &&
        (state.value.length === 0 ? (
          <p class="card empty">{t.sessions.none}</p>
        ) : (
          <>
            <ExportCard />
            <Table sessions={state.value} />
            {more.value && (
              <button class="button" type="button" onClick={() => void loadOlder()} data-testid="sessions-older">
                {t.sessions.older}
              </button>
            )}
          </>
        ))}
    </>
  );
}
