/** The safety screen: every question answered, or the clinician's own word with its reason. */
import { signal } from '@preact/signals';
import type { OverrideReason, VisitStateMessage } from '../../src/contract/visit.ts';
import { SCREEN_ITEMS, type ScreenItem } from '../../src/core/visit/safety-screen.ts';
import { t } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { Icon } from '../ui/icon.tsx';
import { ViewHead } from '../ui/view-head.tsx';

const REASONS: readonly OverrideReason[] = ['examined', 'screened-elsewhere', 'training'];
const reason = signal<OverrideReason | null>(null);

const answer = (answers: Record<string, boolean>): void => void command({ type: 'visit-screen', answers });

function Question({ item, visit }: { readonly item: ScreenItem; readonly visit: VisitStateMessage }) {
  const given = visit.answers[item.key];
  const weigh = visit.screen.precautions.includes(item.key);
  return (
    <li class={given === true ? `screen-item ${item.yes}` : 'screen-item'}>
      <fieldset>
        <legend>{t.visit.screen.items[item.key]}</legend>
        <div class="segments">
          {[false, true].map((yes) => (
            <label key={String(yes)}>
              <input
                type="radio"
                name={`screen-${item.key}`}
                data-testid={`screen-${item.key}-${yes ? 'yes' : 'no'}`}
                checked={given === yes}
                onChange={() => answer({ [item.key]: yes })}
              />
              <span>{yes ? t.visit.screen.yes : t.visit.screen.no}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {weigh && (
        <button
          type="button"
          class="button small"
          data-testid={`accept-${item.key}`}
          onClick={() => void command({ type: 'visit-accept', key: item.key })}
        >
          <Icon name="check" />
          {t.visit.screen.accept}
        </button>
      )}
    </li>
  );
}

function Questions({ yes, visit }: { readonly yes: ScreenItem['yes']; readonly visit: VisitStateMessage }) {
  return (
    <section class="card screen-list" aria-labelledby={`screen-${yes}`}>
      <h2 id={`screen-${yes}`}>{yes === 'stop' ? t.visit.screen.stopTitle : t.visit.screen.precautionTitle}</h2>
      <ul>
        {SCREEN_ITEMS.filter((item) => item.yes === yes).map((item) => (
          <Question key={item.key} item={item} visit={visit} />
        ))}
      </ul>
    </section>
  );
}

/** Where the answers forbid a test: what it means, in one box. */
function Outcome({ visit }: { readonly visit: VisitStateMessage }) {
  const { stop, precautions, open } = visit.screen;
  if (visit.override !== null) return <p class="screen-outcome good">{t.visit.screen.overridden}</p>;
  if (stop.length > 0)
    return (
      <p class="screen-outcome attention" role="alert">
        <strong>{t.visit.screen.stopNow}.</strong> {t.visit.screen.stopText}
      </p>
    );
  if (precautions.length > 0)
    return (
      <p class="screen-outcome attention" role="status">
        {t.visit.screen.precautionNow}
      </p>
    );
  return (
    <p class={open.length > 0 ? 'screen-outcome quiet' : 'screen-outcome good'} role="status">
      {open.length > 0 ? t.visit.screen.open(String(open.length)) : t.visit.screen.clear}
    </p>
  );
}

function Override() {
  return (
    <details class="card screen-override">
      <summary>{t.visit.screen.override}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.value !== null) void command({ type: 'visit-override', reason: reason.value });
        }}
      >
        <fieldset class="field">
          <legend class="quiet">{t.visit.screen.overrideText}</legend>
          {REASONS.map((one) => (
            <label key={one} class="check">
              <input
                type="radio"
                name="override"
                data-testid={`override-${one}`}
                checked={reason.value === one}
                onChange={() => {
                  reason.value = one;
                }}
              />
              <span>{t.visit.screen.reasons[one]}</span>
            </label>
          ))}
        </fieldset>
        <button type="submit" class="button" data-testid="override" disabled={reason.value === null}>
          {t.visit.screen.override}
        </button>
      </form>
    </details>
  );
}

export function VisitScreen({ visit, onNext }: { readonly visit: VisitStateMessage; readonly onNext: () => void }) {
  const { open } = visit.screen;
  const passed = !(visit.forbidden?.startsWith('screen') || visit.forbidden === 'precaution-open');
  return (
    <>
      <ViewHead title={t.visit.screen.title} lead={t.visit.screen.lead}>
        {open.length > 0 ? (
          <button
            type="button"
            class="button primary big"
            data-testid="screen-none"
            onClick={() => answer(Object.fromEntries(open.map((key) => [key, false])))}
          >
            {t.visit.screen.noneApply}
          </button>
        ) : (
          <button
            type="button"
            class="button primary big"
            data-testid="screen-next"
            disabled={!passed}
            onClick={onNext}
          >
            {t.visit.next}
          </button>
        )}
      </ViewHead>
      <Outcome visit={visit} />
      <div class="columns screen-columns">
        <Questions yes="stop" visit={visit} />
        <Questions yes="precaution" visit={visit} />
      </div>
      {!passed && <Override />}
    </>
  );
}
