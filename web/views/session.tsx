/** One session: its tests with their results. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Comparison } from '../../src/contract/comparison.ts';
import { frtOfRecord, frtResultOf, type SessionDetail, type TrialRecord } from '../../src/contract/records.ts';
import { testFigures } from '../../src/contract/test-result.ts';
import { trialResultSchema } from '../../src/contract/trial.ts';
import { formatDateTime, formatDuration, t } from '../i18n/index.ts';
import { formatRoute } from '../logic/route.ts';
import { csvUrl, type Loaded, loadComparisons, loadSession } from '../state/records.ts';
import { frt, kit, trial as trialSignal } from '../state/store.ts';
import { Comparisons } from '../ui/comparisons.tsx';
import { Icon } from '../ui/icon.tsx';
import { LoadFailed } from '../ui/load-failed.tsx';
import type { StoredTest } from '../ui/repetition-curves.tsx';
import { RepetitionTable, ResultPanel } from '../ui/result-panel.tsx';
import { TrialPanel } from '../ui/trial-panel.tsx';
import { ViewHead } from '../ui/view-head.tsx';
import { VisitTold } from '../ui/visit-told.tsx';

const detail = signal<Loaded<SessionDetail>>({ status: 'loading' });
const comparisons = signal<readonly Comparison[]>([]);

async function reload(id: string): Promise<void> {
  // What is on the page stays there while the same session is read again.
  const shown = detail.value;
  if (shown.status !== 'ready' || shown.value.id !== id) detail.value = { status: 'loading' };
  detail.value = await loadSession(id);
  comparisons.value = [];
  const found = await loadComparisons(id);
  if (found.status === 'ready') comparisons.value = found.value;
}

const statusNote = (status: TrialRecord['status']): string | null => (status === 'finished' ? null : t.result[status]);

interface RecordProps {
  readonly trial: TrialRecord;
  readonly test: StoredTest;
}

function FrtRecord({ trial, test }: RecordProps) {
  const result = frtResultOf(trial);
  const repetitions = trial.repetitions.map(frtOfRecord);
  if (result === null) return <RepetitionTable result={null} repetitions={repetitions} />;
  return <ResultPanel result={result} repetitions={repetitions} test={test} />;
}

/** Any other test; one that came to no result shows the angles of its repetitions, if it has angles. */
function OtherRecord({ trial, test }: RecordProps) {
  const parsed = trialResultSchema.safeParse(trial.result);
  const result = parsed.success ? parsed.data : null;
  const { kind, repetitions } = trial;
  const measure = result?.measure ?? 'angleDeg';
  return <TrialPanel kind={kind} result={result} measure={measure} repetitions={repetitions} test={test} />;
}

function Trial({
  trial,
  number,
  sessionId,
}: {
  readonly trial: TrialRecord;
  readonly number: number;
  readonly sessionId: string;
}) {
  const note = statusNote(trial.status);
  const test = { sessionId, trialId: trial.id };
  return (
    <section class="trial">
      <div class="trial-head">
        <h2 class="trial-title">
          {t.sessions.trial(String(number))} · {t.trial.names[trial.kind] ?? trial.kind}
          <span class="quiet">
            {' '}
            {formatDateTime(trial.startedAtMs)} · {t.sessions.trialStatus[trial.status]}
          </span>
        </h2>
        {trial.status !== 'running' && (
          <a
            class="button"
            href={formatRoute({ view: 'replay', id: sessionId, trial: trial.id })}
            data-testid="replay-link"
          >
            {t.replay.open}
          </a>
        )}
      </div>
      {note !== null && <p class="attention">{note}</p>}
      {trial.parameters['alignmentLedBy'] === 'examiner' && <p class="quiet">{t.alignLead.inSession}</p>}
      {trial.result === null && trial.status !== 'running' && <p class="quiet">{t.sessions.noResult}</p>}
      {trial.repetitions.length === 0 ? (
        <p class="card empty">{t.sessions.noRepetition}</p>
      ) : trial.kind === 'frt' ? (
        <FrtRecord trial={trial} test={test} />
      ) : (
        <OtherRecord trial={trial} test={test} />
      )}
      <Comparisons
        list={comparisons.value.filter(({ trialId }) => trialId === trial.id)}
        measure={testFigures(trial)?.measure ?? 'angleDeg'}
      />
    </section>
  );
}

export function SessionView({ id }: { readonly id: string }) {
  const serverId = kit.value?.serverId;
  const phase = frt.value?.phase;
  const ended = phase === 'finished' || phase === 'stopped' || trialSignal.value?.ended === true;
  // Read anew when a test ends and when the gateway is another one: it may have closed what the former left open.
  useEffect(() => {
    void reload(id);
  }, [id, serverId, ended]);
  const state = detail.value;
  const back = (
    <a class="with-icon back" href={formatRoute({ view: 'sessions' })}>
      <Icon name="left" />
      {t.sessions.back}
    </a>
  );
  if (state.status === 'loading') return <p class="empty">{t.sessions.loading}</p>;
  if (state.status === 'failed') {
    return (
      <>
        {back}
        <LoadFailed
          message={state.problem?.message ?? null}
          hint={state.problem?.hint ?? null}
          retry={() => void reload(id)}
        />
      </>
    );
  }
  const session = state.value;
  return (
    <>
      {back}
      <ViewHead
        simulated={session.simulated}
        title={t.sessions.detailTitle(session.subjectCode)}
        lead={`${formatDateTime(session.startedAtMs)} · ${formatDuration(session.recordedS)}`}
      >
        {session.trialList.some((trial) => trial.result !== null) && (
          <a
            class="button primary"
            href={formatRoute({ view: 'report', id: session.id, kind: 'record' })}
            data-testid="report-link"
          >
            {t.report.open}
          </a>
        )}
        <a
          class="button"
          href={formatRoute({ view: 'subject', code: session.subjectCode, tab: 'outcome' })}
          data-testid="to-outcome"
        >
          <Icon name="trend" />
          {t.outcome.sessionLink}
        </a>
        <a class="button" href={csvUrl(session.id)} download data-testid="csv-link">
          <Icon name="file" />
          {t.result.csv}
        </a>
      </ViewHead>
      {session.visit !== null && <VisitTold visit={session.visit} />}
      {session.trialList.length === 0 && <p class="card empty">{t.sessions.noTrials}</p>}
      {session.trialList.map((trial, index) => (
        <Trial key={trial.id} trial={trial} number={index + 1} sessionId={session.id} />
      ))}
    </>
  );
}
