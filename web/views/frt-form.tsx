import { computed, signal } from '@preact/signals';
import type { Side } from '../../src/contract/state.ts';
import { t } from '../i18n/index.ts';
import { isSubjectCode, normaliseSubjectCode, suggestSubjectCode } from '../logic/subject-code.ts';
import { command } from '../state/gateway-link.ts';
import { recording } from '../state/store.ts';
import { FrtPicture } from '../ui/frt-picture.tsx';
import { Icon } from '../ui/icon.tsx';
import { Segments } from '../ui/segments.tsx';

/** What was typed; null while nobody touched it: then the open session's subject or a suggestion stands there. */
const typed = signal<string | null>(null);
const suggestion = signal(suggestSubjectCode(Math.random));
const code = computed(() => typed.value ?? recording.value?.subjectCode ?? suggestion.value);
const repetitions = signal<'1' | '2' | '3'>('3');
const firstSide = signal<Side>('left');
const practice = signal(true);
const confirmBy = signal<'auto' | 'manual'>('auto');
const busy = signal(false);

async function start(event: Event): Promise<void> {
  event.preventDefault();
  const subjectCode = normaliseSubjectCode(code.value);
  typed.value = subjectCode;
  if (!isSubjectCode(subjectCode) || busy.value) return;
  busy.value = true;
  const current = recording.value;
  let ready = current !== null && current.subjectCode === subjectCode;
  if (!ready) {
    // One session a subject: another code ends the open one.
    if (current !== null) await command({ type: 'session-end' });
    ready = await command({ type: 'session-start', subjectCode });
  }
  if (ready) {
    await command({
      type: 'frt-start',
      repetitionsPerSide: Number(repetitions.value),
      practice: practice.value,
      autoConfirm: confirmBy.value === 'auto',
      firstSide: firstSide.value,
    });
  }
  busy.value = false;
}

/** After a visit: the next subject gets a code of its own. */
export function forgetSubject(): void {
  typed.value = null;
  suggestion.value = suggestSubjectCode(Math.random);
}

/** What the test needs to know before it starts. */
export function FrtForm() {
  const valid = isSubjectCode(normaliseSubjectCode(code.value));
  return (
    <div class="columns frt-columns">
      <form class="card form" onSubmit={(event) => void start(event)}>
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
              aria-invalid={!valid}
              aria-describedby="subject-code-help"
              onInput={(event) => {
                typed.value = event.currentTarget.value;
              }}
            />
            <button
              type="button"
              class="button"
              onClick={() => {
                typed.value = suggestSubjectCode(Math.random);
              }}
            >
              <Icon name="refresh" />
              {t.frt.form.newCode}
            </button>
          </div>
          <p id="subject-code-help" class={valid ? 'quiet' : 'attention'} role={valid ? undefined : 'alert'}>
            {valid ? t.frt.form.codeHelp : t.frt.form.codeInvalid}
          </p>
        </div>
        <div class="field-pair">
          <Segments
            name="repetitions"
            legend={t.frt.form.repetitions}
            value={repetitions}
            options={[
              ['1', '1'],
              ['2', '2'],
              ['3', '3'],
            ]}
          />
          <Segments
            name="first-side"
            legend={t.frt.form.firstSide}
            value={firstSide}
            options={[
              ['left', t.frt.sideUpper.left],
              ['right', t.frt.sideUpper.right],
            ]}
          />
        </div>
        <Segments
          name="confirm-by"
          legend={t.frt.form.confirm}
          value={confirmBy}
          options={[
            ['auto', t.frt.form.confirmAuto],
            ['manual', t.frt.form.confirmManual],
          ]}
        />
        <label class="check">
          <input
            type="checkbox"
            data-testid="practice"
            checked={practice.value}
            onChange={(event) => {
              practice.value = event.currentTarget.checked;
            }}
          />
          <span>{t.frt.form.practice}</span>
        </label>
        <button type="submit" class="button primary big" data-testid="frt-start" disabled={!valid || busy.value}>
          {busy.value ? t.frt.form.starting : t.frt.form.start}
        </button>
      </form>
      <FrtPicture />
    </div>
  );
}
