/** Between the alignment and the test: lie down, the head in the examiner's hands, the band where it was. */
import type { VisitStateMessage } from '../../src/contract/visit.ts';
import { formatWhole, t } from '../i18n/index.ts';
import { command } from '../state/gateway-link.ts';
import { FrtPicture } from '../ui/frt-picture.tsx';
import { Icon } from '../ui/icon.tsx';
import { ViewHead } from '../ui/view-head.tsx';

function Verdict({ band }: { readonly band: NonNullable<VisitStateMessage['band']> }) {
  const words = t.visit.lying;
  const good = band.verdict === 'in-place';
  return (
    <p
      class={good ? 'screen-outcome good' : 'screen-outcome attention'}
      role="status"
      data-testid="band-verdict"
      data-verdict={band.verdict}
    >
      <Icon name={good ? 'check' : 'warn'} /> {words.verdicts[band.verdict]}{' '}
      {band.verdict === 'moved' && band.offDeg !== null && (
        <span class="quiet">{words.off(`${formatWhole(Math.abs(band.offDeg))}${t.result.unit}`)}</span>
      )}
    </p>
  );
}

export function VisitLying({ visit, onNext }: { readonly visit: VisitStateMessage; readonly onNext: () => void }) {
  const words = t.visit.lying;
  const running = visit.bandCheck !== null;
  const verdict = visit.band?.verdict ?? null;
  const ready = verdict === 'in-place';
  return (
    <>
      <ViewHead title={words.title} lead={words.lead} />
      <div class="columns">
        <section class="card form">
          <ul class="plain-list">
            {words.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          {running && (
            <p class="screen-outcome" role="status">
              {words.running}
            </p>
          )}
          {!running && visit.band !== null && <Verdict band={visit.band} />}
          <div class="actions">
            {verdict === 'moved' && !running && (
              <button
                type="button"
                class="button primary big"
                data-testid="band-align"
                onClick={() => void command({ type: 'align-start' })}
              >
                {words.align}
              </button>
            )}
            <button
              type="button"
              class={verdict === null ? 'button primary big' : 'button big'}
              data-testid="band-check"
              disabled={running}
              onClick={() => void command({ type: 'visit-band' })}
            >
              {verdict === null ? words.check : words.again}
            </button>
            <button
              type="button"
              class={ready ? 'button primary big' : 'button big'}
              data-testid="lying-next"
              disabled={running || verdict === 'moved'}
              onClick={onNext}
            >
              {ready ? words.next : words.skip}
            </button>
          </div>
        </section>
        <FrtPicture />
      </div>
    </>
  );
}
