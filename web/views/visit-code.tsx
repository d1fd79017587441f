/** The first screen of a visit: whose it is. One click for one of today's patients, a code and Enter for another. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SessionSummary } from '../../src/contract/records.ts';
import { formatTime, t } from '../i18n/index.ts';
import { formatRoute } from '../logic/route.ts';
import { subjectCodeFault } from '../logic/subject-code.ts';
import { todaysPatients } from '../logic/todays-patients.ts';
import { command } from '../state/gateway-link.ts';
import { type Loaded, loadSessions } from '../state/records.ts';
import { kit } from '../state/store.ts';
import { subjectCode, typeSubjectCode } from '../state/visit.ts';
import { Icon } from '../ui/icon.tsx';
import { openSession, SubjectCodeField } from '../ui/subject-code-field.tsx';
import { ViewHead } from '../ui/view-head.tsx';

const sessions = signal<Loaded<SessionSummary[]>>({ status: 'loading' });
const busy = signal(false);

async function begin(code: string): Promise<void> {
  if (busy.value) return;
  busy.value = true;
  typeSubjectCode(code);
  await openSession();
  busy.value = false;
}

function Today() {
  const state = sessions.value;
  const patients = state.status === 'ready' ? todaysPatients(state.value, Date.now()) : [];
  return (
    <section class="card" aria-labelledby="today-title">
      <h2 id="today-title">{t.visit.code.today}</h2>
      {patients.length === 0 ? (
        <p class="empty">{t.visit.code.none}</p>
      ) : (
        <ul class="today">
          {patients.map(({ id, subjectCode: code, startedAtMs }) => (
            <li key={id} data-testid="today-row">
              <a
                class="row-link"
                href={formatRoute({ view: 'subject', code, tab: 'outcome' })}
                title={t.outcome.title(code)}
              >
                {code}
              </a>
              <span class="quiet">{t.visit.code.at(formatTime(startedAtMs))}</span>
              <button
                type="button"
                class="button"
                aria-label={t.visit.code.goOn(code)}
                data-testid="visit-continue"
                onClick={() => void command({ type: 'visit-continue', sessionId: id })}
              >
                {t.visit.code.goOnShort}
              </button>
              <button
                type="button"
                class="button"
                aria-label={t.visit.code.again(code)}
                data-testid="visit-again"
                onClick={() => void begin(code)}
              >
                {t.visit.code.newShort}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function VisitCode() {
  const serverId = kit.value?.serverId;
  useEffect(() => {
    void loadSessions().then((loaded) => {
      sessions.value = loaded;
    });
  }, [serverId]);
  const valid = subjectCodeFault(subjectCode.value) === null;
  return (
    <>
      <ViewHead title={t.visit.code.title} lead={t.visit.code.lead} />
      <div class="columns">
        <form
          class="card form"
          onSubmit={(event) => {
            event.preventDefault();
            void begin(subjectCode.value);
          }}
        >
          <SubjectCodeField />
          <button type="submit" class="button primary big" data-testid="visit-start" disabled={!valid || busy.value}>
            <Icon name="check" />
            {t.visit.code.start}
          </button>
        </form>
        <Today />
      </div>
    </>
  );
}
