/** In the place of the degrees until the examiner's call: which side, how many done, and that something is hidden. */
import type { FrtState } from '../../src/contract/state.ts';
import { t } from '../i18n/index.ts';
import { countedOf } from '../logic/frt-progress.ts';
import { Icon } from './icon.tsx';

export function BlindProgress({ state }: { readonly state: FrtState }) {
  const { side, repetitions, repetitionsPerSide } = state;
  return (
    <div class="blind" data-testid="frt-blind">
      <p class={`blind-side ${side}`}>
        <Icon name={side} />
        {t.frt.sideUpper[side]}
      </p>
      <p class="blind-count">{t.frt.progress(String(countedOf(repetitions, side)), String(repetitionsPerSide))}</p>
      <p class="quiet">{t.visit.call.hidden}</p>
    </div>
  );
}
