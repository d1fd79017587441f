/** In the place of the degrees until the examiner's call: how many are done of the side, and which way to go. */
import type { FrtState, Side } from '../../src/contract/state.ts';
import { t } from '../i18n/index.ts';
import { countedOf } from '../logic/frt-progress.ts';
import { Icon } from './icon.tsx';

export function BlindProgress({ state }: { readonly state: FrtState }) {
  const { side, repetitions, repetitionsPerSide } = state;
  return (
    <div class="blind" data-testid="frt-blind">
      <p class="blind-count">{t.frt.progress(String(countedOf(repetitions, side)), String(repetitionsPerSide))}</p>
      <p class="quiet">{t.visit.call.hidden}</p>
    </div>
  );
}

/** The way the head has to go, without a scale on which a degree could be read. */
export function BlindWay({ way, returning }: { readonly way: Side; readonly returning: boolean }) {
  return (
    <div class={returning ? 'blind-way' : `blind-way ${way}`} aria-hidden="true">
      <Icon name={way} />
    </div>
  );
}
