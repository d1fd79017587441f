/** The pseudonymous code of who is measured, before every test. */
import { t } from '../i18n/index.ts';
import { subjectCodeFault } from '../logic/subject-code.ts';
import { command } from '../state/gateway-link.ts';
import { recording } from '../state/store.ts';
import { subjectCode as code, newSubjectCode, typeSubjectCode } from '../state/visit.ts';
import { Icon } from './icon.tsx';

/** Shows at once what is kept of the typed text, the cursor where it was. */
function onCodeInput(field: HTMLInputElement): void {
  const at = field.selectionEnd ?? field.value.length;
  const shown = typeSubjectCode(field.value);
  if (shown === field.value) return;
  field.value = shown;
  field.setSelectionRange(at, at);
}

/** True when a session of the typed subject is open; another code ends the open one, for one session is one subject. */
export async function openSession(): Promise<boolean> {
  const subjectCode = typeSubjectCode(code.value);
  if (subjectCodeFault(subjectCode) !== null) return false;
  const current = recording.value;
  if (current !== null && current.subjectCode === subjectCode) return true;
  if (current !== null) await command({ type: 'session-end' });
  if (await command({ type: 'session-start', subjectCode })) return true;
  // The former visit's end took the code with it.
  typeSubjectCode(subjectCode);
  return false;
}

export function SubjectCodeField() {
  const fault = subjectCodeFault(code.value);
  return (
    <div class="field">
      <label for="subject-code">{t.frt.form.code}</label>
      <div class="field-row">
        <input
          id="subject-code"
          class="input code-input"
          data-testid="subject-code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={32}
          value={code.value}
          aria-invalid={fault !== null}
          aria-describedby="subject-code-help"
          onInput={(event) => onCodeInput(event.currentTarget)}
        />
        <button type="button" class="button" onClick={newSubjectCode}>
          <Icon name="refresh" />
          {t.frt.form.newCode}
        </button>
      </div>
      <div id="subject-code-help">
        <p class="quiet">{t.frt.form.codeHelp}</p>
        <p class="attention" role="alert" data-testid="subject-code-fault">
          {fault !== null && t.frt.form.codeFault[fault]}
        </p>
      </div>
    </div>
  );
}
