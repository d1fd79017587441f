/** Beside a test's form: what it looks like, how it goes, where it comes from. */
import { t } from '../i18n/index.ts';
import type { TrialProtocol } from '../logic/route.ts';
import { MovePicture } from './move-picture.tsx';

/** The movement that stands for the test. */
const SHOWN: Readonly<Record<TrialProtocol, readonly string[]>> = {
  crom: ['flexion', 'lateral-left', 'rotation-left'],
  'rotation-neutral': ['left', 'right'],
  'crom-home': ['flexion', 'lateral-left', 'rotation-left'],
  'home-flexion-rotation': ['flexion', 'left', 'right'],
  endurance: ['none'],
  sustained: ['none'],
  'fast-rotation': ['left', 'right'],
};

export function TestHowTo({ protocol }: { readonly protocol: TrialProtocol }) {
  return (
    <section class="card how-to">
      <div class="how-to-pictures">
        {SHOWN[protocol].map((direction) => (
          <MovePicture key={direction} direction={direction} moves={false} />
        ))}
      </div>
      <h2>{t.frt.howTo.title}</h2>
      <ol class="plain-list numbered">
        {(t.trial.howTo[protocol] ?? []).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      <p class="quiet small-print">{t.trial.sources[protocol]}</p>
    </section>
  );
}
