/** A test other than the FRT: its form, then the running screen. */
import { signal } from '@preact/signals';
import { t } from '../i18n/index.ts';
import { formatRoute, type TrialProtocol } from '../logic/route.ts';
import { subjectCodeFault } from '../logic/subject-code.ts';
import { command } from '../state/gateway-link.ts';
import { aligned, headSensor, kit, recording, trial } from '../state/store.ts';
import { subjectCode } from '../state/visit.ts';
import { AfterFast } from '../ui/after-fast.tsx';
import { Segments } from '../ui/segments.tsx';
import { openSession, SubjectCodeField } from '../ui/subject-code-field.tsx';
import { TestChooser } from '../ui/test-chooser.tsx';
import { TestHowTo } from '../ui/test-how-to.tsx';
import { Gate, ViewHead } from '../ui/view-head.tsx';
import { VolumeControl } from '../ui/volume-control.tsx';
import { TrialRun } from './trial-run.tsx';

const repetitions = signal<'1' | '2' | '3'>('3');
const busy = signal(false);

async function start(event: Event, protocol: TrialProtocol): Promise<void> {
  event.preventDefault();
  if (busy.value) return;
  busy.value = true;
  if ((await openSession()) && kit.value?.visit?.forbidden != null) location.hash = formatRoute({ view: 'visit' });
  else if (recording.value !== null) {
    // Endurance and posture are as many as their protocols say.
    const counted =
      protocol === 'endurance' || protocol === 'sustained' ? {} : { repetitions: Number(repetitions.value) };
    await command({ type: 'trial-start', protocol, autoConfirm: true, ...counted });
  }
  busy.value = false;
}

function TrialForm({ protocol }: { readonly protocol: TrialProtocol }) {
  const valid = subjectCodeFault(subjectCode.value) === null;
  return (
    <form class="card form trial-form" onSubmit={(event) => void start(event, protocol)}>
      {recording.value === null && <SubjectCodeField />}
      {protocol !== 'endurance' && protocol !== 'sustained' && (
        <Segments
          name="trial-repetitions"
          legend={t.trial.repetitions}
          value={repetitions}
          options={[
            ['1', '1'],
            ['2', '2'],
            ['3', '3'],
          ]}
        />
      )}
      <div class="field">
        <VolumeControl />
        <p class="quiet">{t.sound.helpTests}</p>
      </div>
      {protocol !== 'fast-rotation' && <AfterFast />}
      <button type="submit" class="button primary big" data-testid="trial-start" disabled={!valid || busy.value}>
        {busy.value ? t.trial.starting : t.trial.start}
      </button>
    </form>
  );
}

export function TrialView({ protocol }: { readonly protocol: TrialProtocol }) {
  const state = trial.value;
  // One that has ended is on its own page; the form of another test is not hidden by it.
  if (state !== null && (!state.ended || state.protocol === protocol)) return <TrialRun state={state} />;
  let body = (
    <div class="columns">
      <TrialForm protocol={protocol} />
      <TestHowTo protocol={protocol} />
    </div>
  );
  if (headSensor.value === null) {
    body = <Gate text={t.trial.needSensor} to={{ view: 'start' }} label={t.live.chooseSensor} />;
  } else if (!aligned.value) {
    body = <Gate text={t.trial.needAlignment} to={{ view: 'align' }} label={t.live.alignNow} />;
  }
  return (
    <>
      <TestChooser current={protocol} />
      <ViewHead title={t.trial.names[protocol] ?? protocol} lead={t.trial.leads[protocol] ?? ''} />
      {body}
    </>
  );
}
