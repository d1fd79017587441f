/** The audit, newest first, and the check of its chain. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type AuditRow, auditCheckSchema, auditPageSchema } from '../../src/contract/access.ts';
import { formatDateTime, formatWhole, t } from '../i18n/index.ts';
import { api } from '../state/api.ts';
import type { Problem } from '../state/store.ts';
import { Icon } from '../ui/icon.tsx';
import { LoadFailed } from '../ui/load-failed.tsx';
import { ViewHead } from '../ui/view-head.tsx';

const words = t.access.audit;
const rows = signal<readonly AuditRow[] | null>(null);
const next = signal<number | null>(null);
const failed = signal<Problem | null>(null);
const checked = signal<{ readonly rows: number; readonly brokenAt: number | null } | null>(null);

async function load(before: number | null): Promise<void> {
  const answer = await api('GET', `/audit?limit=50${before === null ? '' : `&before=${before}`}`, auditPageSchema);
  failed.value = answer.ok ? null : answer.problem;
  if (!answer.ok) return;
  rows.value = before === null ? answer.value.rows : [...(rows.value ?? []), ...answer.value.rows];
  next.value = answer.value.next;
}

async function check(): Promise<void> {
  const answer = await api('GET', '/audit/check', auditCheckSchema);
  failed.value = answer.ok ? null : answer.problem;
  if (answer.ok) checked.value = answer.value;
}

/** "role: clinician, handle: clara" */
const valuesText = (values: AuditRow['values']): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

function Table({ list }: { readonly list: readonly AuditRow[] }) {
  const { columns } = words;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling table is reached by the keyboard.
    <section class="card table-scroll" tabIndex={0} aria-label={words.title}>
      <table class="table audit-table">
        <thead>
          <tr>
            <th scope="col" class="num">
              {columns.number}
            </th>
            <th scope="col">{columns.time}</th>
            <th scope="col">{columns.who}</th>
            <th scope="col">{columns.what}</th>
            <th scope="col">{columns.object}</th>
            <th scope="col">{columns.values}</th>
          </tr>
        </thead>
        <tbody>
          {list.map((row) => (
            <tr key={row.sequence} data-testid="audit-row">
              <td class="num">{row.sequence}</td>
              <td>{formatDateTime(row.wallMs)}</td>
              <td>{row.handle ?? <span class="quiet">{words.kit}</span>}</td>
              <td class="strong">{row.action}</td>
              <td class="audit-object">{row.object ?? t.unknown}</td>
              <td class="audit-values">{valuesText(row.values)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function AuditView() {
  useEffect(() => {
    checked.value = null;
    void load(null);
  }, []);
  const list = rows.value;
  const result = checked.value;
  return (
    <>
      <ViewHead title={words.title} lead={words.lead}>
        <button type="button" class="button" data-testid="audit-check" onClick={() => void check()}>
          <Icon name="check" />
          {words.check}
        </button>
      </ViewHead>
      <p
        role="status"
        class={result?.brokenAt == null ? 'good audit-check' : 'attention audit-check'}
        data-testid="audit-checked"
      >
        {result !== null &&
          (result.brokenAt === null
            ? words.intact(formatWhole(result.rows))
            : words.broken(formatWhole(result.brokenAt)))}
      </p>
      {failed.value !== null && (
        <LoadFailed message={failed.value.message} hint={failed.value.hint} retry={() => void load(null)} />
      )}
      {list !== null && (list.length === 0 ? <p class="card empty">{words.none}</p> : <Table list={list} />)}
      {next.value !== null && (
        <button type="button" class="button audit-more" onClick={() => void load(next.value)}>
          {words.more}
        </button>
      )}
    </>
  );
}
