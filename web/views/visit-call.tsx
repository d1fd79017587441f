/** The examiner's own call on each side that was tested, before any degree is shown. Two keys are enough. */
import { useEffect } from 'preact/hooks';
import type { ExaminerCall, VisitTrialRecord } from '../../src/contract/visit.ts';
import { t } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { kit } from '../state/store.ts';
import { FamiliarHeadache } from '../ui/familiar-headache.tsx';
import { Icon } from '../ui/icon.tsx';

const CALLS: readonly ExaminerCall[] = ['restricted', 'not-restricted', 'unsure'];
const KEYS: Readonly<Record<string, readonly [direction: string, call: ExaminerCall]>> = {
  Digit1: ['left', 'restricted'],
  Digit2: ['left', 'not-restricted'],
  Digit3: ['left', 'unsure'],
  Digit7: ['right', 'restricted'],
  Digit8: ['right', 'not-restricted'],
  Digit9: ['right', 'unsure'],
};
const keyOf = (direction: string, call: ExaminerCall): string =>
  Object.entries(KEYS)
    .find(([, [side, word]]) => side === direction && word === call)?.[0]
    .slice(-1) ?? '';

function give(trial: VisitTrialRecord, direction: string, call: ExaminerCall, source: 'key' | 'button'): void {
  if (trial.callsNeeded.includes(direction))
    void command({ type: 'visit-call', trialId: trial.id, direction, call, source });
}

/** The test that waits for its call; null: none does. */
export function trialToCall(): VisitTrialRecord | null {
  const visit = kit.value?.visit;
  return visit?.trials.find(({ id }) => id === visit.withheldTrialId) ?? null;
}

export function VisitCall({ trial }: { readonly trial: VisitTrialRecord }) {
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      const found = KEYS[event.code.replace('Numpad', 'Digit')];
      if (!found || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      give(trial, found[0], found[1], 'key');
    };
    window.addEventListener('keydown', down);
    return () => window.removeEventListener('keydown', down);
  }, [trial]);
  const words = t.visit.call;
  return (
    <section class="visit-call" data-testid="visit-call">
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <div class="call-sides">
        {trial.callsNeeded.map((direction) => {
          const given = trial.calls[direction];
          return (
            <fieldset key={direction} class={`card call-side ${direction}`}>
              <legend>
                <Icon name={direction === 'left' ? 'left' : 'right'} />
                {words.side[direction]}
              </legend>
              {CALLS.map((call) => (
                <button
                  key={call}
                  type="button"
                  class="button big"
                  aria-pressed={given === call}
                  data-testid={`call-${direction}-${call}`}
                  onClick={() => give(trial, direction, call, 'button')}
                >
                  <kbd>{keyOf(direction, call)}</kbd>
                  {words.words[call]}
                </button>
              ))}
            </fieldset>
          );
        })}
      </div>
      <FamiliarHeadache trial={trial} />
      <p class="quiet">{words.keys}</p>
      <p>
        <button
          type="button"
          class="button link"
          data-testid="call-without"
          title={words.withoutHelp}
          onClick={() => void command({ type: 'visit-reveal', trialId: trial.id })}
        >
          {words.without}
        </button>
      </p>
    </section>
  );
}
