/** Align: three movements, seated and upright, that teach the kit where forward and left are. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AlignmentState } from '../../src/contract/state.ts';
import { formatOne, formatWhole, t, wordFor } from '../i18n/index.ts';
import { ALIGN_STEPS, type AlignStep, stepStatus } from '../logic/align-steps.ts';
import { formatRoute } from '../logic/route.ts';
import { command } from '../state/gateway-link.ts';
import { alignment, headSensor, recording } from '../state/store.ts';
import { focusSoon } from '../ui/focus.ts';
import { ALIGN_PICTURES } from '../ui/head-pictures.tsx';
import { Icon } from '../ui/icon.tsx';
import { ProgressRing } from '../ui/progress-ring.tsx';
import { TrunkAlign } from '../ui/trunk-align.tsx';
import { Gate, ViewHead } from '../ui/view-head.tsx';

function residualOf(step: AlignStep, state: AlignmentState): number | null {
  if (step === 'nod') return state.nodResidualDeg;
  return step === 'turn-left' ? state.turnResidualDeg : null;
}

function StepCard({
  step,
  number,
  state,
}: {
  readonly step: AlignStep;
  readonly number: number;
  readonly state: AlignmentState;
}) {
  const status = stepStatus(step, state);
  const Picture = ALIGN_PICTURES[step];
  const words = state.ledBy === 'examiner' ? t.alignLead.steps[step] : t.align.steps[step];
  const share = status === 'done' ? 1 : status === 'now' ? state.progress : 0;
  const residual = status === 'done' || status === 'failed' ? residualOf(step, state) : null;
  return (
    <li class={`align-step ${status}`} aria-current={status === 'now' ? 'step' : undefined}>
      <div class="align-picture">
        <Picture title={t.align.pictures[step]} />
        <ProgressRing share={share} />
      </div>
      <div class="align-text">
        <p class="status-tag">
          {status === 'done' && <Icon name="check" />}
          {status === 'failed' && <Icon name="warn" />}
          {number} · {t.align.status[status]}
        </p>
        <h2>{words.title}</h2>
        <p class="quiet">{words.text}</p>
        {status === 'now' && (
          <p class="visually-hidden" role="status">
            {t.align.progress(formatWhole(Math.round(state.progress * 4) * 25))}
          </p>
        )}
        {residual !== null && <p class="residual">{t.align.residual(formatOne(residual))}</p>}
      </div>
    </li>
  );
}

/** What the code says; an unknown one is only spoken of where something was refused. */
function reasonOf(state: AlignmentState): string | null {
  if (state.code === null) return null;
  const led = state.ledBy === 'examiner' ? t.alignLead.codes[state.code] : undefined;
  if (led !== undefined) return led;
  if (state.phase === 'rejected') return wordFor(t.align.codes, state.code, t.align.reasonUnknown);
  return t.align.codes[state.code] ?? null;
}

/** Accepted while this view was open: the next step has the keyboard. */
function useFocusOnAccepted(phase: AlignmentState['phase'] | undefined): void {
  const before = useRef(phase);
  useEffect(() => {
    if (phase === 'accepted' && before.current !== undefined && before.current !== 'accepted') focusSoon('to-frt');
    before.current = phase;
  }, [phase]);
}

type Lead = 'patient' | 'examiner';

/** Who moves the head: chosen before the movements begin. */
function LeadChoice({ lead, choose }: { readonly lead: Lead; readonly choose: (lead: Lead) => void }) {
  return (
    <fieldset class="align-lead">
      <legend>{t.alignLead.title}</legend>
      {(['patient', 'examiner'] as const).map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="align-lead"
            value={one}
            checked={lead === one}
            data-testid={`align-lead-${one}`}
            onChange={() => choose(one)}
          />
          {t.alignLead[one]}
        </label>
      ))}
      <p class="quiet">{t.alignLead.help}</p>
    </fieldset>
  );
}

export function AlignView() {
  const state = alignment.value;
  const [lead, choose] = useState<Lead>(state?.ledBy ?? 'patient');
  useFocusOnAccepted(state?.phase);
  const sensor = headSensor.value;
  if (sensor === null || state === null) {
    return (
      <>
        <ViewHead title={t.align.title} lead={t.align.lead} />
        <Gate text={t.align.needSensor} to={{ view: 'start' }} label={t.live.chooseSensor} />
      </>
    );
  }
  const reason = reasonOf(state);
  const checking = sensor.check?.phase === 'running';
  const running = state.phase === 'still' || state.phase === 'nod' || state.phase === 'turn-left';
  return (
    <>
      <ViewHead title={t.align.title} lead={t.align.lead} />
      <section class={`align-now ${state.phase}`}>
        <p class="align-phase" data-testid="align-phase" data-phase={state.phase} role="status" aria-live="assertive">
          {state.phase === 'accepted' && <Icon name="check" />}
          {state.phase === 'rejected' && <Icon name="warn" />}
          {(state.ledBy === 'examiner' ? t.alignLead.phase[state.phase] : undefined) ?? t.align.phase[state.phase]}
        </p>
        {reason !== null && (
          <p class="align-reason" data-testid="align-reason" data-code={state.code} aria-live="polite">
            {reason}
          </p>
        )}
        {state.phase === 'accepted' && state.ledBy === 'examiner' && state.sigmaDeg != null && (
          <p class="quiet" data-testid="align-led">
            {t.alignLead.led(formatOne(1.96 * state.sigmaDeg))}
          </p>
        )}
        {checking && (
          <p class="align-reason" role="status">
            {t.align.afterCheck}
          </p>
        )}
        {!running && <LeadChoice lead={lead} choose={choose} />}
        <div class="actions">
          {state.phase === 'accepted' && (
            <>
              <a
                class="button primary big"
                data-testid="to-frt"
                href={formatRoute({ view: recording.value === null ? 'frt' : 'visit' })}
              >
                {t.align.next}
              </a>
              <a class="button big" data-testid="to-live" href={formatRoute({ view: 'live' })}>
                {t.align.live}
              </a>
            </>
          )}
          {running ? (
            <button
              type="button"
              class="button big"
              data-testid="align-cancel"
              onClick={() => void command({ type: 'align-cancel' })}
            >
              {t.align.cancel}
            </button>
          ) : (
            <button
              type="button"
              class={state.phase === 'accepted' ? 'button big link' : 'button primary big'}
              data-testid="align-start"
              disabled={checking}
              onClick={() => void command({ type: 'align-start', ledBy: lead })}
            >
              {state.phase === 'none' ? t.align.start : t.align.again}
            </button>
          )}
        </div>
      </section>
      <TrunkAlign />
      <ol class="align-steps">
        {ALIGN_STEPS.map((step, index) => (
          <StepCard key={step} step={step} number={index + 1} state={state} />
        ))}
      </ol>
    </>
  );
}
