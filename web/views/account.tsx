/** One's own account, and the way to the administrator's pages. */
import { signal } from '@preact/signals';
import { z } from 'zod';
import { t } from '../i18n/index.ts';
import { formatRoute } from '../logic/route.ts';
import { access, isAdmin, roleWord } from '../state/access.ts';
import { api } from '../state/api.ts';
import type { Problem } from '../state/store.ts';
import { PasswordField } from '../ui/password-field.tsx';
import { ViewHead } from '../ui/view-head.tsx';

const words = t.access.account;
const present = signal('');
const next = signal('');
const outcome = signal<Problem | 'done' | null>(null);

async function change(event: Event): Promise<void> {
  event.preventDefault();
  const body = { present: present.value, next: next.value };
  const answer = await api('POST', '/access/password', z.object({ ok: z.literal(true) }), body);
  outcome.value = answer.ok ? 'done' : answer.problem;
  if (!answer.ok) return;
  present.value = '';
  next.value = '';
}

function ChangePassword() {
  const said = outcome.value;
  return (
    <form class="card form" onSubmit={(event) => void change(event)}>
      <h2>{words.change}</h2>
      <PasswordField id="present-password" label={words.present} value={present} autocomplete="current-password" />
      <PasswordField
        id="next-password"
        label={words.next}
        value={next}
        autocomplete="new-password"
        help={t.access.passwordHelp}
      />
      <p role="status" class={said === 'done' ? 'good' : 'attention'}>
        {said === 'done' ? words.changed : said !== null && `${said.message} ${said.hint}`}
      </p>
      <div class="actions">
        <button type="submit" class="button primary">
          {words.change}
        </button>
      </div>
    </form>
  );
}

export function AccountView() {
  const who = access.value;
  if (who === null) return null;
  const open = who.status === 'open';
  const lead = open ? words.leadOpen : words.lead(who.handle ?? '', roleWord(who.role));
  return (
    <>
      <ViewHead title={words.title} lead={lead}>
        {isAdmin.value && (
          <>
            <a class="button" href={formatRoute({ view: 'users' })} data-testid="to-users">
              {words.users}
            </a>
            <a class="button" href={formatRoute({ view: 'audit' })} data-testid="to-audit">
              {words.audit}
            </a>
          </>
        )}
        <a class="button link" href="./api/docs" target="_blank" rel="noreferrer">
          {words.api}
        </a>
      </ViewHead>
      {!open && <div class="access-narrow">{<ChangePassword />}</div>}
    </>
  );
}
