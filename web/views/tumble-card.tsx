/** The one-minute calibration of a sensor, on its card. */
import type { SensorState } from '../../src/contract/state.ts';
import type { TumbleState } from '../../src/contract/tumble.ts';
import { formatPercent, formatTwo, t } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { kit } from '../state/store.ts';

const AXES = ['x', 'y', 'z'] as const;
const STEPS = ['still', 'tumble', 'still-end'] as const;

function Steps({ state }: { readonly state: TumbleState }) {
  return (
    <ol class="plain-list">
      {STEPS.map((step) => (
        <li
          key={step}
          aria-current={state.phase === step ? 'step' : undefined}
          class={state.phase === step ? '' : 'quiet'}
        >
          {t.tumble.steps[step]}
          {step === 'tumble' &&
            state.phase === 'tumble' &&
            AXES.map((axis, k) => (
              <progress
                key={axis}
                max={1}
                value={state.coverage[k] ?? 0}
                aria-label={t.tumble.axis(axis, formatPercent(state.coverage[k] ?? 0))}
              />
            ))}
        </li>
      ))}
    </ol>
  );
}

export function TumblePart({ sensor }: { readonly sensor: SensorState }) {
  const state = kit.value?.tumble ?? null;
  const start = (): void => void command({ type: 'tumble-start', index: sensor.index });
  if (state === null || state.index !== sensor.index) {
    if (sensor.phase !== 'streaming' || state !== null) return null;
    return (
      <button type="button" class="button small" data-testid="tumble-start" title={t.tumble.lead} onClick={start}>
        {t.tumble.start}
      </button>
    );
  }
  const over = state.phase === 'accepted' || state.phase === 'rejected';
  const { result } = state;
  return (
    <section aria-label={t.tumble.title} data-testid="tumble" data-phase={state.phase}>
      <p role="status" class={state.phase === 'rejected' ? 'attention' : state.phase === 'accepted' ? 'good' : ''}>
        {t.tumble.codes[state.code]}
        {result && ` ${t.tumble.found(result.serial, formatTwo(result.sigmaPercent))} ${t.tumble.alignAfter}`}
      </p>
      {!over && <Steps state={state} />}
      <div class="actions">
        {state.phase === 'rejected' && (
          <button type="button" class="button" onClick={start}>
            {t.tumble.again}
          </button>
        )}
        <button
          type="button"
          class="button"
          data-testid="tumble-cancel"
          onClick={() => void command({ type: 'tumble-cancel' })}
        >
          {over ? t.tumble.close : t.tumble.cancel}
        </button>
      </div>
    </section>
  );
}
