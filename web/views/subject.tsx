/** One person's outcome over time: episode, latest visit, entries, diary, plan. */
import { useEffect } from 'preact/hooks';
import type { SubjectOutcome } from '../../src/contract/outcome.ts';
import { formatDate, formatWhole, t } from '../i18n/index.ts';
import { formatRoute, SUBJECT_TABS, type SubjectTab } from '../logic/route.ts';
import { access } from '../state/access.ts';
import { entryProblem, kept, loadSubject, send, subjectOutcome } from '../state/outcome.ts';
import { link, recording } from '../state/store.ts';
import { EpisodePicture, VisitPicture } from '../ui/episode-picture.tsx';
import { Icon } from '../ui/icon.tsx';
import { LoadFailed } from '../ui/load-failed.tsx';
import { ViewHead } from '../ui/view-head.tsx';
import { DiaryTab } from './subject-diary.tsx';
import { EnterTab } from './subject-enter.tsx';
import { PlanTab } from './subject-plan.tsx';

/** What the clinic alone may write. */
export const mayWrite = (): boolean => ['admin', 'clinician', null].includes(access.value?.role ?? null);

function Prompts({ outcome }: { readonly outcome: SubjectOutcome }) {
  const words = t.outcome;
  const { cause, nextMs } = outcome.review;
  return (
    <div class="prompts">
      {outcome.prompts.map((prompt) => (
        <p key={prompt} class={`notice ${prompt === 'progress' ? 'info' : 'warn'}`} data-testid={`prompt-${prompt}`}>
          <Icon name={prompt === 'progress' ? 'right' : 'warn'} />
          <span>
            {words.prompts[prompt]}{' '}
            {prompt === 'review-due' &&
              cause !== null &&
              (cause.kind === 'session'
                ? words.dueSession(formatWhole(cause.number))
                : words.dueWeek(formatWhole(cause.number)))}
          </span>
          {prompt === 'review-due' && mayWrite() && (
            <button
              type="button"
              class="button small"
              data-testid="note-review"
              onClick={() => void send('POST', outcome.subjectCode, 'reviews')}
            >
              {words.noteReview}
            </button>
          )}
        </p>
      ))}
      {!outcome.review.due && nextMs !== null && <p class="quiet">{words.nextReview(formatDate(nextMs))}</p>}
    </div>
  );
}

function VisitTab({ outcome }: { readonly outcome: SubjectOutcome }) {
  const words = t.outcome;
  const visit = outcome.visits.at(-1);
  if (visit === undefined) return <p class="card empty">{words.visitNone}</p>;
  return (
    <section class="stack" aria-label={words.tabs.visit}>
      <p>
        <strong>{words.visitOf(formatDate(visit.atMs))}</strong>{' '}
        {visit.headacheNow !== null && visit.headacheNow > 0 && words.visitHeadache(formatWhole(visit.headacheNow))}{' '}
        <a href={formatRoute({ view: 'session', id: visit.sessionId })}>{words.openVisit}</a>
      </p>
      <VisitPicture outcome={outcome} sessionId={visit.sessionId} />
    </section>
  );
}

function Tabs({ code, tab }: { readonly code: string; readonly tab: SubjectTab }) {
  return (
    <nav class="tabs" aria-label={t.outcome.tabsLabel}>
      {SUBJECT_TABS.map((name) => (
        <a
          key={name}
          href={formatRoute({ view: 'subject', code, tab: name })}
          aria-current={name === tab ? 'page' : undefined}
          data-testid={`tab-${name}`}
        >
          {t.outcome.tabs[name]}
        </a>
      ))}
    </nav>
  );
}

function leadOf({ episode }: SubjectOutcome): string {
  const words = t.outcome;
  if (episode === null) return words.noEpisode;
  const since =
    episode.closedAtMs === null
      ? words.since(formatDate(episode.openedAtMs))
      : words.ended(formatDate(episode.closedAtMs));
  const side = episode.side === null ? [] : [`${words.side} ${words.sides[episode.side]}`];
  return [since, ...side, ...(episode.goal ? [words.quoted(episode.goal)] : [])].join(' · ');
}

export function SubjectView({ code, tab }: { readonly code: string; readonly tab: SubjectTab }) {
  const sessionId = recording.value?.sessionId ?? null;
  useEffect(() => {
    entryProblem.value = null;
    void loadSubject(code);
  }, [code, sessionId, link.value]);
  useEffect(() => {
    kept.value = 0;
    entryProblem.value = null;
  }, [code, tab]);
  const words = t.outcome;
  const state = subjectOutcome.value;
  const back = access.value?.role !== 'home' && (
    <a class="with-icon back" href={formatRoute({ view: 'subjects' })}>
      <Icon name="left" />
      {words.back}
    </a>
  );
  if (state.status !== 'ready' || state.value.subjectCode !== code) {
    return (
      <>
        {back}
        {state.status === 'failed' ? (
          <LoadFailed
            message={state.problem?.message ?? null}
            hint={state.problem?.hint ?? null}
            retry={() => void loadSubject(code)}
          />
        ) : (
          <p class="empty">{t.sessions.loading}</p>
        )}
      </>
    );
  }
  const outcome = state.value;
  const problem = entryProblem.value;
  return (
    <>
      {back}
      <ViewHead title={words.title(code)} lead={leadOf(outcome)} simulated={outcome.simulated}>
        {mayWrite() && (
          <button
            type="button"
            class="button"
            title={words.lookedHelp}
            data-testid="looked"
            onClick={() => void send('POST', code, 'looked')}
          >
            <Icon name="check" />
            {words.looked}
          </button>
        )}
      </ViewHead>
      <Tabs code={code} tab={tab} />
      <p class="tab-help">{words.help[tab]}</p>
      {problem !== null && (
        <p class="notice bad" role="alert" data-testid="entry-problem">
          <Icon name="warn" />
          <span>
            {problem.message} {problem.hint}
          </span>
        </p>
      )}
      <p role="status" class="good kept" data-testid="kept">
        {problem === null && kept.value > 0 && words.kept}
      </p>
      {tab === 'outcome' && (
        <>
          <Prompts outcome={outcome} />
          <EpisodePicture outcome={outcome} />
        </>
      )}
      {tab === 'visit' && <VisitTab outcome={outcome} />}
      {tab === 'enter' && <EnterTab outcome={outcome} />}
      {tab === 'diary' && <DiaryTab outcome={outcome} />}
      {tab === 'plan' && <PlanTab outcome={outcome} />}
    </>
  );
}
