/** When the plan of a patient is reviewed, unless the patient's own plan says otherwise: the clinic's usual intervals. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { PLAN_LISTS, type RetestPlanView, retestPlanSchema } from '../../src/contract/outcome.ts';
import { t } from '../i18n/index.ts';
import { planOf } from '../logic/plan-lists.ts';
import { api } from '../state/api.ts';
import { loadOverview } from '../state/outcome.ts';
import type { Problem } from '../state/store.ts';
import { NumberListField } from '../ui/fields.tsx';

const PATH = '/retest-plan';
const sessions = signal('');
const weeks = signal('');
const problem = signal<Problem | null>(null);
/** What was kept a moment ago; null: nothing. */
const saved = signal<RetestPlanView | null>(null);

function fill(plan: RetestPlanView): void {
  sessions.value = plan.sessions.join(', ');
  weeks.value = plan.weeks.join(', ');
}

async function keep(event: Event): Promise<void> {
  event.preventDefault();
  const plan = planOf(sessions.value, weeks.value);
  if (plan === null) return;
  const answer = await api('PUT', PATH, retestPlanSchema, plan);
  problem.value = answer.ok ? null : answer.problem;
  saved.value = answer.ok ? answer.value : null;
  if (!answer.ok) return;
  fill(answer.value);
  // Who is due may be another one now.
  await loadOverview();
}

const hasReviews = (plan: RetestPlanView): boolean => plan.sessions.length + plan.weeks.length > 0;

export function ClinicPlan() {
  const words = t.outcome.plan;
  useEffect(() => {
    saved.value = null;
    void api('GET', PATH, retestPlanSchema).then((answer) => {
      problem.value = answer.ok ? null : answer.problem;
      if (answer.ok) fill(answer.value);
    });
  }, []);
  return (
    <details class="card clinic-plan">
      <summary data-testid="clinic-plan">{words.clinicTitle}</summary>
      <form class="form" onSubmit={(event) => void keep(event)}>
        <p class="quiet">{words.clinicLead}</p>
        <div class="field-pair">
          <NumberListField id="clinic-sessions" label={words.sessions} value={sessions} limits={PLAN_LISTS.sessions} />
          <NumberListField id="clinic-weeks" label={words.weeks} value={weeks} limits={PLAN_LISTS.weeks} />
        </div>
        <div class="actions">
          <button type="submit" class="button primary" data-testid="clinic-plan-save">
            {words.clinicSave}
          </button>
          <span role="status">
            {saved.value && (hasReviews(saved.value) ? words.clinicSaved : words.clinicSavedNone)}
          </span>
        </div>
        {problem.value && (
          <p role="alert">
            {problem.value.message} {problem.value.hint}
          </p>
        )}
      </form>
    </details>
  );
}
