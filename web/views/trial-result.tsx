/** The test that has just ended: what it came to, and the way on. */
import type { TrialState } from '../../src/contract/trial.ts';
import { t, wordFor } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { recording, simulated } from '../state/store.ts';
import { SimBadge } from '../ui/sim-badge.tsx';
import { TrialPanel } from '../ui/trial-panel.tsx';

export function TrialResult({ state }: { readonly state: TrialState }) {
  const { result } = state;
  const sessionId = recording.value?.sessionId ?? null;
  return (
    <div class="trial-result" data-testid="trial-result">
      <div class="view-head">
        <div>
          <h1>
            {t.trial.names[state.protocol]} {simulated.value && <SimBadge long={true} />}
          </h1>
          <p class="lead">
            {state.phase === 'stopped' ? wordFor(t.trial.prompts, state.prompt, (code) => code) : t.trial.resultLead}
          </p>
        </div>
        <div class="view-actions">
          <button
            type="button"
            class="button primary"
            data-testid="trial-close"
            onClick={() => void command({ type: 'trial-close' })}
          >
            {t.trial.again}
          </button>
        </div>
      </div>
      <TrialPanel
        kind={state.protocol}
        result={result}
        measure={state.measure}
        repetitions={state.repetitions}
        test={sessionId === null ? null : { sessionId, trialId: state.id }}
      />
    </div>
  );
}
