/** After the measurement: it is kept, and whether the clinic has it. No verdict, no colour of one. */
import { useEffect } from 'preact/hooks';
import { homeViewSchema } from '../../src/contract/transfer.ts';
import { t } from '../i18n/index.ts';
import { api } from '../state/api.ts';
import { home, refresh, step } from './run.ts';

const LOOK_EVERY_MS = 3000;

export function HomeEnd() {
  useEffect(() => {
    const timer = window.setInterval(() => void refresh(), LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, []);
  const outgoing = home.value?.outgoing ?? [];
  const waiting = outgoing.some((each) => each.state === 'waiting');
  const refused = outgoing.at(-1)?.state === 'refused';
  const line = refused ? t.home.refused : waiting ? t.home.sending : outgoing.length > 0 ? t.home.sent : t.home.saved;
  return (
    <>
      <p class="home-note" role="status">
        {line}
      </p>
      {waiting && (
        <button
          type="button"
          class="home-small"
          onClick={() => void api('POST', '/home/send', homeViewSchema, {}).then(() => refresh())}
        >
          {t.home.sendNow}
        </button>
      )}
      <button
        type="button"
        class="home-small"
        onClick={() => {
          step.value = 'welcome';
        }}
      >
        {t.home.again}
      </button>
    </>
  );
}
