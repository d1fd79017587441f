import { signal } from '@preact/signals';
import { t } from '../i18n/index.ts';
import { kit, link, problem } from '../state/store.ts';
import { Icon } from './icon.tsx';

/** Broken link, version mismatch, and the last problem or notice, each with what to do next. */
export function Notices() {
  const notice = problem.value ?? noticeOfGateway();
  return (
    <div class="notices">
      {link.value === 'lost' && (
        <p class="notice warn" role="alert" data-testid="link-lost">
          <Icon name="warn" />
          {t.link.lost}
        </p>
      )}
      {link.value === 'mismatch' && (
        <p class="notice bad" role="alert">
          <Icon name="warn" />
          {t.link.mismatch}
          <button type="button" class="button small" onClick={() => location.reload()}>
            {t.app.reload}
          </button>
        </p>
      )}
      {notice !== null && (
        <div class="notice bad" role="alert" data-testid="problem">
          <Icon name="warn" />
          <p>
            <strong>{notice.message}</strong> {notice.hint}
          </p>
          <button type="button" class="icon-button" aria-label={t.notice.dismiss} onClick={dismiss}>
            <Icon name="cross" />
          </button>
        </div>
      )}
    </div>
  );
}

/** The gateway's notice that was put away; unchanged parts of the state keep their identity. */
const dismissed = signal<object | null>(null);

function dismiss(): void {
  if (problem.value !== null) problem.value = null;
  else dismissed.value = kit.value?.notice ?? null;
}

function noticeOfGateway(): { readonly message: string; readonly hint: string } | null {
  const notice = kit.value?.notice ?? null;
  if (notice === null || notice === dismissed.value) return null;
  const known = t.errors[notice.code];
  // A message with a detail in brackets says more than the catalogue.
  return known && !notice.message.startsWith(known.message)
    ? known
    : { message: notice.message, hint: known?.hint ?? notice.hint };
}
