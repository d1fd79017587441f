/** What leaves the kit as a file: chosen, seen as a dry run first, then taken. */
import { signal } from '@preact/signals';
import { formatWhole, t } from '../i18n/index.ts';
import { EXPORT_FORMATS, type ExportChoice } from '../logic/export-choice.ts';
import { type ExportSummary, exportUrl, loadExportSummary } from '../state/exports.ts';
import type { Loaded } from '../state/records.ts';
import { Icon } from '../ui/icon.tsx';
import { LoadFailed } from '../ui/load-failed.tsx';

const choice = signal<ExportChoice>({ format: 'csv', subject: '', fromDay: '', toDay: '' });
const summary = signal<Loaded<ExportSummary> | null>(null);

/** Another choice makes the dry run of the one before worthless. */
function choose(change: Partial<ExportChoice>): void {
  choice.value = { ...choice.value, ...change };
  summary.value = null;
}

async function look(event?: Event): Promise<void> {
  event?.preventDefault();
  summary.value = { status: 'loading' };
  summary.value = await loadExportSummary(choice.value);
}

function Summary({ found }: { readonly found: ExportSummary }) {
  return (
    <div class="export-summary" role="status" data-testid="export-summary">
      <p>
        {t.sessions.exports.summary(
          formatWhole(found.subjects),
          formatWhole(found.visits),
          formatWhole(found.rows),
          formatWhole(Math.ceil(found.bytes / 1024)),
        )}
      </p>
      {found.visits === 0 ? (
        <p class="quiet">{t.sessions.exports.nothing}</p>
      ) : (
        <a class="button primary" href={exportUrl(choice.value)} download data-testid="export-take">
          <Icon name="file" />
          {t.sessions.exports.take}
        </a>
      )}
    </div>
  );
}

export function ExportCard() {
  const now = choice.value;
  const found = summary.value;
  return (
    <details class="card export-card" data-testid="export-card">
      <summary>{t.sessions.exports.title}</summary>
      <form class="form" onSubmit={(event) => void look(event)}>
        <p class="quiet">{t.sessions.exports.lead}</p>
        <div class="field-pair">
          <div class="field">
            <label for="export-format">{t.sessions.exports.format}</label>
            <select
              id="export-format"
              class="input"
              value={now.format}
              onChange={(event) => choose({ format: event.currentTarget.value as ExportChoice['format'] })}
            >
              {EXPORT_FORMATS.map((format) => (
                <option key={format} value={format}>
                  {t.sessions.exports.formats[format]}
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for="export-subject">{t.sessions.exports.subject}</label>
            <input
              id="export-subject"
              class="input"
              value={now.subject}
              maxLength={64}
              autocomplete="off"
              onInput={(event) => choose({ subject: event.currentTarget.value.trim() })}
            />
            <p class="quiet">{t.sessions.exports.subjectHelp}</p>
          </div>
          <div class="field">
            <label for="export-from">{t.sessions.exports.from}</label>
            <input
              id="export-from"
              class="input"
              type="date"
              value={now.fromDay}
              onInput={(event) => choose({ fromDay: event.currentTarget.value })}
            />
          </div>
          <div class="field">
            <label for="export-to">{t.sessions.exports.to}</label>
            <input
              id="export-to"
              class="input"
              type="date"
              value={now.toDay}
              onInput={(event) => choose({ toDay: event.currentTarget.value })}
            />
          </div>
        </div>
        <button class="button" type="submit" disabled={found?.status === 'loading'} data-testid="export-look">
          {t.sessions.exports.look}
        </button>
      </form>
      {found?.status === 'failed' && (
        <LoadFailed
          message={found.problem?.message ?? null}
          hint={found.problem?.hint ?? null}
          retry={() => void look()}
        />
      )}
      {found?.status === 'ready' && <Summary found={found.value} />}
    </details>
  );
}
