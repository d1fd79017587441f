/** A report on screen, as it is printed and as the PDF holds it. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { REPORT_KINDS, type ReportBlock, type ReportDocument, type ReportKind } from '../../src/contract/report.ts';
import { language, t } from '../i18n/index.ts';
import { formatRoute } from '../logic/route.ts';
import { type Loaded, loadReport, reportPdfUrl } from '../state/records.ts';
import { referenceId } from '../state/reference.ts';
import { FigureSvg } from '../ui/figure-svg.tsx';
import { Icon } from '../ui/icon.tsx';
import { LoadFailed } from '../ui/load-failed.tsx';
import { ReferenceChoice } from '../ui/reference-choice.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';

const shown = signal<Loaded<ReportDocument>>({ status: 'loading' });

async function reload(id: string, kind: ReportKind): Promise<void> {
  shown.value = { status: 'loading' };
  shown.value = await loadReport(id, kind, referenceId.value);
}

function Block({ block }: { readonly block: ReportBlock }) {
  switch (block.type) {
    case 'heading':
      return <h2>{block.text}</h2>;
    case 'paragraph':
      return <p class={`tone-${block.tone}`}>{block.text}</p>;
    case 'facts':
      return (
        <dl class="report-facts">
          {block.rows.map(([name, value]) => (
            <div key={name} class={value.trim() === '' ? 'blank' : ''}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      );
    case 'table':
      return (
        <TableScroll label={block.head[0] ?? ''}>
          <table class="table">
            <thead>
              <tr>
                {block.head.map((name, column) => (
                  <th key={name} scope="col" class={block.numeric.includes(column) ? 'num' : ''}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr key={row[0]}>
                  {row.map((cell, column) => (
                    <td key={block.head[column]} class={block.numeric.includes(column) ? 'num' : ''}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      );
    case 'figures':
      return (
        <figure class="report-figures">
          <div>
            {block.figures.map((figure) => (
              <FigureSvg key={figure.alt} figure={figure} />
            ))}
          </div>
          <figcaption class="quiet">{block.caption}</figcaption>
        </figure>
      );
    case 'signature':
      return <p class="signature">{block.label}</p>;
  }
}

export function ReportView({ id, kind }: { readonly id: string; readonly kind: ReportKind }) {
  const reference = referenceId.value;
  const spoken = language.value;
  useEffect(() => {
    void reload(id, kind);
  }, [id, kind, reference, spoken]);
  const state = shown.value;
  return (
    <>
      <div class="report-tools">
        <a class="with-icon back" href={formatRoute({ view: 'session', id })}>
          <Icon name="left" />
          {t.report.back}
        </a>
        <p class="lead">{t.report.lead}</p>
        <nav class="segments wide" aria-label={t.report.kind}>
          {REPORT_KINDS.map((one) => (
            <a
              key={one}
              href={formatRoute({ view: 'report', id, kind: one })}
              aria-current={one === kind ? 'page' : undefined}
              data-testid={`report-${one}`}
            >
              {t.report.kinds[one]}
            </a>
          ))}
        </nav>
        <div class="actions">
          {kind !== 'patient' && <ReferenceChoice />}
          <button type="button" class="button" onClick={() => window.print()}>
            {t.report.print}
          </button>
          <a class="button primary" href={reportPdfUrl(id, kind, reference)} download data-testid="report-pdf">
            <Icon name="file" />
            {t.report.pdf}
          </a>
        </div>
      </div>
      {state.status === 'loading' && <p class="empty">{t.report.loading}</p>}
      {state.status === 'failed' && (
        <LoadFailed
          message={state.problem?.message ?? null}
          hint={state.problem?.hint ?? null}
          retry={() => void reload(id, kind)}
        />
      )}
      {state.status === 'ready' && (
        <article class={`report-sheet ${state.value.kind}`} lang={state.value.language} data-testid="report">
          <header>
            <h1>{state.value.title}</h1>
            <p class="quiet">{state.value.subtitle}</p>
          </header>
          {state.value.simulated !== null && <p class="report-simulated">{state.value.simulated}</p>}
          {state.value.blocks.map((block, index) => (
            <Block key={`${block.type}${index}`} block={block} />
          ))}
          <footer class="quiet">{state.value.footer}</footer>
        </article>
      )}
    </>
  );
}
