/** Dizziness or a neurological sign was told: what to do, in order, and nothing else to press. */
import type { VisitStateMessage } from '../../src/contract/visit.ts';
import { t } from '../i18n/index.ts';
import { finishVisit } from '../state/visit.ts';
import { Icon } from '../ui/icon.tsx';

export function VisitEnded({ visit }: { readonly visit: VisitStateMessage }) {
  const words = t.visit.ended;
  return (
    <section class="card visit-ended" role="alert" data-testid="visit-ended">
      <h1>
        <Icon name="warn" /> {words.title}
      </h1>
      <p class="lead">{visit.endedBy !== null && words.by[visit.endedBy]}</p>
      <ol>
        {words.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p class="quiet">{words.kept}</p>
      <div class="actions">
        <button type="button" class="button primary big" data-testid="visit-finish" onClick={() => void finishVisit()}>
          {words.finish}
        </button>
      </div>
    </section>
  );
}
