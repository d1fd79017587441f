/** The result of the last test of this run of the gateway. */
import { t } from '../i18n/index.ts';
import { formatRoute } from '../logic/route.ts';
import { csvUrl } from '../state/records.ts';
import { lastFrt, recording, route } from '../state/store.ts';
import { closeTest, finishVisit } from '../state/visit.ts';
import { Icon } from '../ui/icon.tsx';
import { ResultPanel } from '../ui/result-panel.tsx';
import { Gate, ViewHead } from '../ui/view-head.tsx';

async function again(): Promise<void> {
  await closeTest();
  location.hash = formatRoute({ view: route.value.view === 'visit' ? 'visit' : 'frt' });
}

export function ResultView() {
  const last = lastFrt.value;
  if (last?.frt.result == null) {
    return (
      <>
        <ViewHead title={t.result.title} lead={t.result.lead} />
        <Gate text={t.result.none} to={{ view: 'frt' }} label={t.result.toTest} />
      </>
    );
  }
  return (
    <>
      <ViewHead
        title={last.subjectCode === null ? t.result.title : `${t.result.title} ${last.subjectCode}`}
        simulated={last.simulated}
        lead={last.frt.phase === 'stopped' ? t.result.stopped : t.result.lead}
      >
        {last.sessionId !== null && (
          <>
            <a class="button" href={csvUrl(last.sessionId)} download data-testid="csv-link">
              <Icon name="file" />
              {t.result.csv}
            </a>
            <a class="button" href={formatRoute({ view: 'session', id: last.sessionId })}>
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
      <ResultPanel
        result={last.frt.result}
        repetitions={last.frt.repetitions}
        test={last.sessionId === null ? null : { sessionId: last.sessionId, trialId: last.frt.trialId }}
      />
    </>
  );
}
