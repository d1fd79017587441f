/** After a test that brought on the patient's own headache: when it came is known, whether it went is asked. */
import type { VisitTrialRecord } from '../../src/contract/visit.ts';
import { formatOne, t } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';

export function FamiliarHeadache({ trial }: { readonly trial: VisitTrialRecord }) {
  const { familiar } = trial;
  if (familiar === null || !familiar.reproduced) return null;
  const words = t.visit.familiar;
  return (
    <fieldset class="card visit-familiar" data-testid="familiar">
      <legend class="visually-hidden">{words.title}</legend>
      <strong>{familiar.afterS === null ? words.title : words.came(formatOne(familiar.afterS))}</strong>
      <span>{words.gone}</span>
      <div class="segments">
        {[true, false].map((gone) => (
          <label key={String(gone)}>
            <input
              type="radio"
              name="gone-at-neutral"
              data-testid={`gone-${gone}`}
              checked={familiar.goneAtNeutral === gone}
              onChange={() =>
                void command({
                  type: 'visit-familiar',
                  trialId: trial.id,
                  familiar: { ...familiar, goneAtNeutral: gone },
                })
              }
            />
            <span>{gone ? words.yes : words.no}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
