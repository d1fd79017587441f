/** The headache diary: one line a day, and what 28 days of it come to. */
import { signal } from '@preact/signals';
import type { SubjectOutcome } from '../../src/contract/outcome.ts';
import { formatDate, formatOne, formatWhole, t } from '../i18n/index.ts';
import { dayText, msOfDay } from '../logic/outcome-words.ts';
import { send } from '../state/outcome.ts';
import { type Asked, CheckField, NumberField, SelectField, TextField } from '../ui/fields.tsx';
import { sideOptions } from './subject-options.ts';

const day = signal(dayText(Date.now()));
const headache = signal<Exclude<Asked, 'unasked'>>('yes');
const hours = signal<number | null>(null);
const peak = signal<number | null>(null);
const side = signal<'left' | 'right' | 'both' | 'alternating' | 'unknown'>('unknown');
const medication = signal(false);

async function keep(event: Event, code: string): Promise<void> {
  event.preventDefault();
  const ill = headache.value === 'yes';
  const body = {
    day: day.value,
    headache: ill,
    hours: ill ? hours.value : null,
    peak: ill ? peak.value : null,
    side: ill && side.value !== 'unknown' ? side.value : null,
    medication: medication.value,
  };
  if (!(await send('POST', code, 'diary', body))) return;
  hours.value = null;
  peak.value = null;
  medication.value = false;
}

function Form({ code }: { readonly code: string }) {
  const words = t.outcome.diary;
  const answers = [
    ['yes', t.outcome.yes],
    ['no', t.outcome.no],
  ] as const;
  return (
    <form class="card form" onSubmit={(event) => void keep(event, code)}>
      <h2>{words.title}</h2>
      <div class="field-pair">
        <TextField
          id="diary-day"
          label={words.day}
          value={day}
          type="date"
          max={dayText(Date.now())}
          maxLength={10}
          required
        />
        <SelectField id="diary-headache" label={words.headache} value={headache} options={answers} />
      </div>
      {headache.value === 'yes' && (
        <div class="field-pair">
          <NumberField id="diary-hours" label={words.hours} value={hours} min={0} max={24} step={0.5} />
          <NumberField id="diary-peak" label={words.peak} value={peak} min={0} max={10} />
          <SelectField id="diary-side" label={t.outcome.side} value={side} options={sideOptions()} />
        </div>
      )}
      <CheckField id="diary-medication" label={words.medication} value={medication} />
      <button type="submit" class="button primary" data-testid="diary-save">
        {t.outcome.save}
      </button>
    </form>
  );
}

function Summary({ diary }: { readonly diary: SubjectOutcome['diary'] }) {
  const words = t.outcome.diary;
  const per28 = (value: number | null): string => (value === null ? words.tooFew : formatOne(value));
  const facts = [
    [words.known, formatWhole(diary.daysKnown)],
    [words.days, formatWhole(diary.headacheDays)],
    [words.per28, per28(diary.headacheDaysPer28)],
    [words.medicationDays, per28(diary.medicationDaysPer28)],
    [words.meanHours, formatOne(diary.meanHours)],
    [words.worst, formatWhole(diary.worstPeak)],
    [t.outcome.side, diary.side === null ? t.unknown : t.outcome.sides[diary.side]],
  ];
  return (
    <section class="card" aria-label={words.last28}>
      <h2>{words.last28}</h2>
      <dl class="facts diary-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Days({ diary }: { readonly diary: SubjectOutcome['diary'] }) {
  const words = t.outcome.diary;
  if (diary.days.length === 0) return <p class="card empty">{words.none}</p>;
  return (
    <section class="card table-scroll" aria-label={words.table}>
      <table class="table">
        <thead>
          <tr>
            {[words.day, words.headache, words.hours, words.peak, t.outcome.side, words.medication].map((text) => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {diary.days.map((one) => (
            <tr key={one.day} data-testid="diary-row">
              <th scope="row">{formatDate(msOfDay(one.day))}</th>
              <td>{one.headache ? t.outcome.yes : words.free}</td>
              <td>{one.hours === null ? '' : formatOne(one.hours)}</td>
              <td>{one.peak === null ? '' : formatWhole(one.peak)}</td>
              <td>{one.side === null ? '' : t.outcome.sides[one.side]}</td>
              <td>{one.medication ? t.outcome.yes : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function DiaryTab({ outcome }: { readonly outcome: SubjectOutcome }) {
  return (
    <div class="columns">
      <div class="stack">
        <Summary diary={outcome.diary} />
        <Days diary={outcome.diary} />
      </div>
      <Form code={outcome.subjectCode} />
    </div>
  );
}
