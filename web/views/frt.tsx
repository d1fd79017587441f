/** The Flexion-Rotation Test: its form, then the running screen. */
import { t } from '../i18n/index.ts';
import { aligned, frt, headSensor } from '../state/store.ts';
import { TestChooser } from '../ui/test-chooser.tsx';
import { Gate, ViewHead } from '../ui/view-head.tsx';
import { FrtForm } from './frt-form.tsx';
import { FrtRun } from './frt-run.tsx';

export function FrtView() {
  const state = frt.value;
  if (state !== null && state.phase !== 'idle') return <FrtRun state={state} />;
  let body = <FrtForm />;
  if (headSensor.value === null) {
    body = <Gate text={t.frt.needSensor} to={{ view: 'start' }} label={t.live.chooseSensor} />;
  } else if (!aligned.value) {
    body = <Gate text={t.frt.needAlignment} to={{ view: 'align' }} label={t.live.alignNow} />;
  }
  return (
    <>
      <TestChooser current="frt" />
      <ViewHead title={t.frt.title} lead={t.frt.lead} />
      {body}
    </>
  );
}
