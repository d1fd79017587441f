/** In the header: whose session this is, and the ways out of it. */
import { t } from '../i18n/index.ts';
import { formatRoute } from '../logic/route.ts';
import { access, lock, signOut } from '../state/access.ts';
import { frtRunning, problem, route } from '../state/store.ts';
import { Icon } from './icon.tsx';

const ACCOUNT_VIEWS = ['account', 'users', 'audit'];

async function leave(how: typeof lock): Promise<void> {
  problem.value = await how();
}

export function AccountTools() {
  const who = access.value;
  if (who === null) return null;
  const open = who.status === 'open';
  const words = t.access.header;
  const openName = who.demonstration ? t.access.demonstration.name : t.access.openMark;
  const name = open ? openName : (who.handle ?? '');
  return (
    <>
      <a
        class="tool-link"
        title={who.demonstration ? t.access.demonstration.mark : name}
        href={formatRoute({ view: 'account' })}
        aria-current={ACCOUNT_VIEWS.includes(route.value.view) ? 'page' : undefined}
        data-testid="account-link"
      >
        <Icon name="person" />
        <span>
          {open ? name : <span class="visually-hidden">{words.account('')}</span>}
          {!open && name}
        </span>
      </a>
      {!open && (
        <>
          <button
            type="button"
            class="icon-button wide-only"
            data-testid="lock"
            disabled={frtRunning.value}
            aria-label={words.lock}
            title={words.lock}
            onClick={() => void leave(lock)}
          >
            <Icon name="lock" />
          </button>
          <button
            type="button"
            class="icon-button"
            data-testid="sign-out"
            disabled={frtRunning.value}
            aria-label={words.signOut}
            title={words.signOut}
            onClick={() => void leave(signOut)}
          >
            <Icon name="leave" />
          </button>
        </>
      )}
    </>
  );
}
