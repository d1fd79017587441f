/** What is asked before the tests: headache now, pain killer, treatment, couch, examiner, blinding. */
import { signal } from '@preact/signals';
import type { VisitStateMessage } from '../../src/contract/visit.ts';
import { t } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { ViewHead } from '../ui/view-head.tsx';

const SCALE = Array.from({ length: 11 }, (_, value) => value);

const couch = signal<string | null>(null);
const examiner = signal<string | null>(null);

function Choice<T extends string | number | boolean>(props: {
  readonly name: string;
  readonly legend: string;
  readonly given: T | null;
  readonly options: readonly (readonly [T, string])[];
  readonly onChoose: (value: T) => void;
  readonly note?: string;
}) {
  return (
    <fieldset class="field">
      <legend>{props.legend}</legend>
      <div class="segments wide">
        {props.options.map(([value, word]) => (
          <label key={String(value)}>
            <input
              type="radio"
              name={props.name}
              data-testid={`${props.name}-${String(value)}`}
              checked={props.given === value}
              onChange={() => props.onChoose(value)}
            />
            <span>{word}</span>
          </label>
        ))}
      </div>
      {props.note !== undefined && <p class="quiet">{props.note}</p>}
    </fieldset>
  );
}

/** Text fields are sent when they are left: half a number is no number. */
function keepCouch(text: string): void {
  couch.value = text;
  const deg = text.trim() === '' ? null : Number(text.replace(',', '.'));
  if (deg === null || Number.isFinite(deg)) void command({ type: 'visit-context', couchAngleDeg: deg });
}
function keepExaminer(text: string): void {
  const code = text
    .trim()
    .toUpperCase()
    .replace(/[^A-Z0-9-]/g, '')
    .slice(0, 12);
  examiner.value = code;
  void command({ type: 'visit-context', examiner: code === '' ? null : code });
}

export function VisitContext({ visit, onNext }: { readonly visit: VisitStateMessage; readonly onNext: () => void }) {
  const words = t.visit.context;
  const yesNo = [
    [false, t.visit.screen.no],
    [true, t.visit.screen.yes],
  ] as const;
  const ready = visit.headacheNow !== null && visit.analgesic6h !== null;
  return (
    <>
      <ViewHead title={words.title} lead={words.lead} />
      <form
        class="card form visit-context"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onNext();
        }}
      >
        <Choice
          name="headache"
          legend={words.headache}
          given={visit.headacheNow}
          options={SCALE.map((value) => [value, String(value)] as const)}
          onChoose={(headacheNow) => void command({ type: 'visit-context', headacheNow })}
          note={`${words.headacheNone} · ${words.headacheMost}`}
        />
        <div class="field-pair">
          <Choice
            name="analgesic"
            legend={words.analgesic}
            given={visit.analgesic6h}
            options={yesNo}
            onChoose={(analgesic6h) => void command({ type: 'visit-context', analgesic6h })}
          />
          <Choice
            name="treatment"
            legend={words.treatment}
            given={visit.treatment}
            options={
              visit.treatment === 'after'
                ? [['after', words.after]]
                : [
                    ['before', words.before],
                    ['after', words.after],
                  ]
            }
            onChoose={(mark) => {
              if (mark === 'after') void command({ type: 'visit-context', treated: true });
            }}
          />
        </div>
        <div class="field-pair">
          <div class="field">
            <label for="couch">{words.couch}</label>
            <input
              id="couch"
              class="input"
              inputMode="decimal"
              autocomplete="off"
              value={couch.value ?? visit.couchAngleDeg?.toString() ?? ''}
              aria-describedby="couch-help"
              onChange={(event) => keepCouch(event.currentTarget.value)}
            />
            <p id="couch-help" class="quiet">
              {words.couchHelp}
            </p>
          </div>
          <div class="field">
            <label for="examiner">{words.examiner}</label>
            <input
              id="examiner"
              class="input"
              autocomplete="off"
              autocapitalize="characters"
              maxLength={12}
              value={examiner.value ?? visit.examiner ?? ''}
              aria-describedby="examiner-help"
              onChange={(event) => keepExaminer(event.currentTarget.value)}
            />
            <p id="examiner-help" class="quiet">
              {words.examinerHelp}
            </p>
          </div>
        </div>
        <label class="check">
          <input
            type="checkbox"
            data-testid="blinded"
            checked={visit.blinded}
            onChange={(event) => void command({ type: 'visit-context', blinded: event.currentTarget.checked })}
          />
          <span>
            {words.blinded} <span class="quiet">{words.blindedHelp}</span>
          </span>
        </label>
        <div class="actions">
          <button type="submit" class="button primary big" data-testid="context-next" disabled={!ready}>
            {words.save}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => void command({ type: 'visit-settings', blinded: visit.blinded })}
          >
            {words.blindedClinic}
          </button>
        </div>
      </form>
    </>
  );
}
