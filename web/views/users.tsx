/** Users: who may come in and as what, who is in, and when idle pages lock. */
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AccountView, LoginView } from '../../src/contract/access.ts';
import { formatDateTime, t } from '../i18n/index.ts';
import { suggestPassword } from '../logic/password.ts';
import {
  accounts,
  changeUser,
  endLogin,
  loadUsers,
  lockAfterMinutes,
  logins,
  saveLockAfter,
  usersProblem,
} from '../state/users.ts';
import { LoadFailed } from '../ui/load-failed.tsx';
import { ViewHead } from '../ui/view-head.tsx';
import { AddUser } from './users-add.tsx';

const words = t.access.users;
/** What was done last, said once. */
export const said = signal('');

async function reset(account: AccountView): Promise<void> {
  const password = suggestPassword((bytes) => crypto.getRandomValues(bytes));
  if (await changeUser(account.id, { password })) said.value = words.wasReset(account.handle, password);
}

function AccountRow({ account }: { readonly account: AccountView }) {
  const { handle, disabled } = account;
  return (
    <tr data-testid="user-row">
      <td class="strong">
        {handle} {disabled && <span class="quiet">{words.disabled}</span>}
      </td>
      <td>
        {t.access.roles[account.role]}
        {account.subjectCode !== null && <span class="quiet"> · {account.subjectCode}</span>}
      </td>
      <td class="wide-cell">{formatDateTime(account.createdAtMs)}</td>
      <td>
        <div class="actions">
          <button
            type="button"
            class="button small"
            aria-label={words.resetNamed(handle)}
            onClick={() => void reset(account)}
          >
            {words.reset}
          </button>
          <button
            type="button"
            class="button small"
            aria-label={disabled ? words.enableNamed(handle) : words.disableNamed(handle)}
            onClick={() => void changeUser(account.id, { disabled: !disabled })}
          >
            {disabled ? words.enable : words.disable}
          </button>
        </div>
      </td>
    </tr>
  );
}

function LoginRow({ login }: { readonly login: LoginView }) {
  return (
    <tr>
      <td class="strong">
        {login.handle} <span class="quiet">{login.own ? words.own : login.locked ? words.locked : ''}</span>
      </td>
      <td>{formatDateTime(login.createdAtMs)}</td>
      <td class="wide-cell">{formatDateTime(login.lastSeenAtMs)}</td>
      <td>
        <button
          type="button"
          class="button small"
          aria-label={words.endNamed(login.handle)}
          onClick={() => void endLogin(login.id)}
        >
          {words.end}
        </button>
      </td>
    </tr>
  );
}

function Table(props: {
  readonly title: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: preact.ComponentChildren;
}) {
  const wide = ['since', 'seen'];
  const [first, ...rest] = Object.entries(props.columns);
  return (
    <section class="card table-scroll" aria-label={props.title}>
      <h2>{props.title}</h2>
      <table class="table users-table">
        <thead>
          <tr>
            {[first!, ...rest].map(([name, text], i) => (
              <th key={name} scope="col" class={wide.includes(name) && i === 2 ? 'wide-cell' : ''}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.rows}</tbody>
      </table>
    </section>
  );
}

function LockAfter() {
  const minutes = useSignal(lockAfterMinutes.value);
  useEffect(() => {
    minutes.value = lockAfterMinutes.value;
  }, [lockAfterMinutes.value]);
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (await saveLockAfter(minutes.value)) said.value = words.saved;
  }
  return (
    <form class="card form" onSubmit={(event) => void save(event)}>
      <h2>{words.lockTitle}</h2>
      <div class="field">
        <label for="lock-after">{words.lockAfter}</label>
        <div class="field-row">
          <input
            id="lock-after"
            class="input"
            data-testid="lock-after"
            type="number"
            min={1}
            max={120}
            required
            value={minutes.value}
            aria-describedby="lock-help"
            onInput={(event) => {
              minutes.value = event.currentTarget.valueAsNumber;
            }}
          />
          <button type="submit" class="button">
            {words.save}
          </button>
        </div>
        <p class="quiet" id="lock-help">
          {words.lockHelp}
        </p>
      </div>
    </form>
  );
}

export function UsersView() {
  useEffect(() => {
    said.value = '';
    void loadUsers();
  }, []);
  const problem = usersProblem.value;
  const list = accounts.value;
  return (
    <>
      <ViewHead title={words.title} lead={words.lead} />
      <p role="status" class="good users-said" data-testid="users-said">
        {problem === null && said.value}
      </p>
      {problem !== null && <LoadFailed message={problem.message} hint={problem.hint} retry={() => void loadUsers()} />}
      {list !== null && (
        <div class="columns">
          <div class="stack">
            <Table
              title={words.title}
              columns={words.columns}
              rows={list.map((account) => <AccountRow key={account.id} account={account} />)}
            />
            {logins.value.length > 0 && (
              <Table
                title={words.signedIn}
                columns={words.signedInColumns}
                rows={logins.value.map((login) => <LoginRow key={login.id} login={login} />)}
              />
            )}
          </div>
          <div class="stack">
            <AddUser
              onAdded={(handle) => {
                said.value = words.added(handle);
              }}
            />
            <LockAfter />
          </div>
        </div>
      )}
    </>
  );
}
