import { t } from '../i18n/index.ts';

/** What to show when a record cannot be loaded. */
export function LoadFailed(props: {
  readonly message: string | null;
  readonly hint: string | null;
  readonly retry: () => void;
}) {
  return (
    <div class="gate" role="alert">
      <p>
        {props.message ?? t.sessions.failed} {props.hint}
      </p>
      <button type="button" class="button" onClick={props.retry}>
        {t.sessions.retry}
      </button>
    </div>
  );
}
