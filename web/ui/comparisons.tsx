/** A test against last time, and after against before treatment: changed, not changed or unclear, with the reasons. */
import type { Comparison } from '../../src/contract/comparison.ts';
import { formatDateTime, formatDeg, formatOne, t, wordFor } from '../i18n/index.ts';

const value = (measure: string, number: number | null): string =>
  measure === 'angleDeg' ? formatDeg(number) : formatOne(number);

export function Comparisons({ list, measure }: { readonly list: readonly Comparison[]; readonly measure: string }) {
  if (list.length === 0) return null;
  return (
    <section class="card comparisons">
      <h3>{t.report.comparison}</h3>
      {list.map((one) => {
        const limits = one.directions.flatMap(({ threshold }) => (threshold === null ? [] : [threshold]));
        return (
          <div key={`${one.against}${one.sessionId}`} data-testid={`comparison-${one.against}`}>
            <p class="quiet">{t.report.against[one.against](formatDateTime(one.atMs))}</p>
            <ul>
              {one.directions.map(({ direction, change, halfWidth, verdict, notComparable }) => (
                <li key={direction} class={verdict.replace(' ', '-')} data-verdict={verdict}>
                  {t.report.line(
                    wordFor(t.trial.directions, direction, (code) => code),
                    `${change !== null && change > 0 ? '+' : ''}${value(measure, change)}`,
                    halfWidth === null ? '' : value(measure, halfWidth),
                    t.report.verdicts[verdict],
                  )}
                  {notComparable.length > 0 && (
                    <small class="quiet">
                      {' '}
                      ({notComparable.map((code) => wordFor(t.report.reasons, code, (word) => word)).join(', ')})
                    </small>
                  )}
                </li>
              ))}
            </ul>
            {limits.length > 0 && (
              <p class="small-print quiet">{t.report.threshold(value(measure, Math.max(...limits)))}</p>
            )}
          </div>
        );
      })}
    </section>
  );
}
