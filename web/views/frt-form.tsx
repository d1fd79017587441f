import { signal } from '@preact/signals';
import type { Side } from '../../src/contract/state.ts';
import { t } from '../i18n/index.ts';
import { formatRoute, TRIAL_PROTOCOLS } from '../logic/route.ts';
import { subjectCodeFault } from '../logic/subject-code.ts';
import { command } from '../state/gateway-link.ts';
import { kit, trial } from '../state/store.ts';
import { subjectCode as code } from '../state/visit.ts';
import { AfterFast } from '../ui/after-fast.tsx';
import { FrtPicture } from '../ui/frt-picture.tsx';
import { Segments } from '../ui/segments.tsx';
import { openSession, SubjectCodeField } from '../ui/subject-code-field.tsx';
import { Gate } from '../ui/view-head.tsx';
import { VolumeControl } from '../ui/volume-control.tsx';

const repetitions = signal<'1' | '2' | '3'>('3');
const firstSide = signal<Side | 'random'>('left');
const bandTap = signal(false);
const practice = signal(true);
const confirmBy = signal<'auto' | 'manual'>('auto');
const busy = signal(false);

async function start(event: Event): Promise<void> {
  event.preventDefault();
  if (busy.value) return;
  busy.value = true;
  if (await openSession()) {
    // What has to be known before comes first; this form is there again after it.
    if (kit.value?.visit?.forbidden != null) location.hash = formatRoute({ view: 'visit' });
    else
      await command({
        type: 'frt-start',
        repetitionsPerSide: Number(repetitions.value),
        practice: practice.value,
        autoConfirm: confirmBy.value === 'auto',
        firstSide: firstSide.value,
        bandTap: bandTap.value,
      });
  }
  busy.value = false;
}

/** What the test needs to know before it starts. */
export function FrtForm() {
  const other = trial.value;
  if (other !== null && !other.ended) {
    const protocol = TRIAL_PROTOCOLS.find((one) => one === other.protocol) ?? 'crom';
    return <Gate text={t.frt.otherRuns} to={{ view: 'trial', protocol }} label={t.result.toTest} />;
  }
  const valid = subjectCodeFault(code.value) === null;
  return (
    <div class="columns frt-columns">
      <form class="card form" onSubmit={(event) => void start(event)}>
        {kit.value?.recording == null && <SubjectCodeField />}
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
              ['random', t.visit.form.random],
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
        <label class="check">
          <input
            type="checkbox"
            data-testid="band-tap"
            checked={bandTap.value}
            onChange={(event) => {
              bandTap.value = event.currentTarget.checked;
            }}
          />
          <span>{t.visit.form.bandTap}</span>
        </label>
        <div class="field">
          <VolumeControl />
          <p class="quiet">{t.sound.help}</p>
        </div>
        <AfterFast />
        <button type="submit" class="button primary big" data-testid="frt-start" disabled={!valid || busy.value}>
          {busy.value ? t.frt.form.starting : t.frt.form.start}
        </button>
      </form>
      <FrtPicture />
    </div>
  );
}
