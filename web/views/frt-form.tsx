import { signal } from '@preact/signals';
import type { Side } from '../../src/contract/state.ts';
import { t } from '../i18n/index.ts';
import { subjectCodeFault } from '../logic/subject-code.ts';
import { command } from '../state/gateway-link.ts';
import { recording } from '../state/store.ts';
import { subjectCode as code, newSubjectCode, typeSubjectCode } from '../state/visit.ts';
import { FrtPicture } from '../ui/frt-picture.tsx';
import { Icon } from '../ui/icon.tsx';
import { Segments } from '../ui/segments.tsx';
import { VolumeControl } from '../ui/volume-control.tsx';

const repetitions = signal<'1' | '2' | '3'>('3');
const firstSide = signal<Side>('left');
const practice = signal(true);
const confirmBy = signal<'auto' | 'manual'>('auto');
const busy = signal(false);

async function start(event: Event): Promise<void> {
  event.preventDefault();
  const subjectCode = typeSubjectCode(code.value);
  if (subjectCodeFault(subjectCode) !== null || busy.value) return;
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
  } else {
    // The former visit's end took the code with it.
    typeSubjectCode(subjectCode);
  }
  busy.value = false;
}

/** Shows at once what is kept of the typed text, the cursor where it was. */
function onCodeInput(field: HTMLInputElement): void {
  const at = field.selectionEnd ?? field.value.length;
  const shown = typeSubjectCode(field.value);
  if (shown === field.value) return;
  field.value = shown;
  field.setSelectionRange(at, at);
}

/** What the test needs to know before it starts. */
export function FrtForm() {
  const fault = subjectCodeFault(code.value);
  const valid = fault === null;
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
        <div class="field">
          <VolumeControl />
          <p class="quiet">{t.sound.help}</p>
        </div>
        <button type="submit" class="button primary big" data-testid="frt-start" disabled={!valid || busy.value}>
          {busy.value ? t.frt.form.starting : t.frt.form.start}
        </button>
      </form>
      <FrtPicture />
    </div>
  );
}
