/** What is on its way to the clinic: said only while something waits, or was refused. */
import { useEffect } from 'preact/hooks';
import { t, told } from '../i18n/index.ts';
import { homePort } from './home-port.ts';
import { home, refresh } from './run.ts';

const LOOK_EVERY_MS = 3000;

/** @param always the line stands there also when nothing waits: after a measurement */
export function HomeOutgoing({ always = false }: { readonly always?: boolean }) {
  useEffect(() => {
    const timer = window.setInterval(() => void refresh(), LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, []);
  const outgoing = home.value?.outgoing ?? [];
  const waiting = outgoing.filter((each) => each.state === 'waiting');
  const refused = outgoing.find((each) => each.state === 'refused') ?? null;
  if (!always && waiting.length === 0 && refused === null) return null;
  const why = refused ?? waiting.find((each) => each.problem !== null) ?? null;
  const line =
    refused !== null
      ? t.home.refused
      : waiting.length > 0
        ? t.home.sending
        : outgoing.length > 0
          ? t.home.sent
          : t.home.saved;
  return (
    <>
      <p
        class="home-note"
        role="status"
        data-testid="outgoing"
        data-state={refused ? 'refused' : waiting.length > 0 ? 'waiting' : outgoing.length > 0 ? 'confirmed' : 'none'}
      >
        {line} {why?.problem && told({ code: why.problem, message: '', hint: '' }).message}
      </p>
      {waiting.length > 0 && (
        <button
          type="button"
          class="home-small"
          onClick={() =>
            void homePort()
              .sendNow()
              .then(() => refresh())
          }
        >
          {t.home.sendNow}
        </button>
      )}
    </>
  );
}
