/** A visit from the patient's code to the result: one screen a step, each with one sentence, all of it by keyboard. */
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { dueStep, mayOpen, VISIT_STEPS, type VisitStep } from '../logic/visit-steps.ts';
import { frt, kit, recording } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';
import { ViewHead } from '../ui/view-head.tsx';
import { AlignView } from './align.tsx';
import { FrtForm } from './frt-form.tsx';
import { FrtRun } from './frt-run.tsx';
import { ResultView } from './result.tsx';
import { trialToCall, VisitCall } from './visit-call.tsx';
import { VisitCode } from './visit-code.tsx';
import { VisitContext } from './visit-context.tsx';
import { VisitEnded } from './visit-ended.tsx';
import { VisitLying } from './visit-lying.tsx';
import { VisitScreen } from './visit-screen.tsx';
import { VisitSensor } from './visit-sensor.tsx';

/** Chosen by hand; null: the step that is due. */
const chosen = signal<VisitStep | null>(null);
const contextSeen = signal(false);
const sensorSeen = signal(false);
const lyingDone = signal(false);

/** Another visit begins with its own steps. */
let sessionId: string | null = null;
effect(() => {
  const now = recording.value?.sessionId ?? null;
  if (now === sessionId) return;
  sessionId = now;
  chosen.value = null;
  contextSeen.value = false;
  sensorSeen.value = false;
  lyingDone.value = false;
});

const goOn = (): void => {
  chosen.value = null;
};

function Steps({ shown, due }: { readonly shown: VisitStep | 'ended'; readonly due: VisitStep | 'ended' }) {
  const dueAt = due === 'ended' ? VISIT_STEPS.length : VISIT_STEPS.indexOf(due);
  return (
    <nav class="visit-steps" aria-label={t.visit.steps.label}>
      <ol>
        {VISIT_STEPS.map((step, index) => {
          const done = index < dueAt;
          return (
            <li key={step} class={step === shown ? 'now' : done ? 'done' : ''}>
              <button
                type="button"
                disabled={step !== shown && !mayOpen(step, due)}
                aria-current={step === shown ? 'step' : undefined}
                data-testid={`step-${step}`}
                onClick={() => {
                  chosen.value = step === due ? null : step;
                }}
              >
                <span class="mark">{done ? <Icon name="check" /> : index + 1}</span>
                <span class="step-name">{t.visit.steps[step]}</span>
                {done && <span class="visually-hidden"> ({t.visit.steps.done})</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function StepView({ step }: { readonly step: VisitStep | 'ended' }) {
  const visit = kit.value?.visit ?? null;
  if (visit === null || step === 'code') return <VisitCode />;
  switch (step) {
    case 'screen':
      return <VisitScreen visit={visit} onNext={goOn} />;
    case 'context':
      return (
        <VisitContext
          visit={visit}
          onNext={() => {
            contextSeen.value = true;
            goOn();
          }}
        />
      );
    case 'sensor':
      return (
        <VisitSensor
          onNext={() => {
            sensorSeen.value = true;
            goOn();
          }}
        />
      );
    case 'align':
      return <AlignView />;
    case 'lying':
      return (
        <VisitLying
          visit={visit}
          onNext={() => {
            lyingDone.value = true;
            goOn();
          }}
        />
      );
    case 'test':
      if (frt.value !== null) return <FrtRun state={frt.value} />;
      return (
        <>
          <ViewHead title={t.frt.title} lead={t.frt.lead} />
          <FrtForm />
        </>
      );
    case 'call': {
      const trial = trialToCall();
      return trial === null ? null : <VisitCall trial={trial} />;
    }
    case 'result':
      return <ResultView />;
    case 'ended':
      return <VisitEnded visit={visit} />;
  }
}

export function VisitView() {
  const state = kit.value;
  const page = { contextSeen: contextSeen.value, sensorSeen: sensorSeen.value, lyingDone: lyingDone.value };
  const due = state === null ? 'code' : dueStep(state, page);
  const shown = chosen.value !== null && mayOpen(chosen.value, due) ? chosen.value : due;
  // What is due has come: a step looked at again gives way to it only when it is not in the middle of being read.
  useEffect(() => {
    if (due === 'test' || due === 'call' || due === 'ended') chosen.value = null;
  }, [due]);
  // A new screen has the keyboard.
  useEffect(() => {
    if (shown !== 'code') document.getElementById('main')?.focus({ preventScroll: true });
  }, [shown]);
  return (
    <div class="visit" data-testid="visit" data-step={shown}>
      {!(shown === 'test' && frt.value !== null) && <Steps shown={shown} due={due} />}
      <StepView step={shown} />
    </div>
  );
}
