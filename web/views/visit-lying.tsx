/** Between the alignment and the test: lie down, the head in the examiner's hands, the band where it was. */
import { t } from '../i18n/index.ts';
import { FrtPicture } from '../ui/frt-picture.tsx';
import { ViewHead } from '../ui/view-head.tsx';

export function VisitLying({ onNext }: { readonly onNext: () => void }) {
  const words = t.visit.lying;
  return (
    <>
      <ViewHead title={words.title} lead={words.lead}>
        <button type="button" class="button primary big" data-testid="lying-next" onClick={onNext}>
          {words.next}
        </button>
      </ViewHead>
      <div class="columns">
        <section class="card">
          <ul class="plain-list">
            {words.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
        <FrtPicture />
      </div>
    </>
  );
}
