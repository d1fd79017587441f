/** The episode, its plan of reviews, and the home exercises that are ticked off. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { mechanismSchema, PLAN_LISTS, type SubjectOutcome } from '../../src/contract/outcome.ts';
import { formatDate, formatPercent, formatWhole, t } from '../i18n/index.ts';

import { dayText, msOfDay } from '../logic/outcome-words.ts';
import { planOf } from '../logic/plan-lists.ts';
import { send } from '../state/outcome.ts';
import { CheckList, NumberField, NumberListField, SelectField, TextField } from '../ui/fields.tsx';
import { mayWrite } from './subject.tsx';
import { type SideChoice, sideOptions } from './subject-options.ts';

type Mechanism = (typeof mechanismSchema.options)[number];
const goal = signal('');
const goalReached = signal<number | null>(null);
const side = signal<SideChoice>('unknown');
const injuryDate = signal('');
const mechanism = signal<Mechanism | 'unknown'>('unknown');
const payer = signal('');

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

function fill({ episode }: SubjectOutcome): void {
  goal.value = episode?.goal ?? '';
  goalReached.value = episode?.goalReached ?? null;
  side.value = episode?.side ?? 'unknown';
  injuryDate.value = episode?.injuryDate ?? '';
  mechanism.value = mechanismSchema.options.find((one) => one === episode?.mechanism) ?? 'unknown';
  payer.value = episode?.payerReference ?? '';
}

async function keepEpisode(event: Event, { subjectCode, episode }: SubjectOutcome): Promise<void> {
  event.preventDefault();
  const body = {
    goal: orNull(goal.value),
    side: side.value === 'unknown' ? null : side.value,
    injuryDate: orNull(injuryDate.value),
    mechanism: mechanism.value === 'unknown' ? null : mechanism.value,
    payerReference: orNull(payer.value),
  };
  if (episode === null || episode.closedAtMs !== null) await send('POST', subjectCode, 'episodes', body);
  else await send('PATCH', subjectCode, `episodes/${episode.id}`, { ...body, goalReached: goalReached.value });
}

function EpisodeForm({ outcome }: { readonly outcome: SubjectOutcome }) {
  const { episode, subjectCode } = outcome;
  const words = t.outcome.episode;
  const open = episode !== null && episode.closedAtMs === null;
  useEffect(() => fill(outcome), [episode?.id, subjectCode]);
  const mechanisms = [
    ['unknown', words.unknown] as const,
    ...mechanismSchema.options.map((one) => [one, words.mechanisms[one]] as const),
  ];
  return (
    <form class="card form" onSubmit={(event) => void keepEpisode(event, outcome)}>
      <h2>{words.title}</h2>
      <TextField id="episode-goal" label={words.goal} value={goal} maxLength={200} help={t.outcome.noteHelp} />
      <div class="field-pair">
        <SelectField id="episode-side" label={t.outcome.side} value={side} options={sideOptions()} />
        <SelectField id="episode-mechanism" label={words.mechanism} value={mechanism} options={mechanisms} />
        <TextField
          id="episode-injury"
          label={words.injuryDate}
          value={injuryDate}
          type="date"
          max={dayText(Date.now())}
          maxLength={10}
        />
        <TextField id="episode-payer" label={words.payer} value={payer} maxLength={60} />
        {open && <NumberField id="episode-reached" label={words.goalReached} value={goalReached} min={0} max={10} />}
      </div>
      <div class="actions">
        <button type="submit" class="button primary" data-testid="episode-save">
          {open ? words.save : t.outcome.begin}
        </button>
        {episode !== null && (
          <button
            type="button"
            class="button"
            data-testid="episode-close"
            onClick={() => void send('PATCH', subjectCode, `episodes/${episode.id}`, { closed: open })}
          >
            {open ? words.close : words.reopen}
          </button>
        )}
      </div>
    </form>
  );
}

const sessions = signal('');
const weeks = signal('');
const exercises = signal('');

async function keepPlan(event: Event, code: string): Promise<void> {
  event.preventDefault();
  const list = exercises.value.split('\n').flatMap((line) => orNull(line) ?? []);
  const reviews = planOf(sessions.value, weeks.value);
  if (reviews) await send('PUT', code, 'plan', { ...reviews, exercises: list });
}

function PlanForm({ outcome }: { readonly outcome: SubjectOutcome }) {
  const { plan, subjectCode, episode } = outcome;
  const words = t.outcome.plan;
  useEffect(() => {
    sessions.value = plan.sessions.join(', ');
    weeks.value = plan.weeks.join(', ');
    exercises.value = plan.exercises.join('\n');
  }, [subjectCode, episode?.id, JSON.stringify(plan)]);
  if (episode === null || episode.closedAtMs !== null) return <p class="card empty">{words.needsEpisode}</p>;
  return (
    <form class="card form" onSubmit={(event) => void keepPlan(event, subjectCode)}>
      <h2>{words.title}</h2>
      <div class="field-pair">
        <NumberListField id="plan-sessions" label={words.sessions} value={sessions} limits={PLAN_LISTS.sessions} />
        <NumberListField id="plan-weeks" label={words.weeks} value={weeks} limits={PLAN_LISTS.weeks} />
      </div>
      <TextField
        id="plan-exercises"
        label={words.exercises}
        value={exercises}
        maxLength={500}
        lines={4}
        help={words.exercisesHelp}
      />
      <div class="actions">
        <button type="submit" class="button primary" data-testid="plan-save">
          {words.save}
        </button>
      </div>
    </form>
  );
}

const tickDay = signal(dayText(Date.now()));
const done = signal<readonly string[]>([]);

function Adherence({ outcome }: { readonly outcome: SubjectOutcome }) {
  const words = t.outcome.plan;
  const { adherence, plan, subjectCode } = outcome;
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        void send('POST', subjectCode, 'adherence', { day: tickDay.value, done: done.value });
      }}
    >
      <h2>{words.adherence}</h2>
      <p class="quiet" data-testid="adherence-share">
        {adherence.share === null
          ? words.adherenceNone
          : words.adherenceShare(formatPercent(adherence.share), formatWhole(adherence.daysKnown))}
      </p>
      {plan.exercises.length === 0 ? (
        <p class="empty">{words.noExercises}</p>
      ) : (
        <>
          <TextField
            id="tick-day"
            label={words.tick}
            value={tickDay}
            type="date"
            max={dayText(Date.now())}
            maxLength={10}
            required
          />
          <CheckList
            name="tick"
            legend={words.adherence}
            value={done}
            options={plan.exercises.map((one) => [one, one] as const)}
          />
          <button type="submit" class="button" data-testid="tick-save">
            {words.saveDay}
          </button>
        </>
      )}
      {adherence.days.length > 0 && (
        <ul class="plain-list">
          {adherence.days.slice(0, 7).map(({ day, done: ticked }) => (
            <li key={day}>
              {formatDate(msOfDay(day))}: {ticked.length === 0 ? t.outcome.no : ticked.join(', ')}
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

export function PlanTab({ outcome }: { readonly outcome: SubjectOutcome }) {
  return (
    <div class="columns">
      <div class="stack">
        {mayWrite() && <EpisodeForm outcome={outcome} />}
        {mayWrite() && <PlanForm outcome={outcome} />}
      </div>
      <Adherence outcome={outcome} />
    </div>
  );
}
