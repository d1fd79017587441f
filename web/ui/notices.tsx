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
          {problem.value !== null && (
            <button
              type="button"
              class="icon-button"
              aria-label={t.notice.dismiss}
              onClick={() => {
                problem.value = null;
              }}
            >
              <Icon name="cross" />
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function noticeOfGateway(): { readonly message: string; readonly hint: string } | null {
  const notice = kit.value?.notice ?? null;
  if (notice === null) return null;
  return t.errors[notice.code] ?? notice;
}
