/** What was asked and told in a stored visit, before its tests. */
import type { VisitRecord } from '../../src/contract/visit.ts';
import { screenOf } from '../../src/core/visit/visit.ts';
import { formatWhole, t } from '../i18n/index.ts';
import { SafetyYes } from './safety-yes.tsx';

export function VisitTold({ visit }: { readonly visit: VisitRecord }) {
  const { screen: words, context, ended } = t.visit;
  const screen = screenOf(visit);
  const yesNo = (yes: boolean | null): string => (yes === null ? words.notAsked : yes ? words.yes : words.no);
  const clear = screen.stop.length + screen.precautions.length === 0;
  return (
    <section class="card visit-told" data-testid="visit-told">
      <SafetyYes screen={screen} />
      {visit.endedBy !== null && <p class="attention">{ended.by[visit.endedBy]}</p>}
      <dl class="facts three">
        <div>
          <dt>{words.inSession}</dt>
          <dd>
            {visit.override !== null
              ? words.reasons[visit.override]
              : screen.open.length > 0 && clear
                ? words.open(formatWhole(screen.open.length))
                : clear
                  ? words.clear
                  : words.told}
          </dd>
        </div>
        <div>
          <dt>{context.headache}</dt>
          <dd>{visit.headacheNow === null ? words.notAsked : formatWhole(visit.headacheNow)}</dd>
        </div>
        <div>
          <dt>{context.analgesic}</dt>
          <dd>{yesNo(visit.analgesic6h)}</dd>
        </div>
      </dl>
    </section>
  );
}
