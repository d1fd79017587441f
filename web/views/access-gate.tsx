/** What stands before everything else: first start, sign in, unlock. */
import { signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { suggestPassword } from '../logic/password.ts';
import { access, codeFromAddress, firstStart, signIn, signOut, unlock } from '../state/access.ts';
import type { Problem } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';
import { LanguageButton } from '../ui/language-button.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ThemeButton } from '../ui/theme-button.tsx';

const words = t.access;
const problem = signal<Problem | null>(null);
const busy = signal(false);
const handle = signal('');
const password = signal('');

async function send(event: Event, how: () => Promise<Problem | null>): Promise<void> {
  event.preventDefault();
  if (busy.value) return;
  busy.value = true;
  problem.value = await how();
  busy.value = false;
  if (problem.value === null) password.value = '';
}

function Gate(props: {
  readonly title: string;
  readonly lead: string;
  readonly button: string;
  readonly onSubmit: () => Promise<Problem | null>;
  readonly children: ComponentChildren;
  readonly below?: ComponentChildren;
}) {
  return (
    <form class="card form access-card" onSubmit={(event) => void send(event, props.onSubmit)}>
      <div>
        <h1>{props.title}</h1>
        <p class="lead">{props.lead}</p>
      </div>
      {props.children}
      <div role="alert" class="access-alert">
        {problem.value !== null && (
          <p class="notice bad" data-testid="access-problem">
            <Icon name="warn" />
            <span>
              <strong>{problem.value.message}</strong> {problem.value.hint}
            </span>
          </p>
        )}
      </div>
      <button type="submit" class="button primary big" data-testid="access-submit" disabled={busy.value}>
        {busy.value ? words.busy : props.button}
      </button>
      {props.below}
    </form>
  );
}

function HandleField({ help }: { readonly help?: string }) {
  return (
    <div class="field">
      <label for="handle">{words.handle}</label>
      <input
        id="handle"
        class="input"
        data-testid="handle"
        autocomplete="username"
        autocapitalize="off"
        spellcheck={false}
        required
        maxLength={32}
        value={handle.value}
        aria-describedby={help === undefined ? undefined : 'handle-help'}
        onInput={(event) => {
          handle.value = event.currentTarget.value.trim().toLowerCase();
        }}
      />
      {help !== undefined && (
        <p class="quiet" id="handle-help">
          {help}
        </p>
      )}
    </div>
  );
}

function SignIn() {
  return (
    <Gate
      title={words.signIn.title}
      lead={words.signIn.lead}
      button={words.signIn.button}
      onSubmit={() => signIn(handle.value, password.value)}
    >
      <HandleField />
      <PasswordField id="password" label={words.password} value={password} autocomplete="current-password" />
    </Gate>
  );
}

function FirstStart() {
  const code = useSignal(codeFromAddress ?? '');
  const shown = useSignal(false);
  const suggested = useSignal(false);
  useEffect(() => {
    if (handle.value === '') handle.value = 'admin';
  }, []);
  return (
    <Gate
      title={words.firstStart.title}
      lead={words.firstStart.lead}
      button={words.firstStart.button}
      onSubmit={() => firstStart(code.value, handle.value, password.value)}
      below={
        <p class="quiet small-print">
          <span>
            {words.firstStart.demonstration} <code>npm start -- --demo</code>
          </span>
        </p>
      }
    >
      <div class="field">
        <label for="first-code">{words.firstStart.code}</label>
        <input
          id="first-code"
          class="input code-input"
          data-testid="first-code"
          autocomplete="off"
          spellcheck={false}
          required
          maxLength={32}
          value={code.value}
          aria-describedby="first-code-help"
          onInput={(event) => {
            code.value = event.currentTarget.value;
          }}
        />
        <p class="quiet" id="first-code-help">
          {codeFromAddress !== null && code.value === codeFromAddress && words.firstStart.codeFilled}
        </p>
      </div>
      <HandleField help={words.handleHelp} />
      <PasswordField
        id="password"
        label={words.password}
        value={password}
        autocomplete="new-password"
        help={suggested.value ? words.firstStart.suggested : words.passwordHelp}
        shown={shown}
      />
      <button
        type="button"
        class="button"
        data-testid="suggest-password"
        onClick={() => {
          password.value = suggestPassword((bytes) => crypto.getRandomValues(bytes));
          shown.value = true;
          suggested.value = true;
        }}
      >
        <Icon name="refresh" />
        {words.firstStart.suggest}
      </button>
    </Gate>
  );
}

function Locked() {
  return (
    <Gate
      title={words.locked.title}
      lead={words.locked.lead(access.value?.handle ?? '')}
      button={words.locked.button}
      onSubmit={() => unlock(password.value)}
      below={
        <button type="button" class="button link" data-testid="sign-out-instead" onClick={() => void signOut()}>
          {words.locked.other}
        </button>
      }
    >
      <input
        class="visually-hidden"
        autocomplete="username"
        aria-label={words.handle}
        tabIndex={-1}
        readOnly
        value={access.value?.handle ?? ''}
      />
      <PasswordField id="password" label={words.password} value={password} autocomplete="current-password" />
    </Gate>
  );
}

export function AccessGate() {
  const status = access.value?.status;
  useEffect(() => {
    problem.value = null;
    password.value = '';
    const first = status === 'locked' || (status === 'first-start' && codeFromAddress !== null) ? 'password' : null;
    document.getElementById(first ?? (status === 'first-start' ? 'first-code' : 'handle'))?.focus();
  }, [status]);
  const title =
    status === 'locked' ? words.locked.title : status === 'first-start' ? words.firstStart.title : words.signIn.title;
  useEffect(() => {
    document.title = `${title} · ${t.app.name}`;
  }, [title]);
  return (
    <main id="main" tabIndex={-1} class="view access-view" data-testid={`access-${status}`}>
      <div class="access-brand">
        <p class="brand">
          <img src="./favicon.svg" alt="" width="40" height="40" />
          <span>{t.app.name}</span>
        </p>
        <div class="access-tools">
          <LanguageButton />
          <ThemeButton />
        </div>
      </div>
      {status === 'first-start' ? <FirstStart /> : status === 'locked' ? <Locked /> : <SignIn />}
    </main>
  );
}
