/** A running test: what to do in large words, the figure, one dot a repetition, the keys. Read from three metres. */
import { useEffect } from 'preact/hooks';
import type { TrialState } from '../../src/contract/trial.ts';
import { t, wordFor } from '../i18n/index.ts';
import { trialDots } from '../logic/trial-dots.ts';
import { listenTestKeys } from '../state/test-keys.ts';
import { Icon } from '../ui/icon.tsx';
import { KeyBar } from '../ui/key-bar.tsx';
import { LiveFigure } from '../ui/live-figure.tsx';
import { MovePicture } from '../ui/move-picture.tsx';
import { TrialResult } from './trial-result.tsx';

function Dots({ state }: { readonly state: TrialState }) {
  return (
    <section class="trial-dots" aria-label={t.frt.dots}>
      {state.directions.map((direction) => (
        <div
          key={direction}
          class={state.direction === direction && !state.ended ? 'trial-dot-row now' : 'trial-dot-row'}
        >
          <span class="dots-name">{wordFor(t.trial.directions, direction, (code) => code)}</span>
          <ul>
            {trialDots(state, direction).map((dot, index) => (
              // A place in the row is what the dot is: they never change their order.
              <li key={index} class={`rep ${dot.kind}`} title={dot.reason ?? undefined}>
                {dot.kind === 'counted' && <Icon name="check" />}
                {dot.kind === 'rejected' && <Icon name="cross" />}
                {dot.kind === 'practice' && <span aria-hidden="true">{t.frt.practice[0]}</span>}
                <span class="visually-hidden">
                  {dot.kind === 'rejected'
                    ? t.frt.dot.rejected(wordFor(t.trial.reasons, dot.reason ?? '', (code) => code))
                    : dot.kind === 'counted'
                      ? t.frt.dot.counted('')
                      : dot.kind === 'practice'
                        ? t.frt.dot.practice
                        : t.frt.dot.open}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

export function TrialRun({ state }: { readonly state: TrialState }) {
  const { ended } = state;
  useEffect(() => (ended ? undefined : listenTestKeys('trial', () => {})), [ended]);
  useEffect(() => {
    document.getElementById('main')?.focus({ preventScroll: true });
  }, []);
  const last = state.repetitions.at(-1);
  const outcome =
    last?.status === 'rejected' ? t.frt.dot.rejected(wordFor(t.trial.reasons, last.reason ?? '', (code) => code)) : '';
  if (ended) return <TrialResult state={state} />;
  return (
    <div class="trial-run" data-phase={state.phase}>
      <h1 class="visually-hidden">{t.trial.names[state.protocol]}</h1>
      <p
        class="frt-phase"
        role="status"
        aria-live="assertive"
        data-testid="trial-prompt"
        data-prompt={state.prompt}
        data-direction={state.direction}
      >
        {wordFor(t.trial.prompts, state.prompt, (code) => code)}
      </p>
      <div class="trial-stage">
        <LiveFigure measure={state.measure} direction={state.direction} />
        {/* A posture that is held has no way to show. */}
        {state.direction !== 'none' && <MovePicture direction={state.direction} moves={true} />}
      </div>
      <p class="frt-outcome" role="status">
        {outcome}
      </p>
      <Dots state={state} />
      <KeyBar test="trial" />
    </div>
  );
}
