/** The last test of this run of the gateway: its result, or what there is instead of one. */
import type { FrtRepetition } from '../../src/contract/state.ts';
import { t } from '../i18n/index.ts';
import { type NotShown, resultPage } from '../logic/last-test.ts';
import { formatRoute } from '../logic/route.ts';
import { csvUrl } from '../state/records.ts';
import { lastFrt, recording, route } from '../state/store.ts';
import { closeTest, finishVisit } from '../state/visit.ts';
import { Icon } from '../ui/icon.tsx';
import { RepetitionTable, ResultPanel } from '../ui/result-panel.tsx';
import { Gate, ViewHead } from '../ui/view-head.tsx';

async function again(): Promise<void> {
  await closeTest();
  location.hash = formatRoute({ view: route.value.view === 'visit' ? 'visit' : 'frt' });
}

/** The way on where there is no test to show. */
function WayOn({ why }: { readonly why: NotShown }) {
  switch (why) {
    case 'earlier':
      return <Gate text={t.result.noneYet} to={{ view: 'visit' }} label={t.result.toTest} />;
    case 'none':
      return <Gate text={t.result.none} to={{ view: 'frt' }} label={t.result.toTest} />;
    case 'running':
      return (
        <Gate
          text={t.result.running}
          to={{ view: recording.value === null ? 'frt' : 'visit' }}
          label={t.result.toTest}
        />
      );
    case 'withheld':
      return <Gate text={t.visit.call.hidden} to={{ view: 'visit' }} label={t.visit.call.asked} />;
  }
}

function NothingCounted({ repetitions }: { readonly repetitions: readonly FrtRepetition[] }) {
  return (
    <div class="result">
      <p class="card" role="status" data-testid="nothing-counted">
        {repetitions.length === 0 ? t.result.nothingDone : t.result.nothingCounted}
      </p>
      {repetitions.length > 0 && <RepetitionTable result={null} repetitions={repetitions} />}
    </div>
  );
}

export function ResultView() {
  const page = resultPage(lastFrt.value, recording.value?.sessionId ?? null);
  if (page.shown === null) {
    return (
      <>
        <ViewHead title={t.result.title} lead={t.result.lead} />
        <WayOn why={page.why} />
      </>
    );
  }
  const { frt, sessionId, subjectCode, simulated } = page.shown;
  return (
    <>
      <ViewHead
        title={subjectCode === null ? t.result.title : `${t.result.title} ${subjectCode}`}
        simulated={simulated}
        lead={frt.phase === 'stopped' ? t.result.stopped : t.result.lead}
      >
        {sessionId !== null && (
          <>
            <a class="button" href={csvUrl(sessionId)} download data-testid="csv-link">
              <Icon name="file" />
              {t.result.csv}
            </a>
            <a class="button" href={formatRoute({ view: 'session', id: sessionId })}>
              {t.result.session}
            </a>
          </>
        )}
        {recording.value !== null && (
          <button type="button" class="button" data-testid="session-end" onClick={() => void finishVisit()}>
            {t.result.finish}
          </button>
        )}
        <button type="button" class="button primary" data-testid="frt-again" onClick={() => void again()}>
          {t.result.again}
        </button>
      </ViewHead>
      {frt.result === null ? (
        <NothingCounted repetitions={frt.repetitions} />
      ) : (
        <ResultPanel
          result={frt.result}
          repetitions={frt.repetitions}
          test={sessionId === null ? null : { sessionId, trialId: frt.trialId }}
        />
      )}
    </>
  );
}
