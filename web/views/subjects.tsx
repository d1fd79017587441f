/** The clinic's overview: who is due, who sent something, who needs a look. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { LOOKS, type Look, type OverviewRow } from '../../src/contract/outcome.ts';
import { formatDate, formatWhole, t } from '../i18n/index.ts';
import { ORDERS, type OverviewOrder, overviewRows } from '../logic/overview-rows.ts';
import { formatRoute } from '../logic/route.ts';
import { access } from '../state/access.ts';
import { groupCsvUrl, loadOverview, overview } from '../state/outcome.ts';
import { link, recording } from '../state/store.ts';
import { SelectField } from '../ui/fields.tsx';
import { Icon } from '../ui/icon.tsx';
import { LoadFailed } from '../ui/load-failed.tsx';
import { SimBadge } from '../ui/sim-badge.tsx';
import { ViewHead } from '../ui/view-head.tsx';
import { ClinicPlan } from './clinic-plan.tsx';

type Filter = Look | 'all' | 'any';
const filter = signal<Filter>('all');
const order = signal<OverviewOrder>('look');

function Review({ row }: { readonly row: OverviewRow }) {
  const words = t.outcome.overview;
  if (row.review.due) return <strong class="attention">{words.dueNow}</strong>;
  return <>{row.review.nextMs === null ? words.noReview : words.dueOn(formatDate(row.review.nextMs))}</>;
}

function Row({ row }: { readonly row: OverviewRow }) {
  const words = t.outcome.overview;
  const called = row.changes.filter(({ verdict }) => verdict !== null);
  const changed = called.filter(({ verdict }) => verdict === 'changed').length;
  return (
    <tr data-testid="overview-row">
      <th scope="row">
        <a class="row-link" href={formatRoute({ view: 'subject', code: row.subjectCode, tab: 'outcome' })}>
          {row.subjectCode}
        </a>{' '}
        {row.simulated && <SimBadge />}
      </th>
      <td>
        {row.look.length === 0 ? (
          <span class="quiet">{words.nothing}</span>
        ) : (
          <ul class="looks">
            {row.look.map((reason) => (
              <li key={reason} class={`look look-${reason}`}>
                {t.outcome.look[reason]}
              </li>
            ))}
          </ul>
        )}
      </td>
      <td data-label={words.columns.review}>
        <Review row={row} />
      </td>
      <td data-label={words.columns.last}>{row.lastVisitMs === null ? t.unknown : formatDate(row.lastVisitMs)}</td>
      <td data-label={words.columns.visits}>
        {formatWhole(row.visits)}
        {row.homeVisits > 0 && <span class="quiet"> ({words.home(formatWhole(row.homeVisits))})</span>}
      </td>
      <td data-label={words.columns.changes}>
        {called.length === 0 ? (
          <span class="quiet">{words.noChanges}</span>
        ) : (
          words.changed(formatWhole(changed), formatWhole(called.length))
        )}
      </td>
    </tr>
  );
}

function Table({ rows }: { readonly rows: readonly OverviewRow[] }) {
  const { columns } = t.outcome.overview;
  return (
    <div class="card table-scroll">
      <table class="table overview-table">
        <thead>
          <tr>
            {[columns.subject, columns.look, columns.review, columns.last, columns.visits, columns.changes].map(
              (text) => (
                <th key={text} scope="col">
                  {text}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.subjectCode} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** While there are more to come: how far it is. */
function Reading({ looked, subjects }: { readonly looked: number; readonly subjects: number }) {
  if (looked >= subjects) return null;
  const words = t.outcome.overview.reading(formatWhole(looked), formatWhole(subjects));
  return (
    <p class="overview-reading quiet" role="status" data-testid="overview-reading">
      {words}
      <progress max={subjects} value={looked} aria-label={words} />
    </p>
  );
}

export function SubjectsView() {
  const sessionId = recording.value?.sessionId ?? null;
  useEffect(() => {
    void loadOverview();
  }, [sessionId, link.value]);
  const words = t.outcome.overview;
  const state = overview.value;
  if (state.status !== 'ready') {
    return (
      <>
        <ViewHead title={words.title} lead={words.lead} />
        {state.status === 'loading' ? (
          <p class="empty">{t.sessions.loading}</p>
        ) : (
          <LoadFailed
            message={state.problem?.message ?? null}
            hint={state.problem?.hint ?? null}
            retry={() => void loadOverview()}
          />
        )}
      </>
    );
  }
  const rows = overviewRows(state.value.rows, filter.value, order.value);
  const filters: readonly (readonly [Filter, string])[] = [
    ['all', words.all],
    ['any', words.any],
    ...LOOKS.map((look) => [look, t.outcome.look[look]] as const),
  ];
  return (
    <>
      <ViewHead title={words.title} lead={words.lead}>
        {rows.length > 0 && (
          <a class="button" href={groupCsvUrl(filter.value)} download data-testid="group-csv">
            <Icon name="file" />
            {words.csv}
          </a>
        )}
      </ViewHead>
      {state.value.rows.length > 0 && (
        <div class="overview-tools">
          <SelectField id="overview-filter" label={words.filter} value={filter} options={filters} />
          <SelectField
            id="overview-order"
            label={words.sort}
            value={order}
            options={ORDERS.map((by) => [by, words.by[by]] as const)}
          />
        </div>
      )}
      <Reading looked={state.value.looked} subjects={state.value.subjects} />
      {rows.length > 0 && <Table rows={rows} />}
      {rows.length === 0 && state.value.looked === state.value.subjects && (
        <p class="card empty">{state.value.rows.length === 0 ? words.none : words.noneOfThese}</p>
      )}
      {['admin', null].includes(access.value?.role ?? null) && <ClinicPlan />}
    </>
  );
}
