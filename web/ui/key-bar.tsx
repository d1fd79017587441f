/** What the keys of a running test do, as buttons for who has a free finger. */
import { t } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import type { TestEvent } from '../state/test-keys.ts';

export function KeyBar(props: { readonly test: 'frt' | 'trial'; readonly onEvent?: (event: TestEvent) => void }) {
  const { keys } = t.frt;
  const items = [
    ['confirm', keys.space, keys.confirm],
    ['redo', keys.backspace, keys.redo],
    ['pain', keys.p, keys.pain],
    ['headache', keys.h, keys.headache],
    ['dizziness', keys.d, keys.dizziness],
    ['neurological', keys.n, keys.neurological],
    ['stop', keys.esc, keys.stop],
  ] as const;
  return (
    <fieldset class="key-bar">
      <legend class="visually-hidden">{keys.title}</legend>
      {items.map(([event, key, text]) => (
        <button
          key={event}
          type="button"
          class={`key-button ${event}`}
          data-testid={`${props.test}-${event}`}
          onClick={() => {
            props.onEvent?.(event);
            void command({ type: `${props.test}-event`, event, source: 'button' });
          }}
        >
          <kbd>{key}</kbd>
          {text}
        </button>
      ))}
    </fieldset>
  );
}
