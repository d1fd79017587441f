/** The craniocervical flexion test: pressures are read off the cuff, the sensor's nod stands beside each stage. */
import { signal } from '@preact/signals';
import { CCFT_PRESSURES_MMHG } from '../../src/core/outcome/ccft.ts';
import { DEG_PER_RAD } from '../../src/core/units.ts';
import { formatDeg, t } from '../i18n/index.ts';
import { live } from '../live/live-data.ts';
import { send } from '../state/outcome.ts';
import { aligned, freshness } from '../state/store.ts';

interface Stage {
  readonly pressureMmHg: number;
  readonly holds: number | null;
  readonly clean: boolean;
  readonly nodDeg: number | null;
}

const empty = (): Stage[] =>
  CCFT_PRESSURES_MMHG.map((pressureMmHg) => ({ pressureMmHg, holds: null, clean: true, nodDeg: null }));
const stages = signal<readonly Stage[]>(empty());
/** Flexion at 20 mmHg, deg; null: not taken. */
const startDeg = signal<number | null>(null);

/** Present flexion, deg, chin down positive; null when it is not live. */
function flexionDeg(): number | null {
  const rad = live.head.displayFlexionRad;
  return aligned.value && freshness.value === 'fresh' && Number.isFinite(rad) ? rad * DEG_PER_RAD : null;
}

function change(index: number, part: Partial<Stage>): void {
  stages.value = stages.value.map((stage, i) => (i === index ? { ...stage, ...part } : stage));
}

function take(index: number): void {
  const now = flexionDeg();
  if (now !== null && startDeg.value !== null) change(index, { nodDeg: Math.round((now - startDeg.value) * 10) / 10 });
}

async function keep(event: Event, code: string): Promise<void> {
  event.preventDefault();
  // The test goes as far as holds were typed.
  const done = stages.value.findLastIndex(({ holds }) => holds !== null) + 1;
  const body = { stages: stages.value.slice(0, done).map((stage) => ({ ...stage, holds: stage.holds ?? 0 })) };
  if (!(await send('POST', code, 'ccft', body))) return;
  stages.value = empty();
  startDeg.value = null;
}

function StageRow({ stage, index }: { readonly stage: Stage; readonly index: number }) {
  const words = t.outcome.ccft;
  const at = String(stage.pressureMmHg);
  return (
    <tr>
      <th scope="row">{words.mmHg(at)}</th>
      <td>
        <input
          class="input"
          type="number"
          min={0}
          max={10}
          aria-label={words.holdsAt(at)}
          data-testid={`ccft-holds-${at}`}
          value={stage.holds ?? ''}
          onInput={(event) => {
            const typed = event.currentTarget.valueAsNumber;
            change(index, { holds: Number.isFinite(typed) ? typed : null });
          }}
        />
      </td>
      <td>
        <label class="check">
          <input
            type="checkbox"
            aria-label={words.cleanAt(at)}
            data-testid={`ccft-clean-${at}`}
            checked={stage.clean}
            onChange={(event) => change(index, { clean: event.currentTarget.checked })}
          />
        </label>
      </td>
      <td class="ccft-nod">
        <span data-testid={`ccft-nod-${at}`}>{formatDeg(stage.nodDeg)}</span>
        <button
          type="button"
          class="button small"
          aria-label={words.takeAt(at)}
          data-testid={`ccft-take-${at}`}
          disabled={startDeg.value === null || !aligned.value}
          onClick={() => take(index)}
        >
          {words.take}
        </button>
      </td>
    </tr>
  );
}

export function CcftForm({ code }: { readonly code: string }) {
  const words = t.outcome.ccft;
  return (
    <form class="card form" onSubmit={(event) => void keep(event, code)}>
      <div>
        <h2>{words.title}</h2>
        <p class="quiet">{words.help}</p>
      </div>
      <div class="actions">
        <button
          type="button"
          class="button"
          data-testid="ccft-start"
          disabled={!aligned.value}
          onClick={() => {
            startDeg.value = flexionDeg();
          }}
        >
          {words.start}
        </button>
        <span class="quiet" role="status">
          {!aligned.value ? words.noSensor : startDeg.value !== null ? words.started : ''}
        </span>
      </div>
      <table class="table ccft-table">
        <thead>
          <tr>
            {[words.pressure, words.holds, words.clean, words.nod].map((text) => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stages.value.map((stage, index) => (
            <StageRow key={stage.pressureMmHg} stage={stage} index={index} />
          ))}
        </tbody>
      </table>
      <div class="actions">
        <button
          type="submit"
          class="button primary"
          data-testid="ccft-save"
          disabled={stages.value.every(({ holds }) => holds === null)}
        >
          {t.outcome.save}
        </button>
      </div>
    </form>
  );
}
