/** What was asked and told in a stored visit, before its tests. */
import type { VisitRecord } from '../../src/contract/visit.ts';
import type { ScreenOutcome } from '../../src/core/visit/safety-screen.ts';
import { screenOf } from '../../src/core/visit/visit.ts';
import { formatWhole, t } from '../i18n/index.ts';
import { SafetyYes } from './safety-yes.tsx';

/** What the safety screen came to, in a word. */
function screenWord({ override }: VisitRecord, { stop, precautions, open }: ScreenOutcome): string {
  const words = t.visit.screen;
  if (override !== null) return words.reasons[override];
  if (stop.length + precautions.length > 0) return words.told;
  return open.length > 0 ? words.open(formatWhole(open.length)) : words.clear;
}

export function VisitTold({ visit }: { readonly visit: VisitRecord }) {
  const { screen: words, context, ended } = t.visit;
  const screen = screenOf(visit);
  const yesNo = (yes: boolean | null): string => (yes === null ? words.notAsked : yes ? words.yes : words.no);
  return (
    <section class="card visit-told" data-testid="visit-told">
      <SafetyYes screen={screen} />
      {visit.endedBy !== null && <p class="attention">{ended.by[visit.endedBy]}</p>}
      <dl class="facts three">
        <div>
          <dt>{words.inSession}</dt>
          <dd>{screenWord(visit, screen)}</dd>
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
