/** The page at home: what this browser lacks, or the same page as everywhere with a line on what is kept here. */
import { App } from '../app.tsx';
import { t, told } from '../i18n/index.ts';
import { recording } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';
import { goOn, kept, missing, sendWaiting } from './page.ts';

function Missing({ code }: { readonly code: NonNullable<typeof missing.value> }) {
  const words =
    code === 'PAGE_TWICE' || code === 'STORE_UNAVAILABLE'
      ? t.atHome.missing[code]
      : told({ code, message: '', hint: '' });
  return (
    <main id="main" class="view" tabIndex={-1}>
      <section class="card at-home-missing" data-testid="missing" data-code={code}>
        <h1>
          <Icon name="warn" /> {words.message}
        </h1>
        <p>{words.hint}</p>
        {code === 'BROWSER_UNSUPPORTED' && <p class="quiet">{t.atHome.otherWay}</p>}
      </section>
    </main>
  );
}

function KeptBar() {
  const here = kept.value;
  if (here === null || recording.value !== null) return null;
  const { interrupted, problem, waiting, confirmed, sending, invited } = here;
  if (interrupted === null && problem === null && waiting === 0 && confirmed === 0 && invited) return null;
  return (
    <section class="kept-bar" aria-label={t.atHome.label} data-testid="kept">
      {!invited && <p data-testid="kept-invited">{t.atHome.notInvited}</p>}
      {interrupted !== null && (
        <p>
          {t.atHome.interrupted(String(interrupted.repetitions))}{' '}
          <button type="button" class="button primary" data-testid="go-on" onClick={() => void goOn()}>
            {t.atHome.goOn}
          </button>
        </p>
      )}
      {waiting > 0 && (
        <p role="status" data-testid="kept-waiting" data-count={waiting}>
          <Icon name="lock" /> {sending ? t.atHome.sending : t.atHome.waiting(waiting)}{' '}
          {!sending && invited && (
            <button type="button" class="button small" data-testid="send" onClick={() => void sendWaiting()}>
              {t.atHome.send}
            </button>
          )}
        </p>
      )}
      {problem !== null && (
        <p role="status" data-testid="kept-problem" data-code={problem.code}>
          {told(problem).message} {told(problem).hint}
        </p>
      )}
      {confirmed > 0 && waiting === 0 && (
        <p role="status" data-testid="kept-confirmed">
          <Icon name="check" /> {t.atHome.confirmed}
        </p>
      )}
    </section>
  );
}

export function AtHome() {
  if (missing.value !== null) return <Missing code={missing.value} />;
  return (
    <>
      <KeptBar />
      <App ordinaryViews />
    </>
  );
}
