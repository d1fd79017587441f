/** What is typed in: scores, findings, the craniocervical flexion test; and the list of what was kept. */
import { signal } from '@preact/signals';
import { instrumentIdSchema, type OutcomeEntry, type SubjectOutcome } from '../../src/contract/outcome.ts';
import { instrument } from '../../src/core/outcome/instruments.ts';
import { formatDate, formatWhole, t } from '../i18n/index.ts';
import { entryName, entryValue } from '../logic/entry-words.ts';
import { measureName } from '../logic/outcome-words.ts';
import { send } from '../state/outcome.ts';
import { NumberField, SelectField } from '../ui/fields.tsx';
import { mayWrite } from './subject.tsx';
import { CcftForm } from './subject-ccft.tsx';
import { FindingForm } from './subject-finding.tsx';

type InstrumentId = (typeof instrumentIdSchema.options)[number];
const which = signal<InstrumentId>('nprs');
const how = signal<'total' | 'items'>('total');
const total = signal<number | null>(null);
const items = Array.from({ length: 10 }, () => signal<number | null>(null));

function clear(): void {
  total.value = null;
  for (const item of items) item.value = null;
}

/** PSFS has as many activities as the patient named; the others have all their items. */
function typedItems(id: InstrumentId, most: number): (number | null)[] {
  const values = items.slice(0, most).map(({ value }) => value);
  if (id !== 'psfs') return values;
  const named = values.filter((value) => value !== null);
  return named.length === 0 ? [null] : named;
}

async function keep(event: Event, code: string, byItem: boolean, most: number): Promise<void> {
  event.preventDefault();
  const body = byItem ? { items: typedItems(which.value, most) } : { total: total.value ?? undefined };
  if (await send('POST', code, 'scores', { instrument: which.value, ...body })) clear();
}

function ScoreForm({ outcome }: { readonly outcome: SubjectOutcome }) {
  const words = t.outcome.scores;
  const chosen = instrument(which.value)!;
  const offer = outcome.offers.find((one) => one.instrument === which.value);
  const byItem = chosen.entry === 'items' || (chosen.entry === 'items-or-total' && how.value === 'items');
  const most = chosen.itemCount.max;
  const range = words.range(formatWhole(chosen.total.min), formatWhole(chosen.total.max));
  return (
    <form class="card form" onSubmit={(event) => void keep(event, outcome.subjectCode, byItem, most)}>
      <h2>{words.title}</h2>
      <SelectField
        id="score-which"
        label={words.which}
        value={which}
        options={instrumentIdSchema.options.map((id) => [id, measureName(id)] as const)}
      />
      {offer?.lastMs != null && <p class="quiet">{words.last(formatDate(offer.lastMs))}</p>}
      {offer?.offered === false ? (
        <p class="notice info inline" data-testid="score-not-yet">
          {words.notYet(offer.fromMs === null ? t.unknown : formatDate(offer.fromMs))}
        </p>
      ) : (
        <>
          {chosen.entry === 'items-or-total' && (
            <SelectField
              id="score-how"
              label={words.how}
              value={how}
              options={[
                ['total', words.asTotal],
                ['items', words.asItems],
              ]}
            />
          )}
          {byItem ? (
            <fieldset class="field">
              <legend>{which.value === 'psfs' ? words.activities : words.items}</legend>
              <p class="quiet">{words.itemsHelp}</p>
              <div class="item-grid">
                {items.slice(0, most).map((item, index) => (
                  <NumberField
                    key={`${which.value} ${index}`}
                    id={`score-item-${index + 1}`}
                    label={words.item(formatWhole(index + 1))}
                    value={item}
                    min={chosen.item.min}
                    max={chosen.item.max}
                  />
                ))}
              </div>
            </fieldset>
          ) : (
            <NumberField
              id="score-total"
              label={words.total}
              value={total}
              min={chosen.total.min}
              max={chosen.total.max}
              help={range}
              required
            />
          )}
          <button type="submit" class="button primary" data-testid="score-save">
            {t.outcome.save}
          </button>
        </>
      )}
    </form>
  );
}

function Entry({ code, entry }: { readonly code: string; readonly entry: OutcomeEntry }) {
  const name = entryName(entry);
  return (
    <tr data-testid="entry-row">
      <td>{formatDate(entry.atMs)}</td>
      <th scope="row">{name}</th>
      <td class="entry-value">{entryValue(entry)}</td>
      <td>
        {mayWrite() && (
          <button
            type="button"
            class="button small"
            aria-label={t.outcome.withdrawNamed(name)}
            data-testid="withdraw"
            onClick={() => void send('DELETE', code, `entries/${entry.id}`)}
          >
            {t.outcome.withdraw}
          </button>
        )}
      </td>
    </tr>
  );
}

function Entries({ outcome }: { readonly outcome: SubjectOutcome }) {
  const words = t.outcome.entries;
  return (
    <section class="card table-scroll" aria-label={words.title}>
      <h2>{words.title}</h2>
      {outcome.entries.length === 0 ? (
        <p class="empty">{words.none}</p>
      ) : (
        <table class="table entries-table">
          <tbody>
            {outcome.entries.map((entry) => (
              <Entry key={entry.id} code={outcome.subjectCode} entry={entry} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function EnterTab({ outcome }: { readonly outcome: SubjectOutcome }) {
  return (
    <div class="columns">
      <div class="stack">
        <ScoreForm outcome={outcome} />
        {mayWrite() && <FindingForm code={outcome.subjectCode} />}
        {mayWrite() && <CcftForm code={outcome.subjectCode} />}
      </div>
      <Entries outcome={outcome} />
    </div>
  );
}
