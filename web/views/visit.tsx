/** A visit from the patient's code to the result: one screen a step, each with one sentence, all of it by keyboard. */
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { dueStep, mayOpen, stepDone, VISIT_STEPS, type VisitPage, type VisitStep } from '../logic/visit-steps.ts';
import { frt, kit, recording } from '../state/store.ts';
import { keepSeen, NOTHING_SEEN, seenBefore } from '../state/visit-seen.ts';
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
/** What this page has seen of the open visit. */
const seen = signal<VisitPage>(NOTHING_SEEN);

/** Another visit begins with its own steps; a page that is loaded again goes on with those of the same one. */
let sessionId: string | null = null;
effect(() => {
  const now = recording.value?.sessionId ?? null;
  if (now === sessionId) return;
  sessionId = now;
  chosen.value = null;
  seen.value = now === null ? NOTHING_SEEN : seenBefore(now);
});
function see(what: Partial<VisitPage>): void {
  seen.value = { ...seen.value, ...what };
  if (sessionId !== null) keepSeen(sessionId, seen.value);
}

const goOn = (): void => {
  chosen.value = null;
};

function Steps({ shown, due }: { readonly shown: VisitStep | 'ended'; readonly due: VisitStep | 'ended' }) {
  const known = { visit: kit.value?.visit ?? null, frt: frt.value };
  return (
    <nav class="visit-steps" aria-label={t.visit.steps.label}>
      <ol>
        {VISIT_STEPS.map((step, index) => {
          const done = stepDone(step, due, known);
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
            see({ contextSeen: true });
            goOn();
          }}
        />
      );
    case 'sensor':
      return (
        <VisitSensor
          onNext={() => {
            see({ sensorSeen: true });
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
            see({ lyingDone: true });
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
  const due = state === null ? 'code' : dueStep(state, seen.value);
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
