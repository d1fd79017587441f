/** The form that adds a user. */
import { signal } from '@preact/signals';
import { ROLES, type Role } from '../../src/contract/access.ts';
import { t } from '../i18n/index.ts';
import { normaliseSubjectCode } from '../logic/subject-code.ts';
import { addUser } from '../state/users.ts';
import { PasswordField } from '../ui/password-field.tsx';

const words = t.access.users;
const handle = signal('');
const password = signal('');
const role = signal<Role>('clinician');
const subjectCode = signal('');

async function add(event: Event, onAdded: (handle: string) => void): Promise<void> {
  event.preventDefault();
  const account = {
    handle: handle.value,
    password: password.value,
    role: role.value,
    subjectCode: role.value === 'home' ? subjectCode.value : null,
  };
  if (!(await addUser(account))) return;
  onAdded(account.handle);
  handle.value = '';
  password.value = '';
  subjectCode.value = '';
}

export function AddUser({ onAdded }: { readonly onAdded: (handle: string) => void }) {
  return (
    <form class="card form" onSubmit={(event) => void add(event, onAdded)}>
      <h2>{words.add}</h2>
      <div class="field">
        <label for="new-handle">{t.access.handle}</label>
        <input
          id="new-handle"
          class="input"
          data-testid="new-handle"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          required
          maxLength={32}
          value={handle.value}
          aria-describedby="new-handle-help"
          onInput={(event) => {
            handle.value = event.currentTarget.value.trim().toLowerCase();
          }}
        />
        <p class="quiet" id="new-handle-help">
          {t.access.handleHelp}
        </p>
      </div>
      <div class="field">
        <label for="new-role">{words.role}</label>
        <select
          id="new-role"
          class="input"
          data-testid="new-role"
          value={role.value}
          aria-describedby="new-role-help"
          onChange={(event) => {
            role.value = event.currentTarget.value as Role;
          }}
        >
          {ROLES.map((name) => (
            <option key={name} value={name}>
              {t.access.roles[name]}
            </option>
          ))}
        </select>
        <p class="quiet" id="new-role-help">
          {t.access.roleHelp[role.value]}
        </p>
      </div>
      {role.value === 'home' && (
        <div class="field">
          <label for="new-subject">{words.subject}</label>
          <input
            id="new-subject"
            class="input"
            data-testid="new-subject"
            autocomplete="off"
            required
            maxLength={32}
            value={subjectCode.value}
            aria-describedby="new-subject-help"
            onInput={(event) => {
              subjectCode.value = normaliseSubjectCode(event.currentTarget.value);
            }}
          />
          <p class="quiet" id="new-subject-help">
            {words.subjectHelp}
          </p>
        </div>
      )}
      <PasswordField
        id="new-password"
        label={t.access.password}
        value={password}
        autocomplete="new-password"
        help={t.access.passwordHelp}
      />
      <div class="actions">
        <button type="submit" class="button primary" data-testid="add-user">
          {words.create}
        </button>
      </div>
    </form>
  );
}
